import Testing
import Units

@testable import Sessions

@Suite("How often something may be done")
struct RequestBudgetTests {
  private func at(_ milliseconds: Int64) -> Timestamp {
    Timestamp(nanoseconds: 1_000_000_000 + milliseconds * 1_000_000)
  }

  @Test("a full bucket may be spent at once, and then refills steadily")
  func refills() {
    var budget = RequestBudget(perSecond: 2, capacity: 3)
    for _ in 0..<3 { #expect(budget.take(at: at(0)) == nil) }
    #expect(budget.take(at: at(0)) == 500_000_001)
    #expect(budget.take(at: at(499)) != nil)
    #expect(budget.take(at: at(501)) == nil)
    #expect(budget.take(at: at(501)) != nil)
  }

  @Test("it never holds more than its capacity, nor does a clock that goes back fill it")
  func capacity() {
    var budget = RequestBudget(perSecond: 2, capacity: 2)
    #expect(budget.take(at: at(0)) == nil)
    for _ in 0..<2 { #expect(budget.take(at: at(60_000)) == nil) }
    #expect(budget.take(at: at(60_000)) != nil)
    #expect(budget.take(at: at(0)) != nil)
  }

  @Test("a refusal of the venue stops everything for as long as it says")
  func block() {
    var budget = RequestBudget(perSecond: 10)
    budget.block(for: 2_000_000_000, at: at(0))
    budget.block(for: 1_000_000_000, at: at(0))
    #expect(budget.take(at: at(500)) == 1_500_000_000)
    // Nothing was saved up before; one is there a tenth of a second after.
    #expect(budget.take(at: at(2_100)) == nil)
  }
}
