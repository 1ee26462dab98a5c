import Market
import Codecs
import Signing
import Units

/// An address that a client has saved under a name; Kraken sends to no other.
struct KrakenWithdrawalKey: Hashable, Sendable {
  var asset: String
  var network: String
  var address: String
}

/// One way in and out of the venue for an asset.
struct KrakenRoute: Hashable, Sendable {
  /// `Tether USD (TRC20)`: what Kraken calls it; only to be matched, never to be built.
  let method: String
  let network: String
  /// In the asset's units; the venue's own change from week to week.
  let fee: Notional
}

extension KrakenAsset {
  /// The routes of an asset; none for national currencies.
  var routes: [KrakenRoute] {
    func route(_ method: String, _ network: String, _ fee: String) -> KrakenRoute {
      let raw = (try? parseDecimal(fee, places: asset.decimals)) ?? 0
      return KrakenRoute(method: method, network: network, fee: Notional(raw: raw))
    }
    switch asset.symbol {
    case _ where isFiat: return []
    case "BTC": return [route("Bitcoin", "Bitcoin", "0.00002")]
    case "ETH": return [route("Ether (Hex)", "Ethereum", "0.0003")]
    case "SOL": return [route("Solana", "Solana", "0.01")]
    case "USDC": return [route("USDC - Solana", "Solana", "1"), route("USDC", "Ethereum", "4")]
    case "USDT":
      return [
        route("Tether USD (ERC20)", "Ethereum", "4"), route("Tether USD (TRC20)", "Tron", "3"),
        route("Tether USD (SPL)", "Solana", "1"),
      ]
    default: return [route(asset.symbol, "Solana", "0.01")]
    }
  }
}

extension KrakenGateway {
  /// Saves a withdrawal address under a name, as a client does on the venue's web page.
  ///
  /// Simulated deposit addresses need no saving: each goes by its own text as well.
  public func saveWithdrawalAddress(
    _ address: String,
    as name: String,
    asset: String,
    network: String,
    for account: AccountID
  ) {
    let key = KrakenWithdrawalKey(asset: asset, network: network, address: address)
    clients[account.index]?.withdrawalKeys[name] = key
  }

  func answerFunding(
    _ method: String,
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    switch method {
    case "DepositMethods": return try depositMethods(fields)
    case "DepositAddresses": return try depositAddresses(fields, account)
    case "DepositStatus": return try transfers(.deposit, fields, account)
    case "WithdrawMethods": return try withdrawMethods(fields)
    case "WithdrawAddresses": return try withdrawAddresses(fields, account)
    case "WithdrawInfo": return try withdrawInfo(fields, account)
    case "Withdraw": return try withdraw(fields, account)
    case "WithdrawStatus": return try transfers(.withdrawal, fields, account)
    default: return try cancelWithdrawal(fields, account)
    }
  }

  private func asset(_ fields: KrakenFields) throws(KrakenError) -> KrakenAsset {
    guard let name = fields["asset"] else { throw .invalidArguments("asset") }
    guard let asset = asset(name) else { throw .unknownFundingAsset }
    return asset
  }

  // MARK: Deposits

  private func depositMethods(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    let asset = try asset(fields)
    guard !asset.routes.isEmpty else { throw .noFundingMethod }
    return .array(
      asset.routes.map { route in
        .object([
          "method": .string(route.method), "limit": .boolean(false),
          "fee": .string(amount(.zero, asset)), "gen-address": .boolean(true),
          "minimum": .string(amount(route.fee, asset)),
        ])
      }
    )
  }

  private func depositAddresses(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let asset = try asset(fields)
    guard let method = fields["method"] else { throw .invalidArguments("method") }
    guard let route = asset.routes.first(where: { $0.method == method }) else {
      throw .noFundingMethod
    }
    let address = DepositAddress(
      venue: KrakenGateway.venue,
      account: account.index,
      asset: asset.asset.symbol,
      network: route.network
    )
    return .array([
      .object([
        "address": .string(address.text), "expiretm": .string("0"),
        "new": fields.isTrue("new") ? .boolean(true) : nil,
      ])
    ])
  }

  // MARK: Withdrawals

  private func withdrawMethods(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    let chosen = fields["asset"] == nil ? assets : [try asset(fields)]
    var rows: [KrakenJSON] = []
    for asset in chosen {
      rows += asset.routes.map { route in
        .object([
          "asset": .string(asset.altname), "method": .string(route.method),
          "network": .string(route.network), "minimum": .string(amount(route.fee, asset)),
        ])
      }
    }
    return .array(rows)
  }

  private func withdrawAddresses(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let asset = fields["asset"] == nil ? nil : try asset(fields)
    let saved = clients[account.index]?.withdrawalKeys ?? [:]
    var rows: [KrakenJSON] = []
    for (name, key) in saved.sorted(by: { $0.key < $1.key }) {
      guard let known = self.asset(key.asset), asset == nil || asset == known else { continue }
      let route = known.routes.first { $0.network.lowercased() == key.network.lowercased() }
      rows.append(
        .object([
          "address": .string(key.address), "asset": .string(known.altname),
          "method": .string(route?.method ?? key.network), "key": .string(name),
          "verified": .boolean(true),
        ])
      )
    }
    return .array(rows)
  }

