import Codecs
import Market
import Units

/// Orders and fills as the venue tells them.
extension CoinbaseGateway {
  func kind(of order: SimulatedOrder) -> CoinbaseConfiguration {
    let name = (try? JSONValue(Array(order.request.tag.utf8)))?.members?.first?.name
    // An order placed by other means than this gateway has no words of its own.
    return name.flatMap(CoinbaseConfiguration.init) ?? (order.limit == nil ? .market : .resting)
  }

  /// The configuration as it was sent, with what an edit has changed.
  func configuration(of order: SimulatedOrder) -> JSONValue {
    let instrument = exchange.instruments[order.instrument]
    let limit = order.limit?.description
    let size = order.quantity.text(decimals: instrument.base.decimals)
    guard let sent = try? JSONValue(Array(order.request.tag.utf8)),
      let kind = sent.members?.first, var fields = kind.value.members
    else {
      var fields = [JSONValue.Member("base_size", .string(size))]
      if let limit { fields.append(.init("limit_price", .string(limit))) }
      let name = limit == nil ? CoinbaseConfiguration.market : .resting
      return .object([.init(name.rawValue, .object(fields))])
    }
    var wasEdited = order.limit != order.request.limit
    if case .base(let quantity) = order.request.size, quantity != order.quantity {
      wasEdited = true
    }
    if wasEdited {
      for index in fields.indices {
        switch fields[index].name {
        case "base_size": fields[index].value = .string(size)
        case "limit_price": fields[index].value = limit.map { .string($0) } ?? .null
        default: break
        }
      }
    }
    return .object([.init(kind.name, .object(fields))])
  }

  /// The venue's word for how far an order has come.
  func statusWord(of order: SimulatedOrder) -> String {
    switch order.status {
    case .pending: order.filled.isZero ? "PENDING" : "OPEN"
    case .open: "OPEN"
    case .filled: "FILLED"
    case .cancelled: "CANCELLED"
    case .expired: "EXPIRED"
    case .rejected: "FAILED"
    }
  }

  func isQuoteSized(_ order: SimulatedOrder) -> Bool {
    if case .quote = order.request.size { true } else { false }
  }

  /// What an order came to with its fees: paid by a buyer, earned by a seller.
  func totalAfterFees(_ order: SimulatedOrder) -> Notional {
    order.side == .buy ? order.filledNotional + order.fee : order.filledNotional - order.fee
  }

  /// Writes an order's members, in the order of the bodies that ccxt recorded.
  func write(_ order: SimulatedOrder, to body: inout JSONWriter) {
    let instrument = exchange.instruments[order.instrument]
    let quote = instrument.quote.decimals
    let kind = kind(of: order)
    let isQuoteSized = isQuoteSized(order)
    body.field("order_id", identifiers.text(.order, order.number))
    body.field("product_id", instrument.coinbaseID)
    body.field("user_id", user(of: order.account))
    body.key("order_configuration")
    body.value(configuration(of: order))
    body.field("side", order.side == .buy ? "BUY" : "SELL")
    body.field("client_order_id", order.request.clientOrderID ?? "")
    body.field("status", statusWord(of: order))
    body.field("time_in_force", kind.timeInForce)
    body.field("created_time", CoinbaseTime.answer(order.created))
    body.field("completion_percentage", completion(of: order))
    body.field("filled_size", order.filled.text(decimals: instrument.base.decimals))
    body.field("average_filled_price", order.averagePrice?.description ?? "0")
    body.field("fee", "")
    body.field("number_of_fills", String(order.fills.count))
    body.field("filled_value", order.filledNotional.text(decimals: quote))
    body.field("pending_cancel", false)
    body.field("size_in_quote", isQuoteSized)
    body.field("total_fees", order.fee.text(decimals: quote))
    body.field("size_inclusive_of_fees", isQuoteSized)
    body.field("total_value_after_fees", totalAfterFees(order).text(decimals: quote))
    body.field("trigger_status", triggerStatus(of: order))
    body.field("order_type", kind.orderType)
    body.field("reject_reason", "REJECT_REASON_UNSPECIFIED")
    body.field("settled", order.status == .filled)
    body.field("product_type", "SPOT")
    body.field("reject_message", "")
    body.field("cancel_message", cancelReason(of: order))
    body.field("order_placement_source", "RETAIL_ADVANCED")
    let held = order.side == .buy ? instrument.quote : instrument.base
    body.field("outstanding_hold_amount", order.held.text(decimals: held.decimals))
    body.field("is_liquidation", false)
    let lastFill = order.filled.isZero ? nil : fill(of: order, from: order.fills.last)?.time
    body.field("last_fill_time", lastFill.map(CoinbaseTime.answer))
    body.array("edit_history") { _ in }
    body.field("leverage", "")
    body.field("margin_type", "UNKNOWN_MARGIN_TYPE")
    body.field("retail_portfolio_id", portfolio(of: order.account))
    body.field("originating_order_id", "")
    body.field("attached_order_id", "")
  }

