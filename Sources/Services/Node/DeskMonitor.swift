import Books
import Codecs
public import Engine
import Market
public import Sessions
import Strategies
public import Terminal
public import Units

/// Keeps what a person wants to see of a desk: feeds, tops of books, windows, and messages.
public final class DeskMonitor: DeskObserver {
  private let mode: String
  private let started: Timestamp
  private var openWindows: [WindowKey: Shown] = [:]
  private var closedWindows: [Shown] = []
  private var messages: [String] = []
  private var lastFrames: [UInt64] = []
  private var rates: [Double] = []
  private var lastSnapshot: Timestamp?
  public private(set) var opportunities = 0
  public private(set) var windows = 0
  public private(set) var eligibleWindows = 0
  private var gaps: [String: Int] = [:]
  /// Called with each event as one line of JSON, where someone wants them.
  public var onEvent: ((String) -> Void)?

  static let keptMessages = 200
  static let keptWindows = 50

  private struct WindowKey: Hashable {
    var strategy: StrategyKind
    var number: UInt64
  }

  /// A window as it is shown.
  private struct Shown {
    var pair: String
    var buyVenue: String
    var sellVenue: String
    var net: String
    var netReturn: Rate
    var size: String
    var opened: Timestamp
    var closed: Timestamp?
  }

  public init(mode: String, at now: Timestamp) {
    self.mode = mode
    started = now
  }

  // MARK: Hearing

  public func desk(
    _ desk: MarketDesk,
    gave output: borrowing EngineOutput,
    at now: Timestamp
  ) {
    for command in output.commands {
      if case .resync(let instrument, let reason) = command {
        let venue = desk.engine.registry[instrument].venue.rawValue
        if case .sequenceGap = reason { gaps[venue, default: 0] += 1 }
      }
    }
    for opportunity in output.strategies.opportunities { take(opportunity, desk, now) }
    for window in output.strategies.windows { take(window, now) }
  }

  public func desk(_: MarketDesk, says message: DeskMessage) {
    let clock = DeskMonitor.clock(message.time)
    let venue = message.venue.map { $0.rawValue + ": " } ?? ""
    messages.append("\(clock) \(venue)\(message.words)")
    if messages.count > DeskMonitor.keptMessages { messages.removeFirst() }
    emit("message", at: message.time) { json in
      json.field("gravity", message.gravity.rawValue)
      json.field("venue", message.venue?.rawValue)
      json.field("words", message.words)
    }
  }

  private func take(_ opportunity: Opportunity, _ desk: MarketDesk, _ now: Timestamp) {
    opportunities += 1
    let key = WindowKey(strategy: opportunity.route.strategy, number: opportunity.window)
    let registry = desk.engine.registry
    let legs = opportunity.legs
    let settlement = opportunity.settlement
    let pair: String
    if opportunity.route.strategy == .triangular {
      pair = legs.map { registry[$0.instrument].symbol.description }.joined(separator: " ")
    } else {
      pair = legs.first.map { registry[$0.instrument].symbol.description } ?? ""
    }
    let shown = Shown(
      pair: pair,
      buyVenue: legs.first.map { registry[$0.instrument].venue.rawValue } ?? "",
      sellVenue: legs.last.map { registry[$0.instrument].venue.rawValue } ?? "",
      net: DeskMonitor.oneDecimal(opportunity.netReturn),
      netReturn: opportunity.netReturn,
      size: opportunity.size.text(decimals: settlement.decimals) + " " + settlement.symbol,
      opened: openWindows[key]?.opened ?? opportunity.time
    )
    if openWindows[key] == nil { windows += 1 }
    openWindows[key] = shown
    emit("opportunity", at: now) { json in
      json.field("strategy", opportunity.route.strategy.rawValue)
      json.field("window", opportunity.window)
      json.field("net", opportunity.net.text(decimals: settlement.decimals))
      json.field("size", opportunity.size.text(decimals: settlement.decimals))
      json.field("asset", settlement.symbol)
      json.field("netBasisPoints", opportunity.netReturn.basisPointsText)
      json.array("legs") { json in
        for leg in legs {
          let instrument = registry[leg.instrument]
          json.object { json in
            json.field("venue", instrument.venue.rawValue)
            json.field("symbol", instrument.symbol.description)
            json.field("side", leg.side == .buy ? "buy" : "sell")
            json.field("limit", leg.limitPrice.description)
            json.field("quantity", leg.quantity.text(decimals: instrument.base.decimals))
          }
        }
      }
    }
  }

