import Codecs
import Market
import Units

/// Public market data over REST.
extension CoinbaseGateway {
  /// How many answers are kept for their second.
  static let keptAnswers = 256

  /// Answers what needs no key; nil for anything else.
  func answerPublic(
    _ parts: [String],
    _ query: CoinbaseQuery,
    _ request: GatewayRequest
  ) throws(CoinbaseError) -> GatewayResponse? {
    guard request.method == "GET" else { return nil }
    if parts == ["time"] {
      try admitPublic(isVersion2: false)
      return time
    }
    guard parts.first == "market" else { return nil }
    try admitPublic(isVersion2: false)
    let isFresh = request.header("cache-control")?.contains("no-cache") == true
    let name = request.path + "?" + request.query
    if !isFresh, let cached = cache[name], exchange.now < cached.until { return cached.answer }
    let answer = try marketAnswer(Array(parts.dropFirst()), query)
    let now = exchange.now
    if cache.count >= CoinbaseGateway.keptAnswers {
      cache = cache.filter { now < $0.value.until }
      if cache.count >= CoinbaseGateway.keptAnswers { cache.removeAll() }
    }
    cache[name] = (now.advanced(byNanoseconds: 1_000_000_000), answer)
    return answer
  }

  /// The same data below `/market` and, with a key, without it.
  func marketAnswer(
    _ parts: [String],
    _ query: CoinbaseQuery
  ) throws(CoinbaseError) -> GatewayResponse {
    switch parts.count {
    case 1 where parts[0] == "products": return try productList(query)
    case 1 where parts[0] == "product_book": return try book(query)
    case 2 where parts[0] == "products":
      let index = try product(parts[1])
      return answer { write(product: index, to: &$0) }
    case 3 where parts[0] == "products" && parts[2] == "ticker":
      return try trades(of: try product(parts[1]), query)
    case 3 where parts[0] == "products" && parts[2] == "candles":
      return try candles(of: try product(parts[1]), query)
    default: throw .notFound("Not found")
    }
  }

  func product(_ name: String) throws(CoinbaseError) -> Int {
    guard let index = products[name] else { throw .unknownProduct }
    return index
  }

  private var time: GatewayResponse {
    answer {
      $0.field("iso", CoinbaseTime.seconds(exchange.now))
      $0.field("epochSeconds", String(exchange.now.nanoseconds / 1_000_000_000))
      $0.field("epochMillis", String(exchange.now.nanoseconds / 1_000_000))
    }
  }

  // MARK: Products

  private func productList(_ query: CoinbaseQuery) throws(CoinbaseError) -> GatewayResponse {
    var indices = Array(exchange.instruments.indices)
    if let type = query.first("product_type"), type != "SPOT" {
      guard ["FUTURE", "UNKNOWN_PRODUCT_TYPE"].contains(type) else {
        throw .invalid("invalid product_type")
      }
      if type == "FUTURE" { indices = [] }
    }
    let wanted = query.all("product_id")
    if !wanted.isEmpty {
      indices.removeAll { !wanted.contains(exchange.instruments[$0].coinbaseID) }
    }
    let total = indices.count
    guard let offset = query.count("offset", usually: 0, in: 0...Int(Int32.max)),
      let limit = query.count("limit", usually: total, in: 1...Int(Int32.max))
    else { throw .invalid("invalid limit") }
    let page = indices.dropFirst(offset).prefix(limit)
    return answer { body in
      body.array("products") { list in
        for index in page { list.object { write(product: index, to: &$0) } }
      }
      body.field("num_products", total)
      body.object("pagination") {
        $0.field("prev_cursor", "")
        $0.field("next_cursor", "")
        $0.field("has_next", offset + page.count < total)
        $0.field("has_prev", offset > 0)
      }
    }
  }

