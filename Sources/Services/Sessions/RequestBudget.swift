import Units

/// How often something may be done: a bucket that refills steadily, never over its capacity.
struct RequestBudget: Sendable {
  private let capacity: Double
  private let perSecond: Double
  private var level: Double
  private var last: Timestamp?
  /// The venue said to wait until then.
  private var blockedUntil: Timestamp?

  init(perSecond: Double, capacity: Double? = nil) {
    self.perSecond = perSecond
    self.capacity = max(1, capacity ?? perSecond)
    level = self.capacity
  }

  /// Takes one if it is there; otherwise says how long to wait, in nanoseconds.
  mutating func take(at now: Timestamp) -> Int64? {
    if let blockedUntil, now < blockedUntil { return blockedUntil.nanoseconds(since: now) }
    if let last, now > last {
      level = min(capacity, level + Double(now.nanoseconds(since: last)) / 1e9 * perSecond)
    }
    last = now
    guard level >= 1 else { return Int64((1 - level) / perSecond * 1e9) + 1 }
    level -= 1
    return nil
  }

  /// The venue refused for now: nothing more until it says so, or for as long as it usually takes.
  mutating func block(for nanoseconds: Int64, at now: Timestamp) {
    let end = max(blockedUntil ?? now, now.advanced(byNanoseconds: nanoseconds))
    blockedUntil = end
    // It starts to refill only then: a refusal is not followed by a burst.
    last = end
    level = 0
  }
}
