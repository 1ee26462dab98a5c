import Reactor
import Testing

@testable import Sessions

@Suite("Waiting longer after each failure")
struct BackoffTests {
  @Test("the bound doubles up to the longest, and success starts anew")
  func bounds() {
    var backoff = Backoff(firstNanoseconds: 100, longestNanoseconds: 350)
    var random = SeededGenerator(seed: 1)
    var bounds: [Int64] = []
    for _ in 0..<5 {
      bounds.append(backoff.bound)
      let bound = backoff.bound
      let wait = backoff.next(&random)
      #expect(wait >= bound / 10 && wait <= bound)
    }
    #expect(bounds == [100, 200, 350, 350, 350])
    backoff.reset()
    #expect(backoff.bound == 100 && backoff.attempts == 0)
  }

  @Test("many that fail at one moment do not come back at one moment")
  func jitter() {
    var random = SeededGenerator(seed: 2)
    let waits = (0..<100).map { _ in
      var backoff = Backoff()
      return backoff.next(&random)
    }
    #expect(Set(waits).count == 100)
    let spread = (waits.max() ?? 0) - (waits.min() ?? 0)
    #expect(spread > 400_000_000 * 8 / 10)
  }
}
