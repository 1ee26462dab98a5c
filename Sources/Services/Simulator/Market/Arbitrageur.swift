import Market
import Units

/// The competitors as one: whoever of them is first to a window closes it.
///
/// A window is an edge above their costs. When one opens they draw the time until the first of them
/// arrives; if it is still there then, they take both sides up to the last price that pays, and the
/// makers see that their price was wrong.
struct Arbitrageur {
  /// What the books say now, as plain numbers.
  struct Touch {
    var bid = 0.0
    var ask = 0.0
  }

  private struct State {
    var isOpen = false
    var window: UInt32 = 0
  }

  let routes: [Route]
  /// The routes that each book is in.
  private let routesOfBook: [[Int]]
  private var states: [State]
  /// When they arrive at the windows of each book: whoever looks at one sees the others, too.
  private var arrivals: [Int64]
  private let market: MarketSettings
  private let cost: Double
  private var random: MarketRandom

  init(_ routes: [Route], books: Int, market: MarketSettings) {
    self.routes = routes
    self.market = market
    cost = market.competitionBasisPointsPerLeg / 10_000
    states = Array(repeating: State(), count: routes.count)
    random = MarketRandom(seed: market.seed, stream: 2)
    var ofBook: [[Int]] = Array(repeating: [], count: books)
    for (number, route) in routes.enumerated() {
      for leg in route.legs { ofBook[leg.book].append(number) }
    }
    routesOfBook = ofBook
    arrivals = Array(repeating: .min, count: books)
  }

  /// What one unit becomes on the way round, less one and less the costs.
  func edge(_ route: Int, _ touches: [Touch]) -> Double {
    var product = 1.0
    for leg in routes[route].legs {
      let touch = touches[leg.book]
      guard touch.bid > 0, touch.ask > 0 else { return -1 }
      product *= (leg.isBuy ? 1 / touch.ask : touch.bid) * (1 - cost)
    }
    return product - 1
  }

  /// Looks at the routes through a book that has changed, and plans an arrival at new windows.
  mutating func watch(
    _ book: Int,
    _ touches: [Touch],
    at time: Int64,
    _ queue: inout EventQueue
  ) {
    guard let halfLife = market.competitionHalfLifeNanoseconds else { return }
    for route in routesOfBook[book] {
      let isOpen = edge(route, touches) > 0
      guard isOpen != states[route].isOpen else { continue }
      states[route].isOpen = isOpen
      states[route].window &+= 1
      guard isOpen else { continue }
      queue.plan(
        .arbitrage,
        route,
        at: arrival(at: route, after: time, halfLife),
        detail: states[route].window
      )
    }
  }

  /// One draw for all windows that are open at a book: waiting has no memory, so joining a wait
  /// that is under way is as good as beginning one.
  private mutating func arrival(at route: Int, after time: Int64, _ halfLife: Int64) -> Int64 {
    let legs = routes[route].legs
    let pending = legs.map { arrivals[$0.book] }.filter { $0 > time }.min()
    let arrival =
      pending ?? time + Int64(random.exponential(mean: Double(halfLife) / 0.693_147_180_56))
    for leg in legs { arrivals[leg.book] = arrival }
    return arrival
  }

  /// Whether the window that someone is arriving at is still open; it counts as closed from here.
  mutating func arrive(at route: Int, window: UInt32) -> Bool {
    guard states[route].isOpen, states[route].window == window else { return false }
    states[route].isOpen = false
    states[route].window &+= 1
    return true
  }

  /// How much of the base asset two books give and take at prices that pay, and the last of them.
  func crossing(
    bids: [Level],
    asks: [Level],
    unit: Double,
    most: Double
  ) -> (base: Double, bid: Double, ask: Double) {
    var (bid, ask) = (0, 0)
    var (bidLeft, askLeft) = (bids.first?.quantity.raw ?? 0, asks.first?.quantity.raw ?? 0)
    var result = (base: 0.0, bid: 0.0, ask: 0.0)
    while bid < bids.count, ask < asks.count, result.base < most {
      let (sold, bought) = (Double(bids[bid].price.raw), Double(asks[ask].price.raw))
      guard sold * (1 - cost) * (1 - cost) > bought else { break }
      let step = min(bidLeft, askLeft)
      result = (min(most, result.base + Double(step) / unit), sold, bought)
      bidLeft -= step
      askLeft -= step
      if bidLeft == 0 {
        bid += 1
        if bid < bids.count { bidLeft = bids[bid].quantity.raw }
      }
      if askLeft == 0 {
        ask += 1
        if ask < asks.count { askLeft = asks[ask].quantity.raw }
      }
    }
    return result
  }
}
