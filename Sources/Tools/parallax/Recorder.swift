import Engine
import Intake
import Market
import Node
import Recording
import Sessions
import Terminal
import Transport
import Units
import Words

/// A recording that is under way, with the states that a replay is held to.
final class Recorder {
  let tap: RecordingTap
  private let directory: String
  private var states: StateRecorder?
  private var lastState: Timestamp?
  /// Why states are no longer written, where that is so.
  private var stateFailure: RecordingError?

  static let stateNanoseconds: Int64 = 60_000_000_000

  init(
    _ directory: String,
    _ venues: [VenueID],
    _ policy: RecordingWriter.Policy
  ) throws(CommandFailure) {
    self.directory = directory
    do throws(RecordingError) {
      tap = try RecordingTap(directory: directory, venues: venues, policy: policy)
    } catch {
      throw CommandFailure(.failure, "cannot record in \(quoted(directory)): \(error)")
    }
  }

  /// Notes what the desk is set up with, before it starts.
  func begin(_ desk: MarketDesk) throws(CommandFailure) {
    let header = RunHeader(
      started: desk.network.now,
      settings: desk.engine.settings,
      fees: desk.fees
    )
    do throws(RecordingError) {
      states = try StateRecorder(directory: directory, header)
    } catch {
      throw CommandFailure(.failure, "cannot record in \(quoted(directory)): \(error)")
    }
  }

  /// Whether something could not be written, so that going on would record nothing.
  var hasFailed: Bool { stateFailure != nil || tap.failure != nil }

  func noteState(of engine: TradingEngine, at now: Timestamp) {
    guard let last = lastState else {
      lastState = now
      return
    }
    guard now.nanoseconds(since: last) >= Recorder.stateNanoseconds else { return }
    lastState = now
    add(engine)
  }

  private func add(_ engine: TradingEngine) {
    do throws(RecordingError) { try states?.add(engine) } catch { stateFailure = error }
  }

  /// Writes what waits, and says what became of it.
  func finish(_ engine: TradingEngine, _ console: Console) throws(CommandFailure) -> ExitCode {
    add(engine)
    tap.close()
    if let failure = tap.failure {
      throw CommandFailure(.failure, "the recording ended early: \(failure)")
    }
    if let stateFailure {
      throw CommandFailure(.failure, "cannot write the states: \(stateFailure)")
    }
    console.message("\(grouped(tap.written)) records in \(directory)")
    guard tap.dropped == 0 else {
      console.warning("\(grouped(tap.dropped)) records found no room: the disk was too slow")
      return .partial
    }
    return .success
  }
}
