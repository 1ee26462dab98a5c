public import Books
public import Costs
public import Market
public import Units

/// Finds where one venue sells what another buys for more.
///
/// A route is an ordered pair of venues for one symbol: buy here, sell there. Only instruments of
/// the same base *and* the same quote form one: USD, USDC, and USDT are different assets, and a
/// route that crosses them would need a conversion leg, which does not exist yet.
///
/// Give it every change of a book, including the one that makes the book unusable. The cost of a
/// change grows with the venues of its symbol and with nothing else, and nothing is allocated
/// unless an opportunity is found.
public struct CrossVenueScanner: Sendable {
  private struct Route {
    let buyer: Int32
    let seller: Int32
    let lot: Int64
  }

  /// The best touches that a route ever had.
  private struct Best {
    var bid: Int64
    var ask: Int64
    var time: Timestamp
  }

  public let settings: ScannerSettings
  public var limits = TradingLimits()
  private var instruments: [Instrument?] = []
  private var terms: [InstrumentTerms?] = []
  private var bySymbol: [Symbol: [InstrumentID]] = [:]
  private var routes: [Route] = []
  /// By instrument: the routes it is a leg of.
  private var routesOf: [[Int32]] = []
  private var best: [Best] = []
  private var tracker: WindowTracker
  /// Routes looked at so far.
  public private(set) var evaluations: UInt64 = 0

  public init(settings: ScannerSettings = .crossVenue) {
    self.settings = settings
    tracker = WindowTracker(strategy: .crossVenue, settings: settings.windows)
  }

  // MARK: Routes

  /// Adds an instrument and its routes, or takes its changed rules.
  public mutating func register(_ instrument: Instrument) {
    let index = Int(instrument.id.index)
    while instruments.count <= index {
      instruments.append(nil)
      terms.append(nil)
      routesOf.append([])
    }
    if instruments[index] != nil {
      instruments[index] = instrument
      terms[index]?.setRules(instrument.rules)
      for route in routesOf[index] { relot(Int(route)) }
      return
    }
    instruments[index] = instrument
    terms[index] = InstrumentTerms(instrument, limits: &limits)
    for other in bySymbol[instrument.symbol, default: []]
    where instruments[Int(other.index)]?.venue != instrument.venue {
      addRoute(buyer: other, seller: instrument.id)
      addRoute(buyer: instrument.id, seller: other)
    }
    bySymbol[instrument.symbol, default: []].append(instrument.id)
  }

  private mutating func addRoute(buyer: InstrumentID, seller: InstrumentID) {
    let number = routes.count
    routes.append(Route(buyer: buyer.index, seller: seller.index, lot: 1))
    relot(number)
    best.append(Best(bid: 0, ask: 1, time: Timestamp(nanoseconds: .min)))
    routesOf[Int(buyer.index)].append(Int32(number))
    routesOf[Int(seller.index)].append(Int32(number))
    tracker.reserve(routes: routes.count)
  }

  private mutating func relot(_ number: Int) {
    let route = routes[number]
    let lots = (terms[Int(route.buyer)]?.lot ?? 1, terms[Int(route.seller)]?.lot ?? 1)
    routes[number] = Route(
      buyer: route.buyer,
      seller: route.seller,
      lot: leastCommonMultiple(lots.0, lots.1)
    )
  }

  public var routeCount: Int { routes.count }

  /// The purchase and the sale of a route.
  public func legs(of route: RouteID) -> [RouteLeg] {
    let route = routes[route.index]
    return [
      RouteLeg(instrument: InstrumentID(index: route.buyer), side: .buy),
      RouteLeg(instrument: InstrumentID(index: route.seller), side: .sell),
    ]
  }

  // MARK: Looking

  /// Looks at every route of the instrument whose book has changed.
  ///
  /// A change below the best prices (`topMoved` false) matters only to routes with an open window.
  public mutating func evaluate(
    changed: InstrumentID,
    topMoved: Bool,
    books: borrowing BookTable,
    costs: borrowing CostModel,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    let index = Int(changed.index)
    guard index < routesOf.count, topMoved || tracker.openCount > 0 else { return }
    for place in 0..<routesOf[index].count {
      let route = Int(routesOf[index][place])
      guard topMoved || tracker.isOpen(route) else { continue }
      evaluate(route, books: books, costs: costs, at: time, into: &output)
    }
  }

