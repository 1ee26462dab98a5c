import Codecs
import Market
import Units

/// Orders over the current sockets.
extension GeminiGateway {
  /// The answer says that the request was read and nothing more: an order that the exchange
  /// refuses is answered with 200 too, and its event says REJECTED (hummingbot PR 8027).
  func placeOrder(
    _ id: JSONValue?,
    _ params: JSONValue?,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(StreamError) {
    let key = try trader(socket)
    try takeOrderBudget(key)
    var new = try readOrder(params, key)
    new.tag = key.text
    effects.append(.send(socket, answer(id)))
    if let name = new.clientOrderID,
      liveNames[GeminiOrderName(account: key.account, text: name)] != nil
    {
      tellRefusal(new, "DuplicateOrder", &effects)
      return
    }
    do throws(OrderRefusal) {
      try exchange.place(new)
    } catch {
      tellRefusal(new, GeminiGateway.rejection(error), &effects)
    }
  }

  private func takeOrderBudget(_ key: GeminiKey) throws(StreamError) {
    guard settings.limitsRates else { return }
    guard keys[key.text]?.orders.take(at: exchange.now) == true else { throw .tooMany }
  }

  private func readOrder(
    _ params: JSONValue?,
    _ key: GeminiKey
  ) throws(StreamError) -> NewOrder {
    guard let params, params.members != nil else { throw .invalid("params must be an object") }
    guard let name = params["symbol"]?.string, let index = instruments[name.lowercased()] else {
      throw .invalid("unknown symbol")
    }
    guard params["type"]?.string?.uppercased() == "LIMIT" else {
      throw .invalid("type must be LIMIT")
    }
    let side: OrderSide
    switch params["side"]?.string?.uppercased() {
    case "BUY": side = .buy
    case "SELL": side = .sell
    default: throw .invalid("side must be BUY or SELL")
    }
    let limit: Price?
    do { limit = try Price(params["price"]?.text ?? "") } catch { limit = nil }
    guard let limit else { throw .invalid("price is not a decimal") }
    let decimals = symbols[index].instrument.base.decimals
    let quantity: Quantity?
    do {
      quantity = try Quantity(params["quantity"]?.text ?? "", decimals: decimals)
    } catch {
      quantity = nil
    }
    guard let quantity, quantity <= GeminiGateway.largestQuantity else {
      throw .invalid("quantity is not a decimal within range")
    }
    var new = NewOrder(
      account: key.account,
      instrument: index,
      side: side,
      limit: limit,
      size: .base(quantity)
    )
    switch params["timeInForce"]?.string?.uppercased() {
    case nil, "GTC": break
    case "IOC": new.timeInForce = .immediateOrCancel
    case "FOK": new.timeInForce = .fillOrKill
    case "MOC": new.timeInForce = .postOnly
    default: throw .invalid("timeInForce must be GTC, IOC, FOK, or MOC")
    }
    if let name = params["clientOrderId"], name != .null {
      guard let text = name.string, GeminiGateway.isPlainClientOrderID(text) else {
        throw .invalid("clientOrderId must be text of up to 100 plain characters")
      }
      new.clientOrderID = text
    }
    return new
  }

  func cancelOrder(
    _ id: JSONValue?,
    _ params: JSONValue?,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(StreamError) {
    let key = try trader(socket)
    try takeOrderBudget(key)
    guard let identifier = params?["orderId"]?.text else { throw .invalid("orderId is missing") }
    guard let order = order(identifier, of: key.account), !order.status.isFinal,
      exchange.cancel(order.number) != nil
    else { throw .invalid("order not found or already filled") }
    effects.append(.send(socket, answer(id)))
  }

  /// One order event; nil for news that this protocol does not tell.
  ///
  /// Fields that are zero or empty are left out. `Z` is what the last execution filled in the event
  /// of a fill, and everything that was filled in that of a cancellation
  /// (developer.gemini.com/websocket/streams, "Order events").
  func orderFrame(_ order: SimulatedOrder, _ news: GeminiOrderNews) -> [UInt8]? {
    let status: String
    var fill: SimulatedFill?
    var reason: String?
    switch news {
    case .accepted: status = "NEW"
    case .booked: status = "OPEN"
    case .filled(let execution):
      fill = execution
      status = order.status == .filled ? "FILLED" : "PARTIALLY_FILLED"
    case .cancelled:
      status = "CANCELED"
      reason = GeminiGateway.reason(order)
    case .rejected(let text):
      status = "REJECTED"
      reason = text
    case .closed: return nil
    }
    let symbol = symbols[order.instrument]
    let executed = fill?.quantity ?? order.filled
    return GeminiJSON.object { writer in
      writer.field("E", exchange.now.nanoseconds)
      writer.field("s", symbol.lower)
      writer.field("i", GeminiIdentifier.order(order.number))
      if let name = order.request.clientOrderID { writer.field("c", name) }
      writer.field("S", order.side == .buy ? "BUY" : "SELL")
      writer.field("o", order.request.trigger == nil ? "LIMIT" : "STOP_LIMIT")
      writer.field("X", status)
      writer.field("p", symbol.price(order.limit ?? .zero))
      if let trigger = order.request.trigger {
        writer.field("P", symbol.price(trigger.price))
      }
      writer.field("q", symbol.quantity(order.quantity))
      if !order.remaining.isZero { writer.field("z", symbol.quantity(order.remaining)) }
      if !executed.isZero { writer.field("Z", symbol.quantity(executed)) }
      if let fill {
        writer.field("L", symbol.price(fill.price))
        writer.field("t", GeminiIdentifier.trade(fill.trade))
      }
      if let reason { writer.field("r", reason) }
      writer.field("T", exchange.now.nanoseconds)
      if let fill {
        if fill.isMaker { writer.field("m", true) }
        if fill.fee != .zero { writer.field("n", symbol.quoteAmount(fill.fee)) }
      }
    }
  }
}
