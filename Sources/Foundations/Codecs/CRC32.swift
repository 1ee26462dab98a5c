public import Market

/// CRC-32 as zlib and Ethernet have it.
///
/// Reflected polynomial 0xEDB88320, initial value and final exclusive-or 0xFFFFFFFF. The check
/// value of `123456789` is 0xCBF43926.
public struct CRC32: Sendable {
  /// The tables are built once and shared.
  public static let shared = CRC32()

  /// The remainder of each byte value.
  private let bytes: [UInt32]
  /// What each byte of a CRC becomes when zero bytes follow.
  ///
  /// Four tables of 256 for each count of zero bytes in 0...``longestShift``.
  private let shifts: [UInt32]

  static let longestShift = 63

  private init() {
    bytes = (0..<256).map { value in
      (0..<8).reduce(UInt32(value)) { crc, _ in crc & 1 == 1 ? crc >> 1 ^ 0xEDB8_8320 : crc >> 1 }
    }
    var shifts: [UInt32] = []
    shifts.reserveCapacity((CRC32.longestShift + 1) * 1024)
    for position in 0..<4 { shifts += (0..<256).map { UInt32($0) << (8 * UInt32(position)) } }
    for _ in 0..<CRC32.longestShift {
      for value in shifts.suffix(1024) { shifts.append(bytes[Int(value & 0xFF)] ^ value >> 8) }
    }
    self.shifts = shifts
  }

  /// The CRC of `text`, from the CRC of what came before it.
  public func checksum(_ text: Span<UInt8>, after crc: UInt32 = 0) -> UInt32 {
    var state = ~crc
    for index in text.indices { state = step(state, text[index]) }
    return ~state
  }

  /// The CRC after one more byte, in the inverted form that a caller keeps between bytes.
  @inline(__always)
  func step(_ state: UInt32, _ byte: UInt8) -> UInt32 {
    bytes[Int((state ^ UInt32(byte)) & 0xFF)] ^ state >> 8
  }

  /// The CRC of some text followed by `digits`, from the text's CRC.
  ///
  /// CRC-32 is linear over GF(2), so appending costs four table look-ups whatever the length.
  /// - Precondition: `digits.count ≤ 63`.
  @inline(__always)
  public func appending(_ digits: LevelDigits, to crc: UInt32) -> UInt32 {
    let table = Int(digits.count & 63) << 10
    return shifts[table + Int(crc & 0xFF)]
      ^ shifts[table + 256 + Int(crc >> 8 & 0xFF)]
      ^ shifts[table + 512 + Int(crc >> 16 & 0xFF)]
      ^ shifts[table + 768 + Int(crc >> 24)]
      ^ digits.crc
  }
}

extension JSONReader {
  /// The CRC-32 and count of the digits of two numbers as sent, one after the other: points and
  /// leading zeros left out, trailing zeros kept.
  ///
  /// - Returns: nil when there are more than 63 digits.
  /// - Source: Kraken WebSocket v2, book checksum.
  @inline(__always)
  public func digits(
    of first: TextRange,
    and second: TextRange,
    using crc32: borrowing CRC32
  ) -> LevelDigits? {
    var state: UInt32 = 0xFFFF_FFFF
    var total: UInt32 = 0
    addDigits(of: first, &state, &total, crc32)
    addDigits(of: second, &state, &total, crc32)
    return total <= 63 ? LevelDigits(crc: ~state, count: total) : nil
  }

  @inline(__always)
  private func addDigits(
    of number: TextRange,
    _ state: inout UInt32,
    _ total: inout UInt32,
    _ crc32: borrowing CRC32
  ) {
    var index = number.start
    let end = min(number.end, count)
    while index < end, case let byte = known(index), byte == 0x30 || byte == 0x2E { index += 1 }
    while index < end {
      let byte = known(index)
      if byte != 0x2E {
        state = crc32.step(state, byte)
        total &+= 1
      }
      index += 1
    }
  }
}
