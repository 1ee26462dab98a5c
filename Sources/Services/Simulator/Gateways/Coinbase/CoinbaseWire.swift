import Codecs
import Market
import Units

/// How Coinbase writes times.
enum CoinbaseTime {
  /// As frames have it: RFC 3339 with up to nine fraction digits, trailing zeros cut
  /// (`2026-08-09T21:05:48.27841Z`; recorded frames of 2026-08-09).
  static func frame(_ time: Timestamp) -> String {
    var text = Substring(time.description.dropLast())
    while text.hasSuffix("0") { text = text.dropLast() }
    if text.hasSuffix(".") { text = text.dropLast() }
    return text + "Z"
  }

  /// As answers of REST have it: none, three, or six fraction digits
  /// (`2023-11-26T10:19:47.504Z`, `...47.423220Z`; bodies recorded by ccxt).
  static func answer(_ time: Timestamp) -> String {
    let text = time.description
    let seconds = text.prefix(19)
    let fraction = text.dropFirst(20).prefix(6)
    if fraction == "000000" { return seconds + "Z" }
    return seconds + "." + (fraction.hasSuffix("000") ? fraction.prefix(3) : fraction) + "Z"
  }

  /// With whole seconds, as `/v2` has it.
  static func seconds(_ time: Timestamp) -> String { time.description.prefix(19) + "Z" }

  /// As Go prints a time, in heartbeats: `2026-08-09 21:05:48.854840045 +0000 UTC m=+41691.26`.
  static func printed(_ time: Timestamp, running nanoseconds: Int64) -> String {
    let running = paddedDecimal(Int128(nanoseconds), decimals: 9, places: 9)
    let text = time.description
    return text.prefix(10) + " " + text.dropFirst(11).dropLast() + " +0000 UTC m=+" + running
  }

  /// Reads RFC 3339 in UTC; nil for anything else.
  static func read(_ text: String) -> Timestamp? {
    guard text.utf8.count <= 40 else { return nil }
    let bytes = Array("\"\(text)\"".utf8)
    var reader = JSONReader(bytes.span)
    return try? reader.timestamp()
  }
}

extension SimulatedInstrument {
  /// `BTC-USD`.
  var coinbaseID: String { symbol.base + "-" + symbol.quote }
}

extension JSONWriter {
  /// Writes a value that came in a request back as it was; a number becomes a string.
  mutating func value(_ value: JSONValue) {
    switch value {
    case .null: null()
    case .boolean(let flag): boolean(flag)
    case .number(let text), .string(let text): string(text)
    case .array(let elements): array { writer in elements.forEach { writer.value($0) } }
    case .object(let members):
      object { writer in
        for member in members {
          writer.key(member.name)
          writer.value(member.value)
        }
      }
    }
  }

  /// Writes `{"<name>":"…","currency":"…"}`.
  mutating func coinbaseMoney(
    _ key: String,
    _ amount: Notional,
    of asset: Asset,
    named name: String
  ) {
    object(key) { writer in
      writer.field(name, amount.text(decimals: asset.decimals))
      writer.field("currency", asset.symbol)
    }
  }
}

/// The fields of a query, where a name may occur more than once.
struct CoinbaseQuery {
  private let fields: [(name: String, value: String)]

  /// nil where an escape is broken.
  init?(_ text: String) {
    guard let fields = PercentEncoding.fields(of: text) else { return nil }
    self.fields = fields
  }

  func first(_ name: String) -> String? {
    fields.first { $0.name == name && !$0.value.isEmpty }?.value
  }

  /// Every value of a name, also where a client writes it in the plural or with commas.
  func all(_ name: String) -> [String] {
    fields.filter { $0.name == name || $0.name == name + "s" || $0.name == name + "s[]" }
      .flatMap { $0.value.split(separator: ",").map(String.init) }
  }

  /// A whole number in `range`: the usual one where it is absent, nil where it is wrong.
  func count(_ name: String, usually usual: Int, in range: ClosedRange<Int>) -> Int? {
    guard let text = first(name) else { return usual }
    guard let value = Int(text), value >= 0 else { return nil }
    return value == 0 ? usual : min(max(value, range.lowerBound), range.upperBound)
  }
}
