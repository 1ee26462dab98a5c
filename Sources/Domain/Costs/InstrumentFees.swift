public import Market
public import Units

/// What a venue charges on one instrument, as shares of the notional.
///
/// Fees are taken to be charged in the quote asset: a buyer pays them on top, a seller receives
/// less.
public struct InstrumentFees: Hashable, Sendable {
  /// For an order that rested; negative where the venue pays for it.
  public let maker: Rate
  /// For an order that took.
  public let taker: Rate

  /// Refuses what cannot be a fee: a taker rate outside 0 ≤ r < 100 %, a maker rate outside
  /// −100 % < r < 100 %.
  public init(maker: Rate, taker: Rate) throws(CostError) {
    guard (0..<Rate.one).contains(taker.raw) else { throw .rateOutOfRange(taker) }
    guard maker.raw > -Rate.one, maker.raw < Rate.one else { throw .rateOutOfRange(maker) }
    self.maker = maker
    self.taker = taker
  }
}

/// Why a cost cannot be stated.
public enum CostError: Error, Hashable, Sendable {
  /// Nobody said what the venue charges; a zero would make every route look profitable.
  case unknownFees(InstrumentID)
  case rateOutOfRange(Rate)
}
