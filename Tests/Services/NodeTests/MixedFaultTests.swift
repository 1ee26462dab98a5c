import Reactor
import Simulator
import Testing
import Transport

@Suite("The desk against many faults at once, in virtual time")
struct MixedFaultTests {
  /// A day that nobody wants, each fault as often as the seed says.
  private func faults(_ random: inout SeededGenerator) -> FaultSettings {
    var faults = FaultSettings()
    let frames: [WritableKeyPath<FaultSettings, Double>] = [
      \.duplicateFrame, \.reorderFrame, \.delayFrame, \.dropFrame,
    ]
    for path in frames { faults[keyPath: path] = rate(&random, upTo: 0.03) }
    faults.stall = rate(&random, upTo: 0.002)
    faults.disconnect = rate(&random, upTo: 0.01)
    for path: WritableKeyPath<FaultSettings, Double> in [
      \.refuseSocket, \.failRequest, \.throttleRequest, \.loseAnswer, \.failAfter, \.delayAnswer,
    ] {
      faults[keyPath: path] = rate(&random, upTo: 0.3)
    }
    faults.clockOffsetNanoseconds = Int64.random(in: 0...3_000_000_000, using: &random)
    return faults
  }

  /// Every other fault does not happen at all.
  private func rate(_ random: inout SeededGenerator, upTo most: Double) -> Double {
    Bool.random(using: &random) ? Double.random(in: 0...most, using: &random) : 0
  }

  @Test("after any mixture of faults all books come back", arguments: 1...FaultPlan.seeds)
  func mixture(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    let desk = try VirtualDesk(seed: random.next())
    let conditions = LinkCondition.allCases
    desk.start()
    var left = FaultPlan.minutes * 60
    while left > 0 {
      for venue in desk.world.venues { venue.faultSettings = faults(&random) }
      let isBroken = Int.random(in: 0..<4, using: &random) == 0
      let condition = isBroken ? conditions[Int.random(in: 0..<4, using: &random)] : .normal
      desk.setCondition(condition)
      desk.run(seconds: 15)
      left -= 15
    }
    desk.setCondition(.normal)
    desk.setFaults { $0 = .none }
    let isWell = desk.run(atMost: FaultPlan.calmSeconds) { desk.faultsLeft().isEmpty }
    #expect(isWell, "seed \(seed): \(desk.faultsLeft())")
    desk.run(seconds: 5)
    #expect(desk.faultsLeft().isEmpty, "seed \(seed): \(desk.faultsLeft())")
    for (name, story) in desk.stories where story.longestWrong > 0 {
      #expect(name.hasPrefix("bitstamp"), "seed \(seed), \(name): \(desk.breaches)")
    }
    if FaultPlan.reports { print("seed \(seed): \(desk.summary)") }
    desk.stop()
    #expect(desk.isQuiet, "seed \(seed)")
  }

  @Test("the same seed gives the same bytes at the same times")
  func sameSeed() throws {
    func run(_ seed: UInt64) throws -> (UInt64, Int) {
      let desk = try VirtualDesk(seed: seed)
      desk.setFaults { $0 = .harsh }
      desk.start()
      desk.run(seconds: 30)
      return (desk.trace.digest, desk.trace.records)
    }
    let (first, second, other) = (try run(3), try run(3), try run(4))
    #expect(first == second)
    #expect(first.1 > 500)
    #expect(first.0 != other.0)
  }
}
