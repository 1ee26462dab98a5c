public import Books
public import Costs
public import Market
public import Units

/// Finds cycles of three orders inside one venue that end with more than they began with.
///
/// All triangles of a venue are listed once, as instruments are registered; a change re-evaluates
/// only those that its instrument is in, in both directions. Its cost therefore grows with the
/// degree of that instrument and not with the number of instruments.
///
/// Give it every change of a book, including the one that makes the book unusable.
public struct TriangularScanner: Sendable {
  /// A cycle as the quick look needs it: instrument and side of each leg in one number.
  private struct Route {
    /// Twice the instrument's number, plus one for a sale.
    let legs: (Int32, Int32, Int32)
    /// The best product of the three rates so far.
    var best: Double
  }

  /// The prices of a cycle's best moment.
  private struct Best {
    var prices: (Int64, Int64, Int64)
    var time: Timestamp
  }

  public let settings: ScannerSettings
  public var limits = TradingLimits()
  private var instruments: [Instrument?] = []
  private var terms: [InstrumentTerms?] = []
  private var index = TriangleIndex()
  private var cycles: [TriangleIndex.Cycle] = []
  private var routes: [Route] = []
  private var bests: [Best?] = []
  /// By instrument: the routes it is a leg of.
  private var routesOf: [[Int32]] = []
  private var tracker: WindowTracker
  /// Routes looked at so far.
  public private(set) var evaluations: UInt64 = 0

  /// What passes the sieve: anything that is not clearly a loss.
  private static let sieve = 1 - 1e-9

  public init(settings: ScannerSettings = .triangular) {
    self.settings = settings
    tracker = WindowTracker(strategy: .triangular, settings: settings.windows)
  }

  // MARK: Routes

  /// Adds an instrument and the cycles that it closes, or takes its changed rules.
  public mutating func register(_ instrument: Instrument) {
    let number = Int(instrument.id.index)
    while instruments.count <= number {
      instruments.append(nil)
      terms.append(nil)
      routesOf.append([])
    }
    if instruments[number] != nil {
      instruments[number] = instrument
      terms[number]?.setRules(instrument.rules)
      return
    }
    instruments[number] = instrument
    terms[number] = InstrumentTerms(instrument, limits: &limits)
    for cycle in index.add(instrument) { addRoute(cycle) }
  }

  private mutating func addRoute(_ cycle: TriangleIndex.Cycle) {
    let number = Int32(routes.count)
    func packed(_ leg: RouteLeg) -> Int32 { leg.instrument.index * 2 + (leg.side == .sell ? 1 : 0) }
    cycles.append(cycle)
    bests.append(nil)
    routes.append(
      Route(
        legs: (packed(cycle.legs.0), packed(cycle.legs.1), packed(cycle.legs.2)),
        best: 0
      )
    )
    for leg in cycle.list { routesOf[Int(leg.instrument.index)].append(number) }
    tracker.reserve(routes: routes.count)
  }

  public var routeCount: Int { routes.count }

  /// The orders of a cycle, in the order of execution.
  public func legs(of route: RouteID) -> [RouteLeg] { cycles[route.index].list }

  // MARK: Looking

  /// Looks at every cycle of the instrument whose book has changed.
  ///
  /// A change below the best prices (`topMoved` false) matters only to cycles with an open window.
  public mutating func evaluate(
    changed: InstrumentID,
    topMoved: Bool,
    books: borrowing BookTable,
    costs: borrowing CostModel,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    let number = Int(changed.index)
    guard number < routesOf.count, topMoved || tracker.openCount > 0 else { return }
    for place in 0..<routesOf[number].count {
      let route = Int(routesOf[number][place])
      guard topMoved || tracker.isOpen(route) else { continue }
      evaluate(route, books: books, costs: costs, at: time, into: &output)
    }
  }

  /// What passes one leg: what it gives, what it takes, and until when its book is fresh.
  ///
  /// Floating point, because this is a sieve and never a decision: what passes is looked at again
  /// with integers, and the margin is far wider than the rounding.
  @inline(__always)
  private func pass(
    _ leg: Int32,
    _ books: borrowing BookTable,
    _ costs: borrowing CostModel,
    _ gained: inout Double,
    _ paid: inout Double
  ) -> Timestamp {
    let instrument = InstrumentID(index: leg >> 1)
    let top = books.top(of: instrument)
    guard top.isUsable else { return Timestamp(nanoseconds: .min) }
    let one = Double(Rate.one)
    // Without known fees nothing is gained.
    let fee = costs.takerRate(of: instrument).map { Double($0.raw) } ?? one
    if leg & 1 == 0 {
      gained *= fee < one ? 1e10 : 0
      paid *= Double(top.ask) * ((one + fee) / one)
    } else {
      gained *= Double(top.bid) * ((one - fee) / one)
      paid *= 1e10
    }
    return top.freshUntil(maximumAge: settings.maximumAgeNanoseconds)
  }

  @inline(__always)
  private mutating func evaluate(
    _ number: Int,
    books: borrowing BookTable,
    costs: borrowing CostModel,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    evaluations += 1
    let legs = routes[number].legs
    var gained = 1.0
    var paid = 1.0
    let first = pass(legs.0, books, costs, &gained, &paid)
    let second = pass(legs.1, books, costs, &gained, &paid)
    let third = pass(legs.2, books, costs, &gained, &paid)
    guard time < first, time < second, time < third else {
      if tracker.isOpen(number) { closeHindered(number, books: books, at: time, into: &output) }
      return
    }
    let product = gained / paid
    if product > routes[number].best {
      routes[number].best = product
      bests[number] = Best(prices: prices(number, books), time: time)
    }
    guard product > TriangularScanner.sieve else {
      tracker.close(number, .belowThreshold, at: time, into: &output)
      return
    }
    evaluateExactly(number, books: books, costs: costs, at: time, into: &output)
  }

