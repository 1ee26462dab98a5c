import Codecs
import Signing
import Testing
import VenueKit
import VenueTesting

@Suite("The key of tests")
struct TestKeyTests {
  // python3: hmac.new(b"key", b"m", hashlib.sha256).hexdigest()
  @Test("a plain secret signs as it stands")
  func plain() {
    let code = TestKey(name: "n", secret: "key").authenticate([109], .sha256, secret: .utf8)
    #expect(
      Hex.encode(code) == "782906cfdc87462bf9242b96f17057c3389530ff937920823bf7a583f5d983a5"
    )
  }

  // python3: hmac.new(base64.b64decode("c2VjcmV0"), b"m", hashlib.sha512).hexdigest()
  @Test("a base64 secret is decoded first")
  func decoded() {
    let code = TestKey(name: "n", secret: "c2VjcmV0").authenticate([109], .sha512, secret: .base64)
    #expect(Hex.encode(code).hasPrefix("71373c61c369314f361a51104e65c89439d02285672592de6dee859e"))
    #expect(code.count == 64)
  }

  @Test("a PEM key signs ES256, and its public half agrees")
  func curve() throws {
    let pair = P256Key()
    let key = TestKey(name: "n", secret: pair.pem())
    let signature = key.signES256([1, 2, 3])
    #expect(pair.verify(signature, of: [1, 2, 3]))
    #expect(!pair.verify(signature, of: [1, 2, 4]))
  }
}
