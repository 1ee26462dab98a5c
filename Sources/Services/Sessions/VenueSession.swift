import Books
import Codecs
import Engine
import Intake
public import Market
public import Reactor
public import Transport
public import Units
import VenueCatalog
public import VenueKit

/// One venue's public feed: it connects, subscribes, notices what is wrong, and makes it right.
///
/// It knows no venue: what differs from one to the next is in ``VenueKit/FeedRules``. All calls are
/// on the network's thread.
public final class VenueSession: SocketHandler, FetchHandler, TimerHandler {
  public let venue: any Venue
  public var id: VenueID { venue.id }
  let place: Int
  let settings: SessionSettings
  let rules: FeedRules
  unowned let desk: MarketDesk
  var network: any Network { desk.network }

  var subscriptions: [Subscription] = []
  var connections: [FeedConnection] = []
  /// By the index of an instrument: which subscription it belongs to.
  private var subscriptionOf: [Int?] = []
  private var connectionOf: [SocketID: Int] = [:]
  /// Sockets that were given up and whose end has not come.
  private var abandoned: Set<SocketID> = []
  private var fetches: [FetchID: Fetch] = [:]
  private var timers: [TimerID: Alarm] = [:]
  var requestBudget: RequestBudget
  var clock = ClockOffset()
  public internal(set) var health: FeedHealth
  private var lastClockRequest: Timestamp?
  private var listBackoff = Backoff(firstNanoseconds: 1_000_000_000)
  var hasList = false
  private var isStopped = true

  /// What a request was for.
  enum Fetch {
    case instruments
    case book(subscription: Int, wireSymbol: String, isPoll: Bool)
    case comparison(subscription: Int, wireSymbol: String)
    case time(sent: Timestamp)
  }

  enum Alarm {
    case watch
    case instruments
    case open(connection: Int)
    case drain(connection: Int)
    case attempt(subscription: Int)
  }

  /// How often the session looks after itself, in nanoseconds.
  static let watchNanoseconds: Int64 = 500_000_000
  /// How long to wait for a newer answer where a cache gave an old one, in nanoseconds.
  static let cacheNanoseconds: Int64 = 400_000_000
  /// More sockets than this are not opened to one venue.
  static let maximumConnections = 16

  init(_ venue: any Venue, _ place: Int, _ settings: SessionSettings, _ desk: MarketDesk) {
    self.venue = venue
    self.place = place
    self.settings = settings
    self.desk = desk
    rules = venue.capabilities.feed
    requestBudget = RequestBudget(
      perSecond: settings.requestsPerSecond ?? rules.requestsPerSecond,
      capacity: 3
    )
    health = FeedHealth(venue: venue.id)
    subscriptions = settings.symbols.map { Subscription(symbol: $0) }
  }

  // MARK: Life

  func start() {
    guard isStopped else { return }
    isStopped = false
    requestInstruments()
    set(.watch, after: VenueSession.watchNanoseconds)
  }

  func stop() {
    isStopped = true
    for timer in timers.keys { network.cancel(timer) }
    timers.removeAll()
    fetches.removeAll()
    for connection in connections {
      guard let socket = connection.socket else { continue }
      network.close(socket, code: 1000, reason: "bye")
    }
  }

  func set(_ alarm: Alarm, after nanoseconds: Int64) {
    timers[network.wake(self, after: nanoseconds)] = alarm
  }

  public func timerFired(_ timer: TimerID, at now: Timestamp) {
    guard let alarm = timers.removeValue(forKey: timer), !isStopped else { return }
    switch alarm {
    case .watch:
      watch(at: now)
      set(.watch, after: VenueSession.watchNanoseconds)
    case .instruments: requestInstruments()
    case .open(let connection): openSocket(connection, at: now)
    case .drain(let connection):
      connections[connection].isDraining = false
      drain(connection, at: now)
    case .attempt(let subscription): makeWhole(subscription, at: now)
    }
  }

  // MARK: Requests

  /// The address of a path at the venue, or at what stands in for it.
  func address(_ target: String) -> Endpoint? {
    if let rest = settings.rest {
      return rest.with(target: rest.target == "/" ? target : rest.target + target)
    }
    return try? Endpoint(rules.restRoot + target)
  }

  func fetch(_ target: String, _ purpose: Fetch) {
    guard let endpoint = address(target) else { return }
    var request = HTTPRequest(
      "GET",
      endpoint,
      headers: [
        HeaderField("accept", "application/json"), HeaderField("cache-control", "no-cache"),
      ]
    )
    request.security = settings.security(for: endpoint)
    request.proxy = settings.proxy
    request.maximumBodyBytes = 64 << 20
    fetches[network.fetch(request, self)] = purpose
  }

