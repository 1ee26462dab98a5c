public import Market
public import Units

/// Figures of one book over a time, from its level changes and trades: the same for a simulated
/// and a recorded one.
///
/// Memory is bounded by the book itself, by ``maximumSamples``, and by a histogram.
public struct MarketStatistics: Sendable {
  /// The most samples of spread and depth; when they are full, every other goes and the interval
  /// doubles.
  public static let maximumSamples = 4_096

  /// What was found.
  public struct Summary: Hashable, Sendable {
    public var seconds: Double
    /// Level changes.
    public var updatesPerSecond: Double
    public var tradesPerSecond: Double
    /// The middle one of the samples.
    public var spreadBasisPoints: Double
    /// What rests within 10, 25, and 50 basis points of the middle, in the quote asset, on the mean
    /// of both sides; the middle ones of the samples.
    public var depth10: Double
    public var depth25: Double
    public var depth50: Double
    /// The share of changes at one of the five best levels of a side, by its place before the
    /// change.
    public var topShare: Double
    /// The share of changes that took a level away.
    public var removalShare: Double
    /// How long the middle one lived of the levels that came and went in the time, in seconds; zero
    /// without any.
    public var levelLifeSeconds: Double
    /// How often the best bid or ask became another price, per second.
    public var touchesPerSecond: Double
    public var bidLevels: Int
    public var askLevels: Int
    /// Moments at which a bid was at or above an ask.
    public var crossedMoments: Int
  }

  fileprivate struct Resting {
    let price: Int64
    var quantity: Int64
    /// Nil for one that was there from the start.
    let since: Timestamp?
  }

  private struct Sample {
    let spread: Double
    let depths: [Double]
  }

  private static let reaches = [10.0, 25, 50]
  private let unit: Double
  /// The feed's own depth: a level that others push beyond it is no longer told of.
  private let depth: Int?
  /// Of a feed that tells of all: how much of a side counts, as if it told of no more.
  private let window: Int?
  /// The best is last.
  private var bids: [Resting] = []
  private var asks: [Resting] = []
  private var start: Timestamp?
  private var last: Timestamp?
  private var changes = 0
  private var trades = 0
  private var topChanges = 0
  private var removals = 0
  private var touchChanges = 0
  private var crossed = 0
  private var touch: (bid: Int64, ask: Int64) = (0, 0)
  /// Lives by powers of two of a microsecond, four steps each.
  private var lives = Array(repeating: 0, count: 160)
  private var samples: [Sample] = []
  private var interval: Int64 = 50_000_000
  private var nextSample: Timestamp?

  /// - Parameters:
  ///   - base: the asset that quantities count.
  ///   - depth: how many levels of a side the feed tells of; nil for all.
  ///   - window: counts only changes among so many best levels of a feed that tells of all, and for
  ///     each level taken away there one more: the level that a feed so deep would tell of instead.
  public init(base: Asset, depth: Int? = nil, window: Int? = nil) {
    var unit = 1.0
    for _ in 0..<base.decimals { unit *= 10 }
    self.unit = unit
    self.depth = depth
    self.window = window
  }

  // MARK: What happens

  /// The book as it is at the start, or once more after an interruption.
  public mutating func snapshot(bids: [Level], asks: [Level], at time: Timestamp) {
    self.bids = bids.sorted { $0.price < $1.price }.map {
      Resting(price: $0.price.raw, quantity: $0.quantity.raw, since: nil)
    }
    self.asks = asks.sorted { $0.price > $1.price }.map {
      Resting(price: $0.price.raw, quantity: $0.quantity.raw, since: nil)
    }
    if start == nil {
      start = time
      nextSample = time
    }
    pass(to: time)
    touch = (self.bids.last?.price ?? 0, self.asks.last?.price ?? 0)
  }

  /// A level has this quantity from now on; zero when it is gone.
  public mutating func change(
    _ side: BookSide,
    _ price: Price,
    _ quantity: Quantity,
    at time: Timestamp
  ) {
    pass(to: time)
    guard start != nil else { return }
    let outcome =
      side == .bid
      ? setLevel(&bids, depth, price.raw, quantity.raw, at: time) { $0 < $1 }
      : setLevel(&asks, depth, price.raw, quantity.raw, at: time) { $0 > $1 }
    if let window {
      guard outcome.place < window else { return }
      if quantity.isZero, (side == .bid ? bids : asks).count >= window { changes += 1 }
    }
    changes += 1
    if outcome.place < 5 { topChanges += 1 }
    if quantity.isZero { removals += 1 }
    if let since = outcome.bornAt { lived(time.nanoseconds(since: since)) }
  }

