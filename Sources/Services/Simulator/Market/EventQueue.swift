/// What is going to happen in the simulated market.
struct MarketEvent {
  enum Kind {
    /// Orders come and go, someone trades, or a book is knocked out of line.
    case activity
    /// A market maker looks at the price it knows of and at its own quotes.
    case look
    /// The same once, outside its rhythm.
    case react
    /// An order that was only passing through is taken back.
    case fade
    /// Competing arbitrageurs arrive at a window that opened a while ago.
    case arbitrage
  }

  let time: Int64
  /// Of two events at one time, the one that was planned first comes first.
  let sequence: UInt64
  let kind: Kind
  /// The book, or the route.
  let index: Int32
  /// Which window of a route is meant, or which passing order of a book.
  let detail: UInt32

  static func < (lhs: MarketEvent, rhs: MarketEvent) -> Bool {
    lhs.time != rhs.time ? lhs.time < rhs.time : lhs.sequence < rhs.sequence
  }
}

/// Events by time: a binary heap, whose length is bounded by what the model plans (a few events a
/// book, one for each passing order, and one a route).
struct EventQueue {
  private var heap: [MarketEvent] = []
  private var planned: UInt64 = 0

  var count: Int { heap.count }
  var first: MarketEvent? { heap.first }

  mutating func plan(_ kind: MarketEvent.Kind, _ index: Int, at time: Int64, detail: UInt32 = 0) {
    planned += 1
    heap.append(
      MarketEvent(
        time: time,
        sequence: planned,
        kind: kind,
        index: Int32(truncatingIfNeeded: index),
        detail: detail
      )
    )
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard heap[child] < heap[parent] else { return }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  mutating func removeFirst() {
    guard let last = heap.popLast(), !heap.isEmpty else { return }
    heap[0] = last
    var parent = 0
    while true {
      var least = 2 * parent + 1
      guard least < heap.count else { return }
      if least + 1 < heap.count, heap[least + 1] < heap[least] { least += 1 }
      guard heap[least] < heap[parent] else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
