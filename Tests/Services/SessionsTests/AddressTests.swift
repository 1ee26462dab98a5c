import Testing
import Transport
import VenueCatalog
import VenueKit

@Suite("The venues' own addresses")
struct AddressTests {
  @Test("can be opened, encrypted, each one", arguments: KnownVenues.names)
  func readable(_ name: String) throws {
    let capabilities = try #require(KnownVenues.venue(named: name)).capabilities
    #expect(try Endpoint(capabilities.socket).scheme == .wss)
    #expect(try Endpoint(capabilities.instrumentList).scheme == .https)
    #expect(try Endpoint(capabilities.feed.restRoot).scheme == .https)
  }
}
