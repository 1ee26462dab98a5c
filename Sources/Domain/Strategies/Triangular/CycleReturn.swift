import Market
import Units

/// What one unit becomes on its way around a cycle, as an exact fraction.
///
/// A purchase divides by the ask and by 1 + fee, a sale multiplies by the bid and by 1 − fee.
struct CycleReturn: Sendable {
  private var gained = WideProduct()
  private var paid = WideProduct()

  init() {}

  /// Takes a leg at a raw price, with a fee on the notional.
  mutating func pass(_ side: OrderSide, price: Int64, fee: Rate) {
    switch side {
    case .buy:
      paid.multiply(by: price)
      paid.multiply(by: Rate.one + fee.raw)
      gained.multiply(by: CycleReturn.priceScale)
      gained.multiply(by: Rate.one)
    case .sell:
      gained.multiply(by: price)
      gained.multiply(by: Rate.one - fee.raw)
      paid.multiply(by: CycleReturn.priceScale)
      paid.multiply(by: Rate.one)
    }
  }

  private static let priceScale: Int64 = 10_000_000_000

  /// Whether it comes back as more than it was, with `haircut` taken off.
  func pays(haircut: Rate) -> Bool {
    var (left, right) = (gained, paid)
    left.multiply(by: Rate.one)
    right.multiply(by: Rate.one + haircut.raw)
    return left > right
  }

  /// The gain as a share of what went in, rounded down; within ±10⁴ times the whole.
  var rate: Rate {
    var left = gained
    left.multiply(by: Rate.one)
    // The largest r with gained × 1 ≥ paid × (1 + r).
    var low = -Rate.one
    var high = Rate.one * 10_000
    while low < high {
      let middle = low + (high - low + 1) / 2
      var right = paid
      right.multiply(by: Rate.one + middle)
      if left >= right { low = middle } else { high = middle - 1 }
    }
    return Rate(raw: low)
  }
}
