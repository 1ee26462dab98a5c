import Codecs
import Market
import Units

/// One depth of one book, and who gets its frames.
struct KrakenBookFeed: Sendable {
  var window: KrakenWindow
  var sockets: [SocketNumber]
}

/// A book snapshot on its way.
struct KrakenPendingSnapshot: Hashable, Sendable {
  let due: Timestamp
  let socket: SocketNumber
  let instrument: Int
  let depth: Int
}

/// A channel with its parameters, as a subscription names it.
private struct KrakenTopic {
  let channel: String
  var depth = 10
  var wantsSnapshot = true
  var trigger = "trades"
  var ordersInSnapshot = true
  var tradesInSnapshot = false
  var tellsEveryStatus = true
}

extension KrakenGateway {
  static let depths = [10, 25, 100, 500, 1_000]
  private static let privateChannels: Set<String> = ["executions", "balances"]
  private static let symbolChannels: Set<String> = ["book", "trade", "ticker"]

  func changeSubscription(
    _ request: KrakenFrame,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    guard let state = sockets[socket] else { return }
    let channel = request.params["channel"]?.string ?? ""
    let isPrivate = KrakenGateway.privateChannels.contains(channel)
    guard isPrivate || channel == "instrument" || KrakenGateway.symbolChannels.contains(channel)
    else {
      answer(request, error: "Channel not supported", to: socket, &effects)
      return
    }
    guard isPrivate == state.isPrivate else {
      let error =
        isPrivate
        ? "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
        : "Public market data subscriptions are unavailable on this endpoint. Try ws.kraken.com"
      answer(request, error: error, to: socket, &effects)
      return
    }
    let topic: KrakenTopic
    do {
      topic = try readTopic(channel, request.params)
    } catch {
      answer(request, error: error.text, to: socket, &effects)
      return
    }
    let isOn = request.method == "subscribe"
    if KrakenGateway.symbolChannels.contains(channel) {
      changeSymbols(request, topic, isOn, socket, &effects)
    } else if isPrivate {
      changePrivate(request, topic, isOn, socket, &effects)
    } else {
      changeInstruments(request, topic, isOn, socket, &effects)
    }
  }

  private func readTopic(
    _ channel: String,
    _ params: JSONValue
  ) throws(KrakenError) -> KrakenTopic {
    var topic = KrakenTopic(channel: channel)
    // Only trades come without a snapshot unless asked for. Source: docs.kraken.com, `trade`.
    topic.wantsSnapshot = params["snapshot"]?.boolean ?? (channel != "trade")
    if channel == "book", let depth = params["depth"] {
      guard let number = depth.integer, KrakenGateway.depths.contains(number) else {
        throw KrakenError("Subscription depth not supported")
      }
      topic.depth = number
    }
    if channel == "ticker", let trigger = params["event_trigger"] {
      guard let word = trigger.string, word == "bbo" || word == "trades" else {
        throw KrakenError("Event trigger not supported")
      }
      topic.trigger = word
    }
    topic.ordersInSnapshot = params["snap_orders"]?.boolean ?? true
    topic.tradesInSnapshot = params["snap_trades"]?.boolean ?? false
    topic.tellsEveryStatus = params["order_status"]?.boolean ?? true
    return topic
  }

  // MARK: Books, trades, tickers

  /// One acknowledgement for each symbol; a bad one hurts no other.
  private func changeSymbols(
    _ request: KrakenFrame,
    _ topic: KrakenTopic,
    _ isOn: Bool,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    guard let symbols = request.params["symbol"]?.elements, !symbols.isEmpty else {
      answer(request, error: "Symbol(s) not found", to: socket, &effects)
      return
    }
    for symbol in symbols.prefix(max(1, 2 * pairs.count)) {
      let name = symbol.string ?? ""
      guard let pair = pair(socketName: name) else {
        let error = "Currency pair not supported \(name)"
        answer(request, error: error, symbol: name, to: socket, &effects)
        continue
      }
      let subscription = "\(topic.channel):\(name)"
      let isThere = sockets[socket]?.subscriptions.contains(subscription) == true
      guard isThere != isOn else {
        let error = isOn ? "Already subscribed" : "Subscription Not Found"
        answer(request, error: error, symbol: name, to: socket, &effects)
        continue
      }
      note(subscription, isOn, socket)
      answer(request, result: symbolResult(topic, isOn, pair), to: socket, &effects)
      apply(topic, isOn, pair, socket, &effects)
    }
  }

