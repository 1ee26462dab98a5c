import Codecs
import TestSupport
import Testing

@Suite("Reading JSON: numbers")
struct JSONReaderNumbersTests {
  /// The decimal at the start of `digits` by school arithmetic: nil where it does not fit, or where
  /// a digit would be lost.
  private static func reference(_ digits: String, places: Int) -> (fits: Bool, value: Int64?) {
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
    var fraction = parts.count == 2 ? String(parts[1]) : ""
    while fraction.count > places, fraction.last == "0" { fraction.removeLast() }
    guard fraction.count <= places else { return (false, nil) }
    let text = String(parts[0]) + fraction + String(repeating: "0", count: places - fraction.count)
    let significant = text.drop { $0 == "0" }
    return (true, Int64(significant.isEmpty ? "0" : String(significant)))
  }

  @Test("decimals agree with school arithmetic", arguments: 0..<8 as Range<UInt64>)
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let places = Int.random(in: 0...10, using: &random)
      let whole = (0..<Int.random(in: 1...22, using: &random))
        .map { _ in String(Int.random(in: 0...9, using: &random)) }.joined()
      let fraction = (0..<Int.random(in: 0...14, using: &random))
        .map { _ in
          Bool.random(using: &random) ? "0" : String(Int.random(in: 0...9, using: &random))
        }
        .joined()
      let digits = fraction.isEmpty ? whole : whole + "." + fraction
      let expected = Self.reference(digits, places: places)
      guard expected.fits else {
        let error = refusal(digits) { reader throws(WireError) in
          try reader.decimal(places: places)
        }
        #expect(error?.expected == .fewerFractionDigits, "\(digits) at \(places) places")
        continue
      }
      let value = try withReader(digits) { reader throws(WireError) in
        try reader.decimal(places: places)
      }
      #expect(value == expected.value, "\(digits) at \(places) places")
    }
  }

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
    "unsigned integers are read to 64 bits and refused beyond",
    arguments: [("0", 0 as UInt64?), ("18446744073709551615", .max), ("18446744073709551616", nil)]
  )
  func integers(_ text: String, _ value: UInt64?) {
    let read = try? withReader(text) { reader throws(WireError) in try reader.unsignedInteger() }
    #expect(read == value)
  }

  @Test(
    "any number as plain text",
    arguments: [
      ("1E-8", "0.00000001"), ("1e-05", "0.00001"), ("\"0.0100\"", "0.01"), ("25", "25"),
      ("2.5e3", "2500"), ("-1.50", "-1.5"), ("0e0", "0"), ("1E+2", "100"),
    ]
  )
  func plain(_ text: String, _ plain: String) throws {
    let read = try withReader(text) { reader throws(WireError) in try reader.plainDecimalText() }
    #expect(read == plain)
  }

  @Test(
    "an exponent out of reach is refused",
    arguments: ["1e39", "1e-39", "1e999999999999999999"]
  )
  func exponents(_ text: String) {
    let error = refusal(text) { reader throws(WireError) in try reader.plainDecimalText() }
    #expect(error?.expected == .numberInRange)
  }
}

@Suite("Decimal text of settings and lists")
struct DecimalParsingTests {
  @Test(
    "text and value",
    arguments: [("0", 0), ("1.5", 150), ("-1.5", -150), ("007", 700), ("1.500", 150), (".5", 50)]
  )
  func values(_ text: String, _ value: Int128) throws {
    #expect(try parseDecimal(text, places: 2) == value)
  }

  @Test(
    "refusals name the character",
    arguments: [
      ("", DecimalError.empty), ("-", .empty), (".", .empty),
      ("1.555", .tooPrecise(offset: 4)), ("1,5", .unexpectedByte(UInt8(ascii: ","), offset: 1)),
      ("1.5.5", .unexpectedByte(UInt8(ascii: "."), offset: 3)),
      ("1e5", .unexpectedByte(UInt8(ascii: "e"), offset: 1)),
      (String(repeating: "9", count: 40), .outOfRange),
    ]
  )
  func refusals(_ text: String, _ error: DecimalError) {
    #expect(throws: error) { try parseDecimal(text, places: 2) }
  }
}
