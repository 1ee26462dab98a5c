import Codecs
import Units

/// A JSON value about to be sent, its members in the order they are given and its numbers as text.
///
/// Kraken's socket sends money as JSON numbers whose trailing zeros belong to the checksum
/// (recorded: `0.00005100`), so a number is whatever digits it was made from.
enum KrakenJSON: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// Digits, written without quotes.
  case number(String)
  case string(String)
  case array([KrakenJSON])
  case object([Member])

  struct Member: Hashable, Sendable {
    var name: String
    var value: KrakenJSON

    init(_ name: String, _ value: KrakenJSON) {
      self.name = name
      self.value = value
    }
  }

  static func integer(_ value: some BinaryInteger) -> KrakenJSON { .number(String(value)) }

  /// An object without the members that are nil.
  static func object(_ members: KeyValuePairs<String, KrakenJSON?>) -> KrakenJSON {
    .object(members.compactMap { name, value in value.map { Member(name, $0) } })
  }

  var bytes: [UInt8] {
    var result: [UInt8] = []
    append(to: &result)
    return result
  }

  func append(to bytes: inout [UInt8]) {
    switch self {
    case .null: bytes.append(contentsOf: "null".utf8)
    case .boolean(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .number(let digits): bytes.append(contentsOf: digits.utf8)
    case .string(let text): KrakenJSON.quote(text, to: &bytes)
    case .array(let elements):
      bytes.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        element.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "]"))
    case .object(let members):
      bytes.append(UInt8(ascii: "{"))
      for (index, member) in members.enumerated() {
        if index > 0 { bytes.append(UInt8(ascii: ",")) }
        KrakenJSON.quote(member.name, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        member.value.append(to: &bytes)
      }
      bytes.append(UInt8(ascii: "}"))
    }
  }

  private static func quote(_ text: String, to bytes: inout [UInt8]) {
    var writer = JSONWriter()
    writer.string(text)
    bytes.append(contentsOf: writer.bytes)
  }
}

/// Numbers and times as Kraken writes them.
enum KrakenText {
  /// With at least so many `places`, and more where the value has more.
  ///
  /// Kraken's own ledger ends at four or five places; the exchange's goes on, and a client that
  /// adds up its fills has to find them in its balance.
  static func exact(_ value: Int128, decimals: Int, atLeast places: Int) -> String {
    var shown = max(decimals, places)
    var rest = value
    while shown > places, shown > 0, shown <= decimals, rest % 10 == 0 {
      rest /= 10
      shown -= 1
    }
    return paddedDecimal(value, decimals: decimals, places: shown)
  }

  /// As the instrument channel has small steps: `0.1`, and `1e-08` below one ten-thousandth
  /// (recorded: `"qty_increment":1e-08`, `"qty_min":5e-05`).
  static func step(_ value: Int128, decimals: Int) -> String {
    let text = decimalText(value, decimals: decimals)
    guard text.hasPrefix("0.0000") else { return text }
    let digits = text.dropFirst(2)
    let zeros = digits.prefix { $0 == "0" }.count
    let significant = digits.dropFirst(zeros)
    guard let first = significant.first else { return "0" }
    let more = significant.dropFirst()
    let exponent = zeros + 1
    return String(first) + (more.isEmpty ? "" : "." + more) + "e-"
      + (exponent < 10 ? "0" : "") + String(exponent)
  }

  /// Plain decimal text of a JSON number, which clients may send as `1e-05`; nil when it is none.
  static func plain(_ number: String) -> String? {
    guard number.utf8.count <= 64 else { return nil }
    let parts = number.split(
      maxSplits: 1,
      omittingEmptySubsequences: false,
      whereSeparator: { $0 == "e" || $0 == "E" }
    )
    guard parts.count == 2 else { return number }
    let exponentText = parts[1].hasPrefix("+") ? parts[1].dropFirst() : parts[1]
    guard let exponent = Int(exponentText), (-30...30).contains(exponent) else { return nil }
    let halves = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    guard halves.count <= 2 else { return nil }
    let fraction = halves.count == 2 ? halves[1].utf8.count : 0
    let digits = halves.joined()
    let places = fraction - exponent
    guard let value = try? parseDecimal(digits, places: max(0, -places)) else { return nil }
    return decimalText(value, decimals: max(0, places))
  }

  /// `2026-08-02T03:35:51.302928Z`: microseconds, as every recorded socket frame has them.
  static func micros(_ time: Timestamp) -> String {
    String(time.description.dropLast(4)) + "Z"
  }

  /// `2025-11-11T00:17:10Z`: whole seconds, as SystemStatus has them.
  static func seconds(_ time: Timestamp) -> String {
    String(time.description.dropLast(11)) + "Z"
  }

  /// Seconds since 1970 with up to `places` decimals, as REST answers have times.
  static func unix(_ time: Timestamp, places: Int = 7) -> String {
    let step = Int64(powerOfTen(9 - places))
    return decimalText(Int128(time.nanoseconds / step), decimals: places)
  }

  /// `Tue, 11 Nov 25 00:17:04 +0000`.
  static func rfc1123(_ time: Timestamp) -> String {
    let date = HTTPDate(time)
    return "\(date.weekday), \(date.day) \(date.month) \(date.year.suffix(2)) \(date.clock) +0000"
  }

  /// Reads an RFC 3339 time in UTC.
  static func time(_ text: String) -> Timestamp? {
    guard text.utf8.count <= 40 else { return nil }
    let quoted = Array(("\"" + text + "\"").utf8)
    var reader = JSONReader(quoted.span)
    guard let time = try? reader.timestamp(), reader.offset == quoted.count else { return nil }
    return time
  }
}

/// Decimal text as steps of 10⁻⁹: seconds as nanoseconds, with further digits cut off.
func parseKrakenSeconds(_ text: String) throws(DecimalError) -> Int128 {
  let halves = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
  guard halves.count == 2 else { return try parseDecimal(text, places: 9) }
  return try parseDecimal(halves[0] + "." + halves[1].prefix(9), places: 9)
}
