import Reactor
import TestSupport
import Testing

@testable import Codecs

@Suite("Text encodings")
struct TextEncodingTests {
  // RFC 4648, section 10.
  @Test(
    "base64 as published",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ]
  )
  func base64(_ plain: String, _ encoded: String) {
    #expect(Base64.encode(Array(plain.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(plain.utf8))
    #expect(Base64.encodeForURL(Array(plain.utf8)) == encoded.filter { $0 != "=" })
  }

  @Test("base64 that means nothing is refused", arguments: ["A", "Zg=", "Zh==", "Z*==", "===="])
  func refused(_ text: String) { #expect(Base64.decode(text) == nil) }

  @Test("any bytes survive base64, its form for URLs, and hexadecimal")
  func roundTrip() {
    var random = SeededGenerator(seed: 7)
    for length in 0..<200 {
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      #expect(Base64.decode(Base64.encodeForURL(bytes)) == bytes)
      #expect(Hex.decode(Hex.encode(bytes)) == bytes)
    }
    #expect(Hex.encode([0, 0x9F, 0xFF]) == "009fff")
    #expect(Hex.decode("0g") == nil)
    #expect(Hex.decode("012") == nil)
  }

  @Test("form fields are encoded and read back")
  func percent() throws {
    let fields = [(name: "pair", value: "XBT/USD"), (name: "a b", value: "é&=%+")]
    let text = PercentEncoding.form(fields)
    #expect(text == "pair=XBT%2FUSD&a%20b=%C3%A9%26%3D%25%2B")
    let read = try #require(PercentEncoding.fields(of: text))
    #expect(read.map(\.name) == fields.map(\.name))
    #expect(read.map(\.value) == fields.map(\.value))
    #expect(PercentEncoding.decode("a+b") == "a b")
    #expect(PercentEncoding.fields(of: "flag")?.first?.value == "")
    for broken in ["%", "%4", "%zz", "%ff"] { #expect(PercentEncoding.decode(broken) == nil) }
  }
}
