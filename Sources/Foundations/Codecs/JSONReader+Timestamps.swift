public import Units

extension JSONReader {
  /// Reads a quoted RFC 3339 time in UTC: `"2026-08-09T21:05:48.505350477Z"`, with up to nine
  /// fraction digits or none.
  ///
  /// - Throws: `.timestamp` at the start for any other shape or a date that does not exist.
  @inlinable @inline(__always)
  public mutating func timestamp() throws(WireError) -> Timestamp {
    try expect(UInt8(ascii: "\""), as: .string)
    let start = offset
    guard start + 20 <= count else { throw failure(.timestamp, at: start) }
    var isValid = true
    let year = fourDigits(start, &isValid)
    let month = twoDigits(start + 5, &isValid)
    let day = twoDigits(start + 8, &isValid)
    let hour = twoDigits(start + 11, &isValid)
    let minute = twoDigits(start + 14, &isValid)
    let second = twoDigits(start + 17, &isValid)
    isValid =
      isValid && known(start + 4) == 0x2D && known(start + 7) == 0x2D && known(start + 10) == 0x54
      && known(start + 13) == 0x3A && known(start + 16) == 0x3A && (1970...2261).contains(year)
      && (1...12).contains(month) && day >= 1
      && (day <= 28 || day <= Timestamp.days(in: month, of: year)) && hour <= 23 && minute <= 59
      && second <= 59
    guard isValid else { throw failure(.timestamp, at: start) }

    var index = start + 19
    var fraction: UInt64 = 0
    if known(index) == UInt8(ascii: ".") {
      index += 1
      let point = index
      while index < count {
        let digit = known(index) &- 0x30
        if digit > 9 { break }
        fraction = fraction &* 10 &+ UInt64(digit)
        index += 1
      }
      guard case let digits = index &- point, digits > 0, digits <= 9 else {
        throw failure(.timestamp, at: start)
      }
      fraction = fraction &* smallPowerOfTen(9 &- digits)
    }
    guard index + 2 <= count, known(index) == UInt8(ascii: "Z"),
      known(index + 1) == UInt8(ascii: "\"")
    else { throw failure(.timestamp, at: start) }
    offset = index + 2
    let days = Timestamp.daysSinceEpoch(year: year, month: month, day: day)
    let seconds = ((days &* 24 &+ hour) &* 60 &+ minute) &* 60 &+ second
    return Timestamp(
      nanoseconds: Int64(seconds) &* 1_000_000_000 &+ Int64(truncatingIfNeeded: fraction)
    )
  }

  @inlinable @inline(__always)
  func twoDigits(_ index: Int, _ isValid: inout Bool) -> Int {
    let tens = known(index) &- 0x30
    let ones = known(index + 1) &- 0x30
    isValid = isValid && tens <= 9 && ones <= 9
    return Int(tens) &* 10 &+ Int(ones)
  }

  @inlinable @inline(__always)
  func fourDigits(_ index: Int, _ isValid: inout Bool) -> Int {
    twoDigits(index, &isValid) &* 100 &+ twoDigits(index + 2, &isValid)
  }
}
