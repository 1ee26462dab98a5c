import Books
import Codecs
import Configuration
import Engine
import Market
import Reactor
import Recording
import Sessions
@testable import Simulator
@testable import Transport
import Units
import VenueCatalog
import VenueKit

/// Simulated venues and a desk that listens to them, in one network in memory and in virtual time.
///
/// Every quarter of a virtual second all books that the engine calls usable are held against what
/// the ``Witness`` saw at the exchanges.
final class VirtualDesk: DeskObserver {
  /// A book that the engine would have traded on and that no venue ever had.
  struct Breach: CustomStringConvertible {
    var time: Timestamp
    var venue: String
    var symbol: Symbol
    var words: String

    var description: String {
      "\(time.nanoseconds / 1_000_000 % 100_000_000) ms: \(venue) \(symbol): \(words)"
    }
  }

  /// What one book went through.
  struct Story {
    /// Since when it cannot be used.
    var unusableSince: Timestamp?
    /// How long it could not be, each time.
    var recoveries: [Int64] = []
    /// Since when it differs from all that the venue had.
    var wrongSince: Timestamp?
    var longestWrong: Int64 = 0
  }

  static let start = Timestamp(nanoseconds: 1_790_000_000_000_000_000)
  static let checkNanoseconds: Int64 = 250_000_000
  static let symbols = [Symbol("BTC/USD"), Symbol("ETH/USD")].compactMap(\.self)

  let network: MemoryNetwork
  let world: SimulatedWorld
  let desk: MarketDesk
  let witness: Witness
  private(set) var servers: [String: VenueServer] = [:]
  private let clock: WorldClock

  /// How much older than the last word of a venue a book's content may be, in nanoseconds:
  /// batches of levels, caches of answers, and the way here.
  var allowanceNanoseconds: Int64 = 3_500_000_000
  private(set) var breaches: [Breach] = []
  private(set) var breachCount = 0
  private(set) var stories: [String: Story] = [:]
  private(set) var checks = 0
  private(set) var messages: [DeskMessage] = []
  let trace = Trace()

  /// A digest of all that reached the engine, with its times.
  final class Trace: MarketTap {
    private(set) var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    private(set) var records = 0
    /// When sockets opened, and how often each text was sent.
    private(set) var connected: [Timestamp] = []
    private(set) var sent: [String: Int] = [:]

    func record(_ record: Record, of venue: VenueID, _ payload: Span<UInt8>, address: String) {
      records += 1
      if record.kind == .connected { connected.append(record.time) }
      if record.kind == .sent { sent[String(copying: payload), default: 0] += 1 }
      add(UInt64(bitPattern: record.time.nanoseconds))
      add(UInt64(record.connection) << 8 | UInt64(venue.rawValue.utf8.count))
      for index in payload.indices { add(UInt64(payload[index])) }
      for byte in address.utf8 { add(UInt64(byte)) }
    }

    private func add(_ value: UInt64) { digest = (digest ^ value) &* 0x100_0000_01B3 }
  }

  init(
    seed: UInt64,
    venues names: [String] = ["bitstamp", "coinbase", "gemini", "kraken"],
    symbols: [Symbol] = VirtualDesk.symbols,
    tap: (any MarketTap)? = nil,
    change: (inout SessionSettings) -> Void = { _ in }
  ) throws {
    let way = Latency(baseNanoseconds: 5_000_000, jitterNanoseconds: 1_000_000)
    let link = LinkSettings(
      connect: Latency(baseNanoseconds: 10_000_000),
      toServer: way,
      toClient: way
    )
    network = MemoryNetwork(start: VirtualDesk.start, seed: seed, link: link)
    let venues = names.enumerated().compactMap { index, name in
      VirtualDesk.venue(name, seed: seed &* 31 &+ UInt64(index), symbols)
    }
    let exchanges = venues.map(\.exchange)
    let market = MarketModel(exchanges, settings: .light(seed: seed))
    witness = Witness(market, exchanges)
    world = SimulatedWorld(venues, market: witness, at: network.now)
    clock = WorldClock(world, network)
    var settings = EngineSettings()
    settings.crossVenue = nil
    settings.triangular = nil
    desk = MarketDesk(
      network,
      settings: settings,
      tap: tap ?? trace,
      random: SeededGenerator(seed: seed ^ 0xDE5C)
    )
    for venue in world.venues {
      let server = VenueServer(venue, clock, network)
      try server.start(ListenRequest(port: 0))
      servers[venue.name] = server
      try attach(server.description(), symbols, change)
    }
  }

