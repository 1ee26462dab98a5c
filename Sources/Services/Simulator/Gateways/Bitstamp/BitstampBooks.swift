import Market
import Units

/// A book as it stood at one moment.
struct BitstampSnapshot: Sendable {
  /// Microseconds; a diff with a later stamp holds changes that this one lacks.
  let stamp: Int64
  let bids: [Level]
  let asks: [Level]
}

/// The books of one pair as clients get to see them: a snapshot that is one to two seconds old, and
/// the levels that have changed since the last diff.
///
/// REST is served from a cache, so that it can be older than the first buffered diff (XChange issue
/// 1199). Stamps rise strictly, snapshots included: what a client has buffered with a stamp above
/// the snapshot's is exactly what the snapshot lacks.
struct BitstampBook: Sendable {
  /// How old the cached book is at least; at most it is twice as old.
  static let cacheNanoseconds: Int64 = 1_000_000_000
  /// The time between two diffs.
  ///
  /// On 2021-04-17 they came every 115 to 480 ms, pair by pair.
  static let diffNanoseconds: Int64 = 400_000_000

  private var lastStamp: Int64 = 0
  /// The levels as the subscribers of diffs know them, by raw price; nil without subscribers.
  private var known: (bids: [Int64: Int64], asks: [Int64: Int64])?
  /// What changed since the last diff, by raw price.
  private var changes: (bids: [Int64: Int64], asks: [Int64: Int64]) = ([:], [:])
  /// Whether the book changed since the newer snapshot.
  private var isDirty = false
  private var newer: BitstampSnapshot?
  private var older: BitstampSnapshot?
  private(set) var lastDiff: Timestamp?
  /// Whether subscribers of diffs or of whole books wait for a frame.
  private(set) var isWaiting = false

  init() {}

  /// The stamp of something that happens now: later than any before.
  mutating func nextStamp(_ now: Timestamp) -> Int64 {
    lastStamp = max(now.bitstampMicroseconds, lastStamp + 1)
    return lastStamp
  }

  // MARK: Changes

  /// Takes note of a level's new quantity.
  mutating func change(_ side: BookSide, _ price: Price, _ quantity: Quantity) {
    isDirty = true
    guard known != nil else { return }
    if side == .bid {
      changes.bids[price.raw] = quantity.raw
    } else {
      changes.asks[price.raw] = quantity.raw
    }
  }

  /// Asks for a frame to all subscribers, changed or not.
  mutating func request() { isWaiting = true }

  var hasDiffs: Bool { known != nil }

  /// Starts to count changes from the book as it stands.
  mutating func startDiffs(bids: [Level], asks: [Level]) {
    guard known == nil else { return }
    known = (BitstampBook.table(bids), BitstampBook.table(asks))
    changes = ([:], [:])
  }

  mutating func stopDiffs() {
    known = nil
    changes = ([:], [:])
  }

  private static func table(_ levels: [Level]) -> [Int64: Int64] {
    Dictionary(levels.map { ($0.price.raw, $0.quantity.raw) }, uniquingKeysWith: { $1 })
  }

  /// When the next frame is due; nil when nobody waits.
  func nextDiff(after now: Timestamp) -> Timestamp? {
    guard isWaiting else { return nil }
    guard let lastDiff else { return now }
    return lastDiff.advanced(byNanoseconds: BitstampBook.diffNanoseconds)
  }

  /// What changed since the last diff, best level first; nil when nothing did.
  ///
  /// A level that came and went in between is left out: a deletion of a level that nobody knows was
  /// never recorded.
  mutating func takeDiff(at now: Timestamp) -> (bids: [Level], asks: [Level])? {
    isWaiting = false
    lastDiff = now
    guard var known else { return nil }
    let bids = BitstampBook.apply(changes.bids, to: &known.bids).sorted { $0.price > $1.price }
    let asks = BitstampBook.apply(changes.asks, to: &known.asks).sorted { $0.price < $1.price }
    changes = ([:], [:])
    self.known = known
    return bids.isEmpty && asks.isEmpty ? nil : (bids, asks)
  }

  private static func apply(
    _ changes: [Int64: Int64],
    to known: inout [Int64: Int64]
  ) -> [Level] {
    var levels: [Level] = []
    for (price, quantity) in changes where known[price] ?? 0 != quantity {
      known[price] = quantity == 0 ? nil : quantity
      levels.append(Level(price: Price(raw: price), quantity: Quantity(raw: quantity)))
    }
    return levels
  }

  // MARK: Snapshots

  /// Whether another tick of the cache would change what it serves.
  var needsTick: Bool { isDirty || older?.stamp != newer?.stamp }

  /// Moves the cache on by one step.
  ///
  /// The stamp is that of the diff that was sent just now; nil asks for a new one.
  mutating func tick(
    _ now: Timestamp,
    stamp: Int64?,
    levels: () -> (bids: [Level], asks: [Level])
  ) {
    older = newer
    guard isDirty || newer == nil else { return }
    isDirty = false
    let (bids, asks) = levels()
    newer = BitstampSnapshot(stamp: stamp ?? nextStamp(now), bids: bids, asks: asks)
  }

  /// What the cache serves now; nil before its first step.
  var cached: BitstampSnapshot? { older ?? newer }
}
