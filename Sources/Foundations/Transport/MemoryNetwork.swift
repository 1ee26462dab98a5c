public import Reactor
public import Units

/// The twin of ``LiveNetwork`` in memory: clients and servers of one process, in virtual time.
///
/// Time stands still until one of the `run` functions or ``step()`` deals with the next event; so a
/// day passes as fast as its events can be dealt with, and a seed gives the same day each time.
///
/// - A client reaches a server of this network on any loopback host and on hosts that were mapped
///   with ``route(host:port:to:)``. The scheme makes no difference, nobody checks certificates, and
///   a proxy is passed through.
/// - Every socket and every request has a connection of its own, with delays drawn from its own
///   generator. Messages of one socket never overtake each other; requests may.
/// - What was sent waits until it has arrived: that is the backlog.
///
/// Time and readings: each reading of ``now`` takes a nanosecond, so that none equals another. An
/// event is dealt with at its own time, or, where readings have gone past it, at the next
/// reading: never before its time and always in the order of times. Delays count from the last
/// reading, or from the event being dealt with, whichever is later.
public final class MemoryNetwork: Network {
  /// What waits for its time.
  enum Event {
    case timer(any TimerHandler, TimerID)
    case connectSocket(UInt64)
    case endSocket(UInt64, SocketEnd)
    case connectFetch(UInt64)
    case fetchConnected(UInt64)
    case endFetch(UInt64, SocketEnd.Cause, String)
    case forgetRequest(MemoryLink)
    case arrival(MemoryLink, Parcel)
  }

  /// What arrives over a link.
  enum Parcel {
    case upgrade
    case accepted
    case refused(status: Int)
    case message([UInt8], to: MemoryLink.Direction)
    case close(code: Int, reason: String, to: MemoryLink.Direction)
    case closeAnswer(to: MemoryLink.Direction)
    case end(to: MemoryLink.Direction)
    case request(HTTPRequest)
    case answer(HTTPResponse)
    case noAnswer
  }

  private struct Place: Hashable {
    var host: String
    var port: Int
  }

  private let seed: UInt64
  private let settings: LinkSettings
  private var clock: Timestamp
  private var lastReading: Timestamp
  private var lastNumber: UInt64 = 0
  private var handlerTimers: [UInt64: TimerID] = [:]
  private var ports: [Int: MemoryPort] = [:]
  private var routes: [Place: Int] = [:]
  private var routedHosts: Set<String> = []

  private(set) var events = TimerQueue<Event>()
  var sockets: [UInt64: MemorySocket] = [:]
  var fetches: [UInt64: MemoryFetch] = [:]
  /// Requests to servers that have no answer yet.
  var requests: [UInt64: MemoryLink] = [:]

  /// - Parameters:
  ///   - start: The first reading of ``now``.
  ///   - seed: What all delays are drawn from.
  ///   - link: What connections are like where nothing else is said of their port.
  public init(start: Timestamp, seed: UInt64, link: LinkSettings = LinkSettings()) {
    self.seed = seed
    settings = link
    clock = start
    lastReading = start.advanced(byNanoseconds: -1)
  }

  // MARK: Time

  public var now: Timestamp {
    clock = max(clock, lastReading.advanced(byNanoseconds: 1))
    lastReading = clock
    return clock
  }

  /// The time as it stands; looking at it is no reading.
  public var time: Timestamp { clock }

  /// When the next event is dealt with, or nil where nothing waits.
  public var nextDeadline: Timestamp? { events.nextDeadline.map { max($0, clock) } }

  public func wake(_ handler: any TimerHandler, after nanoseconds: Int64) -> TimerID {
    let id = TimerID(number: nextNumber())
    handlerTimers[id.number] = set(.timer(handler, id), after: nanoseconds)
    return id
  }

  public func cancel(_ timer: TimerID) {
    if let inner = handlerTimers.removeValue(forKey: timer.number) { events.cancel(inner) }
  }

  @discardableResult
  func set(_ event: Event, after nanoseconds: Int64) -> TimerID {
    events.set(clock.advanced(byNanoseconds: max(0, nanoseconds)), event)
  }

  @discardableResult
  func set(_ event: Event, at time: Timestamp) -> TimerID { events.set(max(time, clock), event) }

  func cancelEvent(_ timer: TimerID?) {
    if let timer { events.cancel(timer) }
  }

  func nextNumber() -> UInt64 {
    lastNumber += 1
    return lastNumber
  }

  // MARK: The loop

  /// Deals with the next event, and moves the time there; false where nothing waits.
  @discardableResult
  public func step() -> Bool {
    guard let next = nextDeadline, let event = events.take(dueAt: next) else { return false }
    clock = next
    deal(with: event)
    return true
  }

  /// Deals with all events up to and at a time, and leaves the time there.
  public func run(until end: Timestamp) {
    while let next = events.nextDeadline, next <= end { step() }
    clock = max(clock, end)
  }