  private func requestInstruments() {
    let list = venue.capabilities.instrumentList
    guard let endpoint = try? Endpoint(list) else { return }
    fetch(endpoint.target, .instruments)
  }

  func requestTime(at now: Timestamp) {
    guard let trading = venue as? any TradingVenue,
      let request = try? trading.request(for: .serverTime), requestBudget.take(at: now) == nil
    else { return }
    lastClockRequest = now
    let query = request.query.map { $0.name + "=" + $0.value }.joined(separator: "&")
    fetch(request.path + (query.isEmpty ? "" : "?" + query), .time(sent: now))
  }

  public func fetched(
    _ fetch: FetchID,
    _ result: Result<HTTPResponse, FetchFailure>,
    at now: Timestamp
  ) {
    guard let purpose = fetches.removeValue(forKey: fetch), !isStopped else { return }
    switch result {
    case .failure(let failure): failed(purpose, "\(failure)", at: now)
    case .success(let response) where response.status != 200:
      if response.status == 429 || response.status == 418 {
        let seconds = response.header("retry-after").flatMap { Int64($0) } ?? 10
        requestBudget.block(for: min(max(seconds, 1), 3_600) * 1_000_000_000, at: now)
      }
      failed(purpose, "status \(response.status)", at: now)
    case .success(let response): take(response, purpose, at: now)
    }
  }

  private func take(_ response: HTTPResponse, _ purpose: Fetch, at now: Timestamp) {
    do throws(WireError) {
      switch purpose {
      case .instruments:
        try desk.answered(self, response.body, from: venue.capabilities.instrumentList)
        listBackoff.reset()
        hasList = true
        subscribeToWanted(at: now)
      case .book(let index, let wireSymbol, let isPoll):
        subscriptions[index].isFetching = false
        // A socket that has come back in the meantime knows better.
        if isPoll, isUp(subscriptions[index]) { return }
        try desk.answered(
          self,
          response.body,
          from: rules.restRoot + venue.bookTarget(of: wireSymbol)
        )
        noteBooks(at: network.now)
      case .comparison(let index, let wireSymbol):
        subscriptions[index].isFetching = false
        try compare(index, wireSymbol, with: response.body, at: now)
      case .time(let sent): take(time: response, sent: sent, at: now)
      }
    } catch {
      health.unreadable += 1
      failed(purpose, "the answer cannot be read: \(error)", at: now)
    }
  }

  private func take(time response: HTTPResponse, sent: Timestamp, at now: Timestamp) {
    guard let trading = venue as? any TradingVenue else { return }
    let answer = VenueResponse(
      status: response.status,
      headers: response.headers.map { VenueRequest.Field($0.name, $0.value) },
      body: response.body
    )
    guard
      case .serverTime(let time)? = try? trading.answer(
        to: .serverTime,
        answer,
        symbols: SymbolTable()
      )
    else { return }
    // Whole seconds are what is left of a time that was cut off.
    let isWhole = time.nanoseconds % 1_000_000_000 == 0
    clock.add(
      venueTime: time,
      resolutionNanoseconds: isWhole ? 1_000_000_000 : 1_000_000,
      sent: sent,
      received: now
    )
  }

  private func failed(_ purpose: Fetch, _ why: String, at now: Timestamp) {
    switch purpose {
    case .instruments:
      problem("no instrument list: \(why)", at: now)
      set(.instruments, after: listBackoff.next(&desk.random))
    case .book(let index, _, _):
      subscriptions[index].isFetching = false
      problem("no book of \(subscriptions[index].symbol) over REST: \(why)", at: now)
      if rules.resync == .request, isUp(subscriptions[index]) { retry(index, at: now) }
    case .comparison(let index, _):
      subscriptions[index].isFetching = false
      subscriptions[index].comparison = nil
    case .time: break
    }
  }

  func problem(_ words: String, at now: Timestamp) {
    health.lastProblem = words
    desk.say(words, id, .warning, at: now)
  }

  // MARK: Sockets

  func openSocket(_ index: Int, at now: Timestamp) {
    guard connections[index].state == .waiting, !isStopped else { return }
    guard
      let endpoint = settings.socket ?? (try? Endpoint(venue.capabilities.socket))
    else { return }
    var request = SocketRequest(endpoint)
    request.security = settings.security(for: endpoint)
    request.proxy = settings.proxy
    request.maximumMessageBytes = venue.capabilities.maximumFrameBytes
    connections[index].state = .opening
    let socket = network.open(request, self)
    connections[index].socket = socket
    connectionOf[socket] = index
  }

