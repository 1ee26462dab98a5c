import Market

/// Changes that arrived before the snapshot they belong to.
struct HeldChanges: Sendable {
  /// Levels kept at most; about a minute of the busiest book recorded, many times over.
  static let maximumLevels = 1_000_000

  private(set) var changes: [BookChange] = []
  private(set) var events = MarketEvents()

  var isEmpty: Bool { changes.isEmpty }

  /// Keeps a copy; false when there is no more room.
  mutating func append(_ change: BookChange, of source: borrowing MarketEvents) -> Bool {
    guard events.levels.count + change.levels.count <= HeldChanges.maximumLevels else {
      return false
    }
    var copy = change
    copy.firstLevel = Int32(truncatingIfNeeded: events.levels.count)
    copy.firstFarLevel = Int32(truncatingIfNeeded: events.farLevels.count)
    for index in change.levels { events.levels.append(source.levels[index]) }
    for index in change.farLevels { events.farLevels.append(source.farLevels[index]) }
    copy.endLevel = Int32(truncatingIfNeeded: events.levels.count)
    copy.endFarLevel = Int32(truncatingIfNeeded: events.farLevels.count)
    changes.append(copy)
    return true
  }

  mutating func removeAll() {
    guard !changes.isEmpty else { return }
    changes.removeAll()
    events.removeAll()
  }
}
