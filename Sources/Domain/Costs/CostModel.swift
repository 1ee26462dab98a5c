public import Market
public import Units

/// What trading costs: one model for strategies, risk, and replay.
///
/// Fees lie in arrays indexed by instrument. An instrument whose fees nobody stated has none, which
/// is not the same as zero: asking for them is an error, and a strategy leaves such routes alone.
public struct CostModel: Sendable {
  /// Raw taker rates; ``unknown`` where nobody stated them.
  @usableFromInline var takers: [Int64] = []
  private var makers: [Int64] = []

  /// Outside of every rate that ``InstrumentFees`` accepts.
  @usableFromInline static let unknown = Int64.min

  public init() {}

  /// States the fees of an instrument, or changes them.
  public mutating func setFees(_ fees: InstrumentFees, of instrument: InstrumentID) {
    let index = Int(instrument.index)
    while takers.count <= index {
      takers.append(CostModel.unknown)
      makers.append(CostModel.unknown)
    }
    takers[index] = fees.taker.raw
    makers[index] = fees.maker.raw
  }

  /// Both rates of an instrument.
  public func fees(of instrument: InstrumentID) throws(CostError) -> InstrumentFees {
    guard let taker = takerRate(of: instrument) else { throw .unknownFees(instrument) }
    return try InstrumentFees(maker: Rate(raw: makers[Int(instrument.index)]), taker: taker)
  }

  /// The taker rate of an instrument; nil when nobody stated it, never zero by default.
  @inlinable
  public func takerRate(of instrument: InstrumentID) -> Rate? {
    let index = Int(instrument.index)
    guard index < takers.count, takers[index] != CostModel.unknown else { return nil }
    return Rate(raw: takers[index])
  }

  /// Throws for the first instrument whose fees are unknown, so that a session fails at its start.
  public func requireFees(of instruments: some Sequence<InstrumentID>) throws(CostError) {
    for instrument in instruments where takerRate(of: instrument) == nil {
      throw .unknownFees(instrument)
    }
  }
}

extension Rate {
  /// This rate's fee on a notional, rounded up to the quote asset's next unit: against us.
  ///
  /// - Precondition: `notional × 10⁸` fits 128 bits.
  @inlinable
  public func fee(on notional: Notional) -> Notional { share(of: notional, rounding: .up) }
}
