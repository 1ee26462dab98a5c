import Units

/// WebSockets in memory.
extension MemoryNetwork {
  /// How long the answer to a closing frame is waited for: what libwebsockets allows for
  /// `PENDING_TIMEOUT_CLOSE_ACK`.
  static let closeNanoseconds: Int64 = 5_000_000_000
  /// How much of a reason fits into a closing frame, in bytes.
  private static let reasonBytes = 120

  public func open(_ request: SocketRequest, _ handler: any SocketHandler) -> SocketID {
    let number = nextNumber()
    let socket = MemorySocket(number, request, handler)
    let words = "not open after \(request.openNanoseconds / 1_000_000_000) s"
    let end = SocketEnd(.timedOut, words: words)
    socket.timer = set(.endSocket(number, end), after: request.openNanoseconds)
    sockets[number] = socket
    set(.connectSocket(number), after: 0)
    return SocketID(number: number)
  }

  public func send(_ text: [UInt8], on socket: SocketID) -> Bool {
    guard let socket = sockets[socket.number], socket.state == .open, let link = socket.link,
      socket.backlog + text.count <= socket.maximumBacklogBytes
    else { return false }
    socket.backlog += text.count
    send(.message(text, to: socket.direction), socket.direction, over: link)
    return true
  }

  public func close(_ socket: SocketID, code: Int, reason: String) {
    guard let socket = sockets[socket.number], socket.state != .closing else { return }
    cancelEvent(socket.timer)
    socket.timer = nil
    guard socket.state == .open, let link = socket.link else {
      socket.state = .closing
      set(.endSocket(socket.number, SocketEnd(.closedByUs, words: reason)), after: 0)
      return
    }
    socket.state = .closing
    socket.closing = (code, reason)
    let end = SocketEnd(.closedByUs, code: code, words: reason)
    socket.timer = set(.endSocket(socket.number, end), after: MemoryNetwork.closeNanoseconds)
    let sent = String(decoding: reason.utf8.prefix(MemoryNetwork.reasonBytes), as: UTF8.self)
    let parcel = Parcel.close(code: code, reason: sent, to: socket.direction)
    send(parcel, socket.direction, over: link)
  }

  /// Puts something on its way; over a dead link, nothing leaves.
  func send(_ parcel: Parcel, _ direction: MemoryLink.Direction, over link: MemoryLink) {
    guard !link.isDead else { return }
    set(.arrival(link, parcel), at: link.arrival(direction, from: time))
  }

  /// Tells a socket's handler that it is over, once, and the other end, unless it knows.
  func end(_ socket: MemorySocket, _ end: SocketEnd, tellsPeer: Bool = true) {
    guard sockets.removeValue(forKey: socket.number) != nil else { return }
    cancelEvent(socket.timer)
    if let link = socket.link {
      if tellsPeer, socket.peer != nil {
        send(.end(to: socket.direction), socket.direction, over: link)
      }
      if socket.isClient { link.clientSocket = nil } else { link.serverSocket = nil }
      link.leaveIfOver()
    }
    socket.link = nil
    socket.listener.ended(SocketID(number: socket.number), end, at: now)
  }

  // MARK: Opening

  func connectSocket(_ number: UInt64) {
    guard let socket = sockets[number], socket.state == .opening else { return }
    do throws(FetchFailure) {
      let link = try link(to: socket.request.endpoint)
      socket.link = link
      link.clientSocket = socket
      let connect = link.connectNanoseconds()
      switch link.port.condition {
      case .silent: break
      case .refusing:
        let end = SocketEnd(.unreachable, words: "connection refused")
        set(.endSocket(number, end), after: connect)
      case .normal, .resetting:
        let sent = time.advanced(byNanoseconds: connect)
        set(.arrival(link, .upgrade), at: link.arrival(.toServer, from: sent))
      }
    } catch {
      end(socket, SocketEnd(error.cause, words: error.words))
    }
  }

  func upgradeArrived(over link: MemoryLink) {
    guard let client = link.clientSocket, let server = link.port.server else { return }
    if link.port.condition == .resetting { return reset(link) }
    let number = nextNumber()
    let id = SocketID(number: number)
    let request = ServerRequest(upgrade: client.request, server.listen)
    if let refusal = server.handler.upgrading(id, request, at: now) {
      send(.refused(status: refusal.status), .toClient, over: link)
      return
    }
    let socket = MemorySocket(number, server.listen, server.handler)
    sockets[number] = socket
    socket.link = link
    guard !link.isDead else {
      // The handler itself has broken the way here.
      end(socket, SocketEnd(.closedByPeer, words: "without a closing frame"))
      return
    }
    link.serverSocket = socket
    socket.state = .open
    socket.lastHeard = time
    send(.accepted, .toClient, over: link)
    socket.listener.opened(id, at: now)
  }

