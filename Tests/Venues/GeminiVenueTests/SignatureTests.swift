import Codecs
import Market
import Testing
import VenueKit
import VenueTesting

@testable import GeminiVenue

@Suite("Signing Gemini's requests")
struct SignatureTests {
  private let key = TestKey(name: "account-1", secret: "gemini-secret")

  private func stamp(_ nonce: UInt64) -> RequestStamp {
    RequestStamp(nanoseconds: 1_767_621_600_123_000_000, nonce: nonce, random: 0)
  }

  private func value(_ name: String, _ headers: [VenueRequest.Field]) -> String? {
    headers.first { $0.name == name }?.value
  }

  // python3, with payload the text below:
  //   b64 = base64.b64encode(payload.encode()); hmac.new(b"gemini-secret", b64, sha384).hexdigest()
  @Test("an order travels in a header, signed as base64, with an empty body")
  func order() throws {
    let request = try Gemini().request(for: .place(Sample().order()))
    let signed = Gemini().sign(request, with: key, stamp: stamp(1_767_621_600_000_000_042))
    #expect(signed.method == .post && signed.target == "/v1/order/new" && signed.body.isEmpty)
    #expect(value("X-GEMINI-APIKEY", signed.headers) == "account-1")
    #expect(value("Content-Type", signed.headers) == "text/plain")
    #expect(value("Content-Length", signed.headers) == "0")
    #expect(value("Cache-Control", signed.headers) == "no-cache")
    let payload = try #require(value("X-GEMINI-PAYLOAD", signed.headers))
    #expect(
      Base64.decode(payload).map { String(decoding: $0, as: UTF8.self) }
        == #"{"request":"/v1/order/new","nonce":1767621600.000000042,"client_order_id":"plx-0001","#
        + #""symbol":"btcusd","amount":"0.0005","price":"65000.1","side":"buy","#
        + #""type":"exchange limit","options":["immediate-or-cancel"]}"#
    )
    #expect(
      value("X-GEMINI-SIGNATURE", signed.headers)
        == "30ec7b648303d5a7600355ebbb936d0742cf727f87f768a8a37bf173f11edea6"
        + "1c629428a289f989285d915acb9abe8e"
    )
  }

  // python3, as above, with {"request":"/v1/balances","nonce":1767621600.999999999}.
  @Test("a request without parameters has its path and its nonce")
  func balances() throws {
    let request = try Gemini().request(for: .balances(cursor: nil))
    let signed = Gemini().sign(request, with: key, stamp: stamp(1_767_621_600_999_999_999))
    #expect(
      value("X-GEMINI-PAYLOAD", signed.headers)
        == "eyJyZXF1ZXN0IjoiL3YxL2JhbGFuY2VzIiwibm9uY2UiOjE3Njc2MjE2MDAuOTk5OTk5OTk5fQ=="
    )
    #expect(
      value("X-GEMINI-SIGNATURE", signed.headers)
        == "19b90cb9fc0d99eb9cd35a029cec599b2e19bed3389c2ec980500554d7e0f6b5"
        + "9f424f02789902082423b5d5a7fae4f7"
    )
  }

  @Test("what needs no key shows none")
  func open() throws {
    let request = try Gemini().request(for: .serverTime)
    let signed = Gemini().sign(request, with: key, stamp: stamp(1))
    #expect(signed.headers.isEmpty && signed.body.isEmpty && signed.method == .get)
  }

  // python3: hmac.new(b"gemini-secret", base64.b64encode(b"1767621600"), sha384).hexdigest()
  @Test("the socket is opened with whole seconds as the payload")
  func handshake() {
    let handshake = Gemini().privateHandshake(with: key, stamp: stamp(1_767_621_600_999_999_999))
    #expect(handshake.address == "wss://ws.gemini.com")
    #expect(
      handshake.headers == [
        .init("X-GEMINI-APIKEY", "account-1"),
        .init("X-GEMINI-NONCE", "1767621600"),
        .init("X-GEMINI-PAYLOAD", "MTc2NzYyMTYwMA=="),
        .init(
          "X-GEMINI-SIGNATURE",
          "509fe3b0b84297fdfe4869db6c275ca26de23a876da2071441434da4623708f7"
            + "f785e08890b377f7db95e107af82c142"
        ),
      ]
    )
  }

  @Test("one subscription brings orders and balances of every instrument")
  func subscription() {
    let frames = Gemini().privateSubscriptions(
      to: ["BTCUSD", "ETHUSD"],
      token: nil,
      with: key,
      stamp: stamp(1)
    )
    #expect(
      frames == [
        #"{"id":"0","method":"subscribe","params":["orders@account","balances@account"]}"#
      ]
    )
  }
}
