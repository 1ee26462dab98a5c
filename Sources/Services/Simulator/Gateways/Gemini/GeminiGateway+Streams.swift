import Codecs
import Market
import Units

/// The current protocol: requests with an `id`, and streams by name.
///
/// Source: developer.gemini.com/websocket (message format, streams); frames in
/// `ws_gemini_com_samples.ndjson`.
extension GeminiGateway {
  // MARK: Requests

  /// What is wrong with a request: `{"id":…,"status":400,"error":{"code":-1013,"msg":…}}`.
  struct StreamError: Error, Hashable {
    var status = 400
    var code = -1013
    var message: String

    static let unauthorized = StreamError(
      status: 401,
      code: -1002,
      message: "Authentication required"
    )
    static let tooMany = StreamError(status: 429, code: -1003, message: "Too many requests")

    static func invalid(_ what: String) -> StreamError {
      StreamError(message: "Invalid parameters - \(what)")
    }
  }

  func receiveRequest(
    _ frame: [UInt8],
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let request: JSONValue
    do { request = try JSONValue(frame) } catch {
      effects.append(.send(socket, answer(nil, .invalid("the message is not JSON"))))
      return
    }
    let id = request["id"]
    do throws(StreamError) {
      guard let method = request["method"]?.string?.lowercased() else {
        throw .invalid("method is missing")
      }
      try perform(method, id, request["params"], socket, &effects)
    } catch {
      effects.append(.send(socket, answer(id, error)))
    }
  }

