import Testing

@testable import Signing

@Suite("P-256 keys")
struct P256KeyTests {
  @Test("a signature verifies, and a changed message or signature does not")
  func verifies() throws {
    let key = P256Key()
    let signature = key.sign(Array("order".utf8))
    #expect(signature.count == 64)
    #expect(key.verify(signature, of: Array("order".utf8)))
    #expect(!key.verify(signature, of: Array("other".utf8)))
    var changed = signature
    changed[40] ^= 1
    #expect(!key.verify(changed, of: Array("order".utf8)))
    #expect(!key.verify(Array(signature.dropLast()), of: Array("order".utf8)))
    #expect(!P256Key().verify(signature, of: Array("order".utf8)))
  }

  @Test("a key survives its own text, with newlines and with their escapes")
  func text() throws {
    let key = P256Key()
    let signature = key.sign([1, 2, 3])
    #expect(try P256Key(pem: key.pem()).verify(signature, of: [1, 2, 3]))
    let oneLine = key.pem().replacing("\n", with: "\\n")
    #expect(try P256Key(pem: oneLine).verify(signature, of: [1, 2, 3]))
  }

  @Test("what is not a P-256 key is refused")
  func refused() {
    #expect(throws: P256Key.Failure.notPEM) { try P256Key(pem: "hello") }
    // An Ed25519 key, made by `openssl genpkey -algorithm ed25519`.
    let ed25519 = """
      -----BEGIN PRIVATE KEY-----
      MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
      -----END PRIVATE KEY-----
      """
    #expect(throws: P256Key.Failure.notP256) { try P256Key(pem: ed25519) }
  }
}
