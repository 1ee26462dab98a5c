public import Engine
public import Intake
public import Recording

/// Writes the states of a run beside its recording; see ``Intake/StateLog``.
public struct StateRecorder: Sendable {
  private let path: String

  /// Begins a run: what is there of earlier ones stays.
  public init(directory: String, _ header: RunHeader) throws(RecordingError) {
    path = directory + "/" + StateLog.name
    try append(Array(StateLog.line(header).utf8), to: path)
  }

  /// Notes the state as it is now.
  public func add(_ engine: borrowing TradingEngine) throws(RecordingError) {
    try append(Array(StateLog.line(engine).utf8), to: path)
  }
}