  private func symbolResult(_ topic: KrakenTopic, _ isOn: Bool, _ pair: KrakenPair) -> KrakenJSON {
    .object([
      "channel": .string(topic.channel),
      "depth": topic.channel == "book" ? .integer(topic.depth) : nil,
      "event_trigger": topic.channel == "ticker" ? .string(topic.trigger) : nil,
      "snapshot": isOn ? .boolean(topic.wantsSnapshot) : nil, "symbol": .string(pair.socketName),
    ])
  }

  private func note(_ subscription: String, _ isOn: Bool, _ socket: SocketNumber) {
    if isOn {
      if sockets[socket]?.subscriptions.isEmpty == true {
        sockets[socket]?.lastHeartbeat = exchange.now
      }
      sockets[socket]?.subscriptions.insert(subscription)
    } else {
      sockets[socket]?.subscriptions.remove(subscription)
    }
  }

  private func apply(
    _ topic: KrakenTopic,
    _ isOn: Bool,
    _ pair: KrakenPair,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let index = pair.index
    switch (topic.channel, isOn) {
    case ("book", true):
      let due = exchange.now.advanced(byNanoseconds: KrakenLimits.snapshotNanoseconds)
      if topic.wantsSnapshot {
        snapshots.append(
          KrakenPendingSnapshot(due: due, socket: socket, instrument: index, depth: topic.depth)
        )
      } else {
        joinBook(socket, index, topic.depth)
      }
    case ("book", false):
      leaveBook(socket, index)
      snapshots.removeAll { $0.socket == socket && $0.instrument == index }
    case ("trade", true):
      channels.trades[index].append(socket)
      let trades = tapes[index].latest(50)
      if topic.wantsSnapshot, !trades.isEmpty {
        send(tradeFrame("snapshot", pair, trades), to: socket, &effects)
      }
    case ("trade", false): channels.trades[index].removeAll { $0 == socket }
    case ("ticker", true):
      if topic.trigger == "bbo" {
        channels.bestTickers[index].append(socket)
      } else {
        channels.tickers[index].append(socket)
      }
      if topic.wantsSnapshot { send(tickerFrame("snapshot", pair), to: socket, &effects) }
    default:
      channels.tickers[index].removeAll { $0 == socket }
      channels.bestTickers[index].removeAll { $0 == socket }
    }
  }

  // MARK: Books

  private func joinBook(_ socket: SocketNumber, _ index: Int, _ depth: Int) {
    if let feed = bookFeeds[index].firstIndex(where: { $0.window.depth == depth }) {
      bookFeeds[index][feed].sockets.append(socket)
      return
    }
    let window = KrakenWindow(
      depth: depth,
      bids: exchange.levels(index, .bid, depth: depth),
      asks: exchange.levels(index, .ask, depth: depth)
    )
    bookFeeds[index].append(KrakenBookFeed(window: window, sockets: [socket]))
  }

  func leaveBook(_ socket: SocketNumber, _ index: Int) {
    for feed in bookFeeds[index].indices {
      bookFeeds[index][feed].sockets.removeAll { $0 == socket }
    }
    bookFeeds[index].removeAll { $0.sockets.isEmpty }
  }

