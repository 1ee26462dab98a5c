import Market
public import Units

/// One simulated venue: exchange, gateway, and whatever goes wrong between it and its clients.
public final class SimulatedVenue {
  public let gateway: any VenueGateway
  /// Keys that were handed out when it opened.
  public let accounts: [Credentials]
  var faults: FaultInjector
  /// What is to be done to sockets, in order of time for each socket.
  private var pending: [FaultInjector.Delayed] = []
  private var lastSocket = 0

  public var name: String { type(of: gateway).venue }
  public var exchange: Exchange { gateway.exchange }

  init(_ gateway: any VenueGateway, accounts: [Credentials], _ faults: FaultSettings, seed: UInt64)
  {
    self.gateway = gateway
    self.accounts = accounts
    self.faults = FaultInjector(faults, seed: seed)
    exchange.clockOffsetNanoseconds = faults.clockOffsetNanoseconds
  }

  /// What goes wrong from here on.
  public var faultSettings: FaultSettings {
    get { faults.settings }
    set {
      faults.settings = newValue
      exchange.clockOffsetNanoseconds = newValue.clockOffsetNanoseconds
    }
  }

  /// How many faults there were, by name.
  public var faultCounts: [String: Int] { faults.counts }

  /// What becomes of a request: an answer with its delay, or nothing at all.
  public func respond(
    to request: GatewayRequest,
    at now: Timestamp
  ) -> (response: GatewayResponse, delayNanoseconds: Int64)? {
    switch faults.fateOfRequest() {
    case .refuse(let status): return (SimulatedVenue.failure(status), 0)
    case .normal: return (respond(request, now), 0)
    case .delay(let nanoseconds): return (respond(request, now), nanoseconds)
    case .failAfter(let status):
      _ = respond(request, now)
      return (SimulatedVenue.failure(status), 0)
    case .lose:
      _ = respond(request, now)
      return nil
    }
  }

  private func respond(_ request: GatewayRequest, _ now: Timestamp) -> GatewayResponse {
    var response = gateway.respond(to: request)
    settle(at: now)
    // Some venues tell their time nowhere else.
    if !response.headers.contains(where: { $0.name.lowercased() == "date" }) {
      response.headers.append(.init("date", HTTPDate(exchange.now).text))
    }
    return response
  }

  /// What stands before a venue's own servers answers like this.
  private static func failure(_ status: Int) -> GatewayResponse {
    GatewayResponse(
      status: status,
      headers: [.init("content-type", "text/html")]
        + (status == 429 || status == 418 ? [.init("retry-after", "2")] : []),
      body: Array("<html><body><h1>\(status)</h1></body></html>\n".utf8)
    )
  }

  /// A number for a socket that wants to open.
  public func nextSocket() -> SocketNumber {
    lastSocket += 1
    return SocketNumber(value: lastSocket)
  }

  public func open(
    _ socket: SocketNumber,
    _ request: GatewayRequest,
    at now: Timestamp
  ) -> GatewayResponse? {
    if faults.refusesSocket() { return SimulatedVenue.failure(503) }
    var effects: [GatewayEffect] = []
    let refusal = gateway.open(socket, request, effects: &effects)
    queue(effects, now)
    settle(at: now)
    return refusal
  }

  public func receive(_ frame: [UInt8], from socket: SocketNumber, at now: Timestamp) {
    var effects: [GatewayEffect] = []
    gateway.receive(frame, from: socket, effects: &effects)
    queue(effects, now)
    settle(at: now)
  }

  public func closed(_ socket: SocketNumber) {
    gateway.closed(socket)
    faults.forget(socket)
    pending.removeAll { SimulatedVenue.socket(of: $0.effect) == socket }
  }

  /// Tells the sockets what happened at the exchange since it was last asked.
  ///
  /// - Returns: what happened.
  @discardableResult
  func settle(at now: Timestamp) -> [ExchangeEvent] {
    let events = exchange.takeEvents()
    guard !events.isEmpty else { return events }
    var effects: [GatewayEffect] = []
    gateway.publish(events, effects: &effects)
    queue(effects, now)
    transfers.append(
      contentsOf: events.compactMap { event in
        if case .transfer(let transfer) = event { transfer } else { nil }
      }
    )
    return events
  }

  /// Transfers that changed and that the world has not looked at.
  var transfers: [Transfer] = []

  func advance(at now: Timestamp) {
    var effects: [GatewayEffect] = []
    gateway.advance(effects: &effects)
    queue(effects, now)
    settle(at: now)
  }

  private func queue(_ effects: [GatewayEffect], _ now: Timestamp) {
    guard !effects.isEmpty else { return }
    pending.append(contentsOf: faults.apply(effects, at: now))
  }

  /// When the gateway has something to do next; nil while nothing waits.
  var nextActivity: Timestamp? {
    gateway.nextDeadline.map { $0.advanced(byNanoseconds: -exchange.clockOffsetNanoseconds) }
  }

  /// When something is to be done to a socket; nil while nothing waits.
  ///
  /// Only the first of each socket counts: what waits behind a delayed frame is due no sooner, even
  /// where its own time has come.
  var nextEffect: Timestamp? {
    guard !pending.isEmpty else { return nil }
    var seen: Set<SocketNumber> = []
    return pending.lazy.filter { seen.insert(SimulatedVenue.socket(of: $0.effect)).inserted }
      .map(\.due).min()
  }

  /// Takes what is due to be done to sockets; what waits behind a delayed frame waits, too.
  public func takeEffects(at now: Timestamp) -> [GatewayEffect] {
    guard !pending.isEmpty else { return [] }
    var waiting: Set<SocketNumber> = []
    var due: [GatewayEffect] = []
    var rest: [FaultInjector.Delayed] = []
    for item in pending {
      let socket = SimulatedVenue.socket(of: item.effect)
      if item.due > now || waiting.contains(socket) {
        waiting.insert(socket)
        rest.append(item)
      } else {
        due.append(item.effect)
      }
    }
    pending = rest
    return due
  }

  private static func socket(of effect: GatewayEffect) -> SocketNumber {
    switch effect {
    case .send(let socket, _), .close(let socket, _, _): socket
    }
  }
}
