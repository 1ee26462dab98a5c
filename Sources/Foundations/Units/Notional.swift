/// A signed amount of quote asset, in the asset's smallest unit.
///
/// 128 bits wide, so a sum over every level of every book of a day cannot overflow.
@frozen
public struct Notional: Hashable, Comparable, Sendable {
  public let raw: Int128

  public static let zero = Notional(raw: 0)

  @inlinable
  public init(raw: Int128) { self.raw = raw }

  @inlinable
  public static func < (lhs: Notional, rhs: Notional) -> Bool { lhs.raw < rhs.raw }

  @inlinable
  public static func + (lhs: Notional, rhs: Notional) -> Notional {
    Notional(raw: lhs.raw + rhs.raw)
  }

  @inlinable
  public static func - (lhs: Notional, rhs: Notional) -> Notional {
    Notional(raw: lhs.raw - rhs.raw)
  }

  @inlinable
  public static prefix func - (value: Notional) -> Notional { Notional(raw: -value.raw) }

  @inlinable
  public static func += (lhs: inout Notional, rhs: Notional) { lhs = lhs + rhs }

  @inlinable
  public static func -= (lhs: inout Notional, rhs: Notional) { lhs = lhs - rhs }

  /// Plain decimal notation without trailing zeros, for an asset of so many `decimals`.
  public func text(decimals: Int) -> String { decimalText(raw, decimals: decimals) }
}

/// Which way a division that does not come out even is rounded.
///
/// Predictions round against us: what we pay `up`, what we receive `down`.
@frozen
public enum Rounding: Sendable { case up, down }

/// Turns price × quantity into the quote asset's smallest unit.
///
/// `price.raw × quantity.raw` counts steps of 10⁻⁽¹⁰ ⁺ ᵇᵃˢᵉ ᵈᵉᶜⁱᵐᵃˡˢ⁾ quote. Sums of such products
/// are exact; one division at the end, rounded in a named direction, gives a ``Notional``.
@frozen
public struct NotionalScale: Hashable, Sendable {
  /// What a sum of products is divided by; at least 1.
  public let divisor: Int128

  /// - Precondition: `quoteDecimals ≤ 10 + baseDecimals`, both in 0...18.
  @inlinable
  public init(baseDecimals: Int, quoteDecimals: Int) {
    let exponent = Price.decimals + baseDecimals - quoteDecimals
    precondition(exponent >= 0 && exponent <= 28, "the quote asset is finer than price × quantity")
    divisor = powerOfTen(exponent)
  }

  /// The exact product, to be summed and then given to ``notional(ofProducts:rounding:)``.
  @inlinable
  public func product(_ price: Price, _ quantity: Quantity) -> Int128 {
    Int128(price.raw.multipliedFullWidth(by: quantity.raw))
  }

  @inlinable
  public func notional(ofProducts sum: Int128, rounding: Rounding) -> Notional {
    Notional(raw: divide(sum, by: divisor, rounding: rounding))
  }

  @inlinable
  public func notional(_ price: Price, _ quantity: Quantity, rounding: Rounding) -> Notional {
    notional(ofProducts: product(price, quantity), rounding: rounding)
  }
}

extension Int128 {
  @inlinable
  init(_ fullWidth: (high: Int64, low: UInt64)) {
    self = (Int128(fullWidth.high) << 64) | Int128(fullWidth.low)
  }
}

/// `dividend ÷ divisor`, towards −∞ when `rounding` is down and towards +∞ when it is up.
///
/// - Precondition: `divisor > 0`.
@inlinable
public func divide(_ dividend: Int128, by divisor: Int128, rounding: Rounding) -> Int128 {
  precondition(divisor > 0, "a scale is positive")
  let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
  switch rounding {
  case .down: return remainder < 0 ? quotient - 1 : quotient
  case .up: return remainder > 0 ? quotient + 1 : quotient
  }
}

/// 10 to the power of `exponent`, for exponents in 0...38.
@inlinable
public func powerOfTen(_ exponent: Int) -> Int128 {
  precondition((0...38).contains(exponent), "10^\(exponent) does not fit 128 bits")
  var result: Int128 = 1
  for _ in 0..<exponent { result *= 10 }
  return result
}
