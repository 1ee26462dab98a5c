public import Strategies

/// A window that has closed, with the trade that it offered at its peak.
public struct WindowRecord: Sendable {
  public let window: Window
  /// The opportunity at the peak; nil when the strategy's output was full.
  public let peak: Opportunity?
}

/// Pairs windows with their best opportunities; bounded.
struct WindowLog {
  private struct Key: Hashable {
    var strategy: StrategyKind
    var number: UInt64
  }

  /// The most windows that are kept; later ones are counted.
  static let capacity = 10_000

  private var peaks: [Key: Opportunity] = [:]
  private(set) var windows: [WindowRecord] = []
  private(set) var totals: [StrategyKind: WindowTotals] = [:]

  mutating func take(_ output: borrowing StrategyOutput) {
    for opportunity in output.opportunities {
      totals[opportunity.route.strategy, default: WindowTotals()].opportunities += 1
      if peaks.count < WindowLog.capacity || peaks[key(opportunity)] != nil {
        peaks[key(opportunity)] = opportunity
      }
    }
    for window in output.windows {
      let key = Key(strategy: window.route.strategy, number: window.number)
      let peak = peaks.removeValue(forKey: key)
      totals[window.route.strategy, default: WindowTotals()].add(window)
      if windows.count < WindowLog.capacity {
        windows.append(WindowRecord(window: window, peak: peak))
      }
    }
  }

  private func key(_ opportunity: Opportunity) -> Key {
    Key(strategy: opportunity.route.strategy, number: opportunity.window)
  }
}

/// Counts of a strategy's windows, kept or not.
public struct WindowTotals: Hashable, Sendable {
  public internal(set) var windows = 0
  /// Those that lasted long enough to be traded.
  public internal(set) var eligible = 0
  /// Opportunities: one when a window opens and one at each new peak.
  public internal(set) var opportunities = 0

  mutating func add(_ window: Window) {
    windows += 1
    if window.isEligible { eligible += 1 }
  }
}
