public import Books
public import Costs
public import Market
import Strategies
public import Units

/// The whole of the domain behind one function: an event goes in, commands come out.
///
/// It owns books and strategies as plain values, and it reads no clock: time comes with each event.
/// The same events give the same output, so live running, replay, and simulation are one code path.
///
/// ```swift
/// engine.step(events, from: connection, at: time, into: &output)
/// for command in output.commands { … }
/// ```
public struct TradingEngine: Sendable {
  public let settings: EngineSettings
  public private(set) var registry = InstrumentRegistry()
  public private(set) var books: BookTable
  public private(set) var costs = CostModel()
  /// By instrument.
  public private(set) var feeds: [InstrumentFeed] = []
  private var connections: [Connection] = []
  private var strategies: StrategySet
  /// The latest time of any event; a step back in time counts as no time passing.
  public private(set) var now = Timestamp(nanoseconds: .min)
  private var nextSweep = Timestamp(nanoseconds: .min)

  public init(settings: EngineSettings = EngineSettings()) {
    self.settings = settings
    books = BookTable(verifiesChecksums: settings.verifiesChecksums)
    strategies = StrategySet(settings)
  }

  // MARK: What there is

  /// The instrument of this wire symbol, with its book and routes made if it is new.
  ///
  /// `rule` is how the venue lets its clients know that they have missed something, `fees` what the
  /// account pays there; without fees every route over it is left alone.
  public mutating func register(
    _ venue: VenueID,
    wireSymbol: String,
    symbol: Symbol,
    rule: BookIntegrity,
    fees: InstrumentFees?
  ) -> Instrument {
    if let known = registry.instrument(venue, wireSymbol: wireSymbol) { return known }
    let instrument = registry.register(venue, wireSymbol: wireSymbol, symbol: symbol)
    books.add(instrument.id, rule: rule)
    feeds.append(InstrumentFeed())
    if let fees { costs.setFees(fees, of: instrument.id) }
    strategies.register(instrument)
    return instrument
  }

  /// Takes what the venue states of an instrument's orders.
  public mutating func setRules(_ rules: TradingRules, of instrument: InstrumentID) {
    registry.setRules(rules, of: instrument)
    strategies.register(registry[instrument])
  }

  /// A number for a connection to `venue` that is about to open.
  public mutating func addConnection(to venue: VenueID) -> ConnectionID {
    connections.append(Connection(venue: venue))
    return ConnectionID(index: connections.count - 1)
  }

  /// Legs, near misses, and counts of the strategies.
  public var scanners: StrategySet { strategies }

  /// Sets every count of books and feeds to zero and forgets near misses and open windows.
  ///
  /// What came before was a warm-up: the books stay as they are.
  public mutating func startCounting() {
    for index in feeds.indices {
      feeds[index].resetCounts()
      books[InstrumentID(index: Int32(index))].resetStatistics()
    }
    strategies = StrategySet(settings)
    for instrument in registry.instruments { strategies.register(instrument) }
  }

  // MARK: Events

  /// Takes what one frame said.
  ///
  /// `connection` is nil for an answer over REST, which belongs to no connection.
  public mutating func step(
    _ frame: borrowing MarketEvents,
    from connection: ConnectionID?,
    at time: Timestamp,
    into output: inout EngineOutput
  ) {
    advance(to: time, into: &output)
    if let number = frame.connectionSequence, let connection {
      switch connections[connection.index].sequence.received(number) {
      case .accept: break
      case .ignore: return
      case .gap(let expected, let received):
        let reason = ResyncReason.sequenceGap(expected: expected, received: received)
        invalidateBooks(of: connection, reason, into: &output)
      }
    }
    for index in frame.events.indices {
      switch frame.events[index] {
      case .update(let change):
        receive(change, isSnapshot: false, of: frame, from: connection, into: &output)
      case .snapshot(let change):
        receive(change, isSnapshot: true, of: frame, from: connection, into: &output)
      case .trades(let instrument, let first, let end, let isReplay):
        feeds[Int(instrument.index)]
          .count(frame.trades[Int(first)..<Int(end)], isReplay: isReplay)
      case .subscribed(let instrument?, .book, let depth):
        books[instrument].subscribed(depth: depth.map(Int.init))
        strategies.close(instrument, .bookUnusable, at: now, into: &output.strategies)
      case .unsubscribed(let instrument?, .book):
        books[instrument].reset()
        disown(instrument)
        strategies.close(instrument, .bookUnusable, at: now, into: &output.strategies)
      case .reconnectRequested:
        if let connection { output.commands.append(.reconnect(connection)) }
      case .subscribed, .unsubscribed, .heartbeat, .refused, .venueStatus, .unknownSymbol,
        .ignored:
        break
      }
    }
  }

