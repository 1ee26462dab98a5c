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
