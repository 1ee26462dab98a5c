import Reactor
import Codecs
import TestSupport
import Testing
import Units

/// What a decimal is worth by school arithmetic on its digits, however many they are.
private struct Reference {
  /// Digits of the value in steps of 10⁻ᵖˡᵃᶜᵉˢ, without leading zeros but for zero itself.
  let steps: String
  /// Digits down to the last place that is held.
  let kept: String
  /// The first digit other than zero beyond that place.
  let lost: Int?

  /// `digits` is unsigned, with at most one point.
  init(_ digits: String, places: Int) {
    let parts = digits.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let fraction = parts.count == 2 ? parts[1] : ""
    let held = String(fraction.prefix(places))
    kept = Reference.plain(parts[0] + held)
    steps = Reference.plain(
      parts[0] + held + String(repeating: "0", count: places - held.count)
    )
    let rest = fraction.dropFirst(places)
    lost = rest.firstIndex { $0 != "0" }.map {
      parts[0].count + 1 + fraction.distance(from: fraction.startIndex, to: $0)
    }
  }

  private static func plain(_ digits: String) -> String {
    let significant = digits.drop { $0 == "0" }
    return significant.isEmpty ? "0" : String(significant)
  }

  /// Whether a number of these digits is at most `limit`.
  static func fits(_ digits: String, _ limit: Int128) -> Bool {
    let most = String(limit)
    return digits.count != most.count ? digits.count < most.count : digits <= most
  }
}

/// An unsigned decimal with up to 45 digits on each side, zeros in all places more likely.
private func anyDecimal(_ random: inout SeededGenerator) -> String {
  func digits(_ count: Int) -> String {
    let isSparse = Bool.random(using: &random)
    return (0..<count).map { _ in
      isSparse && Int.random(in: 0..<4, using: &random) > 0
        ? "0" : String(Int.random(in: 0...9, using: &random))
    }.joined()
  }
  let whole = digits(
    1 + Int.random(in: 0..<45, using: &random) >> Int.random(in: 0...5, using: &random)
  )
  let count = Int.random(in: 0..<45, using: &random) >> Int.random(in: 0...5, using: &random)
  return count == 0 ? whole : whole + "." + digits(count)
}

