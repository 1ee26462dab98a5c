import Codecs
import Market
import Units

/// One socket: what it is subscribed to, and its clocks.
struct KrakenSocket: Sendable {
  let isPrivate: Bool
  let connection: UInt64
  /// Channels and symbols, `book:BTC/USD`: how many there are decides about heartbeats.
  var subscriptions: Set<String> = []
  var tokens: Set<String> = []
  var lastHeartbeat: Timestamp
  var lastFrame: Timestamp
  var budget = TokenBucket(
    capacity: KrakenLimits.frames,
    refillPerSecond: KrakenLimits.framesPerSecond
  )
  /// The last number sent on each private channel.
  var executionSequence: UInt64 = 0
  var balanceSequence: UInt64 = 0
  /// Whether every change of an order is told, or only its beginning and its end.
  var tellsEveryStatus = true

  init(isPrivate: Bool, connection: UInt64, now: Timestamp) {
    self.isPrivate = isPrivate
    self.connection = connection
    lastHeartbeat = now
    lastFrame = now
  }

  /// When there is something to do: a heartbeat, or closing an idle socket.
  var nextTurn: Timestamp {
    subscriptions.isEmpty
      ? lastFrame.advanced(byNanoseconds: KrakenLimits.idleNanoseconds)
      : lastHeartbeat.advanced(byNanoseconds: KrakenLimits.heartbeatNanoseconds)
  }
}

/// Who listens to what, apart from books.
struct KrakenChannels: Sendable {
  /// By instrument.
  var trades: [[SocketNumber]]
  /// Tickers that follow trades, and tickers that follow the best bid and offer.
  var tickers: [[SocketNumber]]
  var bestTickers: [[SocketNumber]]
  var instruments: [SocketNumber] = []
  /// By account index.
  var executions: [Int: [SocketNumber]] = [:]
  var balances: [Int: [SocketNumber]] = [:]

  init(pairs: Int = 0) {
    trades = Array(repeating: [], count: pairs)
    tickers = trades
    bestTickers = trades
  }

  mutating func remove(_ socket: SocketNumber) {
    for index in trades.indices {
      trades[index].removeAll { $0 == socket }
      tickers[index].removeAll { $0 == socket }
      bestTickers[index].removeAll { $0 == socket }
    }
    instruments.removeAll { $0 == socket }
    for account in executions.keys { executions[account]?.removeAll { $0 == socket } }
    for account in balances.keys { balances[account]?.removeAll { $0 == socket } }
  }
}

/// One frame of a client, taken apart as far as every answer needs it.
struct KrakenFrame {
  let method: String
  let params: JSONValue
  let requestNumber: Int64?

  var token: String? { params["token"]?.string }
}

extension KrakenGateway {
  public func receive(
    _ frame: [UInt8],
    from socket: SocketNumber,
    effects: inout [GatewayEffect]
  ) {
    guard sockets[socket] != nil else { return }
    let now = exchange.now
    sockets[socket]?.lastFrame = now
    if settings.limitsRates, sockets[socket]?.budget.take(at: now) == false {
      send(.object(["error": .string("Exceeded msg rate")]), to: socket, &effects)
      return
    }
    guard frame.count <= KrakenLimits.frameBytes, let value = try? JSONValue(frame),
      value.members != nil
    else {
      answer(nil, error: "Malformed request", to: socket, &effects)
      return
    }
    let request = KrakenFrame(
      method: value["method"]?.string ?? "",
      params: value["params"] ?? .object([]),
      requestNumber: value["req_id"]?.integer.map(Int64.init)
    )
    switch request.method {
    case "ping": answerPing(request, socket, &effects)
    case "subscribe", "unsubscribe": changeSubscription(request, socket, &effects)
    default: trade(request, socket, &effects)
    }
  }

  private func answerPing(
    _ request: KrakenFrame,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let pong = KrakenJSON.object([
      "method": .string("pong"), "req_id": request.requestNumber.map { .integer($0) },
      "time_in": .string(KrakenText.micros(exchange.now)), "time_out": .string(timeOut),
    ])
    send(pong, to: socket, &effects)
  }

  // MARK: Answers

  /// When an answer leaves: a little after the question came (recorded: 39 and 42 µs).
  var timeOut: String { KrakenText.micros(exchange.now.advanced(byNanoseconds: 40_000)) }

  func send(_ frame: KrakenJSON, to socket: SocketNumber, _ effects: inout [GatewayEffect]) {
    effects.append(.send(socket, frame.bytes))
  }

  /// Says that a request succeeded; members in the order of recorded answers.
  func answer(
    _ request: KrakenFrame,
    result: KrakenJSON?,
    more: KeyValuePairs<String, KrakenJSON?> = [:],
    to socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    var members: [KrakenJSON.Member] = [.init("method", .string(request.method))]
    for (name, value) in more { if let value { members.append(.init(name, value)) } }
    if let number = request.requestNumber { members.append(.init("req_id", .integer(number))) }
    if let result { members.append(.init("result", result)) }
    members += [
      .init("success", .boolean(true)),
      .init("time_in", .string(KrakenText.micros(exchange.now))),
      .init("time_out", .string(timeOut)),
    ]
    send(.object(members), to: socket, &effects)
  }

  /// Says why a request failed.
  func answer(
    _ request: KrakenFrame?,
    error: String,
    symbol: String? = nil,
    to socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let method = request.flatMap { $0.method.isEmpty ? nil : $0.method }
    let frame = KrakenJSON.object([
      "error": .string(error), "method": method.map { .string($0) },
      "req_id": request?.requestNumber.map { .integer($0) }, "success": .boolean(false),
      "symbol": symbol.map { .string($0) },
      "time_in": .string(KrakenText.micros(exchange.now)), "time_out": .string(timeOut),
    ])
    send(frame, to: socket, &effects)
  }

  // MARK: Time

  /// A heartbeat each second while there is a subscription, also under load (recorded).
  func beat(_ socket: SocketNumber, _ effects: inout [GatewayEffect]) {
    guard let state = sockets[socket], state.nextTurn <= exchange.now else { return }
    if state.subscriptions.isEmpty {
      effects.append(.close(socket, code: 1000, reason: "Idle"))
      closed(socket)
      return
    }
    effects.append(.send(socket, Array("{\"channel\":\"heartbeat\"}".utf8)))
    // After a long pause of the clock one heartbeat is enough.
    let late = exchange.now.nanoseconds(since: state.nextTurn)
    sockets[socket]?.lastHeartbeat =
      late < KrakenLimits.heartbeatNanoseconds ? state.nextTurn : exchange.now
  }
}