  private func perform(
    _ method: String,
    _ id: JSONValue?,
    _ params: JSONValue?,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(StreamError) {
    switch method {
    case "subscribe": try subscribe(id, params, socket, &effects)
    case "unsubscribe":
      for (_, stream) in try streams(params, socket) { leave(stream, socket) }
      effects.append(.send(socket, answer(id)))
    case "list_subscriptions":
      let names = sockets[socket]?.subscriptions.map(\.name) ?? []
      effects.append(
        .send(
          socket,
          answer(id) { writer in
            writer.array { writer in
              for name in names { writer.string(name) }
            }
          }
        )
      )
    case "ping": effects.append(.send(socket, answer(id) { $0.object { _ in } }))
    case "time":
      let time = exchange.now.geminiMilliseconds
      effects.append(
        .send(socket, answer(id) { $0.object { $0.field("serverTime", time) } })
      )
    case "depth": try depth(id, params, socket, &effects)
    case "order.place": try placeOrder(id, params, socket, &effects)
    case "order.cancel": try cancelOrder(id, params, socket, &effects)
    case "order.cancel_all", "order.cancel_session":
      let key = try trader(socket)
      _ = cancelLive(
        of: key.account,
        session: method == "order.cancel_all" ? nil : key.text
      )
      effects.append(.send(socket, answer(id)))
    default: throw .invalid("unknown method '\(method)'")
    }
  }

  /// `{"id":"1","status":200}`, with a result where there is one.
  private func answer(_ id: JSONValue?, _ result: (inout JSONWriter) -> Void) -> [UInt8] {
    GeminiJSON.object { writer in
      writeIdentifier(id, &writer)
      writer.field("status", 200)
      writer.key("result")
      result(&writer)
    }
  }

  func answer(_ id: JSONValue?) -> [UInt8] {
    GeminiJSON.object { writer in
      writeIdentifier(id, &writer)
      writer.field("status", 200)
    }
  }

  private func answer(_ id: JSONValue?, _ error: StreamError) -> [UInt8] {
    GeminiJSON.object { writer in
      writeIdentifier(id, &writer)
      writer.field("status", error.status)
      writer.object("error") { writer in
        writer.field("code", error.code)
        writer.field("msg", error.message)
      }
    }
  }

  /// As the client wrote it: text or a number.
  private func writeIdentifier(_ id: JSONValue?, _ writer: inout JSONWriter) {
    writer.key("id")
    switch id {
    case .string(let text): writer.string(text)
    case .number(let text):
      if let number = Int(text) { writer.integer(number) } else { writer.string(text) }
    default: writer.null()
    }
  }

  // MARK: Subscriptions

  /// The streams that `params` name; none of them counts when one is not known.
  private func streams(
    _ params: JSONValue?,
    _ socket: SocketNumber
  ) throws(StreamError) -> [(name: String, stream: GeminiStream)] {
    guard let names = params?.elements, !names.isEmpty else {
      throw .invalid("params must be an array of streams")
    }
    var found: [(name: String, stream: GeminiStream)] = []
    for element in names {
      guard let name = element.string else { throw .invalid("a stream's name is text") }
      found.append((name: name, stream: try stream(name, socket)))
    }
    return found
  }

  private func stream(
    _ name: String,
    _ socket: SocketNumber
  ) throws(StreamError) -> GeminiStream {
    let parts = name.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
    switch name {
    case "orders@account": return .orders(try reader(socket).account.index)
    case "orders@session": return .sessionOrders(try reader(socket).text)
    case "balances@account": return .balances(try reader(socket).account.index)
    case "balances@account@1s": return .balanceSnapshots(try reader(socket).account.index)
    default: break
    }
    guard (2...3).contains(parts.count), let index = instruments[parts[0].lowercased()] else {
      throw .invalid("unknown stream '\(name)'")
    }
    guard parts.count == 2 || parts[2] == "100ms" else {
      throw .invalid("unknown stream '\(name)'")
    }
    let pace: GeminiPace = parts.count == 3 ? .fast : .slow
    switch parts[1] {
    case "depth": return .depth(index, pace)
    case "depth5": return .levels(index, depth: 5, pace)
    case "depth10": return .levels(index, depth: 10, pace)
    case "depth20": return .levels(index, depth: 20, pace)
    case "trade" where pace == .slow: return .trades(index)
    case "bookTicker" where pace == .slow: return .bookTicker(index)
    default: throw .invalid("unknown stream '\(name)'")
    }
  }

  /// The key of a socket that may see the account.
  private func reader(_ socket: SocketNumber) throws(StreamError) -> GeminiKey {
    guard let key = sockets[socket]?.key else { throw .unauthorized }
    guard !key.permissions.isDisjoint(with: [.view, .trade]) else { throw .unauthorized }
    return key
  }

  /// The key of a socket that may trade.
  func trader(_ socket: SocketNumber) throws(StreamError) -> GeminiKey {
    guard let key = sockets[socket]?.key else { throw .unauthorized }
    guard key.permissions.contains(.trade) else {
      throw StreamError(status: 403, code: -1002, message: "The key's role must be Trader")
    }
    return key
  }

  private func subscribe(
    _ id: JSONValue?,
    _ params: JSONValue?,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(StreamError) {
    let wanted = try streams(params, socket)
    effects.append(.send(socket, answer(id)))
    for (name, stream) in wanted where join(stream, name, socket) {
      switch stream {
      case .depth(let index, _):
        let depth = sockets[socket]?.snapshotDepth ?? 0
        guard depth > 0 else { continue }
        let frame = depthFrame(
          index,
          first: lastUpdate,
          bids: exchange.levels(index, .bid, depth: depth),
          asks: exchange.levels(index, .ask, depth: depth)
        )
        effects.append(.send(socket, frame))
      case .levels(_, _, let pace):
        batches[stream]?.isDirty = true
        schedule(pace)
      default: continue
      }
    }
  }

  private func depth(
    _ id: JSONValue?,
    _ params: JSONValue?,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(StreamError) {
    guard let name = params?["symbol"]?.string, let index = instruments[name.lowercased()] else {
      throw .invalid("unknown symbol")
    }
    let limit = params?["limit"]?.integer ?? 100
    guard limit > 0 else { throw .invalid("limit must be positive") }
    effects.append(
      .send(socket, answer(id) { writeTop(index, depth: limit, &$0) })
    )
  }

  // MARK: Frames

  /// The update ids of the venue are global; a frame's first is its predecessor's last, as in the
  /// only pair that was recorded.
  private func depthFrame(
    _ index: Int,
    first: Int64,
    bids: [Level],
    asks: [Level]
  ) -> [UInt8] {
    let symbol = symbols[index]
    return GeminiJSON.object { writer in
      writer.field("e", "depthUpdate")
      writer.field("E", exchange.now.nanoseconds)
      writer.field("s", symbol.lower)
      writer.field("U", first)
      writer.field("u", lastUpdate)
      writeLevels("b", bids, symbol, &writer)
      writeLevels("a", asks, symbol, &writer)
    }
  }

  private func writeLevels(
    _ name: String,
    _ levels: [Level],
    _ symbol: GeminiSymbol,
    _ writer: inout JSONWriter
  ) {
    writer.array(name) { writer in
      for level in levels {
        writer.array { writer in
          writer.string(symbol.streamPrice(level.price))
          writer.string(symbol.streamQuantity(level.quantity))
        }
      }
    }
  }

  private func writeTop(_ index: Int, depth: Int, _ writer: inout JSONWriter) {
    let symbol = symbols[index]
    writer.object { writer in
      writer.field("lastUpdateId", lastUpdate)
      writeLevels("bids", exchange.levels(index, .bid, depth: depth), symbol, &writer)
      writeLevels("asks", exchange.levels(index, .ask, depth: depth), symbol, &writer)
    }
  }

  func tradeFrame(_ trade: PublicTrade) -> [UInt8] {
    let symbol = symbols[trade.instrument]
    return GeminiJSON.object { writer in
      writer.field("E", trade.time.nanoseconds)
      writer.field("s", symbol.lower)
      writer.field("t", GeminiIdentifier.trade(trade.number))
      writer.field("p", symbol.streamPrice(trade.price))
      writer.field("q", symbol.streamQuantity(trade.quantity))
      writer.field("m", trade.takerSide == .sell)
    }
  }

  /// Sent when the best of a side changed; what is not there is left out (recorded).
  func sendTicker(_ index: Int, _ effects: inout [GatewayEffect]) {
    let now = top(index)
    guard tops[index] != now else { return }
    tops[index] = now
    let symbol = symbols[index]
    let last = tapes[index].entries.last?.trade
    let frame = GeminiJSON.object { writer in
      writer.field("u", lastUpdate)
      writer.field("E", exchange.now.nanoseconds)
      writer.field("s", symbol.lower)
      if let bid = now.bid {
        writer.field("b", symbol.streamPrice(bid.price))
        writer.field("B", symbol.streamQuantity(bid.quantity))
      }
      if let ask = now.ask {
        writer.field("a", symbol.streamPrice(ask.price))
        writer.field("A", symbol.streamQuantity(ask.quantity))
      }
      if let last {
        writer.field("c", symbol.streamPrice(last.price))
        writer.field("C", symbol.streamQuantity(last.quantity))
      }
    }
    send(frame, to: .bookTicker(index), &effects)
  }

  /// Sends what the depth streams of a pace have gathered.
  func beat(_ pace: GeminiPace, _ effects: inout [GatewayEffect]) {
    for index in symbols.indices {
      for stream in GeminiGateway.bookStreams(index, pace) {
        guard let batch = batches[stream], batch.isDirty else { continue }
        if case .levels(_, let depth, _) = stream {
          var writer = JSONWriter()
          writeTop(index, depth: depth, &writer)
          send(writer.bytes, to: stream, &effects)
        } else {
          let frame = depthFrame(
            index,
            first: batch.previous,
            bids: batch.levels(.bid),
            asks: batch.levels(.ask)
          )
          send(frame, to: stream, &effects)
        }
        batches[stream]?.clear(upTo: lastUpdate)
      }
    }
    guard pace == .slow else { return }
    for account in exchange.accounts.indices where audiences[.balanceSnapshots(account)] != nil {
      let assets = exchange.accounts[account].balances.map(\.asset)
      let frame = balanceFrame(AccountID(index: account), assets)
      send(frame, to: .balanceSnapshots(account), &effects)
      schedule(.slow)
    }
  }

  /// Times here are milliseconds, unlike those of all other frames (developer.gemini.com).
  func balanceFrame(_ account: AccountID, _ assets: [Asset]) -> [UInt8] {
    let holder = exchange.accounts[account.index]
    let time = exchange.now.geminiMilliseconds
    return GeminiJSON.object { writer in
      writer.field("e", "balanceUpdate")
      writer.field("E", time)
      writer.field("u", time)
      writer.array("B") { writer in
        for asset in assets {
          writer.object { writer in
            writer.field("a", asset.symbol)
            writer.field("f", holder.available(asset).text(decimals: asset.decimals))
            writer.field("c", holder.total(asset).text(decimals: asset.decimals))
          }
        }
      }
    }
  }
}
