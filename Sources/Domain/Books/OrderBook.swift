public import Market
public import Units

/// The book of one instrument: both sides at full depth, and how far it can be trusted.
///
/// It takes the changes of its feed as they come, checks each by the venue's rule, and says what
/// moved and whether the venue must be asked for a new snapshot. A book that is not
/// ``isUsable`` holds its last levels for a person to look at, and nothing trades on them.
public struct OrderBook: Sendable {
  public let instrument: InstrumentID
  public private(set) var bids: Ladder
  public private(set) var asks: Ladder
  /// Levels beyond the range of a price, best first; they count, and nothing trades on them.
  public private(set) var farBids: [FarLevel] = []
  public private(set) var farAsks: [FarLevel] = []
  public private(set) var sync: BookSync
  /// Levels a side that the subscription holds; nil for the full book.
  public private(set) var depth: Int?
  public private(set) var statistics = BookStatistics()
  /// When the last change was received, and when the venue says it was made.
  public private(set) var lastChange: Timestamp?
  public private(set) var venueTime: Timestamp?
  private var crossedSince: Timestamp?
  private let verifiesChecksums: Bool
  private var held = HeldChanges()

  /// How long a crossed book may be the venue's own doing before a new snapshot is asked for.
  public static let crossedPatienceNanoseconds: Int64 = 1_000_000_000
  /// Levels a side beyond the range of a price that are kept.
  public static let maximumFarLevels = 4_096

  /// An empty book that waits for its first snapshot.
  ///
  /// `verifiesChecksums` says whether to check the venue's CRC-32 after each change, where it sends
  /// one; only a benchmark turns it off.
  public init(instrument: InstrumentID, rule: BookIntegrity, verifiesChecksums: Bool = true) {
    self.instrument = instrument
    self.verifiesChecksums = verifiesChecksums && rule == .checksum
    sync = BookSync(rule: rule)
    bids = Ladder(side: .bid, keepsDigits: self.verifiesChecksums)
    asks = Ladder(side: .ask, keepsDigits: self.verifiesChecksums)
  }

  /// A level whose price only ``Units/WidePrice`` can hold.
  public struct FarLevel: Hashable, Sendable {
    public var price: WidePrice
    public var quantity: Quantity
  }

  /// What a change did.
  public struct Outcome: Hashable, Sendable {
    public var changed: Bool
    public var topMoved: Bool
    /// The book must be fetched anew, and why.
    public var resync: ResyncReason?

    static let nothing = Outcome(changed: false, topMoved: false, resync: nil)
  }

  /// Whether a decision may rest on this book: in step with its venue, two-sided, not crossed.
  public var isUsable: Bool {
    sync.state == .live && crossedSince == nil && bids.count > 0 && asks.count > 0
  }

  public var isCrossed: Bool { crossedSince != nil }

  /// All levels of both sides.
  public var levelCount: Int { bids.count + asks.count + farBids.count + farAsks.count }

  // MARK: Changes of the feed

  /// Takes a snapshot or an update that arrived at `time`.
  public mutating func receive(
    _ change: BookChange,
    isSnapshot: Bool,
    of events: borrowing MarketEvents,
    at time: Timestamp
  ) -> Outcome {
    let wasWaiting = sync.state != .live
    let action = isSnapshot ? sync.snapshotReceived(change) : sync.updateReceived(change)
    switch action {
    case .apply where isSnapshot || wasWaiting:
      return load(change, of: events, at: time)
    case .apply:
      return apply(change, of: events, at: time)
    case .ignore:
      statistics.ignored += 1
      return .nothing
    case .hold:
      guard held.append(change, of: events) else {
        held.removeAll()
        sync.forgetHeld()
        return report(sync.resync(.tooManyHeld))
      }
      return .nothing
    case .resync:
      // The held changes stay: the next snapshot is to be joined with them.
      return report(action)
    }
  }

  /// The book is wrong for a reason that the feed itself cannot show.
  public mutating func invalidate(_ reason: ResyncReason) -> Outcome {
    held.removeAll()
    sync.forgetHeld()
    crossedSince = nil
    return report(sync.resync(reason))
  }

  /// The connection or the subscription ended.
  public mutating func reset() {
    sync.reset()
    held.removeAll()
    crossedSince = nil
    depth = nil
  }

  /// The venue confirmed a subscription of so many levels a side.
  public mutating func subscribed(depth: Int?) {
    sync.reset()
    held.removeAll()
    self.depth = depth
  }

  /// Sets every count to zero; the book stays as it is.
  public mutating func resetStatistics() { statistics = BookStatistics() }

  public mutating func countStale() { statistics.staleMoments += 1 }

  // MARK: Applying

