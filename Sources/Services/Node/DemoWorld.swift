import Configuration
import Market
import Reactor
public import Sessions
public import Simulator
import Synchronization
public import Transport
public import Units
import VenueKit
import VenueCatalog

/// Simulated venues on loopback, on a thread of their own, as far away from the desk as the real
/// ones: it talks to them through sockets alone.
public final class DemoWorld {
  private let shared = Shared()
  public private(set) var venues: [ServedVenue] = []
  private let fees: (maker: Rate, taker: Rate)?

  /// What both threads look at.
  private final class Shared: Sendable {
    struct Start: Sendable {
      var venues: [ServedVenue]?
      var failure: ListenFailure?
    }

    let start = Mutex(Start())
    let isEnding = Atomic<Bool>(false)
    let hasEnded = Atomic<Bool>(false)
    let interrupt = Mutex<(@Sendable () -> Void)?>(nil)
  }

  /// What a lively market looks like to a desk that trades a lot: low fees, and venues that are
  /// often out of line for a moment.
  public static func settings(seed: UInt64, venues: [String]) -> WorldSettings {
    var settings = WorldSettings(seed: seed, venues: venues)
    settings.fees = (Rate(basisPoints: 2), Rate(basisPoints: 5))
    settings.market.dislocationsPerHour = 120
    return settings
  }

  /// Starts to serve; returns when all venues are open.
  public init(_ settings: WorldSettings) throws(ListenFailure) {
    fees = settings.fees
    let shared = shared
    startThread {
      DemoWorld.serve(settings, shared)
      // By now the network is gone, and with it every socket.
      shared.hasEnded.store(true, ordering: .releasing)
    }
    while true {
      let start = shared.start.withLock(\.self)
      if let failure = start.failure { throw failure }
      if let venues = start.venues {
        self.venues = venues
        return
      }
      pause(milliseconds: 2)
    }
  }

  /// Ends all venues, and returns when their ports are free.
  public func close() {
    shared.isEnding.store(true, ordering: .releasing)
    shared.interrupt.withLock { $0?() }
    while !shared.hasEnded.load(ordering: .acquiring) { pause(milliseconds: 2) }
  }

  private static func serve(_ settings: WorldSettings, _ shared: Shared) {
    let network = LiveNetwork()
    shared.interrupt.withLock { $0 = network.interrupt }
    let world = SimulatedWorld(settings, at: network.now)
    let clock = WorldClock(world, network)
    var served: [ServedVenue] = []
    var servers: [VenueServer] = []
    do throws(ListenFailure) {
      for venue in world.venues {
        let server = VenueServer(venue, clock, network)
        try server.start(ListenRequest(port: 0))
        servers.append(server)
        served.append(server.description())
      }
    } catch {
      for server in servers { server.stop() }
      network.turnOnce()
      shared.interrupt.withLock { $0 = nil }
      shared.start.withLock { $0.failure = error }
      return
    }
    shared.start.withLock { $0.venues = served }
    network.run { !shared.isEnding.load(ordering: .acquiring) }
    shared.interrupt.withLock { $0 = nil }
    for server in servers { server.stop() }
    network.turnOnce()
  }

  /// Adds a session for every venue to a desk.
  public func attach(to desk: MarketDesk, symbols: [String: [String]]) {
    DemoWorld.attach(venues, fees: fees, to: desk, symbols: symbols)
  }

  /// Adds a session for every venue that is served somewhere to a desk; they charge `fees`.
  public static func attach(
    _ venues: [ServedVenue],
    fees: (maker: Rate, taker: Rate)?,
    to desk: MarketDesk,
    symbols: [String: [String]]
  ) {
    for served in venues {
      guard let venue = KnownVenues.venue(named: served.venue),
        let socket = try? Endpoint(DemoWorld.socket(of: served, like: venue)),
        let rest = try? Endpoint(served.rest)
      else { continue }
      var settings = SessionSettings(
        symbols: (symbols[served.venue] ?? []).compactMap { Symbol($0) }
      )
      settings.socket = socket
      settings.rest = rest
      settings.requestsPerSecond = 5
      let fees = fees.map {
        VenueFees(
          venue: served.venue,
          maker: $0.maker,
          taker: $0.taker,
          source: "the simulated venue's own",
          read: CalendarDate(desk.network.now)
        )
      }
      desk.add(venue, settings, fees: fees)
    }
  }

  /// The served socket, with whatever the venue's own address asks for behind a question mark.
  private static func socket(of served: ServedVenue, like venue: any Venue) -> String {
    let query = venue.capabilities.socket.drop { $0 != "?" }
    return served.market + query
  }
}
