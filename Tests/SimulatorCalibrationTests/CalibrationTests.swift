import Market
import Simulator
import TestSupport
import Testing
import Units

/// Recorded and simulated books side by side: what `Docs/SimulatedMarket.md` tabulates.
@Suite("The simulated market against recordings")
struct CalibrationTests {
  /// The same book in the calibrated market, alone at its venue, for two minutes.
  static func simulated(_ book: RecordedBook) -> MarketStatistics.Summary? {
    let exchange = Exchange(
      name: book.venue,
      instruments: VenueListings.instruments(of: book.venue)
        .filter { $0.symbol.description == book.symbol }
    )
    let model = MarketModel([exchange], settings: .realistic(seed: 21))
    var now = Timestamp(nanoseconds: 1_786_003_200_000_000_000)
    model.open(at: now)
    _ = exchange.takeEvents()
    var statistics = MarketStatistics(base: exchange.instruments[0].base, window: book.depth)
    statistics.snapshot(bids: exchange.levels(0, .bid), asks: exchange.levels(0, .ask), at: now)
    for _ in 0..<12_000 {
      now = now.advanced(byNanoseconds: 10_000_000)
      model.advance(to: now)
      let events = exchange.takeEvents()
      for event in events {
        switch event {
        case .level(_, let side, let price, let quantity):
          statistics.change(side, price, quantity, at: now)
        case .trade: statistics.trade(at: now)
        default: break
        }
      }
      if !events.isEmpty { statistics.settle() }
    }
    return statistics.summary
  }

  private static func ratio(_ one: Double, _ other: Double) -> Double {
    one > 0 && other > 0 ? max(one / other, other / one) : .infinity
  }

  @Test("recordings are here", .enabled(if: !RecordedBook.present.isEmpty, "they are absent"))
  func present() { #expect(RecordedBook.present.count == RecordedBook.all.count) }

  @Test("a book is like its recording", arguments: RecordedBook.present)
  func likeness(_ book: RecordedBook) throws {
    let recorded = try #require(try book.summary())
    let simulated = try #require(Self.simulated(book))
    func near(_ figure: KeyPath<MarketStatistics.Summary, Double>, within factor: Double) -> Bool {
      Self.ratio(recorded[keyPath: figure], simulated[keyPath: figure]) < factor
    }
    let both: Comment = "\(recorded) and \(simulated)"
    #expect(near(\.updatesPerSecond, within: 2.5), both)
    #expect(near(\.spreadBasisPoints, within: 2), both)
    #expect(near(\.depth10, within: 1.6), both)
    #expect(near(\.depth25, within: 1.6), both)
    #expect(near(\.depth50, within: 1.6), both)
    #expect(abs(recorded.topShare - simulated.topShare) < 0.2, both)
    #expect(abs(recorded.removalShare - simulated.removalShare) < 0.15, both)
    // A recording of a few seconds sees only lives that are shorter than itself.
    #expect(near(\.levelLifeSeconds, within: 8), both)
    #expect(recorded.crossedMoments == 0 && simulated.crossedMoments == 0)
  }
}
