import Reactor
import Books
import Costs
import Market
import TestSupport
import Testing
import Units

@testable import Strategies

@Suite("Between venues")
struct CrossVenueScannerTests {
  /// Everything may be used, so that figures are easy to follow.
  private static let settings = ScannerSettings(
    maximumAgeNanoseconds: 10_000_000_000,
    bookUsage: Rate(basisPoints: 10_000)
  )

  private func scan(
    _ market: Bookmaker,
    _ scanner: inout CrossVenueScanner,
    changed: Instrument,
    at milliseconds: Int64 = 0,
    topMoved: Bool = true
  ) -> StrategyOutput {
    var output = StrategyOutput()
    scanner.evaluate(
      changed: changed.id,
      topMoved: topMoved,
      books: market.books,
      costs: market.costs,
      at: Bookmaker.time(milliseconds),
      into: &output
    )
    return output
  }

  @Test("both sides are walked while the next unit pays, and every cent is accounted for")
  func walk() throws {
    var market = Bookmaker()
    let east = try market.add("east", "BTC/USD", feeBasisPoints: 100)
    let west = try market.add("west", "BTC/USD", feeBasisPoints: 100)
    // Buying at 100 and 101 costs 101 and 102.01 with the fee; selling at 105 and 104 brings
    // 103.95 and 102.96. At 103 it no longer pays: 101.97 against 102.01.
    market.load(
      east,
      bids: [(dollars(99), coins(9))],
      asks: [(dollars(100), coins(1)), (dollars(101), coins(5))]
    )
    market.load(
      west,
      bids: [(dollars(105), coins(1)), (dollars(104), coins(2)), (dollars(103), coins(9))],
      asks: [(dollars(106), coins(9))]
    )
    var scanner = CrossVenueScanner(settings: Self.settings)
    scanner.register(east)
    scanner.register(west)
    let found = scan(market, &scanner, changed: west).opportunities
    let best = try #require(found.first)
    #expect(found.count == 1 && scanner.routeCount == 2)
    #expect(best.legs.map(\.quantity.raw) == [coins(3), coins(3)])
    #expect(best.legs[0].notional.raw == 302 * 100_000_000)
    #expect(best.legs[0].fee.raw == 302_000_000)
    #expect(best.legs[1].notional.raw == 313 * 100_000_000)
    #expect(best.legs[1].fee.raw == 313_000_000)
    #expect(best.legs.map(\.limitPrice.description) == ["101", "104"])
    #expect(best.legs.map(\.averagePrice.description) == ["100.6666666667", "104.3333333333"])
    #expect(best.gross.raw == 15 * 100_000_000)
    #expect(best.net.raw == (1_100 - 615) * 1_000_000)
    #expect(best.size.raw == 305_020 * 100_000)
    #expect(addsUp(best))
    // 4.85 ÷ 305.02, rounded down.
    #expect(best.netReturn.basisPointsText == "159.0059")
  }

  /// The best net profit over every multiple of the lot, by plain arithmetic.
  private func bruteForce(
    asks: [(Int64, Int64)],
    bids: [(Int64, Int64)],
    lot: Int64,
    fees: (Int64, Int64),
    cap: Int64
  ) -> Int128 {
    var best: Int128 = 0
    var quantity = lot
    while quantity <= cap {
      func take(_ levels: [(Int64, Int64)]) -> Int128? {
        var rest = quantity
        var sum: Int128 = 0
        for (price, size) in levels where rest > 0 {
          sum += Int128(price) * Int128(min(rest, size))
          rest -= min(rest, size)
        }
        return rest == 0 ? sum : nil
      }
      guard let paid = take(asks), let got = take(bids) else { break }
      let scale: Int128 = 10_000_000_000
      let cost = divide(paid, by: scale, rounding: .up)
      let buyFee = divide(cost * Int128(fees.0), by: 10_000, rounding: .up)
      let sold = divide(got, by: scale, rounding: .down)
      let sellFee = divide(
        divide(got, by: scale, rounding: .up) * Int128(fees.1),
        by: 10_000,
        rounding: .up
      )
      best = max(best, sold - sellFee - cost - buyFee)
      quantity += lot
    }
    return best
  }

