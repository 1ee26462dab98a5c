public import Codecs
import Market
import Units
public import VenueKit

extension Coinbase {
  /// Reads a frame of the user socket.
  ///
  /// `user` tells how far each order has come in all, and no single execution: fills are asked for.
  /// `sequence_num` counts the frames of the connection over all its channels.
  ///
  /// - Source: Coinbase Developer Platform, "Advanced Trade WebSocket channels", "User".
  public func decodePrivate(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout AccountEvents
  ) throws(WireError) {
    try beginPrivate(frame, into: &events)
    var reader = JSONReader(frame)
    var outline = Outline()
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("channel") {
        outline.channel = reader.text(try reader.string())
      } else if reader.keyIs("sequence_num") {
        outline.sequence = try reader.unsignedInteger()
      } else if reader.keyIs("timestamp"), reader.peek() == UInt8(ascii: "\"") {
        let start = reader.offset
        try reader.skipValue()
        outline.time = time(reader, start)
      } else if reader.keyIs("type") {
        outline.type = reader.text(try reader.string())
      } else if reader.keyIs("message") {
        outline.message = try reader.words(under: "message").map { reader.text($0) }
      } else if reader.keyIs("events") {
        outline.events = reader.offset
        try reader.skipValue()
      } else {
        try reader.skipValue()
      }
    }
    try reader.expectEnd()
    guard let channel = outline.channel else {
      guard outline.type == "error" else { throw reader.failure(.currentProtocol, at: 0) }
      events.events.append(.refused(refusal(outline.message ?? "")))
      return
    }
    events.sequence = outline.sequence
    guard let start = outline.events else { throw reader.failure(.requiredField) }
    reader.offset = start
    switch channel {
    case "heartbeats": events.events.append(.heartbeat)
    case "subscriptions": try subscriptions(&reader, &events)
    case "user": try user(&reader, outline.time, symbols, &events)
    default: events.events.append(.ignored)
    }
  }

  private struct Outline {
    var channel: String?
    var type: String?
    var message: String?
    var sequence: UInt64?
    var time: Timestamp?
    var events: Int?
  }

  /// The frame's time, which `user` orders do not repeat; nil where it is none.
  private func time(_ reader: borrowing JSONReader, _ start: Int) -> Timestamp? {
    let bytes = Array(
      reader.text(TextRange(start: start, count: reader.offset - start)).utf8
    )
    var time = JSONReader(bytes.span)
    do { return try time.timestamp() } catch { return nil }
  }

  /// An error frame says in words alone what is wrong.
  ///
  /// - Source: gocryptotrader's tests, "authentication failure".
  private func refusal(_ message: String) -> VenueFailure {
    let words = message.lowercased()
    let isKey = ["authenticat", "unauthorized", "jwt"].contains { words.contains($0) }
    return VenueFailure(isKey ? .badKey : .permanent, code: "error", words: message)
  }

  /// The cumulative map of what the connection is subscribed to.
  private func subscriptions(
    _ reader: inout JSONReader,
    _ events: inout AccountEvents
  ) throws(WireError) {
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      try reader.beginObject()
      var isFirstKey = true
      while try reader.nextKey(&isFirstKey) {
        guard reader.keyIs("subscriptions") else {
          try reader.skipValue()
          continue
        }
        try reader.beginObject()
        var isFirstChannel = true
        while try reader.nextKey(&isFirstChannel) {
          events.events.append(.subscribed(reader.text(reader.key)))
          try reader.skipValue()
        }
      }
    }
  }

  // MARK: Orders

  /// A snapshot comes in frames of fifty orders; one with fewer is the last.
  private func user(
    _ reader: inout JSONReader,
    _ time: Timestamp?,
    _ symbols: borrowing SymbolTable,
    _ events: inout AccountEvents
  ) throws(WireError) {
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      let start = reader.offset
      let type = try reader.stringMember("type")
      let isSnapshot = type.map { reader.text($0, is: "snapshot") } ?? false
      if isSnapshot, !events.memory.continuesSnapshot {
        events.memory.removeAll()
        events.events.append(.snapshotBegins)
      }
      reader.offset = start
      try reader.beginObject()
      var isFirstKey = true
      var count = 0
      while try reader.nextKey(&isFirstKey) {
        guard reader.keyIs("orders"), !reader.consumeNull() else {
          if !reader.keyIs("orders") { try reader.skipValue() }
          continue
        }
        try reader.beginArray()
        var isFirstOrder = true
        while try reader.nextElement(&isFirstOrder) {
          count += 1
          try order(WireObject(&reader), time, symbols, &events)
        }
      }
      if isSnapshot { events.memory.continuesSnapshot = count >= Limit.snapshot }
    }
  }

  private func order(
    _ row: WireObject,
    _ time: Timestamp?,
    _ symbols: borrowing SymbolTable,
    _ events: inout AccountEvents
  ) throws(WireError) {
    let id = try row.required("order_id")
    let side = try row.side("order_side")
    let instrument = symbols.instrument(named: try row.required("product_id"))
    var report = OrderReport(status: .open)
    report.venueOrderID = id
    report.clientOrderID = row.text("client_order_id")
    report.side = side
    if let instrument {
      report.instrument = instrument.id
      try amounts(row, side ?? .buy, instrument, &report)
    }
    report.status = try Coinbase.status(row, report.filled)
    // Of an order that is done nothing is left, whatever it was for.
    if report.status.isFinal, report.status != .filled { report.quantity = nil }
    report.reason = Coinbase.reason(row)
    report.venueTime = time
    events.memory.complete(&report, of: instrument)
    events.events.append(.order(report))
  }

  /// Filled so far, what that was worth, and, with what is left, the quantity of the order.
  private func amounts(
    _ row: WireObject,
    _ side: OrderSide,
    _ instrument: Instrument,
    _ report: inout OrderReport
  ) throws(WireError) {
    guard
      let filled = try row.quantity(
        "cumulative_quantity",
        of: instrument.base,
        rounding: side.quantityRounding
      )
    else { throw row.missing() }
    report.filled = filled
    if let left = try row.quantity("leaves_quantity", of: instrument.base, rounding: .down) {
      let (sum, overflow) = filled.raw.addingReportingOverflow(left.raw)
      guard !overflow else { throw row.wrong("leaves_quantity", .numberInRange) }
      report.quantity = Quantity(raw: sum)
    }
    report.filledNotional = try row.notional(
      "filled_value",
      of: instrument.quote,
      rounding: side.priceRounding
    )
    if report.filledNotional == nil {
      report.filledNotional = try worth(row, filled, side, instrument)
    }
  }

  /// The average price, which is rounded, times what filled: near the truth, and never better.
  private func worth(
    _ row: WireObject,
    _ filled: Quantity,
    _ side: OrderSide,
    _ instrument: Instrument
  ) throws(WireError) -> Notional? {
    guard let average = try row.amount("avg_price", places: 10, rounding: side.priceRounding)
    else { return nil }
    let (product, overflow) = average.multipliedReportingOverflow(by: Int128(filled.raw))
    guard !overflow, average >= 0 else { throw row.wrong("avg_price", .numberInRange) }
    return instrument.notionalScale.notional(ofProducts: product, rounding: side.priceRounding)
  }
}
