import Codecs
import Market
import Units
public import VenueKit

extension Bitstamp {
  /// Reads the answer to `action`.
  ///
  /// - Source: Bitstamp's API documentation, answers recorded by gocryptotrader in 2018 and 2022,
  ///   and hummingbot's shapes of 2024.
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
    guard let answer else { throw VenueFailure(.unknownOutcome, code: "no-success") }
    return answer
  }

  /// Nil where the venue says that not all was cancelled.
  private func read(
    _ action: AccountAction,
    _ body: [UInt8],
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> AccountAnswer? {
    try checkText(body.span)
    var reader = JSONReader(body.span)
    let answer: AccountAnswer?
    switch action {
    case .place(let order): answer = .order(try taken(&reader, order.instrument, symbols))
    case .cancel(_, let instrument):
      answer = .order(try cancelled(&reader, instrument, symbols))
    case .order(_, let instrument):
      answer = .order(try order(&reader, instrument, symbols).report)
    case .openOrders(let instrument):
      answer = .orders(
        try rows(&reader) { reader throws(WireError) in
          try open(&reader, instrument, symbols)
        }
      )
    case .fills(let instrument, .some, let since, _):
      answer = .fills(
        recent(try order(&reader, instrument, symbols).fills, since),
        cursor: nil
      )
    case .fills(let instrument, nil, let since, let cursor):
      answer = try fills(&reader, instrument, symbols, since: since, after: cursor)
    case .balances:
      answer = .balances(
        try rows(&reader) { reader throws(WireError) in try balance(&reader) },
        cursor: nil
      )
    case .fees(let instrument): answer = .fees(try fees(&reader, instrument, symbols))
    case .cancelAll: answer = try cancelledAll(&reader).map { .done(count: $0) }
    case .streamToken: answer = .streamToken(try token(&reader))
    case .serverTime: answer = .done(count: nil)
    }
    try reader.expectEnd()
    return answer
  }

  /// The elements of a list, each an object.
  func rows<Row>(
    _ reader: inout JSONReader,
    _ row: (inout JSONReader) throws(WireError) -> Row
  ) throws(WireError) -> [Row] {
    var rows: [Row] = []
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) { rows.append(try row(&reader)) }
    return rows
  }

  // MARK: Orders

  /// An order that was just taken: the answer says nothing of fills.
  private func taken(
    _ reader: inout JSONReader,
    _ expected: Instrument,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> OrderReport {
    let members = try reader.members()
    let end = reader.offset
    var report = OrderReport(status: .pending)
    let instrument = try identify(&reader, members, expected, symbols, &report)
    report.venueTime = try calendarTime(&reader, members["datetime"])
    report.quantity = try instrument.flatMap { instrument throws(WireError) in
      try reader.quantity(
        at: members["amount"],
        decimals: instrument.base.decimals,
        rounding: .up
      )
    }
    reader.offset = end
    return report
  }

  /// An order that was cancelled; the amount told is what was left of it.
  ///
  /// Newer answers have a `status`, which says `Cancel pending` before the end.
  private func cancelled(
    _ reader: inout JSONReader,
    _ expected: Instrument,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> OrderReport {
    let members = try reader.members()
    let end = reader.offset
    let status = try reader.text(at: members["status"])
    var report = OrderReport(status: status == nil || status == "Canceled" ? .cancelled : .open)
    _ = try identify(&reader, members, expected, symbols, &report)
    reader.offset = end
    return report
  }

  /// One of the open orders, by a list that the venue renews every ten seconds.
  private func open(
    _ reader: inout JSONReader,
    _ expected: Instrument?,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> OrderReport {
    let members = try reader.members()
    let end = reader.offset
    var report = OrderReport(status: .open)
    let instrument = try identify(&reader, members, expected, symbols, &report)
    report.venueTime = try calendarTime(&reader, members["datetime"])
    if let instrument {
      let decimals = instrument.base.decimals
      let left = try reader.quantity(at: members["amount"], decimals: decimals, rounding: .up)
      report.quantity = try reader.quantity(
        at: members["amount_at_create"],
        decimals: decimals,
        rounding: .up
      )
      if let left, let quantity = report.quantity, left <= quantity {
        report.filled = quantity - left
      }
    }
    reader.offset = end
    return report
  }

  /// An order with its transactions, which are its fills.
  private func order(
    _ reader: inout JSONReader,
    _ expected: Instrument?,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> (report: OrderReport, fills: [Fill]) {
    let members = try reader.members()
    let end = reader.offset
    var report = OrderReport(status: try status(&reader, members["status"]))
    let instrument = try identify(&reader, members, expected, symbols, &report)
    report.venueTime = try calendarTime(&reader, members["datetime"])
    var fills: [Fill] = []
    if let instrument, let side = report.side {
      if let start = members["transactions"] {
        reader.offset = start
        var sum = FillSum()
        fills = try rows(&reader) { reader throws(WireError) in
          try transaction(&reader, instrument, side, report, &sum)
        }
        report.filled = sum.filled
        report.filledNotional = sum.worth
        // A finished order has fills, so none is a list that is not complete.
        if report.status == .filled, fills.isEmpty {
          report.filled = nil
          report.filledNotional = nil
        }
      }
      let left = try reader.quantity(
        at: members["amount_remaining"],
        decimals: instrument.base.decimals,
        rounding: .up
      )
      if let left, let filled = report.filled {
        let (sum, overflow) = left.raw.addingReportingOverflow(filled.raw)
        report.quantity = overflow ? nil : Quantity(raw: sum)
      }
    }
    reader.offset = end
    return (report, fills)
  }

  private func status(
    _ reader: inout JSONReader,
    _ start: Int?
  ) throws(WireError) -> OrderStatus {
    switch try reader.required(reader.text(at: start)) {
    case "In Queue": return .pending
    case "Open", "Cancel pending": return .open
    case "Finished": return .filled
    case "Expired": return .expired
    case "Canceled": return .cancelled
    default: throw reader.failure(.knownField, at: start ?? 0)
    }
  }

  private func cancelledAll(_ reader: inout JSONReader) throws(WireError) -> Int? {
    let members = try reader.members()
    let end = reader.offset
    guard try reader.required(reader.boolean(at: members["success"])) else {
      reader.offset = end
      return nil
    }
    reader.offset = try reader.required(members["canceled"])
    let count = try rows(&reader) { reader throws(WireError) in try reader.skipValue() }.count
    reader.offset = end
    return count
  }

  // MARK: The account

  private func balance(_ reader: inout JSONReader) throws(WireError) -> Balance {
    let members = try reader.members()
    let end = reader.offset
    let asset = Asset(
      symbol: try reader.required(reader.text(at: members["currency"])).uppercased()
    )
    let balance = Balance(
      asset: asset,
      total: try reader.required(
        reader.notional(at: members["total"], decimals: asset.decimals, rounding: .down)
      ),
      available: try reader.required(
        reader.notional(at: members["available"], decimals: asset.decimals, rounding: .down)
      )
    )
    reader.offset = end
    return balance
  }

  /// A list, or one object where one instrument was asked for; in per cent.
  ///
  /// Rows of instruments that are not ours are left out.
  private func fees(
    _ reader: inout JSONReader,
    _ expected: Instrument?,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> [FeeReport] {
    guard reader.peek() == UInt8(ascii: "[") else {
      let report = try feeReport(&reader, symbols)
      return report.map { [$0] } ?? []
    }
    return try rows(&reader) { reader throws(WireError) in
      try feeReport(&reader, symbols)
    }.compactMap(\.self).filter { expected == nil || $0.instrument == expected?.id }
  }

  private func feeReport(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> FeeReport? {
    let members = try reader.members()
    let end = reader.offset
    let name = try reader.required(
      reader.text(at: members["currency_pair"] ?? members["market"])
    )
    reader.offset = try reader.required(members["fees"])
    let fees = try reader.members()
    let maker = try reader.required(reader.rate(at: fees["maker"], places: 6))
    let taker = try reader.required(reader.rate(at: fees["taker"], places: 6))
    reader.offset = end
    return symbols.instrument(named: name).map {
      FeeReport(instrument: $0.id, maker: maker, taker: taker)
    }
  }

  private func token(_ reader: inout JSONReader) throws(WireError) -> StreamToken {
    let members = try reader.members()
    let end = reader.offset
    let token = StreamToken(
      token: try reader.required(reader.text(at: members["token"])),
      userID: try reader.required(reader.text(at: members["user_id"]))
    )
    reader.offset = end
    return token
  }

  // MARK: Words

  /// Reads what every answer says of an order: its number, our id, its side, its instrument.
  private func identify(
    _ reader: inout JSONReader,
    _ members: ObjectMembers,
    _ expected: Instrument?,
    _ symbols: borrowing SymbolTable,
    _ report: inout OrderReport
  ) throws(WireError) -> Instrument? {
    var instrument = expected
    if let market = try reader.text(at: members["market"]) {
      // `BTC/USD` for `btcusd`.
      let name = market.lowercased().replacing("/", with: "")
      if expected?.wireSymbol != name { instrument = symbols.instrument(named: name) }
    }
    report.instrument = instrument?.id
    report.venueOrderID = try reader.required(reader.text(at: members["id"]))
    report.clientOrderID = try reader.text(at: members["client_order_id"])
    report.side = try side(&reader, members["type"])
    return instrument
  }

  /// 0 is a purchase, 1 a sale; as text or as a number.
  func side(_ reader: inout JSONReader, _ start: Int?) throws(WireError) -> OrderSide {
    switch try reader.required(reader.text(at: start)) {
    case "0": return .buy
    case "1": return .sell
    default: throw reader.failure(.knownSide, at: start ?? 0)
    }
  }

  func calendarTime(
    _ reader: inout JSONReader,
    _ start: Int?
  ) throws(WireError) -> Timestamp? {
    guard let text = try reader.text(at: start) else { return nil }
    guard let time = Timestamp(calendarText: text) else {
      throw reader.failure(.timestamp, at: start ?? 0)
    }
    return time
  }
}