  private static func venue(
    _ name: String,
    seed: UInt64,
    _ symbols: [Symbol]
  ) -> SimulatedVenue? {
    guard let type = GatewayCatalog.gateway(named: name) else { return nil }
    let instruments = VenueListings.instruments(of: name).filter { symbols.contains($0.symbol) }
    let gateway = type.init(GatewaySettings(seed: seed, instruments: instruments))
    gateway.exchange.advance(to: VirtualDesk.start)
    return SimulatedVenue(gateway, accounts: [], .none, seed: seed)
  }

  private func attach(
    _ served: ServedVenue,
    _ symbols: [Symbol],
    _ change: (inout SessionSettings) -> Void
  ) throws {
    guard let venue = KnownVenues.venue(named: served.venue) else { return }
    var settings = SessionSettings(symbols: symbols)
    let query = venue.capabilities.socket.drop { $0 != "?" }
    settings.socket = try Endpoint(served.market + query)
    settings.rest = try Endpoint(served.rest)
    change(&settings)
    desk.add(venue, settings, fees: nil)
  }

  // MARK: Running

  func start() {
    desk.observer = self
    desk.start()
  }

  /// Lets time pass, and checks all books every quarter of a second.
  func run(seconds: Double) {
    let end = network.time.advanced(byNanoseconds: Int64(seconds * 1e9))
    while network.time < end {
      let next = network.time.advanced(byNanoseconds: VirtualDesk.checkNanoseconds)
      network.run(until: min(end, next))
      check()
    }
  }

  /// Lets time pass until `condition` holds; false when it does not within so many seconds.
  func run(atMost seconds: Double, until condition: () -> Bool) -> Bool {
    let end = network.time.advanced(byNanoseconds: Int64(seconds * 1e9))
    while network.time < end, !condition() { run(seconds: 0.25) }
    return condition()
  }

  func stop() {
    desk.stop()
    network.run(until: network.time.advanced(byNanoseconds: 30_000_000_000))
  }

  func venue(_ name: String) -> SimulatedVenue? { world.venue(named: name) }

  func session(_ name: String) -> VenueSession? {
    desk.sessions.first { $0.id.rawValue == name }
  }

  /// Sets what goes wrong at every venue.
  func setFaults(_ change: (inout FaultSettings) -> Void) {
    for venue in world.venues { change(&venue.faultSettings) }
  }

  func setCondition(_ condition: LinkCondition) {
    for server in servers.values.sorted(by: { $0.port < $1.port }) {
      network.setCondition(condition, forPort: server.port)
    }
  }

  func desk(_: MarketDesk, gave _: borrowing EngineOutput, at _: Timestamp) {}

  func desk(_: MarketDesk, says message: DeskMessage) {
    messages.append(message)
    if messages.count > 2_000 { messages.removeFirst(1_000) }
  }

  // MARK: Checking

  /// All books of instruments that are wanted, with what the venue's own book was.
  private func books(
    _ body: (_ book: OrderBook, _ venue: String, _ symbol: Symbol, _ past: Witness.Past) -> Void
  ) {
    for (number, venue) in world.venues.enumerated() {
      guard let session = session(venue.name) else { continue }
      for (index, instrument) in venue.exchange.instruments.enumerated()
      where session.symbols.contains(instrument.symbol) {
        guard let known = desk.engine.registry.instrument(session.id, instrument.symbol) else {
          continue
        }
        body(desk.engine.books[known.id], venue.name, known.symbol, witness.pasts[number][index])
      }
    }
  }

  /// How long a book's content had been over at the venue; nil if it never was there.
  ///
  /// Kraken's checksum covers ten levels of each side: only those are sure to be right at any time.
  /// Its answers over REST have rounded quantities, so of them only the prices can be compared.
  private func age(
    of book: OrderBook,
    _ venue: String,
    _ past: Witness.Past,
    at time: Timestamp
  ) -> Int64? {
    let isPolled = desk.engine.feeds[Int(book.instrument.index)].connection == nil
    if venue == "kraken", isPolled {
      return past.age(ofOutline: VirtualDesk.digest(book, isOutline: true), at: time)
    }
    return venue == "kraken"
      ? past.age(ofTop: VirtualDesk.digest(book, limit: Witness.topCount), at: time)
      : past.age(ofWhole: VirtualDesk.digest(book), at: time)
  }

