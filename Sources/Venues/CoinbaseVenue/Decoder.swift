public import Codecs
public import Market
import Units
public import VenueKit

extension Coinbase {
  public func decode(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout MarketEvents
  ) throws(WireError) {
    try begin(frame, into: &events)
    var reader = JSONReader(frame)
    if reader.match(#"{"channel":"l2_data","timestamp":"#) {
      events.channel = .book
      let time = try reader.timestamp()
      if reader.match(#","sequence_num":"#) {
        events.connectionSequence = try reader.unsignedInteger()
        if reader.match(#","events":["#) {
          if symbols.stopsAtUnknown, let name = try unknownProduct(reader.offset, frame, symbols) {
            let (first, end) = (Int32(name.start), Int32(name.end))
            events.events.append(.unknownSymbol(first: first, end: end))
            return
          }
          try books(&reader, time, symbols, &events)
          if reader.match("}") { return try reader.expectEnd() }
        }
      }
      events.removeAll()
      reader.offset = 0
    }
    try any(&reader, symbols, &events)
  }

  /// The product of the first book, when it is not in the table.
  private func unknownProduct(
    _ offset: Int,
    _ frame: Span<UInt8>,
    _ symbols: borrowing SymbolTable
  ) throws(WireError) -> TextRange? {
    var reader = JSONReader(frame)
    reader.offset = offset
    guard
      reader.match(#"{"type":"snapshot","product_id":""#)
        || reader.match(#"{"type":"update","product_id":""#)
    else { return nil }
    let name = try reader.restOfString()
    let isKnown = reader.packed(name).map { symbols.find($0) != nil } ?? false
    return isKnown ? nil : name
  }

  /// A frame whose keys may come in any order.
  private func any(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var channel: TextRange?
    var type: TextRange?
    var message: TextRange?
    var time: Timestamp?
    var body: Int?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("channel") {
        let name = try reader.string()
        channel = name
        events.channel = Coinbase.channel(reader, name)
      } else if reader.keyIs("type") {
        type = try reader.string()
      } else if reader.keyIs("message") {
        message = try reader.anyString()
      } else if reader.keyIs("timestamp") {
        time = try reader.timestamp()
      } else if reader.keyIs("sequence_num") {
        events.connectionSequence = try reader.unsignedInteger()
      } else if reader.keyIs("events") {
        body = reader.offset
        try reader.skipValue()
      } else {
        try reader.skipValue()
      }
    }
    let end = reader.offset
    try reader.expectEnd()
    guard channel != nil else {
      guard let type, reader.text(type, is: "error") else {
        // The exchange's older feed has types and no channels.
        throw reader.failure(.currentProtocol, at: 0)
      }
      events.channel = .control
      let words = message ?? type
      events.events.append(.refused(first: Int32(words.start), end: Int32(words.end)))
      return
    }
    // Every frame of the connection is numbered; one without a number cannot be accounted for.
    guard events.connectionSequence != nil else { throw reader.failure(.requiredField) }
    switch events.channel {
    case .book, .trades:
      guard let body else { throw reader.failure(.requiredField) }
      reader.offset = body
      try reader.beginArray()
      if events.channel == .book {
        try books(&reader, time, symbols, &events)
      } else {
        try trades(&reader, symbols, &events)
      }
      reader.offset = end
    case .heartbeat: events.events.append(.heartbeat)
    default: events.events.append(.ignored(events.channel))
    }
  }

  private static func channel(_ reader: borrowing JSONReader, _ name: TextRange) -> Channel {
    if reader.text(name, is: "l2_data") { return .book }
    if reader.text(name, is: "market_trades") { return .trades }
    if reader.text(name, is: "heartbeats") { return .heartbeat }
    if reader.text(name, is: "ticker") || reader.text(name, is: "ticker_batch") { return .ticker }
    if reader.text(name, is: "candles") { return .candles }
    if reader.text(name, is: "status") { return .instruments }
    if reader.text(name, is: "subscriptions") { return .control }
    return .unknown
  }

  // MARK: Book

  /// The elements of `events`, whose opening bracket has been read.
  @inline(__always)
  private func books(
    _ reader: inout JSONReader,
    _ time: Timestamp?,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      let start = reader.offset
      let mark = events.mark
      if try bookAsSent(&reader, time, symbols, &events) { continue }
      reader.offset = start
      events.rewind(to: mark)
      try book(&reader, time, symbols, &events)
    }
  }

