import Foundation
import Simulator
import Testing
import Transport

/// How long the tests of faults run: minutes of faults a class and seeds of the mixed runs.
enum FaultPlan {
  /// `PARALLAX_FAULT_MINUTES`, or what keeps the suite short.
  static var minutes: Double { number("PARALLAX_FAULT_MINUTES") ?? 4 }
  /// `PARALLAX_FAULT_SEEDS`, or what keeps the suite short.
  static var seeds: Int { number("PARALLAX_FAULT_SEEDS").map { Int($0) } ?? 10 }

  static let calmSeconds = 120.0

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

  /// Frames whose loss no feed shows in all cases: Bitstamp numbers nothing, and Kraken's checksum
  /// covers ten levels; there only a comparison with the book over REST helps, in time.
  var canHide: Bool {
    switch self {
    case .dropFrame, .reorderFrame, .corruptFrame: true
    default: false
    }
  }
}
