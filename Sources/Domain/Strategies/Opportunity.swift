public import Costs
public import Market
public import Units

/// A kind of strategy, by the word that reports use.
public enum StrategyKind: String, Hashable, Sendable, CaseIterable {
  case crossVenue = "cross_venue"
  case triangular
}

/// One direction of one pair or cycle, as a dense number within its strategy.
///
/// The same instruments registered in the same order get the same numbers.
public struct RouteID: Hashable, Sendable {
  public let strategy: StrategyKind
  public let index: Int

  public init(strategy: StrategyKind, index: Int) {
    self.strategy = strategy
    self.index = index
  }
}

/// One order of a route, before prices.
public struct RouteLeg: Hashable, Sendable {
  public let instrument: InstrumentID
  public let side: OrderSide

  public init(instrument: InstrumentID, side: OrderSide) {
    self.instrument = instrument
    self.side = side
  }
}

/// A trade that would have paid at one moment, with everything it would have cost.
///
/// Amounts are predictions rounded against us: what is paid up, what is received down. `net` is
/// `gross` less the sum of the `costs`, to the unit.
public struct Opportunity: Hashable, Sendable {
  /// One order.
  public struct Leg: Hashable, Sendable {
    public let instrument: InstrumentID
    public let side: OrderSide
    /// The price of the last level that is reached: the order's limit.
    public let limitPrice: Price
    /// Notional per quantity, rounded up for a purchase and down for a sale.
    public let averagePrice: Price
    /// In units of the instrument's base asset.
    public let quantity: Quantity
    /// In units of the instrument's quote asset, before the fee.
    public let notional: Notional
    /// In units of the instrument's quote asset.
    public let fee: Notional
  }

  public let route: RouteID
  /// The number of the ``Window`` that it was seen in.
  public let window: UInt64
  /// In the order of execution.
  public let legs: [Leg]
  /// The asset that ``size``, ``gross``, ``costs``, and ``net`` are counted in: the quote of a
  /// cross-venue pair, the start of a cycle.
  public let settlement: Asset
  /// What is committed at the start, the first leg's fee included.
  public let size: Notional
  /// The profit at the best prices for the whole size, before costs.
  public let gross: Notional
  public let costs: [CostLine]
  public let net: Notional
  /// `net ÷ size`, rounded down.
  public let netReturn: Rate
  public let time: Timestamp
}
