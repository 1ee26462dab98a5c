import Market
import Testing
import Units

@testable import Simulator

/// What the figures of one simulated book must lie between.
struct CalibrationBand: Sendable, CustomStringConvertible {
  let venue: String
  let symbol: String
  let updates: ClosedRange<Double>
  let spread: ClosedRange<Double>
  /// Dollars within 10 and within 50 basis points.
  let near: ClosedRange<Double>
  let wide: ClosedRange<Double>
  let top: ClosedRange<Double>

  var description: String { "\(venue) \(symbol)" }

  /// Around what recordings of these books show; Kraken's tells of 25 levels.
  static let all = [
    CalibrationBand(
      venue: "kraken",
      symbol: "BTC/USD",
      updates: 40...150,
      spread: 0.01...0.05,
      near: 200_000...700_000,
      wide: 200_000...700_000,
      top: 0.2...0.5
    ),
    CalibrationBand(
      venue: "coinbase",
      symbol: "BTC/USD",
      updates: 50...200,
      spread: 0.001...0.01,
      near: 1_500_000...4_500_000,
      wide: 8_000_000...25_000_000,
      top: 0.03...0.25
    ),
    CalibrationBand(
      venue: "coinbase",
      symbol: "ETH/USD",
      updates: 60...220,
      spread: 0.1...0.6,
      near: 450_000...1_600_000,
      wide: 5_000_000...18_000_000,
      top: 0.08...0.35
    ),
    CalibrationBand(
      venue: "gemini",
      symbol: "BTC/USD",
      updates: 8...35,
      spread: 0.001...0.01,
      near: 550_000...2_000_000,
      wide: 1_500_000...5_000_000,
      top: 0.35...0.75
    ),
    CalibrationBand(
      venue: "gemini",
      symbol: "SOL/USD",
      updates: 9...40,
      spread: 2...5.5,
      near: 45_000...160_000,
      wide: 220_000...750_000,
      top: 0.35...0.8
    ),
    CalibrationBand(
      venue: "bitstamp",
      symbol: "BTC/USD",
      updates: 10...50,
      spread: 0.9...3,
      near: 450_000...1_700_000,
      wide: 2_000_000...7_000_000,
      top: 0.1...0.45
    ),
  ]
}

@Suite("Calibration of the simulated market")
struct MarketCalibrationTests {
  /// The figures of one book over two minutes of the calibrated market.
  static func measure(_ venue: String, _ symbol: String) -> MarketStatistics.Summary? {
    let bench = MarketBench(.realistic(seed: 21), venues: [venue], symbols: [symbol])
    let exchange = bench.exchanges[0]
    let window = venue == "kraken" ? 25 : nil
    var statistics = MarketStatistics(base: exchange.instruments[0].base, window: window)
    statistics.snapshot(
      bids: exchange.levels(0, .bid),
      asks: exchange.levels(0, .ask),
      at: bench.now
    )
    bench.run(seconds: 120, step: 0.01) { _, events in
      for event in events {
        switch event {
        case .level(_, let side, let price, let quantity):
          statistics.change(side, price, quantity, at: bench.now)
        case .trade: statistics.trade(at: bench.now)
        default: break
        }
      }
      if !events.isEmpty { statistics.settle() }
    }
    return statistics.summary
  }

  @Test("figures of a book lie in the bands of its recording", arguments: CalibrationBand.all)
  func bands(_ band: CalibrationBand) throws {
    let found = try #require(Self.measure(band.venue, band.symbol))
    #expect(band.updates.contains(found.updatesPerSecond))
    #expect(band.spread.contains(found.spreadBasisPoints))
    #expect(band.near.contains(found.depth10))
    #expect(band.wide.contains(found.depth50))
    #expect(band.top.contains(found.topShare))
    #expect(found.levelLifeSeconds > 0.02 && found.levelLifeSeconds < 4)
    #expect(found.tradesPerSecond > 0.05 && found.tradesPerSecond < 10)
    #expect(found.crossedMoments == 0)
  }
}
