import CWebSockets
import Glibc
public import Reactor
import Synchronization
public import Units

/// The real ``Network``: libwebsockets on one thread, which is the one that calls ``run(while:)``.
///
/// It owns a libwebsockets context and everything in it. Timers go by the monotonic clock, and
/// ``now`` by the wall clock, which is UTC. Names are resolved on a thread of their own.
@safe
public final class LiveNetwork: Network {
  /// What waits for its time.
  enum Due {
    case handler(any TimerHandler, TimerID)
    case openTimeout(UInt64)
    case fetchTimeout(UInt64)
  }

  /// How libwebsockets talks to us: an object on the heap, since C holds its address.
  let context: OpaquePointer
  let memory: LiveMemory
  private let resolver: Resolver
  private let wakeUp: WakeUp

  private var timers = TimerQueue<(due: Due, number: UInt64)>()
  private var handlerTimers: [UInt64: TimerID] = [:]
  private var lastTime = Timestamp(nanoseconds: 0)
  private var lastNumber: UInt64 = 0
  private var clientHosts: [ClientHost: OpaquePointer] = unsafe [:]

  var sockets: [UInt64: LiveSocket] = [:]
  var fetches: [UInt64: LiveFetch] = [:]
  var requests: [UInt64: LiveRequest] = [:]
  var servers: [LiveServer] = []
  /// What is to be started or told in the next turn of the loop, never within a caller's call.
  var turn: [Turn] = []

  enum Turn {
    case connectSocket(UInt64)
    case connectFetch(UInt64)
    case connectAgain(UInt64, to: String)
    case endSocket(UInt64, SocketEnd)
    case endFetch(UInt64, Result<HTTPResponse, FetchFailure>)
    case endServer(LiveServer)
  }

  /// Connections that share certificates and a proxy.
  private struct ClientHost: Hashable {
    var authorityFile: String?
    var proxy: Proxy?
  }

  public init() {
    plx_lws_log_level(0)
    memory = LiveMemory()
    wakeUp = WakeUp()
    let holder = memory.holder
    guard let made = unsafe plx_lws_context(holder.pointer, memory.idlePolicy) else {
      preconditionFailure("libwebsockets has memory for a context")
    }
    unsafe context = made
    let wakeUp = wakeUp
    unsafe wakeUp.set(made)
    resolver = Resolver { wakeUp.wake() }
    unsafe holder.network = self
  }

  deinit {
    wakeUp.clear()
    unsafe memory.holder.network = nil
    unsafe lws_context_destroy(context)
  }

  // MARK: Time