  private func take(_ window: Window, _ now: Timestamp) {
    if window.isEligible { eligibleWindows += 1 }
    let key = WindowKey(strategy: window.route.strategy, number: window.number)
    if var shown = openWindows.removeValue(forKey: key) {
      shown.closed = window.closed ?? now
      closedWindows.append(shown)
      if closedWindows.count > DeskMonitor.keptWindows { closedWindows.removeFirst() }
    }
    emit("window", at: now) { json in
      json.field("strategy", window.route.strategy.rawValue)
      json.field("window", window.number)
      json.field("opened", window.opened.description)
      json.field("closed", window.closed?.description)
      json.field("reason", window.closing?.rawValue)
      json.field("durationNanoseconds", window.durationNanoseconds)
      json.field("eligible", window.isEligible)
      json.field("peakNetBasisPoints", window.peak.netReturn.basisPointsText)
    }
  }

  // MARK: Showing

  public func snapshot(of desk: MarketDesk, at now: Timestamp) -> DeskSnapshot {
    refreshRates(desk, now)
    return DeskSnapshot(
      time: DeskMonitor.date(now) + " " + DeskMonitor.clock(now) + "Z",
      mode: mode,
      uptimeNanoseconds: now.nanoseconds(since: started),
      feeds: desk.sessions.enumerated().map { feed($0.element.health, $0.offset, now) },
      assets: assets(of: desk, now),
      windows: shownWindows(now),
      counters: [
        .init("opportunities", opportunities), .init("windows", windows),
        .init("eligible", eligibleWindows),
        .init("frames", Int(desk.sessions.reduce(0) { $0 + $1.health.frames })),
      ],
      messages: messages
    )
  }

  private func refreshRates(_ desk: MarketDesk, _ now: Timestamp) {
    let frames = desk.sessions.map(\.health.frames)
    if let lastSnapshot, lastFrames.count == frames.count {
      let seconds = Double(now.nanoseconds(since: lastSnapshot)) / 1e9
      guard seconds > 0.2 else { return }
      rates = zip(frames, lastFrames).map { Double($0 &- $1) / seconds }
    }
    lastFrames = frames
    lastSnapshot = now
  }

  private func feed(_ health: FeedHealth, _ index: Int, _ now: Timestamp) -> DeskSnapshot.Feed {
    let standing: DeskSnapshot.Feed.Standing =
      switch health.state {
      case .live: .good
      case .starting, .partial, .polling: .waiting
      case .down: .bad
      }
    return DeskSnapshot.Feed(
      venue: health.venue.rawValue,
      state: health.state.rawValue,
      standing: standing,
      ageNanoseconds: health.frames > 0
        ? health.lastFrame.map { now.nanoseconds(since: $0) } : nil,
      framesPerSecond: index < rates.count ? rates[index] : 0,
      latencyNanoseconds: health.latencyNanoseconds,
      resyncs: Int(health.resyncs),
      reconnects: Int(health.reconnects),
      gaps: gaps[health.venue.rawValue] ?? 0
    )
  }