  /// One book in the form in which Coinbase has always sent it; false when it is another.
  @inline(__always)
  private func bookAsSent(
    _ reader: inout JSONReader,
    _ time: Timestamp?,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) -> Bool {
    let isUpdate = reader.match(#"{"type":"update","product_id":""#)
    guard isUpdate || reader.match(#"{"type":"snapshot","product_id":""#) else { return false }
    let name = try reader.restOfString()
    guard let packed = reader.packed(name), let entry = symbols.find(packed),
      reader.match(#","updates":["#)
    else { return false }
    let first = events.levels.count
    let firstFar = events.farLevels.count
    try levels(&reader, entry, &events)
    guard reader.match("}") else { return false }
    let change = BookChange(
      instrument: entry.instrument,
      levels: first..<events.levels.count,
      farLevels: firstFar..<events.farLevels.count,
      venueTime: time
    )
    events.events.append(isUpdate ? .update(change) : .snapshot(change))
    return true
  }

  /// One book with its keys in any order.
  private func book(
    _ reader: inout JSONReader,
    _ time: Timestamp?,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var type: TextRange?
    var product: TextRange?
    var body: Int?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("type") {
        type = try reader.string()
      } else if reader.keyIs("product_id") {
        product = try reader.string()
      } else if reader.keyIs("updates") {
        body = reader.offset
        try reader.skipValue()
      } else {
        try reader.skipValue()
      }
    }
    let end = reader.offset
    guard let type, let product, let body else { throw reader.failure(.requiredField) }
    let isSnapshot = reader.text(type, is: "snapshot")
    guard isSnapshot || reader.text(type, is: "update") else {
      throw reader.failure(.knownField, at: type.start)
    }
    guard let packed = reader.packed(product), let entry = symbols.find(packed) else {
      events.events.append(
        .unknownSymbol(first: Int32(product.start), end: Int32(product.end))
      )
      return
    }
    let first = events.levels.count
    let firstFar = events.farLevels.count
    reader.offset = body
    try reader.beginArray()
    try levels(&reader, entry, &events)
    reader.offset = end
    let change = BookChange(
      instrument: entry.instrument,
      levels: first..<events.levels.count,
      farLevels: firstFar..<events.farLevels.count,
      venueTime: time
    )
    events.events.append(isSnapshot ? .snapshot(change) : .update(change))
  }

  /// Levels up to and past the closing bracket; the opening one has been read.
  @inline(__always)
  private func levels(
    _ reader: inout JSONReader,
    _ entry: SymbolTable.Entry,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      let start = reader.offset
      let isBid = reader.match(#"{"side":"bid","event_time":""#)
      if isBid || reader.match(#"{"side":"offer","event_time":""#) {
        _ = try reader.restOfString()
        if reader.match(#","price_level":""#) {
          let priceStart = reader.offset
          let price = try reader.decimal(places: Price.decimals)
          let priceText = TextRange(start: priceStart, count: reader.offset - priceStart)
          if reader.match(#"","new_quantity":""#) {
            let quantityStart = reader.offset
            let quantity = try reader.decimal(places: Int(entry.quantityDecimals))
            if reader.match(#""}"#) {
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
        }
        reader.offset = start
      }
      try level(&reader, entry, &events)
    }
  }

  /// One level with its keys in any order.
  private func level(
    _ reader: inout JSONReader,
    _ entry: SymbolTable.Entry,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var side: BookSide?
    var price: (value: Int64?, text: TextRange)?
    var quantity: (value: Int64?, start: Int)?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      if reader.keyIs("side") {
        let word = try reader.string()
        side = try reader.bookSide(word, bid: "bid", ask: "offer")
      } else if reader.keyIs("price_level") {
        try reader.expect(UInt8(ascii: "\""), as: .string)
        let start = reader.offset
        let value = try reader.decimal(places: Price.decimals)
        price = (value, TextRange(start: start, count: reader.offset - start))
        try reader.expect(UInt8(ascii: "\""), as: .unsignedDecimal)
      } else if reader.keyIs("new_quantity") {
        _ = reader.peek()
        let start = reader.offset + 1
        quantity = (try reader.quotedDecimal(places: Int(entry.quantityDecimals)), start)
      } else {
        try reader.skipValue()
      }
    }
    guard let side, let price, let quantity else { throw reader.failure(.requiredField) }
    try reader.appendLevel(
      side,
      price: price.value,
      priceText: price.text,
      quantity: quantity.value,
      quantityStart: quantity.start,
      to: &events
    )
  }

  // MARK: Trades

  /// The elements of `events`; each holds a list of trades, the newest first.
  private func trades(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    var isFirstElement = true
    while try reader.nextElement(&isFirstElement) {
      var isReplay = false
      var body: Int?
      try reader.beginObject()
      var isFirst = true
      while try reader.nextKey(&isFirst) {
        _ = reader.peek()
        if reader.keyIs("type") {
          let type = try reader.string()
          isReplay = reader.text(type, is: "snapshot")
        } else if reader.keyIs("trades") {
          body = reader.offset
          try reader.skipValue()
        } else {
          try reader.skipValue()
        }
      }
      let end = reader.offset
      guard let body else { throw reader.failure(.requiredField) }
      reader.offset = body
      let firstEvent = events.events.count
      try reader.beginArray()
      var isFirstTrade = true
      while try reader.nextElement(&isFirstTrade) {
        try trade(&reader, isReplay, symbols, &events)
      }
      for case .trades(_, let first, let last, _) in events.events[firstEvent...] {
        events.trades[Int(first)..<Int(last)].reverse()
      }
      reader.offset = end
    }
  }

  private func trade(
    _ reader: inout JSONReader,
    _ isReplay: Bool,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) throws(WireError) {
    let start = reader.offset
    guard let name = try reader.stringMember("product_id") else {
      throw reader.failure(.requiredField)
    }
    guard let packed = reader.packed(name), let entry = symbols.find(packed) else {
      events.events.append(.unknownSymbol(first: Int32(name.start), end: Int32(name.end)))
      return
    }
    reader.offset = start
    var trade = TradeFields()
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("price") {
        trade.price = try reader.quotedDecimal(places: Price.decimals)
      } else if reader.keyIs("size") {
        trade.quantity = try reader.tradeQuantity(places: Int(entry.quantityDecimals))
      } else if reader.keyIs("side") {
        let word = try reader.string()
        // The venue names the maker's side: where the maker sold, the taker bought.
        trade.takerSide = try reader.orderSide(word, buy: "SELL", sell: "BUY")
      } else if reader.keyIs("trade_id") {
        trade.id = try reader.quotedUnsignedInteger()
      } else if reader.keyIs("time") {
        trade.venueTime = try reader.timestamp()
      } else {
        try reader.skipValue()
      }
    }
    try events.append(trade, of: entry.instrument, isReplay: isReplay, reader)
  }
}
