import Market
import Units

/// Public REST: pairs, books, trades, tickers, candles.
extension BitstampGateway {
  typealias PublicHandler = (BitstampFields) throws(BitstampFailure) -> BitstampValue

  /// What answers a public path; nil for any other path.
  func publicHandler(_ parts: [String]) -> PublicHandler? {
    let pair = parts.count == 2 ? parts[1] : nil
    switch (parts.first, pair) {
    case ("trading-pairs-info", nil) where parts.count == 1:
      return { _ throws(BitstampFailure) in self.tradingPairs() }
    case ("markets", nil) where parts.count == 1:
      return { _ throws(BitstampFailure) in self.marketList() }
    case ("currencies", nil) where parts.count == 1:
      return { _ throws(BitstampFailure) in self.currencyList() }
    case ("status", nil) where parts.count == 1:
      return { _ throws(BitstampFailure) in self.serverStatus() }
    case ("ticker", nil) where parts.count == 1:
      return { _ throws(BitstampFailure) in
        .list(self.markets.map { self.ticker($0, withPair: true) })
      }
    case ("ticker", let pair?):
      return { _ throws(BitstampFailure) in self.ticker(try self.market(pair), withPair: false) }
    case ("ticker_hour", let pair?):
      return { _ throws(BitstampFailure) in self.tickerOfHour(try self.market(pair)) }
    case ("order_book", let pair?):
      return { fields throws(BitstampFailure) in
        try self.orderBook(try self.market(pair), fields)
      }
    case ("transactions", let pair?):
      return { fields throws(BitstampFailure) in
        try self.transactions(try self.market(pair), fields)
      }
    case ("ohlc", let pair?):
      return { fields throws(BitstampFailure) in
        try self.candles(try self.market(pair), fields)
      }
    default: return nil
    }
  }

  // MARK: Pairs and currencies

  private func isTrading(_ market: BitstampMarket) -> Bool {
    exchange.instruments[market.index].status == .open
  }

  /// A sum with one decimal at least, as `minimum_order` has it: `20.0`.
  func sum(_ amount: Notional, of asset: Asset) -> String {
    let text = amount.text(decimals: asset.decimals)
    return text.contains(".") ? text : text + ".0"
  }

  private func description(_ market: BitstampMarket) -> BitstampValue {
    .text(
      BitstampCurrency(market.base.symbol).name + " / "
        + BitstampCurrency(market.quote.symbol).name
    )
  }

  /// The older list, as recorded on 2022-01-05.
  private func tradingPairs() -> BitstampValue {
    .list(
      markets.map { market in
        let minimum = exchange.instruments[market.index].minNotional
        let state: BitstampValue = isTrading(market) ? "Enabled" : "Disabled"
        return [
          "trading": state,
          "base_decimals": .integer(Int64(market.quantityDecimals)),
          "url_symbol": .text(market.symbol),
          "name": .text(market.name),
          "instant_and_market_orders": state,
          "minimum_order": .text(sum(minimum, of: market.quote) + " " + market.quote.symbol),
          "counter_decimals": .integer(Int64(market.priceDecimals)),
          "description": description(market),
        ]
      }
    )
  }

  /// The newer list, with the members that ccxt documents.
  private func marketList() -> BitstampValue {
    .list(
      markets.map { market in
        let minimum = exchange.instruments[market.index].minNotional
        let state: BitstampValue = isTrading(market) ? "Enabled" : "Disabled"
        return [
          "name": .text(market.name),
          "market_symbol": .text(market.symbol),
          "base_currency": .text(market.base.symbol),
          "base_decimals": .integer(Int64(market.quantityDecimals)),
          "counter_currency": .text(market.quote.symbol),
          "counter_decimals": .integer(Int64(market.priceDecimals)),
          "minimum_order_value": .text(minimum.text(decimals: market.quote.decimals)),
          "trading": state,
          "instant_order_counter_decimals": .integer(Int64(market.priceDecimals)),
          "instant_and_market_orders": state,
          "description": description(market),
          "market_type": "SPOT",
        ]
      }
    )
  }

  /// Every asset that a pair trades, in the order of tickers.
  var assets: [Asset] {
    Set(markets.flatMap { [$0.base, $0.quote] }).sorted { $0.symbol < $1.symbol }
  }