  public func socketOpened(_ socket: SocketID, at now: Timestamp) {
    guard let index = connectionOf[socket] else { return }
    connections[index].state = .open
    connections[index].opened = now
    connections[index].lastFrame = now
    connections[index].lastPing = now
    let address = (settings.socket.map(\.description)) ?? venue.capabilities.socket
    desk.connected(self, connections[index].id, connections[index].number, address)
    subscribe(connections[index].subscriptions, on: index, at: now)
  }

  public func socketEnded(_ socket: SocketID, _ end: SocketEnd, at now: Timestamp) {
    if abandoned.remove(socket) != nil { return }
    guard let index = connectionOf.removeValue(forKey: socket) else { return }
    ended(index, end, opensAgain: true, at: now)
  }

  /// Gives a socket up: nothing that still comes over it counts, and nobody waits for its end,
  /// which may take long where the other side is gone.
  func abandon(_ index: Int, _ reason: String, opensAgain: Bool = true, at now: Timestamp) {
    guard let socket = connections[index].socket else {
      if !opensAgain { connections[index].state = .free }
      return
    }
    connectionOf[socket] = nil
    abandoned.insert(socket)
    network.close(socket, code: 1000, reason: reason)
    let end = SocketEnd(.closedByUs, code: 1000, words: reason)
    ended(index, end, opensAgain: opensAgain, at: now)
  }

  private func ended(_ index: Int, _ end: SocketEnd, opensAgain: Bool, at now: Timestamp) {
    let wasOpen = connections[index].state == .open
    // A socket that lived for a while starts the waiting anew.
    if let opened = connections[index].opened, now.nanoseconds(since: opened) > 30_000_000_000 {
      connections[index].backoff.reset()
    }
    connections[index].opened = nil
    connections[index].state = opensAgain && !isStopped ? .waiting : .free
    connections[index].socket = nil
    connections[index].outgoing.removeAll()
    if wasOpen {
      connections[index].down = now
      let (id, number) = (connections[index].id, connections[index].number)
      desk.disconnected(self, id, number, end.description)
    }
    guard connections[index].state == .waiting else { return }
    for subscription in connections[index].subscriptions {
      subscriptions[subscription].state = .idle
    }
    health.reconnects += 1
    problem("socket \(connections[index].number): \(end)", at: now)
    let wait = connections[index].backoff.next(&desk.random) + desk.openingDelay(at: now)
    set(.open(connection: index), after: wait)
  }

  public func socketReceived(_ socket: SocketID, _ message: Span<UInt8>, at now: Timestamp) {
    guard let index = connectionOf[socket] else { return }
    connections[index].lastFrame = now
    health.frames &+= 1
    health.bytes &+= UInt64(message.count)
    do throws(WireError) {
      try desk.received(self, connections[index].id, connections[index].number, message, at: now)
    } catch {
      health.unreadable += 1
      if health.unreadable < 10 { problem("a frame cannot be read: \(error)", at: now) }
      return
    }
    for place in desk.intake.events.events.indices {
      look(desk.intake.events.events[place], on: index, message, at: now)
    }
  }

  /// What an event means for the session itself.
  @inline(__always)
  private func look(
    _ event: MarketEvent,
    on index: Int,
    _ message: Span<UInt8>,
    at now: Timestamp
  ) {
    switch event {
    case .update(let change), .snapshot(let change):
      if let subscription = subscription(of: change.instrument),
        subscriptions[subscription].state != .live || rules.resync == .request
          || subscriptions[subscription].successor == index
      {
        noteBook(subscription, on: index, at: now)
        if rules.resync == .request { feedGoesOn(subscription, on: index, at: now) }
      }
      if let time = change.venueTime, health.frames & 15 == 0 { noteTime(time, at: now) }
    case .trades, .heartbeat, .ignored, .unknownSymbol, .reconnectRequested: break
    case .unsubscribed(let instrument?, .book):
      if let subscription = subscription(of: instrument) { ended(subscription, at: now) }
    case .subscribed, .unsubscribed: break
    case .refused(let first, let end):
      health.refusals += 1
      let words = String(copying: message.extracting(Int(first)..<Int(end)))
      problem("the venue refused: \(words)", at: now)
    case .venueStatus(let status):
      if health.status != status, status != .online {
        problem("the venue is in \(status.rawValue)", at: now)
      }
      health.status = status
    }
  }

