import Codecs
import Configuration
import Engine
import Market
import Recording
import Strategies
import Units
import VenueCatalog
import VenueKit

/// The state of a replay between two records.
struct ReplaySession {
  private let options: ReplayOptions
  private(set) var engine: TradingEngine
  var files: [FileTally]
  private var venues: [VenueDirectory] = []
  /// By file: which of `venues` it comes from.
  private(set) var venueOf: [Int?]
  /// By file, by the recorder's number of the connection.
  private var connections: [[ConnectionID?]]
  private var events = MarketEvents()
  private var output = EngineOutput()
  private var windows = WindowLog()
  private var resyncs = ResyncLog()
  private var series: MarketSeries?
  private var isCounting: Bool
  private(set) var records = 0

  init(_ options: ReplayOptions) {
    self.options = options
    var settings = EngineSettings()
    if !options.strategies.contains(.crossVenue) { settings.crossVenue = nil }
    if !options.strategies.contains(.triangular) { settings.triangular = nil }
    engine = TradingEngine(settings: settings)
    files = options.files.map { FileTally($0, findings: Findings()) }
    venueOf = Array(repeating: nil, count: files.count)
    connections = Array(repeating: [], count: files.count)
    series = options.keepsSeries ? MarketSeries() : nil
    isCounting = options.from == nil
  }

  /// What came before the first record at ``ReplayOptions/from`` was a warm-up.
  mutating func begin(_ record: Record) {
    records += 1
    if !isCounting, let from = options.from, record.time >= from { startCounting() }
  }

  private mutating func startCounting() {
    isCounting = true
    engine.startCounting()
    for index in files.indices { files[index].startCounting() }
    resyncs = ResyncLog()
  }

  mutating func finish() {
    if !isCounting { startCounting() }
    engine.step(.endOfData, at: engine.now, into: &output)
    drain()
  }

  // MARK: Records

  /// Takes a record of a file whose venue is known, other than an answer.
  mutating func take(_ record: Record, of source: Int, _ payload: Span<UInt8>) {
    files[source].note(record, bytes: payload.count)
    guard let venue = venueOf[source] else { return }
    switch record.kind {
    case .frame:
      let connection = connection(record, of: source, at: venue)
      takeFrame(payload, record, of: source, venue, connection)
    case .connected:
      let connection = connection(record, of: source, at: venue)
      engine.step(.connected(connection), at: record.time, into: &output)
    case .disconnected:
      guard let known = openConnection(record, of: source) else { return }
      engine.step(.disconnected(known), at: record.time, into: &output)
    case .sent, .response: return
    }
    if !output.isEmpty { drain() }
  }

  private mutating func takeFrame(
    _ payload: Span<UInt8>,
    _ record: Record,
    of source: Int,
    _ venue: Int,
    _ connection: ConnectionID
  ) {
    do {
      try decode(payload, venue)
      // Each round adds a symbol, or ends the stopping at symbols that cannot be added.
      while learn(payload, venue) { try decode(payload, venue) }
    } catch {
      noteUnreadable(error, record, source, venue)
      let event = EngineEvent.unreadableFrame(connection, events.channel)
      engine.step(event, at: record.time, into: &output)
      return
    }
    hand(payload, record, source, from: connection)
  }

  @inline(__always)
  private mutating func decode(_ payload: Span<UInt8>, _ venue: Int) throws(WireError) {
    try venues[venue].venue.decode(
      payload,
      symbols: venues[venue].symbols,
      into: &events
    )
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
    defer { if !output.isEmpty { drain() } }
    events.removeAll()
    let adapter = venues[venue].venue
    do {
      switch address.isEmpty ? .instruments : type(of: adapter).resource(at: address) {
      case .instruments:
        events.channel = .instruments
        venues[venue].take(try adapter.listings(in: payload), &engine)
      case .book(let wireSymbol):
        events.channel = .book
        if engine.registry.instrument(adapter.id, wireSymbol: wireSymbol) == nil {
          _ = venues[venue].learn(wireSymbol, &engine)
        }
        try adapter.decodeBook(
          payload,
          of: wireSymbol,
          symbols: venues[venue].symbols,
          into: &events
        )
        hand(payload, record, source, from: nil)
      case .other: break
      }
    } catch {
      noteUnreadable(error, record, source, venue)
    }
  }

  /// Hands the events to the engine and counts them.
  private mutating func hand(
    _ payload: Span<UInt8>,
    _ record: Record,
    _ source: Int,
    from connection: ConnectionID?
  ) {
    files[source].events += events.events.count
    for index in events.events.indices {
      switch events.events[index] {
      case .update, .snapshot, .trades, .heartbeat: break
      case .ignored(let channel): files[source].ignored[channel, default: 0] += 1
      case .refused(let first, let end):
        files[source].noteRefusal(String(copying: payload.extracting(Int(first)..<Int(end))))
      case .unknownSymbol(let first, let end):
        files[source].noteUnknown(String(copying: payload.extracting(Int(first)..<Int(end))))
      default: break
      }
    }
    engine.step(events, from: connection, at: record.time, into: &output)
    if series != nil, isCounting { series?.observe(events, engine) }
  }

  /// Registers symbols that the frame names for the first time; true when it is to be read again.
  @inline(__always)
  private mutating func learn(_ payload: Span<UInt8>, _ venue: Int) -> Bool {
    var isChanged = false
    for index in events.events.indices {
      guard case .unknownSymbol(let first, let end) = events.events[index] else { continue }
      let name = String(copying: payload.extracting(Int(first)..<Int(end)))
      let stopped = venues[venue].symbols.stopsAtUnknown
      if venues[venue].learn(name, &engine) || stopped != venues[venue].symbols.stopsAtUnknown {
        isChanged = true
      }
    }
    return isChanged
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
        venue: venues[venue].venue.id,
        channel: events.channel,
        error: error
      )
    )
  }

  private mutating func drain() {
    for command in output.commands {
      if case .resync(let instrument, let reason) = command {
        resyncs.add(instrument, reason, at: engine.now)
      }
    }
    if isCounting { windows.take(output.strategies) }
    output.removeAll()
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
    let index = venues.firstIndex { $0.venue.id == found.id } ?? venues.count
    if index == venues.count {
      venues.append(VenueDirectory(found, fees: options.fees[found.id.rawValue]))
    }
    venueOf[source] = index
    files[source].venue = found.id
  }

  private func openConnection(_ record: Record, of source: Int) -> ConnectionID? {
    let known = connections[source]
    return record.connection < known.count ? known[record.connection] : nil
  }

  private mutating func connection(
    _ record: Record,
    of source: Int,
    at venue: Int
  ) -> ConnectionID {
    if let known = openConnection(record, of: source) { return known }
    while connections[source].count <= record.connection { connections[source].append(nil) }
    let new = engine.addConnection(to: venues[venue].venue.id)
    connections[source][record.connection] = new
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
      ruleProblems: venues.flatMap(\.ruleProblems),
      fees: venues.compactMap { options.fees[$0.venue.id.rawValue] },
      series: series,
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