  /// Members as in the API's description of 2023; those of `networks` follow ccxt's older sample
  /// of the same endpoint.
  private func currencyList() -> BitstampValue {
    .list(
      assets.map { asset in
        let currency = BitstampCurrency(asset.symbol)
        return [
          "name": .text(currency.name),
          "currency": .text(asset.symbol),
          "type": currency.isFiat ? "fiat" : "crypto",
          "symbol": .text(asset.symbol),
          "decimals": .integer(Int64(asset.decimals)),
          "available_supply": "0",
          "deposit": "Enabled",
          "withdrawal": "Enabled",
          "networks": .list(
            currency.networks.map { route in
              [
                "network": .text(route.network), "withdrawal_decimals": .integer(8),
                "withdrawal_minimum_amount": "0.00000000", "deposit": "Enabled",
                "withdrawal": "Enabled",
              ]
            }
          ),
        ]
      }
    )
  }

  /// What hummingbot reads the venue's clock from: seconds, here with a fraction.
  private func serverStatus() -> BitstampValue {
    let time = decimalText(Int128(exchange.now.nanoseconds / 1_000), decimals: 6)
    return ["status": "ok", "server_time": .number(time)]
  }

  // MARK: Books and trades

  /// The book out of the cache.
  ///
  /// `group` 0 lists each order, 1 each price, 2 each order with its number. Only the sums by price
  /// are cached, since only they are what diffs build on.
  private func orderBook(
    _ market: BitstampMarket,
    _ fields: BitstampFields
  ) throws(BitstampFailure) -> BitstampValue {
    let index = market.index
    switch fields["group"] ?? "1" {
    case "1":
      if books[index].cached == nil {
        books[index].tick(exchange.now, stamp: nil) { levels(index) }
      }
      guard let book = books[index].cached else { throw .plain(.notFound) }
      return bookValue(
        Timestamp(bitstampMicroseconds: book.stamp),
        bids: .list(book.bids.map { level($0, market) }),
        asks: .list(book.asks.map { level($0, market) })
      )
    case let group where group == "0" || group == "2":
      let stamp = books[index].nextStamp(exchange.now)
      return bookValue(
        Timestamp(bitstampMicroseconds: stamp),
        bids: singleOrders(market, .bid, withNumbers: group == "2", most: .max),
        asks: singleOrders(market, .ask, withNumbers: group == "2", most: .max)
      )
    default: throw .plain(.malformedField, "Invalid group parameter")
    }
  }

  func levels(_ instrument: Int) -> (bids: [Level], asks: [Level]) {
    (exchange.levels(instrument, .bid), exchange.levels(instrument, .ask))
  }

  func level(_ level: Level, _ market: BitstampMarket) -> BitstampValue {
    [.text(market.text(level.price)), .text(market.text(level.quantity))]
  }

  func bookValue(
    _ time: Timestamp,
    bids: BitstampValue,
    asks: BitstampValue
  ) -> BitstampValue {
    [
      "timestamp": .text(time.bitstampSeconds),
      "microtimestamp": .text(String(time.bitstampMicroseconds)),
      "bids": bids,
      "asks": asks,
    ]
  }

  /// The orders of one side one by one, best price first and in the order of their queue.
  func singleOrders(
    _ market: BitstampMarket,
    _ side: BookSide,
    withNumbers: Bool,
    most: Int
  ) -> BitstampValue {
    var rows: [BitstampValue] = []
    for level in exchange.levels(market.index, side, depth: most) {
      for order in exchange.orders(market.index, side, at: level.price) {
        guard rows.count < most else { return .list(rows) }
        let price: BitstampValue = .text(market.text(level.price))
        let amount: BitstampValue = .text(market.text(order.remaining))
        rows.append(
          withNumbers
            ? [price, amount, .text(String(orderID(order.number)))] : [price, amount]
        )
      }
    }
    return .list(rows)
  }

  /// Newest first; members as ccxt's recorded sample has them.
  private func transactions(
    _ market: BitstampMarket,
    _ fields: BitstampFields
  ) throws(BitstampFailure) -> BitstampValue {
    let seconds: Int64
    switch fields["time"] ?? "hour" {
    case "minute": seconds = 60
    case "hour": seconds = 3_600
    case "day": seconds = 86_400
    default: throw .plain(.malformedField, "Invalid time parameter")
    }
    let start = exchange.now.advanced(byNanoseconds: -seconds * 1_000_000_000)
    return .list(
      tapes[market.index].trades(since: start).map { trade in
        [
          "date": .text(trade.time.bitstampSeconds),
          "tid": .text(String(tradeID(trade.number))),
          "price": .text(market.text(trade.price)),
          "type": trade.takerSide == .buy ? "0" : "1",
          "amount": .text(market.text(trade.quantity)),
        ]
      }
    )
  }

  // MARK: Tickers and candles

  private func averageText(_ candle: BitstampTape.Candle?, _ market: BitstampMarket) -> String {
    guard let candle, candle.volume > 0 else { return market.text(Price.zero) }
    return market.text(Price(raw: Int64(clamping: candle.products / candle.volume)))
  }

