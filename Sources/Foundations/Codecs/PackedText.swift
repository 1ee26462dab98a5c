/// A short text as three machine words, to be compared and hashed without a loop.
@frozen
public struct PackedText: Hashable, Sendable {
  /// Bytes that fit.
  public static let capacity = 24

  @usableFromInline let words: (UInt64, UInt64, UInt64)

  @inlinable
  init(_ first: UInt64, _ second: UInt64, _ third: UInt64) { words = (first, second, third) }

  /// Nil for a text that is empty, is longer than ``capacity``, or holds a NUL.
  ///
  /// A NUL at the end would leave the words as they are without it.
  public init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard (1...PackedText.capacity).contains(bytes.count), !bytes.contains(0) else { return nil }
    var words: [UInt64] = [0, 0, 0]
    for (index, byte) in bytes.enumerated() {
      words[index / 8] |= UInt64(byte) << (8 * UInt64(index % 8))
    }
    self.init(words[0], words[1], words[2])
  }

  @inlinable @inline(__always)
  public static func == (lhs: PackedText, rhs: PackedText) -> Bool {
    (lhs.words.0 ^ rhs.words.0) | (lhs.words.1 ^ rhs.words.1) | (lhs.words.2 ^ rhs.words.2) == 0
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
    hasher.combine(words.1)
    hasher.combine(words.2)
  }

  /// A number that spreads short tickers well; the same on every machine and in every run.
  @inlinable @inline(__always)
  public var spread: UInt64 {
    let mixed = (words.0 ^ words.1 &* 3 ^ words.2 &* 5) &* 0x9E37_79B9_7F4A_7C15
    return mixed ^ mixed >> 29
  }
}

extension JSONReader {
  /// The bytes of `range` packed; nil when empty or too long.
  @inlinable @inline(__always)
  public func packed(_ range: TextRange) -> PackedText? {
    guard range.count > 0, range.count <= PackedText.capacity else { return nil }
    return PackedText(
      partialWord(range.start, range.count),
      range.count > 8 ? partialWord(range.start + 8, range.count - 8) : 0,
      range.count > 16 ? partialWord(range.start + 16, range.count - 16) : 0
    )
  }

  /// Up to eight bytes from `index` on, zeros above them; `size` is at least 1.
  @inlinable @inline(__always)
  func partialWord(_ index: Int, _ size: Int) -> UInt64 {
    if index + 8 <= count {
      let word = word(index)
      return size >= 8 ? word : word & (1 << (8 &* UInt64(size)) &- 1)
    }
    var word: UInt64 = 0
    for offset in 0..<min(size, 8) {
      word |= UInt64(byte(at: index + offset) ?? 0) << (8 &* UInt64(offset))
    }
    return word
  }
}
