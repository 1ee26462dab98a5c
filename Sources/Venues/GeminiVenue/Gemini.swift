public import Market
public import VenueKit

/// Gemini's spot market: the v2 market-data socket, the current socket, and REST.
///
/// - Source: Gemini's REST and WebSocket documentation, and recorded frames of April 2021, July
///   2026, and August 2026; quirks are in this folder's `README.md`.
public struct Gemini: Venue {
  public static let id = VenueID(rawValue: "gemini")

  /// The current socket, whose changes are numbered; the v2 socket, whose are not, is read, too.
  public static let capabilities = Capabilities(
    integrity: .updateIDs,
    maximumFrameBytes: 16 << 20,
    socket: "wss://ws.gemini.com/?snapshot=-1",
    instrumentList: "https://api.gemini.com/v1/symbols/details/all",
    feed: FeedRules(
      silenceNanoseconds: 15_000_000_000,
      ping: FeedRules.Ping(
        #"{"id":"ping","method":"ping"}"#,
        everyNanoseconds: 5_000_000_000
      ),
      resync: .newConnection,
      maximumSymbols: 50,
      messagesPerSecond: 5,
      restRoot: "https://api.gemini.com",
      requestsPerSecond: 1
    )
  )

  public init() {}
}
