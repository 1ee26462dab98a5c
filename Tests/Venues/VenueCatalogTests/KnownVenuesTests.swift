import Market
import Testing
import VenueKit

@testable import VenueCatalog

@Suite("The venues that are known")
struct KnownVenuesTests {
  @Test("each has its own name, in order")
  func names() {
    #expect(KnownVenues.names == KnownVenues.names.sorted())
    #expect(Set(KnownVenues.names).count == KnownVenues.all.count)
    #expect(KnownVenues.venue(named: "Kraken")?.id.rawValue == "kraken")
    #expect(KnownVenues.venue(named: "krakn") == nil)
  }

  @Test(
    "a recording's own words lead to its venue",
    arguments: [
      ("COINBASE", "coinbase"), ("advanced-trade-ws.coinbase.com", "coinbase"),
      ("wss://ws.kraken.com/v2", "kraken"),
      ("https://api.kraken.com/0/public/Depth?pair=X", "kraken"),
    ]
  )
  func hints(_ hint: String, _ name: String) {
    #expect(KnownVenues.venue(hint: hint)?.id.rawValue == name)
  }

  @Test("words that lead nowhere", arguments: ["", "com", "kraken.com.example.org", "binance"])
  func noHints(_ hint: String) {
    #expect(KnownVenues.venue(hint: hint) == nil)
  }

  @Test("each venue's capabilities are complete")
  func capabilities() {
    for venue in KnownVenues.all {
      #expect(venue.capabilities.socket.hasPrefix("wss://"))
      #expect(venue.capabilities.instrumentList.hasPrefix("https://"))
      #expect(venue.capabilities.maximumFrameBytes > 0)
      #expect(!venue.subscriptions(to: ["X"]).isEmpty)
      #expect(type(of: venue).resource(at: venue.capabilities.instrumentList) == .instruments)
    }
  }
}
