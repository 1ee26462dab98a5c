import Reactor
import Units

/// How long to wait before the next attempt: longer each time, and never twice the same.
///
/// The wait is drawn evenly from nothing up to a bound that doubles ("full jitter"), so that many
/// clients that lost a venue at one moment do not come back at one moment.
struct Backoff: Sendable {
  let firstNanoseconds: Int64
  let longestNanoseconds: Int64
  private(set) var attempts = 0

  init(firstNanoseconds: Int64 = 500_000_000, longestNanoseconds: Int64 = 30_000_000_000) {
    self.firstNanoseconds = firstNanoseconds
    self.longestNanoseconds = longestNanoseconds
  }

  /// The most that the next wait can be.
  var bound: Int64 {
    var bound = firstNanoseconds
    for _ in 0..<attempts where bound < longestNanoseconds { bound *= 2 }
    return min(bound, longestNanoseconds)
  }

  mutating func next(_ random: inout SeededGenerator) -> Int64 {
    let wait = Int64.random(in: bound / 10...bound, using: &random)
    attempts += 1
    return wait
  }

  /// It worked: the next failure starts from the beginning.
  mutating func reset() { attempts = 0 }
}
