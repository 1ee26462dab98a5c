/// A venue by the name that configuration, metrics, and recordings use: `kraken`, `coinbase`.
public struct VenueID: Hashable, Sendable, RawRepresentable, Comparable {
  public let rawValue: String
  public init(rawValue: String) { self.rawValue = rawValue }
  public static func < (lhs: VenueID, rhs: VenueID) -> Bool { lhs.rawValue < rhs.rawValue }
}

extension VenueID: CustomStringConvertible {
  public var description: String { rawValue }
}

/// One instrument of one venue, as a dense index into the ``InstrumentRegistry`` that issued it.
///
/// Books and strategies keep their state in arrays indexed by it.
@frozen
public struct InstrumentID: Hashable, Comparable, Sendable {
  public let index: Int32

  @inlinable
  public init(index: Int32) { self.index = index }

  @inlinable
  public static func < (lhs: InstrumentID, rhs: InstrumentID) -> Bool { lhs.index < rhs.index }
}
