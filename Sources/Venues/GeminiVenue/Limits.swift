import Market
public import VenueKit

extension Gemini: TradingVenue {
  /// Orders by REST and by the current socket, `ws.gemini.com`.
  ///
  /// A client id may come again and makes a second order: Gemini looks orders up by it and checks
  /// nothing. The list of errors says that it is shorter than 100 characters.
  ///
  /// - Source: Gemini's pages on orders, error codes, and rate limits. Of the 120 public and 600
  ///   private requests a minute, half may come at once and the rest at the advised pace, so that
  ///   no minute exceeds them. Frames of the socket have 30 000 a minute of their own.
  public static let trading = TradingCapabilities(
    restRoot: "https://api.gemini.com",
    privateSocket: "wss://ws.gemini.com",
    timesInForce: Set(TimeInForce.allCases),
    maximumClientOrderIDBytes: 99,
    rejectsDuplicateClientOrderIDs: false,
    findsByClientOrderID: true,
    hasDeadlines: false,
    needsStreamToken: false,
    ordersNonces: true,
    budgets: [
      RateBudget(name: "public", capacity: 60, refillPerSecond: 1),
      RateBudget(name: "private", capacity: 300, refillPerSecond: 5),
      RateBudget(name: "socket", capacity: 15_000, refillPerSecond: 250),
    ]
  )
}
