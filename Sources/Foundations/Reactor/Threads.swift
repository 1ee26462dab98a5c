import Glibc

/// Runs `body` on a detached thread of its own.
public func startThread(_ body: @escaping @Sendable () -> Void) {
  final class Box {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }
  var thread = pthread_t()
  let box = unsafe Unmanaged.passRetained(Box(body))
  let status = unsafe pthread_create(
    &thread,
    nil,
    { context in
      guard let context = unsafe context else { return nil }
      unsafe Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
      return nil
    },
    box.toOpaque()
  )
  precondition(status == 0, "the system has a thread left")
  pthread_detach(thread)
}

/// Lets the calling thread sleep; only for threads that nothing waits for.
public func pause(milliseconds: Int) {
  var time = timespec(tv_sec: milliseconds / 1_000, tv_nsec: milliseconds % 1_000 * 1_000_000)
  unsafe nanosleep(&time, nil)
}
