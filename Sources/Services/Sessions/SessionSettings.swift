public import Market
public import Transport

/// How a venue's feed is run.
public struct SessionSettings: Sendable {
  public var symbols: [Symbol]
  /// Another address than the venue's own, for a test environment or a simulated venue.
  public var socket: Endpoint?
  /// Another root of the REST addresses.
  public var rest: Endpoint?
  /// A file of certificates to trust besides the system's; PEM.
  public var authorityFile: String?
  /// The one host whose certificate may have signed itself.
  public var selfSignedHost: String?
  public var proxy: Proxy?
  /// Public REST requests a second; nil for the venue's own limit.
  public var requestsPerSecond: Double?
  /// How long a subscription may take to bring a book, in nanoseconds.
  public var bookNanoseconds: Int64 = 10_000_000_000
  /// How long a socket may be down before its books are asked for over REST, in nanoseconds.
  public var pollAfterNanoseconds: Int64 = 3_000_000_000
  /// How often each of them is, at most, in nanoseconds.
  public var pollNanoseconds: Int64 = 2_000_000_000
  /// How often the venue's clock is asked for, in nanoseconds.
  public var clockNanoseconds: Int64 = 60_000_000_000
  /// How often a book is compared with the venue's over REST, where the feed cannot show every
  /// loss, in nanoseconds.
  public var comparisonNanoseconds: Int64 = 60_000_000_000

  public init(symbols: [Symbol]) { self.symbols = symbols }

  func security(for endpoint: Endpoint) -> TransportSecurity {
    var security = TransportSecurity()
    security.authorityFile = authorityFile
    security.allowsSelfSigned = endpoint.host == selfSignedHost
    return security
  }
}
