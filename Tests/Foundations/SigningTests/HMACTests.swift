import Testing

@testable import Signing

@Suite("HMAC")
struct HMACTests {
  // RFC 4231, test case 2.
  @Test(
    "the published example",
    arguments: [
      (HMAC.Digest.sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
      (
        .sha384,
        "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47e42ec3736322445e"
          + "8e2240ca5e69e2c78b3239ecfab21649"
      ),
      (
        .sha512,
        "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
          + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
      ),
    ]
  )
  func published(_ digest: HMAC.Digest, _ code: String) {
    let message = Array("what do ya want for nothing?".utf8)
    let found = HMAC.code(digest, key: Array("Jefe".utf8), message)
    #expect(found.count == digest.size)
    #expect(found.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == code)
  }

  @Test("an empty key is a key")
  func emptyKey() {
    let first = HMAC.code(.sha256, key: [], [])
    _ = HMAC.code(.sha256, key: [1, 2, 3], [])
    #expect(HMAC.code(.sha256, key: [], []) == first)
    // HMAC_SHA256("", ""), as `openssl dgst -sha256 -hmac ''` prints it.
    #expect(first.prefix(4) == [0xb6, 0x13, 0x67, 0x9a])
  }
}
