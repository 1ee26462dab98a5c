/// An amount of an asset, in that asset's smallest unit; never negative, since a direction is a
/// side.
///
/// The scale belongs to the asset (`Asset.decimals`), so quantities of one asset compare as
/// integers whichever venue they come from.
@frozen
public struct Quantity: Hashable, Comparable, Sendable {
  /// Units of the asset's own smallest unit.
  public let raw: Int64

  public static let zero = Quantity(raw: 0)

  @inlinable
  public init(raw: Int64) {
    precondition(raw >= 0, "a quantity is a magnitude; a side gives the direction")
    self.raw = raw
  }

  @inlinable
  public static func < (lhs: Quantity, rhs: Quantity) -> Bool { lhs.raw < rhs.raw }

  @inlinable
  public static func + (lhs: Quantity, rhs: Quantity) -> Quantity {
    Quantity(raw: lhs.raw + rhs.raw)
  }

  /// Traps if `rhs` is the larger: a caller compares first.
  @inlinable
  public static func - (lhs: Quantity, rhs: Quantity) -> Quantity {
    Quantity(raw: lhs.raw - rhs.raw)
  }

  @inlinable
  public var isZero: Bool { raw == 0 }

  /// The largest multiple of `lot` that is not above this quantity.
  @inlinable
  public func roundedDown(toLot lot: Quantity) -> Quantity {
    lot.raw > 1 ? Quantity(raw: raw - raw % lot.raw) : self
  }

  /// Plain decimal notation without trailing zeros, for an asset of so many `decimals`.
  public func text(decimals: Int) -> String { decimalText(Int128(raw), decimals: decimals) }
}
