import Market
import Units

@testable import Simulator

/// Simulated venues with a market in them, and an observer who sees every event.
final class MarketBench {
  static let start = Timestamp(nanoseconds: 1_786_003_200_000_000_000)

  let exchanges: [Exchange]
  let model: MarketModel
  private(set) var now = MarketBench.start
  /// Of everything that happened.
  private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
  private(set) var levelChanges = 0
  private(set) var trades = 0

  init(
    _ settings: MarketSettings,
    venues: [String] = ["kraken", "coinbase", "gemini", "bitstamp"],
    symbols: [String] = ["BTC/USD", "ETH/USD", "SOL/USD"]
  ) {
    exchanges = venues.map { venue in
      Exchange(
        name: venue,
        instruments: VenueListings.instruments(of: venue)
          .filter { symbols.isEmpty || symbols.contains($0.symbol.description) }
      )
    }
    model = MarketModel(exchanges, settings: settings)
    model.open(at: now)
    take()
  }

  /// Goes on in steps, and hands over each exchange's events after each.
  func run(
    seconds: Double,
    step: Double = 0.1,
    _ look: (_ venue: Int, _ events: [ExchangeEvent]) -> Void = { _, _ in }
  ) {
    for _ in 0..<Int(seconds / step) {
      now = now.advanced(byNanoseconds: Int64(step * 1e9))
      model.advance(to: now)
      take(look)
    }
  }

  private func take(_ look: (Int, [ExchangeEvent]) -> Void = { _, _ in }) {
    for (venue, exchange) in exchanges.enumerated() {
      let events = exchange.takeEvents()
      for event in events { note(event) }
      look(venue, events)
    }
  }

  private func note(_ event: ExchangeEvent) {
    switch event {
    case .level(let instrument, let side, let price, let quantity):
      levelChanges += 1
      mix(Int64(instrument), Int64(side.rawValue), price.raw, quantity.raw)
    case .trade(let trade):
      trades += 1
      mix(trade.number, trade.price.raw, trade.quantity.raw, trade.time.nanoseconds)
    default:
      mix(-1)
    }
  }

  private func mix(_ values: Int64...) {
    for value in values {
      digest = (digest ^ UInt64(bitPattern: value)) &* 0x100_0000_01B3
      digest ^= digest >> 29
    }
  }

  /// Best bid over best ask of a symbol, over all pairs of venues, in basis points above one.
  func edge(_ symbol: Symbol) -> Double {
    var best = -10_000.0
    for buyer in exchanges {
      for seller in exchanges where seller !== buyer {
        guard let asks = buyer.index(of: symbol), let bids = seller.index(of: symbol),
          let ask = buyer.best(asks, .ask), let bid = seller.best(bids, .bid)
        else { continue }
        best = max(best, (Double(bid.price.raw) / Double(ask.price.raw) - 1) * 10_000)
      }
    }
    return best
  }
}
