import Testing

@testable import Transport

@Suite("Headers of requests to a live server", .serialized)
struct LiveHeaderTests {
  @Test("a header that begins like a known one is heard of, and so is the next")
  func swallowedHeader() throws {
    let network = LiveNetwork()
    let server = Recorder(network)
    var listen = ListenRequest(port: 0)
    listen.headerNames = ["x-auth", "x-auth-nonce", "x-auth-version"]
    let port = try network.listen(listen, server)
    let client = Recorder(network)
    for round in 0..<3 {
      let fields = [
        HeaderField("X-Auth", "BITSTAMP key\(round)"), HeaderField("X-Auth-Nonce", "n\(round)"),
        HeaderField("X-Auth-Version", "v2"),
      ]
      // The last round comes without it, over the same connection.
      let request = HTTPRequest(
        "POST",
        Endpoint(scheme: .http, host: "127.0.0.1", port: port),
        headers: round == 2 ? Array(fields.dropFirst()) : fields
      )
      let fetch = network.fetch(request, client)
      #expect(network.run(until: { client.answers[fetch] != nil }))
    }
    func value(_ round: Int, _ name: String) -> String? {
      server.requests[round].headers.first { $0.name == name }?.value
    }
    #expect((0..<3).map { value($0, "x-auth") } == ["bitstamp key0", "bitstamp key1", nil])
    #expect((0..<3).map { value($0, "x-auth-nonce") } == ["n0", "n1", "n2"])
    #expect((0..<3).map { value($0, "x-auth-version") } == ["v2", "v2", "v2"])
  }
}