  /// The subscription that an instrument belongs to.
  func subscription(of instrument: InstrumentID) -> Int? {
    let index = Int(instrument.index)
    if index < subscriptionOf.count { return subscriptionOf[index] }
    for number in subscriptionOf.count...index {
      let known = desk.intake.engine.registry[InstrumentID(index: Int32(number))]
      let found =
        known.venue == id
        ? subscriptions.firstIndex { $0.symbol == known.symbol && $0.isWanted } : nil
      if let found { subscriptions[found].instrument = known.id }
      subscriptionOf.append(found)
    }
    return subscriptionOf[index]
  }

  /// Forgets which instruments belong to which subscription: there are others now.
  func forgetInstruments() { subscriptionOf.removeAll() }

  private func noteTime(_ venueTime: Timestamp, at now: Timestamp) {
    clock.add(eventAt: venueTime, received: now)
    let latency = now.nanoseconds(since: venueTime) + (clock.nanoseconds ?? 0)
    health.latencyNanoseconds =
      health.latencyNanoseconds.map { $0 + (latency - $0) / 16 } ?? latency
  }

  // MARK: Sending

  /// Queues frames for a connection, and sends what its budget allows.
  func send(_ texts: [String], on index: Int, at now: Timestamp) {
    connections[index].outgoing.append(contentsOf: texts)
    drain(index, at: now)
  }

  private func drain(_ index: Int, at now: Timestamp) {
    while connections[index].state == .open, let socket = connections[index].socket,
      !connections[index].outgoing.isEmpty
    {
      if let wait = connections[index].budget.take(at: now) {
        if !connections[index].isDraining { set(.drain(connection: index), after: wait) }
        connections[index].isDraining = true
        return
      }
      let text = Array(connections[index].outgoing.removeFirst().utf8)
      guard network.send(text, on: socket) else {
        abandon(index, "the venue takes nothing", at: now)
        return
      }
      desk.sent(self, connections[index].number, text)
    }
  }

  // MARK: Watching

  private func watch(at now: Timestamp) {
    for index in connections.indices where connections[index].state == .open {
      if now.nanoseconds(since: connections[index].lastFrame) > rules.silenceNanoseconds {
        abandon(index, "silent for too long", at: now)
        continue
      }
      if let ping = rules.ping,
        now.nanoseconds(since: connections[index].lastPing ?? now) >= ping.everyNanoseconds
      {
        connections[index].lastPing = now
        send([ping.text], on: index, at: now)
      }
    }
    watchBooks(at: now)
    startComparisons(at: now)
    if hasList,
      lastClockRequest.map({ now.nanoseconds(since: $0) >= settings.clockNanoseconds }) ?? true
    {
      requestTime(at: now)
    }
    refreshHealth(at: now)
  }

  func refreshHealth(at now: Timestamp) {
    health.connections = connections.count { $0.state != .free }
    health.openConnections = connections.count { $0.state == .open }
    health.books = subscriptions.count(where: \.isWanted)
    health.liveBooks = subscriptions.count { $0.isWanted && $0.state == .live }
    health.lastFrame = connections.map(\.lastFrame).max()
    health.clock = clock.reading
    let isPolling = subscriptions.contains { subscription in
      subscription.isWanted && !isUp(subscription)
        && subscription.lastPoll.map { now.nanoseconds(since: $0) < 10_000_000_000 } ?? false
    }
    health.state =
      if !hasList {
        .starting
      } else if health.liveBooks == health.books, health.books > 0 {
        .live
      } else if health.liveBooks > 0 {
        .partial
      } else if isPolling {
        .polling
      } else if health.openConnections > 0 || health.frames == 0 {
        health.frames == 0 ? .starting : .partial
      } else {
        .down
      }
  }
}

extension VenueSession {
  /// What is wanted.
  public var symbols: [Symbol] { subscriptions.filter(\.isWanted).map(\.symbol) }
}

extension VenueSession {
  /// Whether every book that is wanted is there now, asked at any time.
  public var isLive: Bool {
    hasList && subscriptions.allSatisfy { !$0.isWanted || $0.state == .live }
  }
}

extension VenueSession {
  /// Whether any of its sockets is not closed yet.
  public var hasOpenSockets: Bool {
    !abandoned.isEmpty || connections.contains { $0.socket != nil }
  }

  /// Frames that wait until the venue's limit lets them go.
  public var waitingFrames: Int { connections.reduce(0) { $0 + $1.outgoing.count } }
}
