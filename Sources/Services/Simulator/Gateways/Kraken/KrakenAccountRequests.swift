import Market
import Units

extension KrakenGateway {
  /// Rows of one page of history.
  private static let page = 50

  func answerAccount(
    _ method: String,
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    switch method {
    case "Balance": return balances(account, isExtended: false)
    case "BalanceEx": return balances(account, isExtended: true)
    case "TradeBalance": return tradeBalance(account)
    case "OpenOrders": return try openOrderList(fields, account)
    case "ClosedOrders": return try closedOrders(fields, account)
    case "QueryOrders": return try queryOrders(fields, account)
    case "TradesHistory": return try tradesHistory(fields, account)
    case "QueryTrades": return try queryTrades(fields, account)
    case "Ledgers": return try ledgers(fields, account)
    case "QueryLedgers": return try queryLedgers(fields, account)
    default: return try tradeVolume(fields)
    }
  }

  // MARK: Balances

  func amount(_ value: Notional, _ asset: KrakenAsset) -> String {
    KrakenText.exact(value.raw, decimals: asset.asset.decimals, atLeast: asset.padding)
  }

  private func balances(_ account: AccountID, isExtended: Bool) -> KrakenJSON {
    .object(
      exchange.accounts[account.index].balances.map { balance in
        let asset = KrakenAsset(balance.asset)
        let total = KrakenJSON.string(amount(balance.total, asset))
        guard isExtended else { return .init(asset.key, total) }
        let held = amount(balance.total - balance.available, asset)
        return .init(asset.key, .object(["balance": total, "hold_trade": .string(held)]))
      }
    )
  }

  /// Without margin everything is free; only the dollars are added up.
  private func tradeBalance(_ account: AccountID) -> KrakenJSON {
    let dollars = Asset(symbol: "USD")
    let total = exchange.accounts[account.index].total(dollars)
    let text = KrakenJSON.string(amount(total, KrakenAsset(dollars)))
    let zero = KrakenJSON.string("0.0000")
    return .object([
      "eb": text, "tb": text, "m": zero, "n": zero, "c": zero, "v": zero, "e": text, "mf": text,
    ])
  }

  private func tradeVolume(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    var fees: [KrakenJSON.Member] = []
    var makerFees: [KrakenJSON.Member] = []
    for name in (fields["pair"] ?? "").split(separator: ",") {
      let pair = try pair(String(name))
      fees.append(.init(pair.key, feeRow(pair.instrument.taker)))
      makerFees.append(.init(pair.key, feeRow(pair.instrument.maker)))
    }
    return .object([
      "currency": .string("ZUSD"), "volume": .string("0.0000"),
      "fees": fees.isEmpty ? nil : .object(fees),
      "fees_maker": makerFees.isEmpty ? nil : .object(makerFees),
    ])
  }

  private func feeRow(_ rate: Rate) -> KrakenJSON {
    let percent = KrakenText.exact(Int128(rate.raw), decimals: 6, atLeast: 4)
    return .object([
      "fee": .string(percent), "minfee": .string(percent), "maxfee": .string(percent),
      "nextfee": .null, "tiervolume": .string("0.0000"), "nextvolume": .null,
    ])
  }

  // MARK: Orders

  private func openOrderList(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let reference = try fields.integer("userref").map(Int64.init)
    let client = fields["cl_ord_id"]
    let rows = openOrders(account).reversed().filter { order in
      (reference == nil || terms(of: order).userReference == reference)
        && (client == nil || order.request.clientOrderID == client)
    }
    return .object(["open": orderRows(rows, fields)])
  }

  private func orderRows(_ orders: [SimulatedOrder], _ fields: KrakenFields) -> KrakenJSON {
    let withTrades = fields.isTrue("trades")
    return .object(orders.map { .init(orderID($0), orderRow($0, withTrades: withTrades)) })
  }

  /// What ended between two times, latest first, fifty at a time.
  private func closedOrders(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let reference = try fields.integer("userref").map(Int64.init)
    let client = fields["cl_ord_id"]
    let span = try span(fields)
    let byClose = fields["closetime"] == "close"
    let byOpen = fields["closetime"] == "open"
    let all = exchange.orders(of: account).reversed().filter { order in
      guard order.status.isFinal else { return false }
      if let reference, terms(of: order).userReference != reference { return false }
      if let client, order.request.clientOrderID != client { return false }
      let opened = span.contains(order.created) && !byClose
      return opened || (span.contains(order.updated) && !byOpen)
    }
    let rows = try page(all, fields)
    return .object(["closed": orderRows(rows, fields), "count": .integer(all.count)])
  }

