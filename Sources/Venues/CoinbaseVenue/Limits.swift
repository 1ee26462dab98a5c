import Market
public import VenueKit

extension Coinbase: TradingVenue {
  /// Coinbase's private side: REST for orders and questions, one socket that tells of orders.
  ///
  /// - A second order with the client id of an earlier one gives the first (stated in the
  ///   documentation of Create Order; no recording shows it).
  /// - Good-till-date orders alone have an end time, so no order of ours has a deadline.
  /// - Source: Coinbase Developer Platform, "Advanced Trade", "Create Order", "Rate Limits"; the
  ///   figures of the limits are those that clients of others keep to.
  public static let trading = TradingCapabilities(
    restRoot: "https://api.coinbase.com",
    privateSocket: "wss://advanced-trade-ws-user.coinbase.com",
    timesInForce: [.immediateOrCancel, .fillOrKill, .goodTillCancelled, .postOnly],
    maximumClientOrderIDBytes: 36,
    rejectsDuplicateClientOrderIDs: true,
    findsByClientOrderID: true,
    hasDeadlines: false,
    needsStreamToken: false,
    ordersNonces: false,
    budgets: [
      // Of an address.
      RateBudget(name: Limit.public, capacity: 10, refillPerSecond: 10),
      // Of a key, orders included.
      RateBudget(name: Limit.private, capacity: 30, refillPerSecond: 30),
    ]
  )

  /// The names of the budgets, and how much one answer may hold.
  enum Limit {
    static let `public` = "public"
    static let `private` = "private"

    /// Rows of a page of accounts, orders, or fills.
    static let page = 250
    /// Open orders of one frame of a snapshot.
    static let snapshot = 50
  }
}
