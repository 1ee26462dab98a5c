import Books
import Market
import Units
import VenueKit

/// Our own reading of a sample: one adapter, its symbols, and its books.
struct Feed<V: Venue> {
  private let sample: Sample
  private let venue: V
  private var registry = InstrumentRegistry()
  private var symbols = SymbolTable()
  private var books: BookTable
  private var events = MarketEvents()

  init(_ sample: Sample, _ venue: V, verifiesChecksums: Bool = false) {
    self.sample = sample
    self.venue = venue
    books = BookTable(verifiesChecksums: verifiesChecksums)
    for index in 0..<sample.count { learn(index) }
  }

  /// Adds the instruments that a frame names for the first time.
  private mutating func learn(_ index: Int) {
    var isNew = true
    while isNew {
      isNew = false
      decode(index)
      for case .unknownSymbol(let first, let end) in events.events {
        let start = sample.frame(index).lowerBound
        let text = sample.bytes[start + Int(first)..<start + Int(end)]
        let name = String(decoding: text, as: UTF8.self)
        guard registry.instrument(V.id, wireSymbol: name) == nil else { continue }
        // Derivatives are read too, since the yardstick reads them.
        let symbol =
          Symbol(name.replacing("-", with: "/")) ?? Symbol(runTogether: name)
          ?? Symbol(base: name, quote: "USD")
        let instrument = registry.register(V.id, wireSymbol: name, symbol: symbol)
        symbols.insert(name, instrument)
        books.add(instrument.id, rule: V.capabilities.integrity)
        isNew = true
      }
    }
  }

  @inline(__always)
  private mutating func decode(_ index: Int) {
    let bytes = sample.bytes
    Feed.decode(bytes.span.extracting(sample.frame(index)), venue, symbols, &events)
  }

  /// A capture that cannot be read makes every figure worthless, so it ends the program.
  @inline(__always)
  private static func decode(
    _ frame: Span<UInt8>,
    _ venue: V,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) {
    do {
      try venue.decode(frame, symbols: symbols, into: &events)
    } catch {
      preconditionFailure("a frame cannot be read: \(error)")
    }
  }

  private static func decodeBook(
    _ body: [UInt8],
    of wireSymbol: String,
    _ venue: V,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) {
    do {
      try venue.decodeBook(body.span, of: wireSymbol, symbols: symbols, into: &events)
    } catch {
      preconditionFailure("a book cannot be read: \(error)")
    }
  }

  /// Decodes the steady stream; the sum keeps the work from being deleted.
  mutating func decodeUpdates() -> Int {
    var sum = 0
    for index in sample.firstUpdate..<sample.count {
      decode(index)
      sum &+= events.levels.count
    }
    return sum
  }

  /// Puts the books back to where the steady stream begins.
  mutating func reset() {
    for instrument in registry.instruments { books[instrument.id].reset() }
    seed()
    for index in 0..<sample.firstUpdate {
      decode(index)
      applyEvents()
    }
  }

  mutating func applyUpdates() {
    for index in sample.firstUpdate..<sample.count {
      decode(index)
      applyEvents()
    }
  }

  /// Decodes every frame, those that load the books too.
  mutating func decodeAll() {
    for (name, body) in sample.seeds {
      Feed.decodeBook(body, of: name, venue, symbols, &events)
    }
    for index in 0..<sample.count { decode(index) }
  }

  /// Decodes and applies every frame, from empty books.
  mutating func applyAll() {
    for instrument in registry.instruments { books[instrument.id].reset() }
    seed()
    for index in 0..<sample.count {
      decode(index)
      applyEvents()
    }
  }

  /// Loads the books that came over REST.
  private mutating func seed() {
    for (name, body) in sample.seeds {
      Feed.decodeBook(body, of: name, venue, symbols, &events)
      applyEvents()
    }
  }

  @inline(__always)
  private mutating func applyEvents() {
    for index in events.events.indices {
      switch events.events[index] {
      case .snapshot(let change):
        _ = books.receive(change, isSnapshot: true, of: events, at: Timestamp(nanoseconds: 0))
      case .update(let change):
        _ = books.receive(change, isSnapshot: false, of: events, at: Timestamp(nanoseconds: 0))
      case .subscribed(let instrument?, .book, let depth?):
        books[instrument].subscribed(depth: Int(depth))
      default: break
      }
    }
  }

  /// Reads and applies the frames that load the books, from empty ones.
  mutating func loadSnapshots() {
    for instrument in registry.instruments { books[instrument.id].reset() }
    for index in 0..<sample.firstUpdate {
      decode(index)
      applyEvents()
    }
  }

  /// Levels of all books.
  var levelCount: Int { books.books.reduce(0) { $0 + $1.levelCount } }

  /// The digest of each book, by wire symbol, as the yardstick computes it.
  var digests: [(wireSymbol: String, digest: UInt64)] {
    registry.instruments.map { instrument in
      let book = books[instrument.id]
      let decimals = instrument.base.decimals
      var sum: UInt64 = 0
      for level in book.bids.levels() {
        sum &+= Reference.mix(.bid, level, quantityDecimals: decimals)
      }
      for level in book.asks.levels() {
        sum &+= Reference.mix(.ask, level, quantityDecimals: decimals)
      }
      return (instrument.wireSymbol, sum)
    }
  }
}
