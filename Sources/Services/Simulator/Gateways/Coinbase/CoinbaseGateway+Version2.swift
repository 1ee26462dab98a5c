import Codecs
import Market
import Units

/// The older interface `/v2`: currencies, rates, time, and wallets.
extension CoinbaseGateway {
  func answerVersion2(
    _ parts: [String],
    _ query: CoinbaseQuery,
    _ request: GatewayRequest
  ) throws(CoinbaseError) -> GatewayResponse {
    guard let first = parts.first else { throw .notFound("Not found") }
    switch first {
    case "accounts", "user":
      return try answerWallets(parts, query, request)
    default: break
    }
    try admitPublic(isVersion2: true)
    guard request.method == "GET" else { throw .notFound("Not found") }
    switch parts {
    case ["time"]:
      return answer { body in
        body.object("data") {
          $0.field("iso", CoinbaseTime.seconds(exchange.now))
          $0.field("epoch", exchange.now.nanoseconds / 1_000_000_000)
        }
      }
    case ["currencies"]: return currencyList
    case ["currencies", "crypto"]: return cryptoList
    case ["exchange-rates"]: return try exchangeRates(query)
    default: break
    }
    if parts.count == 3, first == "prices", ["buy", "sell", "spot"].contains(parts[2]) {
      return try price(parts[1], parts[2])
    }
    throw .notFound("Not found")
  }

  /// Every asset of every instrument, in the order of tickers.
  private var assets: [Asset] {
    var known: [String: Asset] = [:]
    for instrument in exchange.instruments {
      known[instrument.base.symbol] = instrument.base
      known[instrument.quote.symbol] = instrument.quote
    }
    return known.values.sorted { $0.symbol < $1.symbol }
  }

  private var currencyList: GatewayResponse {
    answer { body in
      body.array("data") { list in
        for asset in assets where CoinbaseCurrency.isFiat(asset) {
          list.object {
            $0.field("id", asset.symbol)
            $0.field("name", CoinbaseCurrency.name(asset))
            $0.field("min_size", "0.01")
          }
        }
      }
    }
  }

  private var cryptoList: GatewayResponse {
    answer { body in
      body.array("data") { list in
        for (index, asset) in assets.filter({ !CoinbaseCurrency.isFiat($0) }).enumerated() {
          list.object { write(currency: asset, index: index, to: &$0, isWallet: false) }
        }
      }
    }
  }

  /// Writes a currency's members; those of a wallet begin with its code.
  func write(
    currency asset: Asset,
    index: Int,
    to body: inout JSONWriter,
    isWallet: Bool
  ) {
    let isFiat = CoinbaseCurrency.isFiat(asset)
    let id = identifiers.named("asset/\(asset.symbol)")
    if !isWallet { body.field("asset_id", id) }
    body.field("code", asset.symbol)
    body.field("name", CoinbaseCurrency.name(asset))
    body.field("color", "#0433FF")
    body.field("sort_index", 100 + index)
    body.field("exponent", isFiat ? 2 : asset.decimals)
    body.field("type", isFiat ? "fiat" : "crypto")
    if !isFiat { body.field("address_regex", "^sim-[a-z0-9]+-[0-9]+-[A-Z0-9]+-[a-z0-9]+$") }
    if isWallet, !isFiat { body.field("asset_id", id) }
  }

  private func exchangeRates(_ query: CoinbaseQuery) throws(CoinbaseError) -> GatewayResponse {
    let currency = query.first("currency") ?? "USD"
    guard assets.contains(where: { $0.symbol == currency }) || currency == "USD" else {
      throw .invalid("Invalid currency (\(currency.prefix(16)))")
    }
    return answer { body in
      body.object("data") { data in
        data.field("currency", currency)
        data.object("rates") { rates in
          for asset in assets {
            if let rate = rate(of: asset.symbol, per: currency) { rates.field(asset.symbol, rate) }
          }
        }
      }
    }
  }

  /// How much of `asset` one unit of `currency` is worth, by the last trade or the best bid; nil
  /// without a market between the two.
  private func rate(of asset: String, per currency: String) -> String? {
    if asset == currency { return "1" }
    for (index, instrument) in exchange.instruments.enumerated() {
      guard let price = exchange.lastPrices[index] ?? exchange.best(index, .bid)?.price,
        price.raw > 0
      else { continue }
      if instrument.symbol == Symbol(base: currency, quote: asset) { return price.description }
      if instrument.symbol == Symbol(base: asset, quote: currency) {
        return decimalText(powerOfTen(Price.decimals + 16) / Int128(price.raw), decimals: 16)
      }
    }
    return nil
  }

  private func price(_ pair: String, _ kind: String) throws(CoinbaseError) -> GatewayResponse {
    let index = try product(pair)
    let instrument = exchange.instruments[index]
    let bid = exchange.best(index, .bid)?.price
    let ask = exchange.best(index, .ask)?.price
    let last = exchange.lastPrices[index] ?? bid ?? ask
    let price: Price? =
      switch kind {
      case "buy": ask
      case "sell": bid
      default: last
      }
    guard let price else { throw .notFound("Not found") }
    return answer { body in
      body.object("data") {
        $0.field("amount", price.description)
        $0.field("base", instrument.base.symbol)
        $0.field("currency", instrument.quote.symbol)
      }
    }
  }
}
