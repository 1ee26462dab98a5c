import Units

/// A JSON value to be written, whose members keep the order they are listed in.
///
/// Bitstamp writes some amounts twice, as a number and as text; numbers are given here as digits,
/// so that no money passes through floating point.
enum BitstampValue: Hashable, Sendable {
  case text(String)
  /// The digits as they are to be written.
  case number(String)
  case integer(Int64)
  case flag(Bool)
  case null
  case list([BitstampValue])
  case members([Member])

  struct Member: Hashable, Sendable {
    var name: String
    var value: BitstampValue
  }

  /// The text of it, without white space.
  var bytes: [UInt8] {
    var result: [UInt8] = []
    append(to: &result)
    return result
  }

  /// An object's members and one more, where there is something to say.
  func adding(_ name: String, _ value: BitstampValue?) -> BitstampValue {
    guard case .members(let members) = self, let value else { return self }
    return .members(members + [Member(name: name, value: value)])
  }

  private func append(to bytes: inout [UInt8]) {
    switch self {
    case .text(let text): BitstampValue.quote(text, to: &bytes)
    case .number(let digits): bytes.append(contentsOf: digits.utf8)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .flag(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .null: bytes.append(contentsOf: "null".utf8)
    case .list(let values):
      bytes.append(UInt8(ascii: "["))
      for (index, value) in values.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        value.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .members(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        BitstampValue.quote(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func quote(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20:
        bytes.append(contentsOf: (byte < 16 ? "\\u000" : "\\u00").utf8)
        bytes.append(contentsOf: String(byte, radix: 16).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}

extension BitstampValue: ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
  ExpressibleByStringLiteral
{
  init(dictionaryLiteral elements: (String, BitstampValue)...) {
    self = .members(elements.map { Member(name: $0.0, value: $0.1) })
  }

  init(arrayLiteral elements: BitstampValue...) { self = .list(elements) }

  init(stringLiteral value: String) { self = .text(value) }
}

extension BitstampValue {
  /// A decimal as a JSON number: `0.0792`, and below a millionth with an exponent, as `1e-8` was
  /// recorded (frames of private orders that gocryptotrader keeps for its tests).
  static func decimal(_ value: Int128, decimals: Int) -> BitstampValue {
    let plain = decimalText(value, decimals: decimals)
    let digits = String(value.magnitude)
    // The first digit's place behind the point: 1e-7 has the seventh.
    let place = decimals - digits.utf8.count + 1
    guard value != 0, place > 6 else { return .number(plain) }
    let significant = String(digits.reversed().drop { $0 == "0" }.reversed())
    let mantissa =
      significant.utf8.count == 1
      ? significant : significant.prefix(1) + "." + significant.dropFirst()
    return .number((value < 0 ? "-" : "") + mantissa + "e-" + String(place))
  }
}