  func upgradeAccepted(over link: MemoryLink) {
    guard let client = link.clientSocket, client.state == .opening else { return }
    cancelEvent(client.timer)
    client.timer = nil
    client.state = .open
    client.lastHeard = time
    client.listener.opened(SocketID(number: client.number), at: now)
  }

  func upgradeRefused(_ status: Int, over link: MemoryLink) {
    guard let client = link.clientSocket, client.state == .opening else { return }
    end(client, SocketEnd(.refused, words: "the answer to the upgrade was \(status)"))
  }

  // MARK: Arrivals

  func messageArrived(
    _ bytes: [UInt8],
    _ direction: MemoryLink.Direction,
    over link: MemoryLink
  ) {
    link.socket(from: direction)?.backlog -= bytes.count
    guard let socket = link.socket(to: direction), socket.state == .open else { return }
    socket.lastHeard = time
    guard bytes.count <= socket.maximumMessageBytes else {
      let words = "a message of more than \(socket.maximumMessageBytes) bytes"
      return end(socket, SocketEnd(.tooLong, words: words))
    }
    socket.listener.received(SocketID(number: socket.number), bytes.span, at: now)
  }

  func closeArrived(
    _ code: Int,
    _ reason: String,
    _ direction: MemoryLink.Direction,
    over link: MemoryLink
  ) {
    send(.closeAnswer(to: direction.opposite), direction.opposite, over: link)
    guard let socket = link.socket(to: direction) else { return }
    let end =
      socket.closing.map { SocketEnd(.closedByUs, code: $0.code, words: $0.reason) }
      ?? SocketEnd(.closedByPeer, code: code, words: reason)
    self.end(socket, end, tellsPeer: false)
  }

  func closeAnswered(_ direction: MemoryLink.Direction, over link: MemoryLink) {
    guard let socket = link.socket(to: direction), let closing = socket.closing else { return }
    end(socket, SocketEnd(.closedByUs, code: closing.code, words: closing.reason))
  }

  func endArrived(_ direction: MemoryLink.Direction, over link: MemoryLink) {
    guard let socket = link.socket(to: direction) else { return }
    end(socket, socket.brokenEnd, tellsPeer: false)
  }

  // MARK: Conditions

  /// What happens to a link over which nothing arrives any more: its ends find out in time.
  func fallSilent(_ link: MemoryLink) {
    for case let socket? in [link.clientSocket, link.serverSocket] where socket.state == .open {
      cancelEvent(socket.timer)
      let hangup = socket.hangup(silentSince: time)
      socket.timer = set(.endSocket(socket.number, socket.brokenEnd), at: hangup)
    }
    if link.serverRequest != nil {
      set(.forgetRequest(link), after: Int64(LiveMemory.hangupSeconds) * 1_000_000_000)
    }
  }

  /// Breaks a link; its ends hear of it at once, though not within this call.
  func reset(_ link: MemoryLink) {
    for case let socket? in [link.clientSocket, link.serverSocket] {
      set(.endSocket(socket.number, socket.brokenEnd), after: 0)
    }
    if let fetch = link.fetch {
      if fetch.isSent {
        let words = "the connection ended before the answer"
        set(.endFetch(fetch.number, .closedByPeer, words), after: 0)
      } else {
        set(.endFetch(fetch.number, .unreachable, "the connection was reset"), after: 0)
      }
    }
    if link.serverRequest != nil { set(.forgetRequest(link), after: 0) }
  }
}

extension MemoryLink {
  func socket(to direction: Direction) -> MemorySocket? {
    direction == .toServer ? serverSocket : clientSocket
  }

  func socket(from direction: Direction) -> MemorySocket? { socket(to: direction.opposite) }
}

extension MemoryLink.Direction {
  var opposite: MemoryLink.Direction { self == .toServer ? .toClient : .toServer }
}

extension MemorySocket {
  /// What its handler hears when the connection breaks now.
  var brokenEnd: SocketEnd {
    if let closing { return SocketEnd(.closedByUs, code: closing.code, words: closing.reason) }
    return state == .opening
      ? SocketEnd(.unreachable, words: "the connection was reset")
      : SocketEnd(.closedByPeer, words: "without a closing frame")
  }
}
