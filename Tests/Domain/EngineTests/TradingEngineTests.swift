import Books
import Costs
import Market
import Strategies
import Testing
import Units

@testable import Engine

/// A market of two venues and one symbol, driven by hand.
private struct Market2 {
  var engine: TradingEngine
  var output = EngineOutput()
  let connections: [ConnectionID]
  let instruments: [Instrument]

  init(
    rule: BookIntegrity = .none,
    fees: InstrumentFees?,
    settings: EngineSettings = EngineSettings()
  ) {
    engine = TradingEngine(settings: settings)
    var connections: [ConnectionID] = []
    var instruments: [Instrument] = []
    for name in ["east", "west"] {
      let venue = VenueID(rawValue: name)
      connections.append(engine.addConnection(to: venue))
      instruments.append(
        engine.register(
          venue,
          wireSymbol: "BTC/USD",
          symbol: Symbol(base: "BTC", quote: "USD"),
          rule: rule,
          fees: fees
        )
      )
    }
    self.connections = connections
    self.instruments = instruments
  }

  /// A frame of one book: bid and ask in whole dollars, one coin each; nil leaves the side alone.
  static func frame(
    _ instrument: Instrument,
    bid: Int64?,
    ask: Int64?,
    isSnapshot: Bool,
    sequence: UInt64? = nil,
    bidQuantity: Int64 = 100_000_000
  ) -> MarketEvents {
    var events = MarketEvents()
    events.connectionSequence = sequence
    for (side, price) in [(BookSide.bid, bid), (.ask, ask)] {
      guard let price else { continue }
      events.levels.append(
        LevelUpdate(
          side: side,
          price: Price(raw: price * 10_000_000_000),
          quantity: Quantity(raw: side == .bid ? bidQuantity : 100_000_000)
        )
      )
    }
    let change = BookChange(instrument: instrument.id, levels: 0..<events.levels.count)
    events.events.append(isSnapshot ? .snapshot(change) : .update(change))
    return events
  }

  mutating func step(
    _ venue: Int,
    bid: Int64?,
    ask: Int64?,
    isSnapshot: Bool = false,
    sequence: UInt64? = nil,
    at milliseconds: Int64,
    connection: ConnectionID? = nil
  ) {
    output.removeAll()
    engine.step(
      Market2.frame(
        instruments[venue],
        bid: bid,
        ask: ask,
        isSnapshot: isSnapshot,
        sequence: sequence
      ),
      from: connection ?? connections[venue],
      at: time(milliseconds),
      into: &output
    )
  }

  mutating func step(_ event: EngineEvent, at milliseconds: Int64) {
    output.removeAll()
    engine.step(event, at: time(milliseconds), into: &output)
  }

  func isUsable(_ venue: Int) -> Bool { engine.books[instruments[venue].id].isUsable }
}

private func time(_ milliseconds: Int64) -> Timestamp {
  Timestamp(nanoseconds: 1_000_000_000_000_000_000 + milliseconds * 1_000_000)
}

@Suite("The engine's step")
struct TradingEngineTests {
  private let free: InstrumentFees

  init() throws { free = try InstrumentFees(maker: .zero, taker: .zero) }

  /// East asks 100, west bids 110: buying in the east and selling in the west gains 10.
  private func openWindow(rule: BookIntegrity = .none) -> Market2 {
    var market = Market2(rule: rule, fees: free)
    market.step(0, bid: 99, ask: 100, isSnapshot: true, sequence: 1, at: 0)
    market.step(1, bid: 110, ask: 111, isSnapshot: true, sequence: 1, at: 10)
    return market
  }

  @Test("a change of one book is looked at against the other venue's")
  func opportunity() throws {
    let market = openWindow()
    let opportunity = try #require(market.output.strategies.opportunities.first)
    #expect(opportunity.legs.map(\.instrument) == market.instruments.map(\.id))
    #expect(opportunity.legs.map(\.side) == [.buy, .sell])
    #expect(opportunity.net > .zero)
    #expect(opportunity.time == time(10))
  }

  @Test("without stated fees nothing is an opportunity")
  func unknownFees() {
    var market = Market2(fees: nil)
    market.step(0, bid: 99, ask: 100, isSnapshot: true, at: 0)
    market.step(1, bid: 110, ask: 111, isSnapshot: true, at: 10)
    #expect(market.output.strategies.isEmpty)
  }

  @Test("a missing frame voids every book of its connection at once, and of no other")
  func gap() {
    var market = openWindow(rule: .connectionSequence)
    market.step(1, bid: nil, ask: 112, sequence: 3, at: 20)
    let reason = ResyncReason.sequenceGap(expected: 2, received: 3)
    #expect(market.output.commands == [.resync(market.instruments[1].id, reason)])
    #expect(market.output.strategies.windows.map(\.closing) == [.bookUnusable])
    #expect(market.isUsable(0))
    #expect(!market.isUsable(1))

    market.step(1, bid: 120, ask: 121, sequence: 4, at: 30)
    #expect(market.output.isEmpty)
    market.step(0, bid: 98, ask: nil, sequence: 2, at: 40)
    #expect(market.output.isEmpty)
    market.step(1, bid: 110, ask: 111, isSnapshot: true, sequence: 5, at: 50)
    #expect(market.isUsable(1))
    #expect(market.output.strategies.opportunities.count == 1)
  }

