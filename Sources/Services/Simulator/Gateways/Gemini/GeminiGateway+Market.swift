import Codecs
import Market
import Units

/// What anyone may ask for over HTTP.
extension GeminiGateway {
  func answerPublic(
    _ path: String,
    _ parts: [String],
    _ query: GeminiPayload
  ) throws(GeminiError) -> GatewayResponse {
    switch parts.count {
    case 2 where parts[0] == "v1":
      switch parts[1] {
      case "symbols": return body(symbolNames())
      case "pricefeed": return body(priceFeed())
      case "feepromos": return body(feePromos())
      default: throw .unknownEndpoint(path)
      }
    case 3 where parts[0] == "v1":
      switch parts[1] {
      case "pubticker": return body(ticker(try known(parts[2])))
      case "book": return body(try book(try known(parts[2]), query))
      case "trades": return body(try trades(try known(parts[2]), query))
      case "network": return body(try network(parts[2]))
      default: throw .unknownEndpoint(path)
      }
    case 3 where parts[0] == "v2" && parts[1] == "ticker":
      return body(tickerWithDay(try known(parts[2])))
    case 4 where parts[0] == "v2" && parts[1] == "candles":
      return body(try candles(try known(parts[2]), parts[3]))
    case 4 where parts[0] == "v1" && parts[1] == "symbols" && parts[2] == "details":
      if parts[3] == "all" {
        return body(
          GeminiJSON.array { writer in
            for index in symbols.indices { writeDetails(index, &writer) }
          }
        )
      }
      let index = try known(parts[3])
      var writer = JSONWriter()
      writeDetails(index, &writer)
      return body(writer.bytes)
    default: throw .unknownEndpoint(path)
    }
  }

  private func body(_ bytes: [UInt8]) -> GatewayResponse { GatewayResponse(body: bytes) }

  /// The instrument of this name in any case; the refusal is a recorded one.
  private func known(_ name: String) throws(GeminiError) -> Int {
    guard let index = instruments[name.lowercased()] else {
      throw GeminiError(
        400,
        "Bad Request",
        "Supplied value '\(name)' is not a valid symbol.  Please correct your API request to use"
          + " one of the supported symbols: [\(symbols.map(\.lower).joined(separator: ", "))]"
      )
    }
    return index
  }

  // MARK: Lists

  private func symbolNames() -> [UInt8] {
    GeminiJSON.array { writer in
      for symbol in symbols { writer.string(symbol.lower) }
    }
  }

  /// `tick_size` is the step of the quantity, `quote_increment` that of the price (recorded
  /// 2026-08-09).
  private func writeDetails(_ index: Int, _ writer: inout JSONWriter) {
    let symbol = symbols[index]
    let instrument = symbol.instrument
    writer.object { writer in
      writer.field("symbol", symbol.upper)
      writer.field("quote_currency", instrument.quote.symbol)
      writer.field(
        "tick_size",
        step(instrument.lotSize.raw, instrument.base.decimals),
        decimals: instrument.quantityDecimals
      )
      writer.field(
        "quote_increment",
        step(instrument.tickSize.raw, Price.decimals),
        decimals: instrument.priceDecimals
      )
      writer.field("min_order_size", symbol.quantity(instrument.minQuantity))
      writer.field("status", statusText(index))
      writer.field("wrap_enabled", false)
      writer.field("product_type", "spot")
      writer.field("contract_type", "vanilla")
      writer.field("contract_price_currency", instrument.quote.symbol)
      writer.field("base_currency", instrument.base.symbol)
    }
  }

  /// Steps and candles are written as JSON numbers; nothing is reckoned with them.
  private func step(_ raw: Int64, _ decimals: Int) -> Double {
    var divisor = 1.0
    for _ in 0..<decimals { divisor *= 10 }
    return Double(raw) / divisor
  }

  /// The venue's own state counts where it is the stricter one.
  private func statusText(_ index: Int) -> String {
    let own = exchange.instruments[index].status
    return switch exchange.status == .open ? own : exchange.status {
    case .open: "open"
    case .closed: "closed"
    case .cancelOnly, .reduceOnly: "cancel_only"
    case .postOnly: "post_only"
    case .limitOnly: "limit_only"
    }
  }

  private func feePromos() -> [UInt8] {
    GeminiJSON.object { writer in
      writer.array("symbols") { writer in
        for symbol in symbols
        where symbol.instrument.maker <= .zero && symbol.instrument.taker <= .zero {
          writer.string(symbol.upper)
        }
      }
    }
  }

  // MARK: Prices

