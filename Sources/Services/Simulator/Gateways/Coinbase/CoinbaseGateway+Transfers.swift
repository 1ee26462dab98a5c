import Codecs
import Market
import Units

/// An address that a client has asked for.
struct CoinbaseAddress: Hashable {
  let id: String
  let name: String
  let address: String
  let network: String
  let created: Timestamp
}

/// Wallets, addresses, and withdrawals below `/v2` (fact sheet, section 10).
extension CoinbaseGateway {
  static let keptAddresses = 100
  static let keptMarks = 10_000

  func answerWallets(
    _ parts: [String],
    _ query: CoinbaseQuery,
    _ request: GatewayRequest
  ) throws(CoinbaseError) -> GatewayResponse {
    let isPost = request.method == "POST"
    guard isPost || request.method == "GET" else { throw .notFound("Not found") }
    let key = try authenticate(request, for: isPost ? .withdraw : .view, isVersion2: true)
    if parts == ["user"], !isPost {
      return answer { body in
        body.object("data") {
          $0.field("id", user(of: key.account))
          $0.field("name", exchange.accounts[key.account.index].name)
          $0.field("resource", "user")
          $0.field("resource_path", "/v2/user")
        }
      }
    }
    guard parts.first == "accounts" else { throw .notFound("Not found") }
    if parts.count == 1, !isPost { return try walletList(query, key) }
    let assets = assets(of: key.account)
    guard parts.count > 1,
      let asset = assets.first(where: {
        wallet($0, of: key.account) == parts[1] || $0.symbol == parts[1]
      })
    else { throw .notFound("Not found") }
    switch (parts.count, parts.count > 2 ? parts[2] : "", isPost) {
    case (2, _, false):
      let index = assets.firstIndex(of: asset) ?? 0
      return answer { body in
        body.object("data") { write(wallet: asset, index, of: key.account, to: &$0) }
      }
    case (3, "addresses", false): return addressList(asset, key)
    case (3, "addresses", true): return try makeAddress(asset, request, key)
    case (4, "addresses", false):
      let all = knownAddresses(asset, key.account)
      guard let found = all.first(where: { $0.id == parts[3] || $0.address == parts[3] }) else {
        throw .notFound("Not found")
      }
      return answer { body in
        body.object("data") { write(found, asset, key.account, to: &$0) }
      }
    case (3, "transactions", false): return try transactionList(asset, query, key)
    case (3, "transactions", true): return try send(asset, request, key)
    case (4, "transactions", false):
      guard let number = identifiers.number(.transfer, parts[3]),
        let transfer = transfers(asset, key.account).first(where: { $0.number == number })
      else { throw .notFound("Not found") }
      return answer { body in
        body.object("data") { write(transfer, idem: nil, to: &$0) }
      }
    // Transfers of banks, which this venue does not have.
    case (3, "deposits", false), (3, "withdrawals", false), (3, "buys", false), (3, "sells", false):
      return answer { body in
        write(pagination: 25, next: nil, path: request.path, to: &body)
        body.array("data") { _ in }
      }
    default: throw .notFound("Not found")
    }
  }

  private func write(
    pagination limit: Int,
    next: String?,
    path: String,
    to body: inout JSONWriter
  ) {
    body.object("pagination") {
      for name in ["ending_before", "starting_after", "previous_ending_before"] {
        $0.field(name, nil)
      }
      $0.field("next_starting_after", next)
      $0.field("limit", limit)
      $0.field("order", "desc")
      $0.field("previous_uri", nil)
      $0.field("next_uri", next.map { path + "?limit=\(limit)&starting_after=" + $0 })
    }
  }

  // MARK: Wallets

  private func walletList(
    _ query: CoinbaseQuery,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    guard let limit = query.count("limit", usually: 25, in: 1...300) else {
      throw .invalid("Invalid limit")
    }
    let assets = assets(of: key.account)
    var start = 0
    if let after = query.first("starting_after") {
      guard let place = assets.firstIndex(where: { wallet($0, of: key.account) == after }) else {
        throw .invalid("Invalid starting_after")
      }
      start = place + 1
    }
    let page = Array(assets.dropFirst(start).prefix(limit))
    let isLast = start + page.count >= assets.count
    let next = isLast ? nil : page.last.map { wallet($0, of: key.account) }
    return answer { body in
      write(pagination: limit, next: next, path: "/v2/accounts", to: &body)
      body.array("data") { list in
        for (index, asset) in page.enumerated() {
          list.object { write(wallet: asset, start + index, of: key.account, to: &$0) }
        }
      }
    }
  }

  private func write(
    wallet asset: Asset,
    _ index: Int,
    of account: AccountID,
    to body: inout JSONWriter
  ) {
    let id = wallet(asset, of: account)
    let isFiat = CoinbaseCurrency.isFiat(asset)
    body.field("id", id)
    body.field("name", asset.symbol + " Wallet")
    body.field("primary", false)
    body.field("type", isFiat ? "fiat" : "wallet")
    body.object("currency") { write(currency: asset, index: index, to: &$0, isWallet: true) }
    let total = exchange.accounts[account.index].total(asset)
    body.coinbaseMoney("balance", total, of: asset, named: "amount")
    body.field("created_at", "2021-05-31T09:59:59Z")
    body.field("updated_at", "2021-05-31T09:59:59Z")
    body.field("resource", "account")
    body.field("resource_path", "/v2/accounts/" + id)
    body.field("allow_deposits", true)
    body.field("allow_withdrawals", true)
  }

