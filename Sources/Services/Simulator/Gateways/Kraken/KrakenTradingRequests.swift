import Codecs
import Market
import Units

/// A private method of REST: who may call it, and what it costs.
private struct KrakenMethod {
  let permission: KeyPermission
  let cost: Double
}

private let methods: [String: KrakenMethod] = [
  "Balance": KrakenMethod(permission: .view, cost: 1),
  "BalanceEx": KrakenMethod(permission: .view, cost: 1),
  "TradeBalance": KrakenMethod(permission: .view, cost: 1),
  "OpenOrders": KrakenMethod(permission: .view, cost: 1),
  "ClosedOrders": KrakenMethod(permission: .view, cost: 1),
  "QueryOrders": KrakenMethod(permission: .view, cost: 1),
  "TradesHistory": KrakenMethod(permission: .view, cost: 2),
  "QueryTrades": KrakenMethod(permission: .view, cost: 1),
  "Ledgers": KrakenMethod(permission: .view, cost: 2),
  "QueryLedgers": KrakenMethod(permission: .view, cost: 2),
  "TradeVolume": KrakenMethod(permission: .view, cost: 1),
  "GetWebSocketsToken": KrakenMethod(permission: .view, cost: 1),
  "DepositMethods": KrakenMethod(permission: .view, cost: 1),
  "DepositAddresses": KrakenMethod(permission: .view, cost: 1),
  "DepositStatus": KrakenMethod(permission: .view, cost: 1),
  "WithdrawMethods": KrakenMethod(permission: .view, cost: 1),
  "WithdrawAddresses": KrakenMethod(permission: .view, cost: 1),
  "WithdrawInfo": KrakenMethod(permission: .view, cost: 1),
  "WithdrawStatus": KrakenMethod(permission: .view, cost: 1),
  "Withdraw": KrakenMethod(permission: .withdraw, cost: 1),
  "WithdrawCancel": KrakenMethod(permission: .withdraw, cost: 1),
  "AddOrder": KrakenMethod(permission: .trade, cost: 0),
  "AddOrderBatch": KrakenMethod(permission: .trade, cost: 0),
  "AmendOrder": KrakenMethod(permission: .trade, cost: 0),
  "EditOrder": KrakenMethod(permission: .trade, cost: 0),
  "CancelOrder": KrakenMethod(permission: .trade, cost: 0),
  "CancelOrderBatch": KrakenMethod(permission: .trade, cost: 0),
  "CancelAll": KrakenMethod(permission: .trade, cost: 1),
  "CancelAllOrdersAfter": KrakenMethod(permission: .trade, cost: 1),
]

extension KrakenGateway {
  /// Answers `/0/private/…`.
  func answerPrivate(
    _ method: String,
    _ request: GatewayRequest
  ) throws(KrakenError) -> KrakenJSON {
    guard request.method == "POST", let rule = methods[method] else { throw .unknownMethod }
    let read = KrakenFields(request)
    let (key, account) = try authenticate(request, read, rule.permission, cost: rule.cost)
    guard let fields = read else { throw .invalidArguments() }
    if method == "GetWebSocketsToken" { return makeToken(key, account) }
    if rule.permission == .trade {
      if exchange.status == .closed { throw .unavailable }
      return try answerTrading(method, fields, account)
    }
    if method.hasPrefix("Deposit") || method.hasPrefix("Withdraw") {
      return try answerFunding(method, fields, account)
    }
    return try answerAccount(method, fields, account)
  }

  private func answerTrading(
    _ method: String,
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    switch method {
    case "AddOrder": return try addOrder(fields, account)
    case "AddOrderBatch": return try addBatch(fields, account)
    case "AmendOrder":
      let (_, amendment) = try amend(
        account,
        try orderName(fields),
        volume: fields["order_qty"],
        limit: fields["limit_price"],
        isPostOnly: fields.isTrue("post_only")
      )
      return .object(["amend_id": .string(amendment)])
    case "EditOrder": return try editOrder(fields, account)
    case "CancelOrder":
      return .object(["count": .integer(try cancel(account, try orderName(fields)))])
    case "CancelOrderBatch": return try cancelBatch(fields, account)
    case "CancelAll": return .object(["count": .integer(cancelAll(account))])
    default:
      guard let seconds = try fields.integer("timeout") else { throw .invalidArguments("timeout") }
      let (now, due) = try setDeadMansSwitch(account, seconds: seconds)
      return .object([
        "currentTime": .string(KrakenText.seconds(now)),
        "triggerTime": .string(due.map { KrakenText.seconds($0) } ?? "0"),
      ])
    }
  }

  private func orderName(_ fields: KrakenFields) throws(KrakenError) -> KrakenOrderName {
    if let client = fields["cl_ord_id"] { return .client(client) }
    guard let text = fields["txid"] else { throw .invalidArguments("txid") }
    return name(text)
  }

