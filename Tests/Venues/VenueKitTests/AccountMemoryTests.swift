import Market
import Testing
import Units
import VenueKit

@Suite("Completing reports from earlier frames")
struct AccountMemoryTests {
  private func report(_ status: OrderStatus, _ id: String = "1") -> OrderReport {
    var report = OrderReport(status: status)
    report.venueOrderID = id
    return report
  }

  @Test("what a report leaves out is what was known, what it says holds")
  func complete() {
    var memory = AccountMemory()
    var first = report(.pending)
    first.clientOrderID = "mine"
    first.side = .sell
    first.quantity = Quantity(raw: 5)
    first.filled = .zero
    memory.complete(&first, of: nil)
    var second = report(.open)
    second.filled = Quantity(raw: 2)
    memory.complete(&second, of: nil)
    #expect(second.clientOrderID == "mine")
    #expect(second.side == .sell)
    #expect(second.quantity == Quantity(raw: 5))
    #expect(second.filled == Quantity(raw: 2))
    #expect(memory["1"]?.report == second)
  }

  @Test("a final report is forgotten")
  func final() {
    var memory = AccountMemory()
    for status in OrderStatus.allCases where status.isFinal {
      var open = report(.open)
      memory.complete(&open, of: nil)
      var end = report(status)
      memory.complete(&end, of: nil)
      #expect(memory.count == 0)
    }
  }

  @Test("memory is bounded, and goes on with what it holds")
  func bounded() {
    var memory = AccountMemory()
    for number in 0...AccountMemory.capacity {
      var open = report(.open, String(number))
      memory.complete(&open, of: nil)
    }
    #expect(memory.count == AccountMemory.capacity)
    #expect(memory[String(AccountMemory.capacity)] == nil)
    var known = report(.open, "0")
    known.side = .buy
    memory.complete(&known, of: nil)
    #expect(memory["0"]?.report.side == .buy)
  }

  @Test("clearing the events keeps the memory")
  func clearing() {
    var events = AccountEvents()
    var open = report(.open)
    events.memory.complete(&open, of: nil)
    events.events = [.heartbeat]
    events.sequence = 1
    events.removeAll()
    #expect(events.events.isEmpty)
    #expect(events.sequence == nil)
    #expect(events.memory.count == 1)
  }
}