  /// Takes anything that is not a frame.
  public mutating func step(
    _ event: EngineEvent,
    at time: Timestamp,
    into output: inout EngineOutput
  ) {
    advance(to: time, into: &output)
    switch event {
    case .connected(let connection), .disconnected(let connection):
      for instrument in connections[connection.index].instruments {
        guard feeds[Int(instrument.index)].connection == connection else { continue }
        books[instrument].reset()
        feeds[Int(instrument.index)].connection = nil
        strategies.close(instrument, .bookUnusable, at: now, into: &output.strategies)
      }
      connections[connection.index].instruments.removeAll(keepingCapacity: true)
      connections[connection.index].sequence.reset()
      connections[connection.index].opened = event == .connected(connection) ? now : nil
    case .unreadableFrame(let connection, let channel):
      // It may have held a change of any of the connection's books.
      if channel == .book || channel == .unknown {
        invalidateBooks(of: connection, .unreadableFrame, into: &output)
      }
    case .tick: break
    case .endOfData:
      sweep(into: &output)
      strategies.closeAll(.endOfData, at: now, into: &output.strategies)
    }
  }

  // MARK: Books

  @inline(__always)
  private mutating func receive(
    _ change: BookChange,
    isSnapshot: Bool,
    of frame: borrowing MarketEvents,
    from connection: ConnectionID?,
    into output: inout EngineOutput
  ) {
    let instrument = change.instrument
    let index = Int(instrument.index)
    if let connection {
      guard feeds[index].connection == connection || adopt(change, isSnapshot, connection) else {
        return
      }
    } else if feeds[index].connection != nil, books[instrument].sync.rule != .snapshotJoin {
      // An answer over REST stands in for a feed that is down, and never corrects one that is up.
      feeds[index].foreignChanges += 1
      return
    }
    let before = books.top(of: instrument).lastChange
    let outcome = books.receive(change, isSnapshot: isSnapshot, of: frame, at: now)
    guard outcome.changed else { return }
    feeds[index].isStale = false
    if let reason = outcome.resync {
      take(reason, of: instrument, into: &output)
    } else {
      strategies.evaluate(
        instrument,
        // A book that was too old to be traded on is news, even where its prices are the same.
        topMoved: outcome.topMoved || isOld(before),
        books: books,
        costs: costs,
        at: now,
        into: &output.strategies
      )
    }
  }

  /// What the feed says next of this book is the beginning of another.
  private mutating func disown(_ instrument: InstrumentID) {
    guard let connection = feeds[Int(instrument.index)].connection else { return }
    feeds[Int(instrument.index)].connection = nil
    connections[connection.index].instruments.removeAll { $0 == instrument }
  }

  /// Lets a connection own a book that it did not own up to now; false where it may not.
  private mutating func adopt(
    _ change: BookChange,
    _ isSnapshot: Bool,
    _ connection: ConnectionID
  ) -> Bool {
    let index = Int(change.instrument.index)
    guard isSnapshot || feeds[index].connection == nil || isWhole(change) else {
      feeds[index].foreignChanges += 1
      return false
    }
    if !isSnapshot, !joins(change, connection) { books[change.instrument].reset() }
    feeds[index].connection = connection
    connections[connection.index].instruments.append(change.instrument)
    return true
  }

