import Codecs
import Testing

@Suite("Errors of the wire and of decimals")
struct WireErrorTests {
  @Test("an error is said in one line, with what stood there")
  func description() {
    #expect(
      WireError(offset: 7, expected: .colon, found: UInt8(ascii: "x")).description
        == "byte 7: expected ':', but 'x' stands there"
    )
    #expect(
      WireError(offset: 0, expected: .object, found: nil).description
        == "byte 0: expected an object, but the frame ends there"
    )
    #expect(
      WireError(offset: 1, expected: .utf8, found: 0x0A).description
        == "byte 1: expected UTF-8, but byte 0x0a stands there"
    )
  }

  @Test("each expectation has words of its own")
  func expectations() {
    let words = Set(WireError.Expected.allCases.map(\.description))
    #expect(words.count == WireError.Expected.allCases.count && !words.contains(""))
  }

  private static func refusedByte(_ byte: UInt8) -> String {
    DecimalError.unexpectedByte(byte, offset: 2).description
  }

  @Test("no byte from outside reaches a terminal as a control character")
  func controlFree() {
    for byte in UInt8.min ... .max {
      let wire = WireError(offset: 0, expected: .value, found: byte).description
      for text in [wire, Self.refusedByte(byte)] {
        #expect(text.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "byte \(byte): \(text)")
      }
    }
    #expect(Self.refusedByte(UInt8(ascii: ",")) == "unexpected ',' at character 3")
    #expect(Self.refusedByte(0x1B) == "unexpected byte 0x1b at character 3")
    #expect(Self.refusedByte(0x05) == "unexpected byte 0x05 at character 3")
  }

  @Test("what is wrong with a decimal is said in words")
  func decimals() {
    #expect(DecimalError.empty.description == "no digits")
    #expect(DecimalError.outOfRange.description == "out of range")
    #expect(
      DecimalError.tooPrecise(offset: 4).description
        == "more decimals than can be held, from character 5"
    )
  }

  @Test("an error fits two words and is one in every frame")
  func size() { #expect(MemoryLayout<WireError>.size <= 16) }
}
