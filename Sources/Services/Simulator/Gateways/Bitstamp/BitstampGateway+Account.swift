import Market
import Units

/// Balances, fees, transactions, tokens, and keys.
extension BitstampGateway {
  // MARK: Balances

  /// The asset of a currency's name in a path: `btc`.
  func currency(_ name: String) throws(BitstampFailure) -> Asset {
    guard let asset = assets.first(where: { $0.symbol.lowercased() == name }) else {
      throw .plain(.currencyNotFound)
    }
    return asset
  }

  func balance(_ call: BitstampCall, of asset: Asset) -> BitstampValue {
    let account = exchange.accounts[call.account.index]
    return [
      "currency": .text(asset.symbol.lowercased()),
      "total": .text(money(account.total(asset), asset)),
      "available": .text(money(account.available(asset), asset)),
      "reserved": .text(money(account.held(asset), asset)),
    ]
  }

  func balances(_ call: BitstampCall) -> BitstampValue {
    .list(assets.map { balance(call, of: $0) })
  }

  /// The older answer with everything in one object (recorded by gocryptotrader).
  func wideBalance(_ call: BitstampCall, _ markets: [BitstampMarket]) -> BitstampValue {
    let account = exchange.accounts[call.account.index]
    var members: [BitstampValue.Member] = []
    let listed = Set(markets.flatMap { [$0.base, $0.quote] })
    for asset in listed {
      let name = asset.symbol.lowercased()
      let amounts = [
        ("available", account.available(asset)), ("balance", account.total(asset)),
        ("reserved", account.held(asset)),
      ]
      for (kind, amount) in amounts {
        members.append(.init(name: name + "_" + kind, value: .text(money(amount, asset))))
      }
      if let fee = BitstampCurrency(asset.symbol).networks.first?.fee {
        members.append(.init(name: name + "_withdrawal_fee", value: .text(fee)))
      }
    }
    for market in markets {
      let rate = percent(exchange.instruments[market.index].taker)
      members.append(.init(name: market.symbol + "_fee", value: .text(rate)))
    }
    return .members(members.sorted { $0.name < $1.name })
  }

  // MARK: Fees

  /// A rate in percent with four decimals at least, as hummingbot's sample has it: `0.3000`.
  private func percent(_ rate: Rate) -> String {
    let places = rate.raw % 100 == 0 ? 4 : 6
    return paddedDecimal(Int128(rate.raw), decimals: 6, places: places)
  }

  func tradingFee(_ market: BitstampMarket) -> BitstampValue {
    let instrument = exchange.instruments[market.index]
    return [
      "currency_pair": .text(market.symbol),
      "market": .text(market.symbol),
      "fees": [
        "maker": .text(percent(instrument.maker)), "taker": .text(percent(instrument.taker)),
      ],
    ]
  }

  func withdrawalFees(_ asset: Asset) -> [BitstampValue] {
    BitstampCurrency(asset.symbol).networks.map { route in
      [
        "currency": .text(asset.symbol.lowercased()),
        "fee": .text(route.fee),
        "network": .text(route.network),
      ]
    }
  }

  func tradablePairs() -> BitstampValue {
    .list(markets.map { ["name": .text($0.name), "url_symbol": .text($0.symbol)] })
  }

  // MARK: Transactions

  private enum Entry {
    case fill(SimulatedFill)
    case transfer(Transfer)

    var time: Timestamp {
      switch self {
      case .fill(let fill): fill.time
      case .transfer(let transfer):
        transfer.kind == .deposit ? transfer.due : transfer.created
      }
    }
  }