  private mutating func load(
    _ change: BookChange,
    of events: borrowing MarketEvents,
    at time: Timestamp
  ) -> Outcome {
    statistics.snapshots += 1
    let levels = events.levels[change.levels]
    bids.load(levels)
    asks.load(levels)
    farBids.removeAll(keepingCapacity: true)
    farAsks.removeAll(keepingCapacity: true)
    for index in change.farLevels { applyFar(events.farLevels[index]) }
    if sync.rule == .checksum, depth == nil { depth = subscribableDepth(of: levels) }
    var outcome = settle(change, topMoved: true, at: time)
    if outcome.resync == nil { outcome = joinHeld(at: time) ?? outcome }
    return outcome
  }

  private mutating func apply(
    _ change: BookChange,
    of events: borrowing MarketEvents,
    at time: Timestamp
  ) -> Outcome {
    statistics.updates += 1
    var topMoved = false
    for index in change.levels {
      let update = events.levels[index]
      let moved =
        switch update.side {
        case .bid: bids.apply(update)
        case .ask: asks.apply(update)
        }
      if moved == .top { topMoved = true }
    }
    if change.firstFarLevel < change.endFarLevel {
      for index in change.farLevels { applyFar(events.farLevels[index]) }
    }
    if let depth {
      if bids.count > depth { bids.truncate(to: depth) }
      if asks.count > depth { asks.truncate(to: depth) }
    }
    return settle(change, topMoved: topMoved, at: time)
  }

  /// Applies what was held for the snapshot, as far as it is newer.
  private mutating func joinHeld(at time: Timestamp) -> Outcome? {
    guard !held.isEmpty else { return nil }
    let waiting = held
    held.removeAll()
    var last: Outcome?
    for change in waiting.changes where sync.updateReceived(change) == .apply {
      last = apply(change, of: waiting.events, at: time)
      if last?.resync != nil { break }
    }
    last?.topMoved = true
    return last
  }

  /// What follows every change: the checksum, the crossed test, the times.
  private mutating func settle(
    _ change: BookChange,
    topMoved: Bool,
    at time: Timestamp
  ) -> Outcome {
    lastChange = time
    venueTime = change.venueTime ?? venueTime
    if verifiesChecksums, let stated = change.checksum {
      let computed = checksum()
      guard computed == stated else {
        statistics.checksumFailures += 1
        return report(sync.resync(.checksumMismatch(stated: stated, computed: computed)))
      }
      statistics.checksumMatches += 1
    }
    if topMoved {
      guard farBids.isEmpty, asks.count > 0 || farAsks.isEmpty else {
        return report(sync.resync(.priceOutOfRange))
      }
      if let bid = bids.best, let ask = asks.best, bid.price >= ask.price {
        if crossedSince == nil {
          crossedSince = time
          statistics.crossedMoments += 1
        }
      } else {
        crossedSince = nil
      }
    }
    if let crossedSince,
      time.nanoseconds(since: crossedSince) > OrderBook.crossedPatienceNanoseconds
    {
      return report(sync.resync(.crossed))
    }
    return Outcome(changed: true, topMoved: topMoved, resync: nil)
  }

  private mutating func report(_ action: BookSync.Action) -> Outcome {
    guard case .resync(let reason) = action else { return .nothing }
    statistics.resyncs += 1
    if case .sequenceGap = reason { statistics.gaps += 1 }
    return Outcome(changed: true, topMoved: true, resync: reason)
  }

  // MARK: Far levels

  private mutating func applyFar(_ update: FarLevelUpdate) {
    switch update.side {
    case .bid: OrderBook.set(update, in: &farBids) { $0 > $1 }
    case .ask: OrderBook.set(update, in: &farAsks) { $0 < $1 }
    }
  }

  private static func set(
    _ update: FarLevelUpdate,
    in levels: inout [FarLevel],
    isBetter: (WidePrice, WidePrice) -> Bool
  ) {
    let index =
      levels.firstIndex { !isBetter($0.price, update.price) } ?? levels.endIndex
    let exists = index < levels.endIndex && levels[index].price == update.price
    switch (exists, update.quantity.isZero) {
    case (true, true): levels.remove(at: index)
    case (true, false): levels[index].quantity = update.quantity
    case (false, false) where levels.count < maximumFarLevels:
      levels.insert(FarLevel(price: update.price, quantity: update.quantity), at: index)
    case (false, _): break
    }
  }
}

/// The depths that Kraken offers; the smallest that holds the snapshot.
///
/// Used only when the subscription's answer was not recorded.
private func subscribableDepth(of levels: ArraySlice<LevelUpdate>) -> Int {
  let bids = levels.count { $0.side == .bid }
  let deepest = max(bids, levels.count - bids)
  return [10, 25, 100, 500, 1000].first { $0 >= deepest } ?? deepest
}

/// What happened to one book since it was made.
public struct BookStatistics: Hashable, Sendable {
  public var snapshots = 0
  public var updates = 0
  /// Changes that were old, or came while the book waited for a snapshot.
  public var ignored = 0
  public var gaps = 0
  public var checksumMatches = 0
  public var checksumFailures = 0
  public var resyncs = 0
  public var crossedMoments = 0
  public var staleMoments = 0

  public init() {}
}