  private func fill(of order: SimulatedOrder, from trade: Int64?) -> SimulatedFill? {
    guard let trade else { return nil }
    let fills = exchange.fills(of: order.account)
    var (low, high) = (0, fills.count)
    while low < high {
      let middle = (low + high) / 2
      if fills[middle].trade < trade { low = middle + 1 } else { high = middle }
    }
    return low < fills.count ? fills[low] : nil
  }

  /// `100.00` when it is filled, `0` before the first fill.
  func completion(of order: SimulatedOrder) -> String {
    if order.status == .filled { return "100.00" }
    guard !order.filled.isZero, !order.quantity.isZero else { return "0" }
    let part = Int128(order.filled.raw) * 10_000 / Int128(order.quantity.raw)
    return paddedDecimal(part, decimals: 2, places: 2)
  }

  func triggerStatus(of order: SimulatedOrder) -> String {
    guard order.request.trigger != nil else { return "INVALID_ORDER_TYPE" }
    return exchange.waiting[order.instrument].contains(order.number)
      ? "STOP_PENDING" : "STOP_TRIGGERED"
  }

  func cancelReason(of order: SimulatedOrder) -> String {
    switch order.end {
    case .requested: "User requested cancel"
    case .selfTrade: "Self trade prevention"
    case nil, .expired: ""
    default: order.status == .cancelled ? "Internal error" : ""
    }
  }

  // MARK: Lists

  func orderAnswer(_ id: String, _ key: CoinbaseKey) throws(CoinbaseError) -> GatewayResponse {
    guard let order = order(id, of: key.account) else { throw .unknownOrder }
    return answer { body in
      body.object("order") { write(order, to: &$0) }
    }
  }

  func orderList(
    _ query: CoinbaseQuery,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    let statuses = query.all("order_status")
    guard !statuses.contains("OPEN") || statuses.count == 1 else {
      throw .invalid("order_status OPEN cannot be combined with other statuses")
    }
    let names = query.all("product_id")
    let ids = query.all("order_id")
    let side = query.first("order_side")
    let types = query.all("order_type")
    guard let limit = query.count("limit", usually: 1_000, in: 1...1_000) else {
      throw .invalid("invalid limit")
    }
    let range = try times(query, "start_date", "end_date")
    let cursor = try cursor(query)
    var page: [SimulatedOrder] = []
    var hasNext = false
    for order in exchange.orders(of: key.account).reversed() {
      guard order.number < cursor, range.contains(order.created),
        names.isEmpty || names.contains(exchange.instruments[order.instrument].coinbaseID),
        statuses.isEmpty || statuses.contains(statusWord(of: order)),
        side == nil || side == (order.side == .buy ? "BUY" : "SELL"),
        types.isEmpty || types.contains(kind(of: order).orderType),
        ids.isEmpty || ids.contains(identifiers.text(.order, order.number))
      else { continue }
      if page.count == limit {
        hasNext = true
        break
      }
      page.append(order)
    }
    return answer { body in
      body.array("orders") { list in
        for order in page { list.object { write(order, to: &$0) } }
      }
      body.field("sequence", "0")
      body.field("has_next", hasNext)
      body.field("cursor", hasNext ? page.last.map { String($0.number) } ?? "" : "")
    }
  }

