public import Codecs
import Market
import Units
public import VenueKit

extension Gemini {
  /// Reads a frame of the current socket that speaks of our account; market data is ignored.
  ///
  /// - Source: Gemini's stream reference (orders and balances), its `developer-platform`, and
  ///   hummingbot's shapes.
  public func decodePrivate(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout AccountEvents
  ) throws(WireError) {
    try beginPrivate(frame, into: &events)
    var reader = JSONReader(frame)
    let members = try reader.members()
    try reader.expectEnd()
    if members.contains("socket_sequence") {
      throw reader.failure(.currentProtocol, at: 0)
    }
    if members.contains("X") {
      try order(&reader, members, symbols, &events)
    } else if members.contains("status") || members.contains("error") {
      events.events.append(try acknowledgement(&reader, members))
    } else if members.contains("result"), let reason = try reader.text(at: members["reason"]) {
      // An error as REST writes it.
      let words = try reader.text(at: members["message"]) ?? ""
      events.events.append(.refused(socketFailure(status: 400, code: reason, words: words)))
    } else if try isBalances(&reader, members) {
      events.events.append(.balances(try balances(&reader, members)))
    } else {
      events.events.append(.ignored)
    }
  }

  // MARK: Acknowledgements

  /// What became of a request of ours, as in `{"id":"7","status":200}`; the id may come back as a
  /// number.
  ///
  /// Success says that the request was taken in, and never that an order exists.
  private func acknowledgement(
    _ reader: inout JSONReader,
    _ members: ObjectMembers
  ) throws(WireError) -> AccountEvent {
    let id = try reader.text(at: members["id"]).flatMap { UInt64($0) }
    var status: UInt64 = 400
    if let text = try reader.text(at: members["status"]) {
      guard let number = UInt64(text) else {
        throw reader.failure(.unsignedInteger, at: members["status"] ?? 0)
      }
      status = number
    }
    guard status >= 300 || members.contains("error") else {
      guard let id else { return .ignored }
      return id == 0
        ? .subscribed("orders@account balances@account")
        : .answered(id: id, .success(.done(count: nil)))
    }
    let failure = try refusal(&reader, members, status: status)
    guard let id, id > 0 else { return .refused(failure) }
    return .answered(id: id, .failure(failure))
  }

  private func refusal(
    _ reader: inout JSONReader,
    _ members: ObjectMembers,
    status: UInt64
  ) throws(WireError) -> VenueFailure {
    guard let start = members["error"] else {
      return socketFailure(status: status, code: "", words: "")
    }
    reader.offset = start
    guard reader.peek() == UInt8(ascii: "{") else {
      let words = try reader.words(under: "msg").map { reader.text($0) }
      return socketFailure(status: status, code: "", words: words ?? "")
    }
    let error = try reader.members()
    return socketFailure(
      status: status,
      code: try code(&reader, error["code"]),
      words: try reader.text(at: error["msg"]) ?? ""
    )
  }

  /// `-1013`, or the same in quotes.
  private func code(_ reader: inout JSONReader, _ start: Int?) throws(WireError) -> String {
    guard let start else { return "" }
    reader.offset = start
    if reader.peek() == UInt8(ascii: "-") {
      reader.offset += 1
      return "-" + String(try reader.unsignedInteger())
    }
    return try reader.text(at: start) ?? ""
  }

  // MARK: Orders

  /// An order's event, and the fill that it tells of, before the order itself.
  private func order(
    _ reader: inout JSONReader,
    _ members: ObjectMembers,
    _ symbols: borrowing SymbolTable,
    _ events: inout AccountEvents
  ) throws(WireError) {
    let symbol = try reader.required(reader.text(at: members["s"]))
    let instrument = instrument(symbol, nil, symbols)
    let side = try side(&reader, members["S"], buy: "BUY", sell: "SELL")
    let state = try state(&reader, members["X"])
    var report = OrderReport(status: state.status)
    report.instrument = instrument?.id
    report.venueOrderID = try reader.required(reader.text(at: members["i"]))
    report.clientOrderID = try reader.text(at: members["c"])
    report.side = side
    report.reason = try reader.text(at: members["r"])
    report.venueTime = try time(&reader, members["T"] ?? members["E"])
    guard let instrument else {
      events.events.append(.order(report))
      return
    }
    let decimals = instrument.base.decimals
    report.quantity = try reader.quantity(at: members["q"], decimals: decimals, rounding: .up)
    let left = try reader.quantity(at: members["z"], decimals: decimals, rounding: .up)
    let executed = try reader.quantity(
      at: members["Z"],
      decimals: decimals,
      rounding: side.quantityRounding
    )
    report.filled = filled(state, quantity: report.quantity, left: left, executed: executed)
    if state.isFill,
      let fill = try fill(&reader, members, instrument, report, quantity: executed)
    {
      events.events.append(.fill(fill))
    }
    events.events.append(.order(report))
  }