  /// Sends the snapshots that are ready.
  func sendSnapshots(_ effects: inout [GatewayEffect]) {
    let ready = snapshots.prefix { $0.due <= exchange.now }
    guard !ready.isEmpty else { return }
    snapshots.removeFirst(ready.count)
    for snapshot in ready {
      let (index, pair) = (snapshot.instrument, pairs[snapshot.instrument])
      joinBook(snapshot.socket, index, snapshot.depth)
      guard let feed = bookFeeds[index].first(where: { $0.window.depth == snapshot.depth }) else {
        continue
      }
      let frame = KrakenWindow.frame(
        "snapshot",
        pair,
        bids: feed.window.bids,
        asks: feed.window.asks,
        checksum: faultyChecksum(feed.window.checksum(pair)),
        time: bookTimes[index].nanoseconds == 0 ? exchange.now : bookTimes[index]
      )
      send(frame, to: snapshot.socket, &effects)
    }
  }

  /// The checksum, or another one where ``faults`` ask for it.
  func faultyChecksum(_ checksum: UInt32) -> UInt32 {
    guard faults.wrongChecksums > 0 else { return checksum }
    faults.wrongChecksums -= 1
    return ~checksum
  }

  // MARK: Instruments

  private func changeInstruments(
    _ request: KrakenFrame,
    _ topic: KrakenTopic,
    _ isOn: Bool,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let isThere = sockets[socket]?.subscriptions.contains(topic.channel) == true
    guard isThere != isOn else {
      let error = isOn ? "Already subscribed" : "Subscription Not Found"
      answer(request, error: error, to: socket, &effects)
      return
    }
    note(topic.channel, isOn, socket)
    let result = KrakenJSON.object([
      "channel": .string(topic.channel), "snapshot": isOn ? .boolean(topic.wantsSnapshot) : nil,
    ])
    answer(request, result: result, to: socket, &effects)
    if isOn {
      channels.instruments.append(socket)
      if topic.wantsSnapshot { send(instrumentFrame("snapshot"), to: socket, &effects) }
    } else {
      channels.instruments.removeAll { $0 == socket }
    }
  }

  // MARK: Private channels

  private func changePrivate(
    _ request: KrakenFrame,
    _ topic: KrakenTopic,
    _ isOn: Bool,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let account: AccountID
    do {
      account = try authenticate(request.token, socket, .view)
    } catch {
      answer(request, error: error.text, to: socket, &effects)
      return
    }
    let isThere = sockets[socket]?.subscriptions.contains(topic.channel) == true
    guard isThere != isOn else {
      let error = isOn ? "Already subscribed" : "Subscription Not Found"
      answer(request, error: error, to: socket, &effects)
      return
    }
    note(topic.channel, isOn, socket)
    let isExecutions = topic.channel == "executions"
    let result = KrakenJSON.object([
      "channel": .string(topic.channel),
      "order_status": isExecutions && isOn ? .boolean(topic.tellsEveryStatus) : nil,
      "snap_orders": isExecutions && isOn ? .boolean(topic.ordersInSnapshot) : nil,
      "snap_trades": isExecutions && isOn ? .boolean(topic.tradesInSnapshot) : nil,
      "snapshot": isOn ? .boolean(topic.wantsSnapshot) : nil,
    ])
    answer(request, result: result, to: socket, &effects)
    guard isOn else {
      if isExecutions {
        channels.executions[account.index]?.removeAll { $0 == socket }
      } else {
        channels.balances[account.index]?.removeAll { $0 == socket }
      }
      return
    }
    if isExecutions {
      channels.executions[account.index, default: []].append(socket)
      sockets[socket]?.executionSequence = 0
      sockets[socket]?.tellsEveryStatus = topic.tellsEveryStatus
      let rows = executionSnapshot(
        account,
        orders: topic.ordersInSnapshot,
        trades: topic.tradesInSnapshot
      )
      if topic.wantsSnapshot { sendExecutions("snapshot", rows, to: socket, &effects) }
    } else {
      channels.balances[account.index, default: []].append(socket)
      sockets[socket]?.balanceSequence = 0
      if topic.wantsSnapshot { sendBalanceSnapshot(account, to: socket, &effects) }
    }
  }
}
