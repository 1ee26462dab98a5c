/// Nanoseconds since 1970-01-01T00:00:00Z, from a session's clock or a venue's message.
///
/// Range: the years 1677 to 2262. No leap seconds, as in POSIX time.
@frozen
public struct Timestamp: Hashable, Comparable, Sendable {
  public let nanoseconds: Int64

  @inlinable
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  @inlinable
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.nanoseconds < rhs.nanoseconds }

  /// How long after `earlier` this is, in nanoseconds; negative when it is before.
  ///
  /// Saturates at the ends of the range.
  @inlinable
  public func nanoseconds(since earlier: Timestamp) -> Int64 {
    let (difference, overflow) = nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
    return overflow ? (nanoseconds < 0 ? .min : .max) : difference
  }

  /// This time moved by so many nanoseconds, saturating at the ends of the range.
  @inlinable
  public func advanced(byNanoseconds delta: Int64) -> Timestamp {
    let (sum, overflow) = nanoseconds.addingReportingOverflow(delta)
    return Timestamp(nanoseconds: overflow ? (delta < 0 ? .min : .max) : sum)
  }
}

// MARK: - Calendar

extension Timestamp {
  /// A moment of the proleptic Gregorian calendar in UTC.
  ///
  /// - Returns: nil for a field out of its range, or a year outside 1678...2261. A second of 60 is
  ///   refused: no venue sends one.
  public init?(
    year: Int,
    month: Int,
    day: Int,
    hour: Int = 0,
    minute: Int = 0,
    second: Int = 0,
    nanosecond: Int = 0
  ) {
    guard (1678...2261).contains(year), (1...12).contains(month), day >= 1,
      day <= Timestamp.days(in: month, of: year), (0...23).contains(hour),
      (0...59).contains(minute), (0...59).contains(second), (0...999_999_999).contains(nanosecond)
    else { return nil }
    let days = Timestamp.daysSinceEpoch(year: year, month: month, day: day)
    let seconds = ((days * 24 + hour) * 60 + minute) * 60 + second
    self.init(nanoseconds: Int64(seconds) * 1_000_000_000 + Int64(nanosecond))
  }

  /// Days from 1970-01-01 to a civil date; negative before it.
  ///
  /// Counts from 1 March of year 0 in 400-year eras of 146 097 days, so that a leap day is the last
  /// of its year. Arguments are not checked.
  @inlinable
  public static func daysSinceEpoch(year: Int, month: Int, day: Int) -> Int {
    let shifted = month <= 2 ? year - 1 : year
    let era = (shifted >= 0 ? shifted : shifted - 399) / 400
    let yearOfEra = shifted - era * 400
    let monthFromMarch = month > 2 ? month - 3 : month + 9
    let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    return era * 146_097 + dayOfEra - 719_468
  }

  /// How many days a month of the Gregorian calendar has; months are counted from 1.
  @inlinable
  public static func days(in month: Int, of year: Int) -> Int {
    switch month {
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  /// The civil date and time in UTC.
  public var civil:
    (year: Int, month: Int, day: Int, hour: Int, minute: Int, second: Int, nanosecond: Int)
  {
    let (seconds, nanosecond) = floorDivide(Int(nanoseconds), 1_000_000_000)
    let (days, secondOfDay) = floorDivide(seconds, 86_400)
    let fromMarch = days + 719_468
    let (era, dayOfEra) = floorDivide(fromMarch, 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let monthFromMarch = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
    let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (
      year, month, day, secondOfDay / 3_600, secondOfDay / 60 % 60, secondOfDay % 60, nanosecond
    )
  }
}

private func floorDivide(_ dividend: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
  let (quotient, remainder) = dividend.quotientAndRemainder(dividingBy: divisor)
  return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC with nine fraction digits: `2026-08-09T21:05:48.505350477Z`.
  public var description: String {
    let now = civil
    return padded(now.year, 4) + "-" + padded(now.month, 2) + "-" + padded(now.day, 2) + "T"
      + padded(now.hour, 2) + ":" + padded(now.minute, 2) + ":" + padded(now.second, 2) + "."
      + padded(now.nanosecond, 9) + "Z"
  }
}

private func padded(_ value: Int, _ width: Int) -> String {
  let digits = String(value)
  return String(repeating: "0", count: max(0, width - digits.count)) + digits
}
