import Books
import Codecs
import Engine
import Intake
import Market
import Units
import VenueCatalog
import VenueKit

/// Where a book and the venue's own, as it is over REST, did not agree.
///
/// The answer may be some seconds old, so one difference says nothing; one that is there again
/// later, the same on both sides, was never a matter of age.
struct BookComparison {
  struct Place: Hashable {
    var side: BookSide
    var price: Int64
  }

  struct Difference: Hashable {
    var ours: Int64
    var theirs: Int64
  }

  private(set) var differences: [Place: Difference] = [:]

  /// Compares as far down as both go, where one of them is cut off; quantities may differ by less
  /// than `tolerance`, where answers are rounded.
  init(
    _ book: borrowing OrderBook,
    _ theirs: borrowing MarketEvents,
    _ change: BookChange,
    tolerance: Int64
  ) {
    for side in [BookSide.bid, .ask] {
      let ladder = side == .bid ? book.bids.levels() : book.asks.levels()
      var quantities: [Int64: Int64] = [:]
      var worst: Int64?
      for index in change.levels where theirs.levels[index].side == side {
        let price = theirs.levels[index].price.raw
        quantities[price] = theirs.levels[index].quantity.raw
        worst = worst.map { side == .bid ? min($0, price) : max($0, price) } ?? price
      }
      func isSeen(_ price: Int64) -> Bool {
        guard book.depth != nil, let worst, let last = ladder.last?.price.raw else { return true }
        return side == .bid ? price >= max(worst, last) : price <= min(worst, last)
      }
      for level in ladder where isSeen(level.price.raw) {
        let found = quantities.removeValue(forKey: level.price.raw) ?? 0
        if abs(found - level.quantity.raw) >= tolerance {
          differences[Place(side: side, price: level.price.raw)] = Difference(
            ours: level.quantity.raw,
            theirs: found
          )
        }
      }
      for (price, quantity) in quantities where isSeen(price) && quantity >= tolerance {
        differences[Place(side: side, price: price)] = Difference(ours: 0, theirs: quantity)
      }
    }
  }

  /// Whether some difference has lasted since an earlier comparison.
  func confirms(_ earlier: BookComparison) -> Bool {
    differences.contains { earlier.differences[$0.key] == $0.value }
  }
}

/// Now and then, books are compared with the venue's own over REST.
///
/// Bitstamp numbers nothing, and Kraken's checksum covers ten levels of a side: what is lost there
/// shows only later, or never. Venues whose every frame is numbered are left alone.
extension VenueSession {
  /// How long after a difference it is looked for again, in nanoseconds: longer than answers are
  /// kept in caches.
  static let confirmationNanoseconds: Int64 = 5_000_000_000

  private var comparesBooks: Bool {
    switch venue.capabilities.integrity {
    case .none, .checksum, .snapshotJoin: true
    case .connectionSequence, .updateIDs: false
    }
  }

  /// Kraken's REST answers have quantities in three decimal places, whatever its sockets say
  /// (recorded); others have all digits.
  private func tolerance(of base: Asset) -> Int64 {
    guard venue.capabilities.integrity == .checksum else { return 1 }
    return (0..<max(0, base.decimals - 3)).reduce(1) { value, _ in value * 10 }
  }

  func startComparisons(at now: Timestamp) {
    guard comparesBooks, settings.comparisonNanoseconds > 0 else { return }
    for index in subscriptions.indices where subscriptions[index].isWanted {
      guard subscriptions[index].state == .live, isUp(subscriptions[index]) else {
        subscriptions[index].comparison = nil
        subscriptions[index].nextComparison = nil
        continue
      }
      guard let due = subscriptions[index].nextComparison else {
        let wait = settings.comparisonNanoseconds
        subscriptions[index].nextComparison = now.advanced(byNanoseconds: wait)
        continue
      }
      guard due <= now, !subscriptions[index].isFetching,
        let wire = subscriptions[index].wireSymbol, requestBudget.take(at: now) == nil
      else { continue }
      subscriptions[index].isFetching = true
      subscriptions[index].nextComparison = now.advanced(
        byNanoseconds: settings.comparisonNanoseconds
      )
      fetch(venue.bookTarget(of: wire), .comparison(subscription: index, wireSymbol: wire))
    }
  }

  /// Looks at the venue's own book; what it says reaches neither the engine nor a recording.
  func compare(
    _ index: Int,
    _ wireSymbol: String,
    with body: [UInt8],
    at now: Timestamp
  ) throws(WireError) {
    guard subscriptions[index].state == .live, let instrument = subscriptions[index].instrument,
      let connection = subscriptions[index].connection
    else { return }
    var symbols = SymbolTable()
    guard symbols.insert(wireSymbol, desk.intake.engine.registry[instrument]) else { return }
    var events = MarketEvents()
    try venue.decodeBook(body.span, of: wireSymbol, symbols: symbols, into: &events)
    guard case .snapshot(let change)? = events.events.first else { return }
    health.comparisons += 1
    let found = BookComparison(
      desk.intake.engine.books[instrument],
      events,
      change,
      tolerance: tolerance(of: desk.intake.engine.registry[instrument].base)
    )
    guard !found.differences.isEmpty else {
      subscriptions[index].comparison = nil
      return
    }
    guard let earlier = subscriptions[index].comparison else {
      subscriptions[index].comparison = found
      let wait = VenueSession.confirmationNanoseconds
      subscriptions[index].nextComparison = now.advanced(byNanoseconds: wait)
      return
    }
    subscriptions[index].comparison = nil
    guard found.confirms(earlier) else { return }
    health.differences += 1
    health.resyncs += 1
    problem("the book of \(subscriptions[index].symbol) differs from the venue's", at: now)
    // The end of the subscription, once the venue confirms it, empties the book; live and in a
    // replay alike.
    subscriptions[index].state = .ending(since: now)
    send(venue.unsubscriptions(from: [wireSymbol]), on: connection, at: now)
  }
}