  // MARK: Addresses

  private func addressList(_ asset: Asset, _ key: CoinbaseKey) -> GatewayResponse {
    let all = knownAddresses(asset, key.account)
    return answer { body in
      body.array("data") { list in
        for address in all { list.object { write(address, asset, key.account, to: &$0) } }
      }
      body.object("pagination") {
        $0.field("ending_before", all.first?.id ?? "")
        $0.field("starting_after", "")
        $0.field("limit", String(all.count))
        $0.field("order", "desc")
        $0.field("page", "0")
      }
    }
  }

  /// One address for each network of the asset, and what the client has made since.
  private func knownAddresses(_ asset: Asset, _ account: AccountID) -> [CoinbaseAddress] {
    guard !CoinbaseCurrency.isFiat(asset) else { return [] }
    let id = wallet(asset, of: account)
    let usual = CoinbaseNetwork.networks(of: asset).map { network in
      CoinbaseAddress(
        id: identifiers.named("address/\(id)/\(network)"),
        name: "",
        address: depositAddress(asset, account, network),
        network: network,
        created: started ?? exchange.now
      )
    }
    return (addresses[id] ?? []).reversed() + usual
  }

  private func depositAddress(_ asset: Asset, _ account: AccountID, _ network: String) -> String {
    DepositAddress(
      venue: CoinbaseGateway.venue,
      account: account.index,
      asset: asset.symbol,
      network: network
    ).text
  }

  private func makeAddress(
    _ asset: Asset,
    _ request: GatewayRequest,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    guard !CoinbaseCurrency.isFiat(asset) else { throw .invalid("Invalid account") }
    let body = request.body.isEmpty ? .object([]) : try body(of: request)
    let networks = CoinbaseNetwork.networks(of: asset)
    let network = body["network"]?.string ?? networks[0]
    guard networks.contains(network) else { throw .invalid("Invalid network") }
    let id = wallet(asset, of: key.account)
    var made = addresses[id] ?? []
    let address = CoinbaseAddress(
      id: identifiers.named("address/\(id)/\(network)/\(made.count)"),
      name: String(body["name"]?.string?.prefix(100) ?? ""),
      address: depositAddress(asset, key.account, network),
      network: network,
      created: exchange.now
    )
    // Every address of a network is the same; beyond the limit no further label is remembered.
    if made.count < CoinbaseGateway.keptAddresses { made.append(address) }
    addresses[id] = made
    var response = answer { body in
      body.object("data") { write(address, asset, key.account, to: &$0) }
    }
    response.status = 201
    return response
  }

  private func write(
    _ address: CoinbaseAddress,
    _ asset: Asset,
    _ account: AccountID,
    to body: inout JSONWriter
  ) {
    let created = CoinbaseTime.answer(address.created)
    body.field("id", address.id)
    body.field("address", address.address)
    body.field("currency", asset.symbol)
    body.field("name", address.name)
    body.field("network", address.network)
    body.field("created_at", created)
    body.field("updated_at", created)
    body.field("resource", "addresses")
    body.field(
      "resource_path",
      "v2/accounts/\(wallet(asset, of: account))/addresses/\(address.id)"
    )
    body.field("destination_tag", "")
  }

  // MARK: Transactions

  private func transfers(_ asset: Asset, _ account: AccountID) -> [Transfer] {
    exchange.transfers(of: account).filter { $0.asset == asset }
  }

  private func transactionList(
    _ asset: Asset,
    _ query: CoinbaseQuery,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    guard let limit = query.count("limit", usually: 25, in: 1...300) else {
      throw .invalid("Invalid limit")
    }
    var rest = transfers(asset, key.account).reversed()[...]
    if let after = query.first("starting_after") {
      guard let number = identifiers.number(.transfer, after) else {
        throw .invalid("Invalid starting_after")
      }
      rest = rest.drop { $0.number >= number }
    }
    let page = rest.prefix(limit)
    let isLast = page.count == rest.count
    let next = isLast ? nil : page.last.map { identifiers.text(.transfer, $0.number) }
    return answer { body in
      let path = "/v2/accounts/\(wallet(asset, of: key.account))/transactions"
      write(pagination: limit, next: next, path: path, to: &body)
      body.array("data") { list in
        for transfer in page { list.object { write(transfer, idem: nil, to: &$0) } }
      }
    }
  }

