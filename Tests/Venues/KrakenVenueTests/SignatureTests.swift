import Market
import Testing
import VenueKit
import VenueTesting

@testable import KrakenVenue

/// The secret of the example in Kraken's documentation, "Spot REST Authentication".
private let key = TestKey(
  name: "the-key",
  secret: "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
)

@Suite("Signing Kraken's requests")
struct SignatureTests {
  private func stamp(_ nonce: UInt64) -> RequestStamp {
    RequestStamp(nanoseconds: 0, nonce: nonce, random: 0)
  }

  @Test("the documented example has the documented signature")
  func documented() {
    let request = VenueRequest(
      .post,
      "/0/private/AddOrder",
      body: .form([
        .init("ordertype", "limit"), .init("pair", "XBTUSD"), .init("price", "37500"),
        .init("type", "buy"), .init("volume", "1.25"),
      ]),
      budget: "private"
    )
    let signed = Kraken().sign(request, with: key, stamp: stamp(1_616_492_376_594))
    #expect(
      String(decoding: signed.body, as: UTF8.self)
        == "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    )
    #expect(
      signed.headers == [
        .init("API-Key", "the-key"),
        .init(
          "API-Sign",
          "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
        ),
        .init("Content-Type", "application/x-www-form-urlencoded"),
      ]
    )
    #expect(signed.target == "/0/private/AddOrder")
    #expect(signed.method == .post)
  }

  @Test("a request without fields still carries its nonce, and another nonce signs otherwise")
  func nonce() throws {
    let request = try Kraken().request(for: .balances(cursor: nil))
    let first = Kraken().sign(request, with: key, stamp: stamp(1))
    let second = Kraken().sign(request, with: key, stamp: stamp(2))
    #expect(first.body == Array("nonce=1".utf8))
    #expect(first.headers[1] != second.headers[1])
  }

  @Test("what is signed is what is sent, escapes and all")
  func escaped() throws {
    let signed = Kraken().sign(
      try Kraken().request(for: .order(.venue("O1,O2"), Account.bitcoin)),
      with: key,
      stamp: stamp(7)
    )
    #expect(String(decoding: signed.body, as: UTF8.self) == "nonce=7&txid=O1%2CO2")
  }

  @Test("a public request shows no key")
  func open() throws {
    let request = try Kraken().request(for: .serverTime)
    let signed = Kraken().sign(request, with: key, stamp: stamp(1))
    #expect(signed == SignedRequest(method: .get, target: "/0/public/Time", headers: []))
  }

  @Test("the socket is opened without proof")
  func handshake() {
    let handshake = Kraken().privateHandshake(with: key, stamp: stamp(1))
    #expect(handshake == SocketHandshake(address: "wss://ws-auth.kraken.com/v2"))
  }
}
