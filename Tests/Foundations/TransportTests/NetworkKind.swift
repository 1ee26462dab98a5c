import Reactor
import Units

@testable import Transport

/// The networks that are held to the same sentences.
enum NetworkKind: String, CaseIterable {
  case live, memory

  func makeNetwork() -> any RunnableNetwork {
    switch self {
    case .live: LiveNetwork()
    case .memory: MemoryNetwork(start: .start, seed: 7)
    }
  }
}

/// A network whose time a test can let pass.
protocol RunnableNetwork: Network {
  /// Runs until `condition` holds; false when it did not within `seconds`.
  func run(until condition: () -> Bool, seconds: Int64) -> Bool
}

extension RunnableNetwork {
  func run(until condition: () -> Bool) -> Bool { run(until: condition, seconds: 5) }
}

extension LiveNetwork: RunnableNetwork {
  func run(until condition: () -> Bool, seconds: Int64) -> Bool {
    let end = now.advanced(byNanoseconds: seconds * 1_000_000_000)
    run { !condition() && now < end }
    return condition()
  }
}

extension MemoryNetwork: RunnableNetwork {
  func run(until condition: () -> Bool, seconds: Int64) -> Bool {
    let end = time.advanced(byNanoseconds: seconds * 1_000_000_000)
    run { !condition() && nextDeadline.map { $0 <= end } == true }
    return condition()
  }
}

extension Timestamp {
  /// Where tests in memory begin: 2026-01-01T00:00:00Z.
  static let start = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
}
