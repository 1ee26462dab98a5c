import Testing
import Units

@testable import Sessions

@Suite("How far a venue's clock is ahead")
struct ClockOffsetTests {
  private let second: Int64 = 1_000_000_000

  private func at(_ milliseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: 1_000 * second + milliseconds * 1_000_000)
  }

  @Test("clocks that agree show no offset")
  func agreement() {
    var clock = ClockOffset()
    #expect(clock.nanoseconds == nil && clock.uncertaintyNanoseconds == nil)
    clock.add(venueTime: at(10), resolutionNanoseconds: 0, sent: at(0), received: at(20))
    #expect(clock.nanoseconds == 0)
    #expect(clock.uncertaintyNanoseconds == 10_000_000)
  }

  @Test("samples narrow the interval; a venue that is ahead is seen to be")
  func ahead() {
    var clock = ClockOffset()
    clock.add(venueTime: at(2_000), resolutionNanoseconds: second, sent: at(0), received: at(100))
    #expect(clock.nanoseconds == 1_900_000_000)
    let before = clock.uncertaintyNanoseconds ?? 0
    clock.add(
      venueTime: at(2_550),
      resolutionNanoseconds: 1_000_000,
      sent: at(200),
      received: at(220)
    )
    #expect((clock.uncertaintyNanoseconds ?? .max) < before)
    #expect(abs((clock.nanoseconds ?? 0) - 2_330_000_000) < 20_000_000)
    #expect(clock.resets == 0)
  }

  @Test("an event cannot have been after it was heard of")
  func events() {
    var clock = ClockOffset()
    clock.add(eventAt: at(50), received: at(40))
    #expect(clock.nanoseconds == nil)
    clock.add(venueTime: at(10), resolutionNanoseconds: second, sent: at(0), received: at(20))
    clock.add(eventAt: at(500), received: at(440))
    #expect(clock.nanoseconds == 60_000_000)
  }

  @Test("a clock that was set contradicts what was known, and counts from then on")
  func reset() {
    var clock = ClockOffset()
    clock.add(venueTime: at(10), resolutionNanoseconds: 0, sent: at(0), received: at(20))
    clock.add(venueTime: at(6_010), resolutionNanoseconds: 0, sent: at(1_000), received: at(1_020))
    #expect(clock.resets == 1)
    #expect(clock.nanoseconds == 4_990_000_000)
  }
}
