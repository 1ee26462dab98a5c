import Sessions
import Testing

@Suite("The desk against each kind of fault, in virtual time")
struct FaultClassTests {
  @Test("without faults every book is live and right, and nothing is asked for twice")
  func calm() throws {
    let desk = try VirtualDesk(seed: 1)
    desk.start()
    let began = ContinuousClock.now
    #expect(desk.run(atMost: 20) { desk.faultsLeft().isEmpty }, "\(desk.faultsLeft())")
    desk.run(seconds: FaultPlan.minutes * 60)
    print("calm", ContinuousClock.now - began, desk.trace.records, desk.checks, desk.stories)
    print(desk.witness.pasts.map { $0.map { ($0.changes, $0.bids.count, $0.asks.count) } })
    for session in desk.desk.sessions { print(session.health) }
    #expect(desk.breaches.isEmpty, "\(desk.breaches)")
    #expect(desk.faultsLeft().isEmpty, "\(desk.faultsLeft())")
  }
}