  // MARK: Adding

  private func addOrder(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let pair = try pair(fields["pair"])
    let form = KrakenOrderForm(fields)
    guard let order = try place(form, pair, account) else {
      let (new, terms) = try form.order(pair, account, now: exchange.now)
      return .object(["descr": description(new, terms, pair)])
    }
    return .object([
      "txid": .array([.string(orderID(order))]),
      "descr": description(order.request, terms(of: order), pair),
    ])
  }

  private func description(
    _ new: NewOrder,
    _ terms: KrakenTerms,
    _ pair: KrakenPair
  ) -> KrakenJSON {
    let volume =
      switch new.size {
      case .base(let quantity): pair.quantity(Int128(quantity.raw))
      case .quote(let amount): pair.cost(amount.raw)
      }
    return .object(["order": .string(sentence(new, terms, volume: volume))])
  }

  /// Two to fifteen orders of one pair; each is taken or refused by itself.
  private func addBatch(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let pair = try pair(fields["pair"])
    guard let orders = fields.json?["orders"]?.elements, (2...15).contains(orders.count) else {
      throw .invalidArguments("orders")
    }
    var rows: [KrakenJSON] = []
    for value in orders {
      guard var one = KrakenFields(value) else { throw .invalidArguments("orders") }
      one["deadline"] = fields["deadline"] ?? one["deadline"]
      one["validate"] = fields["validate"] ?? one["validate"]
      do {
        rows.append(try batchRow(one, pair, account))
      } catch {
        rows.append(.object(["error": .string(error.text)]))
      }
    }
    return .object(["orders": .array(rows)])
  }

  private func batchRow(
    _ fields: KrakenFields,
    _ pair: KrakenPair,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let form = KrakenOrderForm(fields)
    guard let order = try place(form, pair, account) else {
      let (new, terms) = try form.order(pair, account, now: exchange.now)
      return .object(["descr": description(new, terms, pair)])
    }
    return .object([
      "txid": .string(orderID(order)),
      "descr": description(order.request, terms(of: order), pair),
    ])
  }

  /// Cancels an order and places another with the new numbers.
  private func editOrder(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let pair = try pair(fields["pair"])
    guard let text = fields["txid"], let old = openOrders(account, name(text)).first else {
      throw .unknownOrder
    }
    guard old.instrument == pair.index, old.request.trigger == nil else {
      throw .invalidArguments("pair")
    }
    let before = terms(of: old)
    var changed = fields
    changed["type"] = old.side == .buy ? "buy" : "sell"
    changed["ordertype"] = before.orderType
    changed["volume"] = fields["volume"] ?? pair.quantity(Int128(old.remaining.raw))
    changed["price"] = fields["price"] ?? old.limit.map { pair.price($0.raw) }
    if fields["userref"] == nil, before.userReference != 0 {
      changed["userref"] = String(before.userReference)
    }
    var form = KrakenOrderForm(changed)
    form.isPostOnly = form.isPostOnly || before.isPostOnly
    // Found wanting before the old order is given up.
    _ = try form.order(pair, account, now: exchange.now)
    guard !form.isOnlyChecked else { throw .invalidArguments("validate") }
    cancel(old)
    guard let new = try place(form, pair, account) else { throw .invalidArguments() }
    return .object([
      "status": .string("ok"), "txid": .string(orderID(new)),
      "originaltxid": .string(orderID(old)), "volume": .string(volume(new)),
      "price": .string(new.limit.map { pair.price($0.raw) } ?? "0"), "price2": .string("0"),
      "orders_cancelled": .integer(1),
      "descr": description(new.request, terms(of: new), pair),
    ])
  }

  /// Up to fifty orders by identifier, user reference, or client identifier.
  private func cancelBatch(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let orders = fields.json?["orders"]?.elements ?? []
    let clients = fields.json?["cl_ord_ids"]?.elements ?? []
    guard (1...50).contains(orders.count + clients.count) else {
      throw .invalidArguments("orders")
    }
    let names =
      orders.map { name($0.text ?? $0["txid"]?.text ?? "") }
      + clients.map { .client($0["cl_ord_id"]?.text ?? $0.text ?? "") }
    return .object(["count": .integer(try cancel(account, names))])
  }

  /// Cancels whatever is found; what is not is passed over.
  func cancel(_ account: AccountID, _ names: [KrakenOrderName]) throws(KrakenError) -> Int {
    try checkCancelling()
    var count = 0
    for name in names {
      let found = openOrders(account, name)
      for order in found { cancel(order) }
      count += found.count
    }
    if count == 0 { throw .unknownOrder }
    return count
  }
}