  private func send(
    _ asset: Asset,
    _ request: GatewayRequest,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    let body = try body(of: request)
    guard body["type"]?.string == "send" else { throw .invalid("Invalid type") }
    guard let address = body["to"]?.string, !address.isEmpty, address.utf8.count <= 256 else {
      throw .invalid("Please enter a valid email or \(asset.symbol) address")
    }
    guard body["currency"]?.string == asset.symbol, !CoinbaseCurrency.isFiat(asset) else {
      throw .invalid("Invalid currency")
    }
    let idem = body["idem"]?.string
    guard idem?.utf8.count ?? 0 <= 100 else { throw .invalid("idem is too long") }
    if let idem, let number = idempotence[key.account.index]?[idem],
      let transfer = exchange.transfers(of: key.account).first(where: { $0.number == number })
    {
      return answer { body in
        body.object("data") { write(transfer, idem: idem, to: &$0) }
      }
    }
    let networks = CoinbaseNetwork.networks(of: asset)
    let network = body["network"]?.string ?? networks[0]
    guard networks.contains(network) else { throw .invalid("Invalid network") }
    let amount: Notional
    do {
      amount = Notional(
        raw: try parseDecimal(body["amount"]?.text ?? "", places: asset.decimals)
      )
    } catch {
      throw .invalid("Invalid amount")
    }
    guard amount.raw > 0, amount.raw < Int128(Int64.max) else { throw .invalid("Invalid amount") }
    guard idempotence[key.account.index, default: [:]].count < CoinbaseGateway.keptMarks else {
      throw .tooManyRequests
    }
    let transfer: Transfer
    do {
      transfer = try exchange.withdraw(
        amount,
        of: asset,
        fee: CoinbaseNetwork.fee(of: asset, on: network),
        from: key.account,
        network: network,
        to: address,
        afterNanoseconds: settings.transferNanoseconds
      )
    } catch {
      throw .invalid("You don't have that much.")
    }
    if let idem { idempotence[key.account.index, default: [:]][idem] = transfer.number }
    var response = answer { body in
      body.object("data") { write(transfer, idem: idem, to: &$0) }
    }
    response.status = 201
    return response
  }

  private func write(_ transfer: Transfer, idem: String?, to body: inout JSONWriter) {
    let asset = transfer.asset
    let isOut = transfer.kind == .withdrawal
    let id = identifiers.text(.transfer, transfer.number)
    let path = "/v2/accounts/\(wallet(asset, of: transfer.account))/transactions/\(id)"
    let status =
      switch transfer.status {
      case .pending: "pending"
      case .done: "completed"
      case .failed: "failed"
      case .cancelled: "canceled"
      }
    let created = CoinbaseTime.seconds(transfer.created)
    body.field("id", id)
    body.field("type", "send")
    body.field("status", status)
    let amount = isOut ? -(transfer.amount + transfer.fee) : transfer.amount
    body.coinbaseMoney("amount", amount, of: asset, named: "amount")
    body.coinbaseMoney("native_amount", amount, of: asset, named: "amount")
    body.field("description", nil)
    body.field("created_at", created)
    body.field("updated_at", created)
    body.field("resource", "transaction")
    body.field("resource_path", path)
    body.field("instant_exchange", false)
    body.object("network") { network in
      network.field("status", transfer.status == .done ? "confirmed" : "pending")
      if transfer.status == .done {
        network.field("hash", identifiers.entry(-transfer.number))
      }
      network.field("name", transfer.network)
      if isOut {
        network.coinbaseMoney("transaction_fee", transfer.fee, of: asset, named: "amount")
        network.coinbaseMoney("transaction_amount", transfer.amount, of: asset, named: "amount")
      }
      network.field("confirmations", transfer.status == .done ? 1 : 0)
    }
    if isOut {
      body.object("to") { to in
        to.field("resource", transfer.network + "_address")
        to.field("address", transfer.address)
        to.field("currency", asset.symbol)
        to.object("address_info") { $0.field("address", transfer.address) }
      }
    }
    if let idem { body.field("idem", idem) }
    body.field("hide_native_amount", false)
  }
}

/// Networks by the venue's lower-case words, and what sending costs here.
///
/// The venue asks what the network asks; these fixed amounts are ours.
enum CoinbaseNetwork {
  static func networks(of asset: Asset) -> [String] {
    switch asset.symbol {
    case "BTC": ["bitcoin"]
    case "SOL": ["solana"]
    case "ETH": ["ethereum", "base", "arbitrum", "optimism"]
    case "USDC": ["ethereum", "solana", "base", "arbitrum", "optimism", "polygon"]
    case "USDT": ["ethereum", "solana"]
    case "LTC": ["litecoin"]
    case "XRP": ["ripple"]
    case "DOGE": ["dogecoin"]
    default: ["ethereum", "solana"]
    }
  }

  static func fee(of asset: Asset, on network: String) -> Notional {
    let text =
      switch (asset.symbol, network) {
      case ("BTC", _): "0.00005"
      case ("ETH", "ethereum"): "0.0004"
      case ("SOL", _): "0.00001"
      case ("USDC", "ethereum"), ("USDT", "ethereum"): "2"
      case ("USDC", _), ("USDT", _): "0.01"
      default: "0"
      }
    return Notional(raw: (try? parseDecimal(text, places: asset.decimals)) ?? 0)
  }
}
