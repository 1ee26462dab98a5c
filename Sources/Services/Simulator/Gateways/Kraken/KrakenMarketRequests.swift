import Market
import Units

extension KrakenGateway {
  private static let publicMethods = [
    "Time", "SystemStatus", "Assets", "AssetPairs", "Ticker", "OHLC", "Depth", "Trades", "Spread",
  ]

  /// Answers `/0/public/…`.
  func answerPublic(
    _ method: String,
    _ request: GatewayRequest
  ) throws(KrakenError) -> KrakenJSON {
    guard let methodIndex = KrakenGateway.publicMethods.firstIndex(of: method) else {
      throw .unknownMethod
    }
    guard request.method == "GET" || request.method == "POST",
      let fields = request.query.isEmpty
        ? KrakenFields(request) : KrakenFields(query: request.query)
    else { throw .invalidArguments() }
    let named = fields["pair"].flatMap { try? pair($0) }
    try spendPublicBudget(methodIndex * (pairs.count + 1) + (named.map { $0.index + 1 } ?? 0))
    switch method {
    case "Time":
      return .object([
        "unixtime": .integer(exchange.now.nanoseconds / 1_000_000_000),
        "rfc1123": .string(KrakenText.rfc1123(exchange.now)),
      ])
    case "SystemStatus":
      return .object([
        "status": .string(KrakenPair.word(exchange.status)),
        "timestamp": .string(KrakenText.seconds(exchange.now)),
      ])
    case "Assets": return try assetList(fields)
    case "AssetPairs": return try pairList(fields)
    case "Ticker": return try tickers(fields)
    case "OHLC": return try candles(fields)
    case "Depth": return try depth(fields)
    case "Trades": return try trades(fields)
    default: return try spread(fields)
    }
  }

  private func spendPublicBudget(_ subject: Int) throws(KrakenError) {
    guard settings.limitsRates else { return }
    var bucket =
      publicBudgets[subject]
      ?? TokenBucket(
        capacity: KrakenLimits.publicBurst,
        refillPerSecond: KrakenLimits.publicPerSecond
      )
    let isAllowed = bucket.take(at: exchange.now)
    publicBudgets[subject] = bucket
    if !isAllowed { throw .tooManyRequests }
  }

  // MARK: Lists

  private func assetList(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    var wanted = assets
    if let names = fields["asset"] {
      wanted = []
      for name in names.split(separator: ",") {
        guard let asset = asset(String(name)) else { throw .unknownAsset }
        wanted.append(asset)
      }
    }
    return .object(
      wanted.map { asset in
        .init(
          asset.key,
          .object([
            "aclass": .string("currency"), "altname": .string(asset.altname),
            "decimals": .integer(asset.decimals),
            "display_decimals": .integer(asset.displayDecimals), "status": .string("enabled"),
          ])
        )
      }
    )
  }

  /// The pairs that a request names, or all.
  private func wantedPairs(_ fields: KrakenFields) throws(KrakenError) -> [KrakenPair] {
    guard let names = fields["pair"] else { return pairs }
    var wanted: [KrakenPair] = []
    for name in names.split(separator: ",") { wanted.append(try pair(String(name))) }
    return wanted
  }

  private func pairList(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    .object(try wantedPairs(fields).map { .init($0.key, pairRow($0)) })
  }

  private func pairRow(_ pair: KrakenPair) -> KrakenJSON {
    let rules = pair.instrument
    return .object([
      "altname": .string(pair.altname), "wsname": .string(pair.wsname),
      "aclass_base": .string("currency"), "base": .string(pair.base.key),
      "aclass_quote": .string("currency"), "quote": .string(pair.quote.key),
      "lot": .string("unit"), "cost_decimals": .integer(pair.costDecimals),
      "pair_decimals": .integer(pair.priceDecimals), "lot_decimals": .integer(pair.lotDecimals),
      "lot_multiplier": .integer(1), "leverage_buy": .array([]), "leverage_sell": .array([]),
      "fees": schedule(rules.taker), "fees_maker": schedule(rules.maker),
      "fee_volume_currency": .string("ZUSD"), "margin_call": .integer(80),
      "margin_stop": .integer(40),
      "ordermin": .string(decimalText(Int128(rules.minQuantity.raw), decimals: pair.baseDecimals)),
      "costmin": .string(decimalText(rules.minNotional.raw, decimals: pair.quoteDecimals)),
      "tick_size": .string(rules.tickSize.description), "status": .string(statusWord(pair)),
    ])
  }

  /// One step: the simulated venue charges the same whatever the volume.
  private func schedule(_ rate: Rate) -> KrakenJSON {
    .array([.array([.integer(0), .number(decimalText(Int128(rate.raw), decimals: 6))])])
  }

  // MARK: Prices

  private func tickers(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    .object(try wantedPairs(fields).map { .init($0.key, ticker($0)) })
  }

