import Market
import Units

/// One change of a balance, with what was left after it.
struct KrakenLedgerEntry: Hashable, Sendable {
  enum Kind: String, Sendable { case trade, deposit, withdrawal }

  let id: String
  /// The trade or the transfer that it belongs to.
  let reference: String
  let time: Timestamp
  let kind: Kind
  let asset: KrakenAsset
  let amount: Notional
  let fee: Notional
  var balance: Notional

  /// What it did to the balance.
  var effect: Notional { amount - fee }
}

extension KrakenGateway {
  /// Entries kept for each client.
  private static let keptEntries = 5_000

  /// Tells the private channels what happened to orders and balances.
  func publishAccounts(_ events: [ExchangeEvent], _ effects: inout [GatewayEffect]) {
    var entries: [(account: Int, entry: KrakenLedgerEntry)] = []
    for event in events {
      switch event {
      case .fill(let fill): entries += ledgerEntries(fill).map { (fill.account.index, $0) }
      case .transfer(let transfer):
        if let entry = ledgerEntry(transfer) { entries.append((transfer.account.index, entry)) }
      default: break
      }
    }
    book(&entries)
    for event in events {
      switch event {
      case .order(let order, let change): publish(order, change, &effects)
      case .fill(let fill): publish(fill, &effects)
      default: break
      }
    }
    for (account, entry) in entries {
      for socket in channels.balances[account] ?? [] {
        sendBalances("update", [balanceRow(entry)], to: socket, &effects)
      }
    }
  }

  // MARK: Ledger

  private func ledgerEntries(_ fill: SimulatedFill) -> [KrakenLedgerEntry] {
    let pair = pairs[fill.instrument]
    let isBuy = fill.side == .buy
    let quantity = Notional(raw: Int128(fill.quantity.raw))
    let quote = entry(
      tradeID(fill),
      fill.time,
      .trade,
      pair.quote,
      isBuy ? -fill.notional : fill.notional,
      fill.fee
    )
    let base = entry(
      tradeID(fill),
      fill.time,
      .trade,
      pair.base,
      isBuy ? quantity : -quantity,
      .zero
    )
    return [quote, base]
  }

  /// A deposit counts when it is done, a withdrawal when it begins and when it is called off.
  private func ledgerEntry(_ transfer: Transfer) -> KrakenLedgerEntry? {
    let asset = KrakenAsset(transfer.asset)
    let reference = numbers.text(.transfer, transfer.number)
    switch (transfer.kind, transfer.status) {
    case (.deposit, .done):
      return entry(reference, exchange.now, .deposit, asset, transfer.amount, .zero)
    case (.withdrawal, .pending):
      return entry(reference, exchange.now, .withdrawal, asset, -transfer.amount, transfer.fee)
    case (.withdrawal, .cancelled):
      return entry(reference, exchange.now, .withdrawal, asset, transfer.amount, -transfer.fee)
    default: return nil
    }
  }

  private func entry(
    _ reference: String,
    _ time: Timestamp,
    _ kind: KrakenLedgerEntry.Kind,
    _ asset: KrakenAsset,
    _ amount: Notional,
    _ fee: Notional
  ) -> KrakenLedgerEntry {
    lastLedger += 1
    return KrakenLedgerEntry(
      id: numbers.text(.ledger, lastLedger),
      reference: reference,
      time: time,
      kind: kind,
      asset: asset,
      amount: amount,
      fee: fee,
      balance: .zero
    )
  }

