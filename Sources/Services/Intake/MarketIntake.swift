public import Codecs
public import Configuration
public import Engine
public import Market
public import Units
import VenueCatalog
public import VenueKit

/// From bytes to the engine: the one path that live running and replay share.
///
/// Whatever drives it says which venue a frame or an answer came from, over which connection, and
/// when. The same calls leave the engine in the same state, so what was recorded can be lived
/// again.
public struct MarketIntake: Sendable {
  public private(set) var engine: TradingEngine
  private var directories: [VenueDirectory] = []
  /// What the last frame or answer said.
  public private(set) var events = MarketEvents()
  /// What the engine gave since ``removeOutput()``.
  public private(set) var output = EngineOutput()

  public init(settings: EngineSettings) { engine = TradingEngine(settings: settings) }

  // MARK: Venues

  /// The place of a venue, added if it is new; `fees` count only then.
  public mutating func add(_ venue: any Venue, fees: VenueFees?) -> Int {
    if let known = directories.firstIndex(where: { $0.venue.id == venue.id }) { return known }
    directories.append(VenueDirectory(venue, fees: fees))
    return directories.count - 1
  }

  public var venues: [any Venue] { directories.map(\.venue) }

  /// Instruments whose stated rules do not fit our scales, and why.
  public var ruleProblems: [ListingError] { directories.flatMap(\.ruleProblems) }

  /// What a venue's own list says of an instrument, by any of its names.
  public func listing(_ name: String, at venue: Int) -> InstrumentListing? {
    directories[venue].listing(name)
  }

  /// What a venue's own list says of an instrument, by base and quote.
  public func listing(_ symbol: Symbol, at venue: Int) -> InstrumentListing? {
    directories[venue].listing(symbol)
  }

  /// A number for a connection that is about to open.
  public mutating func addConnection(at venue: Int) -> ConnectionID {
    engine.addConnection(to: directories[venue].venue.id)
  }

  // MARK: Events

  /// Takes a frame.
  ///
  /// - Throws: Why it cannot be read; the engine then knows that something was missed.
  @inline(__always)
  public mutating func take(
    _ frame: Span<UInt8>,
    at venue: Int,
    from connection: ConnectionID,
    _ time: Timestamp
  ) throws(WireError) {
    do {
      try decode(frame, venue)
      // Each round adds a symbol, or ends the stopping at symbols that cannot be added.
      while learn(frame, venue) { try decode(frame, venue) }
    } catch {
      let event = EngineEvent.unreadableFrame(connection, events.channel)
      engine.step(event, at: time, into: &output)
      throw error
    }
    engine.step(events, from: connection, at: time, into: &output)
  }

  @inline(__always)
  private mutating func decode(_ frame: Span<UInt8>, _ venue: Int) throws(WireError) {
    try directories[venue].venue.decode(
      frame,
      symbols: directories[venue].symbols,
      into: &events
    )
  }

  /// Takes an answer over REST; without an address it is an instrument list.
  ///
  /// - Returns: whether it was something that the engine heard of.
  public mutating func takeAnswer(
    _ body: Span<UInt8>,
    from address: String,
    at venue: Int,
    _ time: Timestamp
  ) throws(WireError) -> Bool {
    events.removeAll()
    let adapter = directories[venue].venue
    switch address.isEmpty ? .instruments : type(of: adapter).resource(at: address) {
    case .instruments:
      events.channel = .instruments
      directories[venue].take(try adapter.listings(in: body), &engine)
      // So that the engine's time is that of the last thing that reached it.
      engine.step(.tick, at: time, into: &output)
      return false
    case .book(let wireSymbol):
      events.channel = .book
      if engine.registry.instrument(adapter.id, wireSymbol: wireSymbol) == nil {
        _ = directories[venue].learn(wireSymbol, &engine)
      }
      try adapter.decodeBook(
        body,
        of: wireSymbol,
        symbols: directories[venue].symbols,
        into: &events
      )
      engine.step(events, from: nil, at: time, into: &output)
      return true
    case .other: return false
    }
  }

  /// Takes anything that is neither.
  public mutating func take(_ event: EngineEvent, _ time: Timestamp) {
    engine.step(event, at: time, into: &output)
  }

  /// Forgets what the engine gave, and keeps the storage.
  public mutating func removeOutput() { output.removeAll() }

  /// What came before was a warm-up.
  public mutating func startCounting() { engine.startCounting() }

  /// Registers symbols that the frame names for the first time; true when it is to be read again.
  @inline(__always)
  private mutating func learn(_ frame: Span<UInt8>, _ venue: Int) -> Bool {
    var isChanged = false
    for index in events.events.indices {
      guard case .unknownSymbol(let first, let end) = events.events[index] else { continue }
      let name = String(copying: frame.extracting(Int(first)..<Int(end)))
      let stopped = directories[venue].symbols.stopsAtUnknown
      if directories[venue].learn(name, &engine)
        || stopped != directories[venue].symbols.stopsAtUnknown
      {
        isChanged = true
      }
    }
    return isChanged
  }
}
