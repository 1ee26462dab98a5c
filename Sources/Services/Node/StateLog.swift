import Codecs
public import Engine
public import Recording
import Signing
import Units

/// The engine's state at some moments of a run, by digests, so that a replay of what was recorded
/// can be held to it.
///
/// One line a moment: `<RFC 3339 time> <SHA-256 of the state's text>`. See
/// ``Engine/TradingEngine/stateText()``.
public struct StateLog: Sendable {
  /// The file beside the venues' folders.
  public static let name = "states.txt"

  public private(set) var lines: [String] = []

  public init() {}

  public mutating func add(_ engine: borrowing TradingEngine) {
    lines.append("\(engine.now) \(StateLog.digest(engine))")
  }

  public static func digest(_ engine: borrowing TradingEngine) -> String {
    SHA256.hex(engine.stateText())
  }
}

extension StateLog {
  /// Writes the lines to ``name`` below `directory`.
  public func write(to directory: String) throws(RecordingError) {
    let text = lines.map { $0 + "\n" }.joined()
    try writeWhole(Array(text.utf8), to: directory + "/" + StateLog.name)
  }
}