  private func ticker(_ pair: KrakenPair) -> KrakenJSON {
    let tape = tapes[pair.index]
    let day = tape.day(at: exchange.now)
    let today = tape.today(at: exchange.now)
    func side(_ side: BookSide) -> KrakenJSON {
      let level = exchange.best(pair.index, side)
      let lots = Int128(level?.quantity.raw ?? 0)
      return .array([
        .string(pair.restPrice(level?.price.raw ?? 0)),
        .string(paddedDecimal(lots, decimals: pair.baseDecimals, places: 0)),
        .string(paddedDecimal(lots, decimals: pair.baseDecimals, places: 3)),
      ])
    }
    func both(_ value: (KrakenTape.Summary) -> String) -> KrakenJSON {
      .array([.string(value(today)), .string(value(day))])
    }
    let last = tape.trades.last
    return .object([
      "a": side(.ask), "b": side(.bid),
      "c": .array([
        .string(pair.restPrice(last?.price.raw ?? 0)),
        .string(pair.quantity(Int128(last?.quantity.raw ?? 0))),
      ]),
      "v": both { pair.quantity($0.volume) },
      "p": both {
        pair.average(products: $0.products, quantity: $0.volume, places: pair.restPricePlaces)
      },
      "t": .array([.integer(today.count), .integer(day.count)]),
      "l": both { pair.restPrice($0.low) }, "h": both { pair.restPrice($0.high) },
      "o": .string(pair.restPrice(today.open ?? last?.price.raw ?? 0)),
    ])
  }

  private func depth(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    let pair = try pair(fields["pair"])
    let count = try fields.integer("count") ?? 100
    guard (1...500).contains(count) else { throw .invalidArguments("count") }
    let time = bookTimes[pair.index].nanoseconds / 1_000_000_000
    func side(_ side: BookSide) -> KrakenJSON {
      .array(
        exchange.levels(pair.index, side, depth: count).map { level in
          .array([
            .string(pair.restPrice(level.price.raw)),
            .string(
              paddedDecimal(
                Int128(level.quantity.raw),
                decimals: pair.baseDecimals,
                places: 3
              )
            ),
            .integer(time),
          ])
        }
      )
    }
    return .object([.init(pair.key, .object(["asks": side(.ask), "bids": side(.bid)]))])
  }

  /// Trades after a time, oldest first: at most a thousand.
  ///
  /// `since` is in seconds, or in nanoseconds as `last` says it.
  private func trades(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    let pair = try pair(fields["pair"])
    let count = try fields.integer("count") ?? KrakenTape.keptTrades
    guard (1...KrakenTape.keptTrades).contains(count) else { throw .invalidArguments("count") }
    let since = try since(fields)
    let tape = tapes[pair.index]
    let chosen =
      since.map { from in tape.trades.filter { $0.time > from }.prefix(count) }
      ?? tape.latest(count)
    let last = chosen.last?.time ?? since ?? exchange.now
    let rows = chosen.map { trade -> KrakenJSON in
      .array([
        .string(pair.restPrice(trade.price.raw)),
        .string(pair.quantity(Int128(trade.quantity.raw))),
        .number(KrakenText.unix(trade.time)), .string(trade.takerSide == .buy ? "b" : "s"),
        .string(trade.takerIsMarketOrder ? "m" : "l"), .string(""), .integer(trade.number),
      ])
    }
    return .object([
      .init(pair.key, .array(rows)), .init("last", .string(String(last.nanoseconds))),
    ])
  }

  private func since(_ fields: KrakenFields) throws(KrakenError) -> Timestamp? {
    guard let text = fields["since"] else { return nil }
    guard let time = KrakenGateway.time(text) else { throw .invalidArguments("since") }
    return time
  }

  /// A time in seconds with decimals, or in nanoseconds.
  static func time(_ text: String) -> Timestamp? {
    guard text.utf8.count <= 24, let value = try? parseKrakenSeconds(text), value >= 0 else {
      return nil
    }
    // Seconds of the year 5138 and later are nanoseconds.
    let nanoseconds = value >= 100_000_000_000_000_000_000 ? value / 1_000_000_000 : value
    return Int64(exactly: nanoseconds).map { Timestamp(nanoseconds: $0) }
  }

  private func candles(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    let pair = try pair(fields["pair"])
    let interval = try fields.integer("interval") ?? 1
    guard [1, 5, 15, 30, 60, 240, 1_440, 10_080, 21_600].contains(interval) else {
      throw .invalidArguments("interval")
    }
    let since = try since(fields)
    let all = tapes[pair.index].candles(interval: Int64(interval))
    let chosen = all.suffix(720).filter { row in
      since.map { row.start * 60 > $0.nanoseconds / 1_000_000_000 } ?? true
    }
    let rows = chosen.map { start, candle -> KrakenJSON in
      .array([
        .integer(start * 60), .string(pair.price(candle.open)), .string(pair.price(candle.high)),
        .string(pair.price(candle.low)), .string(pair.price(candle.close)),
        .string(
          pair.average(
            products: candle.products,
            quantity: candle.volume,
            places: pair.priceDecimals
          )
        ),
        .string(pair.quantity(candle.volume)), .integer(candle.count),
      ])
    }
    let last = all.dropLast().last.map { $0.start * 60 } ?? 0
    return .object([.init(pair.key, .array(rows)), .init("last", .integer(last))])
  }

  /// The best bid and offer as they stand: one row.
  private func spread(_ fields: KrakenFields) throws(KrakenError) -> KrakenJSON {
    let pair = try pair(fields["pair"])
    let time = bookTimes[pair.index].nanoseconds / 1_000_000_000
    let row: KrakenJSON = .array([
      .integer(time), .string(pair.restPrice(exchange.best(pair.index, .bid)?.price.raw ?? 0)),
      .string(pair.restPrice(exchange.best(pair.index, .ask)?.price.raw ?? 0)),
    ])
    return .object([.init(pair.key, .array([row])), .init("last", .integer(time))])
  }
}