  /// Deals with events until `condition` is false, looked at before each, or nothing waits.
  public func run(while condition: () -> Bool) {
    while condition(), step() {}
  }

  private func deal(with event: Event) {
    switch event {
    case .timer(let handler, let id):
      handlerTimers[id.number] = nil
      handler.timerFired(id, at: now)
    case .connectSocket(let number): connectSocket(number)
    case .endSocket(let number, let end):
      if let socket = sockets[number] { self.end(socket, end) }
    case .connectFetch(let number): connectFetch(number)
    case .fetchConnected(let number): fetchConnected(number)
    case .endFetch(let number, let cause, let words):
      if let fetch = fetches[number] { end(fetch, .failure(fetch.failure(cause, words))) }
    case .forgetRequest(let link): forgetRequest(of: link)
    case .arrival(let link, let parcel):
      if !link.isDead { arrived(parcel, over: link) }
    }
  }

  private func arrived(_ parcel: Parcel, over link: MemoryLink) {
    switch parcel {
    case .upgrade: upgradeArrived(over: link)
    case .accepted: upgradeAccepted(over: link)
    case .refused(let status): upgradeRefused(status, over: link)
    case .message(let bytes, let direction): messageArrived(bytes, direction, over: link)
    case .close(let code, let reason, let direction):
      closeArrived(code, reason, direction, over: link)
    case .closeAnswer(let direction): closeAnswered(direction, over: link)
    case .end(let direction): endArrived(direction, over: link)
    case .request(let request): requestArrived(request, over: link)
    case .answer(let response): answerArrived(response, over: link)
    case .noAnswer: noAnswerArrived(over: link)
    }
  }

  /// Whether no socket, request, connection, or event is left; servers do not count.
  var isEmpty: Bool {
    sockets.isEmpty && fetches.isEmpty && requests.isEmpty && handlerTimers.isEmpty
      && events.count == 0 && ports.values.allSatisfy(\.links.isEmpty)
  }

  // MARK: Places

  /// Lets clients reach a port of this network by another name: `ws.example.com:443`, say.
  public func route(host: String, port: Int, to served: Int) {
    routes[Place(host: host.lowercased(), port: port)] = served
    routedHosts.insert(host.lowercased())
  }

  /// Says what the connections of a port are like from now on, those that are there included.
  public func setLink(_ settings: LinkSettings, forPort number: Int) {
    port(number).settings = settings
  }

  /// Says what is wrong with the way to a port from now on.
  public func setCondition(_ condition: LinkCondition, forPort number: Int) {
    let port = port(number)
    port.condition = condition
    switch condition {
    case .normal, .refusing: break
    case .silent:
      let living = port.orderedLinks.filter { !$0.isDead }
      port.generation += 1
      for link in living { fallSilent(link) }
    case .resetting:
      let broken = port.orderedLinks
      port.generation += 1
      for link in broken { reset(link) }
    }
  }

  private func port(_ number: Int) -> MemoryPort {
    if let known = ports[number] { return known }
    let made = MemoryPort(number, settings, seed: seed)
    ports[number] = made
    return made
  }

  /// A new connection to where an endpoint leads, or why there is none.
  func link(to endpoint: Endpoint) throws(FetchFailure) -> MemoryLink {
    let host = endpoint.host.lowercased()
    let routed = routes[Place(host: host, port: endpoint.port)]
    let isKnown = endpoint.isLoopback || routedHosts.contains(host) || Resolver.isNumeric(host)
    guard isKnown else {
      let words = "nobody is known by the name \(host)"
      throw FetchFailure(.unresolved, words: words, wasNeverSent: true)
    }
    guard let number = routed ?? (endpoint.isLoopback ? endpoint.port : nil),
      let port = ports[number], port.server != nil
    else {
      let words = "nobody listens at \(endpoint.authority)"
      throw FetchFailure(.unreachable, words: words, wasNeverSent: true)
    }
    let link = MemoryLink(nextNumber(), port)
    port.links[link.number] = link
    return link
  }

  // MARK: Serving

  public func listen(
    _ request: ListenRequest,
    _ handler: any ServerHandler
  ) throws(ListenFailure) -> Int {
    let failure = ListenFailure("cannot listen on \(request.address), port \(request.port)")
    var number = request.port
    if number == 0 {
      guard let free = (49_152...65_535).first(where: { ports[$0]?.server == nil }) else {
        throw failure
      }
      number = free
    }
    guard (1...65_535).contains(number) else { throw failure }
    guard ports[number]?.server == nil else { throw failure }
    port(number).server = (request, handler)
    return number
  }
  public func stopListening(port number: Int) {
    guard let port = ports[number], port.server != nil else { return }
    port.server = nil
    let broken = port.orderedLinks
    // Nothing that is under way arrives any more.
    port.generation += 1
    for link in broken {
      if let socket = link.serverSocket {
        let end = SocketEnd(.closedByUs, words: "the server has ended")
        set(.endSocket(socket.number, end), after: 0)
      }
      reset(link)
    }
  }
}
