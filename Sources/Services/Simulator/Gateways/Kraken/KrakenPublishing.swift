import Market
import Units

/// The best bid and offer of an instrument as a ticker last told them.
struct KrakenTop: Hashable, Sendable {
  var bid: Level?
  var ask: Level?
}

extension KrakenGateway {
  public func publish(_ events: [ExchangeEvent], effects: inout [GatewayEffect]) {
    guard !events.isEmpty else { return }
    var changed: Set<Int> = []
    var trades: [Int: [PublicTrade]] = [:]
    var traded: [Int] = []
    for event in events {
      switch event {
      case .level(let index, let side, let price, let quantity):
        changed.insert(index)
        let level = Level(price: price, quantity: quantity)
        for feed in bookFeeds[index].indices { bookFeeds[index][feed].window.apply(side, level) }
      case .trade(let trade):
        tapes[trade.instrument].add(trade)
        if trades[trade.instrument] == nil { traded.append(trade.instrument) }
        trades[trade.instrument, default: []].append(trade)
      case .status: publishStatus(&effects)
      case .order, .fill, .balance, .transfer: break
      }
    }
    publishAccounts(events, &effects)
    for index in changed.sorted() {
      bookTimes[index] = exchange.now
      publishBook(index, &effects)
    }
    for index in traded {
      publish(trades[index] ?? [], of: pairs[index], to: channels.trades[index], &effects)
    }
    publishTickers(traded: traded, changed: changed, &effects)
  }

  private func publishStatus(_ effects: inout [GatewayEffect]) {
    for socket in sockets.keys.sorted() {
      guard let connection = sockets[socket]?.connection else { continue }
      send(statusFrame(connection), to: socket, &effects)
    }
    guard !channels.instruments.isEmpty else { return }
    let frame = instrumentFrame("update").bytes
    for socket in channels.instruments { effects.append(.send(socket, frame)) }
  }

  private func publishBook(_ index: Int, _ effects: inout [GatewayEffect]) {
    let pair = pairs[index]
    for feed in bookFeeds[index].indices {
      let depth = bookFeeds[index][feed].window.depth
      for side in [BookSide.bid, .ask] {
        bookFeeds[index][feed].window.settle(side) {
          exchange.levels(index, side, depth: depth)
        }
      }
      guard bookFeeds[index][feed].window.hasNews else { continue }
      let news = bookFeeds[index][feed].window.takeNews()
      if faults.lostBookFrames > 0 {
        faults.lostBookFrames -= 1
        continue
      }
      let frame = KrakenWindow.frame(
        "update",
        pair,
        bids: news.bids,
        asks: news.asks,
        checksum: faultyChecksum(bookFeeds[index][feed].window.checksum(pair)),
        time: exchange.now
      )
      let bytes = frame.bytes
      for socket in bookFeeds[index][feed].sockets { effects.append(.send(socket, bytes)) }
    }
  }

  private func publish(
    _ trades: [PublicTrade],
    of pair: KrakenPair,
    to sockets: [SocketNumber],
    _ effects: inout [GatewayEffect]
  ) {
    guard !sockets.isEmpty else { return }
    let frame = tradeFrame("update", pair, trades[...]).bytes
    for socket in sockets { effects.append(.send(socket, frame)) }
  }

  private func publishTickers(
    traded: [Int],
    changed: Set<Int>,
    _ effects: inout [GatewayEffect]
  ) {
    for index in traded where !channels.tickers[index].isEmpty {
      let frame = tickerFrame("update", pairs[index]).bytes
      for socket in channels.tickers[index] { effects.append(.send(socket, frame)) }
    }
    for index in changed.sorted() where !channels.bestTickers[index].isEmpty {
      let top = KrakenTop(bid: exchange.best(index, .bid), ask: exchange.best(index, .ask))
      guard top != tops[index] else { continue }
      tops[index] = top
      let frame = tickerFrame("update", pairs[index]).bytes
      for socket in channels.bestTickers[index] { effects.append(.send(socket, frame)) }
    }
  }

  // MARK: Frames

