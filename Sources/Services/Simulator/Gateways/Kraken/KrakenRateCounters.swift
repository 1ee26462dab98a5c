import Units

/// A counter that goes up with what a client does and down with time.
///
/// Unlike a ``TokenBucket`` it may be over its maximum: a cancellation always happens and is always
/// counted, and then it is new orders that are refused.
struct KrakenCounter: Sendable {
  let maximum: Double
  let decayPerSecond: Double
  private var level: Double = 0
  private var last: Timestamp?

  init(maximum: Double, decayPerSecond: Double) {
    self.maximum = maximum
    self.decayPerSecond = decayPerSecond
  }

  /// Adds `amount` unless that would go beyond the maximum.
  mutating func tryAdd(_ amount: Double, at now: Timestamp) -> Bool {
    decay(at: now)
    guard level + amount <= maximum else { return false }
    level += amount
    return true
  }

  mutating func add(_ amount: Double, at now: Timestamp) {
    decay(at: now)
    level += amount
  }

  private mutating func decay(at now: Timestamp) {
    defer { last = max(last ?? now, now) }
    guard let last, now > last else { return }
    let seconds = Double(now.nanoseconds(since: last)) / 1_000_000_000
    level = max(0, level - seconds * decayPerSecond)
  }
}

/// Kraken's limits, of the middle account tier.
///
/// Source: docs.kraken.com, rate limits of Spot REST and of trading.
enum KrakenLimits {
  /// Counter of private REST calls per key.
  static let callMaximum = 20.0
  static let callDecay = 0.5
  /// Counter of trading per account and pair.
  static let tradingMaximum = 125.0
  static let tradingDecay = 2.34
  /// Public calls: one a second per pair, after a burst.
  static let publicBurst = 10.0
  static let publicPerSecond = 1.0
  /// Sockets that may be opened in ten minutes.
  static let sockets = 150.0
  /// Frames that a socket may send at once, and then a second; the venue publishes no number.
  static let frames = 200.0
  static let framesPerSecond = 20.0
  /// Orders that an account may have open in one pair.
  static let openOrders = 80
  /// Bad nonces and signatures in a row before a key is locked out; the venue publishes no number.
  static let badCalls = 20
  static let lockoutNanoseconds: Int64 = 15 * 60 * 1_000_000_000
  static let tokenNanoseconds: Int64 = 900 * 1_000_000_000
  static let tokensPerKey = 64
  static let heartbeatNanoseconds: Int64 = 1_000_000_000
  /// After this long without a subscription or a frame a socket is closed.
  static let idleNanoseconds: Int64 = 60_000_000_000
  /// From a book's acknowledgement to its snapshot, as recorded on resubscription.
  static let snapshotNanoseconds: Int64 = 50_000_000
  /// Withdrawals whose address's name is remembered.
  static let withdrawalNames: Int64 = 10_000
  static let bodyBytes = 1 << 20
  static let frameBytes = 1 << 16

  /// What cancelling costs, by the order's age.
  static func cancelCost(ageNanoseconds: Int64) -> Double {
    switch ageNanoseconds / 1_000_000_000 {
    case ..<5: 8
    case ..<10: 6
    case ..<15: 5
    case ..<45: 4
    case ..<90: 2
    case ..<300: 1
    default: 0
    }
  }

  /// What amending costs, by the order's age.
  static func amendCost(ageNanoseconds: Int64) -> Double {
    switch ageNanoseconds / 1_000_000_000 {
    case ..<5: 4
    case ..<10: 3
    case ..<15: 2
    default: 1
    }
  }
}
