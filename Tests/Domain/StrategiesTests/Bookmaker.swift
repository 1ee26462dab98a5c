import Books
import Costs
import Market
import TestSupport
import Units

@testable import Strategies

/// A market made by hand for the scanners.
struct Bookmaker {
  private(set) var registry = InstrumentRegistry()
  private(set) var books = BookTable()
  var costs = CostModel()

  static let start = Timestamp(nanoseconds: 1_767_621_600_000_000_000)

  static func time(_ milliseconds: Int64) -> Timestamp {
    start.advanced(byNanoseconds: milliseconds * 1_000_000)
  }

  mutating func add(
    _ venue: String,
    _ symbol: String,
    feeBasisPoints: Int64? = 0,
    lot: Int64? = nil,
    minimum: Int64? = nil
  ) throws -> Instrument {
    let parts = symbol.split(separator: "/").map(String.init)
    var instrument = registry.register(
      VenueID(rawValue: venue),
      wireSymbol: symbol,
      symbol: Symbol(base: parts[0], quote: parts[1])
    )
    if let lot {
      let rules = TradingRules(
        tickSize: Price(raw: 1),
        lotSize: Quantity(raw: lot),
        minQuantity: minimum.map { Quantity(raw: $0) },
        minNotional: nil,
        status: .open
      )
      registry.setRules(rules, of: instrument.id)
      instrument = registry[instrument.id]
    }
    books.add(instrument.id, rule: .none)
    if let feeBasisPoints {
      let fees = try InstrumentFees(maker: .zero, taker: Rate(basisPoints: feeBasisPoints))
      costs.setFees(fees, of: instrument.id)
    }
    return instrument
  }

  /// Replaces a book: levels as raw price and raw quantity.
  mutating func load(
    _ instrument: Instrument,
    bids: [(Int64, Int64)],
    asks: [(Int64, Int64)],
    at milliseconds: Int64 = 0
  ) {
    var events = MarketEvents()
    for (side, levels) in [(BookSide.bid, bids), (.ask, asks)] {
      for (price, quantity) in levels {
        events.levels.append(
          LevelUpdate(
            side: side,
            price: Price(raw: price),
            quantity: Quantity(raw: quantity)
          )
        )
      }
    }
    let change = BookChange(instrument: instrument.id, levels: 0..<events.levels.count)
    _ = books[instrument.id]
      .receive(change, isSnapshot: true, of: events, at: Bookmaker.time(milliseconds))
  }

  mutating func spoil(_ instrument: Instrument) {
    _ = books[instrument.id].invalidate(.crossed)
  }
}

/// Whole dollars, and whole coins, as raw values.
func dollars(_ value: Int64) -> Int64 { value * 10_000_000_000 }
func coins(_ value: Int64) -> Int64 { value * 100_000_000 }

/// An opportunity's amounts agree with each other: net = gross − costs.
func addsUp(_ opportunity: Opportunity) -> Bool {
  let costs = opportunity.costs.reduce(Notional.zero) { $0 + $1.amount }
  return opportunity.net == opportunity.gross - costs
}