  public var now: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &time)
    let read = Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    lastTime = read > lastTime ? read : lastTime.advanced(byNanoseconds: 1)
    return lastTime
  }

  private var monotonic: Timestamp {
    var time = timespec()
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
  }

  public func wake(_ handler: any TimerHandler, after nanoseconds: Int64) -> TimerID {
    let number = nextNumber()
    let id = TimerID(number: number)
    handlerTimers[number] = set(.handler(handler, id), after: nanoseconds, number)
    return id
  }

  public func cancel(_ timer: TimerID) {
    if let inner = handlerTimers.removeValue(forKey: timer.number) { timers.cancel(inner) }
  }

  private func set(_ due: Due, after nanoseconds: Int64, _ number: UInt64) -> TimerID {
    timers.set(monotonic.advanced(byNanoseconds: max(0, nanoseconds)), (due, number))
  }

  func nextNumber() -> UInt64 {
    lastNumber += 1
    return lastNumber
  }

  // MARK: The loop

  /// Serves sockets and timers until `condition` is false, looked at after each turn.
  public func run(while condition: () -> Bool) {
    while condition() { turnOnce() }
  }

  /// Waits for something to happen, at most until the next timer, and deals with it.
  public func turnOnce() {
    takeTurn()
    for answer in resolver.takeAnswers() { resolved(answer) }
    while let (due, number) = timers.take(dueAt: monotonic) { fire(due, number) }
    takeTurn()
    let wait: Int64 =
      if !turn.isEmpty {
        0
      } else if let next = timers.nextDeadline {
        max(0, next.nanoseconds(since: monotonic) / 1_000 + 1)
      } else {
        1_000_000
      }
    unsafe plx_lws_wake(context, memory.alarm, wait)
    unsafe lws_service(context, wait == 0 ? -1 : 0)
  }

  /// Makes a waiting ``run(while:)`` look at its condition; from any thread.
  public var interrupt: @Sendable () -> Void {
    let wakeUp = wakeUp
    return { wakeUp.wake() }
  }

  private func fire(_ due: Due, _ number: UInt64) {
    switch due {
    case .handler(let handler, let id):
      handlerTimers[number] = nil
      handler.timerFired(id, at: now)
    case .openTimeout(let number):
      guard let socket = sockets[number], socket.state == .opening else { return }
      end(socket, SocketEnd(.timedOut, words: "not open after \(socket.openSeconds) s"))
    case .fetchTimeout(let number):
      guard let fetch = fetches[number] else { return }
      end(fetch, .failure(fetch.failure(.timedOut, "no answer after \(fetch.timeoutSeconds) s")))
    }
  }

  private func takeTurn() {
    guard !turn.isEmpty else { return }
    let work = turn
    turn.removeAll()
    for item in work {
      switch item {
      case .connectSocket(let number):
        if let socket = sockets[number] {
          resolve(socket.request.endpoint, socket.request.proxy, number)
        }
      case .connectFetch(let number):
        if let fetch = fetches[number] {
          resolve(fetch.request.endpoint, fetch.request.proxy, number)
        }
      case .connectAgain(let number, let address): connect(number, to: address)
      case .endSocket(let number, let end):
        if let socket = sockets[number] { self.end(socket, end) }
      case .endFetch(let number, let result):
        if let fetch = fetches[number] { end(fetch, result) }
      case .endServer(let server): end(server)
      }
    }
  }

  // MARK: Sockets

  public func open(_ request: SocketRequest, _ handler: any SocketHandler) -> SocketID {
    let number = nextNumber()
    let socket = LiveSocket(number, request, handler)
    socket.timer = set(.openTimeout(number), after: request.openNanoseconds, number)
    sockets[number] = socket
    turn.append(.connectSocket(number))
    return SocketID(number: number)
  }

  public func send(_ text: [UInt8], on socket: SocketID) -> Bool {
    guard let socket = sockets[socket.number], socket.state == .open,
      socket.backlog + text.count <= socket.maximumBacklogBytes
    else { return false }
    socket.backlog += text.count
    socket.outgoing.append(text)
    if let wsi = unsafe socket.wsi { unsafe lws_callback_on_writable(wsi) }
    return true
  }

  public func close(_ socket: SocketID, code: Int, reason: String) {
    guard let socket = sockets[socket.number], socket.state != .closing else { return }
    guard socket.state == .open, let wsi = unsafe socket.wsi else {
      turn.append(.endSocket(socket.number, SocketEnd(.closedByUs, words: reason)))
      return
    }
    socket.state = .closing
    socket.closing = (code, reason)
    unsafe lws_callback_on_writable(wsi)
    // A peer that takes nothing more is not waited for.
    unsafe lws_set_timeout(wsi, PENDING_TIMEOUT_CLOSE_SEND, 2)
  }

  /// Tells a socket's handler that it is over, once, and lets go of the connection.
  func end(_ socket: LiveSocket, _ end: SocketEnd) {
    guard sockets.removeValue(forKey: socket.number) != nil else { return }
    if let timer = socket.timer { timers.cancel(timer) }
    if let wsi = unsafe socket.wsi {
      unsafe lws_set_opaque_user_data(wsi, nil)
      unsafe lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC)
    }
    socket.detach()
    socket.listener.ended(SocketID(number: socket.number), end, at: now)
  }

  func opened(_ socket: LiveSocket) {
    socket.state = .open
    if let timer = socket.timer { timers.cancel(timer) }
    socket.timer = nil
    socket.listener.opened(SocketID(number: socket.number), at: now)
  }

  // MARK: Requests

  public func fetch(_ request: HTTPRequest, _ handler: any FetchHandler) -> FetchID {
    let number = nextNumber()
    let fetch = LiveFetch(number, request, handler)
    fetch.timer = set(.fetchTimeout(number), after: request.timeoutNanoseconds, number)
    fetches[number] = fetch
    turn.append(.connectFetch(number))
    return FetchID(number: number)
  }

  func end(_ fetch: LiveFetch, _ result: Result<HTTPResponse, FetchFailure>) {
    guard fetches.removeValue(forKey: fetch.number) != nil else { return }
    if let timer = fetch.timer { timers.cancel(timer) }
    if let wsi = unsafe fetch.wsi, !fetch.isComplete {
      unsafe lws_set_opaque_user_data(wsi, nil)
      unsafe lws_set_timeout(wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC)
    }
    fetch.detach()
    fetch.handler.fetched(FetchID(number: fetch.number), result, at: now)
  }

  // MARK: Connecting

  private func resolve(_ endpoint: Endpoint, _ proxy: Proxy?, _ number: UInt64) {
    // A proxy resolves names itself.
    if proxy != nil || Resolver.isNumeric(endpoint.host) {
      connect(number, to: endpoint.host)
    } else {
      resolver.ask(number, endpoint.host)
    }
  }

  private func resolved(_ answer: Resolver.Answer) {
    guard let address = answer.addresses.first else {
      if let socket = sockets[answer.number] {
        end(socket, SocketEnd(.unresolved, words: answer.failure))
      } else if let fetch = fetches[answer.number] {
        end(fetch, .failure(fetch.failure(.unresolved, answer.failure)))
      }
      return
    }
    sockets[answer.number]?.candidates = Array(answer.addresses.dropFirst())
    fetches[answer.number]?.candidates = Array(answer.addresses.dropFirst())
    connect(answer.number, to: address)
  }

  private func connect(_ number: UInt64, to address: String) {
    if let socket = sockets[number] {
      let request = socket.request
      let wsi = unsafe connect(
        request.endpoint,
        address,
        request.security,
        request.proxy,
        nil,
        number
      )
      guard let wsi = unsafe wsi else {
        if sockets[number] != nil { end(socket, SocketEnd(.unreachable, words: "cannot connect")) }
        return
      }
      if sockets[number] != nil { unsafe socket.wsi = wsi }
    } else if let fetch = fetches[number] {
      let request = fetch.request
      let wsi = unsafe connect(
        request.endpoint,
        address,
        request.security,
        request.proxy,
        request.method,
        number
      )
      guard let wsi = unsafe wsi else {
        if fetches[number] != nil {
          end(fetch, .failure(fetch.failure(.unreachable, "cannot connect")))
        }
        return
      }
      if fetches[number] != nil { unsafe fetch.wsi = wsi }
    }
  }

  private func connect(
    _ endpoint: Endpoint,
    _ address: String,
    _ security: TransportSecurity,
    _ proxy: Proxy?,
    _ method: String?,
    _ number: UInt64
  ) -> OpaquePointer? {
    guard let host = unsafe clientHost(security, proxy) else { return nil }
    var flags: Int32 = 0
    if endpoint.scheme.isSecure {
      flags |= plx_lws_use_tls
      if security.allowsSelfSigned { flags |= plx_lws_allow_self_signed }
    }
    if method != nil { flags |= plx_lws_pipeline }
    return unsafe plx_lws_connect(
      context,
      host,
      address,
      Int32(endpoint.port),
      endpoint.authority,
      endpoint.target,
      method,
      flags,
      memory.idlePolicy,
      UnsafeMutableRawPointer(bitPattern: UInt(number))
    )
  }

  private func clientHost(_ security: TransportSecurity, _ proxy: Proxy?) -> OpaquePointer? {
    let key = ClientHost(authorityFile: security.authorityFile, proxy: proxy)
    if let known = unsafe clientHosts[key] { return unsafe known }
    let made = unsafe plx_lws_client_vhost(
      context,
      "client-\(clientHosts.count)",
      memory.protocols,
      memory.idlePolicy,
      security.authorityFile,
      proxy?.host,
      UInt32(proxy?.port ?? 0)
    )
    unsafe clientHosts[key] = made
    return unsafe made
  }
}