  func tradeFrame(
    _ type: String,
    _ pair: KrakenPair,
    _ trades: ArraySlice<PublicTrade>
  ) -> KrakenJSON {
    .object([
      "channel": .string("trade"), "type": .string(type),
      "data": .array(
        trades.map { trade in
          .object([
            "symbol": .string(pair.socketName),
            "side": .string(trade.takerSide == .buy ? "buy" : "sell"),
            "price": .number(pair.price(trade.price.raw)),
            "qty": .number(pair.quantity(Int128(trade.quantity.raw))),
            "ord_type": .string(trade.takerIsMarketOrder ? "market" : "limit"),
            "trade_id": .integer(trade.number),
            "timestamp": .string(KrakenText.micros(trade.time)),
          ])
        }
      ),
    ])
  }

  /// One ticker; prices that do not exist yet are zero.
  func tickerFrame(_ type: String, _ pair: KrakenPair) -> KrakenJSON {
    let day = tapes[pair.index].day(at: exchange.now)
    let bid = exchange.best(pair.index, .bid)
    let ask = exchange.best(pair.index, .ask)
    let last = exchange.lastPrices[pair.index]?.raw ?? 0
    let change = day.open.map { last - $0 } ?? 0
    let percent = day.open.flatMap { $0 > 0 ? Int128(change) * 10_000 / Int128($0) : nil } ?? 0
    return .object([
      "channel": .string("ticker"), "type": .string(type),
      "data": .array([
        .object([
          "symbol": .string(pair.socketName),
          "bid": .number(pair.price(bid?.price.raw ?? 0)),
          "bid_qty": .number(pair.quantity(Int128(bid?.quantity.raw ?? 0))),
          "ask": .number(pair.price(ask?.price.raw ?? 0)),
          "ask_qty": .number(pair.quantity(Int128(ask?.quantity.raw ?? 0))),
          "last": .number(pair.price(last)),
          "volume": .number(pair.quantity(day.volume)),
          "vwap": .number(
            pair.average(products: day.products, quantity: day.volume, places: pair.priceDecimals)
          ),
          "low": .number(pair.price(day.low)), "high": .number(pair.price(day.high)),
          "change": .number(pair.price(change)),
          "change_pct": .number(paddedDecimal(percent, decimals: 2, places: 2)),
          "timestamp": .string(KrakenText.micros(exchange.now)),
        ])
      ]),
    ])
  }

  func instrumentFrame(_ type: String) -> KrakenJSON {
    let assetRows = assets.map { asset -> KrakenJSON in
      .object([
        "id": .string(asset.socketName), "status": .string("enabled"),
        "precision": .integer(asset.decimals),
        "precision_display": .integer(asset.displayDecimals), "borrowable": .boolean(false),
        "collateral_value": .number("0.0"),
      ])
    }
    let pairRows = pairs.map { pair -> KrakenJSON in
      let rules = pair.instrument
      let tick = KrakenText.step(Int128(rules.tickSize.raw), decimals: 10)
      return .object([
        "symbol": .string(pair.socketName), "base": .string(pair.base.socketName),
        "quote": .string(pair.quote.socketName), "status": .string(statusWord(pair)),
        "qty_precision": .integer(pair.lotDecimals),
        "qty_increment": .number(
          KrakenText.step(Int128(rules.lotSize.raw), decimals: pair.baseDecimals)
        ),
        "price_precision": .integer(pair.priceDecimals),
        "cost_precision": .integer(pair.costDecimals), "marginable": .boolean(false),
        "has_index": .boolean(false),
        "cost_min": .number(
          KrakenText.step(rules.minNotional.raw, decimals: pair.quoteDecimals)
        ),
        "tick_size": .number(tick), "price_increment": .number(tick),
        "qty_min": .number(
          KrakenText.step(Int128(rules.minQuantity.raw), decimals: pair.baseDecimals)
        ),
      ])
    }
    return .object([
      "channel": .string("instrument"), "type": .string(type),
      "data": .object(["assets": .array(assetRows), "pairs": .array(pairRows)]),
    ])
  }

  /// The status of a pair: its own, or the venue's where that is narrower.
  func statusWord(_ pair: KrakenPair) -> String {
    KrakenPair.word(exchange.status == .open ? pair.instrument.status : exchange.status)
  }
}
