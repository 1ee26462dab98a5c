import Codecs
import Market
import Units
import VenueKit

/// The members of a frame of either socket, as they are met: keys come in any order.
struct Fields {
  /// What a frame turned out to be.
  enum Kind {
    case levels
    case depth
    case trade
    case heartbeat
    case refused
    case ignored
    /// Of the protocol before v2.
    case older
    case unknown
  }

  private(set) var kind = Kind.unknown
  /// The word of `type` or `e`.
  private(set) var type: TextRange?
  private(set) var symbol: TextRange?
  /// Where the list of changes begins.
  private(set) var changes: Int?
  private(set) var trades: Int?
  private(set) var hasAuctions = false
  private(set) var bids: Int?
  private(set) var asks: Int?
  private(set) var firstUpdateID: UInt64?
  private(set) var lastUpdateID: UInt64?
  private(set) var time: Timestamp?
  /// What the venue says was wrong.
  private(set) var words: TextRange?
  private var status: UInt64?
  private var hasTradeID = false
  private var hasOlderKey = false
  private var isEvent = false
  private var isError = false

  /// Reads a whole frame and leaves the reader at its end.
  init(_ reader: inout JSONReader, _ events: inout MarketEvents) throws(WireError) {
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      try member(&reader, &events)
    }
    try reader.expectEnd()
    kind = classify(reader, &events)
  }

  private mutating func member(
    _ reader: inout JSONReader,
    _ events: inout MarketEvents
  ) throws(WireError) {
    let start = reader.offset
    if reader.keyIs("type") || reader.keyIs("e") {
      isEvent = reader.keyIs("e")
      type = try reader.string()
    } else if reader.keyIs("symbol") || reader.keyIs("s") {
      symbol = try reader.string()
    } else if reader.keyIs("changes") {
      events.channel = .book
      changes = start
      try reader.skipValue()
    } else if reader.keyIs("trades") {
      trades = start
      try reader.skipValue()
    } else if reader.keyIs("b") || reader.keyIs("a") {
      if reader.keyIs("b") { bids = start } else { asks = start }
      try reader.skipValue()
    } else if reader.keyIs("U") {
      firstUpdateID = try reader.unsignedInteger()
    } else if reader.keyIs("u") {
      lastUpdateID = try reader.unsignedInteger()
    } else if reader.keyIs("E") {
      time = try reader.epochTime(nanosecondsPerUnit: 1)
    } else if reader.keyIs("status"), reader.peek() != UInt8(ascii: "\"") {
      status = try reader.unsignedInteger()
    } else if reader.keyIs("error") {
      isError = true
      words = try reader.words(under: "msg")
    } else if reader.keyIs("message") || reader.keyIs("reason") {
      words = try reader.anyString()
    } else {
      if reader.keyIs("auction_events") { hasAuctions = true }
      if reader.keyIs("event_id") || reader.keyIs("t") { hasTradeID = true }
      if reader.keyIs("socket_sequence") || reader.keyIs("eventId") { hasOlderKey = true }
      try reader.skipValue()
    }
  }

  private func classify(_ reader: borrowing JSONReader, _ events: inout MarketEvents) -> Kind {
    // The v1 socket also has heartbeats and updates, all of them numbered.
    if hasOlderKey { return .older }
    if let type {
      func isType(_ name: StaticString) -> Bool { reader.text(type, is: name) }
      if isEvent, isType("depthUpdate") { return note(.book, .depth, &events) }
      if isType("l2_updates") { return note(.book, .levels, &events) }
      if isType("trade") { return note(.trades, .trade, &events) }
      if isType("heartbeat") { return note(.heartbeat, .heartbeat, &events) }
      if reader.isNext("auction_", at: type.start) || isType("block_trade") {
        return note(.trades, .ignored, &events)
      }
      if reader.isNext("candles_", at: type.start) { return note(.candles, .ignored, &events) }
      if isType("subscription_ack") { return note(.control, .ignored, &events) }
      if words != nil { return note(.control, .refused, &events) }
      return .unknown
    }
    if isError { return note(.control, .refused, &events) }
    if let status { return note(.control, status < 400 ? .ignored : .refused, &events) }
    if words != nil { return note(.control, .refused, &events) }
    if hasTradeID, symbol != nil { return note(.trades, .trade, &events) }
    if lastUpdateID != nil, symbol != nil { return note(.ticker, .ignored, &events) }
    return .unknown
  }

  private func note(_ channel: Channel, _ kind: Kind, _ events: inout MarketEvents) -> Kind {
    events.channel = channel
    return kind
  }
}