  /// The last trade's price, or the best there is before one.
  private func lastPrice(_ index: Int) -> Price {
    exchange.lastPrices[index] ?? exchange.best(index, .bid)?.price
      ?? exchange.best(index, .ask)?.price ?? .zero
  }

  private func ticker(_ index: Int) -> [UInt8] {
    let symbol = symbols[index]
    let day = tapes[index].day(at: exchange.now)
    let instrument = symbol.instrument
    return GeminiJSON.object { writer in
      if let bid = exchange.best(index, .bid) { writer.field("bid", symbol.price(bid.price)) }
      if let ask = exchange.best(index, .ask) { writer.field("ask", symbol.price(ask.price)) }
      writer.object("volume") { writer in
        writer.field(
          instrument.base.symbol,
          decimalText(day?.quantity ?? 0, decimals: instrument.base.decimals)
        )
        writer.field(
          instrument.quote.symbol,
          decimalText(
            day?.products ?? 0,
            decimals: Price.decimals + instrument.base.decimals
          )
        )
        writer.field("timestamp", exchange.now.geminiMilliseconds)
      }
      writer.field("last", symbol.price(lastPrice(index)))
    }
  }

  private func tickerWithDay(_ index: Int) -> [UInt8] {
    let symbol = symbols[index]
    let day = tapes[index].day(at: exchange.now)
    let last = lastPrice(index)
    let hours = tapes[index].candles(minutes: 60).suffix(24).reversed()
    return GeminiJSON.object { writer in
      writer.field("symbol", symbol.upper)
      writer.field("open", symbol.price(day?.open ?? last))
      writer.field("high", symbol.price(day?.high ?? last))
      writer.field("low", symbol.price(day?.low ?? last))
      writer.field("close", symbol.price(last))
      writer.array("changes") { writer in
        for hour in hours { writer.string(symbol.price(hour.close)) }
      }
      if let bid = exchange.best(index, .bid) { writer.field("bid", symbol.price(bid.price)) }
      if let ask = exchange.best(index, .ask) { writer.field("ask", symbol.price(ask.price)) }
    }
  }

  private func priceFeed() -> [UInt8] {
    GeminiJSON.array { writer in
      for index in symbols.indices {
        let last = lastPrice(index)
        let open = tapes[index].day(at: exchange.now)?.open ?? last
        let change: Int128 =
          open.raw > 0 ? Int128(last.raw - open.raw) * 10_000 / Int128(open.raw) : 0
        writer.object { writer in
          writer.field("pair", symbols[index].upper)
          writer.field("price", symbols[index].price(last))
          writer.field("percentChange24h", paddedDecimal(change, decimals: 4, places: 4))
        }
      }
    }
  }

  /// Names and lengths as docs.gemini.com lists them; newest first.
  private func candles(_ index: Int, _ name: String) throws(GeminiError) -> [UInt8] {
    let lengths = [
      "1m": 1, "5m": 5, "15m": 15, "30m": 30, "1hr": 60, "6hr": 360, "1day": 1_440,
    ]
    guard let length = lengths[name] else {
      throw GeminiError(400, "Bad Request", "Supplied value '\(name)' is not a valid time frame")
    }
    let instrument = symbols[index].instrument
    return GeminiJSON.array { writer in
      for candle in tapes[index].candles(minutes: length).reversed() {
        write(candle, instrument, &writer)
      }
    }
  }

  func write(
    _ candle: GeminiTape.Candle,
    _ instrument: SimulatedInstrument,
    _ writer: inout JSONWriter
  ) {
    writer.array { writer in
      writer.integer(candle.start.geminiMilliseconds)
      for price in [candle.open, candle.high, candle.low, candle.close] {
        writer.number(
          step(price.raw, Price.decimals),
          decimals: max(1, instrument.priceDecimals)
        )
      }
      writer.number(
        step(Int64(clamping: candle.quantity), instrument.base.decimals),
        decimals: max(1, instrument.quantityDecimals)
      )
    }
  }

  // MARK: Book and tape

  /// 50 levels of each side unless asked otherwise; 0 asks for all.
  private func book(_ index: Int, _ query: GeminiPayload) throws(GeminiError) -> [UInt8] {
    let bids = try query.integer("limit_bids", 50, in: 0...1_000_000)
    let asks = try query.integer("limit_asks", 50, in: 0...1_000_000)
    let symbol = symbols[index]
    let time = String(exchange.now.geminiSeconds)
    return GeminiJSON.object { writer in
      for (name, side, depth) in [("bids", BookSide.bid, bids), ("asks", .ask, asks)] {
        writer.array(name) { writer in
          for level in exchange.levels(index, side, depth: depth == 0 ? .max : depth) {
            writer.object { writer in
              writer.field("price", symbol.price(level.price))
              writer.field("amount", symbol.quantity(level.quantity))
              writer.field("timestamp", time)
            }
          }
        }
      }
    }
  }

