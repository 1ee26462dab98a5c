import Dispatch
import Synchronization

/// Work on a thread of its own, of which a result is awaited only so long.
///
/// What hangs is left behind and ends with the program: no call of the C library can be relied upon
/// to return, neither one that asks a name server nor one that waits for a disk.
final class Probe<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  /// Begins at once.
  init(_ name: String, _ work: @escaping @Sendable () -> Value) {
    // A serial queue of its own has a thread of its own.
    DispatchQueue(label: "parallax.probe.\(name)").async {
      let result = work()
      self.value.withLock { $0 = result }
      self.isDone.signal()
    }
  }

  /// The result, or nil when there is none by the deadline; to be asked for once.
  func result(by deadline: DispatchTime) -> Value? {
    guard isDone.wait(timeout: deadline) == .success else { return nil }
    return value.withLock { $0 }
  }
}
