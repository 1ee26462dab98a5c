public import Codecs
public import Market
import Units
public import VenueKit

extension Gemini {
  public func decode(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout MarketEvents
  ) throws(WireError) {
    try begin(frame, into: &events)
    var reader = JSONReader(frame)
    if try updateAsSent(&reader, symbols, &events) { return }
    events.removeAll()
    reader.offset = 0
    let fields = try Fields(&reader, &events)
    try take(fields, &reader, symbols, &events)
    reader.offset = reader.count
  }

  // MARK: The usual frame

  /// An update of the v2 socket in one of the two orders of keys that Gemini has used.
  ///
  /// The quantity's scale depends on the symbol, which stands behind the levels since keys come in
  /// alphabetical order; so the symbol is looked for from the end. False when the frame is anything
  /// else.
  @inline(__always)
  private func updateAsSent(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) -> Bool {
    if reader.match(#"{"changes":["#) {
      guard let name = trailingSymbol(reader), let packed = reader.packed(name),
        let entry = symbols.find(packed)
      else { return false }
      events.channel = .book
      let change = try changes(&reader, entry, &events)
      guard reader.match(#","symbol":""#), reader.offset == name.start else { return false }
      events.events.append(.update(change))
      return true
    }
    guard reader.match(#"{"type":"l2_updates","symbol":""#) else { return false }
    events.channel = .book
    let name = try reader.restOfString()
    guard let packed = reader.packed(name), let entry = symbols.find(packed),
      reader.match(#","changes":["#)
    else { return false }
    let change = try changes(&reader, entry, &events)
    guard reader.match("}"), reader.offset == reader.count else { return false }
    events.events.append(.update(change))
    return true
  }

  /// The symbol of a frame that ends as `"symbol":"BTCUSD","type":"l2_updates"}`.
  @inline(__always)
  private func trailingSymbol(_ reader: borrowing JSONReader) -> TextRange? {
    let tail: StaticString = #"","type":"l2_updates"}"#
    let end = reader.count - tail.utf8CodeUnitCount
    guard reader.isNext(tail, at: end) else { return nil }
    var start = end
    while let byte = reader.byte(at: start - 1), byte != UInt8(ascii: "\""),
      end - start <= PackedText.capacity
    {
      start -= 1
    }
    guard reader.isNext(#""symbol":""#, at: start - 10) else { return nil }
    return TextRange(start: start, count: end - start)
  }

  /// `["buy","65205.5","0.0"]` up to and past the closing bracket; the opening one has been read.
  @inline(__always)
  private func changes(
    _ reader: inout JSONReader,
    _ entry: SymbolTable.Entry,
    _ events: inout MarketEvents,
    at time: Timestamp? = nil
  ) throws(WireError) -> BookChange {
    let first = events.levels.count
    let firstFar = events.farLevels.count
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      let start = reader.offset
      let isBid = reader.match(#"["buy",""#)
      if isBid || reader.match(#"["sell",""#) {
        let priceStart = reader.offset
        let price = try reader.decimal(places: Price.decimals)
        let priceText = TextRange(start: priceStart, count: reader.offset - priceStart)
        if reader.match("\",\"") {
          let quantityStart = reader.offset
          let quantity = try reader.decimal(places: Int(entry.quantityDecimals))
          if reader.match("\"]") {
            try reader.appendLevel(
              isBid ? .bid : .ask,
              price: price,
              priceText: priceText,
              quantity: quantity,
              quantityStart: quantityStart,
              to: &events
            )
            continue
          }
        }
        reader.offset = start
      }
      try change(&reader, entry, &events)
    }
    return BookChange(
      instrument: entry.instrument,
      levels: first..<events.levels.count,
      farLevels: firstFar..<events.farLevels.count,
      venueTime: time
    )
  }

  /// One change with white space anywhere.
  private func change(
    _ reader: inout JSONReader,
    _ entry: SymbolTable.Entry,
    _ events: inout MarketEvents
  ) throws(WireError) {
    try reader.beginArray()
    _ = reader.peek()
    let side = try reader.bookSide(try reader.string(), bid: "buy", ask: "sell")
    try reader.expect(UInt8(ascii: ","), as: .commaOrEnd)
    try reader.expect(UInt8(ascii: "\""), as: .string)
    let start = reader.offset
    let price = try reader.decimal(places: Price.decimals)
    let priceText = TextRange(start: start, count: reader.offset - start)
    try reader.expect(UInt8(ascii: "\""), as: .unsignedDecimal)
    try reader.expect(UInt8(ascii: ","), as: .commaOrEnd)
    try reader.expect(UInt8(ascii: "\""), as: .string)
    let quantityStart = reader.offset
    let quantity = try reader.decimal(places: Int(entry.quantityDecimals))
    try reader.expect(UInt8(ascii: "\""), as: .unsignedDecimal)
    var isFirst = false
    while try reader.nextElement(&isFirst) { try reader.skipValue() }
    try reader.appendLevel(
      side,
      price: price,
      priceText: priceText,
      quantity: quantity,
      quantityStart: quantityStart,
      to: &events
    )
  }

  // MARK: Any frame

  private func take(
    _ fields: Fields,
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    switch fields.kind {
    case .levels: try levels(fields, &reader, symbols, &events)
    case .depth: try depth(fields, &reader, symbols, &events)
    case .trade:
      reader.offset = 0
      try trade(&reader, symbols, &events, isReplay: false)
    case .heartbeat: events.events.append(.heartbeat)
    case .refused:
      let words = fields.words ?? TextRange(start: 0, count: reader.count)
      events.events.append(.refused(first: Int32(words.start), end: Int32(words.end)))
    case .ignored: events.events.append(.ignored(events.channel))
    case .older: throw reader.failure(.currentProtocol, at: 0)
    case .unknown: throw reader.failure(.knownField, at: fields.type?.start ?? 0)
    }
  }

  /// `l2_updates` of the v2 socket; the first of a symbol also tells earlier trades and auctions.
  private func levels(
    _ fields: Fields,
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    guard let name = fields.symbol, let body = fields.changes else {
      throw reader.failure(.requiredField, at: reader.count)
    }
    guard let packed = reader.packed(name), let entry = symbols.find(packed) else {
      events.events.append(.unknownSymbol(first: Int32(name.start), end: Int32(name.end)))
      return
    }
    reader.offset = body
    try reader.beginArray()
    let change = try changes(&reader, entry, &events)
    let isSnapshot = fields.trades != nil || fields.hasAuctions
    events.events.append(isSnapshot ? .snapshot(change) : .update(change))
    guard let trades = fields.trades else { return }
    reader.offset = trades
    let start = events.trades.count
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      try trade(&reader, symbols, &events, isReplay: true)
    }
    // Oldest first in 2026, newest first in 2021.
    let replayed = events.trades[start...]
    if let first = replayed.first?.venueTime, let last = replayed.last?.venueTime, last < first {
      events.trades[start...].reverse()
    }
  }

  /// `depthUpdate` of the current socket.
  ///
  /// - Source: recorded frames of July 2026; the first of a subscription has `U` equal to `u` and
  ///   is the whole book.
  private func depth(
    _ fields: Fields,
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    guard let name = fields.symbol, let first = fields.firstUpdateID,
      let last = fields.lastUpdateID, let bids = fields.bids, let asks = fields.asks
    else { throw reader.failure(.requiredField, at: reader.count) }
    guard let packed = reader.packed(name), let entry = symbols.find(packed) else {
      events.events.append(.unknownSymbol(first: Int32(name.start), end: Int32(name.end)))
      return
    }
    let firstLevel = events.levels.count
    let firstFar = events.farLevels.count
    for (side, offset) in [(BookSide.bid, bids), (.ask, asks)] {
      reader.offset = offset
      try reader.pairLevels(
        side,
        quantityDecimals: Int(entry.quantityDecimals),
        into: &events
      )
    }
    events.events.append(
      .update(
        BookChange(
          instrument: entry.instrument,
          levels: firstLevel..<events.levels.count,
          farLevels: firstFar..<events.farLevels.count,
          venueTime: fields.time,
          updateIDs: (first, last)
        )
      )
    )
  }

  // MARK: Trades

  /// A trade of either socket, as an object that comes next.
  private func trade(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents,
    isReplay: Bool
  ) throws(WireError) {
    let start = reader.offset
    var named = try reader.stringMember("symbol")
    if named == nil {
      reader.offset = start
      named = try reader.stringMember("s")
    }
    guard let name = named else { throw reader.failure(.requiredField) }
    guard let packed = reader.packed(name), let entry = symbols.find(packed) else {
      events.events.append(.unknownSymbol(first: Int32(name.start), end: Int32(name.end)))
      return
    }
    let decimals = Int(entry.quantityDecimals)
    reader.offset = start
    var trade = TradeFields()
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("price") || reader.keyIs("p") {
        trade.price = try reader.quotedDecimal(places: Price.decimals)
      } else if reader.keyIs("quantity") || reader.keyIs("q") {
        trade.quantity = try reader.tradeQuantity(places: decimals)
      } else if reader.keyIs("side") {
        // The taker's side; auctions and blocks have words of their own.
        let word = try reader.string()
        if reader.text(word, is: "buy") { trade.takerSide = .buy }
        if reader.text(word, is: "sell") { trade.takerSide = .sell }
      } else if reader.keyIs("m") {
        // Whether the buyer was the maker.
        trade.takerSide = try reader.boolean() ? .sell : .buy
      } else if reader.keyIs("tid") || reader.keyIs("t") {
        trade.id = try reader.unsignedInteger()
      } else if reader.keyIs("event_id") {
        let number = try reader.unsignedInteger()
        trade.id = trade.id ?? number
      } else if reader.keyIs("timestamp") {
        trade.venueTime = try reader.epochTime(nanosecondsPerUnit: 1_000_000)
      } else if reader.keyIs("E") {
        trade.venueTime = try reader.epochTime(nanosecondsPerUnit: 1)
      } else {
        try reader.skipValue()
      }
    }
    try events.append(trade, of: entry.instrument, isReplay: isReplay, reader)
  }
}
