import Codecs
import Market
import Units

/// What the channels say.
extension CoinbaseGateway {
  /// How many trades and candles a snapshot holds (recorded).
  static let snapshotTrades = 100
  static let snapshotCandles = 100
  /// How many open orders one frame of the channel `user` holds.
  static let snapshotOrders = 50

  public func publish(_ events: [ExchangeEvent], effects: inout [GatewayEffect]) {
    noteStart()
    let now = exchange.now
    for event in events {
      switch event {
      case .level(let index, let side, let price, let quantity):
        if !sockets.listeners(.level2, index).isEmpty {
          let place = CoinbaseSockets.Waiting.Place(isAsk: side == .ask, price: price.raw)
          sockets.waiting[index].levels[place] = quantity
          sockets.waiting[index].levelsTime = now
          sockets.waiting[index].levelsDue =
            sockets.waiting[index].levelsDue
            ?? now.advanced(byNanoseconds: CoinbaseSockets.levelsNanoseconds)
        }
        noteTicker(index)
      case .trade(let trade): note(trade)
      case .order(let order, _): sendOrder(order, &effects)
      case .status:
        let all = Array(exchange.instruments.indices)
        for socket in Set(all.flatMap { sockets.listeners(.status, $0) }).sorted() {
          let mine = sockets.sockets[socket]?.products[.status] ?? []
          send(statusFrame("update", mine), to: [socket], &effects)
        }
      case .fill, .balance, .transfer: break
      }
    }
  }

  private func note(_ trade: PublicTrade) {
    let index = trade.instrument
    let id = history[index].add(trade)
    if !sockets.listeners(.marketTrades, index).isEmpty {
      sockets.waiting[index].trades.append((id, trade))
      sockets.waiting[index].tradesDue =
        sockets.waiting[index].tradesDue
        ?? exchange.now.advanced(byNanoseconds: CoinbaseSockets.tradesNanoseconds)
    }
    if !sockets.listeners(.candles, index).isEmpty {
      sockets.waiting[index].candlesDue =
        sockets.waiting[index].candlesDue
        ?? exchange.now.advanced(byNanoseconds: CoinbaseSockets.slowNanoseconds)
    }
    noteTicker(index)
  }

  private func noteTicker(_ index: Int) {
    if !sockets.listeners(.ticker, index).isEmpty {
      sockets.waiting[index].tickerDue =
        sockets.waiting[index].tickerDue
        ?? exchange.now.advanced(byNanoseconds: CoinbaseSockets.tickerNanoseconds)
    }
    if !sockets.listeners(.tickerBatch, index).isEmpty {
      sockets.waiting[index].tickerBatchDue =
        sockets.waiting[index].tickerBatchDue
        ?? exchange.now.advanced(byNanoseconds: CoinbaseSockets.slowNanoseconds)
    }
  }

  /// Sends what is due in one instrument.
  func flush(_ index: Int, _ effects: inout [GatewayEffect]) {
    let now = exchange.now
    let waiting = sockets.waiting[index]
    if let due = waiting.levelsDue, due <= now {
      sockets.waiting[index].levels.removeAll(keepingCapacity: true)
      sockets.waiting[index].levelsDue = nil
      send(levelsFrame(index, waiting), to: sockets.listeners(.level2, index), &effects)
    }
    if let due = waiting.tradesDue, due <= now {
      sockets.waiting[index].trades.removeAll(keepingCapacity: true)
      sockets.waiting[index].tradesDue = nil
      let trades = Array(waiting.trades.reversed())
      let frame = tradesFrame("update", index, trades)
      send(frame, to: sockets.listeners(.marketTrades, index), &effects)
    }
    if let due = waiting.tickerDue, due <= now {
      sockets.waiting[index].tickerDue = nil
      var writer = JSONWriter()
      writer.object { write(ticker: index, to: &$0) }
      if writer.bytes != waiting.ticker {
        sockets.waiting[index].ticker = writer.bytes
        let frame = tickerFrame(.ticker, "update", index)
        send(frame, to: sockets.listeners(.ticker, index), &effects)
      }
    }
    if let due = waiting.tickerBatchDue, due <= now {
      sockets.waiting[index].tickerBatchDue = nil
      let frame = tickerFrame(.tickerBatch, "update", index)
      send(frame, to: sockets.listeners(.tickerBatch, index), &effects)
    }
    if let due = waiting.candlesDue, due <= now {
      sockets.waiting[index].candlesDue = nil
      let frame = candlesFrame("update", index, atMost: 1)
      send(frame, to: sockets.listeners(.candles, index), &effects)
    }
  }

  func snapshot(_ channel: CoinbaseChannel, _ index: Int) -> CoinbaseFrame {
    switch channel {
    case .level2: bookFrame(index)
    case .marketTrades:
      tradesFrame(
        "snapshot",
        index,
        history[index].trades.suffix(CoinbaseGateway.snapshotTrades).reversed()
      )
    case .candles: candlesFrame("snapshot", index, atMost: CoinbaseGateway.snapshotCandles)
    default: tickerFrame(channel, "snapshot", index)
    }
  }

  // MARK: Books

