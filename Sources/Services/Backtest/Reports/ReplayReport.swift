public import Books
public import Configuration
public import Engine
public import Market
import Recording
import Signing
public import Strategies
public import Units
public import VenueKit

/// Everything that a replay found.
public struct ReplayReport: Sendable {
  public let files: [FileTally]
  /// In the order in which they were first named.
  public let instruments: [InstrumentReport]
  public let strategies: [StrategyReport]
  /// Instruments whose stated rules do not fit our scales.
  public let ruleProblems: [ListingError]
  /// The schedules that the costs were taken from.
  public let fees: [VenueFees]
  /// What a report draws; nil unless it was asked for.
  public let series: MarketSeries?
  /// How the states of the run compare; nil unless they were given.
  public let states: StateReport?
  public let from: Timestamp?
  public let to: Timestamp?
  /// Records read, warm-up included.
  public let records: Int
  public let elapsed: Duration
  public let isInterrupted: Bool

  /// Whether all was read: no frame unreadable, no file damaged, nothing cut short.
  public var isComplete: Bool {
    !isInterrupted && files.allSatisfy { $0.unreadable.count == 0 && $0.findings.count == 0 }
  }

  public var isTimeShifted: Bool { files.contains { $0.shiftNanoseconds != 0 } }

  public var frames: Int { files.reduce(0) { $0 + $1.frames } }
  public var bytes: Int { files.reduce(0) { $0 + $1.bytes } }

  public subscript(instrument: InstrumentID) -> InstrumentReport {
    instruments[Int(instrument.index)]
  }

  /// Whether something that rests on these instruments rests on a file that was moved in time.
  public func isTimeShifted(_ legs: [RouteLeg]) -> Bool {
    legs.contains { self[$0.instrument].isTimeShifted }
  }
}

/// One instrument at the end of a replay.
public struct InstrumentReport: Sendable {
  public let instrument: Instrument
  public let statistics: BookStatistics
  public let feed: InstrumentFeed
  public let state: BookSync.State
  public let isCrossed: Bool
  /// Levels a side that the subscription holds; nil for the whole book, or where unknown.
  public let depth: Int?
  public let bidCount: Int
  public let askCount: Int
  /// Of the levels, those with prices that only ``Units/WidePrice`` can hold.
  public let farLevelCount: Int
  /// The best three a side.
  public let bestBids: [Level]
  public let bestAsks: [Level]
  /// SHA-256 over ``Books/OrderBook/digestText(baseDecimals:)``, in hexadecimal; nil for a book
  /// that never had a snapshot.
  public let digest: String?
  public let lastChange: Timestamp?
  public let venueTime: Timestamp?
  /// The first resyncs; ``Books/BookStatistics/resyncs`` counts them all.
  public let resyncs: [Resync]
  public let isTimeShifted: Bool

  init(
    _ instrument: Instrument,
    _ engine: borrowing TradingEngine,
    resyncs: [Resync],
    isTimeShifted: Bool
  ) {
    let book = engine.books[instrument.id]
    self.instrument = instrument
    statistics = book.statistics
    feed = engine.feeds[Int(instrument.id.index)]
    state = book.sync.state
    isCrossed = book.isCrossed
    depth = book.depth
    bidCount = book.bids.count + book.farBids.count
    askCount = book.asks.count + book.farAsks.count
    farLevelCount = book.farBids.count + book.farAsks.count
    bestBids = book.bids.levels(limit: 3)
    bestAsks = book.asks.levels(limit: 3)
    digest =
      book.lastChange.map { _ in
        SHA256.hex(book.digestText(baseDecimals: instrument.base.decimals))
      }
    lastChange = book.lastChange
    venueTime = book.venueTime
    self.resyncs = resyncs
    self.isTimeShifted = isTimeShifted
  }

  /// A stable word for the book's state: `live`, `awaiting_snapshot`, `unusable`, or `crossed`.
  public var stateText: String {
    switch state {
    case .live: isCrossed ? "crossed" : "live"
    case .awaitingSnapshot: "awaiting_snapshot"
    case .unusable: "unusable"
    }
  }
}

/// What one strategy found.
public struct StrategyReport: Sendable {
  /// A window with its orders.
  public struct Entry: Sendable {
    public let legs: [RouteLeg]
    public let record: WindowRecord
  }

  /// The best moment of a route.
  public struct Miss: Sendable {
    public let legs: [RouteLeg]
    public let miss: NearMiss
  }

  /// How many near misses are kept, the best first.
  public static let keptMisses = 10

  public let kind: StrategyKind
  /// Pairs or cycles, each direction counted.
  public let routes: Int
  /// How often a route was looked at.
  public let evaluations: UInt64
  public let totals: WindowTotals
  /// In the order of opening; the first ``WindowTotals/windows``, as many as are kept.
  public let windows: [Entry]
  public let nearMisses: [Miss]

  init(_ kind: StrategyKind, _ engine: borrowing TradingEngine, _ log: borrowing WindowLog) {
    let scanners = engine.scanners
    self.kind = kind
    switch kind {
    case .crossVenue:
      routes = scanners.crossVenue?.routeCount ?? 0
      evaluations = scanners.crossVenue?.evaluations ?? 0
    case .triangular:
      routes = scanners.triangular?.routeCount ?? 0
      evaluations = scanners.triangular?.evaluations ?? 0
    }
    totals = log.totals[kind] ?? WindowTotals()
    windows = log.windows.filter { $0.window.route.strategy == kind }
      .sorted { $0.window.number < $1.window.number }
      .map { Entry(legs: scanners.legs(of: $0.window.route), record: $0) }
    nearMisses = scanners.nearMisses(costs: engine.costs)
      .filter { $0.route.strategy == kind }
      .sorted { ($1.afterFees, $0.route.index) < ($0.afterFees, $1.route.index) }
      .prefix(StrategyReport.keptMisses)
      .map { Miss(legs: scanners.legs(of: $0.route), miss: $0) }
  }
}
