import Books
import Foundation
import Market
import Recording
import Testing
import Units
import VenueKit

@testable import CoinbaseVenue

/// Where frames recorded by others are; they are not part of the project.
private let recordings =
  ProcessInfo.processInfo.environment["PARALLAX_RECORDINGS"]
  ?? URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../../../shared/data").standardized.path

private let capture = recordings + "/coinbase/advanced_ws_2026-08-09_first14s.jsonl.gz"

@Suite("Coinbase's recorded frames")
struct RecordedFramesTests {
  @Test(
    "every frame is read, numbered without a gap, and the books end as they did",
    .enabled(if: FileManager.default.fileExists(atPath: capture), "\(capture) is absent")
  )
  func books() throws {
    var registry = InstrumentRegistry()
    var symbols = SymbolTable()
    var table = BookTable()
    for base in ["BTC", "ETH"] {
      let instrument = registry.register(
        Coinbase.id,
        wireSymbol: base + "-USD",
        symbol: Symbol(base: base, quote: "USD")
      )
      symbols.insert(instrument.wireSymbol, instrument)
      table.add(instrument.id, rule: .connectionSequence)
    }
    var events = MarketEvents()
    var sequence = ConnectionSequence()
    var frames = 0
    var reader = try RecordingReader(path: capture)
    while let record = try reader.next() {
      if record.kind == .response {
        #expect(try Coinbase().listings(in: reader.payload).count == 920)
      }
      guard record.kind == .frame else { continue }
      frames += 1
      try Coinbase().decode(reader.payload, symbols: symbols, into: &events)
      let number = try #require(events.connectionSequence)
      #expect(sequence.received(number) == .accept)
      for event in events.events {
        switch event {
        case .snapshot(let change):
          _ = table[change.instrument]
            .receive(change, isSnapshot: true, of: events, at: record.time)
        case .update(let change):
          _ = table[change.instrument]
            .receive(change, isSnapshot: false, of: events, at: record.time)
        default: break
        }
      }
    }
    #expect(frames == 613)
    #expect(table.books.reduce(0) { $0 + $1.levelCount } == 69_340)
    #expect(table.books[0].bids.best?.price.description == "65083.66")
    #expect(table.books[0].asks.best?.price.description == "65083.67")
    #expect(table.books[1].bids.best?.price.description == "1919.4")
    #expect(table.books[1].asks.best?.price.description == "1919.5")
    #expect(table.books.allSatisfy { $0.statistics.crossedMoments == 0 && $0.isUsable })
  }
}
