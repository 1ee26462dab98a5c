/// An unsigned product of up to 384 bits, for exact comparison.
///
/// Three prices of 63 bits, three fees of 27, and a scale of 100 fit; beyond, it traps.
struct WideProduct: Comparable, Sendable {
  /// Lowest first.
  private var limbs: InlineArray<6, UInt64> = [1, 0, 0, 0, 0, 0]

  /// The empty product, 1.
  init() {}

  /// Multiplies by a factor that is not negative.
  mutating func multiply(by factor: Int64) {
    precondition(factor >= 0, "prices and rates are not negative")
    var carry: UInt64 = 0
    for index in limbs.indices {
      let (high, low) = limbs[index].multipliedFullWidth(by: UInt64(factor))
      let (sum, overflow) = low.addingReportingOverflow(carry)
      limbs[index] = sum
      carry = high + (overflow ? 1 : 0)
    }
    precondition(carry == 0, "a product of a cycle fits 384 bits")
  }

  static func == (lhs: WideProduct, rhs: WideProduct) -> Bool {
    lhs.limbs.indices.allSatisfy { lhs.limbs[$0] == rhs.limbs[$0] }
  }

  static func < (lhs: WideProduct, rhs: WideProduct) -> Bool {
    for index in lhs.limbs.indices.reversed() where lhs.limbs[index] != rhs.limbs[index] {
      return lhs.limbs[index] < rhs.limbs[index]
    }
    return false
  }
}
