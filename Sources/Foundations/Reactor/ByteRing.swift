import Synchronization

/// Messages from one thread to one other, in order, through a buffer of fixed size.
///
/// Neither side waits for the other: ``push(_:_:)`` says no when the ring is full, and that is for
/// the writer to count or to act on. One thread pushes and one takes; that is all the safety there
/// is, and the two owners keep to it.
@safe
// Positions only grow; each is written by one side, and the other sees it after the bytes, by
// release and acquire. So no byte is read before it was written, or overwritten before it was read.
public final class ByteRing: @unchecked Sendable {
  private let buffer: UnsafeMutableRawBufferPointer
  private let mask: Int
  private let written = Atomic<Int>(0)
  private let taken = Atomic<Int>(0)

  private static let headerBytes = 8

  /// - Parameter capacity: In bytes; a power of two.
  public init(capacity: Int) {
    precondition(capacity >= 64 && capacity & (capacity - 1) == 0, "a ring's size is 2ⁿ")
    unsafe buffer = .allocate(byteCount: capacity, alignment: 64)
    mask = capacity - 1
  }

  deinit { unsafe buffer.deallocate() }

  public var capacity: Int { mask + 1 }

  /// Bytes that wait to be taken, headers included.
  public var backlog: Int {
    written.load(ordering: .acquiring) - taken.load(ordering: .acquiring)
  }

  /// Adds a message of two parts; false, and nothing added, where there is no room for it.
  public func push(_ first: Span<UInt8>, _ second: Span<UInt8> = Span()) -> Bool {
    let size = ByteRing.headerBytes + first.count + second.count
    let position = written.load(ordering: .relaxed)
    guard size <= capacity - (position - taken.load(ordering: .acquiring)) else { return false }
    let header = UInt64(first.count) | UInt64(second.count) << 32
    for index in 0..<ByteRing.headerBytes {
      let byte = UInt8(truncatingIfNeeded: header >> UInt64(8 * index))
      unsafe buffer.storeBytes(of: byte, toByteOffset: (position + index) & mask, as: UInt8.self)
    }
    unsafe first.withUnsafeBytes { unsafe copy($0, at: position + ByteRing.headerBytes) }
    unsafe second.withUnsafeBytes {
      unsafe copy($0, at: position + ByteRing.headerBytes + first.count)
    }
    written.store(position + size, ordering: .releasing)
    return true
  }

  /// Moves the oldest message into two buffers, which are cleared first; false when there is none.
  public func take(_ first: inout [UInt8], _ second: inout [UInt8]) -> Bool {
    first.removeAll(keepingCapacity: true)
    second.removeAll(keepingCapacity: true)
    let position = taken.load(ordering: .relaxed)
    guard written.load(ordering: .acquiring) > position else { return false }
    var header: UInt64 = 0
    for index in 0..<ByteRing.headerBytes {
      let byte = unsafe buffer.load(
        fromByteOffset: (position + index) & mask,
        as: UInt8.self
      )
      header |= UInt64(byte) << UInt64(8 * index)
    }
    let sizes = (Int(header & 0xFFFF_FFFF), Int(header >> 32))
    append(sizes.0, from: position + ByteRing.headerBytes, to: &first)
    append(sizes.1, from: position + ByteRing.headerBytes + sizes.0, to: &second)
    taken.store(position + ByteRing.headerBytes + sizes.0 + sizes.1, ordering: .releasing)
    return true
  }

  private func copy(_ bytes: UnsafeRawBufferPointer, at position: Int) {
    let start = position & mask
    let fitting = min(bytes.count, capacity - start)
    guard fitting > 0, let source = bytes.baseAddress, let base = unsafe buffer.baseAddress
    else { return }
    unsafe (base + start).copyMemory(from: source, byteCount: fitting)
    unsafe base.copyMemory(from: source + fitting, byteCount: bytes.count - fitting)
  }

  private func append(_ count: Int, from position: Int, to bytes: inout [UInt8]) {
    let start = position & mask
    let fitting = min(count, capacity - start)
    unsafe bytes.append(contentsOf: buffer[start..<(start + fitting)])
    unsafe bytes.append(contentsOf: buffer[0..<(count - fitting)])
  }
}
