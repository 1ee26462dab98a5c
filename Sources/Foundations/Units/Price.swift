/// A price: quote asset per one unit of base asset, in steps of 10⁻¹⁰.
///
/// Fixed point, never floating point: two prices are equal exactly when their `raw` values are, on
/// every machine. Range ±922 337 203.685 477 580 7. Venues carry resting orders beyond that range
/// (an ask of 12 345 678 912.34 was recorded at Gemini); ``WidePrice`` holds those.
@frozen
public struct Price: Hashable, Comparable, Sendable {
  /// Units of 10⁻¹⁰ quote per base.
  public let raw: Int64

  /// Decimal places of ``raw``.
  public static let decimals = 10

  public static let zero = Price(raw: 0)

  @inlinable
  public init(raw: Int64) { self.raw = raw }

  @inlinable
  public static func < (lhs: Price, rhs: Price) -> Bool { lhs.raw < rhs.raw }
}

extension Price: CustomStringConvertible {
  /// Plain decimal notation without trailing zeros.
  public var description: String { decimalText(Int128(raw), decimals: Price.decimals) }
}

/// A price of any size, in the same steps of 10⁻¹⁰ as ``Price``.
///
/// Only book levels too far from the market to trade on need it. It is exact, so that digests and
/// level counts are.
@frozen
public struct WidePrice: Hashable, Comparable, Sendable {
  /// Units of 10⁻¹⁰ quote per base.
  public let raw: Int128

  @inlinable
  public init(raw: Int128) { self.raw = raw }

  @inlinable
  public init(_ price: Price) { raw = Int128(price.raw) }

  @inlinable
  public static func < (lhs: WidePrice, rhs: WidePrice) -> Bool { lhs.raw < rhs.raw }
}

extension WidePrice: CustomStringConvertible {
  /// Plain decimal notation without trailing zeros.
  public var description: String { decimalText(raw, decimals: Price.decimals) }
}
