import Foundation
import Market
import Simulator
import Testing
import Transport

/// How long the tests of faults run: minutes of faults a class and seeds of the mixed runs.
enum FaultPlan {
  /// `PARALLAX_FAULT_MINUTES`, or what keeps the suite short.
  static var minutes: Double { number("PARALLAX_FAULT_MINUTES") ?? 0.5 }
  /// `PARALLAX_FAULT_SEEDS`, or what keeps the suite short.
  static var seeds: Int { number("PARALLAX_FAULT_SEEDS").map { Int($0) } ?? 10 }

  static let calmSeconds = 120.0

  /// Whether each run says what it measured, with `PARALLAX_FAULT_REPORT=1`.
  static var reports: Bool { number("PARALLAX_FAULT_REPORT") != nil }

  private static func number(_ name: String) -> Double? {
    ProcessInfo.processInfo.environment[name].flatMap(Double.init)
  }
}

/// One thing that goes wrong, at a rate that is clearly noticeable.
enum FaultClass: String, CaseIterable, Sendable, CustomTestStringConvertible {
  case dropFrame, duplicateFrame, reorderFrame, corruptFrame, delayFrame, stall, disconnect
  case refuseSocket, failRequest, throttleRequest, loseAnswer, delayAnswer, clockOffset
  case maintenance, silent, refusing, resetting

  var testDescription: String { rawValue }
}

extension FaultPlan {
  /// Lets one thing go wrong for ``minutes``, and then nothing any more.
  static func suffer(_ kind: FaultClass, _ desk: VirtualDesk) {
    let seconds = minutes * 60
    switch kind {
    case .maintenance, .silent, .refusing, .resetting:
      // Spells of twenty seconds, with as much peace between them.
      var left = seconds
      while left > 0 {
        begin(kind, desk)
        desk.run(seconds: 20)
        end(kind, desk)
        desk.run(seconds: 20)
        left -= 40
      }
    default:
      desk.setFaults { set(kind, &$0) }
      // These show only where something is asked for.
      if kind == .refuseSocket || kind.isOfRequests { desk.setFaults { $0.disconnect = 0.01 } }
      desk.run(seconds: seconds)
      desk.setFaults { $0 = .none }
    }
  }

  static func set(_ kind: FaultClass, _ faults: inout FaultSettings) {
    switch kind {
    case .dropFrame: faults.dropFrame = 0.03
    case .duplicateFrame: faults.duplicateFrame = 0.05
    case .reorderFrame: faults.reorderFrame = 0.03
    case .corruptFrame: faults.corruptFrame = 0.03
    case .delayFrame: faults.delayFrame = 0.05
    case .stall: faults.stall = 0.004
    case .disconnect: faults.disconnect = 0.01
    case .refuseSocket: faults.refuseSocket = 0.5
    case .failRequest: faults.failRequest = 0.4
    case .throttleRequest: faults.throttleRequest = 0.4
    case .loseAnswer: faults.loseAnswer = 0.4
    case .delayAnswer: faults.delayAnswer = 0.5
    case .clockOffset: faults.clockOffsetNanoseconds = 2_500_000_000
    case .maintenance, .silent, .refusing, .resetting: break
    }
  }

  private static func begin(_ kind: FaultClass, _ desk: VirtualDesk) {
    switch kind {
    case .maintenance: for venue in desk.world.venues { venue.exchange.setStatus(.closed) }
    case .silent: desk.setCondition(.silent)
    case .refusing:
      desk.setCondition(.refusing)
      desk.setFaults { $0.disconnect = 0.02 }
    case .resetting: desk.setCondition(.resetting)
    default: break
    }
  }

  private static func end(_ kind: FaultClass, _ desk: VirtualDesk) {
    switch kind {
    case .maintenance: for venue in desk.world.venues { venue.exchange.setStatus(.open) }
    case .silent, .refusing, .resetting: desk.setCondition(.normal)
    default: break
    }
    desk.setFaults { $0 = .none }
  }
}

extension FaultClass {
  var isOfRequests: Bool {
    switch self {
    case .failRequest, .throttleRequest, .loseAnswer, .delayAnswer: true
    default: false
    }
  }
}
