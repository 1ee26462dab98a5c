import Codecs
import Market
import Units
public import VenueKit

extension Gemini {
  /// Reads the answer to `action`.
  ///
  /// An order looked for by its client id answers with a list, since ids may repeat: one order
  /// becomes ``AccountAnswer/order(_:)``, several ``AccountAnswer/orders(_:)``.
  ///
  /// - Source: answers recorded by gocryptotrader in 2019 and hummingbot's shapes of 2026.
  public func answer(
    to action: AccountAction,
    _ response: borrowing VenueResponse,
    symbols: borrowing SymbolTable
  ) throws(VenueFailure) -> AccountAnswer {
    if let failure = failure(of: response, to: action) { throw failure }
    if action == .serverTime { return .serverTime(try response.date()) }
    let answer: AccountAnswer?
    do { answer = try read(action, response.body, symbols) } catch {
      throw .unreadable(error, of: action)
    }
    guard let answer else { throw VenueFailure(.unknownOrder, code: "OrderNotFound") }
    return answer
  }

  /// Nil where the venue lists no order with our client id.
  private func read(
    _ action: AccountAction,
    _ body: [UInt8],
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> AccountAnswer? {
    try checkText(body.span)
    var reader = JSONReader(body.span)
    let answer: AccountAnswer?
    switch action {
    case .place(let order):
      answer = .order(try self.order(&reader, order.instrument, symbols).report)
    case .cancel(_, let instrument):
      answer = .order(try order(&reader, instrument, symbols).report)
    case .order(_, let instrument):
      let orders = try orders(&reader, instrument, symbols).map(\.report)
      answer = orders.count > 1 ? .orders(orders) : orders.first.map { .order($0) }
    case .openOrders(let instrument):
      let orders = try orders(&reader, nil, symbols).map(\.report)
      answer = .orders(
        orders.filter { instrument == nil || $0.instrument == instrument?.id }
      )
    case .fills(let instrument, .some, let since, _):
      let orders = try orders(&reader, instrument, symbols)
      answer = orders.isEmpty ? nil : .fills(recent(orders.flatMap(\.fills), since), cursor: nil)
    case .fills(let instrument, nil, let since, let cursor):
      answer = try fills(&reader, instrument, since: since, after: cursor)
    case .balances: answer = .balances(try balances(&reader), cursor: nil)
    case .fees: answer = .fees([try fees(&reader)])
    case .cancelAll: answer = .done(count: try cancelled(&reader))
    case .streamToken, .serverTime: answer = .done(count: nil)
    }
    try reader.expectEnd()
    return answer
  }

  // MARK: Orders

  private typealias Order = (report: OrderReport, fills: [Fill])

  /// One order, a list of them, or the null that stands for an empty list.
  private func orders(
    _ reader: inout JSONReader,
    _ instrument: Instrument?,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> [Order] {
    if reader.consumeNull() { return [] }
    guard reader.peek() == UInt8(ascii: "[") else {
      return [try order(&reader, instrument, symbols)]
    }
    var orders: [Order] = []
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      orders.append(try order(&reader, instrument, symbols))
    }
    return orders
  }

  private func order(
    _ reader: inout JSONReader,
    _ expected: Instrument?,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> Order {
    let members = try reader.members()
    let end = reader.offset
    let symbol = try reader.required(reader.text(at: members["symbol"]))
    let instrument = instrument(symbol, expected, symbols)
    let side = try side(&reader, members["side"], buy: "buy", sell: "sell")
    let isLive = try reader.required(reader.boolean(at: members["is_live"]))
    let isCancelled = try reader.required(reader.boolean(at: members["is_cancelled"]))

    var report = OrderReport(status: .pending)
    report.instrument = instrument?.id
    report.venueOrderID = try reader.required(reader.text(at: members["order_id"]))
    report.clientOrderID = try reader.text(at: members["client_order_id"])
    report.side = side
    report.reason = try reader.text(at: members["reason"])
    report.venueTime = try reader.epochTime(
      at: members["timestampms"],
      nanosecondsPerUnit: 1_000_000
    )
    var left: Quantity?
    var fills: [Fill] = []
    if let instrument {
      let decimals = instrument.base.decimals
      report.quantity = try reader.quantity(
        at: members["original_amount"],
        decimals: decimals,
        rounding: .up
      )
      report.filled = try reader.quantity(
        at: members["executed_amount"],
        decimals: decimals,
        rounding: side.quantityRounding
      )
      left = try reader.quantity(
        at: members["remaining_amount"],
        decimals: decimals,
        rounding: .up
      )
      if let trades = members["trades"] {
        reader.offset = trades
        fills = try self.fills(&reader, instrument, order: report)
      }
      let average = try reader.price(
        at: members["avg_execution_price"],
        rounding: side.priceRounding
      )
      report.filledNotional = worth(of: report, fills, average: average, instrument)
    }
    report.status = status(isLive: isLive, isCancelled: isCancelled, left: left)
    reader.offset = end
    return (report, fills)
  }

  /// An order that is neither live nor cancelled, and has something left, is on its way.
  private func status(isLive: Bool, isCancelled: Bool, left: Quantity?) -> OrderStatus {
    if isLive { return .open }
    if isCancelled { return .cancelled }
    return left?.isZero == true ? .filled : .pending
  }

  /// What the fills were worth: the sum of the trades where Gemini listed all of them, else what
  /// its average price makes of it.
  private func worth(
    of report: OrderReport,
    _ fills: [Fill],
    average: Price?,
    _ instrument: Instrument
  ) -> Notional? {
    guard let filled = report.filled, let side = report.side else { return nil }
    let scale = instrument.notionalScale
    var products: Int128 = 0
    var total: Int64 = 0
    for fill in fills {
      let (sum, tooBig) = products.addingReportingOverflow(
        scale.product(fill.price, fill.quantity)
      )
      let (quantity, tooMuch) = total.addingReportingOverflow(fill.quantity.raw)
      guard !tooBig, !tooMuch else { return nil }
      products = sum
      total = quantity
    }
    if total == filled.raw {
      return scale.notional(ofProducts: products, rounding: side.priceRounding)
    }
    guard let average, average.raw > 0 else { return nil }
    return scale.notional(average, filled, rounding: side.priceRounding)
  }

  private func cancelled(_ reader: inout JSONReader) throws(WireError) -> Int? {
    let members = try reader.members()
    let end = reader.offset
    var count: Int?
    if let details = members["details"] {
      reader.offset = details
      if let list = try reader.members()["cancelledOrders"] {
        reader.offset = list
        var found = 0
        try reader.beginArray()
        var isFirst = true
        while try reader.nextElement(&isFirst) {
          try reader.skipValue()
          found += 1
        }
        count = found
      }
    }
    reader.offset = end
    return count
  }

  // MARK: Fills

  /// A page of our trades at one instrument.
  ///
  /// Gemini lists at most 500 from a moment on; a full page is followed by one from its newest
  /// trade on, so that the two overlap and none is missed.
  private func fills(
    _ reader: inout JSONReader,
    _ instrument: Instrument?,
    since: Timestamp?,
    after cursor: String?
  ) throws(WireError) -> AccountAnswer {
    guard let instrument else { throw reader.failure(.knownSymbol) }
    let fills = try fills(&reader, instrument, order: nil)
    let newest = fills.compactMap { $0.venueTime?.nanoseconds }.max().map { $0 / 1_000_000 }
    var next: String?
    if fills.count >= Gemini.tradesPerPage, since != nil || cursor != nil, let newest {
      let asked = cursor.flatMap { Int64($0) } ?? since.map { $0.nanoseconds / 1_000_000 } ?? 0
      next = String(max(newest, asked.addingReportingOverflow(1).partialValue))
    }
    return .fills(recent(fills, since), cursor: next)
  }

  private func recent(_ fills: [Fill], _ since: Timestamp?) -> [Fill] {
    guard let since else { return fills }
    return fills.filter { $0.venueTime.map { $0 >= since } ?? true }
  }

  private func fills(
    _ reader: inout JSONReader,
    _ instrument: Instrument,
    order: OrderReport?
  ) throws(WireError) -> [Fill] {
    var fills: [Fill] = []
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      fills.append(try fill(&reader, instrument, order: order))
    }
    return fills
  }

  private func fill(
    _ reader: inout JSONReader,
    _ instrument: Instrument,
    order: OrderReport?
  ) throws(WireError) -> Fill {
    let members = try reader.members()
    let end = reader.offset
    let side = try side(&reader, members["type"], buy: "Buy", sell: "Sell")
    let currency = try reader.required(reader.text(at: members["fee_currency"]))
    let feeAsset = Asset(symbol: currency.uppercased())
    let orderID = try reader.text(at: members["order_id"]) ?? order?.venueOrderID
    let fill = Fill(
      instrument: instrument.id,
      tradeID: try reader.required(reader.text(at: members["tid"])),
      venueOrderID: try reader.required(orderID),
      clientOrderID: try reader.text(at: members["client_order_id"]) ?? order?.clientOrderID,
      side: side,
      price: try reader.required(
        reader.price(at: members["price"], rounding: side.priceRounding)
      ),
      quantity: try reader.required(
        reader.quantity(
          at: members["amount"],
          decimals: instrument.base.decimals,
          rounding: side.quantityRounding
        )
      ),
      fee: try reader.required(
        reader.notional(
          at: members["fee_amount"],
          decimals: feeAsset.decimals,
          rounding: .up
        )
      ),
      feeAsset: feeAsset,
      liquidity: try reader.boolean(at: members["aggressor"]).map { $0 ? .taker : .maker },
      venueTime: try reader.epochTime(
        at: members["timestampms"],
        nanosecondsPerUnit: 1_000_000
      )
    )
    reader.offset = end
    return fill
  }

  // MARK: The account

  private func balances(_ reader: inout JSONReader) throws(WireError) -> [Balance] {
    var balances: [Balance] = []
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      let members = try reader.members()
      let end = reader.offset
      let asset = Asset(
        symbol: try reader.required(reader.text(at: members["currency"])).uppercased()
      )
      balances.append(
        Balance(
          asset: asset,
          total: try reader.required(
            reader.notional(at: members["amount"], decimals: asset.decimals, rounding: .down)
          ),
          available: try reader.required(
            reader.notional(at: members["available"], decimals: asset.decimals, rounding: .down)
          )
        )
      )
      reader.offset = end
    }
    return balances
  }

