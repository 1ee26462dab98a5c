import Codecs
import Market
import Units

/// What needs a key below `/api/v3/brokerage`.
extension CoinbaseGateway {
  func answerPrivate(
    _ parts: [String],
    _ query: CoinbaseQuery,
    _ request: GatewayRequest
  ) throws(CoinbaseError) -> GatewayResponse {
    if request.method == "POST" {
      switch parts {
      case ["orders"]: return try createOrder(request, authenticate(request, for: .trade))
      case ["orders", "batch_cancel"]:
        return try cancelOrders(request, authenticate(request, for: .trade))
      case ["orders", "edit"]:
        return try editOrder(request, authenticate(request, for: .trade), isPreview: false)
      case ["orders", "edit_preview"]:
        return try editOrder(request, authenticate(request, for: .view), isPreview: true)
      case ["orders", "preview"]:
        return try previewOrder(request, authenticate(request, for: .view))
      default: throw .notFound("Not found")
      }
    }
    guard request.method == "GET", let first = parts.first else { throw .notFound("Not found") }
    let key: CoinbaseKey
    switch first {
    case "accounts", "orders", "products", "product_book", "best_bid_ask", "transaction_summary",
      "portfolios", "key_permissions", "payment_methods":
      key = try authenticate(request, for: .view)
    default: throw .notFound("Not found")
    }
    switch parts.count {
    case 1:
      switch first {
      case "accounts": return try accountList(query, key)
      case "best_bid_ask": return try bestBidAsk(query)
      case "transaction_summary": return transactionSummary(key)
      case "portfolios": return portfolioList(key)
      case "key_permissions": return keyPermissions(key)
      case "payment_methods": return answer { $0.array("payment_methods") { _ in } }
      case "products", "product_book": return try marketAnswer(parts, query)
      default: throw .notFound("Not found")
      }
    case 2 where first == "accounts": return try accountAnswer(parts[1], key)
    case 3 where parts == ["orders", "historical", "batch"]: return try orderList(query, key)
    case 3 where parts == ["orders", "historical", "fills"]: return try fillList(query, key)
    case 3 where first == "orders" && parts[1] == "historical":
      return try orderAnswer(parts[2], key)
    case 2...,
      3 where first == "products":
      return try marketAnswer(parts, query)
    default: throw .notFound("Not found")
    }
  }

  // MARK: Wallets

  /// Every asset that an account has or could trade, in the order of tickers.
  func assets(of account: AccountID) -> [Asset] {
    var known: [String: Asset] = [:]
    for instrument in exchange.instruments {
      known[instrument.base.symbol] = instrument.base
      known[instrument.quote.symbol] = instrument.quote
    }
    for asset in exchange.accounts[account.index].assets where known[asset.symbol] == nil {
      known[asset.symbol] = asset
    }
    return known.values.sorted { $0.symbol < $1.symbol }
  }

  /// The wallet's identifier; `/v2` uses the same.
  func wallet(_ asset: Asset, of account: AccountID) -> String {
    identifiers.named("wallet/\(exchange.accounts[account.index].name)/\(asset.symbol)")
  }

  private func accountList(
    _ query: CoinbaseQuery,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    guard let limit = query.count("limit", usually: 49, in: 1...250) else {
      throw .invalid("invalid limit")
    }
    let assets = assets(of: key.account)
    var start = 0
    if let cursor = query.first("cursor") {
      guard let place = Int(cursor), (0...assets.count).contains(place) else {
        throw .invalid("invalid cursor")
      }
      start = place
    }
    let page = assets.dropFirst(start).prefix(limit)
    let end = start + page.count
    return answer { body in
      body.array("accounts") { list in
        for asset in page { list.object { write(asset, of: key.account, to: &$0) } }
      }
      body.field("has_next", end < assets.count)
      body.field("cursor", end < assets.count ? String(end) : "")
      body.field("size", page.count)
    }
  }

