import Codecs
import Market
import Units
public import VenueKit

extension Kraken {
  public func answer(
    to action: AccountAction,
    _ response: borrowing VenueResponse,
    symbols: borrowing SymbolTable
  ) throws(VenueFailure) -> AccountAnswer {
    let envelope: Envelope
    do {
      envelope = try self.envelope(response.body)
    } catch {
      guard response.status == 200 else { throw .status(response, of: action) }
      throw .unreadable(error, of: action)
    }
    if let error = envelope.error {
      throw Kraken.failure(error, hasEffect: action.hasEffect)
    }
    // Kraken's own answers come with 200, its errors too.
    guard response.status == 200 else { throw .status(response, of: action) }
    guard let start = envelope.result else {
      throw VenueFailure(.unknownOutcome, of: action, code: "no-result")
    }
    let answer: AccountAnswer?
    do {
      let body = response.body
      var reader = JSONReader(body.span)
      reader.offset = start
      answer = try read(&reader, action, symbols)
    } catch {
      throw .unreadable(error, of: action)
    }
    guard let answer else {
      throw VenueFailure(.unknownOrder, code: "absent", words: "the answer names no such order")
    }
    return answer
  }

  /// The first error that is more than a warning, and where the result lies.
  private struct Envelope {
    var error: String?
    var result: Int?
  }

  /// Reads `{"error":[...],"result":...}` to its end.
  private func envelope(_ body: [UInt8]) throws(WireError) -> Envelope {
    try checkAnswer(body.span)
    var reader = JSONReader(body.span)
    var envelope = Envelope()
    var hasErrors = false
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      if reader.keyIs("error") {
        hasErrors = true
        try reader.beginArray()
        var isFirstError = true
        while try reader.nextElement(&isFirstError) {
          let text = reader.text(try reader.anyString())
          if envelope.error == nil, !text.hasPrefix("W") { envelope.error = text }
        }
      } else if reader.keyIs("result") {
        _ = reader.peek()
        envelope.result = reader.offset
        try reader.skipValue()
      } else {
        try reader.skipValue()
      }
    }
    try reader.expectEnd()
    guard hasErrors else { throw reader.failure(.requiredField) }
    return envelope
  }

  /// Reads the result of `action`; nil where it says that there is no such order.
  private func read(
    _ reader: inout JSONReader,
    _ action: AccountAction,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> AccountAnswer? {
    switch action {
    case .place(let order): return .order(try placed(&reader, order))
    case .cancel:
      let count = try count(&reader)
      return count > 0 ? .done(count: count) : nil
    case .cancelAll: return .done(count: try count(&reader))
    case .order(.venue(let id), let instrument):
      let orders = try orders(&reader, symbols, instrument)
      return orders.first { $0.venueOrderID == id }.map { .order($0) }
    case .order(.client(let id), let instrument):
      let orders = try orders(&reader, under: "closed", symbols, instrument)
        .filter { $0.clientOrderID == id }
      return orders.count == 1 ? .order(orders[0]) : .orders(orders)
    case .openOrders(let instrument):
      let orders = try orders(&reader, under: "open", symbols, instrument)
      guard let instrument else { return .orders(orders) }
      return .orders(orders.filter { $0.instrument == instrument.id })
    case .fills(let instrument, let order, _, let cursor):
      return try fills(&reader, symbols, instrument, order, cursor)
    case .balances: return .balances(try balances(&reader), cursor: nil)
    case .fees(let instrument): return .fees(try fees(&reader, instrument))
    case .streamToken:
      return .streamToken(StreamToken(token: try WireObject(&reader).required("token")))
    case .serverTime:
      let result = try WireObject(&reader)
      guard let time = result.epochSeconds("unixtime") else {
        throw result.wrong("unixtime", .timestamp)
      }
      return .serverTime(time)
    }
  }

  /// The answer says that the order was taken, and never how much of it filled.
  private func placed(
    _ reader: inout JSONReader,
    _ order: OrderRequest
  ) throws(WireError) -> OrderReport {
    let result = try WireObject(&reader)
    var report = OrderReport(status: .pending)
    report.venueOrderID = try result.required("txid.0")
    report.clientOrderID = order.clientOrderID
    report.instrument = order.instrument.id
    report.side = order.side
    report.quantity = order.quantity
    return report
  }

  private func count(_ reader: inout JSONReader) throws(WireError) -> Int {
    let result = try WireObject(&reader)
    guard let count = Int(try result.required("count")), count >= 0 else {
      throw result.wrong("count", .unsignedInteger)
    }
    return count
  }

  // MARK: Balances and fees

  /// Reads `BalanceEx`: what new orders may use is the balance and the credit line, less what is
  /// used of it and what open orders hold.
  ///
  /// - Source: Kraken API documentation, "Get Extended Balance".
  private func balances(_ reader: inout JSONReader) throws(WireError) -> [Balance] {
    var balances: [Balance] = []
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      let name = reader.text(reader.key)
      let row = try WireObject(&reader)
      guard let asset = Kraken.balanceAsset(name) else { continue }
      guard let total = try row.notional("balance", of: asset, rounding: .down) else {
        throw row.missing()
      }
      let credit = try row.notional("credit", of: asset, rounding: .down) ?? .zero
      let used = try row.notional("credit_used", of: asset, rounding: .up) ?? .zero
      let held = try row.notional("hold_trade", of: asset, rounding: .up) ?? .zero
      let available = total + credit - used - held
      if let index = balances.firstIndex(where: { $0.asset == asset }) {
        balances[index].total += total
        balances[index].available += available
      } else {
        balances.append(Balance(asset: asset, total: total, available: available))
      }
    }
    return balances
  }

  /// Reads `TradeVolume`: fees in percent, under the long name of the pair that was asked for.
  ///
  /// Some pairs have one fee for both sides and then no `fees_maker`.
  private func fees(
    _ reader: inout JSONReader,
    _ instrument: Instrument?
  ) throws(WireError) -> [FeeReport] {
    var taker: Rate?
    var maker: Rate?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      if reader.keyIs("fees") {
        taker = try fee(&reader)
      } else if reader.keyIs("fees_maker") {
        maker = try fee(&reader)
      } else {
        try reader.skipValue()
      }
    }
    guard let taker else { throw reader.failure(.requiredField) }
    return [FeeReport(instrument: instrument?.id, maker: maker ?? taker, taker: taker)]
  }

  /// The fee of the first pair of a map; nil for an empty one or `null`.
  private func fee(_ reader: inout JSONReader) throws(WireError) -> Rate? {
    if reader.consumeNull() { return nil }
    var fee: Rate?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      let pair = try WireObject(&reader)
      // A percent is 10⁶ steps of a rate.
      guard let value = try pair.amount("fee", places: 6, rounding: .up),
        let raw = Int64(exactly: value)
      else { throw pair.missing() }
      fee = fee ?? Rate(raw: raw)
    }
    return fee
  }
}

extension Kraken {
  /// Refuses an answer that is too large or not UTF-8.
  func checkAnswer(_ body: Span<UInt8>) throws(WireError) {
    guard body.count <= Kraken.capabilities.maximumFrameBytes else {
      throw WireError(
        offset: Kraken.capabilities.maximumFrameBytes,
        expected: .smallerFrame,
        found: nil
      )
    }
    try checkText(body)
  }
}
