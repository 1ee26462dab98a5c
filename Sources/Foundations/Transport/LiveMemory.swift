import CWebSockets
import Synchronization

/// What libwebsockets holds addresses of, for as long as its context lives.
@safe
final class LiveMemory {
  let protocols: UnsafeMutablePointer<plx_lws_protocols>
  let alarm: UnsafeMutablePointer<plx_lws_alarm>
  let idlePolicy: UnsafeMutablePointer<lws_retry_bo_t>
  let holder = NetworkHolder()

  /// A peer that has been silent for so long is asked for a sign of life.
  static let pingSeconds: UInt16 = 20
  /// And after so long it is gone.
  static let hangupSeconds: UInt16 = 40
  /// The largest piece of a message that comes in one call; longer ones come in several.
  static let receiveBytes = 65_536

  init() {
    unsafe protocols = .allocate(capacity: 1)
    unsafe plx_lws_fill_protocols(protocols, liveCallback, LiveMemory.receiveBytes)
    unsafe alarm = .allocate(capacity: 1)
    unsafe alarm.initialize(to: plx_lws_alarm())
    unsafe idlePolicy = .allocate(capacity: 1)
    var policy = unsafe lws_retry_bo_t()
    unsafe policy.secs_since_valid_ping = LiveMemory.pingSeconds
    unsafe policy.secs_since_valid_hangup = LiveMemory.hangupSeconds
    unsafe idlePolicy.initialize(to: policy)
  }

  /// Memory for one call, at least so many bytes; it grows and is kept.
  func withScratch<Result>(
    _ size: Int,
    _ body: (UnsafeMutableRawBufferPointer) -> Result
  ) -> Result {
    if unsafe scratch.count < size {
      unsafe scratch.deallocate()
      unsafe scratch = .allocate(byteCount: max(size, 1 << 17), alignment: 16)
    }
    return unsafe body(scratch)
  }

  private var scratch = UnsafeMutableRawBufferPointer.allocate(
    byteCount: 1 << 17,
    alignment: 16
  )

  deinit {
    unsafe scratch.deallocate()
    unsafe protocols.deallocate()
    unsafe alarm.deallocate()
    unsafe idlePolicy.deallocate()
  }
}

/// Leads from the context back to its network, without keeping it alive.
///
/// Every callback comes this way, so the reference is not a counted one: the network takes itself
/// out before it goes.
@safe
final class NetworkHolder {
  unowned(unsafe) var network: LiveNetwork?

  var pointer: UnsafeMutableRawPointer { unsafe Unmanaged.passUnretained(self).toOpaque() }

  static func network(of context: OpaquePointer?) -> LiveNetwork? {
    guard let context = unsafe context, let user = unsafe lws_context_user(context) else {
      return nil
    }
    return unsafe Unmanaged<NetworkHolder>.fromOpaque(user).takeUnretainedValue().network
  }
}

/// Wakes the loop from another thread, as long as there is one.
@safe
final class WakeUp: Sendable {
  // An address as a number, because pointers are not Sendable; libwebsockets allows this one call
  // from any thread, and the lock keeps it from being made while the context goes away.
  private let address = Mutex<UInt>(0)

  func set(_ context: OpaquePointer) {
    address.withLock { $0 = UInt(bitPattern: context) }
  }

  func clear() { address.withLock { $0 = 0 } }

  func wake() {
    address.withLock { address in
      if let context = unsafe OpaquePointer(bitPattern: address) {
        unsafe lws_cancel_service(context)
      }
    }
  }
}