  @Test("a repeated frame is dropped whole")
  func repeated() {
    var market = openWindow(rule: .connectionSequence)
    market.step(1, bid: 500, ask: nil, sequence: 1, at: 20)
    #expect(market.output.isEmpty)
    #expect(market.engine.books[market.instruments[1].id].bids.best?.price.description == "110")
  }

  @Test(
    "a frame that cannot be read voids the books that it may have been for",
    arguments: [
      (Channel.book, true), (.unknown, true), (.trades, false), (.heartbeat, false),
      (.ticker, false),
    ]
  )
  func unreadable(_ channel: Channel, _ isVoid: Bool) {
    var market = openWindow()
    market.step(.unreadableFrame(market.connections[1], channel), at: 20)
    #expect(market.isUsable(0))
    #expect(market.isUsable(1) == !isVoid)
    #expect(
      market.output.commands
        == (isVoid ? [.resync(market.instruments[1].id, .unreadableFrame)] : [])
    )
    #expect(market.output.strategies.windows.count == (isVoid ? 1 : 0))
  }

  @Test("what a connection built is void when it opens again or ends", arguments: [true, false])
  func reconnect(_ opens: Bool) {
    var market = openWindow()
    let connection = market.connections[1]
    market.step(opens ? .connected(connection) : .disconnected(connection), at: 20)
    #expect(!market.isUsable(1))
    #expect(market.isUsable(0))
    #expect(market.output.strategies.windows.map(\.closing) == [.bookUnusable])
    market.step(1, bid: 110, ask: nil, at: 30)
    #expect(!market.isUsable(1))
  }

  @Test("only the connection that gave the last snapshot may change a book")
  func foreign() {
    var market = openWindow()
    let second = market.engine.addConnection(to: market.instruments[1].venue)
    market.step(1, bid: 130, ask: nil, at: 20, connection: second)
    #expect(market.output.isEmpty)
    #expect(market.engine.feeds[1].foreignChanges == 1)
    market.step(1, bid: 108, ask: 109, isSnapshot: true, at: 30, connection: second)
    market.step(1, bid: 500, ask: nil, at: 40)
    #expect(market.engine.books[market.instruments[1].id].bids.best?.price.description == "108")
    #expect(market.engine.feeds[1].foreignChanges == 2)
  }

  @Test("silence for more than ten seconds counts as one stale moment and ends the window")
  func stale() throws {
    var market = openWindow()
    market.step(.tick, at: 9_000)
    #expect(market.output.isEmpty)
    market.step(1, bid: 109, ask: nil, at: 9_990)
    #expect(market.output.strategies.windows.isEmpty)
    market.step(.tick, at: 10_300)
    let window = try #require(market.output.strategies.windows.first)
    #expect(window.closing == .stale)
    #expect(window.closed == time(10_000))
    market.step(.tick, at: 11_000)
    #expect(market.engine.books[market.instruments[0].id].statistics.staleMoments == 1)
    #expect(market.engine.books[market.instruments[1].id].statistics.staleMoments == 0)
    #expect(market.engine.feeds[0].isStale)
    market.step(0, bid: 99, ask: 100, at: 12_000)
    #expect(!market.engine.feeds[0].isStale)
    #expect(market.output.strategies.opportunities.count == 1)
  }

  @Test("a crossed book is not traded on, and one that stays crossed is asked for anew")
  func crossed() {
    var market = openWindow()
    market.step(1, bid: 112, ask: nil, at: 20)
    #expect(market.engine.books[market.instruments[1].id].isCrossed)
    #expect(market.output.strategies.windows.map(\.closing) == [.bookUnusable])
    #expect(market.output.commands.isEmpty)
    market.step(1, bid: 112, ask: nil, at: 1_021)
    #expect(market.output.commands == [.resync(market.instruments[1].id, .crossed)])
  }

  @Test("open windows end with the data")
  func end() {
    var market = openWindow()
    market.step(.endOfData, at: 900)
    #expect(market.output.strategies.windows.map(\.closing) == [.endOfData])
    #expect(market.output.strategies.windows.map(\.isEligible) == [true])
  }

  @Test("after a warm-up the books stand and the counts begin at zero")
  func warmUp() {
    var market = openWindow()
    market.engine.startCounting()
    #expect(market.isUsable(0) && market.isUsable(1))
    #expect(market.engine.books[market.instruments[0].id].statistics == BookStatistics())
    market.step(1, bid: 112, ask: 113, isSnapshot: true, at: 20)
    #expect(market.output.strategies.opportunities.first?.window == 0)
  }

  @Test("time that steps back counts as no time passing")
  func backwards() {
    var market = openWindow()
    market.step(1, bid: 109, ask: nil, at: -500)
    #expect(market.engine.now == time(10))
  }

  @Test("the same events give the same output")
  func deterministic() {
    var first = openWindow()
    var second = openWindow()
    first.step(1, bid: 112, ask: 113, isSnapshot: true, at: 20)
    second.step(1, bid: 112, ask: 113, isSnapshot: true, at: 20)
    #expect(!first.output.isEmpty)
    #expect(first.output.strategies.opportunities == second.output.strategies.opportunities)
    #expect(first.output.commands == second.output.commands)
  }

  @Test("a venue's wish for a new connection is passed on")
  func reconnectWish() {
    var market = openWindow()
    var events = MarketEvents()
    events.events.append(.reconnectRequested)
    market.output.removeAll()
    market.engine.step(events, from: market.connections[0], at: time(20), into: &market.output)
    #expect(market.output.commands == [.reconnect(market.connections[0])])
  }
}
