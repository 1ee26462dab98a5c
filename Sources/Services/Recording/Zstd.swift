import CZstd

/// A zstd stream being decompressed: `ZSTD_DCtx`.
@safe
struct ZstdDecoder: ~Copyable {
  private let context: OpaquePointer
  /// Whether the last byte taken lies within a frame.
  private(set) var isWithinFrame = false

  init() {
    guard let context = unsafe ZSTD_createDCtx() else {
      preconditionFailure("zstd found no memory")
    }
    unsafe self.context = context
    unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, RecordingLimits.zstdWindowLog)
  }

  deinit { unsafe ZSTD_freeDCtx(context) }

  /// Forgets the frame it was in: `ZSTD_DCtx_reset`.
  mutating func reset() {
    unsafe ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    isWithinFrame = false
  }

  /// One step of `ZSTD_decompressStream`; nil when the bytes do not decode.
  mutating func decode(
    _ input: inout ByteBuffer,
    _ inputRange: Range<Int>,
    into output: inout ByteBuffer,
    _ outputRange: Range<Int>
  ) -> (consumed: Int, produced: Int)? {
    var isFailed = false
    var hint = 0
    let step = unsafe input.withMemory(of: inputRange) { source, sourceCount in
      unsafe output.withMemory(of: outputRange) { target, targetCount in
        var from = unsafe ZSTD_inBuffer(src: source, size: sourceCount, pos: 0)
        var to = unsafe ZSTD_outBuffer(dst: target, size: targetCount, pos: 0)
        hint = unsafe ZSTD_decompressStream(context, &to, &from)
        isFailed = ZSTD_isError(hint) != 0
        return unsafe (consumed: from.pos, produced: to.pos)
      }
    }
    guard !isFailed else { return nil }
    isWithinFrame = hint != 0
    return step
  }
}

/// A compressor of whole blocks into independent zstd frames with checksums: `ZSTD_CCtx`.
@safe
struct ZstdEncoder: ~Copyable {
  private let context: OpaquePointer

  init(level: Int) {
    guard let context = unsafe ZSTD_createCCtx() else {
      preconditionFailure("zstd found no memory")
    }
    unsafe self.context = context
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
    unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
  }

  deinit { unsafe ZSTD_freeCCtx(context) }

  /// Compresses the first `count` bytes of `block` as one frame: `ZSTD_compress2`.
  ///
  /// The frame goes to the front of `output`, which grows to fit.
  /// - Returns: The frame's length in bytes.
  mutating func compress(
    _ block: inout ByteBuffer,
    count: Int,
    into output: inout ByteBuffer
  ) -> Int {
    output.grow(to: ZSTD_compressBound(count), keeping: 0)
    let length = unsafe block.withMemory(of: 0..<count) { source, sourceCount in
      unsafe output.withMemory(of: 0..<output.capacity) { target, targetCount in
        unsafe ZSTD_compress2(context, target, targetCount, source, sourceCount)
      }
    }
    precondition(ZSTD_isError(length) == 0, "a buffer of the bound's size takes any block")
    return length
  }
}
