public import Books
import Market
public import Units

/// A new snapshot that was asked for.
public struct Resync: Hashable, Sendable {
  public let time: Timestamp
  public let reason: ResyncReason
}

/// The first resyncs of each instrument; the books count them all.
struct ResyncLog {
  static let keptPerInstrument = 8

  private(set) var first: [InstrumentID: [Resync]] = [:]

  mutating func add(_ instrument: InstrumentID, _ reason: ResyncReason, at time: Timestamp) {
    guard first[instrument, default: []].count < ResyncLog.keptPerInstrument else { return }
    first[instrument, default: []].append(Resync(time: time, reason: reason))
  }
}
