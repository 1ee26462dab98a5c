public import Units

/// What an amount was lost to.
public enum CostKind: Hashable, Sendable {
  /// The venue's fee on one leg, counted from zero in the order of execution.
  case takerFee(leg: Int)
  /// The difference between the best prices and the average ones that the size reaches.
  case impact
  /// Two assets were taken as worth the same and are not quite.
  case conversionHaircut
  /// The market may have moved by the time the orders arrive.
  case latencyHaircut
  /// What lots leave over in an asset between two legs; it stays ours and is counted as lost.
  case leftover

  /// A stable word for reports, the same whichever leg.
  public var code: String {
    switch self {
    case .takerFee: "taker_fee"
    case .impact: "impact"
    case .conversionHaircut: "conversion_haircut"
    case .latencyHaircut: "latency_haircut"
    case .leftover: "leftover"
    }
  }

  /// The leg that the cost belongs to; nil when it belongs to all.
  public var leg: Int? {
    switch self {
    case .takerFee(let leg): leg
    case .impact, .conversionHaircut, .latencyHaircut, .leftover: nil
    }
  }
}

/// One cost of an opportunity, in the asset that its profit is counted in.
public struct CostLine: Hashable, Sendable {
  public let kind: CostKind
  /// Positive when it costs.
  public let amount: Notional

  public init(_ kind: CostKind, _ amount: Notional) {
    self.kind = kind
    self.amount = amount
  }
}
