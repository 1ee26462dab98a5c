public import Units

/// Whoever trades at the simulated venues besides their clients.
public protocol MarketDriver: AnyObject {
  /// Fills the books.
  func open(at time: Timestamp)
  /// When it acts next.
  var nextEvent: Timestamp { get }
  /// Does what is due, in the order of time, and moves the exchanges' clocks along.
  func advance(to time: Timestamp)
}
