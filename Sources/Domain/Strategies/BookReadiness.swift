import Books
import Market
import Units

extension OrderBook {
  /// Until when this book counts as fresh: it does while the time is before.
  func freshUntil(maximumAge: Int64) -> Timestamp {
    (lastChange ?? Timestamp(nanoseconds: .min)).advanced(byNanoseconds: maximumAge)
  }
}

/// The best prices of a book that a decision may rest on.
struct Touch {
  let bid: Int64
  let ask: Int64
}

/// Why a route cannot be looked at now.
struct Hindrance {
  let reason: WindowClosing
  /// Since when; not after the moment of looking.
  let since: Timestamp
}

/// The best prices of an instrument, or what keeps it from being looked at.
enum Reading {
  case touch(Touch)
  case hindered(Hindrance)

  /// Reads a book at `time`; it has to be usable, younger than `maximumAge`, and priced above zero.
  @inline(__always)
  init(_ book: borrowing OrderBook, at time: Timestamp, maximumAge: Int64) {
    guard book.isUsable, let bid = book.bids.best, let ask = book.asks.best, bid.price.raw > 0,
      ask.price.raw > 0
    else {
      self = .hindered(Hindrance(reason: .bookUnusable, since: time))
      return
    }
    let end = book.freshUntil(maximumAge: maximumAge)
    guard time < end else {
      self = .hindered(Hindrance(reason: .stale, since: end))
      return
    }
    self = .touch(Touch(bid: bid.price.raw, ask: ask.price.raw))
  }
}
