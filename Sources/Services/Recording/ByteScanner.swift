/// A place in bytes that moves forward as they are recognised.
struct ByteScanner: ~Escapable {
  let bytes: Span<UInt8>
  private(set) var position: Int

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var isAtEnd: Bool { position == bytes.count }

  /// The next byte, or nil at the end.
  var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Goes to a place that a scanner of the same bytes has reached.
  mutating func move(to place: Int) { position = place }

  mutating func skip(_ byte: UInt8) -> Bool {
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  mutating func skip(_ text: StaticString) -> Bool {
    let count = text.utf8CodeUnitCount
    guard bytes.count - position >= count else { return false }
    let isEqual = text.withUTF8Buffer { expected in
      for index in 0..<count where unsafe expected[index] != bytes[position + index] {
        return false
      }
      return true
    }
    if isEqual { position += count }
    return isEqual
  }

  /// Skips the white space of JSON that a line can hold.
  mutating func skipSpace() {
    while let next, next == 0x20 || next == 0x09 || next == 0x0D { position += 1 }
  }

  /// An unsigned decimal integer of at least one digit that fits.
  mutating func integer() -> Int? {
    let start = position
    var value = 0
    while position < bytes.count {
      let digit = Int(bytes[position]) - 0x30
      guard (0...9).contains(digit) else { break }
      let (product, overflow) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflow2) = product.addingReportingOverflow(digit)
      if overflow || overflow2 { return nil }
      value = sum
      position += 1
    }
    return position > start ? value : nil
  }

  /// Exactly `count` decimal digits.
  mutating func digits(_ count: Int) -> Int? {
    guard bytes.count - position >= count else { return nil }
    var value = 0
    for index in position..<(position + count) {
      let digit = Int(bytes[index]) - 0x30
      guard (0...9).contains(digit) else { return nil }
      value = value * 10 + digit
    }
    position += count
    return value
  }

  /// Exactly eight lower-case hexadecimal digits.
  mutating func hexadecimalWord() -> UInt32? {
    guard bytes.count - position >= 8 else { return nil }
    var value: UInt32 = 0
    for index in position..<(position + 8) {
      let byte = bytes[index]
      switch byte {
      case 0x30...0x39: value = value << 4 | UInt32(byte - 0x30)
      case 0x61...0x66: value = value << 4 | UInt32(byte - 0x61 + 10)
      default: return nil
      }
    }
    position += 8
    return value
  }

  /// The bytes up to the next space, at least one, which is taken too; at the end, the rest.
  mutating func word() -> Range<Int>? {
    let start = position
    while position < bytes.count, bytes[position] != 0x20 { position += 1 }
    guard position > start else { return nil }
    let word = start..<position
    if position < bytes.count { position += 1 }
    return word
  }

  /// What has not been read.
  var rest: Range<Int> { position..<bytes.count }
}

/// Text out of bytes; what is not UTF-8 is repaired.
func text(_ bytes: Span<UInt8>) -> String {
  unsafe bytes.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
}

/// Whether two runs of bytes are the same.
func areEqual(_ lhs: Span<UInt8>, _ rhs: Span<UInt8>) -> Bool {
  guard lhs.count == rhs.count else { return false }
  for index in 0..<lhs.count where lhs[index] != rhs[index] { return false }
  return true
}
