public import Market
public import VenueKit

/// Gemini's spot market: the v2 market-data socket, the current socket, and REST.
///
/// - Source: Gemini's REST and WebSocket documentation, and recorded frames of April 2021, July
///   2026, and August 2026; quirks are in this folder's `README.md`.
public struct Gemini: Venue {
  public static let id = VenueID(rawValue: "gemini")

  /// The current socket numbers its changes; the v2 socket, which is the default because whole
  /// sessions of it were recorded, has no numbers.
  public static let capabilities = Capabilities(
    integrity: .updateIDs,
    maximumFrameBytes: 16 << 20,
    socket: "wss://api.gemini.com/v2/marketdata",
    instrumentList: "https://api.gemini.com/v1/symbols/details/all"
  )

  public init() {}
}
