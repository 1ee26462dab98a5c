import Codecs
public import Market
import Units

/// Why a venue's instrument cannot be traded with the scales of this program.
public struct ListingError: Error, Hashable, Sendable, CustomStringConvertible {
  public var wireSymbol: String
  public var field: String
  public var value: String
  public var reason: String

  public init(wireSymbol: String, field: String, value: String, reason: String) {
    self.wireSymbol = wireSymbol
    self.field = field
    self.value = value
    self.reason = reason
  }

  public var description: String { "\(wireSymbol): \(field) \"\(value)\": \(reason)" }
}

extension InstrumentListing {
  /// What the venue states, in the units of the instrument.
  ///
  /// - Throws: ``ListingError`` for a step that is not positive, or finer than the price or the
  ///   base
  ///   asset can hold: such an instrument is refused, never rounded.
  public func rules(for instrument: Instrument) throws(ListingError) -> TradingRules {
    let decimals = instrument.base.decimals
    let tick = try read("tick size", tickSize) { text throws(DecimalError) in try Price(text) }
    let lot = try read("lot size", lotSize) { text throws(DecimalError) in
      try Quantity(text, decimals: decimals)
    }
    guard tick.raw > 0 else { throw error("tick size", tickSize, "a step is positive") }
    guard lot.raw > 0 else { throw error("lot size", lotSize, "a step is positive") }
    let least: Quantity? =
      if let minQuantity {
        try read("minimum quantity", minQuantity) { text throws(DecimalError) in
          try Quantity(text, decimals: decimals)
        }
      } else { nil }
    let leastNotional: Notional? =
      if let minNotional {
        try read("minimum notional", minNotional) { text throws(DecimalError) in
          Notional(raw: try parseDecimal(text, places: instrument.quote.decimals))
        }
      } else { nil }
    return TradingRules(
      tickSize: tick,
      lotSize: lot,
      minQuantity: least,
      minNotional: leastNotional,
      status: status
    )
  }

  private func read<T>(
    _ field: String,
    _ text: String,
    _ parse: (String) throws(DecimalError) -> T
  ) throws(ListingError) -> T {
    do { return try parse(text) } catch { throw self.error(field, text, "\(error)") }
  }

  private func error(_ field: String, _ value: String, _ reason: String) -> ListingError {
    ListingError(wireSymbol: wireSymbol, field: field, value: value, reason: reason)
  }
}