  /// Whether the changes of a connection go on from the book as it stands, which came over REST.
  ///
  /// They do where the book reaches their first, or was made so long after the connection opened
  /// that the feed was there already. Where others have recorded, and nothing is known of when a
  /// connection opened, the book is taken as it is.
  private func joins(_ change: BookChange, _ connection: ConnectionID) -> Bool {
    let sync = books[change.instrument].sync
    guard sync.rule == .snapshotJoin else { return false }
    guard let opened = connections[connection.index].opened else { return true }
    let settled = opened.advanced(byNanoseconds: TradingEngine.subscribingNanoseconds)
    return sync.reaches(change)
      || sync.state == .live && sync.snapshotMicroseconds > settled.nanoseconds / 1_000
  }

  /// How long after opening a connection a feed surely is there, in nanoseconds.
  private static let subscribingNanoseconds: Int64 = 1_000_000_000

  /// Whether a change can only be the whole book: the first of a numbered subscription.
  private func isWhole(_ change: BookChange) -> Bool {
    books[change.instrument].sync.rule == .updateIDs && change.lastUpdateID != 0
      && change.firstUpdateID == change.lastUpdateID
  }

  /// Whether some strategy would have left a book alone that last changed then.
  @inline(__always)
  private func isOld(_ lastChange: Timestamp) -> Bool {
    now.nanoseconds(since: lastChange) >= settings.leastAgeNanoseconds
  }

  private mutating func invalidateBooks(
    of connection: ConnectionID,
    _ reason: ResyncReason,
    into output: inout EngineOutput
  ) {
    for instrument in connections[connection.index].instruments
    where feeds[Int(instrument.index)].connection == connection {
      let outcome = books[instrument].invalidate(reason)
      if let reason = outcome.resync { take(reason, of: instrument, into: &output) }
    }
  }

  /// The book is out of step: nothing rests on it from here, and a new one is asked for.
  private mutating func take(
    _ reason: ResyncReason,
    of instrument: InstrumentID,
    into output: inout EngineOutput
  ) {
    output.commands.append(.resync(instrument, reason))
    strategies.close(instrument, .bookUnusable, at: now, into: &output.strategies)
  }

  // MARK: Time

  @inline(__always)
  private mutating func advance(to time: Timestamp, into output: inout EngineOutput) {
    if time >= nextSweep { sweepDue(until: time, into: &output) }
    if time > now { now = time }
  }

  /// Looks for silence at every multiple of the interval up to `time`, as of that moment.
  ///
  /// So what is found depends on the events alone, and not on whether someone asked in between.
  @inline(never)
  private mutating func sweepDue(until time: Timestamp, into output: inout EngineOutput) {
    let interval = settings.sweepIntervalNanoseconds
    let last = time.nanoseconds / interval * interval
    guard now.nanoseconds > .min else {
      nextSweep = Timestamp(nanoseconds: last).advanced(byNanoseconds: interval)
      return
    }
    // After the longest of the limits nothing more can change by waiting.
    let longest = max(
      settings.staleAfterNanoseconds,
      settings.crossVenue?.maximumAgeNanoseconds ?? 0,
      settings.triangular?.maximumAgeNanoseconds ?? 0
    )
    let settled = nextSweep.advanced(byNanoseconds: longest &+ 2 * interval)
    while nextSweep.nanoseconds <= last, nextSweep <= settled {
      now = max(now, nextSweep)
      sweep(into: &output)
      nextSweep = nextSweep.advanced(byNanoseconds: interval)
    }
    nextSweep = Timestamp(nanoseconds: last).advanced(byNanoseconds: interval)
  }

  /// Finds books that have fallen silent, and windows that rest on them.
  private mutating func sweep(into output: inout EngineOutput) {
    for index in feeds.indices where !feeds[index].isStale {
      let instrument = InstrumentID(index: Int32(index))
      guard let last = books[instrument].lastChange, books[instrument].sync.state == .live,
        now.nanoseconds(since: last) > settings.staleAfterNanoseconds
      else { continue }
      feeds[index].isStale = true
      books[instrument].countStale()
    }
    strategies.closeHindered(books: books, at: now, into: &output.strategies)
  }
}
