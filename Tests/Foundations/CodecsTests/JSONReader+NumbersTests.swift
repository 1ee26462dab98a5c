import Codecs
import TestSupport
import Testing

@Suite("Reading JSON: numbers")
struct JSONReaderNumbersTests {
  @Test(
    "the ends of 63 bits",
    arguments: [
      ("9223372036854775807", Int64.max as Int64?), ("9223372036854775808", nil),
      ("18446744073709551615", nil), ("18446744073709551616", nil),
      ("00000000000000000000000000009", 9), ("99999999999999999999999999999999999999999999", nil),
    ]
  )
  func ends(_ digits: String, _ value: Int64?) throws {
    let read = try withReader(digits) { reader throws(WireError) in try reader.decimal(places: 0) }
    #expect(read == value)
  }

  @Test(
    "what is no unsigned decimal is refused where it stops being one",
    arguments: [
      ("", WireError.Expected.unsignedDecimal, 0), ("-1", .unsignedDecimal, 0),
      ("+1", .unsignedDecimal, 0), (".5", .unsignedDecimal, 0), ("x", .unsignedDecimal, 0),
      ("1.", .digit, 2), ("1.x", .digit, 2), ("1.23", .fewerFractionDigits, 3),
      ("1.2000001", .fewerFractionDigits, 8),
    ]
  )
  func refused(_ text: String, _ expected: WireError.Expected, _ offset: Int) {
    let error = refusal(text) { reader throws(WireError) in try reader.decimal(places: 1) }
    #expect(error == expecting(expected, at: offset, of: text))
  }

  @Test("a decimal in quotes needs both of them, and nothing else inside")
  func quoted() throws {
    let value = try withReader(#" "1.50","#) { reader throws(WireError) in
      try reader.quotedDecimal(places: 2)
    }
    #expect(value == 150)
    for (text, expected, offset) in [
      ("1.5", WireError.Expected.string, 0), (#""1.5"#, .unsignedDecimal, 4),
      (#""1.5 ""#, .unsignedDecimal, 4), (#""1e5""#, .unsignedDecimal, 2),
    ] {
      let error = refusal(text) { reader throws(WireError) in try reader.quotedDecimal(places: 2) }
      #expect(error == expecting(expected, at: offset, of: text))
    }
  }

  @Test(
    "unsigned integers are read to 64 bits, in quotes or not",
    arguments: [
      ("0", 0), ("7", 7), ("18446744073709551615", .max),
      ("00000000000000000000000000000000000000042", 42),
    ] as [(String, UInt64)]
  )
  func integers(_ text: String, _ value: UInt64) throws {
    try withReader(" \(text),") { reader throws(WireError) in
      #expect(try reader.unsignedInteger() == value)
      #expect(reader.peek() == UInt8(ascii: ","))
    }
    try withReader(" \"\(text)\",") { reader throws(WireError) in
      #expect(try reader.quotedUnsignedInteger() == value)
      #expect(reader.peek() == UInt8(ascii: ","))
    }
  }

  @Test(
    "what is no unsigned integer of 64 bits is refused",
    arguments: [
      ("", .unsignedInteger, 0), ("-1", .unsignedInteger, 0), ("x", .unsignedInteger, 0),
      ("18446744073709551616", .numberInRange, 0), ("99999999999999999999", .numberInRange, 0),
      ("184467440737095516150", .numberInRange, 0),
    ] as [(String, WireError.Expected, Int)]
  )
  func refusedIntegers(_ text: String, _ expected: WireError.Expected, _ offset: Int) {
    let plain = refusal(text) { reader throws(WireError) in try reader.unsignedInteger() }
    #expect(plain == expecting(expected, at: offset, of: text))
    let json = "\"\(text)\""
    let quoted = refusal(json) { reader throws(WireError) in try reader.quotedUnsignedInteger() }
    #expect(quoted == expecting(expected, at: offset + 1, of: json))
  }

  @Test(
    "quotes around an integer hold nothing else",
    arguments: [
      ("1", .string, 0), (#""1"#, .unsignedInteger, 2), (#""1 ""#, .unsignedInteger, 2),
      (#"" 1""#, .unsignedInteger, 1), (#""1.5""#, .unsignedInteger, 2),
      (#""1e5""#, .unsignedInteger, 2), (#""""#, .unsignedInteger, 1),
    ] as [(String, WireError.Expected, Int)]
  )
  func quotedIntegers(_ text: String, _ expected: WireError.Expected, _ offset: Int) {
    let error = refusal(text) { reader throws(WireError) in try reader.quotedUnsignedInteger() }
    #expect(error == expecting(expected, at: offset, of: text))
  }
}