  /// What all instruments cost over the API, in basis points.
  private func fees(_ reader: inout JSONReader) throws(WireError) -> FeeReport {
    let members = try reader.members()
    let end = reader.offset
    let report = FeeReport(
      instrument: nil,
      maker: try reader.required(reader.rate(at: members["api_maker_fee_bps"], places: 4)),
      taker: try reader.required(reader.rate(at: members["api_taker_fee_bps"], places: 4))
    )
    reader.offset = end
    return report
  }

  // MARK: Words

  /// Gemini writes `BTCUSD` and `btcusd` for the same instrument.
  func instrument(
    _ symbol: String,
    _ expected: Instrument?,
    _ symbols: borrowing SymbolTable
  ) -> Instrument? {
    if let expected, expected.wireSymbol.lowercased() == symbol.lowercased() { return expected }
    return symbols.instrument(named: symbol) ?? symbols.instrument(named: symbol.uppercased())
      ?? symbols.instrument(named: symbol.lowercased())
  }

  func side(
    _ reader: inout JSONReader,
    _ start: Int?,
    buy: String,
    sell: String
  ) throws(WireError) -> OrderSide {
    switch try reader.required(reader.text(at: start)) {
    case buy: return .buy
    case sell: return .sell
    default: throw reader.failure(.knownSide, at: start ?? 0)
    }
  }
}