  private static func digest(
    _ book: OrderBook,
    limit: Int = .max,
    isOutline: Bool = false
  ) -> Witness.Digest {
    var digest = Witness.Digest()
    for (side, ladder) in [(BookSide.bid, book.bids), (.ask, book.asks)] {
      for level in ladder.levels(limit: limit) {
        digest.add(side, level.price.raw, isOutline ? 1 : level.quantity.raw)
      }
    }
    return digest
  }

  /// Holds every usable book against what its venue had.
  func check() {
    checks += 1
    let now = network.time
    books { book, venue, symbol, past in
      let key = "\(venue) \(symbol)"
      var story = stories[key] ?? Story()
      defer { stories[key] = story }
      guard book.isUsable else {
        if story.unusableSince == nil { story.unusableSince = now }
        story.wrongSince = nil
        return
      }
      if let since = story.unusableSince {
        story.recoveries.append(now.nanoseconds(since: since))
        story.unusableSince = nil
      }
      let last = book.lastChange ?? now
      let age = self.age(of: book, venue, past, at: last)
      if let age, age <= allowanceNanoseconds {
        story.wrongSince = nil
        return
      }
      if story.wrongSince == nil { story.wrongSince = now }
      story.longestWrong = max(
        story.longestWrong,
        now.nanoseconds(since: story.wrongSince ?? now) + VirtualDesk.checkNanoseconds
      )
      breachCount += 1
      if breaches.count < 20 {
        let words = age.map { "it is \($0 / 1_000_000) ms too old" } ?? "no such book ever was"
        breaches.append(Breach(time: now, venue: venue, symbol: symbol, words: words))
      }
    }
  }

  /// What is not as it should be after a calm time: books that are not there or differ.
  func faultsLeft() -> [String] {
    var found: [String] = []
    var count = 0
    books { book, venue, symbol, past in
      count += 1
      let age = past.age(ofWhole: VirtualDesk.digest(book), at: network.time)
      if !book.isUsable {
        found.append("\(venue) \(symbol): \(book.sync.state)")
      } else if age.map({ $0 > 2_000_000_000 }) ?? true {
        found.append("\(venue) \(symbol): \(age.map { "\($0) ns old" } ?? "wrong")")
      }
    }
    let wanted = desk.sessions.reduce(0) { $0 + $1.symbols.count }
    if count != wanted { found.append("\(count) books of \(wanted)") }
    for session in desk.sessions where session.health.state != .live {
      found.append("\(session.id.rawValue) is \(session.health.state)")
    }
    return found
  }

  /// Whether nothing is left to be dealt with on the desk's side.
  var isQuiet: Bool {
    network.sockets.isEmpty && network.fetches.isEmpty
      && desk.sessions.allSatisfy { !$0.hasOpenSockets && $0.waitingFrames == 0 }
  }

  /// What happened, in a line.
  var summary: String {
    let recoveries = stories.values.flatMap(\.recoveries).sorted()
    func share(_ part: Double) -> Int64 {
      guard !recoveries.isEmpty else { return 0 }
      return recoveries[Int(Double(recoveries.count - 1) * part)] / 1_000_000
    }
    let health = desk.sessions.map { session in
      let health = session.health
      return "\(session.id.rawValue): \(health.resyncs) resyncs, \(health.reconnects) reconnects, "
        + "\(health.unreadable) unreadable, \(health.polls) polls, \(health.differences) of "
        + "\(health.comparisons) differ, \(venue(session.id.rawValue)?.faultCounts ?? [:])"
    }
    let wrong = stories.filter { $0.value.longestWrong > 0 }
      .map { "\($0.key) \($0.value.longestWrong / 1_000_000) ms" }
    return "\(recoveries.count) recoveries, p50 \(share(0.5)) ms, p99 \(share(0.99)) ms; wrong: "
      + "\(wrong); \(health.joined(separator: "; "))"
  }
}
