import Books
public import Market
import Units

/// What the engine knows of an instrument's feed besides its book.
public struct InstrumentFeed: Hashable, Sendable {
  /// The connection whose snapshot came last; changes of others do not touch the book.
  public internal(set) var connection: ConnectionID?
  public internal(set) var trades = 0
  /// Earlier trades that the venue sent again on subscribing.
  public internal(set) var replayedTrades = 0
  public internal(set) var lastTrade: Trade?
  /// Changes from a connection that does not own the book.
  public internal(set) var foreignChanges = 0
  /// Whether the book has been silent for longer than ``EngineSettings/staleAfterNanoseconds``.
  public internal(set) var isStale = false

  mutating func count(_ trades: ArraySlice<Trade>, isReplay: Bool) {
    if isReplay {
      replayedTrades += trades.count
    } else {
      self.trades += trades.count
      lastTrade = trades.last ?? lastTrade
    }
  }

  /// Forgets what was counted, not whose the book is.
  mutating func resetCounts() {
    trades = 0
    replayedTrades = 0
    foreignChanges = 0
  }
}

/// One connection as the engine sees it.
struct Connection: Sendable {
  let venue: VenueID
  var sequence = ConnectionSequence()
  /// When it opened, where that is known.
  var opened: Timestamp?
  /// The books that it feeds, in the order of their first snapshots.
  var instruments: [InstrumentID] = []
}