  /// Every level there is, best first, bids before offers (recorded).
  private func bookFrame(_ index: Int) -> CoinbaseFrame {
    let decimals = exchange.instruments[index].base.decimals
    let time = CoinbaseTime.frame(microseconds(exchange.now))
    return CoinbaseFrame(CoinbaseChannel.level2.frameName, at: exchange.now) { events in
      events.object { event in
        event.field("type", "snapshot")
        event.field("product_id", exchange.instruments[index].coinbaseID)
        event.array("updates") { list in
          for side in [BookSide.bid, .ask] {
            for level in exchange.levels(index, side) {
              list.object {
                $0.field("side", side == .bid ? "bid" : "offer")
                $0.field("event_time", time)
                $0.field("price_level", level.price.description)
                $0.field("new_quantity", level.quantity.text(decimals: decimals))
              }
            }
          }
        }
      }
    }
  }

  /// What has changed: bids from the best down, then offers from the best up; `0` deletes.
  private func levelsFrame(_ index: Int, _ waiting: CoinbaseSockets.Waiting) -> CoinbaseFrame {
    let decimals = exchange.instruments[index].base.decimals
    let time = CoinbaseTime.frame(microseconds(waiting.levelsTime))
    let sorted = waiting.levels.sorted { left, right in
      if left.key.isAsk != right.key.isAsk { return !left.key.isAsk }
      return left.key.isAsk
        ? left.key.price < right.key.price : left.key.price > right.key.price
    }
    return CoinbaseFrame(CoinbaseChannel.level2.frameName, at: exchange.now) { events in
      events.object { event in
        event.field("type", "update")
        event.field("product_id", exchange.instruments[index].coinbaseID)
        event.array("updates") { list in
          for (place, quantity) in sorted {
            list.object {
              $0.field("side", place.isAsk ? "offer" : "bid")
              $0.field("event_time", time)
              $0.field("price_level", Price(raw: place.price).description)
              $0.field("new_quantity", quantity.text(decimals: decimals))
            }
          }
        }
      }
    }
  }

  /// Times of events have six digits at most (recorded).
  private func microseconds(_ time: Timestamp) -> Timestamp {
    Timestamp(nanoseconds: time.nanoseconds / 1_000 * 1_000)
  }

  // MARK: Trades, tickers, candles

  /// Newest first, in snapshots and in updates (recorded).
  private func tradesFrame(
    _ type: String,
    _ index: Int,
    _ trades: [(id: Int64, trade: PublicTrade)]
  ) -> CoinbaseFrame {
    CoinbaseFrame(CoinbaseChannel.marketTrades.frameName, at: exchange.now) { events in
      events.object { event in
        event.field("type", type)
        event.array("trades") { list in
          for entry in trades {
            list.object {
              write(
                entry,
                in: index,
                at: { CoinbaseTime.frame(microseconds($0)) },
                to: &$0,
                isREST: false
              )
            }
          }
        }
      }
    }
  }

  private func tickerFrame(
    _ channel: CoinbaseChannel,
    _ type: String,
    _ index: Int
  ) -> CoinbaseFrame {
    CoinbaseFrame(channel.frameName, at: exchange.now) { events in
      events.object { event in
        event.field("type", type)
        event.array("tickers") { list in
          list.object { write(ticker: index, to: &$0) }
        }
      }
    }
  }

  private func write(ticker index: Int, to body: inout JSONWriter) {
    let instrument = exchange.instruments[index]
    let day = history[index].day(at: exchange.now)
    let year = history[index].extremes
    let bid = exchange.best(index, .bid)
    let ask = exchange.best(index, .ask)
    let decimals = instrument.base.decimals
    body.field("type", "ticker")
    body.field("product_id", instrument.coinbaseID)
    body.field("price", exchange.lastPrices[index]?.description ?? "")
    body.field("volume_24_h", day.map { volume($0, instrument) } ?? "0")
    body.field("low_24_h", day?.low.description ?? "")
    body.field("high_24_h", day?.high.description ?? "")
    body.field("low_52_w", year?.low.description ?? "")
    body.field("high_52_w", year?.high.description ?? "")
    body.field("price_percent_chg_24_h", day?.changePercent ?? "0")
    body.field("best_bid", bid?.price.description ?? "")
    body.field("best_ask", ask?.price.description ?? "")
    body.field("best_bid_quantity", bid?.quantity.text(decimals: decimals) ?? "")
    body.field("best_ask_quantity", ask?.quantity.text(decimals: decimals) ?? "")
  }

  /// Candles of five minutes, oldest first.
  private func candlesFrame(_ type: String, _ index: Int, atMost count: Int) -> CoinbaseFrame {
    let instrument = exchange.instruments[index]
    let candles = history[index].candles(of: 300, in: .min ... .max, atMost: count)
    return CoinbaseFrame(CoinbaseChannel.candles.frameName, at: exchange.now) { events in
      events.object { event in
        event.field("type", type)
        event.array("candles") { list in
          for candle in candles {
            list.object {
              $0.field("start", String(candle.start))
              $0.field("high", candle.high.description)
              $0.field("low", candle.low.description)
              $0.field("open", candle.open.description)
              $0.field("close", candle.close.description)
              $0.field("volume", volume(candle, instrument))
              $0.field("product_id", instrument.coinbaseID)
            }
          }
        }
      }
    }
  }

