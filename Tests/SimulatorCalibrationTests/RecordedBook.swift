import Codecs
import Market
import Recording
import Simulator
import TestSupport
import Units
import VenueCatalog
import VenueKit

/// One book of a recording made by others.
struct RecordedBook: Sendable, CustomStringConvertible {
  let venue: String
  let symbol: String
  let wireSymbol: String
  /// The book that came over REST, if it did, before the frames.
  let files: [String]
  /// How many levels the feed tells of.
  var depth: Int?

  var description: String { "\(venue) \(symbol)" }

  static let all = [
    RecordedBook(
      venue: "kraken",
      symbol: "BTC/USD",
      wireSymbol: "BTC/USD",
      files: ["kraken/kraken_btcusd_sample.cbcap"],
      depth: 25
    ),
    RecordedBook(
      venue: "coinbase",
      symbol: "BTC/USD",
      wireSymbol: "BTC-USD",
      files: ["coinbase/advanced_ws_2026-08-09_first14s.jsonl.gz"]
    ),
    RecordedBook(
      venue: "coinbase",
      symbol: "ETH/USD",
      wireSymbol: "ETH-USD",
      files: ["coinbase/advanced_ws_2026-08-09_first14s.jsonl.gz"]
    ),
    RecordedBook(
      venue: "gemini",
      symbol: "BTC/USD",
      wireSymbol: "BTCUSD",
      files: ["gemini/marketdata_v2_2026-08-09.jsonl"]
    ),
    RecordedBook(
      venue: "gemini",
      symbol: "ETH/USD",
      wireSymbol: "ETHUSD",
      files: ["gemini/marketdata_v2_2026-08-09.jsonl"]
    ),
    RecordedBook(
      venue: "gemini",
      symbol: "SOL/USD",
      wireSymbol: "SOLUSD",
      files: ["gemini/marketdata_v2_2026-08-09.jsonl"]
    ),
    RecordedBook(
      venue: "bitstamp",
      symbol: "BTC/USD",
      wireSymbol: "btcusd",
      files: [
        "bitstamp/rest_order_book_2021-04-17.cflog", "bitstamp/ws_2021-04-17.cflog",
      ]
    ),
  ]

  static let present = all.filter { Recordings.has($0.files) }

  /// Its figures, by the venue's own adapter.
  func summary() throws -> MarketStatistics.Summary? {
    guard let adapter = KnownVenues.venue(named: venue), let symbol = Symbol(symbol) else {
      return nil
    }
    var registry = InstrumentRegistry()
    var symbols = SymbolTable()
    let instrument = registry.register(adapter.id, wireSymbol: wireSymbol, symbol: symbol)
    symbols.insert(wireSymbol, instrument)
    var statistics = MarketStatistics(base: instrument.base, depth: depth)
    var events = MarketEvents()
    var known: UInt64 = 0
    for file in files {
      var reader = try RecordingReader(path: Recordings.path(file))
      while let record = try reader.next() {
        events.removeAll()
        switch record.kind {
        case .frame: try adapter.decode(reader.payload, symbols: symbols, into: &events)
        case .response:
          let address = String(copying: reader.address)
          guard type(of: adapter).resource(at: address) == .book(wireSymbol: wireSymbol) else {
            continue
          }
          try adapter.decodeBook(
            reader.payload,
            of: wireSymbol,
            symbols: symbols,
            into: &events
          )
        default: continue
        }
        take(events, at: record.time, &known, &statistics)
      }
    }
    return statistics.summary
  }

  private func take(
    _ events: MarketEvents,
    at time: Timestamp,
    _ known: inout UInt64,
    _ statistics: inout MarketStatistics
  ) {
    for event in events.events {
      switch event {
      case .snapshot(let change):
        let levels = events.levels[change.levels].filter { !$0.quantity.isZero }
        func side(_ side: BookSide) -> [Level] {
          levels.filter { $0.side == side }
            .map { Level(price: $0.price, quantity: $0.quantity) }
        }
        statistics.snapshot(bids: side(.bid), asks: side(.ask), at: time)
        known = change.lastUpdateID
      case .update(let change):
        // A book that came over REST already holds what was sent before it.
        guard files.count == 1 || change.lastUpdateID > known else { continue }
        for level in events.levels[change.levels] {
          statistics.change(level.side, level.price, level.quantity, at: time)
        }
        statistics.settle()
      case .trades(_, let first, let end, isReplay: false):
        for _ in first..<end { statistics.trade(at: time) }
      default: break
      }
    }
  }
}
