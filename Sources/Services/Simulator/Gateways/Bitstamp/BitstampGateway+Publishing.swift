import Market
import Units

/// What happens at the exchange, as frames.
extension BitstampGateway {
  /// How many levels, or single orders, a whole book has on each side.
  private static let bookDepth = 100

  public func publish(_ events: [ExchangeEvent], effects: inout [GatewayEffect]) {
    var traded: [Int64: Quantity] = [:]
    var lastFill: SimulatedFill?
    for event in events {
      switch event {
      case .level(let instrument, let side, let price, let quantity):
        books[instrument].change(side, price, quantity)
        if watchedBooks[instrument] { requestBooks(instrument) }
        scheduleTick()
        orderFeeds[instrument]?.touch(side, price)
      case .trade(let trade):
        tapes[trade.instrument].add(trade)
        if orderFeeds[trade.instrument] != nil {
          for order in [trade.buyOrder, trade.sellOrder] {
            traded[order] = (traded[order] ?? .zero) + trade.quantity
          }
        }
        send(trade, &effects)
      case .fill(let fill):
        lastFill = fill
        send(fill, &effects)
      case .order(let order, let change):
        send(order, change, lastFill?.order == order.number ? lastFill : nil, &effects)
        if change == .filled { lastFill = nil }
      case .status(.closed): requestReconnects(effects: &effects)
      case .status, .balance, .transfer: break
      }
    }
    for instrument in orderFeeds.keys.sorted() { sendOrders(instrument, traded, &effects) }
  }

  /// One frame to all subscribers of a topic; it is made only if there is one.
  private func send(
    _ topic: BitstampTopic,
    _ event: BitstampValue,
    _ effects: inout [GatewayEffect],
    _ data: () -> BitstampValue
  ) {
    let listeners = subscribers[topic]
    guard !listeners.isEmpty else { return }
    let frame: BitstampValue = [
      "data": data(), "channel": .text(channel(topic)), "event": event,
    ]
    let bytes = frame.bytes
    for socket in listeners { effects.append(.send(socket, bytes)) }
  }

  // MARK: Trades

  private func send(_ trade: PublicTrade, _ effects: inout [GatewayEffect]) {
    let market = markets[trade.instrument]
    func data() -> BitstampValue {
      [
        "id": .integer(tradeID(trade.number)),
        "timestamp": .text(trade.time.bitstampSeconds),
        "amount": market.number(trade.quantity),
        "amount_str": .text(market.text(trade.quantity)),
        "price": market.number(trade.price),
        "price_str": .text(market.text(trade.price)),
        "type": .integer(trade.takerSide == .buy ? 0 : 1),
        "microtimestamp": .text(String(trade.time.bitstampMicroseconds)),
        "buy_order_id": .integer(orderID(trade.buyOrder)),
        "sell_order_id": .integer(orderID(trade.sellOrder)),
      ]
    }
    let topic = BitstampTopic(kind: .trades, instrument: trade.instrument, account: nil)
    send(topic, "trade", &effects, data)
    // Only orders of clients are kept when they are done; a trade of the house is nobody's own.
    guard let buyer = exchange.order(trade.buyOrder)?.account, accounts.contains(buyer),
      exchange.order(trade.sellOrder)?.account == buyer
    else { return }
    let own = BitstampTopic(kind: .selfTrades, instrument: trade.instrument, account: buyer)
    send(own, "trade", &effects, data)
  }

  private func send(_ fill: SimulatedFill, _ effects: inout [GatewayEffect]) {
    let market = markets[fill.instrument]
    let topic = BitstampTopic(
      kind: .ownTrades,
      instrument: fill.instrument,
      account: fill.account
    )
    send(topic, "trade", &effects) {
      let data: BitstampValue = [
        "id": .integer(tradeID(fill.trade)),
        "amount": .text(market.text(fill.quantity)),
        "price": .text(market.text(fill.price)),
        "microtimestamp": .text(String(fill.time.bitstampMicroseconds)),
        "fee": .text(fill.fee.text(decimals: market.quote.decimals)),
        "order_id": .integer(orderID(fill.order)),
      ]
      let clientID = exchange.order(fill.order)?.request.clientOrderID
      return
        data
        .adding("client_order_id", clientID.map(BitstampValue.text))
        .adding("trade_account_id", .integer(0))
        .adding("side", fill.side == .buy ? "buy" : "sell")
    }
  }

  // MARK: Own orders

  /// Tells the owner of an order what became of it.
  ///
  /// - A fill that leaves something is `order_changed`; one that leaves nothing is a single
  ///   `order_deleted`. `amount_traded` is of that fill alone.
  /// - An instant order is created with amount 0, since nobody knows yet how much it will buy; it
  ///   changes once a fill with `1e-8` left over, and is deleted with that still there (recorded by
  ///   gocryptotrader in 2023). A market order has its amount from the start (ccxt's sample).
  private func send(
    _ order: SimulatedOrder,
    _ change: OrderChange,
    _ fill: SimulatedFill?,
    _ effects: inout [GatewayEffect]
  ) {
    let topic = BitstampTopic(
      kind: .ownOrders,
      instrument: order.instrument,
      account: order.account
    )
    guard !subscribers[topic].isEmpty else { return }
    let isInstant = order.request.tag == BitstampGateway.instantTag
    let event: BitstampValue
    var traded = Quantity.zero
    switch change {
    case .rested, .triggered: return
    case .accepted: event = "order_created"
    case .amended: event = "order_replaced"
    case .ended: event = "order_deleted"
    case .filled:
      // The end of an instant order is told by itself, after its last fill.
      guard fill != nil || order.status.isFinal else { return }
      traded = fill?.quantity ?? .zero
      event = order.status.isFinal ? "order_deleted" : "order_changed"
    }
    let instrument = exchange.instruments[order.instrument]
    var left = order.remaining
    var whole = order.quantity
    if isInstant {
      left = order.filled.isZero ? .zero : instrument.lotSize
      whole = order.filled + left
    }
    send(topic, event, &effects) {
      ownOrder(order, left: left, whole: whole, traded: traded, fill: fill)
    }
  }

