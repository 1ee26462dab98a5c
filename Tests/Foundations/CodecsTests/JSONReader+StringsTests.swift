import Reactor
import Codecs
import TestSupport
import Testing

@Suite("Reading JSON: strings")
struct JSONReaderStringsTests {
  @Test("a plain string gives its contents, at every length and place of its end")
  func plain() throws {
    for length in 0..<40 {
      for lead in 0..<9 {
        let space = String(repeating: " ", count: lead)
        let text = space + #"""# + String(repeating: "x", count: length)
        try withReader(text + #"", "#) { reader throws(WireError) in
          #expect(try reader.string() == TextRange(start: lead + 1, count: length))
          #expect(reader.offset == lead + length + 2)
        }
        let error = refusal(text) { reader throws(WireError) in try reader.string() }
        #expect(error == expecting(.string, at: text.utf8.count, of: text))
      }
    }
  }

  @Test("each byte in a string ends it, is refused, or belongs to it")
  func everyByte() {
    for byte in UInt8.min ... .max {
      for place in 0..<17 {
        var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 19)
        bytes[0] = UInt8(ascii: "\"")
        bytes[18] = UInt8(ascii: "\"")
        bytes[place + 1] = byte
        let error = refusal(bytes) { reader throws(WireError) in
          #expect(try reader.string().count == (byte == UInt8(ascii: "\"") ? place : 17))
        }
        let expected: WireError.Expected? =
          byte < 0x20 ? .controlFreeString : byte == UInt8(ascii: "\\") ? .plainString : nil
        #expect(error?.expected == expected, "byte \(byte) at \(place)")
        #expect(error?.offset == expected.map { _ in place + 1 }, "byte \(byte) at \(place)")
      }
    }
  }

  @Test(
    "a string where something else stands is refused",
    arguments: ["", "a", "1", "[", "'a'"]
  )
  func notAString(_ text: String) {
    let plain = refusal(text) { reader throws(WireError) in try reader.string() }
    let any = refusal(text) { reader throws(WireError) in try reader.anyString() }
    #expect(plain == expecting(.string, at: 0, of: text))
    #expect(any == plain)
  }

  private static func anyText(_ json: String) throws(WireError) -> String {
    try withReader(json) { reader throws(WireError) in
      let range = try reader.anyString()
      try reader.expectEnd()
      return reader.text(range)
    }
  }

  @Test(
    "escapes stand for what JSON says",
    arguments: [
      (#""""#, ""), (#""plain""#, "plain"), (#""\"\\\/""#, #""\/"#),
      (#""\b\f\n\r\t""#, "\u{8}\u{C}\n\r\t"), (#""\u0041\u00e4\u20AC""#, "Aä€"),
      (#""\u0000""#, "\0"), (#""\ud83d\ude00""#, "😀"), (#""\uD83D\uDE00x""#, "😀x"),
      (#""\udbff\udfff""#, "\u{10FFFF}"), (#""\ud800\udc00""#, "\u{10000}"), (#""ü😀""#, "ü😀"),
      (#""\\u0041""#, #"\u0041"#), (#""a\\""#, #"a\"#), (#""\uFFFF""#, "\u{FFFF}"),
    ]
  )
  func escapes(_ json: String, _ text: String) throws {
    #expect(try Self.anyText(json) == text)
  }

  @Test(
    "a surrogate without its other half becomes U+FFFD, and what follows is kept",
    arguments: [
      (#""\ud83d""#, "\u{FFFD}"), (#""\ude00""#, "\u{FFFD}"), (#""\ud83dx""#, "\u{FFFD}x"),
      (#""\ud83d\n""#, "\u{FFFD}\n"), (#""\ud83d\u0041""#, "\u{FFFD}A"),
      (#""\ud83d\ud83d\ude00""#, "\u{FFFD}😀"), (#""\ude00\ud83d""#, "\u{FFFD}\u{FFFD}"),
    ]
  )
  func surrogates(_ json: String, _ text: String) throws {
    #expect(try Self.anyText(json) == text)
  }

  @Test("a string of any scalars reads back, escaped or not", arguments: 0..<10 as Range<UInt64>)
  func readsBack(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      var json = #"""#
      var text = String.UnicodeScalarView()
      for _ in 0..<Int.random(in: 0...20, using: &random) {
        guard let scalar = Unicode.Scalar(random.anyInteger(UInt32.self) >> 11) else { continue }
        text.append(scalar)
        let isPlain = scalar.value >= 0x20 && scalar != "\"" && scalar != "\\"
        if isPlain, Bool.random(using: &random) {
          json.unicodeScalars.append(scalar)
        } else {
          for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16, uppercase: Bool.random(using: &random))
            json += #"\u"# + String(repeating: "0", count: 4 - digits.count) + digits
          }
        }
      }
      #expect(try Self.anyText(json + #"""#).unicodeScalars.elementsEqual(text), "\(json)")
    }
  }

  @Test("any range is text, even one that cuts an escape or a character")
  func anyRange() throws {
    try withReader(#"a\ud83d\ude00\n😀\"#) { reader in
      for start in 0...reader.count {
        for count in 0...(reader.count - start) {
          let text = reader.text(TextRange(start: start, count: count))
          #expect(text.utf8.count <= 3 * count + 3)
        }
      }
    }
  }
}