  /// Gives each entry the balance that it left, working back from the balance there is now.
  private func book(_ entries: inout [(account: Int, entry: KrakenLedgerEntry)]) {
    guard !entries.isEmpty else { return }
    struct Place: Hashable {
      let account: Int
      let asset: String
    }
    var later: [Place: Notional] = [:]
    for index in entries.indices.reversed() {
      let (account, entry) = entries[index]
      let place = Place(account: account, asset: entry.asset.asset.symbol)
      let total = exchange.accounts[account].total(entry.asset.asset)
      entries[index].entry.balance = total - (later[place] ?? .zero)
      later[place] = (later[place] ?? .zero) + entry.effect
    }
    for (account, entry) in entries {
      clients[account]?.ledger.append(entry)
      let count = clients[account]?.ledger.count ?? 0
      if count > 2 * KrakenGateway.keptEntries {
        clients[account]?.ledger.removeFirst(count - KrakenGateway.keptEntries)
      }
    }
  }

  // MARK: Balances

  func sendBalanceSnapshot(
    _ account: AccountID,
    to socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let rows = exchange.accounts[account.index].balances.map { balance -> KrakenJSON in
      let asset = KrakenAsset(balance.asset)
      let total = KrakenJSON.number(amount(balance.total, asset))
      return .object([
        "asset": .string(asset.socketName), "asset_class": .string("currency"),
        "balance": total,
        "wallets": .array([
          .object(["type": .string("spot"), "id": .string("main"), "balance": total])
        ]),
      ])
    }
    sendBalances("snapshot", rows, to: socket, &effects)
  }

  private func balanceRow(_ entry: KrakenLedgerEntry) -> KrakenJSON {
    .object([
      "ledger_id": .string(entry.id), "ref_id": .string(entry.reference),
      "timestamp": .string(KrakenText.micros(entry.time)),
      "type": .string(entry.kind.rawValue), "asset": .string(entry.asset.socketName),
      "asset_class": .string("currency"), "category": .string(entry.kind.rawValue),
      "wallet_type": .string("spot"), "wallet_id": .string("main"),
      "amount": .number(amount(entry.amount, entry.asset)),
      "fee": .number(amount(entry.fee, entry.asset)),
      "balance": .number(amount(entry.balance, entry.asset)),
    ])
  }

  private func sendBalances(
    _ type: String,
    _ rows: [KrakenJSON],
    to socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    guard let state = sockets[socket] else { return }
    sockets[socket]?.balanceSequence += 1
    let frame = KrakenJSON.object([
      "channel": .string("balances"), "type": .string(type), "data": .array(rows),
      "sequence": .integer(state.balanceSequence + 1),
    ])
    send(frame, to: socket, &effects)
  }

  // MARK: Executions

  func sendExecutions(
    _ type: String,
    _ rows: [KrakenJSON],
    to socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    guard let state = sockets[socket] else { return }
    sockets[socket]?.executionSequence += 1
    let frame = KrakenJSON.object([
      "channel": .string("executions"), "type": .string(type), "data": .array(rows),
      "sequence": .integer(state.executionSequence + 1),
    ])
    send(frame, to: socket, &effects)
  }

  private func publish(
    _ row: KrakenJSON,
    of account: AccountID,
    isTransition: Bool = false,
    _ effects: inout [GatewayEffect]
  ) {
    for socket in channels.executions[account.index] ?? [] {
      if isTransition, sockets[socket]?.tellsEveryStatus == false { continue }
      sendExecutions("update", [row], to: socket, &effects)
    }
  }

  private func publish(
    _ order: SimulatedOrder,
    _ change: OrderChange,
    _ effects: inout [GatewayEffect]
  ) {
    guard channels.executions[order.account.index]?.isEmpty == false else { return }
    switch change {
    case .accepted:
      let row = wholeRow(order, type: "pending_new", status: "pending_new")
      publish(row, of: order.account, isTransition: true, &effects)
      if order.request.trigger == nil {
        publish(shortRow(order, type: "new", status: "new"), of: order.account, &effects)
      }
    case .rested:
      // A waiting order is `new` as well; one that matched before has been told already.
      guard order.request.trigger != nil, order.filled.isZero else { return }
      publish(shortRow(order, type: "new", status: "new"), of: order.account, &effects)
    case .triggered:
      let row = shortRow(order, type: "status", status: "triggered")
      publish(row, of: order.account, isTransition: true, &effects)
    case .filled:
      // The fill itself is told by its own event.
      guard order.status == .filled else { return }
      publish(endRow(order, type: "filled"), of: order.account, &effects)
    case .ended:
      let type = order.status == .expired ? "expired" : "canceled"
      publish(endRow(order, type: type), of: order.account, &effects)
    case .amended:
      publish(wholeRow(order, type: "amended", status: status(order)), of: order.account, &effects)
    }
  }