  private func accountAnswer(
    _ id: String,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    guard let asset = assets(of: key.account).first(where: { wallet($0, of: key.account) == id })
    else { throw .notFound("account not found") }
    return answer { body in
      body.object("account") { write(asset, of: key.account, to: &$0) }
    }
  }

  private func write(_ asset: Asset, of account: AccountID, to body: inout JSONWriter) {
    let held = exchange.accounts[account.index]
    let isFiat = CoinbaseCurrency.isFiat(asset)
    body.field("uuid", wallet(asset, of: account))
    body.field("name", asset.symbol + " Wallet")
    body.field("currency", asset.symbol)
    body.coinbaseMoney("available_balance", held.available(asset), of: asset, named: "value")
    body.field("default", true)
    body.field("active", true)
    body.field("created_at", "2021-05-31T09:59:59Z")
    body.field("updated_at", "2021-05-31T09:59:59Z")
    body.field("deleted_at", nil)
    body.field("type", isFiat ? "ACCOUNT_TYPE_FIAT" : "ACCOUNT_TYPE_CRYPTO")
    body.field("ready", true)
    body.coinbaseMoney("hold", held.held(asset), of: asset, named: "value")
    body.field("retail_portfolio_id", portfolio(of: account))
  }

  // MARK: Fees and rights

  /// One tier for the whole account: the highest rates of its instruments.
  private func transactionSummary(_ key: CoinbaseKey) -> GatewayResponse {
    let maker = exchange.instruments.map(\.maker).max() ?? .zero
    let taker = exchange.instruments.map(\.taker).max() ?? .zero
    let (volume, fees) = turnover(of: key.account)
    return answer { body in
      body.field("total_volume", volume, decimals: 2)
      body.field("total_fees", fees, decimals: 2)
      body.object("fee_tier") {
        $0.field("pricing_tier", "Advanced 1")
        $0.field("usd_from", "0")
        $0.field("usd_to", "1000")
        $0.field("taker_fee_rate", decimalText(Int128(taker.raw), decimals: 8))
        $0.field("maker_fee_rate", decimalText(Int128(maker.raw), decimals: 8))
        $0.field("aop_from", "")
        $0.field("aop_to", "")
      }
      body.field("margin_rate", nil)
      body.field("goods_and_services_tax", nil)
      body.field("advanced_trade_only_volume", volume, decimals: 2)
      body.field("advanced_trade_only_fees", fees, decimals: 2)
      body.field("coinbase_pro_volume", 0)
      body.field("coinbase_pro_fees", 0)
      body.field("total_balance", "")
      body.field("has_promo_fee", false)
    }
  }

  /// What an account traded and paid in dollars, as a measurement: other currencies are left out.
  private func turnover(of account: AccountID) -> (volume: Double, fees: Double) {
    var volume = 0.0
    var fees = 0.0
    for fill in exchange.fills(of: account) {
      let quote = exchange.instruments[fill.instrument].quote
      guard ["USD", "USDC", "USDT"].contains(quote.symbol) else { continue }
      let unit = Double(powerOfTen(quote.decimals))
      volume += Double(fill.notional.raw) / unit
      fees += Double(fill.fee.raw) / unit
    }
    return (volume, fees)
  }

  private func portfolioList(_ key: CoinbaseKey) -> GatewayResponse {
    answer { body in
      body.array("portfolios") { list in
        list.object {
          $0.field("name", "Default")
          $0.field("uuid", portfolio(of: key.account))
          $0.field("type", "DEFAULT")
          $0.field("deleted", false)
        }
      }
    }
  }

  private func keyPermissions(_ key: CoinbaseKey) -> GatewayResponse {
    answer {
      $0.field("can_view", key.permissions.contains(.view))
      $0.field("can_trade", key.permissions.contains(.trade))
      $0.field("can_transfer", key.permissions.contains(.withdraw))
      $0.field("portfolio_uuid", portfolio(of: key.account))
      $0.field("portfolio_type", "DEFAULT")
    }
  }
}
