import Reactor
import Books
import Costs
import Market
import TestSupport
import Testing
import Units

@testable import Strategies

@Suite("Inside a venue")
struct TriangularScannerTests {
  private static let settings = ScannerSettings(
    maximumAgeNanoseconds: 1_000_000_000,
    bookUsage: Rate(basisPoints: 10_000)
  )

  private func scan(
    _ market: Bookmaker,
    _ scanner: inout TriangularScanner,
    changed: Instrument,
    at milliseconds: Int64 = 0
  ) -> StrategyOutput {
    var output = StrategyOutput()
    scanner.evaluate(
      changed: changed.id,
      topMoved: true,
      books: market.books,
      costs: market.costs,
      at: Bookmaker.time(milliseconds),
      into: &output
    )
    return output
  }

  /// Three instruments of one venue with books at which a cycle through ETH gains before fees.
  private func triangle(
    feeBasisPoints: Int64?,
    lots: Int64? = nil,
    depth: Int64 = 10
  ) throws -> (Bookmaker, TriangularScanner, [Instrument]) {
    var market = Bookmaker()
    var scanner = TriangularScanner(settings: Self.settings)
    let all = try ["BTC/USD", "ETH/USD", "ETH/BTC"].map {
      try market.add("venue", $0, feeBasisPoints: feeBasisPoints, lot: lots)
    }
    for instrument in all { scanner.register(instrument) }
    market.load(
      all[0],
      bids: [(dollars(50_000), coins(depth))],
      asks: [(dollars(50_001), coins(depth))]
    )
    market.load(
      all[1],
      bids: [(dollars(2_499), coins(depth))],
      asks: [(dollars(2_500), coins(depth))]
    )
    // 0.051 BTC for an ETH that costs 0.05: two per cent.
    market.load(all[2], bids: [(510_000_000, coins(depth))], asks: [(520_000_000, coins(depth))])
    return (market, scanner, all)
  }

  @Test("a cycle that pays is found whichever of its books changed")
  func found() throws {
    for changed in 0..<3 {
      var (market, scanner, all) = try triangle(feeBasisPoints: 20)
      let output = scan(market, &scanner, changed: all[changed])
      let best = try #require(output.opportunities.first)
      #expect(output.opportunities.count == 1)
      #expect(best.legs.map(\.side) == [.buy, .sell, .sell])
      #expect(best.legs.map(\.instrument) == [all[1].id, all[2].id, all[0].id])
      #expect(best.settlement.symbol == "USD")
      #expect(addsUp(best))
    }
  }

  @Test("every amount is followed through the three orders, rounded against us")
  func amounts() throws {
    var (market, scanner, all) = try triangle(feeBasisPoints: 50)
    let best = try #require(scan(market, &scanner, changed: all[2]).opportunities.first)
    // The whole depth of ETH/USD, ten ETH, is used: 25 000 dollars and 125 of fee.
    #expect(best.legs[0].quantity.raw == coins(10))
    #expect(best.legs[0].notional.raw == 25_000 * 100_000_000)
    #expect(best.size.raw == 25_125 * 100_000_000)
    // Ten ETH bring 0.51 BTC less 0.00255; those bring 25 372.50 dollars less 126.8625.
    #expect(best.legs[1].notional.raw == 51_000_000 && best.legs[1].fee.raw == 255_000)
    #expect(best.legs[2].quantity.raw == 50_745_000)
    #expect(best.net.raw == 12_063_750_000)
    // At the best prices 25 125 dollars become 25 627.50; the fees are valued at those prices.
    #expect(best.gross.raw == 50_250_000_000)
    let costs = Dictionary(uniqueKeysWithValues: best.costs.map { ($0.kind, $0.amount.raw) })
    #expect(costs[.takerFee(leg: 0)] == 12_750_000_000)
    #expect(costs[.takerFee(leg: 1)] == 12_750_000_000)
    #expect(costs[.takerFee(leg: 2)] == 12_686_250_000)
    #expect(costs[.impact] == 0 && costs[.leftover] == 0)
  }

