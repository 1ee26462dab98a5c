public import Market

/// Keeps one book in step with its venue: a pure state machine, no I/O.
///
/// Every change of the feed goes through it before it touches the book, and it answers with the one
/// thing to do. Which rule it follows is the venue's ``Market/BookIntegrity``.
public struct BookSync: Sendable {
  /// What to do with a change.
  public enum Action: Hashable, Sendable {
    case apply
    /// It is old, or the book waits for a snapshot.
    case ignore
    /// Keep it until the snapshot has come.
    case hold
    /// The book is wrong from here on: stop using it and ask the venue for a new one.
    case resync(ResyncReason)
  }

  /// How far the book can be trusted.
  public enum State: Hashable, Sendable {
    case awaitingSnapshot
    case live
    case unusable(ResyncReason)
  }

  public let rule: BookIntegrity
  public private(set) var state = State.awaitingSnapshot
  private var lastUpdateID: UInt64 = 0
  /// The first held change, by its update number; what a snapshot must reach back to.
  private var firstHeldID: UInt64?

  public init(rule: BookIntegrity) { self.rule = rule }

  /// A whole book arrived.
  public mutating func snapshotReceived(_ change: BookChange) -> Action {
    if rule == .snapshotJoin {
      switch (state, firstHeldID) {
      case (_, let firstHeldID?) where change.lastUpdateID < firstHeldID:
        // A cached answer, older than everything held: changes between the two may be lost.
        return resync(.snapshotTooOld)
      case (.unusable, nil):
        // A cached answer may lack the very change that was missed; one that holds a later change
        // of the feed cannot.
        return resync(.snapshotTooOld)
      case (.live, _) where change.lastUpdateID < lastUpdateID: return .ignore
      default: break
      }
    }
    firstHeldID = nil
    lastUpdateID = change.lastUpdateID
    state = .live
    return .apply
  }

  /// A change to the book arrived.
  public mutating func updateReceived(_ change: BookChange) -> Action {
    switch (rule, state) {
    case (.updateIDs, .live) where change.lastUpdateID == 0:
      // The venue has a second feed that is not numbered, as Gemini does.
      return .apply
    case (.updateIDs, .awaitingSnapshot) where change.lastUpdateID == 0:
      return .ignore
    case (.updateIDs, .awaitingSnapshot) where change.firstUpdateID == change.lastUpdateID:
      // The first change of a fresh subscription is the whole book.
      return snapshotReceived(change)
    case (.snapshotJoin, .awaitingSnapshot), (.snapshotJoin, .unusable):
      if firstHeldID == nil { firstHeldID = change.firstUpdateID }
      return .hold
    case (_, .awaitingSnapshot), (_, .unusable):
      return .ignore
    case (.updateIDs, .live):
      guard change.lastUpdateID > lastUpdateID else { return .ignore }
      // Numbers are the venue's, not the symbol's: the next change starts at the last or after it.
      guard change.firstUpdateID <= lastUpdateID &+ 1 else {
        return resync(.sequenceGap(expected: lastUpdateID &+ 1, received: change.firstUpdateID))
      }
      lastUpdateID = change.lastUpdateID
      return .apply
    case (.snapshotJoin, .live):
      guard change.lastUpdateID > lastUpdateID else { return .ignore }
      lastUpdateID = change.lastUpdateID
      return .apply
    case (.none, .live), (.connectionSequence, .live), (.checksum, .live):
      return .apply
    }
  }

  /// Whether a feed that begins with this change misses nothing that the snapshot lacks.
  ///
  /// A snapshot from a cache may be older than the feed: what happened between the two is lost,
  /// unless the feed is seen to begin at or before the snapshot.
  public func reaches(_ change: BookChange) -> Bool {
    state == .live && change.firstUpdateID <= lastUpdateID
  }

  /// The stamp of the last snapshot or change of a ``Market/BookIntegrity/snapshotJoin`` feed.
  public var snapshotMicroseconds: Int64 { Int64(clamping: lastUpdateID) }

  /// Something outside of this machine found the book wrong; the answer is always to resync.
  public mutating func resync(_ reason: ResyncReason) -> Action {
    state = .unusable(reason)
    return .resync(reason)
  }

  /// The connection is gone, or the channel was unsubscribed: nothing held is of use.
  public mutating func reset() {
    state = .awaitingSnapshot
    firstHeldID = nil
    lastUpdateID = 0
  }

  /// What was held can no longer be kept; a later snapshot has to reach the next change.
  mutating func forgetHeld() { firstHeldID = nil }
}

/// Why a book must be fetched anew.
public enum ResyncReason: Hashable, Sendable {
  case sequenceGap(expected: UInt64, received: UInt64)
  case checksumMismatch(stated: UInt32, computed: UInt32)
  /// Bid at or above ask for longer than a moment.
  case crossed
  /// A frame of this connection could not be read, and it may have been for this book.
  case unreadableFrame
  /// The snapshot is older than the changes that were held for it.
  case snapshotTooOld
  /// More changes came before the snapshot than are kept.
  case tooManyHeld
  /// The best price is beyond what can be traded on.
  case priceOutOfRange
}

extension ResyncReason: CustomStringConvertible {
  /// A stable code, for reports and metrics.
  public var code: String {
    switch self {
    case .sequenceGap: "sequence_gap"
    case .checksumMismatch: "checksum_mismatch"
    case .crossed: "crossed"
    case .unreadableFrame: "unreadable_frame"
    case .snapshotTooOld: "snapshot_too_old"
    case .tooManyHeld: "too_many_held"
    case .priceOutOfRange: "price_out_of_range"
    }
  }

  public var description: String {
    switch self {
    case .sequenceGap(let expected, let received):
      "sequence gap: expected \(expected), received \(received)"
    case .checksumMismatch(let stated, let computed):
      "checksum mismatch: the venue states \(stated), the book has \(computed)"
    case .crossed: "bid at or above ask"
    case .unreadableFrame: "a frame could not be read"
    case .snapshotTooOld: "snapshot older than the changes held for it"
    case .tooManyHeld: "too many changes before the snapshot"
    case .priceOutOfRange: "best price out of range"
    }
  }
}
