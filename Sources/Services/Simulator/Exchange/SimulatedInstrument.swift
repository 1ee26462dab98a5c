public import Market
public import Units

/// One tradable pair of a simulated venue, with the rules its orders obey and what trading costs.
public struct SimulatedInstrument: Hashable, Sendable {
  public var symbol: Symbol
  public var base: Asset
  public var quote: Asset
  public var tickSize: Price
  public var lotSize: Quantity
  public var minQuantity: Quantity
  public var minNotional: Notional
  public var maker: Rate
  public var taker: Rate
  public var status: InstrumentStatus = .open

  public init(
    symbol: Symbol,
    tickSize: Price,
    lotSize: Quantity,
    minQuantity: Quantity,
    minNotional: Notional,
    maker: Rate,
    taker: Rate
  ) {
    precondition(tickSize.raw > 0 && lotSize.raw > 0, "steps are positive")
    self.symbol = symbol
    base = Asset(symbol: symbol.base)
    quote = Asset(symbol: symbol.quote)
    self.tickSize = tickSize
    self.lotSize = lotSize
    self.minQuantity = minQuantity
    self.minNotional = minNotional
    self.maker = maker
    self.taker = taker
  }

  public var scale: NotionalScale {
    NotionalScale(baseDecimals: base.decimals, quoteDecimals: quote.decimals)
  }

  /// Decimal places of its prices: those of the tick.
  public var priceDecimals: Int { Price.decimals - trailingZeros(tickSize.raw, Price.decimals) }

  /// Decimal places of its quantities: those of the lot.
  public var quantityDecimals: Int { base.decimals - trailingZeros(lotSize.raw, base.decimals) }
}

private func trailingZeros(_ value: Int64, _ most: Int) -> Int {
  var (rest, count) = (value, 0)
  while count < most, rest % 10 == 0 { (rest, count) = (rest / 10, count + 1) }
  return count
}

/// `value × 10⁻ᵈᵉᶜⁱᵐᵃˡˢ` with exactly so many `places`, as venues pad their numbers.
///
/// Digits beyond `places` are cut off.
public func paddedDecimal(_ value: Int128, decimals: Int, places: Int) -> String {
  let scaled =
    places >= decimals
    ? value * powerOfTen(places - decimals) : value / powerOfTen(decimals - places)
  let digits = String(scaled.magnitude)
  let padded = String(repeating: "0", count: max(0, places + 1 - digits.utf8.count)) + digits
  let sign = scaled < 0 ? "-" : ""
  return places > 0 ? sign + padded.dropLast(places) + "." + padded.suffix(places) : sign + padded
}