  private func ownOrder(
    _ order: SimulatedOrder,
    left: Quantity,
    whole: Quantity,
    traded: Quantity,
    fill: SimulatedFill?
  ) -> BitstampValue {
    let market = markets[order.instrument]
    // A market order shows the price of its fills; before one, the worst there is.
    let step = exchange.instruments[order.instrument].tickSize.raw
    let average = order.averagePrice.map { Price(raw: $0.raw / step * step) }
    let known = order.limit ?? fill?.price ?? average
    let isUnpriced = known == nil && order.side == .buy
    let price = known ?? .zero
    let data: BitstampValue = [
      "id": .integer(orderID(order.number)),
      "id_str": .text(String(orderID(order.number))),
      "order_type": .integer(order.side == .buy ? 0 : 1),
      "order_subtype": .integer(subtype(order)),
      "datetime": .text(order.updated.bitstampSeconds),
      "microtimestamp": .text(String(order.updated.bitstampMicroseconds)),
      "amount": market.number(left),
      "amount_str": .text(market.bareText(left)),
      "amount_traded": .text(market.bareText(traded)),
      "amount_at_create": .text(market.bareText(whole)),
      "price": isUnpriced ? .integer(999_999_999) : market.number(price),
      "price_str": isUnpriced ? "999999999" : .text(market.text(price)),
      "is_liquidation": .flag(false),
      "trade_account_id": .integer(0),
    ]
    return data.adding("client_order_id", order.request.clientOrderID.map(BitstampValue.text))
  }

  /// ccxt knows 0 limit, 2 market, 4 immediate or cancel, 6 fill or kill, 8 good till date.
  private func subtype(_ order: SimulatedOrder) -> Int64 {
    guard order.limit != nil else { return 2 }
    switch order.request.timeInForce {
    case .immediateOrCancel: return 4
    case .fillOrKill: return 6
    case .goodTillCancelled, .postOnly:
      return order.request.expires != nil && order.request.tag != BitstampGateway.dailyTag ? 8 : 0
    }
  }

  // MARK: Everybody's orders

  private func sendOrders(
    _ instrument: Int,
    _ traded: [Int64: Quantity],
    _ effects: inout [GatewayEffect]
  ) {
    let changes =
      orderFeeds[instrument]?.takeChanges { exchange.orders(instrument, $0, at: $1) } ?? []
    let market = markets[instrument]
    let topic = BitstampTopic(kind: .orders, instrument: instrument, account: nil)
    for (change, order) in changes {
      let filled = change == .created ? .zero : traded[order.number] ?? .zero
      let left =
        change == .deleted ? (filled < order.left ? order.left - filled : .zero) : order.left
      let time = change == .created ? order.created : exchange.now
      send(topic, .text("order_" + change.rawValue), &effects) {
        [
          "id": .integer(orderID(order.number)),
          "id_str": .text(String(orderID(order.number))),
          "order_type": .integer(order.side == .buy ? 0 : 1),
          "datetime": .text(time.bitstampSeconds),
          "microtimestamp": .text(String(time.bitstampMicroseconds)),
          "amount": market.number(left),
          "amount_str": .text(market.text(left)),
          "amount_traded": .text(market.bareText(filled)),
          "amount_at_create": .text(market.text(order.whole)),
          "price": market.number(order.price),
          "price_str": .text(market.text(order.price)),
        ]
      }
    }
  }

  // MARK: Books

  /// Sends diffs and whole books of one pair.
  ///
  /// - Returns: the stamp of the frames; nil when nothing had changed for diffs.
  func sendBooks(_ instrument: Int, _ effects: inout [GatewayEffect]) -> Int64? {
    let market = markets[instrument]
    let diff = books[instrument].takeDiff(at: exchange.now)
    let stamp = books[instrument].nextStamp(exchange.now)
    let time = Timestamp(bitstampMicroseconds: stamp)
    func topic(_ kind: BitstampTopic.Kind) -> BitstampTopic {
      BitstampTopic(kind: kind, instrument: instrument, account: nil)
    }
    if let diff {
      if diffsToLose > 0 {
        diffsToLose -= 1
      } else {
        send(topic(.diffs), "data", &effects) {
          bookValue(
            time,
            bids: .list(diff.bids.map { level($0, market) }),
            asks: .list(diff.asks.map { level($0, market) })
          )
        }
      }
    }
    send(topic(.book), "data", &effects) {
      let depth = BitstampGateway.bookDepth
      return bookValue(
        time,
        bids: .list(exchange.levels(instrument, .bid, depth: depth).map { level($0, market) }),
        asks: .list(exchange.levels(instrument, .ask, depth: depth).map { level($0, market) })
      )
    }
    send(topic(.detailedBook), "data", &effects) {
      let most = BitstampGateway.bookDepth
      return bookValue(
        time,
        bids: singleOrders(market, .bid, withNumbers: true, most: most),
        asks: singleOrders(market, .ask, withNumbers: true, most: most)
      )
    }
    return stamp
  }
}
