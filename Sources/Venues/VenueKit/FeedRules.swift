/// How a venue's public feed is kept alive and made whole again, as data.
public struct FeedRules: Sendable {
  /// How one book is fetched anew.
  public enum Resync: Hashable, Sendable {
    /// End its subscription and subscribe again, over the same connection.
    case resubscribe
    /// Open a connection for it alone: whole books come only where a connection begins.
    case newConnection
    /// Ask for ``Venue/bookTarget(of:)`` over REST, and join the changes that were held to it.
    case request
  }

  /// A text that the client sends now and then, and that the venue answers.
  public struct Ping: Hashable, Sendable {
    public var text: String
    public var everyNanoseconds: Int64

    public init(_ text: String, everyNanoseconds: Int64) {
      self.text = text
      self.everyNanoseconds = everyNanoseconds
    }
  }

  /// The longest silence of a connection that lives, in nanoseconds; after it, it is given up.
  public var silenceNanoseconds: Int64
  public var ping: Ping?
  public var resync: Resync
  /// How many symbols one connection carries.
  public var maximumSymbols: Int
  /// How often frames may be sent over one connection.
  public var messagesPerSecond: Double
  /// Root of the public REST addresses, without a slash at the end.
  public var restRoot: String
  /// How often public REST may be asked.
  public var requestsPerSecond: Double

  public init(
    silenceNanoseconds: Int64,
    ping: Ping?,
    resync: Resync,
    maximumSymbols: Int,
    messagesPerSecond: Double,
    restRoot: String,
    requestsPerSecond: Double
  ) {
    self.silenceNanoseconds = silenceNanoseconds
    self.ping = ping
    self.resync = resync
    self.maximumSymbols = maximumSymbols
    self.messagesPerSecond = messagesPerSecond
    self.restRoot = restRoot
    self.requestsPerSecond = requestsPerSecond
  }
}
