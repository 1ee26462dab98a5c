import Books
import Engine
public import Market
public import Units

/// What a report draws: how the market moved over the time of a replay, in bounded memory.
///
/// Time is cut into bins of equal width. When a recording outgrows them, neighbours are joined and
/// the width doubles, so that any length fits.
public struct MarketSeries: Sendable {
  /// The most bins.
  public static let capacity = 480
  /// The most lines of each kind; instruments and pairs beyond are left out and counted.
  public static let maximumLines = 64

  /// One value that changes over time, in one bin: its range and its last.
  public struct Bin: Hashable, Sendable {
    public var least: Double
    public var most: Double
    public var last: Double
    public var count: Int

    init(_ value: Double) {
      least = value
      most = value
      last = value
      count = 1
    }

    mutating func add(_ value: Double) {
      least = min(least, value)
      most = max(most, value)
      last = value
      count += 1
    }

    mutating func join(_ later: Bin) {
      least = min(least, later.least)
      most = max(most, later.most)
      last = later.last
      count += later.count
    }
  }

  /// One line of a picture; a bin in which nothing happened is nil.
  public struct Line: Sendable {
    public internal(set) var bins: [Bin?] = []

    mutating func add(_ value: Double, at bin: Int) {
      while bins.count <= bin { bins.append(nil) }
      if bins[bin] == nil { bins[bin] = Bin(value) } else { bins[bin]?.add(value) }
    }

    mutating func halve() {
      var joined: [Bin?] = []
      for index in stride(from: 0, to: bins.count, by: 2) {
        let later = index + 1 < bins.count ? bins[index + 1] : nil
        if var bin = bins[index] {
          if let later { bin.join(later) }
          joined.append(bin)
        } else {
          joined.append(later)
        }
      }
      bins = joined
    }
  }

  /// An ordered pair of instruments of one symbol: buy at the first, sell at the second.
  public struct Pair: Hashable, Comparable, Sendable {
    public let buyer: InstrumentID
    public let seller: InstrumentID

    public static func < (lhs: Pair, rhs: Pair) -> Bool {
      (lhs.buyer, lhs.seller) < (rhs.buyer, rhs.seller)
    }
  }

  /// The start of the first bin.
  public private(set) var origin: Timestamp?
  public private(set) var widthNanoseconds: Int64 = 1_000_000
  /// What buying at one venue and selling at another would gain at the best prices before costs, in
  /// basis points of the price paid.
  public private(set) var spreads: [Pair: Line] = [:]
  /// (Bids − asks) ÷ (bids + asks) over the best ten levels a side, −1 to 1.
  public private(set) var imbalances: [InstrumentID: Line] = [:]
  /// Ask − bid, in basis points of the bid.
  public private(set) var ownSpreads: [InstrumentID: Line] = [:]
  /// A bin's `count` is how many updates it saw.
  public private(set) var updates: [InstrumentID: Line] = [:]
  public private(set) var omittedLines = 0

  init() {}

  public var binCount: Int {
    (Array(updates.values) + Array(spreads.values)).map(\.bins.count).max() ?? 0
  }

  mutating func observe(_ events: borrowing MarketEvents, _ engine: borrowing TradingEngine) {
    for index in events.events.indices {
      switch events.events[index] {
      case .update(let change), .snapshot(let change): observe(change.instrument, engine)
      default: break
      }
    }
  }

  private mutating func observe(_ instrument: InstrumentID, _ engine: borrowing TradingEngine) {
    guard let bin = bin(at: engine.now) else { return }
    guard updates[instrument] != nil || updates.count < MarketSeries.maximumLines else {
      omittedLines += 1
      return
    }
    updates[instrument, default: Line()].add(1, at: bin)
    guard let touch = MarketSeries.touch(engine, instrument) else { return }
    ownSpreads[instrument, default: Line()]
      .add((touch.ask - touch.bid) / touch.bid * 10_000, at: bin)
    if let imbalance = MarketSeries.imbalance(engine, instrument) {
      imbalances[instrument, default: Line()].add(imbalance, at: bin)
    }
    let symbol = engine.registry[instrument].symbol
    for other in engine.registry.instruments
    where other.symbol == symbol && other.id != instrument {
      guard let far = MarketSeries.touch(engine, other.id) else { continue }
      add(Pair(buyer: instrument, seller: other.id), (far.bid / touch.ask - 1) * 10_000, bin)
      add(Pair(buyer: other.id, seller: instrument), (touch.bid / far.ask - 1) * 10_000, bin)
    }
  }

  private mutating func add(_ pair: Pair, _ basisPoints: Double, _ bin: Int) {
    guard spreads[pair] != nil || spreads.count < MarketSeries.maximumLines else {
      omittedLines += 1
      return
    }
    spreads[pair, default: Line()].add(basisPoints, at: bin)
  }

  /// The bin of a time; nil before the first and without a time.
  private mutating func bin(at time: Timestamp) -> Int? {
    guard time.nanoseconds > .min else { return nil }
    let start = origin ?? time
    origin = start
    guard time >= start else { return nil }
    while time.nanoseconds(since: start) / widthNanoseconds >= Int64(MarketSeries.capacity) {
      widthNanoseconds *= 2
      for key in spreads.keys { spreads[key]?.halve() }
      for key in imbalances.keys { imbalances[key]?.halve() }
      for key in ownSpreads.keys { ownSpreads[key]?.halve() }
      for key in updates.keys { updates[key]?.halve() }
    }
    return Int(time.nanoseconds(since: start) / widthNanoseconds)
  }

  /// The best prices of a book that can be trusted; for drawing only, hence floating point.
  private static func touch(
    _ engine: borrowing TradingEngine,
    _ instrument: InstrumentID
  ) -> (bid: Double, ask: Double)? {
    guard engine.books[instrument].isUsable, let bid = engine.books[instrument].bids.best,
      let ask = engine.books[instrument].asks.best, bid.price.raw > 0
    else { return nil }
    return (Double(bid.price.raw), Double(ask.price.raw))
  }

  private static func imbalance(
    _ engine: borrowing TradingEngine,
    _ instrument: InstrumentID
  ) -> Double? {
    let bids = engine.books[instrument].bids.levels(limit: 10)
      .reduce(0.0) { $0 + Double($1.quantity.raw) }
    let asks = engine.books[instrument].asks.levels(limit: 10)
      .reduce(0.0) { $0 + Double($1.quantity.raw) }
    return bids + asks > 0 ? (bids - asks) / (bids + asks) : nil
  }
}
