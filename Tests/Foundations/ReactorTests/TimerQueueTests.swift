import Testing
import Units

@testable import Reactor

@Suite("Timers")
struct TimerQueueTests {
  private static func at(_ nanoseconds: Int64) -> Timestamp { Timestamp(nanoseconds: nanoseconds) }

  @Test("timers come out by deadline, those of equal deadlines in the order they were set")
  func order() {
    var random = SeededGenerator(seed: 3)
    var queue = TimerQueue<Int>()
    var expected: [(Int64, Int)] = []
    for number in 0..<500 {
      let deadline = Int64.random(in: 0..<50, using: &random)
      _ = queue.set(Self.at(deadline), number)
      expected.append((deadline, number))
    }
    expected.sort { ($0.0, $0.1) < ($1.0, $1.1) }
    var found: [Int] = []
    while let next = queue.nextDeadline {
      #expect(queue.take(dueAt: Self.at(next.nanoseconds - 1)) == nil)
      if let payload = queue.take(dueAt: next) { found.append(payload) }
    }
    #expect(found == expected.map(\.1))
    #expect(queue.count == 0)
  }

  @Test("a cancelled timer does not come out, and cancelling twice or late does nothing")
  func cancelling() {
    var queue = TimerQueue<String>()
    let first = queue.set(Self.at(1), "first")
    let second = queue.set(Self.at(2), "second")
    _ = queue.set(Self.at(3), "third")
    queue.cancel(second)
    queue.cancel(second)
    #expect(queue.count == 2)
    #expect(queue.take(dueAt: Self.at(9)) == "first")
    queue.cancel(first)
    #expect(queue.take(dueAt: Self.at(9)) == "third")
    #expect(queue.take(dueAt: Self.at(9)) == nil)
    #expect(queue.nextDeadline == nil)
  }
}