  private func queryOrders(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    if let client = fields["cl_ord_id"], fields["txid"] == nil {
      let found = exchange.orders(of: account).filter { $0.request.clientOrderID == client }
      return orderRows(found.reversed(), fields)
    }
    guard let text = fields["txid"] else { throw .invalidArguments("txid") }
    let names = text.split(separator: ",")
    guard names.count <= 50 else { throw .invalidArguments("txid") }
    var found: [SimulatedOrder] = []
    for name in names {
      guard let number = numbers.number(.order, String(name)),
        let order = exchange.order(number), order.account == account
      else { throw .unknownOrder }
      found.append(order)
    }
    if let reference = try fields.integer("userref").map(Int64.init) {
      found = found.filter { terms(of: $0).userReference == reference }
    }
    return orderRows(found, fields)
  }

  // MARK: Trades

  private func tradesHistory(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let span = try span(fields)
    let all = exchange.fills(of: account).reversed().filter { span.contains($0.time) }
    let rows = try page(all, fields).map { KrakenJSON.Member(tradeID($0), tradeRow($0)) }
    return .object(["trades": .object(rows), "count": .integer(all.count)])
  }

  private func queryTrades(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    guard let text = fields["txid"] else { throw .invalidArguments("txid") }
    let names = text.split(separator: ",").map(String.init)
    guard names.count <= 20 else { throw .invalidArguments("txid") }
    let wanted = Set(names.compactMap { numbers.number(.trade, $0) })
    guard wanted.count == names.count else { throw KrakenError("EQuery:Unknown trade") }
    let rows = exchange.fills(of: account)
      .filter { wanted.contains(2 * $0.trade + ($0.isMaker ? 1 : 0)) }
    return .object(rows.map { .init(tradeID($0), tradeRow($0)) })
  }

  // MARK: Ledgers

  private func ledgers(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let span = try span(fields)
    let names = (fields["asset"] ?? "all").split(separator: ",").map(String.init)
    let kind = fields["type"] ?? "all"
    let all = (clients[account.index]?.ledger ?? []).reversed().filter { entry in
      span.contains(entry.time) && (kind == "all" || entry.kind.rawValue == kind)
        && (names == ["all"] || names.contains { entry.asset.goes(by: $0) })
    }
    let rows = try page(all, fields).map { KrakenJSON.Member($0.id, ledgerRow($0)) }
    return .object(["ledger": .object(rows), "count": .integer(all.count)])
  }

  private func queryLedgers(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    guard let text = fields["id"] else { throw .invalidArguments("id") }
    let names = Set(text.split(separator: ",").prefix(20).map(String.init))
    let rows = (clients[account.index]?.ledger ?? []).filter { names.contains($0.id) }
    guard rows.count == names.count else { throw KrakenError("EQuery:Unknown ledger") }
    return .object(rows.map { .init($0.id, ledgerRow($0)) })
  }

  private func ledgerRow(_ entry: KrakenLedgerEntry) -> KrakenJSON {
    .object([
      "aclass": .string("currency"), "amount": .string(amount(entry.amount, entry.asset)),
      "asset": .string(entry.asset.key), "balance": .string(amount(entry.balance, entry.asset)),
      "fee": .string(amount(entry.fee, entry.asset)), "refid": .string(entry.reference),
      "time": .number(KrakenText.unix(entry.time)), "type": .string(entry.kind.rawValue),
      "subtype": .string(""),
    ])
  }

  // MARK: Pages

  /// From `start`, not included, to `end`, included.
  private func span(_ fields: KrakenFields) throws(KrakenError) -> KrakenSpan {
    var span = KrakenSpan()
    if let text = fields["start"] { span.start = try moment(text, "start") }
    if let text = fields["end"] { span.end = try moment(text, "end") }
    return span
  }

  /// A time, or the time of the order or trade of that identifier.
  private func moment(_ text: String, _ field: String) throws(KrakenError) -> Timestamp {
    if let number = numbers.number(.order, text), let order = exchange.order(number) {
      return order.created
    }
    guard let time = KrakenGateway.time(text) else { throw .invalidArguments(field) }
    return time
  }

  private func page<Row>(_ rows: [Row], _ fields: KrakenFields) throws(KrakenError) -> [Row] {
    let offset = try fields.integer("ofs") ?? 0
    guard offset >= 0 else { throw .invalidArguments("ofs") }
    return Array(rows.dropFirst(offset).prefix(KrakenGateway.page))
  }
}

/// A stretch of time that a request for history asks about.
private struct KrakenSpan {
  var start: Timestamp?
  var end: Timestamp?

  func contains(_ time: Timestamp) -> Bool {
    if let start, time <= start { return false }
    if let end, time > end { return false }
    return true
  }
}
