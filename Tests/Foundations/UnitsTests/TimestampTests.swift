import Reactor
import Foundation
import TestSupport
import Testing

@testable import Units

@Suite("Timestamps")
struct TimestampTests {
  @Test(
    "are written as RFC 3339 with nine fraction digits",
    arguments: [
      (0, "1970-01-01T00:00:00.000000000Z"),
      (1, "1970-01-01T00:00:00.000000001Z"),
      (-1, "1969-12-31T23:59:59.999999999Z"),
      (951_782_400_000_000_000, "2000-02-29T00:00:00.000000000Z"),
      (951_868_799_999_999_999, "2000-02-29T23:59:59.999999999Z"),
      (1_786_309_548_505_350_477, "2026-08-09T21:05:48.505350477Z"),
      (.max, "2262-04-11T23:47:16.854775807Z"),
      (.min, "1677-09-21T00:12:43.145224192Z"),
    ] as [(Int64, String)]
  )
  func description(_ nanoseconds: Int64, _ text: String) {
    #expect("\(Timestamp(nanoseconds: nanoseconds))" == text)
  }

  @Test("agree with Foundation's calendar, there and back", arguments: 0..<20 as Range<UInt64>)
  func calendar(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
    let first = try #require(Timestamp(year: 1678, month: 1, day: 1)).nanoseconds
    let last = try #require(Timestamp(year: 2261, month: 12, day: 31, hour: 23)).nanoseconds
    for _ in 0..<200 {
      let time = Timestamp(nanoseconds: .random(in: first...last, using: &random))
      let civil = time.civil
      let nanosecond = ((time.nanoseconds % 1_000_000_000) + 1_000_000_000) % 1_000_000_000
      let seconds = (time.nanoseconds - nanosecond) / 1_000_000_000
      let model = calendar.dateComponents(
        [.year, .month, .day, .hour, .minute, .second],
        from: Date(timeIntervalSince1970: Double(seconds))
      )
      #expect(
        [civil.year, civil.month, civil.day, civil.hour, civil.minute, civil.second]
          == [model.year, model.month, model.day, model.hour, model.minute, model.second],
        "\(time.nanoseconds)"
      )
      #expect(civil.nanosecond == Int(nanosecond))
      let again = Timestamp(
        year: civil.year,
        month: civil.month,
        day: civil.day,
        hour: civil.hour,
        minute: civil.minute,
        second: civil.second,
        nanosecond: civil.nanosecond
      )
      #expect(again == time)
    }
  }

  @Test("every day from 1678 to 2261 follows the day before, by its month's length")
  func everyDay() throws {
    var expected = try #require(Timestamp(year: 1678, month: 1, day: 1)).nanoseconds
    for year in 1678...2261 {
      let isLeap = year.isMultiple(of: 400) || (year.isMultiple(of: 4) && !year.isMultiple(of: 100))
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      for (month, length) in zip(1..., lengths) {
        for day in 1...length {
          let time = try #require(Timestamp(year: year, month: month, day: day))
          try #require(time.nanoseconds == expected, "\(year)-\(month)-\(day)")
          try #require(time.civil.month == month && time.civil.day == day)
          expected += 86_400_000_000_000
        }
        try #require(Timestamp(year: year, month: month, day: length + 1) == nil)
      }
    }
  }

  @Test(
    "a moment that does not exist is nil",
    arguments: [
      [1677, 12, 31, 0, 0, 0, 0], [2262, 1, 1, 0, 0, 0, 0], [2026, 0, 1, 0, 0, 0, 0],
      [2026, 13, 1, 0, 0, 0, 0], [2026, 1, 0, 0, 0, 0, 0], [2026, 1, 32, 0, 0, 0, 0],
      [2026, 4, 31, 0, 0, 0, 0], [2026, 2, 29, 0, 0, 0, 0], [2024, 2, 30, 0, 0, 0, 0],
      [1900, 2, 29, 0, 0, 0, 0], [2026, 1, 1, 24, 0, 0, 0], [2026, 1, 1, -1, 0, 0, 0],
      [2026, 1, 1, 0, 60, 0, 0], [2026, 1, 1, 0, -1, 0, 0], [2026, 6, 30, 23, 59, 60, 0],
      [2026, 1, 1, 0, 0, -1, 0], [2026, 1, 1, 0, 0, 0, 1_000_000_000], [2026, 1, 1, 0, 0, 0, -1],
      [.min, 1, 1, 0, 0, 0, 0], [.max, .max, .max, .max, .max, .max, .max],
    ]
  )
  func invalid(_ fields: [Int]) {
    let time = Timestamp(
      year: fields[0],
      month: fields[1],
      day: fields[2],
      hour: fields[3],
      minute: fields[4],
      second: fields[5],
      nanosecond: fields[6]
    )
    #expect(time == nil)
  }

  @Test("a leap day exists in 1972, 2000, and 2024", arguments: [1972, 2000, 2024])
  func leapDay(_ year: Int) {
    #expect(Timestamp(year: year, month: 2, day: 29) != nil)
  }

  @Test(
    "differences stop at the ends of the range",
    arguments: [
      (5, 3, 2), (3, 5, -2), (.max, -1, .max), (.max, .min, .max), (.min, 1, .min),
      (.min, .max, .min), (0, .min, .max), (-1, .min, .max), (-2, .max, .min), (.min, .min, 0),
    ] as [(Int64, Int64, Int64)]
  )
  func differences(_ later: Int64, _ earlier: Int64, _ expected: Int64) {
    let difference = Timestamp(nanoseconds: later).nanoseconds(
      since: Timestamp(nanoseconds: earlier)
    )
    #expect(difference == expected)
  }

  @Test(
    "moving stops at the ends of the range",
    arguments: [
      (5, 3, 8), (5, -8, -3), (.max, 1, .max), (.max, .max, .max), (.min, -1, .min),
      (.min, .min, .min), (.min, .max, -1), (.max, .min, -1),
    ] as [(Int64, Int64, Int64)]
  )
  func moving(_ start: Int64, _ delta: Int64, _ expected: Int64) {
    #expect(Timestamp(nanoseconds: start).advanced(byNanoseconds: delta).nanoseconds == expected)
  }

  @Test("are ordered by time")
  func order() {
    #expect(Timestamp(nanoseconds: -1) < Timestamp(nanoseconds: 0))
    #expect(!(Timestamp(nanoseconds: 0) < Timestamp(nanoseconds: 0)))
  }
}