  func statusFrame(_ type: String, _ indices: [Int]) -> CoinbaseFrame {
    CoinbaseFrame(CoinbaseChannel.status.frameName, at: exchange.now) { events in
      events.object { event in
        event.field("type", type)
        event.array("products") { list in
          for index in indices {
            let instrument = exchange.instruments[index]
            list.object {
              $0.field("product_type", "SPOT")
              $0.field("id", instrument.coinbaseID)
              $0.field("base_currency", instrument.base.symbol)
              $0.field("quote_currency", instrument.quote.symbol)
              $0.field(
                "base_increment",
                instrument.lotSize.text(decimals: instrument.base.decimals)
              )
              $0.field("quote_increment", CoinbaseProductRules(instrument).quoteIncrement)
              $0.field("display_name", instrument.symbol.description)
              $0.field("status", status(of: index) == .closed ? "offline" : "online")
              $0.field("status_message", "")
              $0.field(
                "min_market_funds",
                instrument.minNotional.text(decimals: instrument.quote.decimals)
              )
            }
          }
        }
      }
    }
  }

  // MARK: Orders

  /// Open orders in frames of fifty; a frame of fewer is the last.
  func sendOrders(
    of account: AccountID,
    _ products: [Int],
    to socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    var open = exchange.orders(of: account).filter { order in
      order.status == .open && (products.isEmpty || products.contains(order.instrument))
    }[...]
    while true {
      let page = open.prefix(CoinbaseGateway.snapshotOrders)
      open = open.dropFirst(page.count)
      send(ordersFrame("snapshot", Array(page)), to: [socket], &effects)
      if page.count < CoinbaseGateway.snapshotOrders { return }
    }
  }

  private func sendOrder(_ order: SimulatedOrder, _ effects: inout [GatewayEffect]) {
    let list = sockets.userListeners.filter { number in
      guard let socket = sockets.sockets[number], socket.account == order.account else {
        return false
      }
      return socket.products[.user]?.contains(order.instrument) ?? true
    }
    guard !list.isEmpty else { return }
    send(ordersFrame("update", [order]), to: list, &effects)
  }

  private func ordersFrame(_ type: String, _ orders: [SimulatedOrder]) -> CoinbaseFrame {
    CoinbaseFrame(CoinbaseChannel.user.frameName, at: exchange.now) { events in
      events.object { event in
        event.field("type", type)
        event.array("orders") { list in
          for order in orders { list.object { write(event: order, to: &$0) } }
        }
      }
    }
  }

  /// Writes an order as the channel tells it: all of it so far, and no single fill.
  private func write(event order: SimulatedOrder, to body: inout JSONWriter) {
    let instrument = exchange.instruments[order.instrument]
    let (base, quote) = (instrument.base.decimals, instrument.quote.decimals)
    let kind = kind(of: order)
    let leaves = order.status.isFinal ? Quantity.zero : order.remaining
    body.field("order_id", identifiers.text(.order, order.number))
    body.field("client_order_id", order.request.clientOrderID ?? "")
    body.field("cumulative_quantity", order.filled.text(decimals: base))
    body.field("leaves_quantity", leaves.text(decimals: base))
    body.field("avg_price", order.averagePrice?.description ?? "0")
    body.field("total_fees", order.fee.text(decimals: quote))
    body.field("status", statusWord(of: order))
    body.field("product_id", instrument.coinbaseID)
    body.field("creation_time", CoinbaseTime.answer(order.created))
    body.field("order_side", order.side == .buy ? "BUY" : "SELL")
    body.field("order_type", kind.channelType)
    body.field("cancel_reason", cancelReason(of: order))
    body.field("reject_reason", "")
    body.field("total_value_after_fees", totalAfterFees(order).text(decimals: quote))
    body.field("contract_expiry_type", "UNKNOWN_CONTRACT_EXPIRY_TYPE")
    body.field("product_type", "SPOT")
    body.field("risk_managed_by", "UNKNOWN_RISK_MANAGEMENT_TYPE")
    body.field("time_in_force", kind.timeInForce)
    body.field("trigger_status", triggerStatus(of: order))
    body.field("completion_percentage", completion(of: order))
    body.field("filled_value", order.filledNotional.text(decimals: quote))
    body.field("limit_price", order.limit?.description ?? "0")
    body.field("stop_price", order.request.trigger?.price.description ?? "0")
    body.field("number_of_fills", String(order.fills.count))
    let held = order.side == .buy ? instrument.quote : instrument.base
    body.field("outstanding_hold_amount", order.held.text(decimals: held.decimals))
    body.field("post_only", order.request.timeInForce == .postOnly ? "true" : "false")
    body.field("retail_portfolio_id", portfolio(of: order.account))
    let never = "0001-01-01T00:00:00Z"
    body.field("start_time", never)
    body.field("end_time", order.request.expires.map(CoinbaseTime.answer) ?? never)
  }
}
