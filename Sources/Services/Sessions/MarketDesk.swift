import Codecs
public import Configuration
public import Engine
public import Intake
public import Market
public import Reactor
import Recording
public import Transport
public import Units
public import VenueKit

/// Hears what the engine gave, after each event that gave something.
public protocol DeskObserver: AnyObject {
  func desk(_ desk: MarketDesk, gave output: borrowing EngineOutput, at now: Timestamp)
  /// Something that a person should read.
  func desk(_ desk: MarketDesk, says message: DeskMessage)
}

/// A line for a person.
public struct DeskMessage: Hashable, Sendable {
  public enum Gravity: String, Hashable, Sendable { case note, warning }

  public var time: Timestamp
  public var venue: VenueID?
  public var gravity: Gravity
  public var words: String

  public init(time: Timestamp, venue: VenueID?, gravity: Gravity, words: String) {
    self.time = time
    self.venue = venue
    self.gravity = gravity
    self.words = words
  }
}

/// The engine and the sessions that feed it, on one thread.
///
/// Everything that happens passes through here in one order: first to the tap, which may record it,
/// then to the engine. So a replay of what was recorded sees the same events in the same order.
public final class MarketDesk: TimerHandler {
  public let network: any Network
  public private(set) var intake: MarketIntake
  public private(set) var sessions: [VenueSession] = []
  /// What the costs are taken from, as they were given with the venues.
  public private(set) var fees: [VenueFees] = []
  private let tap: (any MarketTap)?
  public weak var observer: (any DeskObserver)?
  var random: SeededGenerator
  /// When the next socket may be opened: sockets are opened one after the other.
  private var nextOpening = Timestamp(nanoseconds: .min)
  private var timer: TimerID?
  private var isSettling = false

  /// How long after one socket the next one is opened, in nanoseconds.
  static let openingNanoseconds: Int64 = 20_000_000
  /// How often the engine is asked to look for silence, in nanoseconds.
  static let tickNanoseconds: Int64 = 250_000_000

  public init(
    _ network: any Network,
    settings: EngineSettings,
    tap: (any MarketTap)? = nil,
    random: SeededGenerator = .live()
  ) {
    self.network = network
    self.tap = tap
    self.random = random
    intake = MarketIntake(settings: settings)
  }

  public var engine: TradingEngine { intake.engine }

  // MARK: Running

  /// Adds a venue; it connects when ``start()`` is called.
  @discardableResult
  public func add(
    _ venue: any Venue,
    _ settings: SessionSettings,
    fees: VenueFees?
  ) -> VenueSession {
    let place = intake.add(venue, fees: fees)
    let session = VenueSession(venue, place, settings, self)
    sessions.append(session)
    if let fees { self.fees.append(fees) }
    return session
  }

  public func start() {
    for session in sessions { session.start() }
    timer = network.wake(self, after: MarketDesk.tickNanoseconds)
  }

  /// Closes every socket; nothing is opened again.
  public func stop() {
    if let timer { network.cancel(timer) }
    timer = nil
    for session in sessions { session.stop() }
  }

  public func timerFired(_: TimerID, at now: Timestamp) {
    intake.take(.tick, now)
    settle(at: now)
    timer = network.wake(self, after: MarketDesk.tickNanoseconds)
  }

  /// How long to wait with opening a socket, so that not all are opened at once.
  func openingDelay(at now: Timestamp) -> Int64 {
    nextOpening = max(nextOpening, now).advanced(byNanoseconds: MarketDesk.openingNanoseconds)
    return nextOpening.nanoseconds(since: now) - MarketDesk.openingNanoseconds
  }

  func say(
    _ words: String,
    _ venue: VenueID?,
    _ gravity: DeskMessage.Gravity = .note,
    at now: Timestamp
  ) {
    observer?.desk(
      self,
      says: DeskMessage(time: now, venue: venue, gravity: gravity, words: words)
    )
  }

  // MARK: Events

  func addConnection(at place: Int) -> ConnectionID { intake.addConnection(at: place) }

  func connected(_ session: VenueSession, _ id: ConnectionID, _ number: Int, _ address: String) {
    let now = network.now
    let record = Record(time: now, kind: .connected, connection: number)
    tap?.record(record, of: session.id, Span(), address: address)
    intake.take(.connected(id), now)
    settle(at: now)
  }

  func disconnected(_ session: VenueSession, _ id: ConnectionID, _ number: Int, _ why: String) {
    let now = network.now
    let record = Record(time: now, kind: .disconnected, connection: number)
    let words = Array(why.utf8)
    tap?.record(record, of: session.id, words.span, address: "")
    intake.take(.disconnected(id), now)
    settle(at: now)
  }

  func sent(_ session: VenueSession, _ number: Int, _ text: [UInt8]) {
    guard let tap else { return }
    let record = Record(time: network.now, kind: .sent, connection: number)
    tap.record(record, of: session.id, text.span, address: "")
  }

  /// Takes a frame; what it said is in ``MarketIntake/events`` afterwards.
  @inline(__always)
  func received(
    _ session: VenueSession,
    _ id: ConnectionID,
    _ number: Int,
    _ frame: Span<UInt8>,
    at now: Timestamp
  ) throws(WireError) {
    tap?.record(
      Record(time: now, kind: .frame, connection: number),
      of: session.id,
      frame,
      address: ""
    )
    defer { if !intake.output.isEmpty { settle(at: now) } }
    try intake.take(frame, at: session.place, from: id, now)
  }

  func answered(_ session: VenueSession, _ body: [UInt8], from address: String) throws(WireError) {
    let now = network.now
    let record = Record(time: now, kind: .response, connection: 0)
    tap?.record(record, of: session.id, body.span, address: address)
    defer { settle(at: now) }
    _ = try intake.takeAnswer(body.span, from: address, at: session.place, now)
  }

  /// Lets the observer see what the engine found, and carries out what it asks for.
  ///
  /// A command may make something happen that the engine hears of at once: that is dealt with
  /// after, not within.
  private func settle(at now: Timestamp) {
    guard !isSettling else { return }
    isSettling = true
    defer { isSettling = false }
    while !intake.output.isEmpty {
      let commands = intake.output.commands
      observer?.desk(self, gave: intake.output, at: now)
      intake.removeOutput()
      for command in commands {
        switch command {
        case .resync(let instrument, let reason):
          let venue = intake.engine.registry[instrument].venue
          sessions.first { $0.id == venue }?.resync(instrument, reason, at: now)
        case .reconnect(let connection):
          for session in sessions { session.reconnect(connection, at: now) }
        }
      }
    }
  }
}