@Suite("Decimals, against arithmetic of any size")
struct DecimalParsingTests {
  @Test("the reader agrees with school arithmetic", arguments: 0..<16 as Range<UInt64>)
  func reading(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<1_000 {
      let digits = anyDecimal(&random)
      let places = Int.random(in: 0...19, using: &random)
      let reference = Reference(digits, places: places)
      let lost = Reference.fits(reference.kept, .max) ? reference.lost : nil
      var value: Int64?
      let error = refusal(digits + ",") { reader throws(WireError) in
        value = try reader.decimal(places: places)
        #expect(reader.offset == digits.utf8.count)
      }
      let expected = lost.map { expecting(.fewerFractionDigits, at: $0, of: digits) }
      #expect(error == expected, "\(digits) at \(places) places")
      let fits = Reference.fits(reference.steps, Int128(Int64.max))
      #expect(
        value == (lost == nil && fits ? Int64(reference.steps) : nil),
        "\(digits) at \(places) places"
      )
    }
  }

  @Test("the reader of wide decimals agrees to 127 bits", arguments: 0..<16 as Range<UInt64>)
  func readingWide(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<1_000 {
      let digits = anyDecimal(&random)
      let places = Int.random(in: 0...30, using: &random)
      let reference = Reference(digits, places: places)
      let lost = Reference.fits(reference.kept, .max) ? reference.lost : nil
      var value: Int128?
      let error = refusal(digits) { reader throws(WireError) in
        value = try reader.wideDecimal(start: 0, end: digits.utf8.count, places: places)
      }
      let expected = lost.map { expecting(.fewerFractionDigits, at: $0, of: digits) }
      #expect(error == expected, "\(digits) at \(places) places")
      let fits = lost == nil && Reference.fits(reference.steps, .max)
      #expect(value == (fits ? Int128(reference.steps) : nil), "\(digits) at \(places) places")
    }
  }

  @Test("text of either sign agrees with school arithmetic", arguments: 0..<16 as Range<UInt64>)
  func parsing(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<1_000 {
      let digits = anyDecimal(&random)
      let sign = Bool.random(using: &random) ? "-" : ""
      let places = Int.random(in: 0...30, using: &random)
      let reference = Reference(digits, places: places)
      let expected: Result<Int128, DecimalError> =
        if !Reference.fits(reference.kept, .max) {
          .failure(.outOfRange)
        } else if let lost = reference.lost {
          .failure(.tooPrecise(offset: lost + sign.count))
        } else if let value = Int128(sign + reference.steps) {
          .success(value)
        } else {
          .failure(.outOfRange)
        }
      let found = Result { () throws(DecimalError) in
        try parseDecimal(sign + digits, places: places)
      }
      #expect(found == expected, "\(sign)\(digits) at \(places) places")
    }
  }

  @Test(
    "text and value",
    arguments: [
      ("0", 0), ("1.5", 150), ("-1.5", -150), ("007", 700), ("1.500", 150), (".5", 50), ("5.", 500),
      ("-0", 0),
    ]
  )
  func values(_ text: String, _ value: Int128) throws {
    #expect(try parseDecimal(text, places: 2) == value)
  }

  @Test(
    "refusals name the character",
    arguments: [
      ("", DecimalError.empty), ("-", .empty), (".", .empty), ("-.", .empty),
      ("1.555", .tooPrecise(offset: 4)), ("-1.005", .tooPrecise(offset: 5)),
      ("1,5", .unexpectedByte(UInt8(ascii: ","), offset: 1)),
      ("1.5.5", .unexpectedByte(UInt8(ascii: "."), offset: 3)),
      ("1e5", .unexpectedByte(UInt8(ascii: "e"), offset: 1)),
      ("--1", .unexpectedByte(UInt8(ascii: "-"), offset: 1)),
      ("+1", .unexpectedByte(UInt8(ascii: "+"), offset: 0)),
      (" 1", .unexpectedByte(UInt8(ascii: " "), offset: 0)),
      ("١", .unexpectedByte(0xD9, offset: 0)),
      (String(repeating: "9", count: 40), .outOfRange),
    ]
  )
  func refusals(_ text: String, _ error: DecimalError) {
    #expect(throws: error) { try parseDecimal(text, places: 2) }
  }

  @Test("the ends of 127 bits, to the last digit")
  func ends() throws {
    let most = "\(Int128.max)"
    let beyond = most.dropLast() + "8"
    #expect(try parseDecimal(most, places: 0) == .max)
    #expect(try parseDecimal("-" + most, places: 0) == -.max)
    #expect(throws: DecimalError.outOfRange) { try parseDecimal(beyond, places: 0) }
    #expect(throws: DecimalError.outOfRange) { try parseDecimal("-" + beyond, places: 0) }
    for (digits, value) in [(most, Int128.max), (String(beyond), nil)] {
      let read = try withReader(digits) { reader throws(WireError) in
        try reader.wideDecimal(start: 0, end: digits.utf8.count, places: 0)
      }
      #expect(read == value)
    }
  }

  @Test("a price fits 63 bits and either sign")
  func prices() throws {
    #expect(try Price("922337203.6854775807").raw == .max)
    #expect(try Price("-922337203.6854775808").raw == .min)
    #expect(try Price("64123.50").raw == 641_235_000_000_000)
    #expect(throws: DecimalError.outOfRange) { try Price("922337203.6854775808") }
    #expect(throws: DecimalError.outOfRange) { try Price("-922337203.6854775809") }
    #expect(throws: DecimalError.tooPrecise(offset: 12)) { try Price("0.00000000001") }
  }

  @Test("a quantity is not negative, and fits 63 bits")
  func quantities() throws {
    #expect(try Quantity("1.5", decimals: 8).raw == 150_000_000)
    #expect(try Quantity("-0.0", decimals: 8) == .zero)
    #expect(try Quantity("9223372036854775807", decimals: 0).raw == .max)
    #expect(throws: DecimalError.outOfRange) { try Quantity("9223372036854775808", decimals: 0) }
    for text in ["-1", "-0.00000001"] {
      #expect(throws: DecimalError.unexpectedByte(UInt8(ascii: "-"), offset: 0)) {
        try Quantity(text, decimals: 8)
      }
    }
  }
}

