import Codecs
import Market
public import Units

/// Sockets: who is there, who listens to what, and what is due when.
extension GeminiGateway {
  /// The older feeds send a heartbeat every five seconds (recorded 2026-08-09).
  static let heartbeatNanoseconds: Int64 = 5_000_000_000
  /// The largest frame that is read.
  static let largestFrame = 65_536

  // MARK: Coming and going

  public func open(
    _ socket: SocketNumber,
    _ request: GatewayRequest,
    effects: inout [GatewayEffect]
  ) -> GatewayResponse? {
    do throws(GeminiError) {
      guard exchange.status != .closed else { throw .maintenance }
      guard let query = PercentEncoding.fields(of: request.query) else {
        throw GeminiError(400, "Bad Request", "The query cannot be decoded")
      }
      switch request.path {
      case "/", "": try openStreams(socket, request, query)
      case "/v2/marketdata", "/v2/marketdata/":
        var opened = GeminiSocket(kind: .feed, opened: exchange.now)
        opened.heartbeat = nextHeartbeat
        sockets[socket] = opened
      case "/v1/multimarketdata": try openMultiFeed(socket, query, &effects)
      case "/v1/order/events": try openOrderEvents(socket, request, query, &effects)
      default: throw .unknownEndpoint(request.path)
      }
      return nil
    } catch {
      return error.response
    }
  }

  var nextHeartbeat: Timestamp {
    exchange.now.advanced(byNanoseconds: GeminiGateway.heartbeatNanoseconds)
  }

  /// The current protocol: anyone may come; who sends key headers must have signed them.
  private func openStreams(
    _ number: SocketNumber,
    _ request: GatewayRequest,
    _ query: [(name: String, value: String)]
  ) throws(GeminiError) {
    var socket = GeminiSocket(kind: .streams, opened: exchange.now)
    if let text = query.first(where: { $0.name == "snapshot" })?.value {
      guard let depth = Int(text), depth >= -1 else {
        throw GeminiError(400, "Bad Request", "Invalid snapshot depth '\(text)'")
      }
      socket.snapshotDepth = depth == -1 ? .max : depth
    }
    if request.header("x-gemini-apikey") != nil || request.header("x-gemini-signature") != nil {
      do {
        socket.key = try authenticateHandshake(request)
      } catch {
        // The page on authentication names this status for every key that is not let in.
        throw GeminiError(401, error.reason, error.message)
      }
    }
    sockets[number] = socket
  }

  public func closed(_ socket: SocketNumber) {
    for subscription in sockets[socket]?.subscriptions ?? [] {
      leave(subscription.stream, socket)
    }
    sockets[socket] = nil
  }

  public func receive(
    _ frame: [UInt8],
    from socket: SocketNumber,
    effects: inout [GatewayEffect]
  ) {
    guard let kind = sockets[socket]?.kind else { return }
    guard frame.count <= GeminiGateway.largestFrame else {
      effects.append(.close(socket, code: 1009, reason: "Message too big"))
      return
    }
    switch kind {
    case .streams: receiveRequest(frame, socket, &effects)
    case .feed: receiveFeedRequest(frame, socket, &effects)
    // Both are told what to send by their query alone.
    case .multiFeed, .orderEvents: break
    }
  }

  // MARK: Audiences

  /// Adds a socket to a stream's audience; false when it was there.
  func join(_ stream: GeminiStream, _ name: String, _ socket: SocketNumber) -> Bool {
    guard sockets[socket]?.subscriptions.contains(where: { $0.stream == stream }) == false else {
      return false
    }
    sockets[socket]?.subscriptions.append(.init(name: name, stream: stream))
    var audience = audiences[stream] ?? []
    audience.insert(socket, at: audience.firstIndex { $0 > socket } ?? audience.endIndex)
    audiences[stream] = audience
    switch stream {
    case .depth, .levels:
      if batches[stream] == nil { batches[stream] = GeminiDepthBatch(previous: lastUpdate) }
    case .bookTicker(let index):
      if tops[index] == nil { tops[index] = top(index) }
    case .balanceSnapshots: schedule(.slow)
    default: break
    }
    return true
  }

