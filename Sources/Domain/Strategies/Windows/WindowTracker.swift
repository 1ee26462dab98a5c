public import Units

/// Follows the windows of one strategy's routes.
///
/// Routes are dense numbers, so nothing is hashed. Memory is bounded by the routes: an open window
/// is kept here, a closed one leaves through ``StrategyOutput``.
public struct WindowTracker: Sendable {
  /// What an evaluation meant for the window of its route.
  public enum Change: Hashable, Sendable {
    /// Below the threshold; a window that was open has closed.
    case none
    case opened
    /// A new peak of the net profit.
    case improved
    /// Above the threshold and below the peak.
    case continued
  }

  public let strategy: StrategyKind
  public let settings: WindowSettings
  /// By route: the place among `open`, or −1.
  private var places: [Int32] = []
  private var open: [Window] = []
  /// Windows opened so far.
  public private(set) var openedCount: UInt64 = 0

  public init(strategy: StrategyKind, settings: WindowSettings) {
    self.strategy = strategy
    self.settings = settings
  }

  public var openCount: Int { open.count }

  /// Makes room for routes `0..<count`.
  public mutating func reserve(routes count: Int) {
    if places.count < count {
      places.append(contentsOf: repeatElement(-1, count: count - places.count))
    }
  }

  public func isOpen(_ route: Int) -> Bool { places[route] >= 0 }

  /// The open window of a route.
  public func window(_ route: Int) -> Window? {
    places[route] < 0 ? nil : open[Int(places[route])]
  }

  /// Takes what a route came to now.
  public mutating func observe(
    _ route: Int,
    _ now: Window.Peak,
    into output: inout StrategyOutput
  ) -> Change {
    guard now.net > .zero, settings.minimumReturn.map({ now.netReturn >= $0 }) ?? true else {
      close(route, .belowThreshold, at: now.time, into: &output)
      return .none
    }
    let place = Int(places[route])
    guard place >= 0 else {
      places[route] = Int32(open.count)
      let id = RouteID(strategy: strategy, index: route)
      open.append(Window(route: id, number: openedCount, opened: now.time, peak: now))
      openedCount += 1
      return .opened
    }
    open[place].evaluations += 1
    guard now.net > open[place].peak.net else { return .continued }
    open[place].peak = now
    return .improved
  }

  /// Closes the window of a route if one is open.
  @inline(__always)
  public mutating func close(
    _ route: Int,
    _ reason: WindowClosing,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    if places[route] >= 0 { finish(route, reason, at: time, into: &output) }
  }

  /// Closes the windows of these routes.
  mutating func close(
    _ routes: [Int32],
    _ reason: WindowClosing,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    guard !open.isEmpty else { return }
    for route in routes { close(Int(route), reason, at: time, into: &output) }
  }

  /// Closes the window of a route for the first of these hindrances, if there is any.
  mutating func close(
    _ route: Int,
    hindered hindrances: Hindrance?...,
    into output: inout StrategyOutput
  ) {
    let first = hindrances.compactMap { $0 }.min { $0.since < $1.since }
    if let first { close(route, first.reason, at: first.since, into: &output) }
  }

  /// Closes every window, in the order of opening.
  public mutating func closeAll(
    _ reason: WindowClosing,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    for window in open.sorted(by: { $0.number < $1.number }) {
      finish(window.route.index, reason, at: time, into: &output)
    }
  }

  /// The routes whose windows are open, in no particular order that lasts.
  var openRoutes: [Int] { open.map(\.route.index) }

  private mutating func finish(
    _ route: Int,
    _ reason: WindowClosing,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    let place = Int(places[route])
    var window = open[place]
    places[route] = -1
    let last = open.removeLast()
    if last.route != window.route {
      open[place] = last
      places[last.route.index] = Int32(place)
    }
    window.closed = max(time, window.opened)
    window.closing = reason
    window.isEligible = window.durationNanoseconds >= settings.eligibleAfterNanoseconds
    output.append(window)
  }
}
