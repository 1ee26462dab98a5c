public import Market
public import VenueKit

/// Coinbase Advanced Trade's spot market, WebSocket and REST.
///
/// - Source: Coinbase Developer Platform documentation, "Advanced Trade", and recorded frames of
///   August 2026; quirks are in this folder's `README.md`.
public struct Coinbase: Venue {
  public static let id = VenueID(rawValue: "coinbase")

  /// Snapshots of 5 MB were recorded, so the limit on a frame is well above.
  public static let capabilities = Capabilities(
    integrity: .connectionSequence,
    maximumFrameBytes: 32 << 20,
    socket: "wss://advanced-trade-ws.coinbase.com",
    instrumentList: "https://api.coinbase.com/api/v3/brokerage/market/products",
    feed: FeedRules(
      // A heartbeat comes every second.
      silenceNanoseconds: 5_000_000_000,
      ping: nil,
      resync: .resubscribe,
      maximumSymbols: 50,
      messagesPerSecond: 8,
      restRoot: "https://api.coinbase.com",
      requestsPerSecond: 5
    )
  )

  public init() {}
}
