import Codecs
import TestSupport
import Testing

@Suite("Reading JSON: bytes and matching")
struct JSONReaderTests {
  @Test("a byte outside of the frame is nil")
  func bytes() throws {
    try withReader("ab") { reader in
      #expect(reader.byte(at: -1) == nil && reader.byte(at: 2) == nil)
      #expect(reader.byte(at: .max) == nil && reader.byte(at: .min) == nil)
      #expect(reader.byte(at: 0) == 0x61 && reader.byte(at: 1) == 0x62)
    }
    try withReader("") { reader in
      #expect(reader.count == 0 && reader.byte(at: 0) == nil && reader.peek() == nil)
    }
  }

  @Test("a match consumes the literal, and a mismatch nothing")
  func matching() throws {
    try withReader(#"{"type":"l2update"}"#) { reader in
      #expect(!reader.match(#"{"type":"l2updates"#) && reader.offset == 0)
      #expect(reader.match(#"{"type":""#) && reader.offset == 9)
      #expect(!reader.match(#"{"type":""#) && reader.offset == 9)
      #expect(reader.match("l2update") && reader.match(#""}"#))
      #expect(reader.offset == reader.count && !reader.match("x") && reader.match(""))
    }
  }

  @Test("a match does not skip white space")
  func matchingWhiteSpace() throws {
    try withReader(" {") { reader in #expect(!reader.match("{") && reader.match(" {")) }
  }

  // Every tail length of the comparison by words of eight and four bytes.
  private static let literals: [StaticString] = [
    "", "a", "ab", "abc", "abcd", "abcde", "abcdef", "abcdefg", "abcdefgh", "abcdefghi",
    "abcdefghij", "abcdefghijk", "abcdefghijkl", "abcdefghijklm", "abcdefghijklmn",
    "abcdefghijklmno", "abcdefghijklmnop", "abcdefghijklmnopq",
  ]

  @Test("a match fails for a difference in any bit of any byte, at any length")
  func differences() throws {
    for (length, literal) in Self.literals.enumerated() {
      let bytes = Array("abcdefghijklmnopq".utf8.prefix(length))
      #expect(try withReader(bytes) { $0.match(literal) }, "\(literal)")
      for index in bytes.indices {
        for bit in 0..<8 {
          var changed = bytes
          changed[index] ^= 1 << UInt8(bit)
          #expect(try !withReader(changed) { $0.match(literal) }, "\(literal) at \(index)")
        }
        #expect(try !withReader(Array(bytes[..<index])) { $0.match(literal) }, "\(literal) cut")
      }
    }
  }

  @Test("a literal stands only where it does")
  func isNext() throws {
    try withReader("xabc") { reader in
      #expect(reader.isNext("abc", at: 1) && !reader.isNext("abc", at: 0))
      #expect(!reader.isNext("abc", at: 2) && !reader.isNext("abc", at: -1))
      #expect(!reader.isNext("a", at: 4) && reader.isNext("", at: 4))
      #expect(reader.offset == 0)
    }
  }

  @Test("a range holds exactly a literal, not a part of it")
  func rangeIs() throws {
    try withReader("bids") { reader in
      let whole = reader.text(TextRange(start: 0, count: 4), is: "bids")
      let cut = reader.text(TextRange(start: 0, count: 3), is: "bids")
      let longer = reader.text(TextRange(start: 0, count: 4), is: "bid")
      let inner = reader.text(TextRange(start: 1, count: 2), is: "id")
      #expect([whole, cut, longer, inner] == [true, false, false, true])
    }
  }

  @Test("a range gives its bytes")
  func span() throws {
    try withReader("abcd") { reader in
      let span = reader.span(TextRange(start: 1, count: 2))
      let bytes = [span[0], span[1]]
      let count = span.count
      #expect(count == 2 && bytes == [0x62, 0x63])
      let isEmpty = reader.span(TextRange(start: 4, count: 0)).isEmpty
      #expect(isEmpty)
    }
  }

  @Test(
    "a range outside of the frame traps",
    arguments: [[0, 5], [5, 0], [-1, 2], [2, -1], [1, Int.max]]
  )
  func spanOutside(_ range: [Int]) async {
    await #expect(processExitsWith: .failure) { [range] in
      let bytes: [UInt8] = [1, 2, 3, 4]
      let reader = JSONReader(bytes.span)
      _ = reader.span(TextRange(start: range[0], count: range[1])).count
    }
  }
}
