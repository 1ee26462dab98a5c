import Codecs
import Market
import Units

/// Asking for orders, and ending or changing them.
extension BitstampGateway {
  /// How long an order that is done can be asked for.
  private static let keptNanoseconds: Int64 = 30 * 86_400_000_000_000

  // MARK: Looking

  /// The words for how far an order has come (API description of 2023).
  private func statusText(_ order: SimulatedOrder) -> String {
    switch order.status {
    case .pending, .open: "Open"
    case .filled: "Finished"
    case .cancelled, .rejected: "Canceled"
    case .expired: "Expired"
    }
  }

  /// The caller's order by `id` or by `client_order_id`; nil when there is none.
  private func find(_ call: BitstampCall) throws(BitstampFailure) -> SimulatedOrder? {
    let number: Int64?
    if call.fields["id"] != nil {
      let invalid = BitstampFailure.plain(.malformedID, "Invalid order id")
      number = try call.fields.number("id", orElse: invalid).flatMap { orderNumber($0) }
    } else if let clientID = call.fields["client_order_id"] {
      number = clientOrders.number(clientID, call.account)
    } else {
      throw .plain(.missingID, "Missing id POST param")
    }
    guard let number, let order = exchange.order(number), order.account == call.account else {
      return nil
    }
    return order
  }

  func orderStatus(_ call: BitstampCall) throws(BitstampFailure) -> BitstampValue {
    guard let order = try find(call) else { throw .unknownOrder }
    if order.status.isFinal,
      exchange.now.nanoseconds(since: order.updated) > BitstampGateway.keptNanoseconds
    {
      throw .unknownOrder
    }
    let market = markets[order.instrument]
    var result: BitstampValue = [
      "id": .integer(orderID(order.number)),
      "datetime": .text(order.created.bitstampDateTime(fraction: false)),
      "type": order.side == .buy ? "0" : "1",
      "status": .text(statusText(order)),
      "market": .text(market.name),
    ]
    if !call.fields.isSet("omit_transactions") {
      result = result.adding("transactions", .list(transactions(of: order, market)))
    }
    return
      result
      .adding("amount_remaining", .text(market.text(order.remaining)))
      .adding("client_order_id", order.request.clientOrderID.map(BitstampValue.text))
  }

  /// The fills of an order, oldest first.
  private func transactions(of order: SimulatedOrder, _ market: BitstampMarket) -> [BitstampValue] {
    guard let first = order.fills.first, let last = order.fills.last else { return [] }
    let fills = exchange.fills(of: order.account)
    // Fills are kept in the order of their trades.
    var (low, high) = (0, fills.count)
    while low < high {
      let middle = (low + high) / 2
      if fills[middle].trade < first { low = middle + 1 } else { high = middle }
    }
    return fills[low...].prefix { $0.trade <= last }.filter { $0.order == order.number }.map {
      fill in
      [
        "tid": .integer(tradeID(fill.trade)),
        "price": .text(market.text(fill.price)),
        market.quoteName: .text(money(fill.notional, market.quote)),
        market.baseName: .text(market.text(fill.quantity)),
        "fee": .text(fill.fee.text(decimals: market.quote.decimals)),
        "datetime": .text(fill.time.bitstampDateTime()),
        "type": .integer(2),
      ]
    }
  }

  /// An amount with every decimal of its asset.
  func money(_ amount: Notional, _ asset: Asset) -> String {
    paddedDecimal(amount.raw, decimals: asset.decimals, places: asset.decimals)
  }

  /// The caller's live orders, youngest first; ten seconds old at most.
  func openOrders(_ call: BitstampCall, _ market: BitstampMarket?) -> BitstampValue {
    let key = BitstampOpenOrdersCache.Key(account: call.account, instrument: market?.index)
    return openOrders.answer(key, at: exchange.now) {
      let live = exchange.orders(of: call.account).filter {
        !$0.status.isFinal && (market == nil || $0.instrument == market?.index)
      }
      return .list(live.reversed().map { openOrder($0, isInList: market == nil) })
    }
  }

  private func openOrder(_ order: SimulatedOrder, isInList: Bool) -> BitstampValue {
    let market = markets[order.instrument]
    var result: BitstampValue = [
      "id": .text(String(orderID(order.number))),
      "datetime": .text(order.created.bitstampDateTime(fraction: false)),
      "type": order.side == .buy ? "0" : "1",
      "price": .text(market.text(order.limit ?? .zero)),
      "amount": .text(market.text(order.remaining)),
      "amount_at_create": .text(market.text(order.quantity)),
    ]
    // Only the list of all pairs still has the deprecated member.
    if isInList { result = result.adding("currency_pair", .text(market.name)) }
    return
      result
      .adding("market", .text(market.name))
      .adding("client_order_id", order.request.clientOrderID.map(BitstampValue.text))
  }

  // MARK: Ending

  /// What is told of an order that was cancelled: numbers, and the amount that was left.
  private func cancelled(_ order: SimulatedOrder) -> BitstampValue {
    let market = markets[order.instrument]
    return [
      "id": .integer(orderID(order.number)),
      "amount": market.number(order.remaining),
      "price": market.number(order.limit ?? .zero),
      "type": .integer(order.side == .buy ? 0 : 1),
      "market": .text(market.name),
    ]
  }

  func cancelOrder(_ call: BitstampCall) throws(BitstampFailure) -> BitstampValue {
    guard call.fields["id"] != nil else {
      throw .plain(.missingID, "Missing id POST param.")
    }
    guard let order = try find(call), let ended = exchange.cancel(order.number) else {
      throw .plain(.orderNotFound, "Order not found.")
    }
    return cancelled(ended)
  }

  func cancelAll(_ call: BitstampCall, _ market: BitstampMarket?) -> BitstampValue {
    var list: [BitstampValue] = []
    for order in exchange.orders(of: call.account)
    where !order.status.isFinal && (market == nil || order.instrument == market?.index) {
      guard let ended = exchange.cancel(order.number) else { continue }
      let name = markets[order.instrument].name
      list.append(cancelled(ended).adding("currency_pair", .text(name)))
    }
    return ["canceled": .list(list), "success": .flag(true)]
  }

  // MARK: Changing

  /// Changes price and amount of a live order, which keeps its number.
  ///
  /// The members are those of ccxt's sample, where both numbers are the same.
  func replaceOrder(_ call: BitstampCall) throws(BitstampFailure) -> BitstampValue {
    guard let order = try find(call), order.status == .open else {
      throw .plain(.orderNotFound, "Order not found.")
    }
    let market = markets[order.instrument]
    let quantity = try quantity(call, market)
    let price = try price(call, market)
    try checkBand(price, order.side, market)
    let changed: SimulatedOrder?
    do {
      changed = try exchange.amend(
        order.number,
        limit: price,
        quantity: order.filled + quantity
      )
    } catch {
      throw failure(error, order.request, market)
    }
    guard let changed else { throw .plain(.orderNotFound, "Order not found.") }
    let time = exchange.now.bitstampDateTime()
    let answer: BitstampValue = [
      "order_id": .integer(orderID(changed.number)),
      "order_type": order.side == .buy ? "0" : "1",
      "market": .text(market.name),
      "amount": .text(market.text(quantity)),
      "price": .text(market.text(price)),
      "datetime": .text(time.prefix(10) + "T" + time.dropFirst(11) + "Z"),
      "orig_order_id": .integer(orderID(order.number)),
    ]
    return
      answer
      .adding("orig_client_order_id", order.request.clientOrderID.map(BitstampValue.text))
      .adding("status", .text(statusText(changed)))
  }
}
