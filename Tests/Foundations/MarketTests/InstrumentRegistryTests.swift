import Market
import Testing
import Units

@Suite("The registry of instruments")
struct InstrumentRegistryTests {
  private let kraken = VenueID(rawValue: "kraken")
  private let gemini = VenueID(rawValue: "gemini")
  private let bitcoin = Symbol(base: "BTC", quote: "USD")
  private let ether = Symbol(base: "ETH", quote: "USD")

  @Test("numbers instruments densely from zero, over all venues")
  func denseNumbers() {
    var registry = InstrumentRegistry()
    let ids = [
      registry.register(kraken, wireSymbol: "BTC/USD", symbol: bitcoin),
      registry.register(gemini, wireSymbol: "btcusd", symbol: bitcoin),
      registry.register(kraken, wireSymbol: "ETH/USD", symbol: ether),
    ].map(\.id.index)
    #expect(ids == [0, 1, 2])
    #expect(registry.instruments.map(\.id.index) == ids)
    #expect(registry[InstrumentID(index: 1)].venue == gemini)
    #expect("\(registry[InstrumentID(index: 2)])" == "kraken ETH/USD")
  }

  @Test("a wire symbol registered twice stays the instrument that it was")
  func twice() {
    var registry = InstrumentRegistry()
    let first = registry.register(kraken, wireSymbol: "BTC/USD", symbol: bitcoin)
    registry.register(kraken, wireSymbol: "ETH/USD", symbol: ether)
    let again = registry.register(kraken, wireSymbol: "BTC/USD", symbol: ether)
    #expect(again == first && again.symbol == bitcoin)
    #expect(registry.instruments.count == 2)
  }

  @Test("finds an instrument by its wire symbol and by its symbol, at its venue only")
  func finding() {
    var registry = InstrumentRegistry()
    let known = registry.register(kraken, wireSymbol: "BTC/USD", symbol: bitcoin)
    #expect(registry.instrument(kraken, wireSymbol: "BTC/USD") == known)
    #expect(registry.instrument(kraken, bitcoin) == known)
    #expect(registry.instrument(gemini, wireSymbol: "BTC/USD") == nil)
    #expect(registry.instrument(gemini, bitcoin) == nil)
    #expect(registry.instrument(kraken, ether) == nil)
    #expect(registry.instrument(kraken, wireSymbol: "btc/usd") == nil)
  }

  @Test("an alias names the same instrument, and registering it adds none")
  func aliases() {
    var registry = InstrumentRegistry()
    let known = registry.register(kraken, wireSymbol: "BTC/USD", symbol: bitcoin)
    registry.addAlias("XBTUSD", for: known.id)
    #expect(registry.instrument(kraken, wireSymbol: "XBTUSD") == known)
    #expect(registry.instrument(gemini, wireSymbol: "XBTUSD") == nil)
    #expect(registry.register(kraken, wireSymbol: "XBTUSD", symbol: bitcoin) == known)
    #expect(registry.instruments.count == 1)
  }

  @Test("rules that are set are seen by every later look-up")
  func rules() {
    var registry = InstrumentRegistry()
    let id = registry.register(kraken, wireSymbol: "BTC/USD", symbol: bitcoin).id
    #expect(registry[id].rules == nil)
    let rules = TradingRules(
      tickSize: Price(raw: 1_000_000_000),
      lotSize: Quantity(raw: 1),
      minQuantity: Quantity(raw: 5_000),
      minNotional: nil,
      status: .open
    )
    registry.setRules(rules, of: id)
    #expect(registry[id].rules == rules)
    #expect(registry.instrument(kraken, wireSymbol: "BTC/USD")?.rules == rules)
    #expect(registry.instrument(kraken, bitcoin)?.rules == rules)
  }

  @Test("a number that was never given out traps")
  func unknownNumber() async {
    await #expect(processExitsWith: .failure) {
      _ = InstrumentRegistry()[InstrumentID(index: 0)]
    }
  }
}