  /// Everything about an order: of `pending_new`, `amended`, and snapshots (recorded shape).
  private func wholeRow(_ order: SimulatedOrder, type: String, status: String) -> KrakenJSON {
    let pair = pairs[order.instrument]
    let terms = terms(of: order)
    let isNew = type == "pending_new"
    let hasBase = terms.quoteVolume == nil
    return .object([
      "order_id": .string(orderID(order)), "cl_ord_id": terms.clientOrderID.map { .string($0) },
      "symbol": .string(pair.socketName),
      "order_qty": hasBase ? .number(pair.quantity(Int128(order.quantity.raw))) : nil,
      "cash_order_qty": terms.quoteVolume.map { .number(pair.cost($0.raw)) },
      "cum_qty": isNew ? nil : .number(pair.quantity(Int128(order.filled.raw))),
      "cum_cost": .number(pair.cost(isNew ? 0 : order.filledNotional.raw)),
      "avg_price": isNew ? nil : .number(pair.price(order.averagePrice?.raw ?? 0)),
      "time_in_force": .string(terms.timeInForce), "exec_type": .string(type),
      "side": .string(order.side == .buy ? "buy" : "sell"),
      "order_type": .string(terms.orderType), "order_userref": .integer(terms.userReference),
      "limit_price_type": order.limit == nil ? nil : .string("static"),
      "limit_price": order.limit.map { .number(pair.price($0.raw)) },
      "stop_price": .number(pair.price(order.request.trigger?.price.raw ?? 0)),
      "post_only": terms.isPostOnly ? .boolean(true) : nil,
      "expire_time": order.request.expires.map { .string(KrakenText.micros($0)) },
      "order_status": .string(status),
      "fee_usd_equiv": .number(pair.cost(isNew ? 0 : order.fee.raw)),
      "fee_ccy_pref": .string("fciq"), "timestamp": .string(KrakenText.micros(order.updated)),
    ])
  }

  /// What changed when an order became `new` (recorded shape).
  private func shortRow(_ order: SimulatedOrder, type: String, status: String) -> KrakenJSON {
    let terms = terms(of: order)
    return .object([
      "timestamp": .string(KrakenText.micros(order.updated)), "order_status": .string(status),
      "exec_type": .string(type), "order_userref": .integer(terms.userReference),
      "post_only": terms.isPostOnly ? .boolean(true) : nil,
      "cl_ord_id": terms.clientOrderID.map { .string($0) },
      "order_id": .string(orderID(order)),
    ])
  }

  /// How an order ended (recorded shape of a cancellation).
  private func endRow(_ order: SimulatedOrder, type: String) -> KrakenJSON {
    let pair = pairs[order.instrument]
    let terms = terms(of: order)
    let reason = type == "filled" ? nil : reason(order).map { KrakenJSON.string($0) }
    return .object([
      "timestamp": .string(KrakenText.micros(order.updated)), "order_status": .string(type),
      "exec_type": .string(type), "cum_qty": .number(pair.quantity(Int128(order.filled.raw))),
      "cum_cost": .number(pair.cost(order.filledNotional.raw)),
      "fee_usd_equiv": .number(pair.cost(order.fee.raw)),
      "avg_price": .number(pair.price(order.averagePrice?.raw ?? 0)),
      "order_userref": .integer(terms.userReference),
      "post_only": terms.isPostOnly ? .boolean(true) : nil,
      "cancel_reason": type == "canceled" ? reason : nil, "reason": reason,
      "cl_ord_id": terms.clientOrderID.map { .string($0) },
      "order_id": .string(orderID(order)),
    ])
  }