  private mutating func evaluate(
    _ number: Int,
    books: borrowing BookTable,
    costs: borrowing CostModel,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    evaluations += 1
    let route = routes[number]
    let buyerID = InstrumentID(index: route.buyer)
    let sellerID = InstrumentID(index: route.seller)
    let age = settings.maximumAgeNanoseconds
    let buying = books.top(of: buyerID)
    let selling = books.top(of: sellerID)
    guard buying.isUsable, selling.isUsable, time < buying.freshUntil(maximumAge: age),
      time < selling.freshUntil(maximumAge: age)
    else {
      closeHindered(number, books: books, at: time, into: &output)
      return
    }
    let bid = selling.bid
    let ask = buying.ask
    if exactProduct(bid, best[number].ask) > exactProduct(best[number].bid, ask) {
      best[number] = Best(bid: bid, ask: ask, time: time)
    }
    guard let buyer = terms[Int(route.buyer)], let seller = terms[Int(route.seller)],
      buyer.acceptsTakers, seller.acceptsTakers, let buyFee = costs.takerRate(of: buyerID),
      let sellFee = costs.takerRate(of: sellerID)
    else {
      tracker.close(number, .notTradable, at: time, into: &output)
      return
    }
    let sizing = CrossVenueSizing(
      buyer: buyer,
      seller: seller,
      lot: route.lot,
      buyFee: buyFee,
      sellFee: sellFee,
      settings: settings
    )
    guard sizing.pays(bid: bid, ask: ask),
      let plan = sizing.plan(asks: books[buyerID].asks, bids: books[sellerID].bids, limits: limits)
    else {
      tracker.close(number, .belowThreshold, at: time, into: &output)
      return
    }
    take(plan, of: number, at: time, into: &output)
  }

  private mutating func take(
    _ plan: CrossVenuePlan,
    of number: Int,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    let size = plan.size
    let netReturn = Rate(plan.net, of: size)
    let now = Window.Peak(net: plan.net, size: size, netReturn: netReturn, time: time)
    let change = tracker.observe(number, now, into: &output)
    guard change == .opened || change == .improved, let window = tracker.window(number),
      let instrument = instruments[Int(routes[number].buyer)]
    else { return }
    output.append(
      Opportunity(
        route: window.route,
        window: window.number,
        legs: legs(of: plan, route: routes[number]),
        settlement: instrument.quote,
        size: size,
        gross: plan.gross,
        costs: costLines(of: plan),
        net: plan.net,
        netReturn: netReturn,
        time: time
      )
    )
  }

  private func legs(of plan: CrossVenuePlan, route: Route) -> [Opportunity.Leg] {
    [
      Opportunity.Leg(
        instrument: InstrumentID(index: route.buyer),
        side: .buy,
        limitPrice: plan.bought.limit,
        averagePrice: plan.bought.average(.up),
        quantity: Quantity(raw: plan.bought.quantity),
        notional: plan.cost,
        fee: plan.buyFee
      ),
      Opportunity.Leg(
        instrument: InstrumentID(index: route.seller),
        side: .sell,
        limitPrice: plan.sold.limit,
        averagePrice: plan.sold.average(.down),
        quantity: Quantity(raw: plan.sold.quantity),
        notional: plan.proceeds,
        fee: plan.sellFee
      ),
    ]
  }

  private func costLines(of plan: CrossVenuePlan) -> [CostLine] {
    [
      CostLine(.impact, plan.impact), CostLine(.takerFee(leg: 0), plan.buyFee),
      CostLine(.takerFee(leg: 1), plan.sellFee), CostLine(.latencyHaircut, plan.haircut),
    ]
  }

  // MARK: Ends

  /// Closes the windows of every route that an instrument is a leg of.
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

  /// Closes the window of a route whose books cannot be looked at.
  private mutating func closeHindered(
    _ number: Int,
    books: borrowing BookTable,
    at time: Timestamp,
    into output: inout StrategyOutput
  ) {
    guard tracker.isOpen(number) else { return }
    let age = settings.maximumAgeNanoseconds
    let route = routes[number]
    let buying = books.top(of: InstrumentID(index: route.buyer))
    let selling = books.top(of: InstrumentID(index: route.seller))
    tracker.close(
      number,
      hindered: Hindrance(buying, at: time, maximumAge: age),
      Hindrance(selling, at: time, maximumAge: age),
      into: &output
    )
  }

  // MARK: Reports

  public var openWindows: Int { tracker.openCount }

  /// The best moment of a route; nil while its books have never been ready together or while a fee
  /// is unknown.
  public func nearMiss(_ number: Int, costs: borrowing CostModel) -> NearMiss? {
    let best = best[number]
    let route = routes[number]
    guard best.bid > 0, let buyFee = costs.takerRate(of: InstrumentID(index: route.buyer)),
      let sellFee = costs.takerRate(of: InstrumentID(index: route.seller))
    else { return nil }
    let received = Notional(raw: exactProduct(best.bid, Rate.one - sellFee.raw))
    let paid = Notional(raw: exactProduct(best.ask, Rate.one + buyFee.raw))
    return NearMiss(
      route: RouteID(strategy: .crossVenue, index: number),
      gross: Rate(Notional(raw: Int128(best.bid - best.ask)), of: Notional(raw: Int128(best.ask))),
      afterFees: Rate(received - paid, of: paid),
      time: best.time
    )
  }
}

/// The least common multiple of two lots; the largest number there is when it does not fit.
func leastCommonMultiple(_ lhs: Int64, _ rhs: Int64) -> Int64 {
  var (divisor, rest) = (lhs, rhs)
  while rest > 0 { (divisor, rest) = (rest, divisor % rest) }
  let (product, overflow) = (lhs / divisor).multipliedReportingOverflow(by: rhs)
  return overflow ? .max : product
}
