public import Codecs
import Market
import Units
public import VenueKit

extension Kraken {
  /// Reads a frame of the authenticated socket.
  ///
  /// Of `executions`, fields that did not change are left out, symbol and side included, so each
  /// report is completed from what earlier frames said of the order.
  ///
  /// - Source: Kraken API documentation, WebSocket v2, "Executions", "Add Order", "Cancel Order".
  public func decodePrivate(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout AccountEvents
  ) throws(WireError) {
    try beginPrivate(frame, into: &events)
    var reader = JSONReader(frame)
    if reader.peek() == UInt8(ascii: "[") { throw reader.failure(.currentProtocol) }
    var outline = Outline()
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("channel") {
        outline.channel = reader.text(try reader.string())
      } else if reader.keyIs("type") {
        outline.isSnapshot = reader.text(try reader.string(), is: "snapshot")
      } else if reader.keyIs("method") {
        outline.method = reader.text(try reader.string())
      } else if reader.keyIs("error") {
        if !reader.consumeNull() { outline.error = reader.text(try reader.anyString()) }
      } else if reader.keyIs("success") {
        outline.success = try reader.boolean()
      } else if reader.keyIs("req_id") {
        if !reader.consumeNull() { outline.id = try reader.unsignedInteger() }
      } else if reader.keyIs("sequence") {
        outline.sequence = try reader.unsignedInteger()
      } else if reader.keyIs("data") {
        outline.data = reader.offset
        try reader.skipValue()
      } else if reader.keyIs("result") {
        outline.result = reader.offset
        try reader.skipValue()
      } else {
        try reader.skipValue()
      }
    }
    try reader.expectEnd()
    if let channel = outline.channel {
      try message(&reader, channel, outline, symbols, &events)
    } else if let method = outline.method {
      try answered(&reader, method, outline, &events)
    } else if let error = outline.error {
      events.events.append(refusal(error, id: outline.id))
    } else {
      throw reader.failure(.currentProtocol, at: 0)
    }
  }

  private struct Outline {
    var channel: String?
    var isSnapshot = false
    var method: String?
    var error: String?
    var success: Bool?
    var id: UInt64?
    var sequence: UInt64?
    var data: Int?
    var result: Int?
  }

  private func message(
    _ reader: inout JSONReader,
    _ channel: String,
    _ outline: Outline,
    _ symbols: borrowing SymbolTable,
    _ events: inout AccountEvents
  ) throws(WireError) {
    switch channel {
    case "heartbeat": events.events.append(.heartbeat)
    case "executions":
      guard let data = outline.data else { throw reader.failure(.requiredField) }
      // Other channels count for themselves, so theirs is not told.
      events.sequence = outline.sequence
      if outline.isSnapshot {
        events.memory.removeAll()
        events.events.append(.snapshotBegins)
      }
      reader.offset = data
      try reader.beginArray()
      var isFirst = true
      while try reader.nextElement(&isFirst) {
        try execution(WireObject(&reader), symbols, &events)
      }
    default: events.events.append(.ignored)
    }
  }

  // MARK: Executions

  private func execution(
    _ row: WireObject,
    _ symbols: borrowing SymbolTable,
    _ events: inout AccountEvents
  ) throws(WireError) {
    let id = try row.required("order_id")
    let known = events.memory[id]
    var report = OrderReport(status: try status(row, known?.report))
    report.venueOrderID = id
    report.clientOrderID = row.text("cl_ord_id")
    report.side = try row.side("side")
    let side = report.side ?? known?.report.side
    let named = row.text("symbol")
    let instrument = named.map { symbols.instrument(named: $0) } ?? known?.instrument
    if let instrument {
      let against = side ?? .buy
      report.instrument = instrument.id
      report.quantity = try row.quantity(
        "order_qty",
        of: instrument.base,
        rounding: against.quantityRounding
      )
      report.filled = try row.quantity(
        "cum_qty",
        of: instrument.base,
        rounding: against.quantityRounding
      )
      report.filledNotional = try row.notional(
        "cum_cost",
        of: instrument.quote,
        rounding: against.priceRounding
      )
    }
    report.reason = row.text("reason") ?? row.text("cancel_reason")
    report.venueTime = row.time("timestamp")
    events.memory.complete(&report, of: instrument)
    if row.text("exec_type") == "trade" {
      if let instrument {
        guard let side else { throw row.missing() }
        events.events.append(.fill(try fill(row, id, report, instrument, side)))
      } else if known == nil, named == nil {
        // A fill of nobody knows what. One in an instrument that the table lacks is not ours.
        throw row.missing()
      }
    }
    events.events.append(.order(report))
  }

  private func status(_ row: WireObject, _ known: OrderReport?) throws(WireError) -> OrderStatus {
    if let word = row.text("order_status") {
      switch word {
      case "pending_new": return .pending
      case "new", "partially_filled", "triggered": return .open
      case "filled": return .filled
      case "canceled": return .cancelled
      case "expired": return .expired
      case "rejected": return .rejected
      default: throw row.wrong("order_status", .knownField)
      }
    }
    switch try row.required("exec_type") {
    case "pending_new": return .pending
    case "new", "trade": return .open
    case "filled": return .filled
    case "canceled": return .cancelled
    case "expired": return .expired
    case "rejected": return .rejected
    case "iceberg_refill", "amended", "restated", "status":
      guard let known else { throw row.missing() }
      return known.status
    default: throw row.wrong("exec_type", .knownField)
    }
  }

  private func fill(
    _ row: WireObject,
    _ id: String,
    _ report: OrderReport,
    _ instrument: Instrument,
    _ side: OrderSide
  ) throws(WireError) -> Fill {
    guard let price = try row.price("last_price", rounding: side.priceRounding),
      let quantity = try row.quantity(
        "last_qty",
        of: instrument.base,
        rounding: side.quantityRounding
      )
    else { throw row.missing() }
    let fee = try fee(row)
    let liquidity: Fill.Liquidity? =
      switch row.text("liquidity_ind") {
      case nil: nil
      case "m": .maker
      case "t": .taker
      default: throw row.wrong("liquidity_ind", .knownField)
      }
    return Fill(
      instrument: instrument.id,
      tradeID: try row.required("exec_id"),
      venueOrderID: id,
      clientOrderID: report.clientOrderID,
      side: side,
      price: price,
      quantity: quantity,
      fee: fee.amount,
      feeAsset: fee.asset,
      liquidity: liquidity,
      venueTime: report.venueTime
    )
  }

  /// The sum of `fees`, which are of one asset: every order of ours asks for the quote asset.
  private func fee(_ row: WireObject) throws(WireError) -> (amount: Notional, asset: Asset) {
    let asset = Asset(symbol: Kraken.asset(try row.required("fees.0.asset")))
    var amount = Notional.zero
    var index = 0
    while row.has("fees.\(index).asset") || row.has("fees.\(index).qty") {
      let name = "fees.\(index).asset"
      guard Kraken.asset(try row.required(name)) == asset.symbol else {
        throw row.wrong(name, .knownField)
      }
      guard let part = try row.notional("fees.\(index).qty", of: asset, rounding: .up) else {
        throw row.missing()
      }
      amount += part
      index += 1
    }
    return (amount, asset)
  }

  // MARK: Answers over the socket

  private func answered(
    _ reader: inout JSONReader,
    _ method: String,
    _ outline: Outline,
    _ events: inout AccountEvents
  ) throws(WireError) {
    if let error = outline.error, outline.success != true {
      let isOrder = Kraken.orderMethods.contains(method)
      events.events.append(refusal(error, id: isOrder ? outline.id : nil))
      return
    }
    switch method {
    case "pong": events.events.append(.heartbeat)
    case "subscribe":
      let result = try result(&reader, outline)
      events.events.append(.subscribed(try result.required("channel")))
    case "add_order", "cancel_order", "cancel_all":
      guard outline.success == true else { throw reader.failure(.requiredField) }
      guard let id = outline.id else {
        events.events.append(.ignored)
        return
      }
      let result = try result(&reader, outline)
      events.events.append(.answered(id: id, .success(try answer(method, result))))
    default: events.events.append(.ignored)
    }
  }

  private static let orderMethods: Set<String> = ["add_order", "cancel_order", "cancel_all"]

  private func result(
    _ reader: inout JSONReader,
    _ outline: Outline
  ) throws(WireError) -> WireObject {
    guard let start = outline.result else { throw reader.failure(.requiredField) }
    reader.offset = start
    return try WireObject(&reader)
  }

  private func answer(
    _ method: String,
    _ result: WireObject
  ) throws(WireError) -> AccountAnswer {
    switch method {
    case "add_order":
      var report = OrderReport(status: .pending)
      report.venueOrderID = try result.required("order_id")
      report.clientOrderID = result.text("cl_ord_id")
      return .order(report)
    case "cancel_all":
      guard let count = Int(try result.required("count")), count >= 0 else {
        throw result.wrong("count", .unsignedInteger)
      }
      return .done(count: count)
    default: return .done(count: 1)
    }
  }

  /// A refusal with our number is the answer to an order; others concern a subscription or the
  /// connection.
  private func refusal(_ error: String, id: UInt64?) -> AccountEvent {
    guard let id else { return .refused(Kraken.failure(error, hasEffect: false)) }
    return .answered(id: id, .failure(Kraken.failure(error, hasEffect: true)))
  }
}
