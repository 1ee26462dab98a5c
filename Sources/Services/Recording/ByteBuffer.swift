import Glibc

/// Memory that the readers and writers fill, grow, and lend as spans.
///
/// The only owner of raw memory in this module: every range is checked here.
@safe
struct ByteBuffer: ~Copyable {
  private var base: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int

  init(capacity: Int) {
    precondition(capacity > 0, "a buffer has room")
    unsafe self.base = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
    self.capacity = capacity
  }

  deinit { unsafe base.deallocate() }

  subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < capacity, "an index lies in the buffer")
    return unsafe base[index]
  }

  /// The bytes of `range`, which the caller knows to have been written.
  @_lifetime(borrow self)
  func span(_ range: Range<Int>) -> Span<UInt8> {
    check(range)
    let span = unsafe Span(_unsafeStart: base + range.lowerBound, count: range.count)
    return unsafe _overrideLifetime(span, borrowing: self)
  }

  /// The bytes of `range`, for whoever knows that this buffer lives on and is left alone.
  @unsafe
  func unsafeBytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    check(range)
    return unsafe UnsafeBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  /// The bytes of `range`, to be changed in place.
  @_lifetime(&self)
  mutating func mutableSpan(_ range: Range<Int>) -> MutableSpan<UInt8> {
    check(range)
    let span = unsafe MutableSpan(_unsafeStart: base + range.lowerBound, count: range.count)
    return unsafe _overrideLifetime(span, mutating: &self)
  }

  /// Where `byte` first occurs in `range`: `memchr`.
  func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    check(range)
    guard
      let found = unsafe memchr(base + range.lowerBound, Int32(byte), range.count)
    else { return nil }
    return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }

  /// Moves the bytes of `range` to the front: `memmove`.
  mutating func moveToFront(_ range: Range<Int>) {
    check(range)
    unsafe memmove(base, base + range.lowerBound, range.count)
  }

  /// Makes room for `newCapacity` bytes, keeping the first `count`.
  mutating func grow(to newCapacity: Int, keeping count: Int) {
    check(0..<count)
    guard newCapacity > capacity else { return }
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: newCapacity)
    unsafe memcpy(larger, base, count)
    unsafe base.deallocate()
    unsafe base = larger
    capacity = newCapacity
  }

  /// Copies `bytes` to `index`.
  mutating func write(_ bytes: Span<UInt8>, at index: Int) {
    check(index..<(index + bytes.count))
    unsafe bytes.withUnsafeBufferPointer { source in
      guard let start = source.baseAddress else { return }
      unsafe memcpy(base + index, start, source.count)
    }
  }

  mutating func write(_ byte: UInt8, at index: Int) {
    check(index..<(index + 1))
    unsafe base[index] = byte
  }

  private func check(_ range: Range<Int>) {
    precondition(
      range.lowerBound >= 0 && range.upperBound <= capacity,
      "a range lies in the buffer"
    )
  }
}

extension ByteBuffer {
  /// Lends the memory of `range` to a C function.
  mutating func withMemory<Result, Failure: Error>(
    of range: Range<Int>,
    _ body: (UnsafeMutableRawPointer, Int) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    precondition(range.lowerBound >= 0 && range.upperBound <= capacity)
    return try unsafe body(UnsafeMutableRawPointer(base + range.lowerBound), range.count)
  }
}

/// Where `byte` first occurs in `bytes`: `memchr`.
func firstIndex(of byte: UInt8, in bytes: Span<UInt8>) -> Int? {
  unsafe bytes.withUnsafeBufferPointer { buffer in
    guard let base = buffer.baseAddress,
      let found = unsafe memchr(base, Int32(byte), buffer.count)
    else { return nil }
    return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
  }
}
