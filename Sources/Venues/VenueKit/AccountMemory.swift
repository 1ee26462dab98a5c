public import Market

/// What frames of one private connection said of orders that may still change.
///
/// Kraken leaves out what did not change, the symbol included, and Coinbase says at the end of an
/// order that nothing is left of it, filled or not. A decoder completes each report from here.
public struct AccountMemory: Sendable {
  /// An order as the last frame left it.
  public struct Entry: Sendable {
    public var report: OrderReport
    public var instrument: Instrument?
  }

  /// Orders that are kept; one more is told as its frames tell it.
  public static let capacity = 16_384

  private var entries: [String: Entry] = [:]
  /// Whether the next snapshot frame goes on with the last one.
  public var continuesSnapshot = false

  public init() {}

  public var count: Int { entries.count }

  public subscript(venueOrderID: String) -> Entry? { entries[venueOrderID] }

  public mutating func removeAll() { entries.removeAll(keepingCapacity: true) }

  /// Puts into `report` what it leaves out and an earlier one had, and remembers the result.
  ///
  /// A final report is forgotten: nothing follows it.
  public mutating func complete(_ report: inout OrderReport, of instrument: Instrument?) {
    guard let id = report.venueOrderID else { return }
    let known = entries[id]
    if let known = known?.report {
      report.instrument = report.instrument ?? known.instrument
      report.clientOrderID = report.clientOrderID ?? known.clientOrderID
      report.side = report.side ?? known.side
      report.quantity = report.quantity ?? known.quantity
      report.filled = report.filled ?? known.filled
      report.filledNotional = report.filledNotional ?? known.filledNotional
      report.venueTime = report.venueTime ?? known.venueTime
    }
    if report.status.isFinal {
      entries[id] = nil
    } else if known != nil || entries.count < AccountMemory.capacity {
      entries[id] = Entry(report: report, instrument: instrument ?? known?.instrument)
    }
  }
}
