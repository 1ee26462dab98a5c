public import Market
public import Units

/// The books of every instrument, found by its dense number.
public struct BookTable: Sendable {
  @usableFromInline var storage: [OrderBook] = []

  /// What each book offers, kept beside the books: whoever only looks need not touch them.
  @usableFromInline var tops: [BookTop] = []

  /// All books, by the numbers of their instruments.
  public var books: [OrderBook] { storage }

  private let verifiesChecksums: Bool

  public init(verifiesChecksums: Bool = true) { self.verifiesChecksums = verifiesChecksums }

  /// Makes room for an instrument; its number must be the next one.
  public mutating func add(_ instrument: InstrumentID, rule: BookIntegrity) {
    precondition(Int(instrument.index) == storage.count, "instruments are numbered without a gap")
    storage.append(
      OrderBook(instrument: instrument, rule: rule, verifiesChecksums: verifiesChecksums)
    )
    tops.append(.none)
  }

  /// The book of an instrument that was added, to be read or changed in place.
  ///
  /// Inlinable, because a coroutine that is not costs an allocation at each access.
  @inlinable
  public subscript(instrument: InstrumentID) -> OrderBook {
    _read { yield storage[Int(instrument.index)] }
    _modify {
      yield &storage[Int(instrument.index)]
      refresh(Int(instrument.index))
    }
  }

  /// Takes a snapshot or an update of one book, as ``OrderBook/receive(_:isSnapshot:of:at:)``.
  ///
  /// The best prices are looked at again only where they moved: this is what every frame does.
  public mutating func receive(
    _ change: BookChange,
    isSnapshot: Bool,
    of events: borrowing MarketEvents,
    at time: Timestamp
  ) -> OrderBook.Outcome {
    let index = Int(change.instrument.index)
    let outcome = storage[index].receive(change, isSnapshot: isSnapshot, of: events, at: time)
    if outcome.topMoved {
      refresh(index)
    } else if outcome.changed {
      tops[index].lastChange = time
    }
    return outcome
  }

  /// The best prices of a book, or nothing where no decision may rest on it.
  @inlinable
  public func top(of instrument: InstrumentID) -> BookTop { tops[Int(instrument.index)] }

  @usableFromInline
  mutating func refresh(_ index: Int) { tops[index] = storage[index].top() }
}
