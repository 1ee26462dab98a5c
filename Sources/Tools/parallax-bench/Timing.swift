import AllocationCounter
import Glibc

/// The time that this program has spent on a processor: others on the machine do not count.
struct ProcessorClock {
  func measure(_ body: () throws -> Void) rethrows -> Duration {
    let start = ProcessorClock.now
    try body()
    return ProcessorClock.now - start
  }

  private static var now: Duration {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

/// The time that the calling thread has spent on a processor, and time itself, in nanoseconds.
enum ThreadClock {
  static var spent: Int64 { read(CLOCK_THREAD_CPUTIME_ID) }
  static var now: Int64 { read(CLOCK_MONOTONIC) }

  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    unsafe clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}

/// The times of one thing that was measured many times.
struct Times {
  private(set) var nanoseconds: [Double] = []

  var fastest: Double { nanoseconds.min() ?? 0 }
  var median: Double { middle(nanoseconds) }

  mutating func add(_ duration: Duration, per operations: Int) {
    let (seconds, attoseconds) = duration.components
    let total = Double(seconds) * 1e9 + Double(attoseconds) / 1e9
    nanoseconds.append(total / Double(max(1, operations)))
  }

  mutating func add(_ nanoseconds: Double) { self.nanoseconds.append(nanoseconds) }

  /// The median of the ratios to another thing that was timed right beside, pair by pair.
  func ratio(to other: Times) -> Double {
    middle(zip(nanoseconds, other.nanoseconds).map { $1 > 0 ? $0 / $1 : 0 })
  }
}

func middle(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return 0 }
  let half = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/// How many times the heap was asked for memory while `body` ran.
func allocations(in body: () -> Void) -> Int {
  let before = plx_allocation_count()
  body()
  return Int(plx_allocation_count() - before)
}
