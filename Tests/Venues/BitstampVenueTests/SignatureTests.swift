import Market
import Testing
import VenueKit
import VenueTesting

@testable import BitstampVenue

@Suite("Signing Bitstamp's requests")
struct SignatureTests {
  private let key = TestKey(name: "keyname", secret: "bitstamp-secret")
  private let stamp = RequestStamp(
    nanoseconds: 1_767_621_600_123_999_999,
    nonce: 1,
    random: 0x0F1E_2D3C_4B5A_F978_4796_A5B4_C3D2_E1F0
  )

  // python3: hmac.new(b"bitstamp-secret", message, hashlib.sha256).hexdigest(), message being
  //   "BITSTAMP keyname" "POST" "www.bitstamp.net" "/api/v2/buy/btcusd/" ""
  //   "application/x-www-form-urlencoded" "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"
  //   "1767621600123" "v2" "amount=0.0005&price=65000.1&ioc_order=True&client_order_id=plx-0001"
  @Test("an order is signed with its form and the type of it")
  func order() throws {
    let request = try Bitstamp().request(for: .place(Sample().order()))
    let signed = Bitstamp().sign(request, with: key, stamp: stamp)
    #expect(signed.method == .post && signed.target == "/api/v2/buy/btcusd/")
    #expect(
      String(decoding: signed.body, as: UTF8.self)
        == "amount=0.0005&price=65000.1&ioc_order=True&client_order_id=plx-0001"
    )
    #expect(
      signed.headers == [
        .init("X-Auth", "BITSTAMP keyname"),
        .init(
          "X-Auth-Signature",
          "7d622842097907eb1656d2a111c31ce9b1b89853cd9f61510651a708c73c65d6"
        ),
        .init("X-Auth-Nonce", "0f1e2d3c-4b5a-4978-8796-a5b4c3d2e1f0"),
        .init("X-Auth-Timestamp", "1767621600123"),
        .init("X-Auth-Version", "v2"),
        .init("Content-Type", "application/x-www-form-urlencoded"),
      ]
    )
  }

  // python3, as above, with "/api/v2/account_balances/" and neither type nor body.
  @Test("a request without a body has no content type, in its signature either")
  func balances() throws {
    let request = try Bitstamp().request(for: .balances(cursor: nil))
    let signed = Bitstamp().sign(request, with: key, stamp: stamp)
    #expect(signed.body.isEmpty && !signed.headers.contains { $0.name == "Content-Type" })
    #expect(
      signed.headers.first { $0.name == "X-Auth-Signature" }?.value
        == "a44b26e1cc9149c3449a4d187bc94b8a9e222ce200ae4c6ca371ee7cfef3d883"
    )
  }

  @Test("a nonce is a random UUID of version 4, whatever the bits")
  func nonces() throws {
    let request = try Bitstamp().request(for: .balances(cursor: nil))
    let nonces = [UInt128.min, .max].map { random in
      let stamp = RequestStamp(nanoseconds: 0, nonce: 0, random: random)
      return Bitstamp().sign(request, with: key, stamp: stamp).headers
        .first { $0.name == "X-Auth-Nonce" }?.value
    }
    #expect(
      nonces == [
        "00000000-0000-4000-8000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff",
      ]
    )
  }

  @Test("fields of a form are percent-encoded, and signed as they are sent")
  func encoding() {
    let request = VenueRequest(.post, "/x/", body: .form([.init("a b", "c&d")]), budget: "requests")
    let signed = Bitstamp().sign(request, with: key, stamp: stamp)
    #expect(String(decoding: signed.body, as: UTF8.self) == "a%20b=c%26d")
  }

  @Test("what needs no key shows none")
  func open() throws {
    let request = try Bitstamp().request(for: .serverTime)
    #expect(Bitstamp().sign(request, with: key, stamp: stamp).headers.isEmpty)
  }

  @Test("each instrument has two private channels, with the token and the user's number")
  func subscriptions() {
    func frames(_ token: StreamToken?) -> [String] {
      Bitstamp().privateSubscriptions(to: ["btcusd"], token: token, with: key, stamp: stamp)
    }
    #expect(
      frames(StreamToken(token: "t", userID: "314159")) == [
        #"{"event":"bts:subscribe","data":{"channel":"private-my_orders_btcusd-314159","auth":"t"}}"#,
        #"{"event":"bts:subscribe","data":{"channel":"private-my_trades_btcusd-314159","auth":"t"}}"#,
      ]
    )
    #expect(frames(nil).isEmpty && frames(StreamToken(token: "t")).isEmpty)
    let handshake = Bitstamp().privateHandshake(with: key, stamp: stamp)
    #expect(handshake == SocketHandshake(address: "wss://ws.bitstamp.net"))
  }
}
