import Market
import Testing
import Units

@testable import Simulator

@Suite("Windows of the simulated market")
struct MarketWindowTests {
  private struct Seen {
    /// How long each window lasted, in seconds.
    var lives: [Double] = []
    var best = -10_000.0

    var median: Double { lives.isEmpty ? 0 : lives.sorted()[lives.count / 2] }

    func caught(after reaction: Double) -> Double {
      Double(lives.count { $0 > reaction }) / Double(max(1, lives.count))
    }
  }

  /// Watches BTC at four venues for windows of more than 20 basis points.
  private static func windows(halfLife: Int64?, minutes: Double) -> Seen {
    var settings = MarketSettings.light(seed: 11)
    settings.competitionHalfLifeNanoseconds = halfLife
    settings.dislocationsPerHour = 60
    settings.churn = 0
    settings.trading = 0
    let bench = MarketBench(settings, symbols: ["BTC/USD"])
    let symbol = Symbol(base: "BTC", quote: "USD")
    var seen = Seen()
    var openedAt: Double?
    var time = 0.0
    let step = 0.05
    while time < minutes * 60 {
      bench.run(seconds: step, step: step)
      time += step
      let edge = bench.edge(symbol)
      seen.best = max(seen.best, edge)
      if edge > 20 {
        if openedAt == nil { openedAt = time }
      } else if let opened = openedAt {
        seen.lives.append(time - opened)
        openedAt = nil
      }
    }
    return seen
  }

  @Test(
    "open between venues, and half of them are closed after the set time",
    arguments: [Int64(300_000_000), 700_000_000]
  )
  func halfLife(_ nanoseconds: Int64) {
    let seen = Self.windows(halfLife: nanoseconds, minutes: 60)
    let set = Double(nanoseconds) / 1e9
    #expect(seen.lives.count > 30)
    #expect(seen.median > 0.6 * set && seen.median < 1.5 * set, "\(seen.median)")
    // Some are worth the fees of a beginner at both venues.
    #expect(seen.best > 80)
  }

  @Test("are caught by whoever needs 0.3 s far more often than by whoever needs 2 s")
  func reaction() {
    let seen = Self.windows(halfLife: 500_000_000, minutes: 60)
    let (fast, slow) = (seen.caught(after: 0.3), seen.caught(after: 2))
    #expect(fast > 0.5 && slow < 0.2, "\(fast) and \(slow)")
  }

  @Test("stay open for long when nobody competes")
  func alone() {
    let seen = Self.windows(halfLife: nil, minutes: 20)
    #expect(seen.median > 5, "\(seen.median)")
  }

  @Test("open inside a venue, round three pairs")
  func triangles() {
    var settings = MarketSettings.light(seed: 2)
    settings.dislocationsPerHour = 120
    let bench = MarketBench(
      settings,
      venues: ["kraken"],
      symbols: ["BTC/USD", "ETH/USD", "ETH/BTC"]
    )
    let exchange = bench.exchanges[0]
    func best(_ base: String, _ quote: String, _ side: BookSide) -> Double {
      exchange.index(of: Symbol(base: base, quote: quote))
        .flatMap { exchange.best($0, side) }.map { Double($0.price.raw) / 1e10 } ?? 0
    }
    var (open, all) = (0, 0)
    for _ in 0..<6_000 {
      bench.run(seconds: 0.1)
      let around =
        best("ETH", "USD", .bid) / (best("ETH", "BTC", .ask) * best("BTC", "USD", .ask))
      let back = best("ETH", "BTC", .bid) * best("BTC", "USD", .bid) / best("ETH", "USD", .ask)
      all += 1
      if max(around, back) > 1.0015 { open += 1 }
    }
    #expect(open > 5 && open < all / 10, "\(open) of \(all)")
  }
}
