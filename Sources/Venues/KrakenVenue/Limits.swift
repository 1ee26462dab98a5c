import Market
public import VenueKit

extension Kraken: TradingVenue {
  /// Kraken's private side: REST for questions, the authenticated socket for orders.
  ///
  /// - Free client ids have at most 18 characters and no capitals; only UUIDs may be longer. They
  ///   are unique among *open* orders alone, so the venue takes one a second time once the first
  ///   order is done.
  /// - `fok` is not documented for `add_order`, so none is sent.
  /// - A deadline lies 500 ms to 60 s ahead on the socket, 2 s to 60 s over REST.
  /// - Source: Kraken API documentation, "Spot Client Order Identifiers", "Add Order" (WebSocket v2
  ///   and REST).
  public static let trading = TradingCapabilities(
    restRoot: "https://api.kraken.com",
    privateSocket: "wss://ws-auth.kraken.com/v2",
    timesInForce: [.immediateOrCancel, .goodTillCancelled, .postOnly],
    maximumClientOrderIDBytes: 18,
    rejectsDuplicateClientOrderIDs: false,
    findsByClientOrderID: true,
    hasDeadlines: true,
    needsStreamToken: true,
    ordersNonces: true,
    budgets: [
      // Public calls: about one a second for an address and a pair.
      RateBudget(name: Limit.public, capacity: 1, refillPerSecond: 1),
      // The lowest tier's counter; every call adds one, histories two.
      RateBudget(name: Limit.private, capacity: 15, refillPerSecond: 0.33),
      // The lowest tier's trading counter. The venue keeps one for each pair; here all pairs share
      // one, which can only be too careful.
      RateBudget(name: Limit.orders, capacity: 60, refillPerSecond: 1),
    ]
  )

  /// The names of the budgets, and what requests weigh.
  ///
  /// - Source: Kraken API documentation, "REST Rate Limits" and "Trading Rate Limits".
  enum Limit {
    static let `public` = "public"
    static let `private` = "private"
    static let orders = "orders"

    static let history = 2.0
    /// Cancelling an order younger than five seconds, the dearest case.
    static let cancel = 8.0
  }
}
