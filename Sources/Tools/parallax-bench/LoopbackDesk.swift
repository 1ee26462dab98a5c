import Books
import Configuration
import Engine
import Market
import Recording
import Sessions
import Strategies
import Transport
import Units

/// Counts the frames that reach a desk, and times those that were stamped.
final class LoopbackTap: MarketTap {
  private let control: LoopbackControl
  private let venues: [VenueID]
  /// Frames of each venue that are yet to come before its updates begin.
  private var openings: [Int]
  private(set) var counts: [Int]
  /// From the library's call at the server to the desk, in nanoseconds.
  private(set) var latencies: [Int64] = []

  init(_ control: LoopbackControl, _ feeds: [LoopbackFeed]) {
    self.control = control
    venues = feeds.map { VenueID(rawValue: $0.wire.rawValue) }
    openings = feeds.map(\.opening.count)
    counts = feeds.map { _ in 0 }
  }

  func record(_ record: Record, of venue: VenueID, _: Span<UInt8>, address _: String) {
    guard record.kind == .frame, let place = venues.firstIndex(of: venue) else { return }
    guard openings[place] == 0 else {
      openings[place] -= 1
      return
    }
    if counts[place] % control.stampEvery == 0 {
      latencies.append(ThreadClock.now - control.stamp(place, counts[place]))
    }
    counts[place] += 1
  }

  func forgetLatencies() { latencies.removeAll(keepingCapacity: true) }
}

/// A figure would be worthless.
struct LoopbackFailure: Error, CustomStringConvertible {
  let description: String

  init(_ words: String, _ problems: [String] = []) {
    description = ([words] + problems).joined(separator: "; ")
  }
}

/// A desk whose venues are ours, on the thread that measures.
final class LoopbackDesk: DeskObserver {
  let network = LiveNetwork()
  let desk: MarketDesk
  private let control: LoopbackControl
  /// From the library's call at the server to the observer of the opportunity, in nanoseconds.
  private(set) var latencies: [Int64] = []
  private(set) var problems: [String] = []

  init(_ control: LoopbackControl, _ feeds: [LoopbackFeed], tap: LoopbackTap? = nil) {
    self.control = control
    desk = MarketDesk(network, settings: EngineSettings(), tap: tap)
    desk.observer = self
    for (place, feed) in feeds.enumerated() {
      var settings = SessionSettings(symbols: [Symbol(base: "BTC", quote: "USD")])
      let port = control.ports[place]
      settings.socket = Endpoint(scheme: .ws, host: "127.0.0.1", port: port)
      settings.rest = Endpoint(scheme: .http, host: "127.0.0.1", port: port)
      settings.requestsPerSecond = 100
      let fees = VenueFees(
        venue: feed.wire.rawValue,
        maker: Rate(basisPoints: 20),
        taker: Rate(basisPoints: 40),
        source: "made up",
        read: CalendarDate(Timestamp(nanoseconds: 1_767_621_600_000_000_000))
      )
      desk.add(feed.wire.adapter, settings, fees: fees)
    }
  }

  var frames: Int { desk.sessions.reduce(0) { $0 + Int($1.health.frames) } }

  /// Whether every book is there.
  var isLive: Bool {
    let books = desk.engine.books.books
    return books.count == desk.sessions.count && books.allSatisfy { $0.sync.state == .live }
  }

  /// Serves the sockets for so long.
  func run(nanoseconds: Int64) {
    let end = ThreadClock.now + nanoseconds
    network.run { ThreadClock.now < end }
  }

  /// Connects, and waits for the books.
  func start() throws(LoopbackFailure) {
    desk.start()
    let end = ThreadClock.now + 5_000_000_000
    network.run { !isLive && ThreadClock.now < end }
    guard isLive else {
      let books = desk.engine.registry.instruments.map { instrument in
        "\(instrument.venue) \(desk.engine.books[instrument.id].sync.state)"
      }
      throw LoopbackFailure("not every book came", books + problems)
    }
  }

  /// What a figure rests on: no frame was refused, and no book was found wrong.
  func stop() throws(LoopbackFailure) {
    for session in desk.sessions
    where session.health.unreadable > 0 || session.health.resyncs > 0 {
      throw LoopbackFailure("\(session.id) sent what is wrong", problems)
    }
    desk.stop()
    let end = ThreadClock.now + 1_000_000_000
    network.run { desk.sessions.contains(where: \.hasOpenSockets) && ThreadClock.now < end }
  }

  func desk(_: MarketDesk, gave output: borrowing EngineOutput, at _: Timestamp) {
    guard !output.strategies.opportunities.isEmpty, control.stampEvery == 1 else { return }
    // Every other frame opens a window, the first one too.
    latencies.append(ThreadClock.now - control.stamp(0, 2 * latencies.count))
  }

  func desk(_: MarketDesk, says message: DeskMessage) {
    if message.gravity == .warning { problems.append(message.words) }
  }
}
