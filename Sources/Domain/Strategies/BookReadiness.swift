import Books
import Market
import Units

extension BookTop {
  /// Until when this book counts as fresh: it does while the time is before.
  @inline(__always)
  func freshUntil(maximumAge: Int64) -> Timestamp {
    lastChange.advanced(byNanoseconds: maximumAge)
  }
}

/// Why a route cannot be looked at now.
struct Hindrance {
  let reason: WindowClosing
  /// Since when; not after the moment of looking.
  let since: Timestamp

  /// What keeps a book from being looked at, at `time`; it has to be usable and younger than
  /// `maximumAge`.
  @inline(__always)
  init?(_ top: BookTop, at time: Timestamp, maximumAge: Int64) {
    guard top.isUsable else {
      reason = .bookUnusable
      since = time
      return
    }
    let end = top.freshUntil(maximumAge: maximumAge)
    guard time >= end else { return nil }
    reason = .stale
    since = end
  }
}
