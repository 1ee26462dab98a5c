import Market
import Units

/// What sizing needs of one instrument, without its names.
struct InstrumentTerms: Sendable {
  let id: InstrumentID
  /// What divides price × quantity into units of the quote asset.
  let divisor: Int128
  let baseAccount: Int
  let quoteAccount: Int
  /// The quantity step; 1 while the venue's rules are unknown.
  var lot: Int64 = 1
  var minimumQuantity: Int64 = 0
  var minimumNotional: Int128 = 0
  var acceptsTakers = true

  init(_ instrument: Instrument, limits: inout TradingLimits) {
    id = instrument.id
    divisor = instrument.notionalScale.divisor
    baseAccount = limits.account(of: instrument.base.symbol, at: instrument.venue)
    quoteAccount = limits.account(of: instrument.quote.symbol, at: instrument.venue)
    setRules(instrument.rules)
  }

  mutating func setRules(_ rules: TradingRules?) {
    lot = max(1, rules?.lotSize.raw ?? 1)
    minimumQuantity = rules?.minQuantity?.raw ?? 0
    minimumNotional = rules?.minNotional?.raw ?? 0
    acceptsTakers = rules?.status.acceptsTakers ?? true
  }

  /// Whether the venue takes an order of this quantity and this sum of price × quantity.
  func allows(_ fill: LadderFill) -> Bool {
    fill.quantity > 0 && fill.quantity >= minimumQuantity
      && fill.products / divisor >= minimumNotional
  }

  /// What a buyer pays before the fee, rounded up.
  func cost(_ fill: LadderFill) -> Notional {
    Notional(raw: divide(fill.products, by: divisor, rounding: .up))
  }

  /// What a seller receives before the fee, rounded down.
  func proceeds(_ fill: LadderFill) -> Notional { Notional(raw: fill.products / divisor) }

  func roundedDown(_ quantity: Int64) -> Int64 { quantity - quantity % lot }

  /// Saturates at the largest multiple of the lot.
  func roundedUp(_ quantity: Int64) -> Int64 {
    let down = roundedDown(quantity)
    guard down < quantity else { return quantity }
    let (up, overflow) = down.addingReportingOverflow(lot)
    return overflow ? down : up
  }
}
