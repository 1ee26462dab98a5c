import Codecs
import Market
import Units

extension KrakenGateway {
  private static let tradingMethods: Set<String> = [
    "add_order", "amend_order", "cancel_order", "cancel_all",
    "cancel_all_orders_after", "batch_add", "batch_cancel",
  ]

  /// Does what a trading method of the private socket asks for.
  func trade(
    _ request: KrakenFrame,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    guard KrakenGateway.tradingMethods.contains(request.method) else {
      answer(request, error: "Method not supported", to: socket, &effects)
      return
    }
    guard sockets[socket]?.isPrivate == true else {
      let error =
        "Private data and trading are unavailable on this endpoint. Try ws-auth.kraken.com"
      answer(request, error: error, to: socket, &effects)
      return
    }
    do throws(KrakenError) {
      let account = try authenticate(request.token, socket, .trade)
      if exchange.status == .closed { throw .unavailable }
      switch request.method {
      case "add_order": try addOrder(request, account, socket, &effects)
      case "amend_order": try amendOrder(request, account, socket, &effects)
      case "cancel_order": try cancelOrders(request, account, socket, &effects)
      case "cancel_all":
        let result = KrakenJSON.object(["count": .integer(cancelAll(account))])
        answer(request, result: result, to: socket, &effects)
      case "cancel_all_orders_after": try setSwitch(request, account, socket, &effects)
      case "batch_add": try addBatch(request, account, socket, &effects)
      default: try cancelBatch(request, account, socket, &effects)
      }
    } catch {
      answer(request, error: error.text, to: socket, &effects)
    }
  }

  /// The pair of `symbol`.
  private func pair(_ params: JSONValue) throws(KrakenError) -> KrakenPair {
    guard let name = params["symbol"]?.string else { throw .invalidArguments("symbol") }
    guard let pair = pair(socketName: name) else {
      throw KrakenError("Currency pair not supported \(name)")
    }
    return pair
  }

  private func addOrder(
    _ request: KrakenFrame,
    _ account: AccountID,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(KrakenError) {
    let form = KrakenOrderForm(socket: request.params)
    let order = try place(form, try pair(request.params), account)
    answer(request, result: result(form, order), to: socket, &effects)
  }

  private func result(_ form: KrakenOrderForm, _ order: SimulatedOrder?) -> KrakenJSON {
    let reference = form.userReference.flatMap { Int64($0) } ?? 0
    return .object([
      "order_id": order.map { .string(orderID($0)) },
      "cl_ord_id": form.clientOrderID.map { .string($0) }, "order_userref": .integer(reference),
    ])
  }

  private func amendOrder(
    _ request: KrakenFrame,
    _ account: AccountID,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(KrakenError) {
    let params = request.params
    let client = params["cl_ord_id"]?.string
    let name: KrakenOrderName
    if let client {
      name = .client(client)
    } else if let text = params["order_id"]?.string {
      name = self.name(text)
    } else {
      throw .invalidArguments("order_id")
    }
    if params["trigger_price"] != nil { throw .invalidArguments("trigger_price") }
    if params["display_qty"] != nil { throw .invalidArguments("display_qty") }
    let (order, amendment) = try amend(
      account,
      name,
      volume: params["order_qty"]?.text.flatMap { KrakenText.plain($0) },
      limit: params["limit_price"]?.text.flatMap { KrakenText.plain($0) },
      isPostOnly: params["post_only"]?.boolean ?? false
    )
    let result = KrakenJSON.object([
      "amend_id": .string(amendment), "cl_ord_id": client.map { .string($0) },
      "order_id": .string(orderID(order)),
    ])
    answer(request, result: result, to: socket, &effects)
  }

  /// One answer for each order, as each is found or not.
  private func cancelOrders(
    _ request: KrakenFrame,
    _ account: AccountID,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(KrakenError) {
    func list(_ name: String) -> [String] {
      let value = request.params[name]
      return value?.elements?.compactMap(\.text) ?? value?.text.map { [$0] } ?? []
    }
    let orders = list("order_id")
    let clients = list("cl_ord_id")
    let references = list("order_userref")
    guard (1...50).contains(orders.count + clients.count + references.count) else {
      throw .invalidArguments("order_id")
    }
    try checkCancelling()
    for text in orders {
      let found = openOrders(account, name(text)).first
      cancel(found, client: nil, request, socket, &effects)
    }
    for text in clients {
      cancel(openOrders(account, .client(text)).first, client: text, request, socket, &effects)
    }
    for text in references {
      let found = openOrders(account, name(text))
      if found.isEmpty { cancel(nil, client: nil, request, socket, &effects) }
      for order in found { cancel(order, client: nil, request, socket, &effects) }
    }
  }

  private func cancel(
    _ order: SimulatedOrder?,
    client: String?,
    _ request: KrakenFrame,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    guard let order else {
      answer(request, error: KrakenError.unknownOrder.text, to: socket, &effects)
      return
    }
    cancel(order)
    let result = KrakenJSON.object([
      "order_id": .string(orderID(order)), "cl_ord_id": client.map { .string($0) },
    ])
    answer(request, result: result, to: socket, &effects)
  }

  private func setSwitch(
    _ request: KrakenFrame,
    _ account: AccountID,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(KrakenError) {
    guard let seconds = request.params["timeout"]?.integer else {
      throw .invalidArguments("timeout")
    }
    let (now, due) = try setDeadMansSwitch(account, seconds: seconds)
    let result = KrakenJSON.object([
      "currentTime": .string(KrakenText.seconds(now)),
      "triggerTime": .string(due.map { KrakenText.seconds($0) } ?? "0"),
    ])
    answer(request, result: result, to: socket, &effects)
  }

  // MARK: Batches

  /// Two to fifteen orders of one pair; each is taken or refused by itself.
  private func addBatch(
    _ request: KrakenFrame,
    _ account: AccountID,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(KrakenError) {
    let pair = try pair(request.params)
    guard let orders = request.params["orders"]?.elements, (2...15).contains(orders.count) else {
      throw .invalidArguments("orders")
    }
    var rows: [KrakenJSON] = []
    for value in orders {
      var form = KrakenOrderForm(socket: value)
      form.deadline = request.params["deadline"]?.string ?? form.deadline
      form.isOnlyChecked = form.isOnlyChecked || request.params["validate"]?.boolean == true
      let client = form.clientOrderID.map { KrakenJSON.string($0) }
      do throws(KrakenError) {
        let order = try place(form, pair, account)
        rows.append(
          .object([
            "order_id": order.map { .string(orderID($0)) }, "cl_ord_id": client,
            "success": .boolean(true),
          ])
        )
      } catch {
        rows.append(
          .object([
            "cl_ord_id": client, "success": .boolean(false), "error": .string(error.text),
          ])
        )
      }
    }
    answer(request, result: .object(["orders": .array(rows)]), to: socket, &effects)
  }

  private func cancelBatch(
    _ request: KrakenFrame,
    _ account: AccountID,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) throws(KrakenError) {
    let orders = request.params["orders"]?.elements?.compactMap(\.text) ?? []
    let clients = request.params["cl_ord_id"]?.elements?.compactMap(\.text) ?? []
    guard (2...50).contains(orders.count + clients.count) else {
      throw .invalidArguments("orders")
    }
    let count = try cancel(account, orders.map { name($0) } + clients.map { .client($0) })
    answer(
      request,
      result: nil,
      more: ["orders_cancelled": .integer(count)],
      to: socket,
      &effects
    )
  }
}
