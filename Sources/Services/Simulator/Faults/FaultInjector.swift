import Reactor
import Units

/// Stands between a gateway and its sockets, and lets things go wrong as ``FaultSettings`` say.
///
/// Deterministic: the same seed and the same calls give the same faults.
struct FaultInjector {
  /// What becomes of a request.
  enum Fate: Hashable {
    case normal
    /// Answer so, and do nothing.
    case refuse(status: Int)
    /// Do it, and answer so instead.
    case failAfter(status: Int)
    /// Do it, and say nothing.
    case lose
    case delay(nanoseconds: Int64)
  }

  /// Something to do to a socket at its time.
  struct Delayed: Hashable {
    var due: Timestamp
    var effect: GatewayEffect
  }

  var settings: FaultSettings
  /// How many faults there were, by name.
  private(set) var counts: [String: Int] = [:]
  private var random: SeededGenerator
  private var stalled: [SocketNumber: Timestamp] = [:]
  /// A frame that waits for the next one of its socket.
  private var swapped: [SocketNumber: [UInt8]] = [:]

  init(_ settings: FaultSettings, seed: UInt64) {
    self.settings = settings
    random = SeededGenerator(seed: seed)
  }

  private mutating func happens(_ probability: Double, _ name: String) -> Bool {
    guard probability > 0, Double.random(in: 0..<1, using: &random) < probability else {
      return false
    }
    counts[name, default: 0] += 1
    return true
  }

  mutating func fateOfRequest() -> Fate {
    if happens(settings.failRequest, "failRequest") { return .refuse(status: 503) }
    if happens(settings.throttleRequest, "throttleRequest") { return .refuse(status: 429) }
    if happens(settings.banRequest, "banRequest") { return .refuse(status: 418) }
    if happens(settings.loseAnswer, "loseAnswer") { return .lose }
    if happens(settings.failAfter, "failAfter") { return .failAfter(status: 502) }
    if happens(settings.delayAnswer, "delayAnswer") {
      return .delay(nanoseconds: settings.delayNanoseconds)
    }
    return .normal
  }

  mutating func refusesSocket() -> Bool { happens(settings.refuseSocket, "refuseSocket") }

  mutating func forget(_ socket: SocketNumber) {
    stalled[socket] = nil
    swapped[socket] = nil
  }

  /// What a gateway's effects become, each with its time; those of one socket keep their order
  /// unless the fault is that they do not.
  mutating func apply(_ effects: [GatewayEffect], at now: Timestamp) -> [Delayed] {
    var result: [Delayed] = []
    result.reserveCapacity(effects.count)
    for effect in effects {
      guard case .send(let socket, var frame) = effect else {
        result.append(Delayed(due: now, effect: effect))
        continue
      }
      if happens(settings.disconnect, "disconnect") {
        result.append(
          Delayed(due: now, effect: .close(socket, code: 1001, reason: "going away"))
        )
        continue
      }
      if happens(settings.dropFrame, "dropFrame") { continue }
      if happens(settings.corruptFrame, "corruptFrame"), !frame.isEmpty {
        let place = Int.random(in: 0..<frame.count, using: &random)
        frame[place] = UInt8.random(in: 0x20...0x7E, using: &random)
      }
      if happens(settings.stall, "stall") {
        stalled[socket] = now.advanced(byNanoseconds: settings.stallNanoseconds)
      }
      var due = now
      if let end = stalled[socket] {
        if end > now { due = end } else { stalled[socket] = nil }
      }
      if happens(settings.delayFrame, "delayFrame") {
        // What follows waits, too: a slow venue does not overtake itself.
        due = max(due, now.advanced(byNanoseconds: settings.delayNanoseconds))
        stalled[socket] = due
      }
      if let earlier = swapped.removeValue(forKey: socket) {
        result.append(Delayed(due: due, effect: .send(socket, frame)))
        result.append(Delayed(due: due, effect: .send(socket, earlier)))
        continue
      }
      if happens(settings.reorderFrame, "reorderFrame") {
        swapped[socket] = frame
        continue
      }
      result.append(Delayed(due: due, effect: .send(socket, frame)))
      if happens(settings.duplicateFrame, "duplicateFrame") {
        result.append(Delayed(due: due, effect: .send(socket, frame)))
      }
    }
    return result
  }
}