  func leave(_ stream: GeminiStream, _ socket: SocketNumber) {
    sockets[socket]?.subscriptions.removeAll { $0.stream == stream }
    audiences[stream]?.removeAll { $0 == socket }
    guard audiences[stream]?.isEmpty == true else { return }
    audiences[stream] = nil
    batches[stream] = nil
    switch stream {
    case .bookTicker(let index): tops[index] = nil
    case .multiFeed(let index): mirrors[index] = nil
    default: break
    }
  }

  func send(_ frame: [UInt8], to stream: GeminiStream, _ effects: inout [GatewayEffect]) {
    for socket in audiences[stream] ?? [] { effects.append(.send(socket, frame)) }
  }

  func top(_ index: Int) -> GeminiTop {
    GeminiTop(bid: exchange.best(index, .bid), ask: exchange.best(index, .ask))
  }

  // MARK: Time

  /// The streams of a pace beat at whole multiples of it.
  func schedule(_ pace: GeminiPace) {
    guard nextBeats[pace] == nil else { return }
    let length = pace.nanoseconds
    let now = exchange.now.nanoseconds
    let start = Timestamp(nanoseconds: now - now % length)
    nextBeats[pace] = start.advanced(byNanoseconds: length)
  }

  public func advance(effects: inout [GatewayEffect]) {
    flushOutbox(&effects)
    for pace in GeminiPace.allCases {
      guard let due = nextBeats[pace], due <= exchange.now else { continue }
      nextBeats[pace] = nil
      beat(pace, &effects)
    }
    for number in sockets.keys.sorted() {
      guard let due = sockets[number]?.heartbeat, due <= exchange.now else { continue }
      sockets[number]?.heartbeat = nextHeartbeat
      sendHeartbeat(number, &effects)
    }
  }

  public var nextDeadline: Timestamp? {
    if !outbox.isEmpty { return exchange.now }
    let beats = nextBeats.values.min()
    let heartbeats = sockets.values.compactMap(\.heartbeat).min()
    guard let beats, let heartbeats else { return beats ?? heartbeats }
    return min(beats, heartbeats)
  }

  func flushOutbox(_ effects: inout [GatewayEffect]) {
    guard !outbox.isEmpty else { return }
    for effect in outbox {
      guard case .send(let socket, _) = effect, sockets[socket] != nil else { continue }
      effects.append(effect)
    }
    outbox.removeAll(keepingCapacity: true)
  }

  private func sendHeartbeat(_ number: SocketNumber, _ effects: inout [GatewayEffect]) {
    guard let socket = sockets[number] else { return }
    let time = exchange.now.geminiMilliseconds
    let frame: [UInt8]
    switch socket.kind {
    case .streams: return
    case .feed:
      frame = GeminiJSON.object { writer in
        writer.field("timestamp", time)
        writer.field("type", "heartbeat")
      }
    case .multiFeed:
      frame = GeminiJSON.object { writer in
        writer.field("type", "heartbeat")
        writer.field("socket_sequence", socket.sequence)
      }
    case .orderEvents(let filter):
      frame = GeminiJSON.object { writer in
        writer.field("type", "heartbeat")
        writer.field("timestampms", time)
        writer.field("sequence", socket.sequence)
        writer.field("trace_id", filter.trace)
        writer.field("socket_sequence", socket.sequence)
      }
    }
    sockets[number]?.sequence += 1
    effects.append(.send(number, frame))
  }

  // MARK: What happened

  public func publish(_ events: [ExchangeEvent], effects: inout [GatewayEffect]) {
    flushOutbox(&effects)
    var publication = GeminiPublication()
    for event in events {
      lastUpdate += GeminiIdentifier.eventStep
      switch event {
      case .level(let index, let side, let price, let quantity):
        note(
          GeminiLevelChange(side: side, price: price, quantity: quantity),
          index,
          &publication
        )
      case .trade(let trade): note(trade, &publication, &effects)
      case .order(let order, let change): note(order, change, &publication, &effects)
      case .fill(let fill): publication.fill = fill
      case .balance(let account, let asset):
        if audiences[.balances(account.index)] != nil { publication.add(asset, of: account) }
      case .transfer: break
      case .status(let status): note(status, &effects)
      }
    }
    for (index, levels) in publication.changes { sendChanges(levels, index, &effects) }
    for index in publication.tickers { sendTicker(index, &effects) }
    for index in publication.candles { sendCandles(index, &effects) }
    for (account, assets) in publication.balances {
      send(
        balanceFrame(account, assets),
        to: .balances(account.index),
        &effects
      )
    }
  }

