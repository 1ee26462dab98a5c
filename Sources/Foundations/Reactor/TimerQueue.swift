public import Units

/// A timer that was set, by a number that is never used again.
public struct TimerID: Hashable, Sendable {
  public let number: UInt64

  public init(number: UInt64) { self.number = number }
}

/// What is due when: a heap of deadlines, each with what belongs to it.
///
/// Deadlines that are equal come out in the order they were set. Cancelling is remembered until the
/// deadline comes up, so both cost the logarithm of what waits.
public struct TimerQueue<Payload> {
  private struct Entry {
    var deadline: Timestamp
    var number: UInt64
    var payload: Payload
  }

  private var heap: [Entry] = []
  /// The numbers of those that have neither gone off nor been cancelled.
  private var alive: Set<UInt64> = []
  private var lastNumber: UInt64 = 0

  public init() {}

  /// How many wait, those cancelled left out.
  public var count: Int { alive.count }

  public mutating func set(_ deadline: Timestamp, _ payload: Payload) -> TimerID {
    lastNumber += 1
    alive.insert(lastNumber)
    heap.append(Entry(deadline: deadline, number: lastNumber, payload: payload))
    rise(from: heap.count - 1)
    return TimerID(number: lastNumber)
  }

  /// Forgets a timer; nothing happens when it has gone off or was cancelled before.
  public mutating func cancel(_ timer: TimerID) {
    guard alive.remove(timer.number) != nil else { return }
    dropCancelled()
  }

  /// When the next one is due.
  public var nextDeadline: Timestamp? { heap.first?.deadline }

  /// Takes out the first one that is due at `now`, or nil.
  public mutating func take(dueAt now: Timestamp) -> Payload? {
    guard let first = heap.first, first.deadline <= now else { return nil }
    let payload = first.payload
    alive.remove(first.number)
    removeFirst()
    dropCancelled()
    return payload
  }

  private mutating func dropCancelled() {
    while let first = heap.first, !alive.contains(first.number) { removeFirst() }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    sink()
  }

  private func isBefore(_ left: Int, _ right: Int) -> Bool {
    let (first, second) = (heap[left], heap[right])
    return (first.deadline, first.number) < (second.deadline, second.number)
  }

  private mutating func rise(from index: Int) {
    var child = index
    while child > 0, isBefore(child, (child - 1) / 2) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in [2 * parent + 1, 2 * parent + 2]
      where child < heap.count && isBefore(child, least) {
        least = child
      }
      guard least != parent else { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}
