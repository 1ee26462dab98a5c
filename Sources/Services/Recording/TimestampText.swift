import Units

extension ByteScanner {
  /// `2019-09-01T00:00:01.1234567Z`: RFC 3339 in UTC with any number of fraction digits, or none.
  ///
  /// Digits after the ninth are dropped. Nil for another offset, a leap second, or a year outside
  /// 1678...2261.
  mutating func internetTime() -> Timestamp? {
    guard let year = digits(4), skip(UInt8(ascii: "-")), let month = digits(2),
      skip(UInt8(ascii: "-")), let day = digits(2), skip(UInt8(ascii: "T")), let hour = digits(2),
      skip(UInt8(ascii: ":")), let minute = digits(2), skip(UInt8(ascii: ":")),
      let second = digits(2)
    else { return nil }
    guard let nanosecond = fraction(), skip(UInt8(ascii: "Z")) else { return nil }
    return Timestamp(
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      nanosecond: nanosecond
    )
  }

  /// `1786313185.1962838`: seconds since 1970 as decimal text, exactly.
  ///
  /// Digits after the ninth are dropped. Nil for a sign, an exponent, or a year after 2261.
  mutating func epochSeconds() -> Timestamp? {
    guard let seconds = integer(), seconds < 9_200_000_000, let nanosecond = fraction() else {
      return nil
    }
    if let next, next == UInt8(ascii: "e") || next == UInt8(ascii: "E") { return nil }
    return Timestamp(nanoseconds: Int64(seconds) * 1_000_000_000 + Int64(nanosecond))
  }

  /// A point and at least one digit, as nanoseconds; 0 where there is no point.
  mutating func fraction() -> Int? {
    guard skip(UInt8(ascii: ".")) else { return 0 }
    var value = 0
    var count = 0
    while let byte = next, (0x30...0x39).contains(byte), skip(byte) {
      if count < 9 { value = value * 10 + Int(byte) - 0x30 }
      count += 1
    }
    guard count > 0 else { return nil }
    while count < 9 {
      value *= 10
      count += 1
    }
    return value
  }
}

/// Reads RFC 3339 times one after the other, remembering the second it read last.
struct TimestampReader {
  private static let length = 19
  /// The date and time of day of the last time, to the second, as text and in nanoseconds.
  private var text = InlineArray<19, UInt8>(repeating: 0)
  private var second: Int64 = 0
  private var isSet = false

  /// As ``ByteScanner/internetTime()``.
  mutating func internetTime(_ scanner: inout ByteScanner) -> Timestamp? {
    let start = scanner.position
    if isSame(scanner.bytes, from: start) {
      var rest = ByteScanner(scanner.bytes, at: start + TimestampReader.length)
      guard let nanosecond = rest.fraction(), rest.skip(UInt8(ascii: "Z")) else { return nil }
      scanner.move(to: rest.position)
      return Timestamp(nanoseconds: second + Int64(nanosecond))
    }
    guard let time = scanner.internetTime() else { return nil }
    let (quotient, nanosecond) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    guard nanosecond >= 0 else { return time }
    for index in text.indices { text[index] = scanner.bytes[start + index] }
    second = quotient * 1_000_000_000
    isSet = true
    return time
  }

  private func isSame(_ bytes: Span<UInt8>, from start: Int) -> Bool {
    guard isSet, bytes.count - start > TimestampReader.length else { return false }
    var difference: UInt8 = 0
    for index in text.indices { difference |= text[index] ^ bytes[start + index] }
    return difference == 0
  }
}

/// Writes times as `2026-08-09T21:05:48.505350477Z`, remembering the second it wrote last.
struct TimestampWriter {
  static let length = 30
  private var second = Int64.min
  private var text: [UInt8] = []

  /// Writes the 30 bytes of `time` at `index`.
  mutating func write(_ time: Timestamp, into buffer: inout ByteBuffer, at index: Int) {
    let second = time.nanoseconds / 1_000_000_000
    var nanosecond = time.nanoseconds % 1_000_000_000
    if second != self.second || nanosecond < 0 {
      text = Array(time.description.utf8)
      self.second = nanosecond < 0 ? .min : second
    } else {
      for index in stride(from: 28, through: 20, by: -1) {
        text[index] = UInt8(0x30 + nanosecond % 10)
        nanosecond /= 10
      }
    }
    buffer.write(text.span, at: index)
  }
}
