/// A proportion, in steps of 10⁻⁸: fees, gross and net returns, haircuts.
///
/// 1 basis point is 10 000 steps, so 0.0125 % (the finest fee tier seen) is exact.
@frozen
public struct Rate: Hashable, Comparable, Sendable {
  /// Units of 10⁻⁸; 100 000 000 is the whole.
  public let raw: Int64

  /// The raw value of 100 %.
  public static let one: Int64 = 100_000_000

  public static let zero = Rate(raw: 0)

  @inlinable
  public init(raw: Int64) { self.raw = raw }

  /// A whole number of basis points (1 bp = 0.01 %).
  @inlinable
  public init(basisPoints: Int64) { raw = basisPoints * 10_000 }

  @inlinable
  public static func < (lhs: Rate, rhs: Rate) -> Bool { lhs.raw < rhs.raw }

  @inlinable
  public static func + (lhs: Rate, rhs: Rate) -> Rate { Rate(raw: lhs.raw + rhs.raw) }

  @inlinable
  public static func - (lhs: Rate, rhs: Rate) -> Rate { Rate(raw: lhs.raw - rhs.raw) }

  /// `part ÷ whole`, rounded down (towards −∞) to the next step; zero when `whole` is zero.
  ///
  /// Saturates at the range of the raw value.
  public init(_ part: Notional, of whole: Notional) {
    guard whole.raw > 0 else {
      self = .zero
      return
    }
    let (product, overflow) = part.raw.multipliedReportingOverflow(by: Int128(Rate.one))
    guard overflow else {
      self.init(raw: Int64(clamping: divide(product, by: whole.raw, rounding: .down)))
      return
    }
    let wide = part.raw.magnitude.multipliedFullWidth(by: UInt128(Rate.one))
    let divisor = whole.raw.magnitude
    guard wide.high < divisor,
      case let (quotient, remainder) = divisor.dividingFullWidth(wide),
      let steps = Int64(exactly: quotient)
    else {
      self.init(raw: part.raw < 0 ? .min : .max)
      return
    }
    self.init(raw: part.raw > 0 ? steps : remainder > 0 ? -steps - 1 : -steps)
  }

  /// This share of `notional`, rounded as said.
  @inlinable
  public func share(of notional: Notional, rounding: Rounding) -> Notional {
    Notional(raw: divide(notional.raw * Int128(raw), by: Int128(Rate.one), rounding: rounding))
  }

  /// Basis points in plain decimal notation without trailing zeros.
  public var basisPointsText: String { decimalText(Int128(raw), decimals: 4) }
}