  /// Trades, and for all pairs together also deposits and withdrawals; youngest first unless asked
  /// otherwise.
  func userTransactions(
    _ call: BitstampCall,
    _ market: BitstampMarket?
  ) throws(BitstampFailure) -> BitstampValue {
    let (offset, limit) = try page(call.fields)
    let since = try call.fields.number(
      "since_timestamp",
      orElse: .plain(.malformedSince, "Invalid since_timestamp parameter")
    )
    let until = try call.fields.number(
      "until_timestamp",
      orElse: .plain(.malformedUntil, "Invalid until_timestamp parameter")
    )
    let sinceID = try call.fields.number("since_id", orElse: .plain(.malformedID))
    let isAscending: Bool
    switch call.fields["sort"] ?? "desc" {
    case "asc": isAscending = true
    case "desc": isAscending = false
    default: throw .plain(.malformedSort, "Invalid sort parameter")
    }
    var entries: [Entry] = exchange.fills(of: call.account).filter {
      market == nil || $0.instrument == market?.index
    }.map(Entry.fill)
    if market == nil {
      entries += exchange.transfers(of: call.account).filter {
        $0.kind == .withdrawal ? $0.status != .cancelled : $0.status == .done
      }.map(Entry.transfer)
      // Fills come in order already; a stable order needs more than equal times.
      entries.sort { ($0.time, identifier($0)) < ($1.time, identifier($1)) }
    }
    entries = entries.filter { entry in
      let seconds = entry.time.nanoseconds / 1_000_000_000
      return seconds >= since ?? .min && seconds <= until ?? .max
        && identifier(entry) >= sinceID ?? .min
    }
    if !isAscending { entries.reverse() }
    return .list(entries.dropFirst(offset).prefix(limit).map { value(of: $0, call.account) })
  }

  /// `offset` and `limit` of a list.
  func page(_ fields: BitstampFields) throws(BitstampFailure) -> (offset: Int, limit: Int) {
    let offset = try fields.number("offset", orElse: .plain(.malformedOffset, "Invalid offset."))
    guard offset ?? 0 <= 200_000 else { throw .plain(.malformedOffset, "Offset too large") }
    let limit = try fields.number("limit", orElse: .plain(.malformedLimit, "Invalid limit"))
    guard limit ?? 1 >= 1 else { throw .plain(.malformedLimit, "Invalid limit") }
    guard limit ?? 1 <= 1_000 else { throw .plain(.malformedLimit, "Limit too large") }
    return (Int(offset ?? 0), Int(limit ?? 100))
  }

  private func identifier(_ entry: Entry) -> Int64 {
    switch entry {
    case .fill(let fill): tradeID(fill.trade)
    case .transfer(let transfer): transferID(transfer.number)
    }
  }

  private func value(of entry: Entry, _ account: AccountID) -> BitstampValue {
    switch entry {
    case .fill(let fill): value(of: fill, account)
    case .transfer(let transfer): value(of: transfer)
    }
  }

  private func value(of fill: SimulatedFill, _ account: AccountID) -> BitstampValue {
    let market = markets[fill.instrument]
    let isBuy = fill.side == .buy
    let paid = money(isBuy ? -fill.notional : fill.notional, market.quote)
    return [
      "id": .integer(tradeID(fill.trade)),
      "datetime": .text(fill.time.bitstampDateTime()),
      "type": "2",
      "order_id": .integer(orderID(fill.order)),
      "fee": .text(fill.fee.text(decimals: market.quote.decimals)),
      market.quoteName: .text(paid),
      market.baseName: .text((isBuy ? "" : "-") + market.text(fill.quantity)),
      market.baseName + "_" + market.quoteName: market.number(fill.price),
    ]
  }

  private func value(of transfer: Transfer) -> BitstampValue {
    let isDeposit = transfer.kind == .deposit
    let amount = money(isDeposit ? transfer.amount : -transfer.amount, transfer.asset)
    let time = isDeposit ? transfer.due : transfer.created
    return [
      "id": .integer(transferID(transfer.number)),
      "datetime": .text(time.bitstampDateTime()),
      "type": isDeposit ? "0" : "1",
      "fee": .text(money(transfer.fee, transfer.asset)),
      transfer.asset.symbol.lowercased(): .text(amount),
    ]
  }

  // MARK: Tokens and keys

  func socketToken(_ call: BitstampCall) -> BitstampValue {
    let token = tokens.make(for: call.account, seed: settings.seed, at: exchange.now)
    return [
      "token": .text(token),
      "user_id": .integer(userNumber(call.account)),
      "valid_sec": .integer(BitstampTokens.validSeconds),
    ]
  }

  /// The kill switch: every key of the account is gone from now on, the caller's own included.
  func revokeKeys(_ call: BitstampCall) -> BitstampValue {
    let revoked = keys.values.filter { $0.account == call.account }.map(\.text).sorted()
    for key in revoked { keys[key] = nil }
    return ["revoked_api_keys": .list(revoked.map(BitstampValue.text))]
  }
}
