import Codecs

/// Whether a text is JSON, by RFC 8259 one byte at a time: slow, plain, and without any code of
/// ``Codecs/JSONReader``, to compare it with.
///
/// It has the reader's two departures: leading zeros are let through, and nesting has a bound.
struct JSONGrammar {
  private let bytes: [UInt8]
  private var place = 0

  init(_ text: Span<UInt8>) {
    var copy: [UInt8] = []
    copy.reserveCapacity(text.count)
    for index in text.indices { copy.append(text[index]) }
    bytes = copy
  }

  mutating func accepts() -> Bool {
    place = 0
    return value(depth: 0) && place == bytes.count
  }

  private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

  /// Takes one byte if it is one of `wanted`.
  private mutating func take(_ wanted: StaticString) -> Bool {
    guard let next, String(describing: wanted).utf8.contains(next) else { return false }
    place += 1
    return true
  }

  private mutating func takeAll(_ word: StaticString) -> Bool {
    for byte in String(describing: word).utf8 {
      guard next == byte else { return false }
      place += 1
    }
    return true
  }

  private mutating func space() { while take(" \t\n\r") {} }

  /// A value with the white space around it.
  private mutating func value(depth: Int) -> Bool {
    space()
    let isValue: Bool =
      switch next {
      case UInt8(ascii: "{"): object(depth: depth + 1)
      case UInt8(ascii: "["): array(depth: depth + 1)
      case UInt8(ascii: "\""): string()
      case UInt8(ascii: "t"): takeAll("true")
      case UInt8(ascii: "f"): takeAll("false")
      case UInt8(ascii: "n"): takeAll("null")
      default: number()
      }
    space()
    return isValue
  }

  private mutating func object(depth: Int) -> Bool {
    guard depth <= JSONReader.maximumDepth, take("{") else { return false }
    space()
    if take("}") { return true }
    repeat {
      space()
      guard string() else { return false }
      space()
      guard take(":"), value(depth: depth) else { return false }
    } while take(",")
    return take("}")
  }

  private mutating func array(depth: Int) -> Bool {
    guard depth <= JSONReader.maximumDepth, take("[") else { return false }
    space()
    if take("]") { return true }
    repeat { guard value(depth: depth) else { return false } } while take(",")
    return take("]")
  }

  private mutating func string() -> Bool {
    guard take("\"") else { return false }
    while let byte = next, byte >= 0x20 {
      if take("\"") { return true }
      place += 1
      guard byte == UInt8(ascii: "\\") else { continue }
      if take("u") {
        for _ in 0..<4 { guard take("0123456789abcdefABCDEF") else { return false } }
      } else {
        guard take("\"\\/bfnrt") else { return false }
      }
    }
    return false
  }

  private mutating func number() -> Bool {
    _ = take("-")
    guard digits() else { return false }
    if take("."), !digits() { return false }
    guard take("eE") else { return true }
    _ = take("+-")
    return digits()
  }

  private mutating func digits() -> Bool {
    let start = place
    while take("0123456789") {}
    return place > start
  }
}
