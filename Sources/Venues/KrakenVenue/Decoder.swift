public import Codecs
public import Market
import Units
public import VenueKit

extension Kraken {
  public func decode(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout MarketEvents
  ) throws(WireError) {
    try begin(frame, into: &events)
    var reader = JSONReader(frame)
    if reader.match(#"{"channel":"book","type":"update","data":["#) {
      events.channel = .book
      try books(&reader, isSnapshot: false, symbols, &events)
      if reader.match("}") { return try reader.expectEnd() }
      return try finishObject(&reader)
    }
    try any(&reader, symbols, &events)
  }

  /// A frame whose keys may come in any order.
  private func any(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    // Arrays are version 1 of the protocol.
    if reader.peek() == UInt8(ascii: "[") { throw reader.failure(.currentProtocol) }
    var outline = Outline()
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("channel") {
        let name = try reader.string()
        outline.channel = name
        events.channel = Kraken.channel(reader, name)
      } else if reader.keyIs("type") {
        outline.type = try reader.string()
      } else if reader.keyIs("method") {
        outline.method = try reader.string()
      } else if reader.keyIs("error") {
        if reader.consumeNull() { continue }
        outline.error = try reader.anyString()
      } else if reader.keyIs("success") {
        outline.success = try reader.boolean()
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
    let end = reader.offset
    try reader.expectEnd()
    if outline.channel != nil {
      try message(&reader, outline, symbols, &events)
    } else if let method = outline.method {
      try answer(&reader, method, outline, symbols, &events)
    } else if let error = outline.error {
      events.events.append(.refused(first: Int32(error.start), end: Int32(error.end)))
    } else {
      // `{"event":...}` is version 1.
      throw reader.failure(.currentProtocol, at: 0)
    }
    reader.offset = end
  }

  /// Where the parts of a frame are.
  private struct Outline {
    var channel: TextRange?
    var type: TextRange?
    var method: TextRange?
    var error: TextRange?
    var success: Bool?
    var data: Int?
    var result: Int?
  }

  private func message(
    _ reader: inout JSONReader,
    _ outline: Outline,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    switch events.channel {
    case .heartbeat: events.events.append(.heartbeat)
    case .book, .trades, .status:
      guard let body = outline.data else { throw reader.failure(.requiredField) }
      let isSnapshot = outline.type.map { reader.text($0, is: "snapshot") } ?? false
      reader.offset = body
      try reader.beginArray()
      switch events.channel {
      case .book: try books(&reader, isSnapshot: isSnapshot, symbols, &events)
      case .trades: try trades(&reader, isReplay: isSnapshot, symbols, &events)
      default: try status(&reader, &events)
      }
    default: events.events.append(.ignored(events.channel))
    }
  }

  private static func channel(_ reader: borrowing JSONReader, _ name: TextRange) -> Channel {
    if reader.text(name, is: "book") { return .book }
    if reader.text(name, is: "trade") { return .trades }
    if reader.text(name, is: "heartbeat") { return .heartbeat }
    if reader.text(name, is: "status") { return .status }
    if reader.text(name, is: "ticker") { return .ticker }
    if reader.text(name, is: "ohlc") { return .candles }
    if reader.text(name, is: "instrument") { return .instruments }
    return .unknown
  }

  // MARK: Book

  /// The elements of `data`, whose opening bracket has been read.
  private func books(
    _ reader: inout JSONReader,
    isSnapshot: Bool,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      let start = reader.offset
      let mark = events.mark
      if try bookAsSent(&reader, isSnapshot: isSnapshot, symbols, &events) { continue }
      reader.offset = start
      events.rewind(to: mark)
      try book(&reader, isSnapshot: isSnapshot, symbols, &events)
    }
  }

