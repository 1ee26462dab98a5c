public import Codecs
public import Market
public import Units

extension JSONReader {
  /// Appends a level whose price and quantity the caller has just read.
  ///
  /// A price that only ``Units/WidePrice`` can hold goes to the far levels, read again from its
  /// text; `price` and `quantity` are what the decimal calls returned, `priceStart` and
  /// `priceEnd` where the price stood. A price of zero is dropped: one has been seen in Bitstamp's
  /// snapshots, and it can never trade.
  @inlinable @inline(__always)
  public func appendLevel(
    _ side: BookSide,
    price: Int64?,
    priceText: TextRange,
    quantity: Int64?,
    quantityStart: Int,
    digits: LevelDigits = .none,
    to events: inout MarketEvents
  ) throws(WireError) {
    guard let quantity else { throw failure(.numberInRange, at: quantityStart) }
    guard let price else {
      try appendFarLevel(side, priceText: priceText, quantity: quantity, to: &events)
      return
    }
    guard price > 0 else { return }
    events.levels.append(
      LevelUpdate(
        side: side,
        price: Price(raw: price),
        quantity: Quantity(raw: quantity),
        digits: digits
      )
    )
  }

  @usableFromInline @inline(never)
  func appendFarLevel(
    _ side: BookSide,
    priceText: TextRange,
    quantity: Int64,
    to events: inout MarketEvents
  ) throws(WireError) {
    guard
      let price = try wideDecimal(
        start: priceText.start,
        end: priceText.end,
        places: Price.decimals
      )
    else { throw failure(.numberInRange, at: priceText.start) }
    events.farLevels.append(
      FarLevelUpdate(
        side: side,
        price: WidePrice(raw: price),
        quantity: Quantity(raw: quantity)
      )
    )
  }

  /// Reads `["price","quantity"]` (and ignores what may follow) as a level of `side`.
  @inlinable @inline(__always)
  public mutating func pairLevel(
    _ side: BookSide,
    quantityDecimals: Int,
    into events: inout MarketEvents
  ) throws(WireError) {
    try beginArray()
    try expect(UInt8(ascii: "\""), as: .string)
    let priceStart = offset
    let price = try decimal(places: Price.decimals)
    let priceText = TextRange(start: priceStart, count: offset - priceStart)
    if !match("\",\"") {
      try expect(UInt8(ascii: "\""), as: .unsignedDecimal)
      try expect(UInt8(ascii: ","), as: .commaOrEnd)
      try expect(UInt8(ascii: "\""), as: .string)
    }
    let quantityStart = offset
    let quantity = try decimal(places: quantityDecimals)
    try expect(UInt8(ascii: "\""), as: .unsignedDecimal)
    if !match("]") {
      var isFirst = false
      while try nextElement(&isFirst) { try skipValue() }
    }
    try appendLevel(
      side,
      price: price,
      priceText: priceText,
      quantity: quantity,
      quantityStart: quantityStart,
      to: &events
    )
  }

  /// Reads a list of pairs.
  @inlinable @inline(__always)
  public mutating func pairLevels(
    _ side: BookSide,
    quantityDecimals: Int,
    into events: inout MarketEvents
  ) throws(WireError) {
    try beginArray()
    var isFirst = true
    while try nextElement(&isFirst) {
      try pairLevel(side, quantityDecimals: quantityDecimals, into: &events)
    }
  }
}

extension JSONReader {
  /// Reads an object with two lists of pairs and whatever else, and returns the levels' places.
  public mutating func bookSides(
    bids: StaticString,
    asks: StaticString,
    quantityDecimals: Int,
    into events: inout MarketEvents
  ) throws(WireError) -> Range<Int> {
    let start = events.levels.count
    try beginObject()
    var isFirst = true
    while try nextKey(&isFirst) {
      if keyIs(bids) {
        try pairLevels(.bid, quantityDecimals: quantityDecimals, into: &events)
      } else if keyIs(asks) {
        try pairLevels(.ask, quantityDecimals: quantityDecimals, into: &events)
      } else {
        try skipValue()
      }
    }
    return start..<events.levels.count
  }

  /// Reads a list of objects, each a level with its price and quantity under these names.
  public mutating func namedLevels(
    _ side: BookSide,
    price priceName: StaticString,
    quantity quantityName: StaticString,
    quantityDecimals: Int,
    into events: inout MarketEvents
  ) throws(WireError) {
    try beginArray()
    var isFirst = true
    while try nextElement(&isFirst) {
      try beginObject()
      var isFirstKey = true
      var (price, quantity): (Int64?, Int64?)
      var priceText = TextRange(start: offset, count: 0)
      var quantityStart = offset
      while try nextKey(&isFirstKey) {
        guard keyIs(priceName) || keyIs(quantityName) else {
          try skipValue()
          continue
        }
        let isPrice = keyIs(priceName)
        try expect(UInt8(ascii: "\""), as: .string)
        let valueStart = offset
        let value = try decimal(places: isPrice ? Price.decimals : quantityDecimals)
        if isPrice {
          price = value
          priceText = TextRange(start: valueStart, count: offset - valueStart)
        } else {
          quantity = value
          quantityStart = valueStart
        }
        try expect(UInt8(ascii: "\""), as: .unsignedDecimal)
      }
      guard priceText.count > 0, quantity != nil else { throw failure(.object, at: quantityStart) }
      try appendLevel(
        side,
        price: price,
        priceText: priceText,
        quantity: quantity,
        quantityStart: quantityStart,
        to: &events
      )
    }
  }

  /// Bid or ask by the venue's two words.
  ///
  /// - Throws: `.knownSide` at any other word.
  @inlinable
  public func bookSide(
    _ word: TextRange,
    bid: StaticString,
    ask: StaticString
  ) throws(WireError) -> BookSide {
    if text(word, is: bid) { return .bid }
    if text(word, is: ask) { return .ask }
    throw failure(.knownSide, at: word.start)
  }
}
