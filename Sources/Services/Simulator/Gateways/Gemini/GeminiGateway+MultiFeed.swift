import Codecs
import Market
import Units

/// What a multi-market socket asked for in its query.
struct GeminiMultiFeedOptions {
  var bids = true
  var offers = true
  var trades = true
  var topOnly = false
}

/// The oldest public feed, `v1/multimarketdata`, which ccxt still uses for several symbols at once:
/// changes as differences, sockets that count their frames.
///
/// Source: docs.gemini.com, "Multi Market Data"; frames quoted by ccxt.
extension GeminiGateway {
  func openMultiFeed(
    _ number: SocketNumber,
    _ query: [(name: String, value: String)],
    _ effects: inout [GatewayEffect]
  ) throws(GeminiError) {
    var options = GeminiMultiFeedOptions()
    var found: [Int] = []
    var heartbeat: Timestamp?
    for (name, value) in query {
      switch name {
      case "symbols":
        for symbol in value.split(separator: ",") {
          guard let index = instruments[symbol.lowercased()] else {
            throw GeminiError(400, "InvalidSymbol", "Invalid symbol: '\(symbol)'")
          }
          if !found.contains(index) { found.append(index) }
        }
      case "heartbeat": heartbeat = value == "true" ? nextHeartbeat : nil
      case "bids": options.bids = value != "false"
      case "offers": options.offers = value != "false"
      case "trades": options.trades = value != "false"
      case "top_of_book": options.topOnly = value == "true"
      default: break
      }
    }
    guard !found.isEmpty else {
      throw GeminiError(400, "NoValidTradingPairs", "No valid trading pairs")
    }
    var opened = GeminiSocket(kind: .multiFeed(options), opened: exchange.now)
    opened.heartbeat = heartbeat
    sockets[number] = opened
    for index in found {
      _ = join(.multiFeed(index), symbols[index].upper, number)
      if mirrors[index] == nil { mirrors[index] = mirror(index) }
      sendInitial(index, options, number, &effects)
    }
  }

  private func mirror(_ index: Int) -> GeminiMirror {
    var mirror = GeminiMirror(top: top(index))
    for side in [BookSide.bid, .ask] {
      for level in exchange.levels(index, side) {
        mirror.quantities[GeminiLevelKey(side: side, price: level.price)] = level.quantity
      }
    }
    return mirror
  }

  private func sendInitial(
    _ index: Int,
    _ options: GeminiMultiFeedOptions,
    _ number: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    let depth = options.topOnly ? 1 : Int.max
    var levels: [GeminiLevelChange] = []
    for side in [BookSide.bid, .ask] where side == .bid ? options.bids : options.offers {
      levels += exchange.levels(index, side, depth: depth).map {
        GeminiLevelChange(side: side, price: $0.price, quantity: $0.quantity)
      }
    }
    guard !levels.isEmpty else { return }
    sendUpdate(number, &effects) { writer in
      for level in levels {
        write(level, by: Int128(level.quantity.raw), "initial", index, &writer)
      }
    }
  }

  /// One frame of events, and the socket's next number.
  private func sendUpdate(
    _ number: SocketNumber,
    _ effects: inout [GatewayEffect],
    _ events: (inout JSONWriter) -> Void
  ) {
    let sequence = sockets[number]?.sequence ?? 0
    sockets[number]?.sequence += 1
    let frame = GeminiJSON.object { writer in
      writer.field("type", "update")
      writer.field("eventId", lastUpdate)
      writer.field("timestamp", exchange.now.geminiSeconds)
      writer.field("timestampms", exchange.now.geminiMilliseconds)
      writer.field("socket_sequence", sequence)
      writer.array("events", events)
    }
    effects.append(.send(number, frame))
  }

  private func write(
    _ level: GeminiLevelChange,
    by difference: Int128,
    _ reason: String,
    _ index: Int,
    _ writer: inout JSONWriter
  ) {
    let symbol = symbols[index]
    writer.object { writer in
      writer.field("type", "change")
      writer.field("side", level.side == .bid ? "bid" : "ask")
      writer.field("price", symbol.price(level.price))
      writer.field("remaining", symbol.quantity(level.quantity))
      writer.field(
        "delta",
        decimalText(difference, decimals: symbol.instrument.base.decimals)
      )
      writer.field("reason", reason)
      writer.field("symbol", symbol.upper)
    }
  }

  // MARK: Changes

  func sendMultiChanges(
    _ levels: [GeminiLevelChange],
    _ index: Int,
    _ effects: inout [GatewayEffect]
  ) {
    guard let before = mirrors[index] else { return }
    var differences: [Int128] = []
    for level in levels {
      let key = GeminiLevelKey(side: level.side, price: level.price)
      let old = mirrors[index]?.quantities[key] ?? .zero
      differences.append(Int128(level.quantity.raw) - Int128(old.raw))
      mirrors[index]?.quantities[key] = level.quantity.isZero ? nil : level.quantity
    }
    let now = top(index)
    mirrors[index]?.top = now
    for number in audiences[.multiFeed(index)] ?? [] {
      guard case .multiFeed(let options)? = sockets[number]?.kind else { continue }
      if options.topOnly {
        sendTop(before.top, now, options, index, number, &effects)
        continue
      }
      let wanted = zip(levels, differences).filter { level, difference in
        difference != 0 && (level.side == .bid ? options.bids : options.offers)
      }
      guard !wanted.isEmpty else { continue }
      sendUpdate(number, &effects) { writer in
        for (level, difference) in wanted {
          write(level, by: difference, difference > 0 ? "place" : "cancel", index, &writer)
        }
      }
    }
  }

  private func sendTop(
    _ before: GeminiTop,
    _ now: GeminiTop,
    _ options: GeminiMultiFeedOptions,
    _ index: Int,
    _ number: SocketNumber,
    _ effects: inout [GatewayEffect]
  ) {
    var changes: [GeminiLevelChange] = []
    if options.bids, before.bid != now.bid, let level = now.bid {
      changes.append(.init(side: .bid, price: level.price, quantity: level.quantity))
    }
    if options.offers, before.ask != now.ask, let level = now.ask {
      changes.append(.init(side: .ask, price: level.price, quantity: level.quantity))
    }
    guard !changes.isEmpty else { return }
    sendUpdate(number, &effects) { writer in
      for level in changes {
        write(level, by: Int128(level.quantity.raw), "top-of-book", index, &writer)
      }
    }
  }

  /// The side is the maker's.
  func sendMultiTrade(_ trade: PublicTrade, _ effects: inout [GatewayEffect]) {
    let symbol = symbols[trade.instrument]
    for number in audiences[.multiFeed(trade.instrument)] ?? [] {
      guard case .multiFeed(let options)? = sockets[number]?.kind, options.trades else { continue }
      sendUpdate(number, &effects) { writer in
        writer.object { writer in
          writer.field("type", "trade")
          writer.field("tid", GeminiIdentifier.trade(trade.number))
          writer.field("price", symbol.price(trade.price))
          writer.field("amount", symbol.quantity(trade.quantity))
          writer.field("makerSide", trade.takerSide == .buy ? "ask" : "bid")
          writer.field("symbol", symbol.upper)
        }
      }
    }
  }
}
