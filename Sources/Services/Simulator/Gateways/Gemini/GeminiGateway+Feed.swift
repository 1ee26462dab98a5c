import Codecs
import Market
import Units

/// The older public feed, `v2/marketdata`: keys in the order of the alphabet, no acknowledgement,
/// no sequence number (recorded 2026-08-09).
extension GeminiGateway {
  /// Trades in the first frame of a symbol.
  private static let firstTrades = 50

  private static let candleNames: [String: Int] = [
    "candles_1m": 1, "candles_5m": 5, "candles_15m": 15, "candles_30m": 30, "candles_1h": 60,
    "candles_1hr": 60, "candles_6h": 360, "candles_6hr": 360, "candles_1d": 1_440,
    "candles_1day": 1_440,
  ]

  func receiveFeedRequest(
    _ frame: [UInt8],
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let request: JSONValue
    do { request = try JSONValue(frame) } catch {
      refuse("InvalidJson", socket, &effects)
      return
    }
    guard let type = request["type"]?.string, type == "subscribe" || type == "unsubscribe",
      let subscriptions = request["subscriptions"]?.elements
    else {
      refuse("InvalidJson", socket, &effects)
      return
    }
    var isAnyKnown = false
    for subscription in subscriptions {
      guard let name = subscription["name"]?.string else { continue }
      for element in subscription["symbols"]?.elements ?? [] {
        guard let index = element.string.flatMap({ instruments[$0.lowercased()] }),
          let stream = feedStream(name, index)
        else { continue }
        isAnyKnown = true
        if type == "unsubscribe" {
          leave(stream, socket)
        } else if join(stream, name, socket) {
          effects.append(.send(socket, firstFrame(stream)))
        }
      }
    }
    if !isAnyKnown { refuse("NoValidTradingPairs", socket, &effects) }
  }

  private func refuse(
    _ reason: String,
    _ socket: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let frame = GeminiJSON.object { writer in
      writer.field("reason", reason)
      writer.field("result", "error")
    }
    effects.append(.send(socket, frame))
  }

  private func feedStream(_ name: String, _ index: Int) -> GeminiStream? {
    if name == "l2" { return .feed(index) }
    return GeminiGateway.candleNames[name].map { .candles(index, minutes: $0) }
  }

  private func firstFrame(_ stream: GeminiStream) -> [UInt8] {
    switch stream {
    case .feed(let index): feedSnapshot(index)
    case .candles(let index, let minutes): candleFrame(index, minutes, count: .max)
    default: []
    }
  }

  // MARK: Frames

  /// The whole book, the last trades, oldest first, and no auctions.
  private func feedSnapshot(_ index: Int) -> [UInt8] {
    let symbol = symbols[index]
    return GeminiJSON.object { writer in
      writer.array("auction_events") { _ in }
      writer.array("changes") { writer in
        for side in [BookSide.bid, .ask] {
          for level in exchange.levels(index, side) {
            write(
              GeminiLevelChange(side: side, price: level.price, quantity: level.quantity),
              symbol,
              &writer
            )
          }
        }
      }
      writer.field("symbol", symbol.upper)
      writer.array("trades") { writer in
        for entry in tapes[index].last(GeminiGateway.firstTrades) {
          writer.object { writeFeedTrade(entry.trade, event: entry.event, &$0) }
        }
      }
      writer.field("type", "l2_updates")
    }
  }

  func feedChanges(_ levels: [GeminiLevelChange], _ index: Int) -> [UInt8] {
    let symbol = symbols[index]
    return GeminiJSON.object { writer in
      writer.array("changes") { writer in
        for level in levels { write(level, symbol, &writer) }
      }
      writer.field("symbol", symbol.upper)
      writer.field("type", "l2_updates")
    }
  }

  private func write(
    _ change: GeminiLevelChange,
    _ symbol: GeminiSymbol,
    _ writer: inout JSONWriter
  ) {
    writer.array { writer in
      writer.string(change.side == .bid ? "buy" : "sell")
      writer.string(symbol.feedPrice(change.price))
      writer.string(symbol.feedQuantity(change.quantity))
    }
  }

  /// The members of a trade; its side is the taker's.
  func writeFeedTrade(_ trade: PublicTrade, event: Int64, _ writer: inout JSONWriter) {
    let symbol = symbols[trade.instrument]
    writer.field("event_id", event)
    writer.field("price", symbol.feedPrice(trade.price))
    writer.field("quantity", symbol.feedQuantity(trade.quantity))
    writer.field("side", trade.takerSide == .buy ? "buy" : "sell")
    writer.field("symbol", symbol.upper)
    writer.field("tid", GeminiIdentifier.trade(trade.number))
    writer.field("timestamp", trade.time.geminiMilliseconds)
    writer.field("type", "trade")
  }

  // MARK: Candles

  /// Sends the candle that runs to whoever listens to candles of the instrument.
  func sendCandles(_ index: Int, _ effects: inout [GatewayEffect]) {
    for minutes in [1, 5, 15, 30, 60, 360, 1_440] {
      let stream = GeminiStream.candles(index, minutes: minutes)
      guard audiences[stream] != nil else { continue }
      send(candleFrame(index, minutes, count: 1), to: stream, &effects)
    }
  }

  /// Newest first; the type's name carries the length as the venue abbreviates it.
  private func candleFrame(_ index: Int, _ minutes: Int, count: Int) -> [UInt8] {
    let names = [1: "1m", 5: "5m", 15: "15m", 30: "30m", 60: "1h", 360: "6h", 1_440: "1d"]
    let symbol = symbols[index]
    return GeminiJSON.object { writer in
      writer.array("changes") { writer in
        for candle in tapes[index].candles(minutes: minutes).suffix(count).reversed() {
          write(candle, symbol.instrument, &writer)
        }
      }
      writer.field("symbol", symbol.upper)
      writer.field("type", "candles_\(names[minutes] ?? "1m")_updates")
    }
  }
}
