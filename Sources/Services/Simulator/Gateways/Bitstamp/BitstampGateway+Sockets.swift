import Codecs
import Market
public import Units

/// Sockets: opening, subscribing, heartbeats, and what is due by time.
extension BitstampGateway {
  /// How many sockets are let in, over all clients; not the venue's number, which is unknown.
  private static let mostSockets = 4_096
  /// How many channels one socket may have; not the venue's number, which is unknown.
  private static let mostTopics = 1_000
  private static let largestFrame = 16_384
  /// How long a socket that was asked to reconnect is left open, in nanoseconds.
  private static let graceNanoseconds: Int64 = 10_000_000_000

  // MARK: Coming and going

  public func open(
    _ socket: SocketNumber,
    _ request: GatewayRequest,
    effects: inout [GatewayEffect]
  ) -> GatewayResponse? {
    guard exchange.status != .closed else {
      return GatewayResponse(status: 503, body: BitstampFailure.maintenance.body.bytes)
    }
    guard request.path == "/" || request.path.isEmpty else {
      return GatewayResponse(status: 404, body: BitstampFailure.plain(.notFound).body.bytes)
    }
    guard sockets.count < BitstampGateway.mostSockets else {
      return GatewayResponse(status: 429, body: BitstampFailure.plain(.rateLimit).body.bytes)
    }
    var new = BitstampSocket()
    // Sooner or later every socket is asked to move: here after one to twenty-four hours.
    let hour: UInt64 = 3_600_000_000_000
    let wait = BitstampSecrets.number(
      "\(settings.seed)",
      "bitstamp",
      "socket",
      "\(socket.value)",
      below: 23 * hour
    )
    let reconnect = exchange.now.advanced(byNanoseconds: Int64(hour + wait))
    new.reconnect = reconnect
    sockets[socket] = new
    nextSockets = min(nextSockets ?? reconnect, reconnect)
    return nil
  }

  public func closed(_ socket: SocketNumber) {
    guard let gone = sockets.removeValue(forKey: socket) else { return }
    for topic in gone.topics { unsubscribe(socket, from: topic) }
  }

  /// Asks every socket to reconnect, as the venue does before maintenance; those that stay are
  /// closed ten seconds later.
  public func requestReconnects(effects: inout [GatewayEffect]) {
    for socket in sockets.keys.sorted() { requestReconnect(socket, &effects) }
  }

  /// Loses the next so many frames of diffs on their way to clients, to test that they notice.
  public func loseDiffs(_ count: Int) { diffsToLose = count }

  private func requestReconnect(_ socket: SocketNumber, _ effects: inout [GatewayEffect]) {
    let end = exchange.now.advanced(byNanoseconds: BitstampGateway.graceNanoseconds)
    sockets[socket]?.reconnect = nil
    sockets[socket]?.end = end
    nextSockets = min(nextSockets ?? end, end)
    let frame: BitstampValue = ["event": "bts:request_reconnect", "channel": "", "data": ""]
    effects.append(.send(socket, frame.bytes))
  }

  // MARK: Frames from clients

  public func receive(
    _ frame: [UInt8],
    from socket: SocketNumber,
    effects: inout [GatewayEffect]
  ) {
    guard sockets[socket] != nil else { return }
    guard frame.count <= BitstampGateway.largestFrame, let value = try? JSONValue(frame),
      value.members != nil
    else {
      effects.append(.send(socket, socketError(nil, "Incorrect JSON format.")))
      return
    }
    switch value["event"]?.string {
    case "bts:heartbeat":
      let answer: BitstampValue = [
        "event": "bts:heartbeat", "channel": "", "data": ["status": "success"],
      ]
      effects.append(.send(socket, answer.bytes))
    case "bts:subscribe": subscribe(socket, value["data"], &effects)
    case "bts:unsubscribe": unsubscribe(socket, value["data"], &effects)
    default: effects.append(.send(socket, socketError(nil, "Incorrect JSON format.")))
    }
  }

  private func socketError(_ code: Int64?, _ message: String) -> [UInt8] {
    let frame: BitstampValue = [
      "event": "bts:error",
      "channel": "",
      "data": ["code": code.map(BitstampValue.integer) ?? .null, "message": .text(message)],
    ]
    return frame.bytes
  }

  /// What a channel's name means; nil for a name that is none.
  func topic(_ channel: String) -> BitstampTopic? {
    let kinds = BitstampTopic.Kind.allCases
    guard let kind = kinds.first(where: { channel.hasPrefix($0.rawValue + "_") }) else {
      return nil
    }
    let rest = channel.dropFirst(kind.rawValue.count + 1)
    guard kind.isPrivate else {
      guard let index = marketNumbers[String(rest)] else { return nil }
      return BitstampTopic(kind: kind, instrument: index, account: nil)
    }
    guard let cut = rest.lastIndex(of: "-"), let index = marketNumbers[String(rest[..<cut])],
      let number = Int64(rest[rest.index(after: cut)...]),
      let account = accounts.first(where: { userNumber($0) == number })
    else { return nil }
    return BitstampTopic(kind: kind, instrument: index, account: account)
  }

  /// The name of a channel.
  func channel(_ topic: BitstampTopic) -> String {
    let name = topic.kind.rawValue + "_" + markets[topic.instrument].symbol
    guard let account = topic.account else { return name }
    return name + "-" + String(userNumber(account))
  }

