public import Books
public import Market
public import Strategies

/// One connection to a venue, as a dense number that ``TradingEngine`` issued.
public struct ConnectionID: Hashable, Sendable {
  public let index: Int

  public init(index: Int) { self.index = index }
}

/// What happens to the engine besides the frames of its venues.
public enum EngineEvent: Hashable, Sendable {
  /// The connection opened: whatever it had built before is void.
  case connected(ConnectionID)
  case disconnected(ConnectionID)
  /// A frame could not be read; `channel` is what it was about, as far as was seen.
  case unreadableFrame(ConnectionID, Channel)
  /// Time has passed and nothing else happened.
  case tick
  /// There is no more data: open windows end here.
  case endOfData
}

/// What the engine asks of whoever drives it.
public enum EngineCommand: Hashable, Sendable {
  /// The book is wrong: get a new snapshot of this instrument.
  case resync(InstrumentID, ResyncReason)
  /// The venue asked its clients to connect again.
  case reconnect(ConnectionID)
}

/// What steps gave, in storage that is reused from step to step.
public struct EngineOutput: Sendable {
  public var commands: [EngineCommand] = []
  public var strategies: StrategyOutput

  public init(capacity: Int = 65_536) { strategies = StrategyOutput(capacity: capacity) }

  @inlinable
  public var isEmpty: Bool { commands.isEmpty && strategies.isEmpty }

  /// Forgets what was drained and keeps the storage.
  public mutating func removeAll() {
    if !commands.isEmpty { commands.removeAll(keepingCapacity: true) }
    strategies.removeAll()
  }
}
