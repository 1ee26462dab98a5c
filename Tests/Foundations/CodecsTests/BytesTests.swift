import Market
import TestSupport
import Testing

@testable import Codecs

@Suite("Bytes of all kinds")
struct BytesTests {
  /// CRC-32 bit by bit, as the polynomial's definition has it.
  private static func reference(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(UInt32.max) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in
        crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1
      }
    }
  }

  @Test("CRC-32 has its check value and agrees with its definition")
  func crc() {
    let check = Array("123456789".utf8)
    #expect(CRC32.shared.checksum(check.span) == 0xCBF4_3926)
    var random = SeededGenerator(seed: 1)
    for count in 0..<200 {
      let bytes = random.bytes(count)
      #expect(CRC32.shared.checksum(bytes.span) == Self.reference(bytes))
    }
  }

  @Test(
    "a CRC is combined of its parts without reading them again",
    arguments: 0...63 as ClosedRange
  )
  func combination(_ count: Int) {
    var random = SeededGenerator(seed: UInt64(count))
    let before = random.bytes(Int.random(in: 0...40, using: &random))
    let digits = random.bytes(count)
    let part = LevelDigits(crc: CRC32.shared.checksum(digits.span), count: UInt32(count))
    let combined = CRC32.shared.appending(part, to: CRC32.shared.checksum(before.span))
    #expect(combined == Self.reference(before + digits))
  }

  @Test(
    "the digits of a level: points and leading zeros out, trailing zeros in",
    arguments: [
      ("0.05005", "0.00000500", "5005500"), ("45283.5", "0.10000000", "45283510000000"),
      ("0", "0.0", ""), ("10", "0100", "10100"),
    ]
  )
  func digits(_ price: String, _ quantity: String, _ digits: String) throws {
    let text = price + quantity
    let found = try withReader(text) { reader in
      reader.digits(
        of: TextRange(start: 0, count: price.utf8.count),
        and: TextRange(start: price.utf8.count, count: quantity.utf8.count),
        using: .shared
      )
    }
    #expect(
      found == LevelDigits(crc: Self.reference(Array(digits.utf8)), count: UInt32(digits.count))
    )
  }

  @Test("more digits than a combination takes are refused")
  func manyDigits() throws {
    let text = String(repeating: "9", count: 64)
    let found = try withReader(text) { reader in
      reader.digits(
        of: TextRange(start: 0, count: 64),
        and: TextRange(start: 64, count: 0),
        using: .shared
      )
    }
    #expect(found == nil)
  }

  @Test("UTF-8 is told as the standard library tells it", arguments: 0..<8 as Range<UInt64>)
  func utf8(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let starts: [UInt8] = [0x41, 0xC3, 0xE2, 0xED, 0xF0, 0xF4, 0xC0, 0xF5, 0x80, 0xBF, 0xE0, 0xA0]
    for _ in 0..<3_000 {
      let bytes = (0..<Int.random(in: 0...9, using: &random)).map { _ in
        starts[Int.random(in: 0..<starts.count, using: &random)]
      }
      let isValid = String(validating: bytes, as: UTF8.self) != nil
      let invalid = firstInvalidUTF8(in: bytes.span)
      #expect((invalid == nil) == isValid, "\(bytes)")
      // What stands before the first wrong byte is text.
      if let invalid { #expect(String(validating: bytes[..<invalid], as: UTF8.self) != nil) }
    }
  }

  @Test("a packed text is the text, wherever it stood")
  func packed() throws {
    for count in 1...24 {
      let text = String("abcdefghijklmnopqrstuvwxyz".prefix(count))
      let expected = try #require(PackedText(text))
      for (before, after) in [("", ""), ("..", ""), ("", "......"), ("...", "..........")] {
        let found = try withReader(before + text + after) { reader in
          reader.packed(TextRange(start: before.utf8.count, count: count))
        }
        #expect(found == expected)
      }
    }
    #expect(PackedText("") == nil)
    #expect(PackedText(String(repeating: "x", count: 25)) == nil)
    #expect(PackedText("btcusd") != PackedText("btcusdt"))
  }

  @Test("bytes that are no text are replaced")
  func copying() {
    let bytes: [UInt8] = [0x61, 0xFF, 0x62]
    #expect(String(copying: bytes.span) == "a\u{FFFD}b")
  }
}

@Suite("Writing JSON")
struct JSONWriterTests {
  @Test("commas, nesting, and values of each kind")
  func writing() {
    var json = JSONWriter()
    json.object {
      $0.field("text", "a\"b\\c\n\u{1}ü")
      $0.field("nothing", nil as String?)
      $0.field("count", -3)
      $0.field("yes", true)
      $0.field("measured", 0.5, decimals: 3)
      $0.array("list") {
        $0.integer(1)
        $0.array { _ in }
        $0.object { _ in }
        $0.null()
      }
    }
    #expect(
      json.text
        == #"{"text":"a\"b\\c\n\u0001ü","nothing":null,"count":-3,"yes":true,"measured":0.500,"#
        + #""list":[1,[],{},null]}"#
    )
  }

  @Test("any text that is written is read again", arguments: 0..<4 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let scalars = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &random))
      }
      let text = String(String.UnicodeScalarView(scalars))
      var json = JSONWriter()
      json.string(text)
      let read = try withReader(json.bytes) { reader throws(WireError) in
        reader.text(try reader.anyString())
      }
      #expect(read == text)
    }
  }

  @Test("a value without a key is our mistake")
  func misuse() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter()
      json.object { $0.string("x") }
    }
  }
}
