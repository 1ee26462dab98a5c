import Codecs
import Market
import Testing

@testable import VenueKit

@Suite("Finding an instrument by its wire symbol")
struct SymbolTableTests {
  @Test("finds every symbol after growing, and none that was not added")
  func finds() throws {
    var registry = InstrumentRegistry()
    var table = SymbolTable()
    let venue = VenueID(rawValue: "test")
    for number in 0..<500 {
      let symbol = Symbol(base: "A\(number)", quote: "USD")
      let instrument = registry.register(venue, wireSymbol: "A\(number)-USD", symbol: symbol)
      let inserted = table.insert(instrument.wireSymbol, instrument)
      #expect(inserted)
    }
    #expect(table.count == 500)
    for instrument in registry.instruments {
      let text = try #require(PackedText(instrument.wireSymbol))
      #expect(table.find(text)?.instrument == instrument.id)
    }
    #expect(table.find(try #require(PackedText("A500-USD"))) == nil)
  }

  @Test("refuses a symbol that no frame can carry here")
  func refuses() {
    var registry = InstrumentRegistry()
    var table = SymbolTable()
    let long = String(repeating: "X", count: 25)
    let instrument = registry.register(
      VenueID(rawValue: "test"),
      wireSymbol: long,
      symbol: Symbol(base: "X", quote: "USD")
    )
    let insertedLong = table.insert(long, instrument)
    let insertedEmpty = table.insert("", instrument)
    #expect(!insertedLong)
    #expect(!insertedEmpty)
  }

  @Test("gives an instrument with its assets under each of its names")
  func instruments() {
    var registry = InstrumentRegistry()
    var table = SymbolTable()
    let instrument = registry.register(
      VenueID(rawValue: "test"),
      wireSymbol: "BTC/USD",
      symbol: Symbol(base: "BTC", quote: "USD")
    )
    table.insert("BTC/USD", instrument)
    table.insert("XXBTZUSD", instrument)
    #expect(table.instrument(named: "BTC/USD") == instrument)
    #expect(table.instrument(named: "XXBTZUSD") == instrument)
    #expect(table.instrument(named: "XBTUSD") == nil)
  }
}
