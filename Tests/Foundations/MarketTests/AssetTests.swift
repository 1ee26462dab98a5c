import Testing

@testable import Market

@Suite("Assets")
struct AssetTests {
  @Test(
    "have eight decimals, but for those whose unit differs",
    arguments: [
      ("BTC", 8), ("USD", 8), ("USDT", 8), ("NEVERSEEN", 8), ("sol", 8), ("SOL", 9), ("BONK", 6),
      ("SHIB", 6), ("PEPE", 6), ("FLOKI", 5),
    ]
  )
  func scale(_ symbol: String, _ decimals: Int) {
    #expect(Asset(symbol: symbol).decimals == decimals)
    #expect("\(Asset(symbol: symbol))" == symbol)
  }

  @Test("every listed scale is legal and differs from the usual one")
  func scales() {
    for (symbol, decimals) in Asset.scales {
      #expect(Asset(symbol: symbol).decimals == decimals)
      #expect(decimals != Asset.usualDecimals, "\(symbol) need not be listed")
    }
  }

  @Test("have 0 to 12 decimals and no others")
  func bounds() async {
    #expect(Asset(symbol: "A", decimals: 0).decimals == 0)
    #expect(Asset(symbol: "A", decimals: 12).decimals == 12)
    await #expect(processExitsWith: .failure) { _ = Asset(symbol: "A", decimals: 13) }
    await #expect(processExitsWith: .failure) { _ = Asset(symbol: "A", decimals: -1) }
  }
}

@Suite("Symbols")
struct SymbolTests {
  @Test(
    "are read as base, slash, quote, in capitals",
    arguments: ["BTC/USD", "btc/usd", "Btc/uSD"]
  )
  func reading(_ text: String) {
    #expect(Symbol(text) == Symbol(base: "BTC", quote: "USD"))
    #expect(Symbol(text[...])?.description == "BTC/USD")
  }

  @Test(
    "need exactly one slash with something on both sides",
    arguments: [
      "", "/", "BTC", "BTC/", "/USD", "BTC//USD", "BTC/USD/", "/BTC/USD", "A/B/C", "BTC-USD",
    ]
  )
  func refusing(_ text: String) {
    #expect(Symbol(text) == nil)
  }

  @Test(
    "without a separator are split at the longest quote that is known",
    arguments: [
      ("btcusd", "BTC/USD"), ("ethbtc", "ETH/BTC"), ("btcusdt", "BTC/USDT"),
      ("BTCUSDC", "BTC/USDC"), ("gusdusd", "GUSD/USD"), ("gbpusd", "GBP/USD"),
      ("linkbtc", "LINK/BTC"), ("btcrlusd", "BTC/RLUSD"), ("rlusdusd", "RLUSD/USD"),
      ("btcgusd", "BTC/GUSD"), ("usdcusd", "USDC/USD"), ("usdtusdc", "USDT/USDC"),
      ("eurcusd", "EURC/USD"), ("btceurc", "BTC/EURC"), ("usdtpyusd", "USDT/PYUSD"),
      ("1inchusd", "1INCH/USD"), ("gusdsgd", "GUSD/SGD"), ("ltcbch", "LTC/BCH"),
    ]
  )
  func runTogether(_ text: String, _ symbol: String) {
    #expect(Symbol(runTogether: text)?.description == symbol)
  }

  @Test(
    "without a known quote, or without a base, are unknown",
    arguments: ["", "btc", "usd", "usdt", "btcxyz", "usdbtcx", "btc/xyz"]
  )
  func unknown(_ text: String) {
    #expect(Symbol(runTogether: text) == nil)
  }

  @Test("are split the same whatever the order of equally long quotes")
  func quotes() {
    let lengths = Asset.quotes.map(\.count)
    #expect(lengths == lengths.sorted(by: >))
    #expect(Set(Asset.quotes).count == Asset.quotes.count)
    for base in Asset.quotes {
      for quote in Asset.quotes where base != quote {
        let split = Symbol(runTogether: base + quote)
        let isAmbiguous = Asset.quotes.contains {
          $0.count > quote.count && (base + quote).hasSuffix($0) && (base + quote) != $0
        }
        #expect(isAmbiguous || split == Symbol(base: base, quote: quote), "\(base)\(quote)")
      }
    }
  }

  @Test("are ordered by base, then quote")
  func order() {
    let symbols = ["BTC/USD", "AAVE/USD", "BTC/EUR", "AAVE/BTC"].compactMap { Symbol($0) }.sorted()
    #expect(symbols.map(\.description) == ["AAVE/BTC", "AAVE/USD", "BTC/EUR", "BTC/USD"])
  }
}
