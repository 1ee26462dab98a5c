public import Units

extension Timestamp {
  /// Reads the `Date` header of an answer, `Sun, 09 Aug 2026 21:05:48 GMT` (RFC 9110, section
  /// 5.6.7): the clock of a venue that has no request for it, to the second.
  ///
  /// - Returns: nil for any other form, or a date that does not exist.
  public init?(httpDate text: String) {
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let parts = text.split(separator: " ", omittingEmptySubsequences: false)
    guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
      let month = months.firstIndex(of: String(parts[2]))
    else { return nil }
    let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let day = number(parts[1], digits: 2),
      let year = number(parts[3], digits: 4), let hour = number(clock[0], digits: 2),
      let minute = number(clock[1], digits: 2), let second = number(clock[2], digits: 2)
    else { return nil }
    self.init(
      year: year,
      month: month + 1,
      day: day,
      hour: hour,
      minute: minute,
      second: second
    )
  }

  /// Reads `2022-01-31 14:43:15` in UTC, with up to nine digits of a fraction behind a point.
  ///
  /// - Returns: nil for any other form, or a date that does not exist.
  public init?(calendarText text: String) {
    let halves = text.split(separator: " ", omittingEmptySubsequences: false)
    guard halves.count == 2 else { return nil }
    let date = halves[0].split(separator: "-", omittingEmptySubsequences: false)
    let instant = halves[1].split(separator: ".", omittingEmptySubsequences: false)
    let clock = instant[0].split(separator: ":", omittingEmptySubsequences: false)
    guard date.count == 3, clock.count == 3, instant.count <= 2,
      let year = number(date[0], digits: 4), let month = number(date[1], digits: 2),
      let day = number(date[2], digits: 2), let hour = number(clock[0], digits: 2),
      let minute = number(clock[1], digits: 2), let second = number(clock[2], digits: 2)
    else { return nil }
    var nanosecond = 0
    if instant.count == 2 {
      let count = instant[1].utf8.count
      guard (1...9).contains(count), let fraction = number(instant[1], digits: count) else {
        return nil
      }
      nanosecond = (count..<9).reduce(fraction) { value, _ in value * 10 }
    }
    self.init(
      year: year,
      month: month,
      day: day,
      hour: hour,
      minute: minute,
      second: second,
      nanosecond: nanosecond
    )
  }
}

/// Exactly so many digits as a number.
private func number(_ text: Substring, digits: Int) -> Int? {
  guard text.utf8.count == digits,
    text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
  else { return nil }
  return Int(text)
}
