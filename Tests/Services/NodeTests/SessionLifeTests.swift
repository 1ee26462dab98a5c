import Market
import Sessions
@testable import Simulator
import Testing
import Transport
import Units

@Suite("The life of sessions, in virtual time")
struct SessionLifeTests {
  private func liveDesk(
    _ venues: [String] = ["bitstamp", "coinbase", "gemini", "kraken"]
  ) throws -> VirtualDesk {
    let desk = try VirtualDesk(seed: 5, venues: venues)
    desk.start()
    #expect(desk.run(atMost: 10) { desk.faultsLeft().isEmpty }, "\(desk.faultsLeft())")
    return desk
  }

  @Test("symbols change without a reconnect, and those that stay are not touched")
  func hotChange() throws {
    let desk = try liveDesk()
    let bitcoin = try #require(Symbol("BTC/USD"))
    let ether = try #require(Symbol("ETH/USD"))
    for session in desk.desk.sessions { session.setSymbols([bitcoin]) }
    desk.run(seconds: 5)
    #expect(desk.faultsLeft().isEmpty, "\(desk.faultsLeft())")
    for session in desk.desk.sessions { session.setSymbols([bitcoin, ether]) }
    #expect(desk.run(atMost: 15) { desk.faultsLeft().isEmpty }, "\(desk.faultsLeft())")
    desk.run(seconds: 5)
    for session in desk.desk.sessions {
      #expect(session.health.reconnects == 0 && session.symbols == [bitcoin, ether])
      let stayed = try #require(desk.stories["\(session.id.rawValue) BTC/USD"])
      #expect(stayed.recoveries.count <= 1 && stayed.unusableSince == nil)
    }
    // A book that came back is made whole like any other.
    desk.setFaults { $0.dropFrame = 0.05 }
    desk.run(seconds: 15)
    desk.setFaults { $0 = .none }
    #expect(desk.run(atMost: 100) { desk.faultsLeft().isEmpty }, "\(desk.faultsLeft())")
  }

  @Test("while a socket is down, books are asked for over REST, at the pace that was set")
  func polling() throws {
    let desk = try liveDesk(["coinbase"])
    desk.run(seconds: 35)
    desk.setFaults {
      $0.disconnect = 1
      $0.refuseSocket = 1
    }
    desk.run(seconds: 30)
    let health = try #require(desk.session("coinbase")?.health)
    #expect(health.state == .polling)
    // Two books, each two seconds, for the thirty but the first three.
    #expect((20...28).contains(health.polls), "\(health.polls)")
    #expect(desk.breaches.isEmpty, "\(desk.breaches)")
    // An outage is not met with ever more attempts.
    #expect(health.reconnects < 20, "\(health.reconnects)")
  }

  @Test("sockets of many venues open one after the other")
  func spreading() throws {
    let desk = try VirtualDesk(seed: 5)
    desk.start()
    desk.run(seconds: 2)
    let opened = desk.trace.connected.sorted()
    #expect(opened.count == 4)
    for (earlier, later) in zip(opened, opened.dropFirst()) {
      #expect(later.nanoseconds(since: earlier) >= 5_000_000)
    }
  }

  @Test("pings go out in time, and silence is found in time")
  func silence() throws {
    let desk = try liveDesk(["gemini", "kraken"])
    desk.run(seconds: 20)
    #expect((3...5).contains(desk.trace.sent[#"{"id":"ping","method":"ping"}"#] ?? 0))
    desk.setCondition(.silent)
    desk.run(seconds: 4)
    #expect(desk.session("kraken")?.health.reconnects == 0)
    desk.run(seconds: 2.5)
    #expect(desk.session("kraken")?.health.reconnects == 1)
    #expect(desk.session("gemini")?.health.reconnects == 0)
    desk.run(seconds: 10)
    #expect(desk.session("gemini")?.health.reconnects ?? 0 >= 1)
  }
}
