import CZlib

/// A gzip stream being decompressed, member after member: `inflate`.
@safe
struct GzipDecoder: ~Copyable {
  // Inflate's state points back at its stream, so the stream may not move.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Whether the last byte taken lies within a member.
  private(set) var isWithinMember = false
  private var hasEnded = false

  init() {
    unsafe stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 15 bits of window, and 16 more to expect a gzip header.
    let code = unsafe inflateInit2_(
      stream,
      15 + 16,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    precondition(code == Z_OK, "inflate starts")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  /// One step of `inflate`; nil when the bytes do not decode.
  mutating func decode(
    _ input: inout ByteBuffer,
    _ inputRange: Range<Int>,
    into output: inout ByteBuffer,
    _ outputRange: Range<Int>
  ) -> (consumed: Int, produced: Int)? {
    if hasEnded {
      // Some writers pad the last member with zeros to a whole block.
      var zeros = 0
      while zeros < inputRange.count, input[inputRange.lowerBound + zeros] == 0 { zeros += 1 }
      if zeros > 0 { return (zeros, 0) }
      guard !inputRange.isEmpty else { return (0, 0) }
      unsafe inflateReset(stream)
      hasEnded = false
    }
    var code = Z_OK
    let step = unsafe input.withMemory(of: inputRange) { source, sourceCount in
      unsafe output.withMemory(of: outputRange) { target, targetCount in
        unsafe stream.pointee.next_in = source.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_in = UInt32(sourceCount)
        unsafe stream.pointee.next_out = target.assumingMemoryBound(to: UInt8.self)
        unsafe stream.pointee.avail_out = UInt32(targetCount)
        code = unsafe inflate(stream, Z_NO_FLUSH)
        return unsafe (
          consumed: sourceCount - Int(stream.pointee.avail_in),
          produced: targetCount - Int(stream.pointee.avail_out)
        )
      }
    }
    // `Z_BUF_ERROR` is only a lack of input or room.
    guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return nil }
    hasEnded = code == Z_STREAM_END
    isWithinMember = !hasEnded
    return step
  }
}
