import Codecs
import Engine
import Intake
import Market
import Recording
import Sessions
import Simulator
import Testing
import Units
import VenueCatalog

/// Everything that reached an engine, kept in order.
final class MemoryTap: MarketTap {
  struct Entry {
    var record: Record
    var venue: VenueID
    var payload: [UInt8]
    var address: String
  }

  private(set) var entries: [Entry] = []

  func record(_ record: Record, of venue: VenueID, _ payload: Span<UInt8>, address: String) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(payload.count)
    for index in payload.indices { bytes.append(payload[index]) }
    entries.append(Entry(record: record, venue: venue, payload: bytes, address: address))
  }
}

@Suite("What was recorded, lived again")
struct ReplayedLifeTests {
  @Test("leaves the engine in the same state at the same places, faults and all")
  func sameStates() throws {
    let tap = MemoryTap()
    let life = try VirtualDesk(seed: 11, tap: tap)
    life.desk.start()
    for venue in life.world.venues {
      var faults = FaultSettings.none
      faults.dropFrame = 0.01
      faults.corruptFrame = 0.005
      faults.disconnect = 0.002
      venue.faultSettings = faults
    }
    // What the state was after so many records, and when.
    var states: [(count: Int, time: Timestamp, digest: String)] = []
    for _ in 0..<8 {
      life.run(seconds: 4)
      let engine = life.desk.engine
      states.append((tap.entries.count, engine.now, StateLog.digest(engine)))
    }
    #expect(Set(states.map(\.digest)).count == states.count)
    #expect(life.desk.sessions.contains { $0.health.resyncs > 0 })
    #expect(life.desk.sessions.contains { $0.health.reconnects > 0 })

    var again = MarketIntake(settings: life.desk.engine.settings)
    var connections: [String: ConnectionID] = [:]
    var done = 0
    for state in states {
      for entry in tap.entries[done..<state.count] { try take(entry, &again, &connections) }
      done = state.count
      again.take(.tick, state.time)
      again.removeOutput()
      #expect(StateLog.digest(again.engine) == state.digest, "after \(state.count) records")
    }
  }

  private func take(
    _ entry: MemoryTap.Entry,
    _ intake: inout MarketIntake,
    _ connections: inout [String: ConnectionID]
  ) throws {
    let adapter = try #require(KnownVenues.venue(named: entry.venue.rawValue))
    let place = intake.add(adapter, fees: nil)
    let name = "\(entry.venue) \(entry.record.connection)"
    let time = entry.record.time
    switch entry.record.kind {
    case .sent: return
    case .response:
      // What cannot be read was heard of, and left out, in life as well.
      _ = try? intake.takeAnswer(entry.payload.span, from: entry.address, at: place, time)
    case .connected, .disconnected, .frame:
      let known = connections[name] ?? intake.addConnection(at: place)
      connections[name] = known
      switch entry.record.kind {
      case .connected: intake.take(.connected(known), time)
      case .disconnected: intake.take(.disconnected(known), time)
      default:
        // What cannot be read is news to the engine, too.
        try? intake.take(entry.payload.span, at: place, from: known, time)
      }
    }
    intake.removeOutput()
  }
}