  private func note(
    _ change: GeminiLevelChange,
    _ index: Int,
    _ publication: inout GeminiPublication
  ) {
    guard !audiences.isEmpty else { return }
    for pace in GeminiPace.allCases {
      for stream in GeminiGateway.bookStreams(index, pace) where batches[stream] != nil {
        batches[stream]?.add(change)
        schedule(pace)
      }
    }
    if audiences[.feed(index)] != nil || audiences[.multiFeed(index)] != nil {
      publication.add(change, index)
    }
    if audiences[.bookTicker(index)] != nil, !publication.tickers.contains(index) {
      publication.tickers.append(index)
    }
  }

  static func bookStreams(_ index: Int, _ pace: GeminiPace) -> [GeminiStream] {
    [
      .depth(index, pace), .levels(index, depth: 5, pace), .levels(index, depth: 10, pace),
      .levels(index, depth: 20, pace),
    ]
  }

  private func note(
    _ trade: PublicTrade,
    _ publication: inout GeminiPublication,
    _ effects: inout [GatewayEffect]
  ) {
    let index = trade.instrument
    tapes[index].add(trade, event: lastUpdate, symbols[index].instrument.scale)
    guard !audiences.isEmpty else { return }
    sendChanges(publication.takeChanges(index), index, &effects)
    if audiences[.trades(index)] != nil {
      send(tradeFrame(trade), to: .trades(index), &effects)
    }
    if audiences[.feed(index)] != nil {
      let frame = GeminiJSON.object { writeFeedTrade(trade, event: lastUpdate, &$0) }
      send(frame, to: .feed(index), &effects)
    }
    if audiences[.multiFeed(index)] != nil { sendMultiTrade(trade, &effects) }
    if !publication.candles.contains(index) { publication.candles.append(index) }
  }

  private func sendChanges(
    _ levels: [GeminiLevelChange],
    _ index: Int,
    _ effects: inout [GatewayEffect]
  ) {
    guard !levels.isEmpty else { return }
    if audiences[.feed(index)] != nil {
      send(feedChanges(levels, index), to: .feed(index), &effects)
    }
    if audiences[.multiFeed(index)] != nil { sendMultiChanges(levels, index, &effects) }
  }

  private func note(
    _ order: SimulatedOrder,
    _ change: OrderChange,
    _ publication: inout GeminiPublication,
    _ effects: inout [GatewayEffect]
  ) {
    switch change {
    case .accepted:
      if let name = order.request.clientOrderID {
        liveNames[GeminiOrderName(account: order.account, text: name)] = order.number
      }
      tell(order, .accepted, &effects)
    case .triggered: awake.insert(order.number)
    case .rested:
      // A stop order that waits is in no book yet.
      if order.request.trigger == nil || awake.contains(order.number) {
        tell(order, .booked, &effects)
      }
    case .filled:
      guard let fill = publication.fill, fill.order == order.number else { break }
      publication.fill = nil
      tell(order, .filled(fill), &effects)
    case .ended: tell(order, .cancelled, &effects)
    case .amended: break
    }
    guard order.status.isFinal else { return }
    tell(order, .closed, &effects)
    awake.remove(order.number)
    if let name = order.request.clientOrderID {
      let key = GeminiOrderName(account: order.account, text: name)
      if liveNames[key] == order.number { liveNames[key] = nil }
    }
  }

  /// Maintenance ends every connection.
  private func note(_ status: InstrumentStatus, _ effects: inout [GatewayEffect]) {
    guard status == .closed else { return }
    for socket in sockets.keys.sorted() {
      effects.append(.close(socket, code: 1001, reason: "Maintenance"))
    }
  }
}
