import Market
import Testing
import Units

@testable import Simulator

@Suite("Listings of simulated venues")
struct VenueListingsTests {
  @Test(
    "hold the dollar pairs and a stable coin's",
    arguments: ["kraken", "coinbase", "gemini", "bitstamp"]
  )
  func pairs(_ venue: String) {
    let symbols = VenueListings.instruments(of: venue).map(\.symbol.description)
    #expect(Set(symbols).count == symbols.count)
    for symbol in ["BTC/USD", "ETH/USD", "SOL/USD", "USDT/USD"] {
      #expect(symbols.contains(symbol))
    }
    if venue == "kraken" || venue == "coinbase" {
      for symbol in ["ETH/BTC", "SOL/BTC", "SOL/ETH"] { #expect(symbols.contains(symbol)) }
    }
  }

  @Test("state steps and minimums as the venues do")
  func rules() throws {
    func rules(_ venue: String, _ symbol: String) throws -> SimulatedInstrument {
      try #require(
        VenueListings.instruments(of: venue).first { $0.symbol.description == symbol }
      )
    }
    let bitcoin = try rules("kraken", "BTC/USD")
    #expect(bitcoin.tickSize.description == "0.1")
    #expect(bitcoin.minQuantity.text(decimals: 8) == "0.00005")
    #expect(bitcoin.minNotional.text(decimals: 8) == "0.5")
    #expect(bitcoin.taker == Rate(basisPoints: 40) && bitcoin.maker == Rate(basisPoints: 25))
    let solana = try rules("gemini", "SOL/USD")
    #expect(solana.tickSize.description == "0.001")
    #expect(solana.lotSize.text(decimals: 9) == "0.000001")
    #expect(solana.minQuantity.text(decimals: 9) == "0.001")
    let cross = try rules("coinbase", "SOL/ETH")
    #expect(cross.tickSize.description == "0.00001" && cross.quantityDecimals == 4)
    #expect(cross.minNotional.text(decimals: 8) == "0.00022")
    let stable = try rules("coinbase", "USDT/USD")
    #expect(stable.priceDecimals == 5 && stable.quantityDecimals == 2 && stable.maker == .zero)
  }

  @Test("are empty for a venue that is not simulated")
  func unknown() { #expect(VenueListings.instruments(of: "mars").isEmpty) }
}
