/// What strategies found, in storage that the caller drains and that is reused.
///
/// Both lists are bounded. What does not fit is counted and dropped: opportunities are a sample of
/// their windows anyway, and a caller that drains after each event never meets the bound.
public struct StrategyOutput: Sendable {
  /// One opportunity when a window opens and one whenever its net profit reaches a new peak.
  public private(set) var opportunities: [Opportunity] = []
  /// Windows that have closed, in the order of closing.
  public private(set) var windows: [Window] = []
  public private(set) var droppedOpportunities = 0
  public private(set) var droppedWindows = 0
  /// Entries that each list holds at most.
  public let capacity: Int

  public init(capacity: Int = 65_536) { self.capacity = capacity }

  public var isEmpty: Bool { opportunities.isEmpty && windows.isEmpty }

  /// Forgets what was found and keeps the storage.
  public mutating func removeAll() {
    if !opportunities.isEmpty { opportunities.removeAll(keepingCapacity: true) }
    if !windows.isEmpty { windows.removeAll(keepingCapacity: true) }
  }

  mutating func append(_ opportunity: Opportunity) {
    guard opportunities.count < capacity else {
      droppedOpportunities += 1
      return
    }
    opportunities.append(opportunity)
  }

  mutating func append(_ window: Window) {
    guard windows.count < capacity else {
      droppedWindows += 1
      return
    }
    windows.append(window)
  }
}
