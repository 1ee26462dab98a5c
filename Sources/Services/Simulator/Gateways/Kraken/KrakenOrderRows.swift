import Market
import Units

extension KrakenGateway {
  func orderID(_ order: SimulatedOrder) -> String { numbers.text(.order, order.number) }

  /// The identifier of one side of a trade: both of a client's own sides must differ.
  func tradeID(_ fill: SimulatedFill) -> String {
    numbers.text(.trade, 2 * fill.trade + (fill.isMaker ? 1 : 0))
  }

  /// `buy 0.01000000 XBTUSD @ limit 50000.0`.
  func sentence(_ new: NewOrder, _ terms: KrakenTerms, volume: String) -> String {
    let pair = pairs[new.instrument]
    let side = new.side == .buy ? "buy" : "sell"
    let limit = new.limit.map { "limit " + pair.price($0.raw) }
    var words = "\(side) \(volume) \(pair.altname) @ "
    if let trigger = new.trigger {
      let name = terms.orderType.hasPrefix("stop-loss") ? "stop loss" : "take profit"
      words += "\(name) \(pair.price(trigger.price.raw))" + (limit.map { " -> \($0)" } ?? "")
    } else {
      words += limit ?? "market"
    }
    return words
  }

  func sentence(_ order: SimulatedOrder) -> String {
    var request = order.request
    request.limit = order.limit
    return sentence(request, terms(of: order), volume: volume(order))
  }

  func terms(of order: SimulatedOrder) -> KrakenTerms {
    terms[order.number] ?? KrakenTerms(orderType: order.limit == nil ? "market" : "limit")
  }

  /// What was asked for: of the base asset, or of the quote asset where the order says so.
  func volume(_ order: SimulatedOrder) -> String {
    let pair = pairs[order.instrument]
    if let amount = terms(of: order).quoteVolume { return pair.cost(amount.raw) }
    return pair.quantity(Int128(order.quantity.raw))
  }

  func statusWord(_ order: SimulatedOrder) -> String {
    switch order.status {
    case .pending: "pending"
    case .open: "open"
    case .filled: "closed"
    case .cancelled, .rejected: "canceled"
    case .expired: "expired"
    }
  }

  func reason(_ order: SimulatedOrder) -> String? {
    terms[order.number]?.reason ?? KrakenReason.text(order.end)
  }

  /// An order as OpenOrders, ClosedOrders, and QueryOrders give it.
  func orderRow(_ order: SimulatedOrder, withTrades: Bool) -> KrakenJSON {
    let pair = pairs[order.instrument]
    let terms = terms(of: order)
    let zero = paddedDecimal(0, decimals: 10, places: pair.restPricePlaces)
    let limit = order.limit.map { pair.price($0.raw) }
    let trigger = order.request.trigger.map { pair.price($0.price.raw) }
    let isDone = order.status.isFinal
    var flags = "fciq"
    if terms.isPostOnly { flags += ",post" }
    if terms.quoteVolume != nil { flags += ",viqc" }
    let trades = withTrades && !order.fills.isEmpty ? tradeIDs(order) : nil
    let expires = order.request.expires.map { KrakenText.unix($0, places: 4) } ?? "0"
    return .object([
      "refid": .null, "userref": .integer(terms.userReference),
      "cl_ord_id": terms.clientOrderID.map { .string($0) },
      "status": .string(statusWord(order)),
      "opentm": .number(KrakenText.unix(order.created, places: 6)), "starttm": .integer(0),
      "expiretm": .number(expires),
      "descr": .object([
        "pair": .string(pair.altname), "type": .string(order.side == .buy ? "buy" : "sell"),
        "ordertype": .string(terms.orderType), "price": .string(trigger ?? limit ?? "0"),
        "price2": .string(trigger == nil ? "0" : limit ?? "0"), "leverage": .string("none"),
        "order": .string(sentence(order)), "close": .string(""),
      ]),
      "vol": .string(volume(order)), "vol_exec": .string(pair.quantity(Int128(order.filled.raw))),
      "cost": .string(pair.cost(order.filledNotional.raw)),
      "fee": .string(pair.cost(order.fee.raw)),
      "price": .string(order.averagePrice.map { pair.restPrice($0.raw) } ?? zero),
      "stopprice": .string(zero), "limitprice": .string(zero), "misc": .string(""),
      "oflags": .string(flags), "trades": trades.map { .array($0) },
      "reason": isDone ? reason(order).map { .string($0) } ?? .null : nil,
      "closetm": isDone ? .number(KrakenText.unix(order.updated)) : nil,
    ])
  }

  private func tradeIDs(_ order: SimulatedOrder) -> [KrakenJSON] {
    exchange.fills(of: order.account).filter { $0.order == order.number }
      .map { .string(tradeID($0)) }
  }

  /// A fill as TradesHistory and QueryTrades give it.
  func tradeRow(_ fill: SimulatedFill) -> KrakenJSON {
    let pair = pairs[fill.instrument]
    let ledgers = (clients[fill.account.index]?.ledger ?? [])
      .filter { $0.reference == tradeID(fill) }.map { KrakenJSON.string($0.id) }
    return .object([
      "ordertxid": .string(numbers.text(.order, fill.order)),
      "postxid": .string(numbers.text(.position, fill.order)), "pair": .string(pair.key),
      "time": .number(KrakenText.unix(fill.time)),
      "type": .string(fill.side == .buy ? "buy" : "sell"),
      "ordertype": .string(terms[fill.order]?.orderType ?? "limit"),
      "price": .string(pair.restPrice(fill.price.raw)),
      "cost": .string(pair.cost(fill.notional.raw)), "fee": .string(pair.cost(fill.fee.raw)),
      "vol": .string(pair.quantity(Int128(fill.quantity.raw))),
      "margin": .string(pair.cost(0)), "misc": .string(""), "trade_id": .integer(fill.trade),
      "maker": .boolean(fill.isMaker), "ledgers": .array(ledgers),
    ])
  }
}
