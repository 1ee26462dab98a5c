public import Codecs
public import Market
import Units
public import VenueKit

extension Bitstamp {
  public func decode(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout MarketEvents
  ) throws(WireError) {
    try begin(frame, into: &events)
    var reader = JSONReader(frame)
    if try diffAsSent(&reader, symbols, &events) { return }
    events.removeAll()
    reader.offset = 0
    try any(&reader, symbols, &events)
  }

  // MARK: The usual frame

  /// A diff in the form in which it was recorded; false when it is anything else.
  ///
  /// The quantity's scale depends on the symbol, which stands at the end.
  @inline(__always)
  private func diffAsSent(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) -> Bool {
    guard reader.match(#"{"data":{"timestamp":""#), let name = trailingSymbol(reader),
      let packed = reader.packed(name), let entry = symbols.find(packed)
    else { return false }
    events.channel = .book
    _ = try reader.unsignedInteger()
    guard reader.match(#"","microtimestamp":""#) else { return false }
    let start = reader.offset
    let stamp = try reader.unsignedInteger()
    let time = try time(ofStamp: stamp, reader, at: start)
    guard reader.match(#"","bids":["#) else { return false }
    let first = events.levels.count
    let firstFar = events.farLevels.count
    try pairs(&reader, .bid, entry, &events)
    guard reader.match(#","asks":["#) else { return false }
    try pairs(&reader, .ask, entry, &events)
    guard reader.match(#"},"channel":"diff_order_book_"#), reader.offset == name.start else {
      return false
    }
    events.events.append(
      .update(
        BookChange(
          instrument: entry.instrument,
          levels: first..<events.levels.count,
          farLevels: firstFar..<events.farLevels.count,
          venueTime: time,
          updateIDs: (stamp, stamp)
        )
      )
    )
    return true
  }

  /// The symbol of a frame that ends as `"channel":"diff_order_book_btcusd","event":"data"}`.
  @inline(__always)
  private func trailingSymbol(_ reader: borrowing JSONReader) -> TextRange? {
    let tail: StaticString = #"","event":"data"}"#
    let end = reader.count - tail.utf8CodeUnitCount
    guard reader.isNext(tail, at: end) else { return nil }
    var start = end
    while let byte = reader.byte(at: start - 1), byte != UInt8(ascii: "_"),
      byte != UInt8(ascii: "\""), end - start <= PackedText.capacity
    {
      start -= 1
    }
    guard reader.isNext("diff_order_book_", at: start - 16) else { return nil }
    return TextRange(start: start, count: end - start)
  }

  /// Pairs up to and past the closing bracket; the opening one has been read.
  @inline(__always)
  private func pairs(
    _ reader: inout JSONReader,
    _ side: BookSide,
    _ entry: SymbolTable.Entry,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      try reader.pairLevel(side, quantityDecimals: Int(entry.quantityDecimals), into: &events)
    }
  }

  // MARK: Any frame

  private func any(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var event: TextRange?
    var channel: TextRange?
    var data: Int?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("event") {
        event = try reader.string()
      } else if reader.keyIs("channel") {
        let name = try reader.string()
        channel = name
        events.channel = Bitstamp.channel(reader, name)
      } else {
        if reader.keyIs("data") { data = reader.offset }
        try reader.skipValue()
      }
    }
    let end = reader.offset
    try reader.expectEnd()
    guard let event else { throw reader.failure(.requiredField, at: end) }
    if reader.isNext("pusher", at: event.start) {
      // The feed before WebSocket v2 ran over Pusher.
      throw reader.failure(.currentProtocol, at: event.start)
    }
    if reader.isNext("bts:", at: event.start) {
      try control(event, channel, data, &reader, symbols, &events)
    } else {
      try content(event, channel, data, &reader, symbols, &events)
    }
    reader.offset = end
  }

  /// The events of the connection itself.
  private func control(
    _ event: TextRange,
    _ channel: TextRange?,
    _ data: Int?,
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    if reader.text(event, is: "bts:heartbeat") {
      events.channel = .heartbeat
      events.events.append(.heartbeat)
    } else if reader.text(event, is: "bts:request_reconnect") {
      events.channel = .control
      events.events.append(.reconnectRequested)
    } else if reader.text(event, is: "bts:subscription_succeeded") {
      // Without the instrument: it says nothing of the book, which comes over REST and may have
      // come already.
      events.events.append(.subscribed(nil, events.channel, depth: nil))
    } else if reader.text(event, is: "bts:unsubscription_succeeded") {
      let entry = channel.flatMap { symbol(reader, $0) }
        .flatMap { reader.packed($0) }.flatMap { symbols.find($0) }
      events.events.append(.unsubscribed(entry?.instrument, events.channel))
    } else if reader.text(event, is: "bts:error") {
      events.channel = .control
      var words: TextRange?
      if let data {
        reader.offset = data
        words = try reader.words(under: "message")
      }
      let range = words ?? event
      events.events.append(.refused(first: Int32(range.start), end: Int32(range.end)))
    } else {
      events.events.append(.ignored(events.channel))
    }
  }

  private func content(
    _ event: TextRange,
    _ channel: TextRange?,
    _ data: Int?,
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    guard let channel, let data else { throw reader.failure(.requiredField) }
    let isDiff =
      reader.isNext("diff_order_book_", at: channel.start) && reader.text(event, is: "data")
    let isTrade =
      reader.isNext("live_trades_", at: channel.start) && reader.text(event, is: "trade")
    guard isDiff || isTrade else {
      events.events.append(.ignored(events.channel))
      return
    }
    guard let name = symbol(reader, channel) else { throw reader.failure(.requiredField) }
    guard let packed = reader.packed(name), let entry = symbols.find(packed) else {
      events.events.append(.unknownSymbol(first: Int32(name.start), end: Int32(name.end)))
      return
    }
    reader.offset = data
    if isDiff {
      events.events.append(.update(try book(&reader, entry, &events)))
    } else {
      try trade(&reader, entry, &events)
    }
  }

  private static func channel(_ reader: borrowing JSONReader, _ name: TextRange) -> Channel {
    if reader.isNext("live_trades_", at: name.start) { return .trades }
    for prefix in ["diff_order_book_", "order_book_", "detail_order_book_"] as [StaticString]
    where reader.isNext(prefix, at: name.start) {
      return .book
    }
    return .unknown
  }

  /// What follows the last underscore of a channel.
  private func symbol(_ reader: borrowing JSONReader, _ channel: TextRange) -> TextRange? {
    var start = channel.end
    while start > channel.start, reader.byte(at: start - 1) != UInt8(ascii: "_") { start -= 1 }
    guard start > channel.start, start < channel.end else { return nil }
    return TextRange(start: start, count: channel.end - start)
  }

  // MARK: Bodies

  /// A diff or a whole book, with its keys in any order.
  func book(
    _ reader: inout JSONReader,
    _ entry: SymbolTable.Entry,
    _ events: inout MarketEvents
  ) throws(WireError) -> BookChange {
    let first = events.levels.count
    let firstFar = events.farLevels.count
    var stamp: (value: UInt64, start: Int)?
    var sides = 0
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("microtimestamp") {
        stamp = (try reader.quotedUnsignedInteger(), reader.offset)
      } else if reader.keyIs("bids") || reader.keyIs("asks") {
        sides += 1
        let side: BookSide = reader.keyIs("bids") ? .bid : .ask
        try reader.pairLevels(side, quantityDecimals: Int(entry.quantityDecimals), into: &events)
      } else {
        try reader.skipValue()
      }
    }
    guard let stamp, sides == 2 else { throw reader.failure(.requiredField) }
    return BookChange(
      instrument: entry.instrument,
      levels: first..<events.levels.count,
      farLevels: firstFar..<events.farLevels.count,
      venueTime: try time(ofStamp: stamp.value, reader, at: stamp.start),
      updateIDs: (stamp.value, stamp.value)
    )
  }

  private func trade(
    _ reader: inout JSONReader,
    _ entry: SymbolTable.Entry,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var trade = TradeFields()
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("price_str") {
        trade.price = try reader.quotedDecimal(places: Price.decimals)
      } else if reader.keyIs("amount_str") {
        trade.quantity = try reader.tradeQuantity(places: Int(entry.quantityDecimals))
      } else if reader.keyIs("type") {
        // 0: the taker bought; 1: the taker sold.
        let start = reader.offset
        switch try reader.unsignedInteger() {
        case 0: trade.takerSide = .buy
        case 1: trade.takerSide = .sell
        default: throw reader.failure(.knownSide, at: start)
        }
      } else if reader.keyIs("id") {
        trade.id = try reader.unsignedInteger()
      } else if reader.keyIs("microtimestamp") {
        trade.venueTime = try reader.epochTime(nanosecondsPerUnit: 1_000)
      } else {
        try reader.skipValue()
      }
    }
    try events.append(trade, of: entry.instrument, isReplay: false, reader)
  }

  /// The moment that a stamp in microseconds stands for.
  @inline(__always)
  private func time(
    ofStamp stamp: UInt64,
    _ reader: borrowing JSONReader,
    at start: Int
  ) throws(WireError) -> Timestamp {
    guard stamp <= UInt64(Int64.max / 1_000) else {
      throw reader.failure(.numberInRange, at: start)
    }
    return Timestamp(nanoseconds: Int64(stamp) * 1_000)
  }
}
