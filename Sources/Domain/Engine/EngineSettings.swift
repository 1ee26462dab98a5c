public import Strategies

/// How the engine looks at the market.
public struct EngineSettings: Sendable {
  /// A book whose last change is older counts as stale, in nanoseconds.
  public var staleAfterNanoseconds: Int64 = 10_000_000_000
  /// How often silent books are looked for, in nanoseconds of the events' own time.
  public var sweepIntervalNanoseconds: Int64 = 250_000_000
  /// Whether to check the venues' checksums; only a benchmark turns it off.
  public var verifiesChecksums = true
  /// The cross-venue scanner's settings; nil leaves it out.
  public var crossVenue: ScannerSettings? = .crossVenue
  /// The triangular scanner's settings; nil leaves it out.
  public var triangular: ScannerSettings? = .triangular

  public init() {}

  /// The age at which the strictest of the strategies takes a book for too old.
  var leastAgeNanoseconds: Int64 {
    min(
      crossVenue?.maximumAgeNanoseconds ?? .max,
      triangular?.maximumAgeNanoseconds ?? .max
    )
  }
}