  /// The saved address of a name, or the simulated address that the name is.
  private func destination(
    _ fields: KrakenFields,
    _ asset: KrakenAsset,
    _ account: AccountID
  ) throws(KrakenError) -> (name: String, key: KrakenWithdrawalKey, route: KrakenRoute) {
    guard let name = fields["key"] else { throw .invalidArguments("key") }
    let simulated = DepositAddress(name).map {
      KrakenWithdrawalKey(asset: $0.asset, network: $0.network, address: name)
    }
    guard let key = clients[account.index]?.withdrawalKeys[name] ?? simulated,
      key.asset == asset.asset.symbol,
      let route = asset.routes.first(where: {
        $0.network.lowercased() == key.network.lowercased()
      })
    else { throw .unknownWithdrawKey }
    if let address = fields["address"], address != key.address {
      throw KrakenError("EFunding:Invalid address")
    }
    return (name, key, route)
  }

  private func amount(
    _ fields: KrakenFields,
    _ asset: KrakenAsset
  ) throws(KrakenError) -> Notional {
    // ccxt sends a number of its own making here: `1e-05` among them.
    guard let text = fields["amount"].flatMap({ KrakenText.plain($0) }), text.utf8.count <= 40,
      let raw = try? parseDecimal(text, places: asset.asset.decimals), raw > 0,
      raw <= KrakenOrderForm.largestAmount
    else { throw .invalidAmount }
    return Notional(raw: raw)
  }

  private func withdrawInfo(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let asset = try asset(fields)
    let (_, _, route) = try destination(fields, asset, account)
    let wanted = try amount(fields, asset)
    guard wanted > route.fee else { throw .invalidAmount }
    let limit = exchange.accounts[account.index].available(asset.asset)
    return .object([
      "method": .string(route.method), "limit": .string(amount(limit, asset)),
      "amount": .string(amount(wanted - route.fee, asset)),
      "fee": .string(amount(route.fee, asset)),
    ])
  }

  /// Sends an amount out of the venue; the fee comes out of it.
  private func withdraw(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    if exchange.status == .closed { throw .unavailable }
    let asset = try asset(fields)
    let (name, key, route) = try destination(fields, asset, account)
    let wanted = try amount(fields, asset)
    guard wanted > route.fee else { throw .invalidAmount }
    do {
      let transfer = try exchange.withdraw(
        wanted - route.fee,
        of: asset.asset,
        fee: route.fee,
        from: account,
        network: route.network,
        to: key.address,
        afterNanoseconds: settings.transferNanoseconds
      )
      withdrawalNames[transfer.number] = name
      withdrawalNames[transfer.number - KrakenLimits.withdrawalNames] = nil
      return .object(["refid": .string(numbers.text(.transfer, transfer.number))])
    } catch {
      throw .invalidAmount
    }
  }

  private func cancelWithdrawal(
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    guard let text = fields["refid"], let number = numbers.number(.transfer, text),
      let transfer = exchange.transfers(of: account).first(where: { $0.number == number }),
      transfer.kind == .withdrawal
    else { throw .unknownReference }
    // `result` itself is the answer: whether it could be called off.
    return .boolean(exchange.cancelTransfer(number) != nil)
  }

  // MARK: Status

  private func transfers(
    _ kind: Transfer.Kind,
    _ fields: KrakenFields,
    _ account: AccountID
  ) throws(KrakenError) -> KrakenJSON {
    let asset = fields["asset"] == nil ? nil : try asset(fields)
    let chosen = exchange.transfers(of: account).reversed().filter { transfer in
      transfer.kind == kind && (asset == nil || asset?.asset == transfer.asset)
        && (fields["method"] == nil || route(of: transfer)?.method == fields["method"])
    }
    return .array(chosen.prefix(500).map { transferRow($0) })
  }

  private func route(of transfer: Transfer) -> KrakenRoute? {
    KrakenAsset(transfer.asset).routes.first {
      $0.network.lowercased() == transfer.network.lowercased()
    }
  }

  private func transferRow(_ transfer: Transfer) -> KrakenJSON {
    let asset = KrakenAsset(transfer.asset)
    let route = route(of: transfer)
    let isDeposit = transfer.kind == .deposit
    let status =
      switch transfer.status {
      case .pending: isDeposit ? "Settled" : "Pending"
      case .done: "Success"
      case .failed, .cancelled: "Failure"
      }
    let origin = "\(settings.seed)/kraken/transaction/\(transfer.number)"
    let transaction = SHA256.hex(Array(origin.utf8))
    let isKnown = isDeposit || transfer.status == .done
    return .object([
      "method": .string(route?.method ?? transfer.network), "aclass": .string("currency"),
      "asset": .string(asset.key), "refid": .string(numbers.text(.transfer, transfer.number)),
      "txid": isKnown ? .string(transaction) : .null, "info": .string(transfer.address),
      "amount": .string(amount(transfer.amount, asset)),
      "fee": .string(amount(transfer.fee, asset)),
      "time": .integer(transfer.created.nanoseconds / 1_000_000_000), "status": .string(status),
      "status-prop": transfer.status == .cancelled ? .string("canceled") : nil,
      "key": isDeposit ? nil : .string(withdrawalNames[transfer.number] ?? ""),
      "network": isDeposit ? nil : .string(transfer.network),
    ])
  }
}
