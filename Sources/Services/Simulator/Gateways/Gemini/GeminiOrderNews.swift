import Market
import Units

/// What is to be told of an order; the two private protocols have their own words for it.
enum GeminiOrderNews {
  case accepted, booked, cancelled, closed
  case filled(SimulatedFill)
  case rejected(String)
}

/// A client's name of an order that lives.
struct GeminiOrderName: Hashable {
  var account: AccountID
  var text: String
}

extension GeminiGateway {
  func tell(
    _ order: SimulatedOrder,
    _ news: GeminiOrderNews,
    _ effects: inout [GatewayEffect]
  ) {
    let account = order.account.index
    let streams: [GeminiStream] = [.orders(account), .sessionOrders(order.request.tag)]
    if streams.contains(where: { audiences[$0] != nil }),
      let frame = orderFrame(order, news)
    {
      for stream in streams { send(frame, to: stream, &effects) }
    }
    if audiences[.orderEvents(account)] != nil { sendOrderEvent(order, news, &effects) }
  }

  /// Tells of an order that the exchange did not take, once something else is sent.
  func tellRefusal(_ new: NewOrder, _ reason: String) {
    var effects: [GatewayEffect] = []
    tellRefusal(new, reason, &effects)
    outbox += effects
  }

  /// An order that was never taken has an identifier all the same.
  func tellRefusal(_ new: NewOrder, _ reason: String, _ effects: inout [GatewayEffect]) {
    let account = new.account.index
    guard
      audiences[.orders(account)] != nil || audiences[.sessionOrders(new.tag)] != nil
        || audiences[.orderEvents(account)] != nil
    else { return }
    var order = SimulatedOrder(number: nextRefusal(), request: new, at: exchange.now)
    order.status = .rejected
    tell(order, .rejected(reason), &effects)
  }
}