  @Test("fees that eat the gain leave nothing")
  func fees() throws {
    // Two per cent gross against three times 70 basis points.
    var (market, scanner, all) = try triangle(feeBasisPoints: 70)
    #expect(scan(market, &scanner, changed: all[0]).isEmpty)
    let miss = try #require(
      (0..<2).compactMap { scanner.nearMiss($0, costs: market.costs) }
        .max { $0.gross < $1.gross }
    )
    // 0.051 × 50 000 ÷ 2 500 − 1 = 2 %; × 0.993² ÷ 1.007 − 1 = −0.1250 %.
    #expect(miss.gross.basisPointsText == "200")
    #expect(miss.afterFees.raw < 0)
  }

  @Test("unknown fees keep the cycle out")
  func unknownFees() throws {
    var (market, scanner, all) = try triangle(feeBasisPoints: nil)
    #expect(scan(market, &scanner, changed: all[0]).isEmpty)
    #expect(scanner.nearMiss(0, costs: market.costs) == nil)
  }

  @Test("all legs are fresh and usable, or nothing is done")
  func freshness() throws {
    var (market, scanner, all) = try triangle(feeBasisPoints: 20)
    #expect(scan(market, &scanner, changed: all[0], at: 1_000).isEmpty)
    market.load(
      all[1],
      bids: [(dollars(2_499), coins(1))],
      asks: [(dollars(2_500), coins(1))],
      at: 600
    )
    market.load(all[2], bids: [(510_000_000, coins(1))], asks: [(520_000_000, coins(1))], at: 600)
    _ = scan(market, &scanner, changed: all[1], at: 600)
    _ = scan(market, &scanner, changed: all[2], at: 600)
    #expect(scanner.openWindows == 1)
    // The first book is of time 0: at one second it is a second old.
    var output = StrategyOutput()
    scanner.closeHindered(books: market.books, at: Bookmaker.time(1_300), into: &output)
    #expect(output.windows.map(\.closing) == [.stale])
    #expect(output.windows.map(\.closed) == [Bookmaker.time(1_000)])
    market.load(
      all[0],
      bids: [(dollars(50_000), coins(1))],
      asks: [(dollars(50_001), coins(1))],
      at: 1_400
    )
    #expect(scan(market, &scanner, changed: all[0], at: 1_400).opportunities.count == 1)
    market.spoil(all[2])
    output.removeAll()
    scanner.closeAll(involving: all[2].id, .bookUnusable, at: Bookmaker.time(1_450), into: &output)
    #expect(output.windows.map(\.closing) == [.bookUnusable])
    #expect(scan(market, &scanner, changed: all[0], at: 1_460).isEmpty)
  }

  @Test("a chosen size is worth no less than any other start", arguments: 0..<40 as Range<UInt64>)
  func bestSize(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var market = Bookmaker()
    let fee = Int64.random(in: 0...30, using: &random)
    let lots: [Int64] = [1, 1_000, 100_000]
    let lot = lots[Int.random(in: 0..<3, using: &random)]
    let all = try ["BTC/USD", "ETH/USD", "ETH/BTC"].map {
      try market.add("venue", $0, feeBasisPoints: fee, lot: lot)
    }
    var scanner = TriangularScanner(settings: Self.settings)
    for instrument in all { scanner.register(instrument) }
    func side(_ start: Int64, _ direction: Int64) -> [(Int64, Int64)] {
      var price = start
      return (0..<4).map { _ in
        price += direction * Int64.random(in: 1...max(1, start / 400), using: &random)
        return (price, Int64.random(in: 1...40, using: &random) * 25_000_000)
      }
    }
    market.load(all[0], bids: side(dollars(50_000), -1), asks: side(dollars(50_010), 1))
    market.load(all[1], bids: side(dollars(2_499), -1), asks: side(dollars(2_500), 1))
    let rich = Int64.random(in: 500_000_000...520_000_000, using: &random)
    market.load(all[2], bids: side(rich, -1), asks: side(rich + 1_000_000, 1))
    let found = scan(market, &scanner, changed: all[2]).opportunities
    for opportunity in found { #expect(addsUp(opportunity) && opportunity.net > .zero) }

    // Every start in small steps, followed through the same three orders.
    for (route, direction) in [[1, 2, 0], [0, 2, 1]].enumerated() {
      let sides: [OrderSide] = route == 0 ? [.buy, .sell, .sell] : [.buy, .buy, .sell]
      var limits = TradingLimits()
      let legs = try zip(direction, sides).map { index, side in
        let top = market.books.top(of: all[index].id)
        return CycleLeg(
          terms: InstrumentTerms(all[index], limits: &limits),
          side: side,
          fee: try #require(market.costs.takerRate(of: all[index].id)),
          best: Price(raw: side == .buy ? top.ask : top.bid)
        )
      }
      let sizing = TriangularSizing(legs: legs, settings: Self.settings)
      var best: Int128 = 0
      for step in 1...300 {
        let start = Int128(step) * 400 * 100_000_000
        if let plan = CyclePlan(sizing, start: start, market.books) {
          best = max(best, plan.net.raw)
        }
      }
      let chosen = found.first { $0.legs.map(\.side) == sides }?.net.raw ?? 0
      // A lot of each leg is at stake, and the rounding of each step.
      let slack = Int128(lot) * 60_000 + 1_000
      #expect(chosen + slack >= best, "route \(route)")
    }
  }

  @Test("triangles are all there are, each in both directions", arguments: 0..<12 as Range<UInt64>)
  func enumeration(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let assets = ["USD", "BTC", "ETH", "SOL", "EUR", "XRP", "ADA"]
    var market = Bookmaker()
    var scanner = TriangularScanner(settings: Self.settings)
    var all: [Instrument] = []
    for venue in ["one", "two"] {
      for base in assets {
        for quote in assets where base < quote && Int.random(in: 0...2, using: &random) > 0 {
          let isTurned = Bool.random(using: &random)
          let symbol = isTurned ? "\(quote)/\(base)" : "\(base)/\(quote)"
          all.append(try market.add(venue, symbol))
        }
      }
    }
    all.shuffle(using: &random)
    for instrument in all { scanner.register(instrument) }

    var expected: Set<Set<InstrumentID>> = []
    for first in all {
      for second in all where second.id < first.id && second.venue == first.venue {
        for third in all where third.id < second.id && third.venue == first.venue {
          let members = [first, second, third]
          let ends = members.flatMap { [$0.base.symbol, $0.quote.symbol] }
          let isTriangle =
            Set(ends).count == 3
            && Set(ends).allSatisfy { asset in
              ends.count { $0 == asset } == 2
            }
          if isTriangle { expected.insert(Set(members.map(\.id))) }
        }
      }
    }
    let routes = (0..<scanner.routeCount).map { RouteID(strategy: .triangular, index: $0) }
    let found = routes.map { Set(scanner.legs(of: $0).map(\.instrument)) }
    #expect(Set(found) == expected)
    #expect(found.count == 2 * expected.count)
    // Each cycle ends with what it began with.
    for route in routes {
      var held: String?
      var start: String?
      for leg in scanner.legs(of: route) {
        let instrument = try #require(all.first { $0.id == leg.instrument })
        let (from, to) =
          leg.side == .buy
          ? (instrument.quote.symbol, instrument.base.symbol)
          : (instrument.base.symbol, instrument.quote.symbol)
        #expect(held == nil || held == from)
        start = start ?? from
        held = to
      }
      #expect(held == start)
    }
  }

  @Test("a change looks at the cycles of its instrument and at no others")
  func locality() throws {
    var (market, scanner, all) = try triangle(feeBasisPoints: 20)
    let far = try market.add("venue", "SOL/USD")
    let near = try market.add("venue", "SOL/BTC")
    scanner.register(far)
    scanner.register(near)
    #expect(scanner.routeCount == 4)
    _ = scan(market, &scanner, changed: far)
    #expect(scanner.evaluations == 2)
    _ = scan(market, &scanner, changed: all[2])
    #expect(scanner.evaluations == 4)
    _ = scan(market, &scanner, changed: all[0])
    #expect(scanner.evaluations == 8)
  }
}

