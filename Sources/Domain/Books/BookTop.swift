import Market
public import Units

/// The best prices of a book and when it last changed: what a quick look needs, and no more.
@frozen
public struct BookTop: Hashable, Sendable {
  /// Raw prices; zero, both of them, where no decision may rest on the book.
  public let bid: Int64
  public let ask: Int64
  /// When the book last changed; the distant past where it never did.
  public internal(set) var lastChange: Timestamp

  public init(bid: Int64, ask: Int64, lastChange: Timestamp) {
    self.bid = bid
    self.ask = ask
    self.lastChange = lastChange
  }

  /// A book without prices.
  public static let none = BookTop(bid: 0, ask: 0, lastChange: Timestamp(nanoseconds: .min))

  /// Whether there are prices to rest a decision on.
  @inlinable
  public var isUsable: Bool { bid > 0 }
}

extension OrderBook {
  /// What the book offers now.
  ///
  /// Mutating, though it changes nothing: so an array's element is read where it is, and not copied
  /// with a reference count for each of its own arrays.
  mutating func top() -> BookTop {
    let last = lastChange ?? Timestamp(nanoseconds: .min)
    guard isUsable, let bid = bids.best, let ask = asks.best, bid.price.raw > 0 else {
      return BookTop(bid: 0, ask: 0, lastChange: last)
    }
    return BookTop(bid: bid.price.raw, ask: ask.price.raw, lastChange: last)
  }
}