  @Test("the size is the best of all lots within the caps", arguments: 0..<60 as Range<UInt64>)
  func bestSize(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var market = Bookmaker()
    let fees = (Int64.random(in: 0...40, using: &random), Int64.random(in: 0...40, using: &random))
    let lots: [Int64] = [1_000_000, 5_000_000, 100_000_000]
    let lot = lots[Int.random(in: 0..<3, using: &random)]
    let east = try market.add("east", "BTC/USD", feeBasisPoints: fees.0, lot: lot)
    let west = try market.add("west", "BTC/USD", feeBasisPoints: fees.1, lot: lot)
    func levels(_ start: Int64, _ step: Int64) -> [(Int64, Int64)] {
      (0..<Int64(5)).map { index in
        (
          dollars(start) + index * step * Int64.random(in: 1...9, using: &random) * 100_000_000
            + index * step,
          Int64.random(in: 1...30, using: &random) * 10_000_000
        )
      }
    }
    let asks = levels(1_000, 1).sorted { $0.0 < $1.0 }
    let bids = levels(1_000 + Int64.random(in: 0...12, using: &random), -1).sorted { $0.0 > $1.0 }
    market.load(east, bids: [(dollars(1), coins(1))], asks: asks)
    market.load(west, bids: bids, asks: [(dollars(9_999), coins(1))])
    let usage: Int64 = Bool.random(using: &random) ? 10_000 : 3_000
    var scanner = CrossVenueScanner(
      settings: ScannerSettings(
        maximumAgeNanoseconds: 1_000_000_000,
        bookUsage: Rate(basisPoints: usage)
      )
    )
    scanner.register(east)
    scanner.register(west)
    let found = scan(market, &scanner, changed: east).opportunities.first

    // Depth that would pay against the other side's best, and the share of it that may be used.
    func pays(_ bid: Int64, _ ask: Int64) -> Bool {
      Int128(bid) * Int128(10_000 - fees.1) > Int128(ask) * Int128(10_000 + fees.0)
    }
    let asked = asks.filter { pays(bids[0].0, $0.0) }.reduce(0) { $0 + $1.1 }
    let wanted = bids.filter { pays($0.0, asks[0].0) }.reduce(0) { $0 + $1.1 }
    let cap = min(asked * usage / 10_000, wanted * usage / 10_000)
    let best = bruteForce(asks: asks, bids: bids, lot: lot, fees: fees, cap: cap)
    #expect((found?.net.raw ?? 0) == best)
    if let found {
      #expect(addsUp(found))
      #expect(found.legs.allSatisfy { $0.quantity.raw % lot == 0 && $0.quantity.raw <= cap })
    }
  }

