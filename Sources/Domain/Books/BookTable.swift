public import Market

/// The books of every instrument, found by its dense number.
public struct BookTable: Sendable {
  public private(set) var books: [OrderBook] = []
  private let verifiesChecksums: Bool

  public init(verifiesChecksums: Bool = true) { self.verifiesChecksums = verifiesChecksums }

  /// Makes room for an instrument; its number must be the next one.
  public mutating func add(_ instrument: InstrumentID, rule: BookIntegrity) {
    precondition(Int(instrument.index) == books.count, "instruments are numbered without a gap")
    books.append(
      OrderBook(instrument: instrument, rule: rule, verifiesChecksums: verifiesChecksums)
    )
  }

  /// The book of an instrument that was added.
  @inlinable
  public subscript(instrument: InstrumentID) -> OrderBook {
    _read { yield books[Int(instrument.index)] }
    _modify { yield &self[at: Int(instrument.index)] }
  }

  @usableFromInline
  subscript(at index: Int) -> OrderBook {
    _read { yield books[index] }
    _modify { yield &books[index] }
  }
}