  /// Writes a product's members, in the order of the list recorded on 2026-08-09.
  private func write(product index: Int, to body: inout JSONWriter) {
    let instrument = exchange.instruments[index]
    let status = status(of: index)
    let day = history[index].day(at: exchange.now)
    let price = exchange.lastPrices[index]
    let most = CoinbaseProductRules(instrument)
    body.field("product_id", instrument.coinbaseID)
    body.field("price", price?.description ?? "")
    body.field("price_percentage_change_24h", day?.changePercent ?? "")
    body.field("volume_24h", day.map { volume($0, instrument) } ?? "")
    body.field("volume_percentage_change_24h", "")
    body.field("base_increment", instrument.lotSize.text(decimals: instrument.base.decimals))
    body.field("quote_increment", most.quoteIncrement)
    body.field("quote_min_size", instrument.minNotional.text(decimals: instrument.quote.decimals))
    body.field("quote_max_size", most.quoteMaximum.text(decimals: instrument.quote.decimals))
    body.field("base_min_size", instrument.minQuantity.text(decimals: instrument.base.decimals))
    body.field("base_max_size", most.baseMaximum.text(decimals: instrument.base.decimals))
    body.field("base_name", CoinbaseCurrency.name(instrument.base))
    body.field("quote_name", CoinbaseCurrency.name(instrument.quote))
    body.field("watched", false)
    body.field("is_disabled", false)
    body.field("new", false)
    body.field("status", "online")
    body.field("cancel_only", status == .cancelOnly || status == .reduceOnly)
    body.field("limit_only", status == .limitOnly)
    body.field("post_only", status == .postOnly)
    body.field("trading_disabled", status == .closed)
    body.field("auction_mode", false)
    body.field("product_type", "SPOT")
    body.field("quote_currency_id", instrument.quote.symbol)
    body.field("base_currency_id", instrument.base.symbol)
    body.field("fcm_trading_session_details", nil)
    body.field("mid_market_price", "")
    body.field("alias", "")
    body.array("alias_to") { _ in }
    body.field("base_display_symbol", instrument.base.symbol)
    body.field("quote_display_symbol", instrument.quote.symbol)
    body.field("view_only", false)
    body.field("price_increment", instrument.tickSize.description)
    body.field("display_name", instrument.coinbaseID)
    body.field("product_venue", "CBE")
    body.field(
      "approximate_quote_24h_volume",
      day.map { instrument.scale.notional(ofProducts: $0.products, rounding: .down) }?
        .text(decimals: instrument.quote.decimals) ?? ""
    )
    body.field("new_at", "2023-01-01T00:00:00Z")
    for name in [
      "market_cap", "base_cbrn", "quote_cbrn", "product_cbrn", "icon_color", "icon_url",
      "display_name_overwrite",
    ] {
      body.field(name, "")
    }
    body.field("is_alpha_testing", false)
    for name in ["about_description", "best_bid_price", "best_ask_price"] {
      body.field(name, "")
    }
    body.field("high_24h", day?.high.description ?? "")
    body.field("low_24h", day?.low.description ?? "")
  }

  func volume(_ candle: CoinbaseHistory.Candle, _ instrument: SimulatedInstrument) -> String {
    decimalText(candle.volume, decimals: instrument.base.decimals)
  }

  // MARK: Books

  private func book(_ query: CoinbaseQuery) throws(CoinbaseError) -> GatewayResponse {
    guard let name = query.first("product_id") else { throw .invalid("product_id is required") }
    let index = try product(name)
    guard let limit = query.count("limit", usually: .max, in: 1...Int.max) else {
      throw .invalid("invalid limit")
    }
    let bid = exchange.best(index, .bid)?.price
    let ask = exchange.best(index, .ask)?.price
    return answer { body in
      body.object("pricebook") { write(book: index, depth: limit, to: &$0) }
      guard let bid, let ask else {
        for key in ["last", "mid_market", "spread_bps", "spread_absolute"] { body.field(key, "") }
        return
      }
      // Half the sum, so that no half step is lost: one more decimal place.
      let middle = decimalText(
        (Int128(bid.raw) + Int128(ask.raw)) * 5,
        decimals: Price.decimals + 1
      )
      let spread = Int128(ask.raw) - Int128(bid.raw)
      // Of the ask, rounded to twelve places: so the recorded number comes out.
      let share = (spread * 20_000 * 1_000_000_000_000 / Int128(ask.raw) + 1) / 2
      body.field("last", exchange.lastPrices[index]?.description ?? middle)
      body.field("mid_market", middle)
      body.field("spread_bps", decimalText(share, decimals: 12))
      body.field("spread_absolute", decimalText(spread, decimals: Price.decimals))
    }
  }

  private func write(book index: Int, depth: Int, to body: inout JSONWriter) {
    let decimals = exchange.instruments[index].base.decimals
    body.field("product_id", exchange.instruments[index].coinbaseID)
    for (name, side) in [("bids", BookSide.bid), ("asks", .ask)] {
      body.array(name) { list in
        for level in exchange.levels(index, side, depth: depth) {
          list.object {
            $0.field("price", level.price.description)
            $0.field("size", level.quantity.text(decimals: decimals))
          }
        }
      }
    }
    body.field("time", CoinbaseTime.answer(exchange.now))
  }

