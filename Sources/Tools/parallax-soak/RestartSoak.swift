import Engine
import Market
import Node
import Reactor
import Sessions
import Simulator
import Transport
import Units

/// Four simulated venues on loopback are ended and begun again, over and over, and a desk has to
/// come back to each of them: without haste, and without keeping anything of what is over.
final class RestartSoak {
  private let network = LiveNetwork()
  private let counting: CountingNetwork
  private let desk: MarketDesk
  private let clock: WorldClock
  private var servers: [VenueServer] = []
  private var random = SeededGenerator(seed: 1)
  private(set) var problems: [String] = []
  private(set) var recoveryNanoseconds: [Int64] = []
  /// What the process held after each round.
  private(set) var figures: [ProcessFigures] = []

  static let symbols = [
    "bitstamp": ["BTC/USD", "ETH/USD"], "coinbase": ["BTC/USD", "ETH/USD"],
    "gemini": ["BTC/USD", "ETH/USD"], "kraken": ["BTC/USD", "ETH/USD"],
  ]

  /// How long a venue may take to be live once it is there again, in nanoseconds: the longest wait
  /// before an attempt (two failed ones at most fall into the time away), subscriptions, books.
  #if DEBUG
  static let recoveryLimit: Int64 = 60_000_000_000
  #else
  static let recoveryLimit: Int64 = 10_000_000_000
  #endif
  /// The least wait before the first attempt after an end: a tenth of the first bound of a session's
  /// backoff; it doubles with each attempt that fails.
  static let firstWait: Int64 = 50_000_000

  init() throws(ListenFailure) {
    counting = CountingNetwork(network)
    let world = SimulatedWorld(
      DemoWorld.settings(seed: 1, venues: GatewayCatalog.names),
      at: network.now
    )
    clock = WorldClock(world, network)
    for venue in world.venues {
      let server = VenueServer(venue, clock, network)
      try server.start(ListenRequest(port: 0))
      servers.append(server)
    }
    desk = MarketDesk(counting, settings: EngineSettings())
    DemoWorld.attach(
      servers.map { $0.description() },
      fees: nil,
      to: desk,
      symbols: RestartSoak.symbols
    )
  }

  /// Ends and begins every venue so many times.
  func run(rounds: Int, progress: (Int) -> Void) throws(ListenFailure) {
    desk.start()
    guard waitUntilLive(0...3) else {
      problems.append("not live at the beginning")
      return
    }
    for round in 1...max(1, rounds) {
      // All at once, and then one after the other in the next round.
      if round % 2 == 1 {
        try restart(0...3, round)
      } else {
        for index in servers.indices { try restart(index...index, round) }
      }
      guard problems.isEmpty else { return }
      figures.append(.now())
      progress(round)
    }
    desk.stop()
    pass(nanoseconds: 200_000_000)
    for server in servers { server.stop() }
    network.turnOnce()
  }

  private func restart(_ range: ClosedRange<Int>, _ round: Int) throws(ListenFailure) {
    counting.startCounting()
    let stopped = network.now
    let ports = servers[range].map(\.port)
    for index in range { servers[index].stop() }
    run(until: stopped.advanced(byNanoseconds: 2_000_000_000)) {
      desk.sessions[range].contains(where: \.isLive)
    }
    // Short and long: sometimes nobody notices, sometimes several attempts fail.
    pass(nanoseconds: Int64.random(in: 1_000_000...400_000_000, using: &random))
    for (index, port) in zip(range, ports) { try servers[index].start(ListenRequest(port: port)) }
    let began = network.now
    guard waitUntilLive(range) else {
      let states = desk.sessions[range].map { session in
        "\(session.id) \(session.health.state.rawValue): \(session.health.lastProblem ?? "")"
      }
      problems.append("round \(round): not live again: \(states.joined(separator: ", "))")
      return
    }
    recoveryNanoseconds.append(network.now.nanoseconds(since: began))
    for port in ports { judge(counting.openings[port] ?? [], port, stopped, round) }
  }

  /// Attempts come one at a time, each after at least the least wait of its turn.
  private func judge(_ openings: [Timestamp], _ port: Int, _ stopped: Timestamp, _ round: Int) {
    if openings.isEmpty { problems.append("round \(round): port \(port) was not asked for again") }
    var last = stopped
    var least = RestartSoak.firstWait
    for opening in openings {
      if opening.nanoseconds(since: last) < least {
        let wait = opening.nanoseconds(since: last) / 1_000_000
        problems.append("round \(round): port \(port): an attempt after \(wait) ms")
      }
      last = opening
      least *= 2
    }
  }

  // MARK: Time

  private func pass(nanoseconds: Int64) {
    let end = network.now.advanced(byNanoseconds: nanoseconds)
    run(until: end) { true }
  }

  private func waitUntilLive(_ range: ClosedRange<Int>) -> Bool {
    let end = network.now.advanced(byNanoseconds: RestartSoak.recoveryLimit)
    run(until: end) { !desk.sessions[range].allSatisfy(\.isLive) }
    return desk.sessions[range].allSatisfy(\.isLive)
  }

  private func run(until end: Timestamp, while condition: () -> Bool) {
    // A timer keeps the loop turning where nothing else does.
    let alarm = Alarm(network)
    alarm.set()
    network.run { condition() && network.now < end }
    alarm.stop()
  }
}

/// Turns the loop every few milliseconds.
private final class Alarm: TimerHandler {
  private let network: any Network
  private var timer: TimerID?

  init(_ network: any Network) { self.network = network }

  func set() { timer = network.wake(self, after: 5_000_000) }

  func stop() {
    if let timer { network.cancel(timer) }
    timer = nil
  }

  func timerFired(_: TimerID, at _: Timestamp) { set() }
}