  @Test("what is owned and the largest size bound it")
  func limits() throws {
    var market = Bookmaker()
    let east = try market.add("east", "BTC/USD", feeBasisPoints: 100)
    let west = try market.add("west", "BTC/USD", feeBasisPoints: 0)
    market.load(east, bids: [(dollars(1), 1)], asks: [(dollars(100), coins(10))])
    market.load(west, bids: [(dollars(110), coins(10))], asks: [(dollars(200), 1)])
    func quantity(_ change: (inout TradingLimits) -> Void) -> Int64? {
      var scanner = CrossVenueScanner(settings: Self.settings)
      change(&scanner.limits)
      scanner.register(east)
      scanner.register(west)
      return scan(market, &scanner, changed: east).opportunities.first?.legs[0].quantity.raw
    }
    #expect(quantity { _ in } == coins(10))
    #expect(
      quantity { $0.setMaximumSize(Notional(raw: 250 * 100_000_000), of: "USD") } == 250_000_000
    )
    // 202 dollars buy two coins at 100 and one hundredth.
    let east2 = VenueID(rawValue: "east")
    #expect(
      quantity { $0.setAvailable(Notional(raw: 202 * 100_000_000), of: "USD", at: east2) }
        == coins(2)
    )
    let west2 = VenueID(rawValue: "west")
    #expect(
      quantity { $0.setAvailable(Notional(raw: 150_000_000), of: "BTC", at: west2) } == 150_000_000
    )
    #expect(quantity { $0.setAvailable(.zero, of: "BTC", at: west2) } == nil)
  }

  @Test("dollars and dollar coins are not the same money")
  func currencies() throws {
    var market = Bookmaker()
    var scanner = CrossVenueScanner(settings: Self.settings)
    scanner.register(try market.add("east", "BTC/USD"))
    scanner.register(try market.add("west", "BTC/USDC"))
    scanner.register(try market.add("east", "ETH/USD"))
    #expect(scanner.routeCount == 0)
  }

  @Test("a stale, spoiled, or free-of-charge-unknown route is left alone")
  func hindered() throws {
    var market = Bookmaker()
    let east = try market.add("east", "BTC/USD")
    let west = try market.add("west", "BTC/USD")
    let north = try market.add("north", "BTC/USD", feeBasisPoints: nil)
    var scanner = CrossVenueScanner(settings: Self.settings)
    for instrument in [east, west, north] { scanner.register(instrument) }
    market.load(east, bids: [(dollars(1), 1)], asks: [(dollars(100), coins(1))])
    market.load(west, bids: [(dollars(110), coins(1))], asks: [(dollars(200), 1)], at: 5_000)
    market.load(north, bids: [(dollars(150), coins(1))], asks: [(dollars(200), 1)], at: 5_000)
    #expect(scan(market, &scanner, changed: west, at: 10_000).opportunities.isEmpty)
    #expect(scan(market, &scanner, changed: west, at: 9_999).opportunities.count == 1)
    market.spoil(east)
    let closed = scan(market, &scanner, changed: east, at: 9_999)
    #expect(closed.opportunities.isEmpty)
    #expect(closed.windows.map(\.closing) == [.bookUnusable])
  }

  @Test("a window opens, peaks, and closes; each new peak is an opportunity")
  func window() throws {
    var market = Bookmaker()
    let east = try market.add("east", "BTC/USD")
    let west = try market.add("west", "BTC/USD")
    var scanner = CrossVenueScanner(settings: Self.settings)
    scanner.register(east)
    scanner.register(west)
    market.load(east, bids: [(dollars(1), 1)], asks: [(dollars(100), coins(1))])
    var windows: [Window] = []
    var peaks: [Int128] = []
    for (milliseconds, bid) in [(0, 99), (100, 102), (200, 105), (300, 103), (900, 100)]
      as [(Int64, Int64)]
    {
      market.load(
        west,
        bids: [(dollars(bid), coins(1))],
        asks: [(dollars(200), 1)],
        at: milliseconds
      )
      let output = scan(market, &scanner, changed: west, at: milliseconds)
      windows += output.windows
      peaks += output.opportunities.map(\.net.raw)
    }
    #expect(peaks == [200_000_000, 500_000_000])
    let window = try #require(windows.first)
    #expect(windows.count == 1)
    #expect(window.opened == Bookmaker.time(100) && window.closed == Bookmaker.time(900))
    #expect(window.peak.time == Bookmaker.time(200) && window.peak.net.raw == 500_000_000)
    #expect(window.closing == .belowThreshold && window.evaluations == 3)
    #expect(window.durationNanoseconds == 800_000_000 && window.isEligible)
  }

  @Test("a change below the best prices matters only to an open window")
  func deepChange() throws {
    var market = Bookmaker()
    let east = try market.add("east", "BTC/USD")
    let west = try market.add("west", "BTC/USD")
    var scanner = CrossVenueScanner(settings: Self.settings)
    scanner.register(east)
    scanner.register(west)
    market.load(east, bids: [(dollars(1), 1)], asks: [(dollars(100), coins(1))])
    market.load(west, bids: [(dollars(90), coins(1))], asks: [(dollars(200), 1)])
    _ = scan(market, &scanner, changed: west, topMoved: false)
    #expect(scanner.evaluations == 0)
    market.load(west, bids: [(dollars(110), coins(1))], asks: [(dollars(200), 1)])
    _ = scan(market, &scanner, changed: west)
    let before = scanner.evaluations
    _ = scan(market, &scanner, changed: west, topMoved: false)
    #expect(scanner.evaluations == before + 1)
  }

  @Test("the best moment is kept, before and after fees")
  func nearMiss() throws {
    var market = Bookmaker()
    let east = try market.add("east", "BTC/USD", feeBasisPoints: 50)
    let west = try market.add("west", "BTC/USD", feeBasisPoints: 50)
    var scanner = CrossVenueScanner(settings: Self.settings)
    scanner.register(east)
    scanner.register(west)
    market.load(east, bids: [(dollars(1), 1)], asks: [(dollars(1_000), coins(1))])
    for (milliseconds, bid) in [(0, 999), (100, 1_001), (200, 1_000)] as [(Int64, Int64)] {
      market.load(
        west,
        bids: [(dollars(bid), coins(1))],
        asks: [(dollars(9_000), 1)],
        at: milliseconds
      )
      #expect(scan(market, &scanner, changed: west, at: milliseconds).isEmpty)
    }
    let miss = try #require(scanner.nearMiss(0, costs: market.costs))
    #expect(miss.gross.basisPointsText == "10")
    // 1001 × 0.995 ÷ (1000 × 1.005) − 1 = −0.896 %, rounded down.
    #expect(miss.afterFees.basisPointsText == "-89.602")
    #expect(miss.time == Bookmaker.time(100))
  }

  @Test("numbers at the ends of their ranges cost nothing but a refusal")
  func extremes() throws {
    for price in [Int64(1), .max / 2, .max] {
      for quantity in [Int64(1), .max / 2, .max] {
        var market = Bookmaker()
        let east = try market.add("east", "BTC/USD", feeBasisPoints: 10)
        let west = try market.add("west", "BTC/USD", feeBasisPoints: 10)
        market.load(east, bids: [], asks: [(max(1, price / 2), quantity)])
        market.load(east, bids: [(1, 1)], asks: [(max(2, price / 2), quantity)])
        market.load(west, bids: [(max(1, price - 1), quantity)], asks: [(price, quantity)])
        var scanner = CrossVenueScanner(settings: Self.settings)
        scanner.register(east)
        scanner.register(west)
        let output = scan(market, &scanner, changed: west)
        #expect(output.opportunities.allSatisfy(addsUp))
      }
    }
  }
}
