public import Codecs
public import Market
public import Units

/// The fields of a trade as they are met; which ones are missing shows at the end.
public struct TradeFields: Sendable {
  public var id: UInt64?
  public var price: Int64?
  public var quantity: Int64?
  public var takerSide: OrderSide?
  public var venueTime: Timestamp?

  public init() {}
}

extension MarketEvents {
  /// Adds a trade, joined to the last event when that is of the same kind and instrument.
  ///
  /// A trade at a price of zero is dropped, as such a level is.
  /// - Throws: `.requiredField` without a price or a quantity that fits; `reader` gives the place.
  public mutating func append(
    _ fields: TradeFields,
    of instrument: InstrumentID,
    isReplay: Bool,
    _ reader: borrowing JSONReader
  ) throws(WireError) {
    guard let price = fields.price, let quantity = fields.quantity else {
      throw reader.failure(.requiredField)
    }
    guard price > 0 else { return }
    trades.append(
      Trade(
        instrument: instrument,
        id: fields.id ?? 0,
        price: Price(raw: price),
        quantity: Quantity(raw: quantity),
        takerSide: fields.takerSide,
        venueTime: fields.venueTime
      )
    )
    let end = Int32(truncatingIfNeeded: trades.count)
    if case .trades(instrument, let first, end - 1, isReplay)? = events.last {
      events[events.count - 1] = .trades(instrument, first: first, end: end, isReplay: isReplay)
    } else {
      events.append(.trades(instrument, first: end - 1, end: end, isReplay: isReplay))
    }
  }
}

extension JSONReader {
  /// Buy or sell by the venue's two words.
  ///
  /// - Throws: `.knownSide` at any other word.
  @inlinable
  public func orderSide(
    _ word: TextRange,
    buy: StaticString,
    sell: StaticString
  ) throws(WireError) -> OrderSide {
    if text(word, is: buy) { return .buy }
    if text(word, is: sell) { return .sell }
    throw failure(.knownSide, at: word.start)
  }

  /// The string under `name` in the object that comes next, which is read to its end.
  public mutating func stringMember(_ name: StaticString) throws(WireError) -> TextRange? {
    var found: TextRange?
    try beginObject()
    var isFirst = true
    while try nextKey(&isFirst) {
      if keyIs(name), peek() == UInt8(ascii: "\"") {
        found = try string()
      } else {
        try skipValue()
      }
    }
    return found
  }
}

extension JSONReader {
  /// Reads a time since 1970 as an integer, quoted or not, in units of so many nanoseconds.
  ///
  /// - Throws: `.numberInRange` beyond the year 2262.
  public mutating func epochTime(nanosecondsPerUnit: Int64) throws(WireError) -> Timestamp {
    let isQuoted = peek() == UInt8(ascii: "\"")
    let start = offset
    let units = isQuoted ? try quotedUnsignedInteger() : try unsignedInteger()
    guard let count = Int64(exactly: units),
      case let (nanoseconds, overflow) = count.multipliedReportingOverflow(by: nanosecondsPerUnit),
      !overflow
    else { throw failure(.numberInRange, at: start) }
    return Timestamp(nanoseconds: nanoseconds)
  }
}

extension JSONReader {
  /// Reads the quantity of a trade inside quotes; digits that the asset cannot hold are cut off.
  ///
  /// Only for the tape, which informs and moves no money: Gemini has reported trades of 10⁻¹⁰ BTC,
  /// finer than its own lots (recorded 2021-04-17). What rests in a book is never rounded.
  ///
  /// - Returns: nil when the quantity does not fit 63 bits.
  public mutating func tradeQuantity(places: Int) throws(WireError) -> Int64? {
    let start = offset
    do {
      return try quotedDecimal(places: places)
    } catch {
      guard error.expected == .fewerFractionDigits else { throw error }
    }
    offset = start
    let text = try string()
    let spare = 12
    let exact = try wideDecimal(start: text.start, end: text.end, places: places + spare)
    return exact.flatMap { Int64(exactly: $0 / powerOfTen(spare)) }
  }
}
