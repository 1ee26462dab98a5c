import Codecs
import Signing

/// Identifiers in Kraken's form, `OL7LNO-R4SAD-6UINEU`, that stand for counters.
///
/// A number is scrambled by steps that can be undone, so nothing has to be remembered to find the
/// order again; three check digits tell an identifier of ours from any other text.
struct KrakenNumbers: Sendable {
  enum Kind: String, Sendable {
    case order = "O"
    case trade = "T"
    case ledger = "L"
    case amend = "A"
    case transfer = "F"
    case position = "P"
  }

  private let mask: UInt64
  private let seed: UInt64
  private static let factor: UInt64 = 0x9E37_79B9_7F4A_7C15
  private static let second: UInt64 = 0xBF58_476D_1CE4_E5B9
  private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

  init(seed: UInt64) {
    self.seed = seed
    mask = KrakenNumbers.word("\(seed)/kraken/numbers")
  }

  private static func word(_ text: String) -> UInt64 {
    SHA256.digest(Array(text.utf8).span).prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The factor that undoes a multiplication by an odd one, by Newton's method.
  private static func inverse(_ odd: UInt64) -> UInt64 {
    var result = odd
    for _ in 0..<6 { result = result &* (2 &- odd &* result) }
    return result
  }

  /// The identifier of a counter's value.
  func text(_ kind: Kind, _ number: Int64) -> String {
    var mixed = UInt64(bitPattern: number) &* KrakenNumbers.factor
    mixed ^= mixed >> 32
    mixed = mixed &* KrakenNumbers.second ^ mask
    var digits = Array(kind.rawValue.utf8)
    for place in 0..<13 {
      digits.append(KrakenNumbers.alphabet[Int(mixed >> UInt64(5 * place) & 31)])
    }
    let check = KrakenNumbers.word("\(seed)/kraken/\(kind.rawValue)/\(number)")
    for place in 0..<3 {
      digits.append(KrakenNumbers.alphabet[Int(check >> UInt64(5 * place) & 31)])
    }
    digits.insert(UInt8(ascii: "-"), at: 11)
    digits.insert(UInt8(ascii: "-"), at: 6)
    return String(decoding: digits, as: UTF8.self)
  }

  /// The counter's value behind an identifier; nil for any other text.
  func number(_ kind: Kind, _ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    guard bytes.count == 19, bytes[6] == UInt8(ascii: "-"), bytes[12] == UInt8(ascii: "-") else {
      return nil
    }
    let digits = bytes.filter { $0 != UInt8(ascii: "-") }
    guard digits.count == 17 else { return nil }
    var mixed: UInt64 = 0
    for place in 0..<13 {
      guard let value = KrakenNumbers.alphabet.firstIndex(of: digits[1 + place]) else { return nil }
      mixed |= UInt64(value) << UInt64(5 * place)
    }
    mixed ^= mask
    mixed = mixed &* KrakenNumbers.inverse(KrakenNumbers.second)
    mixed ^= mixed >> 32
    mixed = mixed &* KrakenNumbers.inverse(KrakenNumbers.factor)
    let number = Int64(bitPattern: mixed)
    return number > 0 && self.text(kind, number) == text ? number : nil
  }
}

extension SHA256 {
  /// Bytes that follow from a text alone, as many as asked for.
  static func krakenBytes(_ text: String, count: Int) -> [UInt8] {
    var result: [UInt8] = []
    var block = 0
    while result.count < count {
      result += digest(Array("\(text)/\(block)".utf8).span)
      block += 1
    }
    return Array(result.prefix(count))
  }
}