  /// `best_bid_ask`, which needs a key.
  func bestBidAsk(_ query: CoinbaseQuery) throws(CoinbaseError) -> GatewayResponse {
    var indices: [Int] = []
    for name in query.all("product_id") { indices.append(try product(name)) }
    if indices.isEmpty { indices = Array(exchange.instruments.indices) }
    return answer { body in
      body.array("pricebooks") { list in
        for index in indices { list.object { write(book: index, depth: 1, to: &$0) } }
      }
    }
  }

  // MARK: Trades

  private func trades(
    of index: Int,
    _ query: CoinbaseQuery
  ) throws(CoinbaseError) -> GatewayResponse {
    let most = CoinbaseHistory.keptTrades
    guard let limit = query.count("limit", usually: 100, in: 1...most) else {
      throw .invalid("invalid limit")
    }
    let start = try seconds(query, "start")
    let end = try seconds(query, "end")
    let chosen = history[index].trades.reversed().lazy.filter { entry in
      let second = entry.trade.time.nanoseconds / 1_000_000_000
      return second >= start ?? .min && second <= end ?? .max
    }
    return answer { body in
      body.array("trades") { list in
        for entry in chosen.prefix(limit) {
          list.object { write(entry, in: index, at: CoinbaseTime.answer, to: &$0, isREST: true) }
        }
      }
      body.field("best_bid", exchange.best(index, .bid)?.price.description ?? "")
      body.field("best_ask", exchange.best(index, .ask)?.price.description ?? "")
    }
  }

  private func seconds(
    _ query: CoinbaseQuery,
    _ name: String
  ) throws(CoinbaseError) -> Int64? {
    guard let text = query.first(name) else { return nil }
    guard let value = Int64(text), (0...1 << 40).contains(value) else {
      throw .invalid("invalid \(name)")
    }
    return value
  }

  /// Writes a trade's members; `side` is the maker's (recorded, 78 trades against the book).
  func write(
    _ entry: (id: Int64, trade: PublicTrade),
    in index: Int,
    at time: (Timestamp) -> String,
    to body: inout JSONWriter,
    isREST: Bool
  ) {
    let instrument = exchange.instruments[index]
    let side = entry.trade.takerSide == .buy ? "SELL" : "BUY"
    let id = String(entry.id)
    body.field(isREST ? "trade_id" : "product_id", isREST ? id : instrument.coinbaseID)
    body.field(isREST ? "product_id" : "trade_id", isREST ? instrument.coinbaseID : id)
    body.field("price", entry.trade.price.description)
    body.field("size", entry.trade.quantity.text(decimals: instrument.base.decimals))
    body.field("time", time(entry.trade.time))
    body.field("side", side)
    if isREST {
      body.field("bid", "")
      body.field("ask", "")
      body.field("exchange", "coinbase")
    }
  }

  private func candles(
    of index: Int,
    _ query: CoinbaseQuery
  ) throws(CoinbaseError) -> GatewayResponse {
    let lengths: [String: Int64] = [
      "ONE_MINUTE": 60, "FIVE_MINUTE": 300, "FIFTEEN_MINUTE": 900, "THIRTY_MINUTE": 1_800,
      "ONE_HOUR": 3_600, "TWO_HOUR": 7_200, "FOUR_HOUR": 14_400, "SIX_HOUR": 21_600,
      "ONE_DAY": 86_400,
    ]
    guard let length = query.first("granularity").flatMap({ lengths[$0] }) else {
      throw .invalid("invalid granularity")
    }
    guard let start = try seconds(query, "start"), let end = try seconds(query, "end"),
      start <= end
    else { throw .invalid("start and end are required") }
    guard let limit = query.count("limit", usually: 350, in: 1...350) else {
      throw .invalid("invalid limit")
    }
    guard (end - start) / length <= 350 else {
      throw .invalid("number of candles requested should be less than 350")
    }
    return answer { body in
      body.array("candles") { list in
        let candles = history[index].candles(of: length, in: start...end, atMost: limit)
        for candle in candles.reversed() {
          list.object {
            $0.field("start", String(candle.start))
            $0.field("low", candle.low.description)
            $0.field("high", candle.high.description)
            $0.field("open", candle.open.description)
            $0.field("close", candle.close.description)
            $0.field("volume", volume(candle, exchange.instruments[index]))
          }
        }
      }
    }
  }
}
