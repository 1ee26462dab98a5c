/// The first byte that cannot belong to UTF-8 text, or nil when all of `bytes` can.
///
/// Text without a high bit, which is nearly every frame, is told by one pass over its words.
public func firstInvalidUTF8(in bytes: Span<UInt8>) -> Int? {
  if isASCII(bytes) { return nil }
  var index = 0
  while index < bytes.count {
    let size = sequenceLength(bytes, at: index)
    guard size > 0 else { return index }
    index += size
  }
  return nil
}

/// Whether no byte has its high bit set.
func isASCII(_ bytes: Span<UInt8>) -> Bool {
  unsafe bytes.withUnsafeBufferPointer { buffer in
    var index = 0
    var seen: UInt64 = 0
    if let base = buffer.baseAddress {
      let raw = unsafe UnsafeRawPointer(base)
      while index + 8 <= buffer.count {
        seen |= unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
        index += 8
      }
      while index < buffer.count {
        seen |= unsafe UInt64(raw.load(fromByteOffset: index, as: UInt8.self))
        index += 1
      }
    }
    return seen & 0x8080_8080_8080_8080 == 0
  }
}

/// How long the UTF-8 sequence at `index` is; 0 when it is not one (RFC 3629 §4).
private func sequenceLength(_ bytes: Span<UInt8>, at index: Int) -> Int {
  let first = bytes[index]
  let (length, second): (Int, ClosedRange<UInt8>) =
    switch first {
    case 0x00...0x7F: (1, 0x80...0xBF)
    case 0xC2...0xDF: (2, 0x80...0xBF)
    case 0xE0: (3, 0xA0...0xBF)
    case 0xED: (3, 0x80...0x9F)
    case 0xE1...0xEF: (3, 0x80...0xBF)
    case 0xF0: (4, 0x90...0xBF)
    case 0xF4: (4, 0x80...0x8F)
    case 0xF1...0xF3: (4, 0x80...0xBF)
    default: (0, 0x80...0xBF)
    }
  guard length > 0, index + length <= bytes.count else { return 0 }
  if length > 1, !second.contains(bytes[index + 1]) { return 0 }
  for offset in 2..<max(2, length) where bytes[index + offset] & 0xC0 != 0x80 { return 0 }
  return length
}