  private func subscribe(
    _ socket: SocketNumber,
    _ data: JSONValue?,
    _ effects: inout [GatewayEffect]
  ) {
    let name = data?["channel"]?.string ?? ""
    if name.hasPrefix("private-") {
      // A token opens its own account's channels and no others.
      let token = data?["auth"]?.string ?? ""
      guard let account = tokens.account(token, at: exchange.now),
        name.hasSuffix("-" + String(userNumber(account)))
      else {
        effects.append(.send(socket, socketError(4009, "Connection is unauthorized.")))
        return
      }
    }
    guard let topic = topic(name), channel(topic) == name else {
      effects.append(.send(socket, socketError(nil, "Bad subscription string.")))
      return
    }
    if sockets[socket]?.topics.contains(topic) == false {
      guard let count = sockets[socket]?.topics.count, count < BitstampGateway.mostTopics else {
        effects.append(.send(socket, socketError(nil, "Bad subscription string.")))
        return
      }
      sockets[socket]?.topics.append(topic)
      subscribers.add(socket, to: topic)
      start(topic)
    }
    let answer: BitstampValue = [
      "event": "bts:subscription_succeeded", "channel": .text(name), "data": [:],
    ]
    effects.append(.send(socket, answer.bytes))
  }

  private func start(_ topic: BitstampTopic) {
    if topic.kind.isBook { watchedBooks[topic.instrument] = true }
    switch topic.kind {
    case .diffs:
      let (bids, asks) = levels(topic.instrument)
      books[topic.instrument].startDiffs(bids: bids, asks: asks)
    // Whole books come soon after the subscription, changed or not.
    case .book, .detailedBook: requestBooks(topic.instrument)
    case .orders where orderFeeds[topic.instrument] == nil:
      var feed = BitstampOrderFeed()
      for side in [BookSide.bid, .ask] {
        for level in exchange.levels(topic.instrument, side) {
          let orders = exchange.orders(topic.instrument, side, at: level.price)
          feed.set(orders, side, level.price)
        }
      }
      orderFeeds[topic.instrument] = feed
    default: break
    }
  }

  private func unsubscribe(
    _ socket: SocketNumber,
    _ data: JSONValue?,
    _ effects: inout [GatewayEffect]
  ) {
    let name = data?["channel"]?.string ?? ""
    guard let topic = topic(name), sockets[socket]?.topics.contains(topic) == true else {
      effects.append(.send(socket, socketError(nil, "Bad subscription string.")))
      return
    }
    sockets[socket]?.topics.removeAll { $0 == topic }
    unsubscribe(socket, from: topic)
    let answer: BitstampValue = [
      "event": "bts:unsubscription_succeeded", "channel": .text(name), "data": [:],
    ]
    effects.append(.send(socket, answer.bytes))
  }

  private func unsubscribe(_ socket: SocketNumber, from topic: BitstampTopic) {
    subscribers.remove(socket, from: topic)
    guard subscribers[topic].isEmpty else { return }
    if topic.kind.isBook {
      watchedBooks[topic.instrument] = subscribers.watchesBook(topic.instrument)
    }
    switch topic.kind {
    case .diffs: books[topic.instrument].stopDiffs()
    case .orders: orderFeeds[topic.instrument] = nil
    default: break
    }
  }

  // MARK: Time

  public var nextDeadline: Timestamp? {
    var next = nextTick
    if let nextBooks { next = min(next ?? nextBooks, nextBooks) }
    if let nextSockets { next = min(next ?? nextSockets, nextSockets) }
    return next
  }

  /// Has a frame of a pair's book sent as soon as the time between two of them allows.
  func requestBooks(_ instrument: Int) {
    guard !books[instrument].isWaiting else { return }
    books[instrument].request()
    guard let due = books[instrument].nextDiff(after: exchange.now) else { return }
    nextBooks = min(nextBooks ?? due, due)
  }

  public func advance(effects: inout [GatewayEffect]) {
    let now = exchange.now
    let isTick = nextTick.map { $0 <= now } ?? false
    if isTick || nextBooks.map({ $0 <= now }) ?? false { advanceBooks(isTick, &effects) }
    if nextSockets.map({ $0 <= now }) ?? false { advanceSockets(&effects) }
  }

  private func advanceBooks(_ isTick: Bool, _ effects: inout [GatewayEffect]) {
    let now = exchange.now
    nextBooks = nil
    for index in books.indices {
      var stamp: Int64?
      let isDue = books[index].nextDiff(after: now).map { $0 <= now } ?? false
      // A snapshot never runs ahead of the diffs.
      if isDue || isTick && books[index].isWaiting { stamp = sendBooks(index, &effects) }
      if isTick, books[index].needsTick {
        books[index].tick(now, stamp: stamp) { levels(index) }
      }
      if let due = books[index].nextDiff(after: now) { nextBooks = min(nextBooks ?? due, due) }
    }
    if isTick {
      nextTick = nil
      if books.contains(where: { $0.needsTick }) { scheduleTick() }
    }
  }

  private func advanceSockets(_ effects: inout [GatewayEffect]) {
    let now = exchange.now
    for socket in sockets.keys.sorted() {
      if let end = sockets[socket]?.end, end <= now {
        effects.append(.close(socket, code: 1000, reason: ""))
        closed(socket)
      } else if let reconnect = sockets[socket]?.reconnect, reconnect <= now {
        requestReconnect(socket, &effects)
      }
    }
    nextSockets = sockets.values.compactMap(\.deadline).min()
  }

  /// The cache of books moves on with each whole second.
  func scheduleTick() {
    guard nextTick == nil else { return }
    let step = BitstampBook.cacheNanoseconds
    let next = (exchange.now.nanoseconds / step + 1).multipliedReportingOverflow(by: step)
    nextTick = next.overflow ? nil : Timestamp(nanoseconds: next.partialValue)
  }
}