  private func volumeText(_ candle: BitstampTape.Candle?, _ market: BitstampMarket) -> String {
    paddedDecimal(
      candle?.volume ?? 0,
      decimals: market.base.decimals,
      places: market.quantityDecimals
    )
  }

  /// `(new - old) / old` in percent with two decimals, rounded towards zero.
  private func changeText(from old: Price, to new: Price) -> String {
    guard old.raw > 0 else { return "0.00" }
    let steps = (Int128(new.raw) - Int128(old.raw)) * 10_000 / Int128(old.raw)
    return paddedDecimal(steps, decimals: 2, places: 2)
  }

  /// Members as in hummingbot's sample; before the first trade every price is zero.
  func ticker(_ market: BitstampMarket, withPair: Bool) -> BitstampValue {
    let seconds = exchange.now.nanoseconds / 1_000_000_000
    let tape = tapes[market.index]
    let day = tape.summary(since: seconds - 86_400)
    let last = tape.trades.last?.price ?? exchange.lastPrices[market.index] ?? .zero
    let today = tape.summary(since: seconds / 86_400 * 86_400)?.open ?? last
    let before = day?.open ?? last
    let result: BitstampValue = [
      "ask": .text(market.text(exchange.best(market.index, .ask)?.price ?? .zero)),
      "bid": .text(market.text(exchange.best(market.index, .bid)?.price ?? .zero)),
      "high": .text(market.text(day?.high ?? last)),
      "last": .text(market.text(last)),
      "low": .text(market.text(day?.low ?? last)),
      "open": .text(market.text(today)),
      "open_24": .text(market.text(before)),
      "percent_change_24": .text(changeText(from: before, to: last)),
      "side": tape.trades.last?.takerSide == .sell ? "1" : "0",
      "timestamp": .text(String(seconds)),
      "volume": .text(volumeText(day, market)),
      "vwap": .text(averageText(day, market)),
    ]
    return withPair ? result.adding("pair", .text(market.name)) : result
  }

  private func tickerOfHour(_ market: BitstampMarket) -> BitstampValue {
    let seconds = exchange.now.nanoseconds / 1_000_000_000
    let tape = tapes[market.index]
    let hour = tape.summary(since: seconds - 3_600)
    let last = tape.trades.last?.price ?? exchange.lastPrices[market.index] ?? .zero
    return [
      "ask": .text(market.text(exchange.best(market.index, .ask)?.price ?? .zero)),
      "bid": .text(market.text(exchange.best(market.index, .bid)?.price ?? .zero)),
      "high": .text(market.text(hour?.high ?? last)),
      "last": .text(market.text(last)),
      "low": .text(market.text(hour?.low ?? last)),
      "open": .text(market.text(hour?.open ?? last)),
      "side": tape.trades.last?.takerSide == .sell ? "1" : "0",
      "timestamp": .text(String(seconds)),
      "volume": .text(volumeText(hour, market)),
      "vwap": .text(averageText(hour, market)),
    ]
  }

  /// The steps that candles come in, in seconds.
  private static let steps: Set<Int64> = [
    60, 180, 300, 900, 1_800, 3_600, 7_200, 14_400, 21_600, 43_200, 86_400, 259_200,
  ]

  private func candles(
    _ market: BitstampMarket,
    _ fields: BitstampFields
  ) throws(BitstampFailure) -> BitstampValue {
    let malformed = BitstampFailure.plain(.malformedField)
    guard let step = try fields.number("step", orElse: malformed),
      BitstampGateway.steps.contains(step)
    else { throw .plain(.malformedField, "Invalid step parameter") }
    guard let limit = try fields.number("limit", orElse: malformed),
      (1...1_000).contains(limit)
    else { throw .plain(.malformedLimit, "Invalid limit") }
    let start = try fields.number("start", orElse: malformed)
    let end = try fields.number("end", orElse: malformed)
    let from = start ?? 0
    let until = end ?? exchange.now.nanoseconds / 1_000_000_000
    let found = from <= until ? tapes[market.index].candles(step: step, in: from...until) : []
    // With a start alone the first so many; otherwise the last.
    let count = Int(limit)
    let chosen = start != nil && end == nil ? found.prefix(count) : found.suffix(count)
    return [
      "data": [
        "pair": .text(market.name),
        "ohlc": .list(
          chosen.map { candle in
            [
              "timestamp": .text(String(candle.start)),
              "open": .text(market.text(candle.open)),
              "high": .text(market.text(candle.high)),
              "low": .text(market.text(candle.low)),
              "close": .text(market.text(candle.close)),
              "volume": .text(volumeText(candle, market)),
            ]
          }
        ),
      ]
    ]
  }
}
