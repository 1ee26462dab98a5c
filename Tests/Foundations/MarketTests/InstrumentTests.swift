import Market
import Testing
import Units

@Suite("Instruments")
struct InstrumentTests {
  @Test("scale amounts by the decimals of both assets")
  func notionalScale() {
    var registry = InstrumentRegistry()
    let venue = VenueID(rawValue: "kraken")
    func scale(_ base: String, _ quote: String) -> Int128 {
      registry.register(
        venue,
        wireSymbol: base + quote,
        symbol: Symbol(base: base, quote: quote)
      ).notionalScale.divisor
    }
    #expect(scale("BTC", "USD") == powerOfTen(10))
    #expect(scale("SOL", "USD") == powerOfTen(11))
    #expect(scale("BONK", "USD") == powerOfTen(8))
    #expect(scale("BTC", "SOL") == powerOfTen(9))
  }

  @Test("take orders that remove liquidity only when open or for limit orders")
  func takers() {
    #expect(InstrumentStatus.allCases.filter(\.acceptsTakers) == [.open, .limitOnly])
  }

  @Test("statuses have the words that reports use")
  func words() {
    #expect(
      InstrumentStatus.allCases.map(\.rawValue)
        == ["open", "cancel_only", "post_only", "limit_only", "reduce_only", "closed"]
    )
  }
}
