public import Transport

/// How one venue is watched.
public struct VenueSettings: Hashable, Sendable {
  /// `kraken`, `coinbase`.
  public let name: String
  /// As `BASE/QUOTE`, in the order of the file; no two are the same.
  public let symbols: [String]
  /// The public socket, where it is not the venue's own.
  public let socket: Endpoint?
  /// The root of REST addresses, without a slash at its end, where it is not the venue's own.
  public let rest: Endpoint?
  public let trust: TrustSettings
  /// An HTTP proxy through which every connection to the venue goes.
  public let proxy: Endpoint?
  /// REST requests per second at most; nil keeps to the venue's own rules.
  public let requestsPerSecond: ExactDecimal?

  /// The least time between two REST requests in nanoseconds, rounded up, so never too fast.
  public var requestIntervalNanoseconds: Int64? {
    guard let rate = requestsPerSecond?.inSteps(decimals: 3), rate > 0 else { return nil }
    return Int64((1_000_000_000_000 + rate - 1) / rate)
  }
}

/// Whose certificates are believed.
public struct TrustSettings: Hashable, Sendable {
  /// A file of certificates (PEM) that are believed besides the system's; nil for the system's.
  public let certificates: String?
  /// The one host whose certificate may be signed by itself; nil when none may.
  public let selfSignedHost: String?

  /// The system's certificates alone.
  public static let system = TrustSettings(certificates: nil, selfSignedHost: nil)
}