  /// One book in the form in which Kraken has always sent it; false when it is another.
  @inline(__always)
  private func bookAsSent(
    _ reader: inout JSONReader,
    isSnapshot: Bool,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) -> Bool {
    guard reader.match(#"{"symbol":""#) else { return false }
    let name = try reader.restOfString()
    guard let packed = reader.packed(name), let entry = symbols.find(packed),
      reader.match(#","bids":["#)
    else { return false }
    let first = events.levels.count
    let firstFar = events.farLevels.count
    try levels(&reader, .bid, entry, &events)
    guard reader.match(#","asks":["#) else { return false }
    try levels(&reader, .ask, entry, &events)
    guard reader.match(#","checksum":"#) else { return false }
    let checksum = try self.checksum(&reader)
    guard reader.match(#","timestamp":"#) else { return false }
    let time = try reader.timestamp()
    guard reader.match("}") else { return false }
    let change = BookChange(
      instrument: entry.instrument,
      levels: first..<events.levels.count,
      farLevels: firstFar..<events.farLevels.count,
      venueTime: time,
      checksum: checksum
    )
    events.events.append(isSnapshot ? .snapshot(change) : .update(change))
    return true
  }

  /// One book with its keys in any order.
  private func book(
    _ reader: inout JSONReader,
    isSnapshot: Bool,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    guard let entry = try symbol(&reader, symbols, &events) else { return }
    var change = BookChange(instrument: entry.instrument, levels: 0..<0)
    let first = events.levels.count
    let firstFar = events.farLevels.count
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      if reader.keyIs("bids") {
        try reader.beginArray()
        try levels(&reader, .bid, entry, &events)
      } else if reader.keyIs("asks") {
        try reader.beginArray()
        try levels(&reader, .ask, entry, &events)
      } else if reader.keyIs("checksum") {
        _ = reader.peek()
        change.checksum = try checksum(&reader)
      } else if reader.keyIs("timestamp") {
        change.venueTime = try reader.timestamp()
      } else {
        try reader.skipValue()
      }
    }
    // A book without its checksum cannot be verified, and every book has one.
    guard change.checksum != nil else { throw reader.failure(.requiredField) }
    change = BookChange(
      instrument: entry.instrument,
      levels: first..<events.levels.count,
      farLevels: firstFar..<events.farLevels.count,
      venueTime: change.venueTime,
      checksum: change.checksum
    )
    events.events.append(isSnapshot ? .snapshot(change) : .update(change))
  }

  /// Looks the object's `symbol` up and leaves the reader before the object; past it, with an
  /// event, when the symbol is unknown.
  private func symbol(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) -> SymbolTable.Entry? {
    let start = reader.offset
    guard let name = try reader.stringMember("symbol") else {
      throw reader.failure(.requiredField)
    }
    if let packed = reader.packed(name), let entry = symbols.find(packed) {
      reader.offset = start
      return entry
    }
    events.events.append(.unknownSymbol(first: Int32(name.start), end: Int32(name.end)))
    return nil
  }

  @inline(__always)
  private func checksum(_ reader: inout JSONReader) throws(WireError) -> UInt32 {
    let start = reader.offset
    guard let checksum = UInt32(exactly: try reader.unsignedInteger()) else {
      throw reader.failure(.numberInRange, at: start)
    }
    return checksum
  }

  /// Levels up to and past the closing bracket; the opening one has been read.
  @inline(__always)
  private func levels(
    _ reader: inout JSONReader,
    _ side: BookSide,
    _ entry: SymbolTable.Entry,
    _ events: inout MarketEvents
  ) throws(WireError) {
    if reader.match("]") { return }
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      if reader.match(#"{"price":"#) {
        let priceStart = reader.offset
        let price = try reader.decimal(places: Price.decimals)
        let priceText = TextRange(start: priceStart, count: reader.offset - priceStart)
        if reader.match(#","qty":"#) {
          let quantityStart = reader.offset
          let quantity = try reader.decimal(places: Int(entry.quantityDecimals))
          let quantityText = TextRange(
            start: quantityStart,
            count: reader.offset - quantityStart
          )
          if reader.match("}") {
            try append(side, price, priceText, quantity, quantityText, &reader, &events)
            continue
          }
        }
        reader.offset = priceStart - 9
      }
      try level(&reader, side, entry, &events)
    }
  }

  /// One level with its keys in any order.
  private func level(
    _ reader: inout JSONReader,
    _ side: BookSide,
    _ entry: SymbolTable.Entry,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var price: (value: Int64?, text: TextRange)?
    var quantity: (value: Int64?, text: TextRange)?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      let start = reader.offset
      if reader.keyIs("price") {
        let value = try reader.decimal(places: Price.decimals)
        price = (value, TextRange(start: start, count: reader.offset - start))
      } else if reader.keyIs("qty") {
        let value = try reader.decimal(places: Int(entry.quantityDecimals))
        quantity = (value, TextRange(start: start, count: reader.offset - start))
      } else {
        try reader.skipValue()
      }
    }
    guard let price, let quantity else { throw reader.failure(.requiredField) }
    try append(
      side,
      price.value,
      price.text,
      quantity.value,
      quantity.text,
      &reader,
      &events
    )
  }

  @inline(__always)
  private func append(
    _ side: BookSide,
    _ price: Int64?,
    _ priceText: TextRange,
    _ quantity: Int64?,
    _ quantityText: TextRange,
    _ reader: inout JSONReader,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var digits = LevelDigits.none
    if let crc32, quantity != 0 {
      guard let known = reader.digits(of: priceText, and: quantityText, using: crc32) else {
        throw reader.failure(.numberInRange, at: priceText.start)
      }
      digits = known
    }
    try reader.appendLevel(
      side,
      price: price,
      priceText: priceText,
      quantity: quantity,
      quantityStart: quantityText.start,
      digits: digits,
      to: &events
    )
  }

  // MARK: Trades and status

  private func trades(
    _ reader: inout JSONReader,
    isReplay: Bool,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var isFirstElement = true
    while try reader.nextElement(&isFirstElement) {
      guard let entry = try symbol(&reader, symbols, &events) else { continue }
      var trade = TradeFields()
      try reader.beginObject()
      var isFirst = true
      while try reader.nextKey(&isFirst) {
        _ = reader.peek()
        if reader.keyIs("price") {
          trade.price = try reader.decimal(places: Price.decimals)
        } else if reader.keyIs("qty") {
          trade.quantity = try reader.decimal(places: Int(entry.quantityDecimals))
        } else if reader.keyIs("side") {
          let side = try reader.string()
          trade.takerSide = try reader.orderSide(side, buy: "buy", sell: "sell")
        } else if reader.keyIs("trade_id") {
          trade.id = try reader.unsignedInteger()
        } else if reader.keyIs("timestamp") {
          trade.venueTime = try reader.timestamp()
        } else {
          try reader.skipValue()
        }
      }
      try events.append(trade, of: entry.instrument, isReplay: isReplay, reader)
    }
  }

  private func status(
    _ reader: inout JSONReader,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      guard let system = try reader.stringMember("system") else { continue }
      guard let status = VenueStatus(rawValue: reader.text(system)) else {
        throw reader.failure(.knownField, at: system.start)
      }
      events.events.append(.venueStatus(status))
    }
  }

  // MARK: Answers to requests

  private func answer(
    _ reader: inout JSONReader,
    _ method: TextRange,
    _ outline: Outline,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    events.channel = .control
    if let error = outline.error, outline.success != true {
      events.events.append(.refused(first: Int32(error.start), end: Int32(error.end)))
      return
    }
    let subscribes = reader.text(method, is: "subscribe")
    guard subscribes || reader.text(method, is: "unsubscribe"), let body = outline.result else {
      events.events.append(reader.text(method, is: "pong") ? .heartbeat : .ignored(.control))
      return
    }
    reader.offset = body
    var channel = Channel.unknown
    var entry: SymbolTable.Entry?
    var depth: Int32?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("channel") {
        let name = try reader.string()
        channel = Kraken.channel(reader, name)
      } else if reader.keyIs("symbol") {
        let name = try reader.string()
        entry = reader.packed(name).flatMap { symbols.find($0) }
        if entry == nil {
          events.events.append(.unknownSymbol(first: Int32(name.start), end: Int32(name.end)))
        }
      } else if reader.keyIs("depth") {
        depth = Int32(clamping: try reader.unsignedInteger())
      } else {
        try reader.skipValue()
      }
    }
    events.events.append(
      subscribes
        ? .subscribed(entry?.instrument, channel, depth: depth)
        : .unsubscribed(entry?.instrument, channel)
    )
  }

  /// The rest of the outermost object after a part that was read by matching.
  private func finishObject(_ reader: inout JSONReader) throws(WireError) {
    var isFirst = false
    while try reader.nextKey(&isFirst) { try reader.skipValue() }
    try reader.expectEnd()
  }
}
