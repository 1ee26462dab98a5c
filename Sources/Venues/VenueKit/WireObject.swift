public import Codecs
public import Market
public import Units

/// The plain values of one JSON object by their paths: `descr.pair`, `fees.0.asset`.
///
/// For answers and account frames, which come seldom, in any order of keys, and from several
/// places; market data is read where it lies. Numbers keep their text, `null` is as good as absent,
/// and of a name that comes twice the later value holds.
public struct WireObject: Sendable {
  /// Objects and arrays within one another that are read; what lies deeper is skipped.
  public static let maximumDepth = 6

  struct Value: Sendable {
    var text: String
    var offset: Int
  }

  private var values: [String: Value] = [:]
  /// Where the object ends in its frame.
  public private(set) var end = 0

  /// Reads the object that comes next.
  public init(_ reader: inout JSONReader) throws(WireError) {
    try members(&reader, prefix: "", depth: 0)
    end = reader.offset
  }

  private mutating func members(
    _ reader: inout JSONReader,
    prefix: String,
    depth: Int
  ) throws(WireError) {
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      let name = prefix + reader.text(reader.key)
      try value(&reader, name, depth: depth)
    }
  }

  private mutating func value(
    _ reader: inout JSONReader,
    _ name: String,
    depth: Int
  ) throws(WireError) {
    switch reader.peek() {
    case UInt8(ascii: "{") where depth < WireObject.maximumDepth:
      try members(&reader, prefix: name + ".", depth: depth + 1)
    case UInt8(ascii: "[") where depth < WireObject.maximumDepth:
      try reader.beginArray()
      var isFirst = true
      var index = 0
      while try reader.nextElement(&isFirst) {
        try value(&reader, "\(name).\(index)", depth: depth + 1)
        index += 1
      }
    case UInt8(ascii: "\""):
      let text = try reader.anyString()
      values[name] = Value(text: reader.text(text), offset: text.start)
    case UInt8(ascii: "{"), UInt8(ascii: "["): try reader.skipValue()
    default:
      let start = reader.offset
      try reader.skipValue()
      let text = reader.text(TextRange(start: start, count: reader.offset - start))
      values[name] = text == "null" ? nil : Value(text: text, offset: start)
    }
  }
}

extension WireObject {
  /// The text under a path; nil where it is absent or empty.
  public func text(_ path: String) -> String? {
    values[path].flatMap { $0.text.isEmpty ? nil : $0.text }
  }

  public func isTrue(_ path: String) -> Bool { values[path]?.text == "true" }

  /// Whether anything lies under a path, be it empty.
  public func has(_ path: String) -> Bool { values[path] != nil }

  /// The text under a path.
  ///
  /// - Throws: `.requiredField` where it is absent or empty.
  public func required(_ path: String) throws(WireError) -> String {
    guard let text = text(path) else { throw missing() }
    return text
  }

  /// The error of a member that should be there, at the object's end.
  public func missing() -> WireError {
    WireError(offset: end, expected: .requiredField, found: nil)
  }

  /// The error of a value that says something else than it should.
  public func wrong(_ path: String, _ expected: WireError.Expected) -> WireError {
    let value = values[path]
    return WireError(
      offset: value?.offset ?? end,
      expected: expected,
      found: value?.text.utf8.first
    )
  }

  /// A number, quoted or not, in steps of 10⁻ᵖˡᵃᶜᵉˢ; nil where it is absent or empty.
  ///
  /// - Throws: `.numberInRange` for what is no number, or beyond range.
  public func amount(
    _ path: String,
    places: Int,
    rounding: Rounding
  ) throws(WireError) -> Int128? {
    guard let text = text(path) else { return nil }
    let bytes = Array(text.utf8)
    var reader = JSONReader(bytes.span)
    do {
      let amount = try reader.amount(places: places, rounding: rounding)
      // White space around a number within quotes is none of a number's.
      if reader.offset == bytes.count, bytes[0] > 0x20 { return amount }
    } catch {
      throw wrong(path, .numberInRange)
    }
    throw wrong(path, .numberInRange)
  }

  /// An amount of an asset; nil where it is absent or empty.
  public func notional(
    _ path: String,
    of asset: Asset,
    rounding: Rounding
  ) throws(WireError) -> Notional? {
    try amount(path, places: asset.decimals, rounding: rounding).map { Notional(raw: $0) }
  }

  /// A quantity that is not negative; nil where it is absent or empty.
  public func quantity(
    _ path: String,
    of asset: Asset,
    rounding: Rounding
  ) throws(WireError) -> Quantity? {
    guard let value = try amount(path, places: asset.decimals, rounding: rounding) else {
      return nil
    }
    guard value >= 0, let raw = Int64(exactly: value) else { throw wrong(path, .numberInRange) }
    return Quantity(raw: raw)
  }

  /// A price above zero; nil where it is absent or empty.
  public func price(_ path: String, rounding: Rounding) throws(WireError) -> Price? {
    guard let value = try amount(path, places: Price.decimals, rounding: rounding) else {
      return nil
    }
    guard value > 0, let raw = Int64(exactly: value) else { throw wrong(path, .numberInRange) }
    return Price(raw: raw)
  }

  /// Buy or sell by the venue's two words, whatever their case; nil where absent.
  ///
  /// - Throws: `.knownSide` at any other word.
  public func side(_ path: String) throws(WireError) -> OrderSide? {
    guard let text = text(path) else { return nil }
    switch text.lowercased() {
    case "buy": return .buy
    case "sell": return .sell
    default: throw wrong(path, .knownSide)
    }
  }

  /// An RFC 3339 time in UTC; nil where it is absent or is none.
  ///
  /// Times inform here and decide nothing: Go's zero time of the year 1 drops no fill.
  public func time(_ path: String) -> Timestamp? {
    guard let text = text(path) else { return nil }
    let bytes = Array("\"\(text)\"".utf8)
    var reader = JSONReader(bytes.span)
    do { return try reader.timestamp() } catch { return nil }
  }

  /// Seconds since 1970 with a fraction, cut to nanoseconds; nil where it is absent, zero, or none.
  public func epochSeconds(_ path: String) -> Timestamp? {
    do {
      guard let value = try amount(path, places: 9, rounding: .down),
        let nanoseconds = Int64(exactly: value), nanoseconds > 0
      else { return nil }
      return Timestamp(nanoseconds: nanoseconds)
    } catch {
      return nil
    }
  }
}
