public import Units

/// The best that a route came to at the best prices, whether or not it paid.
///
/// Only fresh books that could be traded on count. Fees are constant, so the best moment before
/// fees is also the best after them.
public struct NearMiss: Hashable, Sendable {
  public let route: RouteID
  /// The return at the best prices before any cost, rounded down; negative when it would lose.
  public let gross: Rate
  /// The same after taker fees.
  public let afterFees: Rate
  /// The first moment at which it was reached.
  public let time: Timestamp
}
