import Codecs
public import Market
public import VenueKit

/// Kraken's spot market, WebSocket v2 and REST.
///
/// - Source: Kraken API documentation, "Spot WebSocket v2" and "Spot REST", and recorded frames of
///   August 2026; quirks are in this folder's `README.md`.
public struct Kraken: Venue {
  public static let id = VenueID(rawValue: "kraken")

  public static let capabilities = Capabilities(
    integrity: .checksum,
    maximumFrameBytes: 4 << 20,
    socket: "wss://ws.kraken.com/v2",
    instrumentList: "https://api.kraken.com/0/public/AssetPairs",
    feed: FeedRules(
      // A heartbeat comes every second.
      silenceNanoseconds: 5_000_000_000,
      ping: nil,
      resync: .resubscribe,
      maximumSymbols: 100,
      messagesPerSecond: 5,
      restRoot: "https://api.kraken.com",
      requestsPerSecond: 1
    )
  )

  /// Levels a side that a subscription asks for: enough for any size traded, and the checksum
  /// covers ten.
  public static let depth = 100

  /// The tables for the digits of each level; nil when nobody verifies them.
  let crc32: CRC32?

  /// An adapter that keeps what the venue's checksum needs.
  ///
  /// Only a benchmark turns `keepsDigits` off.
  public init(keepsDigits: Bool = true) { crc32 = keepsDigits ? .shared : nil }

  public init() { self.init(keepsDigits: true) }
}
