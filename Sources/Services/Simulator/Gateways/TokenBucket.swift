import Units

/// A budget that holds so much and refills steadily.
struct TokenBucket: Sendable {
  let capacity: Double
  let refillPerSecond: Double
  private var level: Double
  private var last: Timestamp?

  init(capacity: Double, refillPerSecond: Double) {
    self.capacity = capacity
    self.refillPerSecond = refillPerSecond
    level = capacity
  }

  /// Takes `amount` if it is there; otherwise nothing happens.
  mutating func take(_ amount: Double = 1, at now: Timestamp) -> Bool {
    refill(at: now)
    guard level >= amount else { return false }
    level -= amount
    return true
  }

  /// How long until `amount` will be there, in nanoseconds.
  mutating func wait(for amount: Double, at now: Timestamp) -> Int64 {
    refill(at: now)
    return level >= amount ? 0 : Int64((amount - level) / refillPerSecond * 1_000_000_000) + 1
  }

  private mutating func refill(at now: Timestamp) {
    defer { last = max(last ?? now, now) }
    guard let last, now > last else { return }
    let seconds = Double(now.nanoseconds(since: last)) / 1_000_000_000
    level = min(capacity, level + seconds * refillPerSecond)
  }
}