  private func publish(_ fill: SimulatedFill, _ effects: inout [GatewayEffect]) {
    guard channels.executions[fill.account.index]?.isEmpty == false else { return }
    publish(fillRow(fill), of: fill.account, &effects)
  }

  /// A fill (recorded shape), with the sums that the documentation of `executions` adds.
  private func fillRow(_ fill: SimulatedFill) -> KrakenJSON {
    let pair = pairs[fill.instrument]
    let terms = terms[fill.order]
    let sums = sums(upTo: fill)
    let isFilled = exchange.order(fill.order).map { $0.status == .filled && sums.isLast } ?? true
    return .object([
      "order_id": .string(numbers.text(.order, fill.order)),
      "cl_ord_id": terms?.clientOrderID.map { .string($0) },
      "order_userref": .integer(terms?.userReference ?? 0),
      "exec_id": .string(tradeID(fill)), "exec_type": .string("trade"),
      "trade_id": .integer(fill.trade), "symbol": .string(pair.socketName),
      "side": .string(fill.side == .buy ? "buy" : "sell"),
      "last_qty": .number(pair.quantity(Int128(fill.quantity.raw))),
      "last_price": .number(pair.price(fill.price.raw)),
      "liquidity_ind": .string(fill.isMaker ? "m" : "t"),
      "cost": .number(pair.cost(fill.notional.raw)),
      "order_status": .string(isFilled ? "filled" : "partially_filled"),
      "order_type": .string(terms?.orderType ?? "limit"),
      "timestamp": .string(KrakenText.micros(fill.time)),
      "fee_usd_equiv": .number(pair.cost(fill.fee.raw)),
      "fees": .array([
        .object([
          "asset": .string(pair.quote.socketName), "qty": .number(pair.cost(fill.fee.raw)),
        ])
      ]),
      "cum_qty": .number(pair.quantity(sums.quantity)),
      "cum_cost": .number(pair.cost(sums.notional)),
      "avg_price": .number(
        pair.average(
          products: sums.products,
          quantity: sums.quantity,
          places: pair.priceDecimals
        )
      ),
    ])
  }

  /// What an order had filled right after one of its fills; an order's later fills may be in the
  /// same batch of events.
  private func sums(
    upTo fill: SimulatedFill
  ) -> (quantity: Int128, notional: Int128, products: Int128, isLast: Bool) {
    var later: (quantity: Int128, notional: Int128, products: Int128) = (0, 0, 0)
    guard let order = exchange.order(fill.order) else { return (0, 0, 0, true) }
    for other in exchange.fills(of: fill.account).reversed() {
      // Trades are counted upwards, so nothing before this one can follow it.
      if other.trade < fill.trade { break }
      guard other.order == fill.order, other.trade > fill.trade else { continue }
      later.quantity += Int128(other.quantity.raw)
      later.notional += other.notional.raw
      later.products += Int128(other.price.raw) * Int128(other.quantity.raw)
    }
    return (
      Int128(order.filled.raw) - later.quantity, order.filledNotional.raw - later.notional,
      order.filledProducts - later.products, later.quantity == 0
    )
  }

  /// Alive orders and the latest fills, as asked for.
  func executionSnapshot(_ account: AccountID, orders: Bool, trades: Bool) -> [KrakenJSON] {
    let alive =
      orders
      ? openOrders(account).map { wholeRow($0, type: "new", status: status($0)) } : []
    let fills = trades ? exchange.fills(of: account).suffix(50).reversed().map { fillRow($0) } : []
    return alive + fills
  }

  private func status(_ order: SimulatedOrder) -> String {
    switch order.status {
    case .pending: "pending_new"
    case .open: order.filled.isZero ? "new" : "partially_filled"
    case .filled: "filled"
    case .cancelled, .rejected: "canceled"
    case .expired: "expired"
    }
  }
}
