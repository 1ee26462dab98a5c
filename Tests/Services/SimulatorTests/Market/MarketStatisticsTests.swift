import Market
import Testing
import Units

@testable import Simulator

@Suite("Statistics of a book")
struct MarketStatisticsTests {
  private static func price(_ dollars: Int64) -> Price { Price(raw: dollars * 10_000_000_000) }

  private static func time(_ milliseconds: Int64) -> Timestamp {
    MarketBench.start.advanced(byNanoseconds: milliseconds * 1_000_000)
  }

  private static func level(_ dollars: Int64, _ quantity: Int64) -> Level {
    Level(price: price(dollars), quantity: Quantity(raw: quantity * 100_000_000))
  }

  @Test("count what happened, and measure what rested")
  func figures() throws {
    var statistics = MarketStatistics(base: Asset(symbol: "BTC"))
    statistics.snapshot(
      bids: (1...6).map { Self.level(10_000 - $0, 2) },
      asks: (1...6).map { Self.level(10_000 + $0, 4) },
      at: Self.time(0)
    )
    // Inside, for 400 ms; far out, to stay.
    statistics.change(.bid, Self.price(10_000), Quantity(raw: 5), at: Self.time(1_000))
    statistics.settle()
    statistics.change(.bid, Self.price(10_000), .zero, at: Self.time(1_400))
    statistics.settle()
    statistics.change(.ask, Self.price(11_000), Quantity(raw: 5), at: Self.time(1_500))
    statistics.settle()
    statistics.trade(at: Self.time(2_000))
    let summary = try #require(statistics.summary)
    #expect(summary.seconds == 2)
    #expect(summary.updatesPerSecond == 1.5 && summary.tradesPerSecond == 0.5)
    #expect(abs(summary.spreadBasisPoints - 2) < 1e-9)
    #expect(abs(summary.topShare - 2.0 / 3) < 1e-9 && abs(summary.removalShare - 1.0 / 3) < 1e-9)
    #expect(abs(summary.levelLifeSeconds - 0.4) < 0.05)
    #expect(summary.touchesPerSecond == 1 && summary.crossedMoments == 0)
    #expect(summary.bidLevels == 6 && summary.askLevels == 7)
    // Six levels a side of 2 and 4 coins near 10,000 dollars: 180,000 on the mean of both sides.
    #expect(abs(summary.depth10 - 180_000) < 500)
  }

  @Test("see a crossed book")
  func crossed() throws {
    var statistics = MarketStatistics(base: Asset(symbol: "BTC"))
    statistics.snapshot(
      bids: [Self.level(99, 1)],
      asks: [Self.level(101, 1)],
      at: Self.time(0)
    )
    statistics.change(.bid, Self.price(101), Quantity(raw: 1), at: Self.time(5))
    statistics.settle()
    #expect(try #require(statistics.summary).crossedMoments == 1)
  }

  @Test("of a feed that tells two levels leave out what lies deeper, and count what moves up")
  func window() throws {
    let book = (bids: (1...4).map { Self.level(100 - $0, 1) }, asks: [Self.level(101, 1)])
    var whole = MarketStatistics(base: Asset(symbol: "BTC"), window: 2)
    whole.snapshot(bids: book.bids, asks: book.asks, at: Self.time(0))
    whole.change(.bid, Self.price(96), Quantity(raw: 7), at: Self.time(10))
    whole.change(.bid, Self.price(99), .zero, at: Self.time(1_000))
    #expect(try #require(whole.summary).updatesPerSecond == 2)
    // The same, as a feed of two levels tells it.
    var told = MarketStatistics(base: Asset(symbol: "BTC"), depth: 2)
    told.snapshot(bids: Array(book.bids.prefix(2)), asks: book.asks, at: Self.time(0))
    told.change(.bid, Self.price(99), .zero, at: Self.time(1_000))
    told.change(.bid, Self.price(97), Quantity(raw: 1), at: Self.time(1_000))
    #expect(try #require(told.summary).updatesPerSecond == 2)
    #expect(try #require(told.summary).bidLevels == 2)
  }

  @Test("stay bounded over a long time")
  func bounded() throws {
    var statistics = MarketStatistics(base: Asset(symbol: "BTC"))
    statistics.snapshot(bids: [Self.level(99, 1)], asks: [Self.level(101, 1)], at: Self.time(0))
    for minute in 1...1_000 { statistics.trade(at: Self.time(Int64(minute) * 60_000)) }
    let summary = try #require(statistics.summary)
    #expect(abs(summary.spreadBasisPoints - 200) < 1e-9 && summary.seconds == 60_000)
  }
}
