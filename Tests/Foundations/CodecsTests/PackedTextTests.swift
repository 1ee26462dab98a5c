import Reactor
import Codecs
import TestSupport
import Testing

@Suite("Packed text")
struct PackedTextTests {
  @Test("a packed text is the text, wherever in a frame it stood")
  func places() throws {
    for count in 1...PackedText.capacity {
      let text = String("abcdefghijklmnopqrstuvwxyz".prefix(count))
      let expected = try #require(PackedText(text))
      for before in 0..<9 {
        for after in 0..<9 {
          let (lead, rest) = (
            String(repeating: "<", count: before), String(repeating: ">", count: after)
          )
          let found = try withReader(lead + text + rest) { reader in
            reader.packed(TextRange(start: before, count: count))
          }
          #expect(found == expected && found?.hashValue == expected.hashValue)
        }
      }
    }
  }

  @Test("texts that differ anywhere, or in length, are different")
  func differences() throws {
    for count in 1...PackedText.capacity {
      let bytes = [UInt8](repeating: UInt8(ascii: "x"), count: count)
      let whole = try #require(PackedText(String(decoding: bytes, as: UTF8.self)))
      for place in 0..<count {
        var other = bytes
        other[place] = UInt8(ascii: "y")
        #expect(PackedText(String(decoding: other, as: UTF8.self)) != whole)
        let cut = String(decoding: bytes[..<place], as: UTF8.self)
        #expect(PackedText(cut) != whole)
      }
    }
  }

  @Test("no text, too long a text, and one with a NUL do not pack")
  func refused() throws {
    #expect(PackedText("") == nil)
    #expect(PackedText(String(repeating: "x", count: 24)) != nil)
    #expect(PackedText(String(repeating: "x", count: 25)) == nil)
    // Twelve characters, twenty-four bytes.
    #expect(PackedText(String(repeating: "ü", count: 12)) != nil)
    #expect(PackedText(String(repeating: "ü", count: 13)) == nil)
    // Would be the same words as without it.
    for text in ["a\0", "\0a", "BTC/USD\0"] { #expect(PackedText(text) == nil) }
    for count in [0, -1, 25, Int.max] {
      let found = try withReader("abc") { $0.packed(TextRange(start: 0, count: count)) }
      #expect(found == nil)
    }
  }

  @Test("the spread is the same in every run, and has few collisions")
  func spread() throws {
    #expect(try #require(PackedText("BTC/USD")).spread == 0x47B3_3ED4_ABF0_17DE)
    let long = try #require(PackedText("abcdefghijklmnopqrstuvwx"))
    #expect(long.spread == 0x3663_75E3_D634_6D08)
    var random = SeededGenerator(seed: 1)
    var texts: Set<String> = []
    while texts.count < 1_000 {
      let letters = (0..<3).map { _ in UInt8.random(in: 0x41...0x5A, using: &random) }
      texts.insert(String(decoding: letters, as: UTF8.self) + "/USD")
    }
    let places = Set(texts.compactMap { PackedText($0).map { $0.spread & 2_047 } })
    // A thousand balls thrown into 2048 boxes fill about 790.
    #expect(places.count > 700)
  }
}