@Suite("An exact return")
struct CycleReturnTests {
  @Test("agrees with plain arithmetic where that fits", arguments: 0..<200 as Range<UInt64>)
  func small(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let bid = Int64.random(in: 1...100_000, using: &random) * 10_000_000_000
    let ask = Int64.random(in: 1...100_000, using: &random) * 10_000_000_000
    let fee = Int64.random(in: 0...99, using: &random)
    var cycle = CycleReturn()
    cycle.pass(.buy, price: ask, fee: Rate(basisPoints: fee))
    cycle.pass(.sell, price: bid, fee: Rate(basisPoints: fee))
    let gained = Int128(bid / 10_000_000_000) * Int128(10_000 - fee)
    let paid = Int128(ask / 10_000_000_000) * Int128(10_000 + fee)
    #expect(cycle.pays(haircut: .zero) == (gained > paid))
    let exact = divide((gained - paid) * Int128(Rate.one), by: paid, rounding: .down)
    let ceiling = Int128(Rate.one) * 10_000
    #expect(Int128(cycle.rate.raw) == min(exact, ceiling))
  }

  @Test("holds the largest factors")
  func largest() {
    var cycle = CycleReturn()
    for _ in 0..<3 { cycle.pass(.sell, price: .max, fee: .zero) }
    #expect(cycle.pays(haircut: Rate(raw: Rate.one - 1)))
    #expect(cycle.rate.raw == Rate.one * 10_000)
    var other = CycleReturn()
    for _ in 0..<3 { other.pass(.buy, price: .max, fee: Rate(raw: Rate.one - 1)) }
    #expect(other.rate.raw == -Rate.one)
  }
}