  /// The best price that each leg takes.
  private func prices(_ number: Int, _ books: borrowing BookTable) -> (Int64, Int64, Int64) {
    func price(_ leg: RouteLeg, _ books: borrowing BookTable) -> Int64 {
      let top = books.top(of: leg.instrument)
      return leg.side == .buy ? top.ask : top.bid
    }
    let legs = cycles[number].legs
    return (price(legs.0, books), price(legs.1, books), price(legs.2, books))
  }

  @inline(never)
  private mutating func evaluateExactly(
    _ number: Int,
    books: borrowing BookTable,
    costs: borrowing CostModel,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    var legs: [CycleLeg] = []
    for leg in cycles[number].list {
      let top = books.top(of: leg.instrument)
      let best = Price(raw: leg.side == .buy ? top.ask : top.bid)
      guard let terms = terms[Int(leg.instrument.index)], terms.acceptsTakers, best.raw > 0,
        let fee = costs.takerRate(of: leg.instrument)
      else {
        tracker.close(number, .notTradable, at: time, into: &output)
        return
      }
      legs.append(CycleLeg(terms: terms, side: leg.side, fee: fee, best: best))
    }
    let sizing = TriangularSizing(legs: legs, settings: settings)
    let account = legs[0].side == .buy ? legs[0].terms.quoteAccount : legs[0].terms.baseAccount
    guard let plan = sizing.plan(books, limits: limits, startAccount: account) else {
      tracker.close(number, .belowThreshold, at: time, into: &output)
      return
    }
    take(plan, of: number, at: time, into: &output)
  }

  private mutating func take(
    _ plan: CyclePlan,
    of number: Int,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    let netReturn = Rate(plan.net, of: plan.size)
    let now = Window.Peak(net: plan.net, size: plan.size, netReturn: netReturn, time: time)
    let change = tracker.observe(number, now, into: &output)
    guard change == .opened || change == .improved, let window = tracker.window(number),
      let first = instruments[Int(cycles[number].legs.0.instrument.index)]
    else { return }
    output.append(
      Opportunity(
        route: window.route,
        window: window.number,
        legs: zip(cycles[number].list, plan.fills).map { leg, fill in
          Opportunity.Leg(
            instrument: leg.instrument,
            side: leg.side,
            limitPrice: fill.ladder.limit,
            averagePrice: fill.ladder.average(leg.side == .buy ? .up : .down),
            quantity: Quantity(raw: fill.ladder.quantity),
            notional: fill.notional,
            fee: fill.fee
          )
        },
        settlement: cycles[number].legs.0.side == .buy ? first.quote : first.base,
        size: plan.size,
        gross: plan.gross,
        costs: plan.costs,
        net: plan.net,
        netReturn: netReturn,
        time: time
      )
    )
  }

  // MARK: Ends

  /// Closes the window of a cycle whose books cannot be looked at.
  private mutating func closeHindered(
    _ number: Int,
    books: borrowing BookTable,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    let age = settings.maximumAgeNanoseconds
    let legs = cycles[number].legs
    tracker.close(
      number,
      hindered: Hindrance(books.top(of: legs.0.instrument), at: time, maximumAge: age),
      Hindrance(books.top(of: legs.1.instrument), at: time, maximumAge: age),
      Hindrance(books.top(of: legs.2.instrument), at: time, maximumAge: age),
      into: &output
    )
  }

  /// Closes the windows of every cycle that an instrument is a leg of.
  public mutating func closeAll(
    involving instrument: InstrumentID,
    _ reason: WindowClosing,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    guard Int(instrument.index) < routesOf.count else { return }
    tracker.close(routesOf[Int(instrument.index)], reason, at: time, into: &output)
  }

  /// Closes every window, such as at the end of the data.
  public mutating func closeAll(
    _ reason: WindowClosing,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    tracker.closeAll(reason, at: time, into: &output)
  }

  /// Closes windows whose books have gone stale or unusable since anything happened to them.
  ///
  /// For a timer: a venue that falls silent sends no change to look at.
  public mutating func closeHindered(
    books: borrowing BookTable,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    guard tracker.openCount > 0 else { return }
    for number in tracker.openRoutes.sorted() {
      closeHindered(number, books: books, at: time, into: &output)
    }
  }

  // MARK: Reports

  public var openWindows: Int { tracker.openCount }

  /// The best moment of a cycle; nil while its books have never been ready together or while a fee
  /// is unknown.
  public func nearMiss(_ number: Int, costs: borrowing CostModel) -> NearMiss? {
    guard let best = bests[number] else { return nil }
    var gross = CycleReturn()
    var net = CycleReturn()
    let prices = [best.prices.0, best.prices.1, best.prices.2]
    for (leg, price) in zip(cycles[number].list, prices) {
      guard price > 0, let fee = costs.takerRate(of: leg.instrument) else { return nil }
      gross.pass(leg.side, price: price, fee: .zero)
      net.pass(leg.side, price: price, fee: fee)
    }
    return NearMiss(
      route: RouteID(strategy: .triangular, index: number),
      gross: gross.rate,
      afterFees: net.rate,
      time: best.time
    )
  }
}
