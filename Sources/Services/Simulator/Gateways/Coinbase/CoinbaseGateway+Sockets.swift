import Codecs
import Market
public import Units

/// Opening sockets, subscribing, and what is due by time.
extension CoinbaseGateway {
  /// The largest message that a client may send.
  static let messageBytes = 65_536

  public func open(
    _ socket: SocketNumber,
    _ request: GatewayRequest,
    effects: inout [GatewayEffect]
  ) -> GatewayResponse? {
    noteStart()
    let paths = CoinbaseGateway.socketPaths
    guard request.path == paths.market || request.path == paths.account else {
      return CoinbaseError.notFound("Not found").response(isVersion2: false)
    }
    let isAdmitted = !settings.limitsRates || sockets.connections.take(at: exchange.now)
    guard isAdmitted, sockets.sockets.count < CoinbaseSockets.most else {
      return CoinbaseError.tooManyRequests.response(isVersion2: false)
    }
    sockets.sockets[socket] = CoinbaseSocket(
      isForAccount: request.path == paths.account,
      opened: exchange.now,
      lastSent: exchange.now
    )
    return nil
  }

  public func closed(_ socket: SocketNumber) { sockets.remove(socket) }

  public func receive(
    _ frame: [UInt8],
    from socket: SocketNumber,
    effects: inout [GatewayEffect]
  ) {
    guard sockets.sockets[socket] != nil else { return }
    do {
      try take(frame, from: socket, &effects)
    } catch {
      var writer = JSONWriter()
      writer.object {
        $0.field("type", "error")
        $0.field("message", error.message)
      }
      sockets.sockets[socket]?.lastSent = exchange.now
      effects.append(.send(socket, writer.bytes))
    }
  }

  /// Why a message was refused; the frame has no number of its own (fact sheet, section 3).
  ///
  /// Only `authentication failure` is quoted by a source; the other words are ours.
  private struct Refusal: Error {
    let message: String
    static let authentication = Refusal(message: "authentication failure")
    init(message: String) { self.message = message }
    init(_ message: String) { self.message = message }
  }