  private func assets(of desk: MarketDesk, _ now: Timestamp) -> [DeskSnapshot.Asset] {
    let engine = desk.engine
    var symbols: [Symbol] = []
    for session in desk.sessions {
      for symbol in session.symbols where !symbols.contains(symbol) { symbols.append(symbol) }
    }
    return symbols.map { symbol in
      let here = engine.registry.instruments.filter { $0.symbol == symbol }
        .sorted { $0.venue < $1.venue }
      let usable = here.filter { engine.books[$0.id].isUsable }
      let bestBid = usable.compactMap { engine.books[$0.id].bids.best?.price }.max()
      let bestAsk = usable.compactMap { engine.books[$0.id].asks.best?.price }.min()
      let quotes = here.map { instrument in
        let book = engine.books[instrument.id]
        let bid = book.isUsable ? book.bids.best : nil
        let ask = book.isUsable ? book.asks.best : nil
        let decimals = instrument.base.decimals
        return DeskSnapshot.Quote(
          venue: instrument.venue.rawValue,
          bid: bid?.price.description,
          bidSize: bid?.quantity.text(decimals: decimals),
          ask: ask?.price.description,
          askSize: ask?.quantity.text(decimals: decimals),
          isBestBid: bid != nil && bid?.price == bestBid,
          isBestAsk: ask != nil && ask?.price == bestAsk,
          ageNanoseconds: book.lastChange.map { now.nanoseconds(since: $0) }
        )
      }
      return DeskSnapshot.Asset(name: symbol.description, quotes: quotes)
    }
  }

  private func shownWindows(_ now: Timestamp) -> [DeskSnapshot.Window] {
    let open = openWindows.values.sorted { ($1.netReturn, $0.opened) < ($0.netReturn, $1.opened) }
    return (open + closedWindows.reversed()).map { window in
      DeskSnapshot.Window(
        pair: window.pair,
        buyVenue: window.buyVenue,
        sellVenue: window.sellVenue,
        netBasisPoints: window.net,
        size: window.size,
        ageNanoseconds: now.nanoseconds(since: window.closed ?? window.opened),
        isOpen: window.closed == nil
      )
    }
  }

  // MARK: Events

  /// How every feed is doing, as one event.
  public func emitHealth(of desk: MarketDesk, at now: Timestamp) {
    guard onEvent != nil else { return }
    for session in desk.sessions {
      let health = session.health
      emit("md.health", at: now) { health.write(to: &$0) }
    }
  }

  private func emit(_ kind: String, at now: Timestamp, _ body: (inout JSONWriter) -> Void) {
    guard let onEvent else { return }
    var json = JSONWriter()
    json.object { json in
      json.field("v", 1)
      json.field("event", kind)
      json.field("ts", now.description)
      body(&json)
    }
    onEvent(json.text)
  }

  // MARK: Text

  private static func oneDecimal(_ rate: Rate) -> String {
    let tenths = divide(Int128(rate.raw), by: 1_000, rounding: .down)
    let text = decimalText(tenths, decimals: 1)
    return (rate.raw > 0 ? "+" : "") + (text.contains(".") ? text : text + ".0")
  }

  private static func clock(_ time: Timestamp) -> String {
    let parts = time.description.split(separator: "T")
    return String(parts[1].prefix(8))
  }

  private static func date(_ time: Timestamp) -> String {
    String(time.description.prefix(10))
  }
}

extension FeedHealth {
  func write(to json: inout JSONWriter) {
    json.field("venue", venue.rawValue)
    json.field("state", state.rawValue)
    json.field("status", status?.rawValue)
    json.field("openConnections", openConnections)
    json.field("connections", connections)
    json.field("liveBooks", liveBooks)
    json.field("books", books)
    json.field("frames", frames)
    json.field("bytes", bytes)
    json.field("lastFrame", lastFrame?.description)
    json.field("unreadable", unreadable)
    json.field("resyncs", resyncs)
    json.field("reconnects", reconnects)
    json.field("refusals", refusals)
    json.field("polls", polls)
    json.key("latencyNanoseconds")
    if let latencyNanoseconds { json.integer(latencyNanoseconds) } else { json.null() }
    json.key("clockOffsetNanoseconds")
    if let offset = clock.nanoseconds { json.integer(offset) } else { json.null() }
    json.field("problem", lastProblem)
  }
}