  private func state(
    _ reader: inout JSONReader,
    _ start: Int?
  ) throws(WireError) -> (status: OrderStatus, isFill: Bool) {
    switch try reader.required(reader.text(at: start)) {
    case "NEW": return (.pending, false)
    case "OPEN", "MODIFIED": return (.open, false)
    case "PARTIALLY_FILLED": return (.open, true)
    case "FILLED": return (.filled, true)
    case "CANCELED": return (.cancelled, false)
    case "REJECTED": return (.rejected, false)
    default: throw reader.failure(.knownField, at: start ?? 0)
    }
  }

  /// How much has filled in all.
  ///
  /// `Z` is the last execution on an event of a fill and the total on any other, and fields of
  /// zero are left out: on a fill the total is what was ordered less what is left. Nil where that
  /// cannot be told.
  private func filled(
    _ state: (status: OrderStatus, isFill: Bool),
    quantity: Quantity?,
    left: Quantity?,
    executed: Quantity?
  ) -> Quantity? {
    guard state.isFill else { return executed ?? .zero }
    if state.status == .filled { return quantity }
    guard let quantity, let left, left <= quantity else { return nil }
    return quantity - left
  }

  /// The execution that an event of a fill tells of.
  ///
  /// Gemini takes its fee in the quote asset. A fee that is left out may be zero or merely not
  /// told: then there is no fill here, and the list of trades has it.
  private func fill(
    _ reader: inout JSONReader,
    _ members: ObjectMembers,
    _ instrument: Instrument,
    _ order: OrderReport,
    quantity: Quantity?
  ) throws(WireError) -> Fill? {
    guard let quantity, !quantity.isZero, let side = order.side,
      let orderID = order.venueOrderID,
      let tradeID = try reader.text(at: members["t"]),
      let price = try reader.price(at: members["L"], rounding: side.priceRounding),
      let fee = try reader.notional(
        at: members["n"],
        decimals: instrument.quote.decimals,
        rounding: .up
      )
    else { return nil }
    return Fill(
      instrument: instrument.id,
      tradeID: tradeID,
      venueOrderID: orderID,
      clientOrderID: order.clientOrderID,
      side: side,
      price: price,
      quantity: quantity,
      fee: fee,
      feeAsset: instrument.quote,
      liquidity: try reader.boolean(at: members["m"]).map { $0 ? .maker : .taker },
      venueTime: order.venueTime
    )
  }

  /// A time in nanoseconds, or in milliseconds.
  ///
  /// The documentation has the former and Gemini's own examples also the latter; neither can be
  /// taken for the other before the year 2262.
  private func time(_ reader: inout JSONReader, _ start: Int?) throws(WireError) -> Timestamp? {
    guard let text = try reader.text(at: start), let count = UInt64(text) else { return nil }
    return try reader.epochTime(
      at: start,
      nanosecondsPerUnit: count < 10_000_000_000_000_000 ? 1_000_000 : 1
    )
  }

  // MARK: Balances

  private func isBalances(
    _ reader: inout JSONReader,
    _ members: ObjectMembers
  ) throws(WireError) -> Bool {
    try reader.text(at: members["e"]) == "balanceUpdate"
  }

  /// Those balances that changed; small negative ones occur.
  ///
  /// `f` is free and `c` the total. Gemini's example leaves `c` out: what is free is then the least
  /// that the total can be.
  private func balances(
    _ reader: inout JSONReader,
    _ members: ObjectMembers
  ) throws(WireError) -> [Balance] {
    var balances: [Balance] = []
    reader.offset = try reader.required(members["B"])
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      let row = try reader.members()
      let end = reader.offset
      let asset = Asset(symbol: try reader.required(reader.text(at: row["a"])).uppercased())
      let free = try reader.notional(at: row["f"], decimals: asset.decimals, rounding: .down)
      let total = try reader.notional(at: row["c"], decimals: asset.decimals, rounding: .down)
      balances.append(
        Balance(asset: asset, total: total ?? free ?? .zero, available: free ?? .zero)
      )
      reader.offset = end
    }
    return balances
  }
}
