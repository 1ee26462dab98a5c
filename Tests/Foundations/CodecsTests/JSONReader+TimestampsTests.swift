import Reactor
import Codecs
import TestSupport
import Testing
import Units

@Suite("Reading JSON: times")
struct JSONReaderTimestampsTests {
  @Test("a time that was written is read again", arguments: 0..<4 as Range<UInt64>)
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let time = Timestamp(
        nanoseconds: Int64.random(in: 0...9_000_000_000_000_000_000, using: &random)
      )
      let read = try withReader("\"\(time)\"") { reader throws(WireError) in
        try reader.timestamp()
      }
      #expect(read == time)
    }
  }

  @Test(
    "the fraction may be short or missing",
    arguments: [
      ("1970-01-01T00:00:00Z", Int64(0)), ("1970-01-01T00:00:01.5Z", 1_500_000_000),
      ("1970-01-02T00:00:00.000000001Z", 86_400_000_000_001),
      ("2000-02-29T00:00:00Z", 951_782_400_000_000_000),
    ]
  )
  func fractions(_ text: String, _ nanoseconds: Int64) throws {
    let read = try withReader("\"\(text)\"") { reader throws(WireError) in
      try reader.timestamp()
    }
    #expect(read.nanoseconds == nanoseconds)
  }

  @Test(
    "no time",
    arguments: [
      "1970-01-01", "1970-13-01T00:00:00Z", "1970-00-01T00:00:00Z", "1970-01-00T00:00:00Z",
      "1970-01-32T00:00:00Z", "2026-02-30T00:00:00Z", "2026-02-29T00:00:00Z",
      "2026-04-31T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:60:00Z",
      "1970-01-01T00:00:60Z", "1969-12-31T23:59:59Z", "2262-01-01T00:00:00Z",
      "1970-01-01T00:00:00", "1970-01-01T00:00:00+00:00", "1970-01-01 00:00:00Z",
      "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00.1234567890Z", "197x-01-01T00:00:00Z",
    ]
  )
  func refused(_ text: String) {
    let error = refusal("\"\(text)\"") { reader throws(WireError) in try reader.timestamp() }
    #expect(error?.expected == .timestamp)
    #expect(error?.offset == 1)
  }
}
