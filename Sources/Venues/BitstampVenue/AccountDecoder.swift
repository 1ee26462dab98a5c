public import Codecs
import Market
import Units
public import VenueKit

extension Bitstamp {
  /// Reads a frame of the private channels; public ones are ignored.
  ///
  /// - Source: Bitstamp's documentation of WebSocket v2, eight frames of `my_orders` recorded in
  ///   2023, and hummingbot's shapes of 2024.
  public func decodePrivate(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout AccountEvents
  ) throws(WireError) {
    try beginPrivate(frame, into: &events)
    var reader = JSONReader(frame)
    let members = try reader.members()
    try reader.expectEnd()
    let event = try reader.required(reader.text(at: members["event"]))
    let channel = try reader.text(at: members["channel"]) ?? ""
    events.events.append(
      event.hasPrefix("bts:")
        ? try control(&reader, members, event, channel)
        : try content(&reader, members, event, channel, symbols)
    )
  }

  private func control(
    _ reader: inout JSONReader,
    _ members: ObjectMembers,
    _ event: String,
    _ channel: String
  ) throws(WireError) -> AccountEvent {
    switch event {
    case "bts:heartbeat": return .heartbeat
    case "bts:request_reconnect": return .reconnectRequested
    case "bts:subscription_succeeded": return .subscribed(channel)
    case "bts:error":
      var words = ""
      var code = ""
      if let start = members["data"] {
        reader.offset = start
        if reader.peek() == UInt8(ascii: "{") {
          let data = try reader.members()
          words = try reader.text(at: data["message"]) ?? ""
          code = try reader.text(at: data["code"]) ?? ""
        } else {
          words = try reader.words(under: "message").map { reader.text($0) } ?? ""
        }
      }
      return .refused(
        VenueFailure(
          // Tokens are good for a minute; most refusals ask for another.
          Bitstamp.remedy(ofWords: words) ?? .retryLater(afterNanoseconds: nil),
          code: code.isEmpty ? event : code,
          words: String(
            decoding: words.utf8.prefix(VenueFailure.maximumWordsBytes),
            as: UTF8.self
          )
        )
      )
    default: return .ignored
    }
  }

  private func content(
    _ reader: inout JSONReader,
    _ members: ObjectMembers,
    _ event: String,
    _ channel: String,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> AccountEvent {
    let isOrder = channel.hasPrefix("private-my_orders_")
    guard isOrder || channel.hasPrefix("private-my_trades_") else { return .ignored }
    // `private-my_orders_btcusd-314159`: both prefixes have eighteen bytes.
    let name = channel.dropFirst(18)
    let instrument = name.lastIndex(of: "-").flatMap {
      symbols.instrument(named: String(name[..<$0]))
    }
    reader.offset = try reader.required(members["data"])
    let data = try reader.members()
    if isOrder { return .order(try order(&reader, data, event, instrument, at: members)) }
    guard event == "trade" else { return .ignored }
    guard let instrument else { throw reader.failure(.knownSymbol, at: members["channel"] ?? 0) }
    return .fill(try fill(&reader, data, instrument))
  }

  // MARK: Orders

  /// An order's creation, change, or end.
  ///
  /// `amount` is what is left and `amount_traded` what this event alone filled, so the total is
  /// what was ordered less what is left. An order that is gone with nothing left was filled; market
  /// orders, which have no amount at first, may go with 10⁻⁸ left and read as cancelled, with their
  /// exact fill.
  private func order(
    _ reader: inout JSONReader,
    _ data: ObjectMembers,
    _ event: String,
    _ instrument: Instrument?,
    at members: ObjectMembers
  ) throws(WireError) -> OrderReport {
    var report = OrderReport(status: .open)
    report.instrument = instrument?.id
    report.venueOrderID = try reader.required(
      reader.text(at: data["id_str"] ?? data["id"])
    )
    report.clientOrderID = try reader.text(at: data["client_order_id"])
    report.side = try side(&reader, data["order_type"])
    report.venueTime = try reader.epochTime(
      at: data["microtimestamp"],
      nanosecondsPerUnit: 1_000
    )
    // Of another's instrument only whether anything is left matters, and it is rounded up.
    let decimals = instrument?.base.decimals ?? 0
    let left = try reader.required(
      reader.quantity(at: data["amount_str"] ?? data["amount"], decimals: decimals, rounding: .up)
    )
    let quantity = try reader.quantity(
      at: data["amount_at_create"],
      decimals: decimals,
      rounding: .up
    )
    if instrument != nil, let quantity, !quantity.isZero {
      report.quantity = quantity
      if left <= quantity { report.filled = quantity - left }
    }
    switch event {
    case "order_created", "order_changed": break
    case "order_deleted": report.status = left.isZero ? .filled : .cancelled
    default: throw reader.failure(.knownField, at: members["event"] ?? 0)
    }
    return report
  }

  // MARK: Fills

  private func fill(
    _ reader: inout JSONReader,
    _ data: ObjectMembers,
    _ instrument: Instrument
  ) throws(WireError) -> Fill {
    let side: OrderSide
    switch try reader.required(reader.text(at: data["side"])) {
    case "buy": side = .buy
    case "sell": side = .sell
    default: throw reader.failure(.knownSide, at: data["side"] ?? 0)
    }
    return Fill(
      instrument: instrument.id,
      tradeID: try reader.required(reader.text(at: data["id"])),
      venueOrderID: try reader.required(reader.text(at: data["order_id"])),
      clientOrderID: try reader.text(at: data["client_order_id"]),
      side: side,
      price: try reader.required(
        reader.price(at: data["price"], rounding: side.priceRounding)
      ),
      quantity: try reader.required(
        reader.quantity(
          at: data["amount"],
          decimals: instrument.base.decimals,
          rounding: side.quantityRounding
        )
      ),
      fee: try fee(&reader, data["fee"], instrument),
      feeAsset: instrument.quote,
      venueTime: try reader.epochTime(
        at: data["microtimestamp"],
        nanosecondsPerUnit: 1_000
      )
    )
  }
}
