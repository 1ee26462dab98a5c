import Engine
import Intake
import Market
import Reactor
import Recording
import Sessions
import Simulator
import Strategies
import Transport
import Units

@testable import Node

/// A desk and four simulated venues on a bad day, in virtual time, recorded with its states.
final class LivingRun: TimerHandler {
  let network: MemoryNetwork
  let desk: MarketDesk
  private let tap: LeakyTap
  private let states: StateRecorder
  private let servers: [VenueServer]
  private(set) var moments = 0

  static let start = Timestamp(nanoseconds: 1_767_225_600_000_000_000)
  static let fees = (maker: Rate(basisPoints: 2), taker: Rate(basisPoints: 5))
  static let symbols = [
    "bitstamp": ["BTC/USD"], "coinbase": ["BTC/USD", "ETH/USD", "ETH/BTC"],
    "gemini": ["BTC/USD", "ETH/USD"], "kraken": ["BTC/USD", "ETH/USD", "ETH/BTC"],
  ]
  /// How often the state is noted, in nanoseconds.
  static let stateNanoseconds: Int64 = 190_000_000

  /// - Parameter leak: The frame of Kraken's that the recording does not get, for tests of tests.
  init(_ directory: String, seed: UInt64, at start: Timestamp, leak: Int? = nil) throws {
    network = MemoryNetwork(start: start, seed: seed)
    var settings = DemoWorld.settings(seed: seed, venues: GatewayCatalog.names)
    var faults = FaultSettings()
    faults.dropFrame = 0.01
    faults.duplicateFrame = 0.005
    faults.corruptFrame = 0.002
    faults.disconnect = 0.003
    settings.faults = faults
    let world = SimulatedWorld(settings, at: network.now)
    let clock = WorldClock(world, network)
    var servers: [VenueServer] = []
    for venue in world.venues {
      let server = VenueServer(venue, clock, network)
      try server.start(ListenRequest(port: 0))
      servers.append(server)
    }
    self.servers = servers
    let venues = GatewayCatalog.names.map { VenueID(rawValue: $0) }
    tap = LeakyTap(try RecordingTap(directory: directory, venues: venues), leak: leak)
    var engine = EngineSettings()
    engine.crossVenue?.bookUsage = Rate(basisPoints: 2_500)
    desk = MarketDesk(network, settings: engine, tap: tap, random: SeededGenerator(seed: seed))
    DemoWorld.attach(
      servers.map { $0.description() },
      fees: LivingRun.fees,
      to: desk,
      symbols: LivingRun.symbols
    )
    let header = RunHeader(started: network.now, settings: engine, fees: desk.fees)
    states = try StateRecorder(directory: directory, header)
  }

  /// Lives for so long, with one venue gone for a while in the middle, and writes everything.
  func live(seconds: Int64) throws {
    desk.start()
    _ = network.wake(self, after: LivingRun.stateNanoseconds)
    let half = network.time.advanced(byNanoseconds: seconds * 500_000_000)
    network.run(until: half)
    let port = servers[3].port
    servers[3].stop()
    network.run(until: half.advanced(byNanoseconds: 1_000_000_000))
    try servers[3].start(ListenRequest(port: port))
    network.run(until: half.advanced(byNanoseconds: seconds * 500_000_000))
    desk.stop()
    network.run(until: network.time.advanced(byNanoseconds: 1_000_000_000))
    try note()
    tap.inner.close()
  }

  var written: Int { tap.inner.written }
  var dropped: Int { tap.inner.dropped }
  var passed: Int { tap.passed }
  var failure: RecordingError? { tap.inner.failure }

  func timerFired(_: TimerID, at _: Timestamp) {
    do { try note() } catch { return }
    _ = network.wake(self, after: LivingRun.stateNanoseconds)
  }

  private func note() throws {
    try states.add(desk.engine)
    moments += 1
  }
}

/// A tap that may lose one frame.
final class LeakyTap: MarketTap {
  let inner: RecordingTap
  private let leak: Int?
  private var frames = 0
  private(set) var passed = 0

  init(_ inner: RecordingTap, leak: Int?) {
    self.inner = inner
    self.leak = leak
  }

  func record(_ record: Record, of venue: VenueID, _ payload: Span<UInt8>, address: String) {
    if venue == VenueID(rawValue: "kraken"), record.kind == .frame {
      frames += 1
      if frames == leak { return }
    }
    passed += 1
    inner.record(record, of: venue, payload, address: address)
  }
}
