import Testing

@testable import Configuration

@Suite("An address")
struct EndpointAddressTests {
  @Test("is taken apart, with the port that its scheme implies")
  func parts() throws {
    let kraken = try #require(EndpointAddress("wss://WS.Kraken.com/v2"))
    #expect(kraken.scheme == .wss && kraken.host == "ws.kraken.com")
    #expect(kraken.port == 443 && kraken.path == "/v2" && !kraken.isLoopback)
    #expect(kraken.authority == "ws.kraken.com:443")
    #expect(kraken.description == "wss://ws.kraken.com/v2")

    let local = try #require(EndpointAddress("ws://[::1]:8081?snapshot=-1"))
    #expect(local.host == "::1" && local.port == 8081 && local.path == "?snapshot=-1")
    #expect(local.isLoopback && local.authority == "[::1]:8081")
    #expect(local.description == "ws://[::1]:8081?snapshot=-1")

    #expect(EndpointAddress("http://localhost")?.port == 80)
    #expect(EndpointAddress("HTTP://127.0.0.1:65535/")?.isLoopback == true)
  }

  @Test(
    "what is not one is refused",
    arguments: [
      "", "kraken.com", "wss://", "ftp://a.b", "wss:/a.b", "wss://a b", "wss://a.b:0",
      "wss://a.b:65536", "wss://a.b:", "wss://a.b:x", "wss://a.b:１", "wss://user@a.b",
      "wss://user:secret@a.b", "wss://a.b/#x", "wss://[::1", "wss://[abc]", "wss://a..b",
      "wss://-a.b", "wss://ä.b", "wss://a.b/\u{1B}[2J", "wss://a.b:99999999999999999999",
    ]
  )
  func refused(_ text: String) { #expect(EndpointAddress(text) == nil) }

  @Test("a host that only looks like this machine is another", arguments: ["127.0.0.1.evil.com"])
  func notLoopback(_ host: String) {
    #expect(EndpointAddress("ws://\(host)")?.isLoopback == false)
  }
}
