import Market
public import Reactor
public import Transport
public import Units

/// Moves a world along with the time of a network, and lets its servers send what is due.
public final class WorldClock: TimerHandler {
  private let world: SimulatedWorld
  private let network: any Network
  private var servers: [VenueServer] = []
  private var timer: TimerID?
  private var timerDue = Timestamp(nanoseconds: .max)

  public init(_ world: SimulatedWorld, _ network: any Network) {
    self.world = world
    self.network = network
  }

  func add(_ server: VenueServer) {
    servers.append(server)
    settle()
  }

  /// Without servers nobody watches: time stands still until there is one again.
  func remove(_ server: VenueServer) {
    servers.removeAll { $0 === server }
    guard servers.isEmpty, let timer else { return }
    network.cancel(timer)
    self.timer = nil
    timerDue = Timestamp(nanoseconds: .max)
  }

  func advance(to now: Timestamp) { world.advance(to: now) }

  /// Sends what is due, and sets the alarm for what is due next.
  func settle() {
    let now = world.now
    for server in servers { server.carryOut(at: now) }
    guard let next = world.nextDeadline else { return }
    if timer != nil, next >= timerDue { return }
    if let timer { network.cancel(timer) }
    timerDue = next
    timer = network.wake(self, after: max(0, next.nanoseconds(since: network.now)))
  }

  public func timerFired(_: TimerID, at now: Timestamp) {
    timer = nil
    timerDue = Timestamp(nanoseconds: .max)
    advance(to: now)
    settle()
  }
}

/// How open a simulated venue is, by the words of the control endpoint.
typealias ExchangeStatus = InstrumentStatus