  private func take(
    _ frame: [UInt8],
    from socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(Refusal) {
    guard frame.count <= CoinbaseGateway.messageBytes, let message = try? JSONValue(frame),
      message.members != nil
    else {
      try admit(socket, isSigned: false)
      throw Refusal("failed to parse message")
    }
    let token = message["jwt"]?.string
    try admit(socket, isSigned: token != nil)
    let isSubscription = message["type"]?.string == "subscribe"
    guard isSubscription || message["type"]?.string == "unsubscribe" else {
      throw Refusal("invalid message type")
    }
    guard let channel = message["channel"]?.string.flatMap(CoinbaseChannel.init) else {
      throw Refusal("invalid channel")
    }
    if sockets.sockets[socket]?.isForAccount == true, !channel.isOnAccountSocket {
      throw Refusal("channel \(channel.rawValue) is not available on this endpoint")
    }
    var signer: CoinbaseKey?
    if let token {
      guard
        let name = CoinbaseToken.signer(of: token, keys, at: exchange.now, uris: nil),
        let key = keys[name], key.permissions.contains(.view)
      else { throw .authentication }
      signer = key
    } else if channel == .user {
      throw .authentication
    }
    let indices = try products(message)
    if isSubscription {
      try subscribe(socket, channel, indices, signer, &effects)
    } else {
      unsubscribe(socket, channel, indices)
    }
    sockets.sockets[socket]?.hasSubscribed = true
    sendSubscriptions(to: socket, &effects)
  }

  private func admit(_ socket: SocketNumber, isSigned: Bool) throws(Refusal) {
    guard settings.limitsRates else { return }
    let isTaken =
      isSigned
      ? sockets.sockets[socket]?.signedMessages.take(at: exchange.now)
      : sockets.sockets[socket]?.messages.take(at: exchange.now)
    guard isTaken == true else { throw Refusal("rate limit exceeded") }
  }

  private func products(_ message: JSONValue) throws(Refusal) -> [Int] {
    guard let value = message["product_ids"], value != .null else { return [] }
    guard let elements = value.elements else { throw Refusal("invalid product_ids") }
    var indices: [Int] = []
    for element in elements {
      guard let name = element.string, let index = products[name] else {
        throw Refusal("\(String((element.string ?? "").prefix(32))) is not a valid product")
      }
      if !indices.contains(index) { indices.append(index) }
    }
    return indices
  }

  private func subscribe(
    _ socket: SocketNumber,
    _ channel: CoinbaseChannel,
    _ indices: [Int],
    _ signer: CoinbaseKey?,
    _ effects: inout [GatewayEffect]
  ) throws(Refusal) {
    switch channel {
    case .heartbeats: sockets.addHeartbeats(socket, from: exchange.now)
    case .user:
      guard let signer else { throw .authentication }
      let known = sockets.sockets[socket]?.account
      guard known == nil || known == signer.account else { throw .authentication }
      sockets.addUser(socket, signer.account, indices.isEmpty ? nil : indices)
      sendOrders(of: signer.account, indices, to: socket, &effects)
    case .status:
      let all = indices.isEmpty ? Array(exchange.instruments.indices) : indices
      let new = all.filter { sockets.add(channel, $0, socket) }
      if !new.isEmpty { send(statusFrame("snapshot", new), to: [socket], &effects) }
    default:
      guard !indices.isEmpty else { throw Refusal("product_ids is required") }
      for index in indices where sockets.add(channel, index, socket) {
        send(snapshot(channel, index), to: [socket], &effects)
      }
    }
  }

  private func unsubscribe(_ socket: SocketNumber, _ channel: CoinbaseChannel, _ indices: [Int]) {
    switch channel {
    case .heartbeats: sockets.removeHeartbeats(socket)
    case .user: sockets.removeUser(socket, indices)
    default:
      let all = indices.isEmpty ? sockets.sockets[socket]?.products[channel] ?? [] : indices
      for index in all { sockets.remove(channel, index, socket) }
    }
  }

  /// Tells a socket all that it is subscribed to now: the answer to every message.
  private func sendSubscriptions(to socket: SocketNumber, _ effects: inout [GatewayEffect]) {
    guard let known = sockets.sockets[socket] else { return }
    var lists: [String: [String]] = [:]
    for (channel, indices) in known.products where channel != .user {
      lists[channel.rawValue] = indices.map { exchange.instruments[$0].coinbaseID }
    }
    if known.hearsHeartbeats { lists["heartbeats"] = ["heartbeats"] }
    if let account = known.account { lists["user"] = [user(of: account)] }
    let frame = CoinbaseFrame("subscriptions", at: exchange.now) { events in
      events.object { event in
        event.object("subscriptions") { body in
          for name in lists.keys.sorted() {
            body.array(name) { list in lists[name]?.forEach { list.string($0) } }
          }
        }
      }
    }
    send(frame, to: [socket], &effects)
  }

  /// Sends a frame with the next number of each socket.
  func send(
    _ frame: CoinbaseFrame,
    to list: [SocketNumber],
    _ effects: inout [GatewayEffect]
  ) {
    for socket in list {
      guard let sequence = sockets.sockets[socket]?.sequence else { continue }
      sockets.sockets[socket]?.sequence = sequence + 1
      sockets.sockets[socket]?.lastSent = exchange.now
      effects.append(.send(socket, frame.bytes(sequence)))
    }
  }

  // MARK: Time

  public var nextDeadline: Timestamp? { sockets.due }

  public func advance(effects: inout [GatewayEffect]) {
    noteStart()
    let now = exchange.now
    for index in sockets.waiting.indices {
      guard let due = sockets.waiting[index].due, due <= now else { continue }
      flush(index, &effects)
    }
    if let due = sockets.heartbeatDue, due <= now { sendHeartbeats(due, &effects) }
    for socket in sockets.ended(at: now) {
      let hasSubscribed = sockets.sockets[socket]?.hasSubscribed == true
      sockets.remove(socket)
      effects.append(
        .close(
          socket,
          code: hasSubscribed ? 1_001 : 1_008,
          reason: hasSubscribed ? "idle" : "no subscription within 5 seconds"
        )
      )
    }
  }

  /// One beat, whatever was missed; the next one is in step with those before.
  private func sendHeartbeats(_ due: Timestamp, _ effects: inout [GatewayEffect]) {
    let step = CoinbaseSockets.heartbeatNanoseconds
    let late = exchange.now.nanoseconds(since: due) / step
    sockets.heartbeatDue = due.advanced(byNanoseconds: (late + 1) * step)
    let frame = CoinbaseFrame("heartbeats", at: exchange.now) { events in
      events.object {
        let running = runningNanoseconds
        $0.field("current_time", CoinbaseTime.printed(exchange.now, running: running))
        $0.field("heartbeat_counter", running / step)
      }
    }
    send(frame, to: sockets.heartbeatListeners, &effects)
  }
}
