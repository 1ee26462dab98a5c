public import Units

/// How far a venue's clock is ahead of ours: an interval that every sample narrows.
///
/// A sample says that between sending and receiving, the venue's clock showed some time, exact to
/// some resolution; so the offset lies in an interval, and in the intersection of all of them.
/// When a sample contradicts the others, a clock was set, and the interval begins anew. Old samples
/// fade: the interval widens by the drift that clocks may have.
public struct ClockOffset: Sendable {
  /// What one clock may gain on another, as a share of the time that passes.
  static let drift = 0.000_1

  private var low = Int64.min
  private var high = Int64.max
  private var updated: Timestamp?
  /// How often the samples contradicted each other.
  public private(set) var resets = 0

  public init() {}

  /// The least offset that the samples allow, in nanoseconds; nil before there is an interval.
  ///
  /// Both clocks are most likely kept right, so zero stands until something contradicts it.
  public var nanoseconds: Int64? {
    low == .min || high == .max ? nil : min(max(0, low), high)
  }

  /// Half of the interval's width, in nanoseconds.
  public var uncertaintyNanoseconds: Int64? {
    low == .min || high == .max ? nil : (high - low) / 2
  }

  /// An answer said `venueTime`, cut off to `resolutionNanoseconds`.
  public mutating func add(
    venueTime: Timestamp,
    resolutionNanoseconds: Int64,
    sent: Timestamp,
    received: Timestamp
  ) {
    narrow(
      venueTime.nanoseconds(since: received),
      venueTime.advanced(byNanoseconds: resolutionNanoseconds).nanoseconds(since: sent),
      at: received
    )
  }

  /// A frame that came now says that something happened at `venueTime`: the venue's clock cannot
  /// have been before that.
  public mutating func add(eventAt venueTime: Timestamp, received: Timestamp) {
    guard high != .max else { return }
    let least = venueTime.nanoseconds(since: received)
    if least > low { narrow(least, .max, at: received) }
  }

  private mutating func narrow(_ newLow: Int64, _ newHigh: Int64, at now: Timestamp) {
    if let updated, low != .min, high != .max, now > updated {
      let fade = Int64(Double(now.nanoseconds(since: updated)) * ClockOffset.drift)
      low -= fade
      high += fade
    }
    updated = now
    let (bestLow, bestHigh) = (max(low, newLow), min(high, newHigh))
    if bestLow <= bestHigh {
      (low, high) = (bestLow, bestHigh)
    } else {
      resets += 1
      (low, high) = (newLow, newHigh == .max ? newLow : newHigh)
    }
  }
}
