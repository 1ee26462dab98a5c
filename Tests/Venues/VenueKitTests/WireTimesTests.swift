import Testing
import Units
import VenueKit

@Suite("Times in words")
struct WireTimesTests {
  @Test("the date of an answer is read to the second")
  func httpDate() {
    let date = Timestamp(httpDate: "Sun, 09 Aug 2026 21:05:48 GMT")
    #expect(date?.description == "2026-08-09T21:05:48.000000000Z")
  }

  @Test(
    "another form, or a date that does not exist, is none",
    arguments: [
      "", "Sun, 09 Aug 2026 21:05:48 UTC", "Sun 09 Aug 2026 21:05:48 GMT",
      "Sun, 9 Aug 2026 21:05:48 GMT", "Sun, 31 Feb 2026 21:05:48 GMT",
      "Sun, 09 Aou 2026 21:05:48 GMT", "Sun, 09 Aug 2026 24:05:48 GMT",
      "Sun, 09 Aug 2026 21:05 GMT", "Sun, 09 Aug 2026 21:05:48 GMT ",
      "Sun, 09 Aug +026 21:05:48 GMT",
    ]
  )
  func noHTTPDate(_ text: String) { #expect(Timestamp(httpDate: text) == nil) }

  @Test(
    "a calendar's time has a fraction or none",
    arguments: [
      ("2022-01-31 14:43:15", "2022-01-31T14:43:15.000000000Z"),
      ("2022-01-31 14:43:15.796000", "2022-01-31T14:43:15.796000000Z"),
      ("2022-01-31 14:43:15.000000001", "2022-01-31T14:43:15.000000001Z"),
    ]
  )
  func calendar(_ text: String, _ expected: String) {
    #expect(Timestamp(calendarText: text)?.description == expected)
  }

  @Test(
    "another form is no calendar's time",
    arguments: [
      "", "2022-01-31", "2022-01-31T14:43:15", "2022-01-31 14:43", "2022-1-31 14:43:15",
      "2022-02-30 14:43:15", "2022-01-31 14:43:15.", "2022-01-31 14:43:15.1.2",
      "2022-01-31 14:43:15.0000000001", "2022-01-31 14:43:60",
    ]
  )
  func noCalendar(_ text: String) { #expect(Timestamp(calendarText: text) == nil) }
}