  /// The changes that belong together are all told: only now is the top looked at.
  public mutating func settle() {
    if let bid = bids.last?.price, let ask = asks.last?.price, bid >= ask { crossed += 1 }
    let now = (bids.last?.price ?? 0, asks.last?.price ?? 0)
    if now != touch { touchChanges += 1 }
    touch = now
  }

  public mutating func trade(at time: Timestamp) {
    pass(to: time)
    if start != nil { trades += 1 }
  }

  private mutating func lived(_ nanoseconds: Int64) {
    let microseconds = max(1, nanoseconds / 1_000)
    let power = 63 - microseconds.leadingZeroBitCount
    let quarter = power >= 2 ? Int((microseconds >> Int64(power - 2)) & 3) : 0
    lives[min(lives.count - 1, power * 4 + quarter)] += 1
  }

  // MARK: Samples

  private mutating func pass(to time: Timestamp) {
    if last.map({ $0 < time }) ?? true { last = time }
    while let due = nextSample, due <= time {
      sample()
      nextSample = due.advanced(byNanoseconds: interval)
    }
  }

  private mutating func sample() {
    guard let bid = bids.last, let ask = asks.last else { return }
    let middle = (Double(bid.price) + Double(ask.price)) / 2
    var depths: [Double] = []
    for reach in MarketStatistics.reaches {
      var sum = 0.0
      for level in bids.reversed().prefix(window ?? .max) {
        guard Double(level.price) >= middle * (1 - reach / 10_000) else { break }
        sum += Double(level.price) / 1e10 * (Double(level.quantity) / unit)
      }
      for level in asks.reversed().prefix(window ?? .max) {
        guard Double(level.price) <= middle * (1 + reach / 10_000) else { break }
        sum += Double(level.price) / 1e10 * (Double(level.quantity) / unit)
      }
      depths.append(sum / 2)
    }
    samples.append(
      Sample(spread: Double(ask.price - bid.price) / middle * 10_000, depths: depths)
    )
    if samples.count >= MarketStatistics.maximumSamples {
      samples = samples.indices.filter { $0.isMultiple(of: 2) }.map { samples[$0] }
      interval *= 2
    }
  }

  // MARK: Results

  /// The figures so far; nil before any time has passed.
  public var summary: Summary? {
    guard let start, let last, start < last, !samples.isEmpty else { return nil }
    let seconds = Double(last.nanoseconds(since: start)) / 1e9
    func middle(_ value: (Sample) -> Double) -> Double {
      let sorted = samples.map(value).sorted()
      return sorted[sorted.count / 2]
    }
    return Summary(
      seconds: seconds,
      updatesPerSecond: Double(changes) / seconds,
      tradesPerSecond: Double(trades) / seconds,
      spreadBasisPoints: middle(\.spread),
      depth10: middle { $0.depths[0] },
      depth25: middle { $0.depths[1] },
      depth50: middle { $0.depths[2] },
      topShare: Double(topChanges) / Double(max(1, changes)),
      removalShare: Double(removals) / Double(max(1, changes)),
      levelLifeSeconds: medianLife,
      touchesPerSecond: Double(touchChanges) / seconds,
      bidLevels: bids.count,
      askLevels: asks.count,
      crossedMoments: crossed
    )
  }

  private var medianLife: Double {
    let total = lives.reduce(0, +)
    guard total > 0 else { return 0 }
    var seen = 0
    for (place, count) in lives.enumerated() {
      seen += count
      guard 2 * seen >= total else { continue }
      let power = Double(sign: .plus, exponent: place / 4, significand: 1)
      return power * (1 + (Double(place % 4) + 0.5) / 4) / 1e6
    }
    return 0
  }
}

/// Sets a level of one side, whose best is last.
///
/// - Returns: how many levels were better, and since when a level was there that is gone now, if it
///   came after the start.
private func setLevel(
  _ levels: inout [MarketStatistics.Resting],
  _ depth: Int?,
  _ price: Int64,
  _ quantity: Int64,
  at time: Timestamp,
  isWorse: (Int64, Int64) -> Bool
) -> (place: Int, bornAt: Timestamp?) {
  var (low, high) = (0, levels.count)
  while low < high {
    let middle = (low + high) / 2
    if isWorse(levels[middle].price, price) { low = middle + 1 } else { high = middle }
  }
  let isThere = low < levels.count && levels[low].price == price
  let place = levels.count - low - (isThere ? 1 : 0)
  if quantity == 0 {
    return (place, isThere ? levels.remove(at: low).since : nil)
  }
  if isThere {
    levels[low].quantity = quantity
  } else {
    levels.insert(MarketStatistics.Resting(price: price, quantity: quantity, since: time), at: low)
    if let depth, levels.count > depth { levels.removeFirst(levels.count - depth) }
  }
  return (place, nil)
}