@Suite("Numbers in JSON's notation as plain text")
struct PlainDecimalTests {
  private static func read(_ json: String) throws(WireError) -> String {
    try withReader(json) { reader throws(WireError) in
      let text = try reader.plainDecimalText()
      try reader.expectEnd()
      return text
    }
  }

  @Test("a number with an exponent moves its point", arguments: 0..<16 as Range<UInt64>)
  func exponents(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let significand = random.anyInteger(Int64.self)
      let exponent = Int.random(in: -38...18, using: &random)
      let sign = exponent < 0 ? "-" : Bool.random(using: &random) ? "+" : ""
      let e = Bool.random(using: &random) ? "e" : "E"
      let json = "\(significand)\(e)\(sign)\(exponent.magnitude)"
      let plain =
        exponent < 0
        ? decimalText(Int128(significand), decimals: -exponent)
        : significand == 0 ? "0" : "\(significand)" + String(repeating: "0", count: exponent)
      #expect(try Self.read(json) == plain, "\(json)")
      #expect(try Self.read("\"\(json)\"") == plain, "\(json)")
    }
  }

  @Test(
    "any number as plain text",
    arguments: [
      ("1E-8", "0.00000001"), ("1e-05", "0.00001"), ("\"0.0100\"", "0.01"), ("25", "25"),
      ("2.5e3", "2500"), ("-1.50", "-1.5"), ("0e0", "0"), ("1E+2", "100"), ("12.5e-1", "1.25"),
      ("1.25e1", "12.5"), ("-0", "0"), (" 1 ", "1"),
      ("1e38", "1" + String(repeating: "0", count: 38)),
      ("1e-38", "0." + String(repeating: "0", count: 37) + "1"), ("0.1e1", "1"),
    ]
  )
  func plain(_ json: String, _ plain: String) throws {
    #expect(try Self.read(json) == plain)
  }

  @Test(
    "a number out of reach is refused where it starts",
    arguments: [
      "1e39", "1e-39", "1e999999999999999999", "1e99999999999999999999",
      "1e-9223372036854775808", "1e9223372036854775807", "2e38",
      "999999999999999999999999999999999999999999",
    ]
  )
  func outOfReach(_ json: String) {
    let error = refusal(json) { reader throws(WireError) in try reader.plainDecimalText() }
    #expect(error == WireError(offset: 0, expected: .numberInRange, found: json.utf8.first))
    let quoted = refusal("\"\(json)\"") { reader throws(WireError) in try reader.plainDecimalText()
    }
    #expect(quoted == WireError(offset: 1, expected: .numberInRange, found: json.utf8.first))
  }

  @Test(
    "what is no number is refused where it stops being one",
    arguments: [
      ("x", .value, 0), ("", .value, 0), (#""""#, .value, 1), (#""1"#, .number, 2),
      (#""1 ""#, .number, 2), (#"" 1""#, .value, 1), (#""1x""#, .number, 2), ("1.", .digit, 2),
      ("1e", .digit, 2), ("1e+", .digit, 3), ("-", .value, 0), (#""-""#, .value, 1),
    ] as [(String, WireError.Expected, Int)]
  )
  func refused(_ json: String, _ expected: WireError.Expected, _ offset: Int) {
    let error = refusal(json) { reader throws(WireError) in try reader.plainDecimalText() }
    #expect(error == expecting(expected, at: offset, of: json))
  }
}
