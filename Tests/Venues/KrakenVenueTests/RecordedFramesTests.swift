import Books
import Foundation
import Market
import Recording
import Testing
import Units
import VenueKit

@testable import KrakenVenue

/// Where frames recorded by others are; they are not part of the project.
private let recordings =
  ProcessInfo.processInfo.environment["PARALLAX_RECORDINGS"]
  ?? URL(filePath: #filePath).deletingLastPathComponent()
  .appending(path: "../../../../shared/data").standardized.path

private func path(_ file: String) -> String { recordings + "/kraken/" + file }

private func exists(_ file: String) -> Bool { FileManager.default.fileExists(atPath: path(file)) }

@Suite("Kraken's recorded frames")
struct RecordedFramesTests {
  @Test(
    "every checksum agrees with the book",
    .enabled(if: exists("kraken_btcusd_sample.cbcap"), "kraken_btcusd_sample.cbcap is absent"),
    arguments: [("kraken_btcusd_sample.cbcap", 2_052), ("kraken_btcusd_l2.cbcap", 301)]
  )
  func checksums(_ file: String, _ matches: Int) throws {
    var registry = InstrumentRegistry()
    let instrument = registry.register(
      Kraken.id,
      wireSymbol: "BTC/USD",
      symbol: Symbol(base: "BTC", quote: "USD")
    )
    var symbols = SymbolTable()
    symbols.insert("BTC/USD", instrument)
    var book = OrderBook(instrument: instrument.id, rule: .checksum)
    var events = MarketEvents()
    let venue = Kraken()
    var reader = try RecordingReader(path: path(file))
    while let record = try reader.next() {
      guard record.kind == .frame else { continue }
      try venue.decode(reader.payload, symbols: symbols, into: &events)
      for event in events.events {
        switch event {
        case .snapshot(let change):
          _ = book.receive(change, isSnapshot: true, of: events, at: record.time)
        case .update(let change):
          _ = book.receive(change, isSnapshot: false, of: events, at: record.time)
        case .subscribed(_, .book, let depth): book.subscribed(depth: depth.map(Int.init))
        case .unsubscribed(_, .book): book.reset()
        default: break
        }
      }
    }
    #expect(book.statistics.checksumMatches == matches)
    #expect(book.statistics.checksumFailures == 0)
    #expect(book.statistics.crossedMoments == 0)
    #expect(book.statistics.resyncs == 0)
  }
}
