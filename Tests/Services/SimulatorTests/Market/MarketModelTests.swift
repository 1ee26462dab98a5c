import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated market")
struct MarketModelTests {
  @Test("one seed gives one market, another seed another")
  func determinism() {
    func digest(_ seed: UInt64, step: Double) -> UInt64 {
      let bench = MarketBench(.light(seed: seed), symbols: [])
      bench.run(seconds: 60, step: step)
      return bench.digest
    }
    let first = digest(7, step: 0.5)
    #expect(digest(7, step: 0.5) == first)
    #expect(digest(8, step: 0.5) != first)
  }

  @Test("how far the clock goes at a time changes nothing that happens at a venue")
  func steps() {
    func digest(step: Double) -> UInt64 {
      let bench = MarketBench(.light(seed: 9), venues: ["gemini"])
      bench.run(seconds: 60, step: step)
      return bench.digest
    }
    #expect(digest(step: 0.1) == digest(step: 10))
  }

  @Test(
    "books are never empty or crossed, and all prices and quantities are whole steps",
    arguments: [MarketSettings.light(seed: 3), quick(.realistic(seed: 3))]
  )
  func books(_ settings: MarketSettings) {
    let bench = MarketBench(settings, symbols: [])
    var faults: Set<String> = []
    for _ in 0..<40 {
      bench.run(seconds: 1) { venue, events in
        let exchange = bench.exchanges[venue]
        for event in events {
          guard case .level(let instrument, _, let price, let quantity) = event else { continue }
          let rules = exchange.instruments[instrument]
          if price.raw % rules.tickSize.raw != 0 { faults.insert("\(rules.symbol) off tick") }
          if quantity.raw % rules.lotSize.raw != 0 { faults.insert("\(rules.symbol) off lot") }
        }
        for (instrument, rules) in exchange.instruments.enumerated() {
          guard let bid = exchange.best(instrument, .bid), let ask = exchange.best(instrument, .ask)
          else {
            faults.insert("\(exchange.name) \(rules.symbol) is empty")
            continue
          }
          if bid.price >= ask.price { faults.insert("\(exchange.name) \(rules.symbol) is crossed") }
        }
      }
    }
    #expect(faults == [])
    #expect(bench.levelChanges > 1_000 && bench.trades > 10)
  }

  /// The calibrated market with a tenth of the levels, which a debug build fills quickly.
  private static func quick(_ settings: MarketSettings) -> MarketSettings {
    var settings = settings
    settings.scale = 0.02
    return settings
  }

  @Test("it says when something happens next, and nothing happens before")
  func nextEvent() {
    let exchange = Exchange(name: "gemini", instruments: VenueListings.instruments(of: "gemini"))
    let model = MarketModel([exchange], settings: .light(seed: 1))
    #expect(model.nextEvent == Timestamp(nanoseconds: .max))
    model.open(at: MarketBench.start)
    _ = exchange.takeEvents()
    for _ in 0..<100 {
      let next = model.nextEvent
      #expect(next > MarketBench.start)
      model.advance(to: next.advanced(byNanoseconds: -1))
      #expect(exchange.takeEvents().isEmpty && model.nextEvent == next)
      model.advance(to: next)
      #expect(exchange.now <= next && model.nextEvent > next)
      _ = exchange.takeEvents()
    }
  }

  @Test("a long run needs no more memory than a short one")
  func memory() {
    let bench = MarketBench(.light(seed: 5))
    func size() -> (orders: Int, planned: Int, levels: Int) {
      var (orders, levels) = (0, 0)
      for exchange in bench.exchanges {
        orders += exchange.orders.count
        for instrument in exchange.instruments.indices {
          levels +=
            exchange.levels(instrument, .bid).count + exchange.levels(instrument, .ask).count
        }
      }
      return (orders, bench.model.plannedEvents, levels)
    }
    bench.run(seconds: 60, step: 1)
    let early = size()
    bench.run(seconds: 3_000, step: 10)
    let late = size()
    #expect(late.orders < early.orders + 200 && late.levels < early.levels + 200)
    #expect(late.planned < early.planned + 200)
  }

  @Test("a venue that stops trading keeps its market waiting, and gets it back")
  func maintenance() {
    let bench = MarketBench(.light(seed: 6), symbols: ["BTC/USD"])
    bench.exchanges[0].setStatus(.cancelOnly)
    bench.run(seconds: 120)
    let trades = bench.trades
    bench.exchanges[0].setStatus(.open)
    bench.run(seconds: 120)
    #expect(bench.trades > trades)
    #expect(bench.exchanges[0].levels(0, .bid).count > 8)
    #expect(abs(bench.edge(Symbol(base: "BTC", quote: "USD"))) < 100)
  }

  @Test("a client who takes the best levels finds them filled again")
  func refill() throws {
    let bench = MarketBench(.light(seed: 4), venues: ["kraken"], symbols: ["BTC/USD"])
    let exchange = bench.exchanges[0]
    let client = exchange.addAccount("client")
    exchange.grant(
      Notional(raw: 1_000_000_000_000_000_000),
      of: Asset(symbol: "USD"),
      to: client
    )
    let before = try #require(exchange.best(0, .ask)).price
    try exchange.place(
      NewOrder(
        account: client,
        instrument: 0,
        side: .buy,
        limit: nil,
        size: .base(Quantity(raw: 500_000_000))
      )
    )
    let swept = try #require(exchange.best(0, .ask)).price
    #expect(swept > before)
    bench.run(seconds: 2)
    let after = try #require(exchange.best(0, .ask)).price
    #expect(after < swept)
  }
}
