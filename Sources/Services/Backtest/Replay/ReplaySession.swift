import Codecs
import Configuration
import Engine
import Intake
import Market
import Recording
import Strategies
import Units
import VenueCatalog
import VenueKit

/// The state of a replay between two records.
struct ReplaySession {
  private let options: ReplayOptions
  private var intake: MarketIntake
  var files: [FileTally]
  /// By file: which venue of the intake it comes from.
  private(set) var venueOf: [Int?]
  /// By the recorder's own name of a connection.
  private var connections: [RecordedConnection: ConnectionID] = [:]
  private var windows = WindowLog()
  private var resyncs = ResyncLog()
  private var series: MarketSeries?
  private var stateCheck: StateCheck?
  private var isCounting: Bool
  private(set) var records = 0

  var engine: TradingEngine { intake.engine }

  init(_ options: ReplayOptions) {
    self.options = options
    var settings = EngineSettings()
    if !options.strategies.contains(.crossVenue) { settings.crossVenue = nil }
    if !options.strategies.contains(.triangular) { settings.triangular = nil }
    intake = MarketIntake(settings: settings)
    files = options.files.map { FileTally($0, findings: Findings()) }
    venueOf = Array(repeating: nil, count: files.count)
    series = options.keepsSeries ? MarketSeries() : nil
    isCounting = options.from == nil
    stateCheck = options.states.map { StateCheck($0) }
  }

  /// What came before the first record at ``ReplayOptions/from`` was a warm-up.
  mutating func begin(_ record: Record) {
    records += 1
    stateCheck?.advance(to: record.time)
    if !isCounting, let from = options.from, record.time >= from { startCounting() }
  }

  private mutating func startCounting() {
    isCounting = true
    intake.startCounting()
    for index in files.indices { files[index].startCounting() }
    resyncs = ResyncLog()
  }

  mutating func finish(isInterrupted: Bool) {
    if !isInterrupted { stateCheck?.advance(to: nil) }
    if !isCounting { startCounting() }
    intake.take(.endOfData, engine.now)
    drain()
  }

  // MARK: Records

  /// Takes a record of a file whose venue is known, other than an answer.
  mutating func take(_ record: Record, of source: Int, _ payload: Span<UInt8>) {
    files[source].note(record, bytes: payload.count)
    guard let venue = venueOf[source] else { return }
    let name = name(of: record, source, at: venue)
    stateCheck?.take(record, over: name, payload, at: "")
    switch record.kind {
    case .frame:
      let connection = connection(name, at: venue)
      do throws(WireError) {
        try intake.take(payload, at: venue, from: connection, record.time)
        count(payload, source)
      } catch {
        noteUnreadable(error, record, source, venue)
      }
    case .connected:
      intake.take(.connected(connection(name, at: venue)), record.time)
    case .disconnected:
      guard let known = connections[name] else { return }
      intake.take(.disconnected(known), record.time)
    case .sent, .response: return
    }
    if !intake.output.isEmpty { drain() }
  }

  /// Takes a REST answer of a file whose venue is known.
  mutating func takeAnswer(
    _ record: Record,
    of source: Int,
    _ payload: Span<UInt8>,
    at address: String
  ) {
    files[source].note(record, bytes: payload.count)
    guard let venue = venueOf[source] else { return }
    let name = name(of: record, source, at: venue)
    stateCheck?.take(record, over: name, payload, at: address)
    defer { if !intake.output.isEmpty { drain() } }
    do throws(WireError) {
      if try intake.takeAnswer(payload, from: address, at: venue, record.time) {
        count(payload, source)
      }
    } catch {
      noteUnreadable(error, record, source, venue)
    }
  }

  /// Counts what a frame or an answer said.
  private mutating func count(_ payload: Span<UInt8>, _ source: Int) {
    files[source].events += intake.events.events.count
    for index in intake.events.events.indices {
      switch intake.events.events[index] {
      case .update, .snapshot, .trades, .heartbeat: break
      case .ignored(let channel): files[source].ignored[channel, default: 0] += 1
      case .refused(let first, let end):
        files[source].noteRefusal(String(copying: payload.extracting(Int(first)..<Int(end))))
      case .unknownSymbol(let first, let end):
        files[source].noteUnknown(String(copying: payload.extracting(Int(first)..<Int(end))))
      default: break
      }
    }
    if series != nil, isCounting { series?.observe(intake.events, intake.engine) }
  }

  private mutating func noteUnreadable(
    _ error: WireError,
    _ record: Record,
    _ source: Int,
    _ venue: Int
  ) {
    files[source].unreadable.add(
      UnreadableFrames.Frame(
        number: record.kind == .response ? files[source].responses : files[source].frames,
        time: record.time,
        venue: intake.venues[venue].id,
        channel: intake.events.channel,
        error: error
      )
    )
  }

  private mutating func drain() {
    for command in intake.output.commands {
      if case .resync(let instrument, let reason) = command {
        resyncs.add(instrument, reason, at: engine.now)
      }
    }
    if isCounting { windows.take(intake.output.strategies) }
    intake.removeOutput()
  }

  // MARK: Who sent it

  /// Settles which venue sent a file; `hint` is what the file says.
  mutating func findVenue(of source: Int, hint: String?) throws(ReplayError) {
    let file = options.files[source]
    let found =
      file.venue.flatMap { KnownVenues.venue(named: $0.rawValue) }
      ?? hint.flatMap { KnownVenues.venue(hint: $0) }
      ?? options.venue.flatMap { KnownVenues.venue(named: $0.rawValue) }
    guard let found else { throw .unknownVenue(path: file.path, hint: hint) }
    let index = intake.add(found, fees: options.fees[found.id.rawValue])
    venueOf[source] = index
    files[source].venue = found.id
  }

  private func name(of record: Record, _ source: Int, at venue: Int) -> RecordedConnection {
    let path = options.files[source].path
    return RecordedConnection(record, of: intake.venues[venue].id, in: path, files[source].format)
  }

  private mutating func connection(
    _ name: RecordedConnection,
    at venue: Int
  ) -> ConnectionID {
    if let known = connections[name] { return known }
    let new = intake.addConnection(at: venue)
    connections[name] = new
    return new
  }

  // MARK: The end

  func report(elapsed: Duration, isInterrupted: Bool) -> ReplayReport {
    ReplayReport(
      files: files,
      instruments: engine.registry.instruments.map { instrument in
        InstrumentReport(
          instrument,
          engine,
          resyncs: resyncs.first[instrument.id] ?? [],
          isTimeShifted: isShifted(instrument.venue)
        )
      },
      strategies: StrategyKind.allCases.filter { options.strategies.contains($0) }.map {
        StrategyReport($0, engine, windows)
      },
      ruleProblems: intake.ruleProblems,
      fees: intake.venues.compactMap { options.fees[$0.id.rawValue] },
      series: series,
      states: stateCheck?.report,
      from: options.from,
      to: options.to,
      records: records,
      elapsed: elapsed,
      isInterrupted: isInterrupted
    )
  }

  /// Whether any file of this venue was moved in time.
  private func isShifted(_ venue: VenueID) -> Bool {
    files.contains { $0.venue == venue && $0.shiftNanoseconds != 0 }
  }
}
