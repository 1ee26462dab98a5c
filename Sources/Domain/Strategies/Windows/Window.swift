public import Units

/// An unbroken span in which a route stayed above its threshold.
public struct Window: Hashable, Sendable {
  /// What a route came to at one moment.
  public struct Peak: Hashable, Sendable {
    /// In the settlement asset, as in ``Opportunity``.
    public let net: Notional
    public let size: Notional
    public let netReturn: Rate
    public let time: Timestamp
  }

  public let route: RouteID
  /// Counts the windows of a strategy from zero, in the order of opening.
  public let number: UInt64
  public let opened: Timestamp
  /// The moment of the highest net profit; the first of several.
  public internal(set) var peak: Peak
  /// How often the route was sized and found above its threshold.
  public internal(set) var evaluations = 1
  /// When it ended, and why; nil while it is open.
  ///
  /// It ends at the first moment that shows the route below its threshold. One that goes stale
  /// ended when the first of its books did, though nobody looked until later.
  public internal(set) var closed: Timestamp?
  public internal(set) var closing: WindowClosing?
  /// Whether it lasted ``WindowSettings/eligibleAfterNanoseconds`` at least, so that an order sent
  /// when it opened would have met it.
  public internal(set) var isEligible = false

  /// How long it lasted; zero while it is open.
  public var durationNanoseconds: Int64 {
    closed.map { max(0, $0.nanoseconds(since: opened)) } ?? 0
  }
}

/// Why a window ended.
public enum WindowClosing: String, Hashable, Sendable, CaseIterable {
  case belowThreshold = "below_threshold"
  /// A book lost its step with the venue, lost a side, or crossed.
  case bookUnusable = "book_unusable"
  case stale
  /// The venue stopped taking orders, or the fees became unknown.
  case notTradable = "not_tradable"
  case endOfData = "end_of_data"
}