  /// Newest first; 50 unless asked otherwise, 500 at most.
  private func trades(_ index: Int, _ query: GeminiPayload) throws(GeminiError) -> [UInt8] {
    let limit = try query.integer("limit_trades", 50, in: 1...GeminiTape.keptTrades)
    let after = try query.integer("since_tid", 0, in: 0...Int.max)
    let entries = tapes[index].last(
      limit,
      after: try query.timestamp(),
      afterTrade: GeminiIdentifier.tradeNumber(after)
    )
    let symbol = symbols[index]
    return GeminiJSON.array { writer in
      for entry in entries.reversed() {
        let trade = entry.trade
        writer.object { writer in
          writer.field("timestamp", trade.time.geminiSeconds)
          writer.field("timestampms", trade.time.geminiMilliseconds)
          writer.field("tid", GeminiIdentifier.trade(trade.number))
          writer.field("price", symbol.price(trade.price))
          writer.field("amount", symbol.quantity(trade.quantity))
          writer.field("exchange", "gemini")
          writer.field("type", trade.takerSide == .buy ? "buy" : "sell")
        }
      }
    }
  }

  private func network(_ token: String) throws(GeminiError) -> [UInt8] {
    let name = token.uppercased()
    guard let asset = asset(name) else {
      throw GeminiError(400, "InvalidCurrency", "Invalid currency: \(token)")
    }
    return GeminiJSON.object { writer in
      writer.field("token", asset.symbol)
      writer.array("network") { writer in
        for network in GeminiNetworks.of(asset.symbol) { writer.string(network) }
      }
    }
  }

  /// An asset that some instrument trades, by its ticker in any case.
  func asset(_ ticker: String) -> Asset? {
    let name = ticker.uppercased()
    for symbol in symbols {
      if symbol.instrument.base.symbol == name { return symbol.instrument.base }
      if symbol.instrument.quote.symbol == name { return symbol.instrument.quote }
    }
    return nil
  }

  /// Every asset that some instrument trades, in the order of tickers.
  var assets: [Asset] {
    var seen: [String: Asset] = [:]
    for symbol in symbols {
      seen[symbol.instrument.base.symbol] = symbol.instrument.base
      seen[symbol.instrument.quote.symbol] = symbol.instrument.quote
    }
    return seen.values.sorted { $0.symbol < $1.symbol }
  }

  // MARK: The website

  /// The page of `exchange.gemini.com`, as far as clients read it: ccxt takes the currencies and
  /// the steps of the pairs from the JSON text in its element `currencyData`.
  func exchangePage() -> GatewayResponse {
    let data = GeminiJSON.object { writer in
      writer.array("tradingPairs") { writer in
        for symbol in symbols {
          writer.array { writer in
            writer.string(symbol.upper)
            writer.integer(symbol.instrument.priceDecimals)
            writer.integer(symbol.instrument.quantityDecimals)
            writer.string(symbol.quantity(symbol.instrument.minQuantity))
            writer.integer(symbol.instrument.quantityDecimals + 2)
            writer.boolean(true)
          }
        }
      }
      writer.array("currencies") { writer in
        for (index, asset) in assets.enumerated() {
          let isNational = GeminiSymbol.nationalCurrencies.contains(asset.symbol)
          writer.array { writer in
            writer.string(asset.symbol)
            writer.string(asset.symbol)
            writer.integer(index + 1)
            writer.integer(isNational ? 2 : asset.decimals)
            writer.integer(isNational ? 2 : 0)
            writer.integer(isNational ? 2 : asset.decimals)
            writer.integer(8)
            writer.boolean(isNational)
            if isNational { writer.string(asset.symbol) } else { writer.null() }
            if let network = GeminiNetworks.of(asset.symbol).first {
              writer.string(network)
            } else {
              writer.null()
            }
          }
        }
      }
      writer.array("networks") { writer in
        for network in GeminiNetworks.all {
          writer.array { writer in
            writer.string(network.name)
            writer.string(network.native)
            writer.string(network.name.prefix(1).uppercased() + network.name.dropFirst())
          }
        }
      }
    }
    let text =
      "<!doctype html>\n<html><head><title>Gemini</title></head><body>\n"
      + "<script type=\"application/json\" id=\"currencyData\">"
      + String(decoding: data, as: UTF8.self) + "</script>\n</body></html>\n"
    return GatewayResponse(
      headers: [.init("content-type", "text/html; charset=utf-8")],
      body: Array(text.utf8)
    )
  }
}
