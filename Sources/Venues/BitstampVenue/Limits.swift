import Market
public import VenueKit

extension Bitstamp: TradingVenue {
  /// Orders by REST alone; the socket tells of orders and fills, and never of balances.
  ///
  /// Client ids are not checked for duplicates since November 2023: a second order with the id of
  /// an earlier one is a second order.
  ///
  /// - Source: Bitstamp's API documentation and its changelog of 2023-10-12. Of the 400 requests a
  ///   second and 10 000 in ten minutes, 380 may come at once and 16 a second after that, so that
  ///   neither is exceeded.
  public static let trading = TradingCapabilities(
    restRoot: "https://www.bitstamp.net",
    privateSocket: "wss://ws.bitstamp.net",
    timesInForce: Set(TimeInForce.allCases),
    maximumClientOrderIDBytes: 180,
    rejectsDuplicateClientOrderIDs: false,
    findsByClientOrderID: true,
    hasDeadlines: false,
    needsStreamToken: true,
    ordersNonces: false,
    budgets: [RateBudget(name: "requests", capacity: 380, refillPerSecond: 16)]
  )

  /// The one budget, of public and private requests together.
  static let budget = "requests"
}
