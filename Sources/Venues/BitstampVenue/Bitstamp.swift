public import Market
public import VenueKit

/// Bitstamp's spot market, WebSocket v2 and REST v2.
///
/// - Source: Bitstamp's API documentation, and recorded frames of April 2021; quirks are in this
///   folder's `README.md`.
public struct Bitstamp: Venue {
  public static let id = VenueID(rawValue: "bitstamp")

  public static let capabilities = Capabilities(
    integrity: .snapshotJoin,
    maximumFrameBytes: 16 << 20,
    socket: "wss://ws.bitstamp.net",
    instrumentList: "https://www.bitstamp.net/api/v2/trading-pairs-info/",
    feed: FeedRules(
      silenceNanoseconds: 20_000_000_000,
      ping: FeedRules.Ping(#"{"event":"bts:heartbeat"}"#, everyNanoseconds: 8_000_000_000),
      resync: .request,
      maximumSymbols: 50,
      messagesPerSecond: 10,
      restRoot: "https://www.bitstamp.net",
      requestsPerSecond: 5
    )
  )

  public init() {}
}
