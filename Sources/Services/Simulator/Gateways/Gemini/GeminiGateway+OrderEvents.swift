import Codecs
import Market
import Signing
import Units

/// Which order events a socket asked for; an empty list lets everything through.
struct GeminiOrderEventFilter {
  var symbols: [String] = []
  var sessions: [String] = []
  var types: [String] = []
  var trace = ""

  func admits(_ type: String, _ symbol: String, _ session: String) -> Bool {
    (types.isEmpty || types.contains(type)) && (symbols.isEmpty || symbols.contains(symbol))
      && (sessions.isEmpty || sessions.contains(session))
  }
}

/// The older private feed, `v1/order/events`: signed like REST, filtered by its query.
///
/// Source: docs.gemini.com, "Order Events"; frames quoted by ccxt (2022).
extension GeminiGateway {
  /// Filters that one query may hold.
  private static let mostFilters = 100

  func openOrderEvents(
    _ number: SocketNumber,
    _ request: GatewayRequest,
    _ query: [(name: String, value: String)],
    _ effects: inout [GatewayEffect]
  ) throws(GeminiError) {
    let (key, _) = try authenticate(request)
    try require(["Trader", "Auditor"], of: key)
    var filter = GeminiOrderEventFilter()
    var hasHeartbeats = true
    for (name, value) in query.prefix(GeminiGateway.mostFilters) {
      switch name {
      case "symbolFilter": filter.symbols.append(value.lowercased())
      case "apiSessionFilter": filter.sessions.append(value)
      case "eventTypeFilter": filter.types.append(value)
      case "heartbeat": hasHeartbeats = value != "false"
      default: break
      }
    }
    filter.trace = trace(number)
    var socket = GeminiSocket(kind: .orderEvents(filter), opened: exchange.now)
    socket.key = key
    socket.heartbeat = hasHeartbeats ? nextHeartbeat : nil
    sockets[number] = socket
    _ = join(.orderEvents(key.account.index), "order events", number)
    effects.append(.send(number, acknowledgement(filter, key)))
    if filter.types.isEmpty || filter.types.contains("initial") {
      sendInitialOrders(number, filter, key, &effects)
    }
  }

  private func trace(_ number: SocketNumber) -> String {
    let text = "\(settings.seed)/gemini/trace/\(number.value)/\(exchange.now.nanoseconds)"
    return String(SHA256.hex(Array(text.utf8)).prefix(32))
  }

  private func acknowledgement(_ filter: GeminiOrderEventFilter, _ key: GeminiKey) -> [UInt8] {
    GeminiJSON.object { writer in
      writer.field("type", "subscription_ack")
      writer.field("accountId", accountNumber(key.account))
      writer.field("subscriptionId", "orderevents-websocket-\(filter.trace)")
      let lists = [
        ("symbolFilter", filter.symbols), ("apiSessionFilter", filter.sessions),
        ("eventTypeFilter", filter.types),
      ]
      for (name, values) in lists {
        writer.array(name) { writer in
          for value in values { writer.string(value) }
        }
      }
    }
  }

  private func sendInitialOrders(
    _ number: SocketNumber,
    _ filter: GeminiOrderEventFilter,
    _ key: GeminiKey,
    _ effects: inout [GatewayEffect]
  ) {
    let orders = exchange.orders(of: key.account).filter { order in
      !order.status.isFinal
        && filter.admits("initial", symbols[order.instrument].lower, order.request.tag)
    }
    let sequence = takeSequence(number)
    let frame = GeminiJSON.array { writer in
      for order in orders { write(order, "initial", nil, sequence, &writer) }
    }
    effects.append(.send(number, frame))
  }

  private func takeSequence(_ number: SocketNumber) -> Int64 {
    let sequence = sockets[number]?.sequence ?? 0
    sockets[number]?.sequence += 1
    return sequence
  }

  // MARK: Events

  /// One array of one event to each socket that wants it.
  func sendOrderEvent(
    _ order: SimulatedOrder,
    _ news: GeminiOrderNews,
    _ effects: inout [GatewayEffect]
  ) {
    let type =
      switch news {
      case .accepted: "accepted"
      case .booked: "booked"
      case .filled: "fill"
      case .cancelled: "cancelled"
      case .closed: "closed"
      case .rejected: "rejected"
      }
    let symbol = symbols[order.instrument].lower
    for number in audiences[.orderEvents(order.account.index)] ?? [] {
      guard case .orderEvents(let filter)? = sockets[number]?.kind,
        filter.admits(type, symbol, order.request.tag)
      else { continue }
      let sequence = takeSequence(number)
      let frame = GeminiJSON.array { write(order, type, news, sequence, &$0) }
      effects.append(.send(number, frame))
    }
  }

  private func write(
    _ order: SimulatedOrder,
    _ type: String,
    _ news: GeminiOrderNews?,
    _ sequence: Int64,
    _ writer: inout JSONWriter
  ) {
    let symbol = symbols[order.instrument]
    writer.object { writer in
      writer.field("type", type)
      writer.field("order_id", String(GeminiIdentifier.order(order.number)))
      if news != nil { writer.field("event_id", String(lastUpdate)) }
      writer.field("account_name", "primary")
      if let name = order.request.clientOrderID { writer.field("client_order_id", name) }
      writer.field("api_session", order.request.tag)
      writer.field("symbol", symbol.lower)
      writer.field("side", order.side == .buy ? "buy" : "sell")
      if let option = GeminiGateway.options(order) { writer.field("behavior", option) }
      writer.field("order_type", GeminiGateway.type(order))
      writer.field("timestamp", String(order.created.geminiSeconds))
      writer.field("timestampms", order.created.geminiMilliseconds)
      writer.field("is_live", !order.status.isFinal)
      writer.field("is_cancelled", GeminiGateway.isCancelled(order))
      writer.field("is_hidden", false)
      if type != "accepted", type != "rejected" {
        writer.field("avg_execution_price", symbol.price(order.averagePrice ?? .zero))
        writer.field("executed_amount", symbol.quantity(order.filled))
        writer.field("remaining_amount", symbol.quantity(order.remaining))
      }
      switch news {
      case .rejected(let reason): writer.field("reason", reason)
      case .cancelled: writer.field("reason", GeminiGateway.reason(order) ?? "Requested")
      default: break
      }
      writer.field("original_amount", symbol.quantity(order.quantity))
      writer.field("price", symbol.price(order.limit ?? .zero))
      if case .filled(let fill)? = news {
        writer.object("fill") { writer in
          writer.field("trade_id", String(GeminiIdentifier.trade(fill.trade)))
          writer.field("liquidity", fill.isMaker ? "Maker" : "Taker")
          writer.field("price", symbol.price(fill.price))
          writer.field("amount", symbol.quantity(fill.quantity))
          writer.field("fee", symbol.quoteAmount(fill.fee))
          writer.field("fee_currency", symbol.instrument.quote.symbol)
        }
      }
      writer.field("socket_sequence", sequence)
    }
  }
}
