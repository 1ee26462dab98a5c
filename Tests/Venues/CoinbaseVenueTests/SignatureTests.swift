import Codecs
import Market
import Signing
import Testing
import VenueKit
import VenueTesting

@testable import CoinbaseVenue

@Suite("Signing Coinbase's requests")
struct SignatureTests {
  private let pair: P256Key
  private let key: TestKey
  private let stamp = RequestStamp(
    nanoseconds: 1_777_975_205_999_999_999,
    nonce: 0,
    random: 0x00FF_0000_0000_0000_0000_0000_0000_0001
  )

  init() {
    pair = P256Key()
    key = TestKey(name: "organizations/o/apiKeys/k", secret: pair.pem())
  }

  /// The token's parts as text, once its signature has been checked.
  private func opened(_ token: String) throws -> (header: String, claims: String) {
    let parts = token.split(separator: ".").map(String.init)
    try #require(parts.count == 3)
    let signature = try #require(Base64.decode(parts[2]))
    #expect(signature.count == 64)
    #expect(pair.verify(signature, of: Array((parts[0] + "." + parts[1]).utf8)))
    return (
      String(decoding: try #require(Base64.decode(parts[0])), as: UTF8.self),
      String(decoding: try #require(Base64.decode(parts[1])), as: UTF8.self)
    )
  }

  @Test("a request proves itself with a token for its method, host, and path, without the query")
  func token() throws {
    let request = try Coinbase().request(for: .balances(cursor: "a b"))
    let signed = Coinbase().sign(request, with: key, stamp: stamp)
    #expect(signed.target == "/api/v3/brokerage/accounts?limit=250&cursor=a%20b")
    #expect(signed.body.isEmpty)
    #expect(signed.headers.map(\.name) == ["Authorization"])
    let value = try #require(signed.headers.first?.value)
    #expect(value.hasPrefix("Bearer "))
    let token = try opened(String(value.dropFirst(7)))
    let header =
      #"{"alg":"ES256","typ":"JWT","kid":"organizations/o/apiKeys/k","nonce":"00ff0000000000000000000000000001"}"#
    #expect(token.header == header)
    let claims =
      #"{"sub":"organizations/o/apiKeys/k","iss":"cdp","nbf":1777975205,"exp":1777975325,"uri":"GET api.coinbase.com/api/v3/brokerage/accounts"}"#
    #expect(token.claims == claims)
  }

  @Test("an order's body is sent as JSON, and its token names POST")
  func order() throws {
    let request = try Coinbase().request(for: .place(Account.order()))
    let signed = Coinbase().sign(request, with: key, stamp: stamp)
    #expect(signed.headers.contains(.init("Content-Type", "application/json")))
    let value = try #require(signed.headers.first?.value)
    let claims = try opened(String(value.dropFirst(7))).claims
    #expect(claims.hasSuffix(#""uri":"POST api.coinbase.com/api/v3/brokerage/orders"}"#))
  }

  @Test("a public request shows no key and asks for a fresh answer")
  func open() throws {
    let signed = Coinbase().sign(
      try Coinbase().request(for: .serverTime),
      with: key,
      stamp: stamp
    )
    #expect(signed.headers == [.init("Cache-Control", "no-cache")])
    #expect(signed.target == "/api/v3/brokerage/time")
  }

  @Test("each frame of the socket proves itself with a token of its own, for no address")
  func frames() throws {
    let frames = Coinbase().privateSubscriptions(to: [], token: nil, with: key, stamp: stamp)
    try #require(frames.count == 2)
    var nonces: Set<String> = []
    for (frame, channel) in zip(frames, ["user", "heartbeats"]) {
      let bytes = Array(frame.utf8)
      var reader = JSONReader(bytes.span)
      let object = try WireObject(&reader)
      #expect(object.text("type") == "subscribe")
      #expect(object.text("channel") == channel)
      let token = try opened(try object.required("jwt"))
      #expect(!token.claims.contains("uri"))
      nonces.insert(token.header)
    }
    #expect(nonces.count == 2)
  }

  @Test("the user socket has an address of its own")
  func handshake() {
    let handshake = Coinbase().privateHandshake(with: key, stamp: stamp)
    #expect(
      handshake == SocketHandshake(address: "wss://advanced-trade-ws-user.coinbase.com")
    )
  }
}
