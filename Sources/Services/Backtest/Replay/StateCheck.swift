import Codecs
import Configuration
import Engine
import Intake
import Market
import Recording
public import Units
import VenueCatalog
import VenueKit

/// What came of holding a replay to the states of the run that was recorded.
public struct StateReport: Hashable, Sendable {
  /// A moment at which the replay was in another state.
  public struct Mismatch: Hashable, Sendable {
    public let time: Timestamp
    /// The run's digest.
    public let expected: String
    /// The replay's.
    public let found: String
  }

  public internal(set) var checked = 0
  public internal(set) var matched = 0
  public internal(set) var firstMismatch: Mismatch?

  /// Whether there was something to compare, and all of it was the same.
  public var isGood: Bool { checked > 0 && matched == checked }
}

/// Lives the recorded runs again, each with the settings and fees that it had, and compares states.
///
/// It has an engine of its own: the report may rest on other fees and strategies, and goes on where
/// a run began anew.
struct StateCheck {
  private let entries: [StateLog.Entry]
  private var next = 0
  private var run: RunHeader?
  private var intake = MarketIntake(settings: EngineSettings())
  private var venues: [VenueID: Int] = [:]
  private var connections: [RecordedConnection: ConnectionID] = [:]
  private(set) var report = StateReport()

  init(_ log: StateLog) { entries = log.entries }

  /// Compares every state from before a record of this time, or every one that is left.
  mutating func advance(to time: Timestamp?) {
    while next < entries.count {
      switch entries[next] {
      case .run(let header):
        if let time, header.started > time { return }
        begin(header)
      case .state(let moment):
        if let time, moment.time >= time { return }
        compare(moment)
      }
      next += 1
    }
  }

  private mutating func begin(_ header: RunHeader) {
    run = header
    intake = MarketIntake(settings: header.settings)
    venues.removeAll()
    connections.removeAll()
  }

  private mutating func compare(_ moment: StateLog.Moment) {
    intake.take(.tick, moment.time)
    intake.removeOutput()
    let digest = StateLog.digest(intake.engine)
    report.checked += 1
    if digest == moment.digest {
      report.matched += 1
    } else if report.firstMismatch == nil {
      report.firstMismatch = .init(time: moment.time, expected: moment.digest, found: digest)
    }
  }

  // MARK: Records

  mutating func take(
    _ record: Record,
    over name: RecordedConnection,
    _ payload: Span<UInt8>,
    at address: String
  ) {
    guard let place = place(of: name.venue) else { return }
    defer { intake.removeOutput() }
    do throws(WireError) {
      switch record.kind {
      case .frame:
        try intake.take(payload, at: place, from: connection(name, place), record.time)
      case .response:
        _ = try intake.takeAnswer(payload, from: address, at: place, record.time)
      case .connected: intake.take(.connected(connection(name, place)), record.time)
      case .disconnected:
        if let known = connections[name] { intake.take(.disconnected(known), record.time) }
      case .sent: break
      }
    } catch {
      // The engine knows, and the report tells.
      return
    }
  }

  private mutating func place(of id: VenueID) -> Int? {
    if let known = venues[id] { return known }
    // Before the first run there is nothing to compare.
    guard let run, let venue = KnownVenues.venue(named: id.rawValue) else { return nil }
    let place = intake.add(venue, fees: run.fees.first { $0.venue == id.rawValue })
    venues[id] = place
    return place
  }

  private mutating func connection(_ name: RecordedConnection, _ place: Int) -> ConnectionID {
    if let known = connections[name] { return known }
    let new = intake.addConnection(at: place)
    connections[name] = new
    return new
  }
}
