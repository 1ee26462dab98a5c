import Codecs
import Signing

/// Makes the venue's UUIDs from numbers and names, and reads the numbers back.
///
/// The last seven bytes are the number under a mask that follows from the seed, the others a digest
/// of kind and number; so nothing has to be remembered to find an order by its identifier.
struct CoinbaseIdentifiers {
  enum Kind: String { case order, trade, transfer }

  private let seed: UInt64
  private let mask: [UInt8]

  init(seed: UInt64) {
    self.seed = seed
    mask = Array(SHA256.digest(Array("\(seed)/coinbase/mask".utf8).span).prefix(7))
  }

  func text(_ kind: Kind, _ number: Int64) -> String {
    var bytes = digest("\(kind.rawValue)/\(number)")
    let value = UInt64(bitPattern: number)
    for place in 0..<7 {
      bytes[9 + place] = UInt8(truncatingIfNeeded: value >> UInt64(8 * (6 - place))) ^ mask[place]
    }
    return uuid(bytes)
  }

  /// The number behind an identifier of this kind; nil for any other text.
  func number(_ kind: Kind, _ text: String) -> Int64? {
    guard text.utf8.count == 36, let bytes = Hex.decode(String(text.filter { $0 != "-" })),
      bytes.count == 16
    else { return nil }
    var value: UInt64 = 0
    for place in 0..<7 { value = value << 8 | UInt64(bytes[9 + place] ^ mask[place]) }
    let number = Int64(bitPattern: value)
    return self.text(kind, number) == text ? number : nil
  }

  /// The identifier of something with a name.
  func named(_ name: String) -> String { uuid(Array(digest(name).prefix(16))) }

  /// 64 hexadecimal digits, as fills have them.
  func entry(_ number: Int64) -> String {
    Hex.encode(SHA256.digest(Array("\(seed)/coinbase/entry/\(number)".utf8).span))
  }

  private func digest(_ name: String) -> [UInt8] {
    Array(SHA256.digest(Array("\(seed)/coinbase/\(name)".utf8).span).prefix(16))
  }

  /// The usual spelling, marked as version 4.
  private func uuid(_ bytes: [UInt8]) -> String {
    var bytes = bytes
    bytes[6] = bytes[6] & 0x0F | 0x40
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = Hex.encode(bytes)
    var text = ""
    for (place, digit) in digits.enumerated() {
      if [8, 12, 16, 20].contains(place) { text.append("-") }
      text.append(digit)
    }
    return text
  }
}