  func fillList(
    _ query: CoinbaseQuery,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    let names = query.all("product_id")
    let numbers = Set(query.all("order_id").map { identifiers.number(.order, $0) ?? -1 })
    let trades = query.all("trade_id")
    guard let limit = query.count("limit", usually: 100, in: 1...1_000) else {
      throw .invalid("invalid limit")
    }
    let range = try times(query, "start_sequence_timestamp", "end_sequence_timestamp")
    let cursor = try cursor(query)
    var page: [SimulatedFill] = []
    var hasNext = false
    for fill in exchange.fills(of: key.account).reversed() {
      guard fill.trade < cursor, range.contains(fill.time),
        numbers.isEmpty || numbers.contains(fill.order),
        names.isEmpty || names.contains(exchange.instruments[fill.instrument].coinbaseID),
        trades.isEmpty || trades.contains(identifiers.text(.trade, fill.trade))
      else { continue }
      if page.count == limit {
        hasNext = true
        break
      }
      page.append(fill)
    }
    return answer { body in
      body.array("fills") { list in
        for fill in page { list.object { write(fill, to: &$0) } }
      }
      body.field("cursor", hasNext ? page.last.map { String($0.trade) } ?? "" : "")
    }
  }

  /// Writes a fill's members; the size of an order by amount is told in the quote asset.
  private func write(_ fill: SimulatedFill, to body: inout JSONWriter) {
    let instrument = exchange.instruments[fill.instrument]
    let isQuoteSized = exchange.order(fill.order).map(isQuoteSized) ?? false
    body.field("entry_id", identifiers.entry(fill.trade * 2 + (fill.side == .buy ? 0 : 1)))
    body.field("trade_id", identifiers.text(.trade, fill.trade))
    body.field("order_id", identifiers.text(.order, fill.order))
    body.field("trade_time", CoinbaseTime.answer(fill.time))
    body.field("trade_type", "FILL")
    body.field("price", fill.price.description)
    body.field(
      "size",
      isQuoteSized
        ? fill.notional.text(decimals: instrument.quote.decimals)
        : fill.quantity.text(decimals: instrument.base.decimals)
    )
    body.field("commission", fill.fee.text(decimals: instrument.quote.decimals))
    body.field("product_id", instrument.coinbaseID)
    body.field("sequence_timestamp", CoinbaseTime.answer(fill.time))
    body.field("liquidity_indicator", fill.isMaker ? "MAKER" : "TAKER")
    body.field("size_in_quote", isQuoteSized)
    body.field("user_id", user(of: fill.account))
    body.field("side", fill.side == .buy ? "BUY" : "SELL")
    body.field("retail_portfolio_id", portfolio(of: fill.account))
  }

  private func times(
    _ query: CoinbaseQuery,
    _ start: String,
    _ end: String
  ) throws(CoinbaseError) -> ClosedRange<Timestamp> {
    var bounds = [Timestamp(nanoseconds: .min), Timestamp(nanoseconds: .max)]
    for (place, name) in [start, end].enumerated() {
      guard let text = query.first(name) else { continue }
      guard let time = CoinbaseTime.read(text) else { throw .invalid("invalid \(name)") }
      bounds[place] = time
    }
    guard bounds[0] <= bounds[1] else { throw .invalid("\(start) must be before \(end)") }
    return bounds[0]...bounds[1]
  }

  private func cursor(_ query: CoinbaseQuery) throws(CoinbaseError) -> Int64 {
    guard let text = query.first("cursor") else { return .max }
    guard let value = Int64(text) else { throw .invalid("invalid cursor") }
    return value
  }
}
