import Books
public import Costs
import Market
public import Strategies
import Units

/// The strategies that run, each of which hears of every change.
public struct StrategySet: Sendable {
  public private(set) var crossVenue: CrossVenueScanner?
  public private(set) var triangular: TriangularScanner?

  init(_ settings: EngineSettings) {
    crossVenue = settings.crossVenue.map { CrossVenueScanner(settings: $0) }
    triangular = settings.triangular.map { TriangularScanner(settings: $0) }
  }

  /// The orders of a route, in the order of execution.
  public func legs(of route: RouteID) -> [RouteLeg] {
    switch route.strategy {
    case .crossVenue: crossVenue?.legs(of: route) ?? []
    case .triangular: triangular?.legs(of: route) ?? []
    }
  }

  /// The best moment of every route that had one, per strategy in the order of the routes.
  public func nearMisses(costs: borrowing CostModel) -> [NearMiss] {
    var found: [NearMiss] = []
    if let crossVenue {
      for route in 0..<crossVenue.routeCount {
        if let miss = crossVenue.nearMiss(route, costs: costs) { found.append(miss) }
      }
    }
    if let triangular {
      for route in 0..<triangular.routeCount {
        if let miss = triangular.nearMiss(route, costs: costs) { found.append(miss) }
      }
    }
    return found
  }

  /// What they have done and hold, a line each, for ``TradingEngine/stateText()``.
  func stateText() -> String {
    var text = ""
    if let crossVenue {
      text += "cross_venue \(crossVenue.evaluations) \(crossVenue.openWindows)\n"
    }
    if let triangular {
      text += "triangular \(triangular.evaluations) \(triangular.openWindows)\n"
    }
    return text
  }

  mutating func register(_ instrument: Instrument) {
    crossVenue?.register(instrument)
    triangular?.register(instrument)
  }

  @inline(__always)
  mutating func evaluate(
    _ instrument: InstrumentID,
    topMoved: Bool,
    books: borrowing BookTable,
    costs: borrowing CostModel,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    crossVenue?.evaluate(
      changed: instrument,
      topMoved: topMoved,
      books: books,
      costs: costs,
      at: time,
      into: &output
    )
    triangular?.evaluate(
      changed: instrument,
      topMoved: topMoved,
      books: books,
      costs: costs,
      at: time,
      into: &output
    )
  }

  mutating func close(
    _ instrument: InstrumentID,
    _ reason: WindowClosing,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    crossVenue?.closeAll(involving: instrument, reason, at: time, into: &output)
    triangular?.closeAll(involving: instrument, reason, at: time, into: &output)
  }

  mutating func closeAll(
    _ reason: WindowClosing,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    crossVenue?.closeAll(reason, at: time, into: &output)
    triangular?.closeAll(reason, at: time, into: &output)
  }

  mutating func closeHindered(
    books: borrowing BookTable,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    crossVenue?.closeHindered(books: books, at: time, into: &output)
    triangular?.closeHindered(books: books, at: time, into: &output)
  }
}
