/// A JSON string decoded in place, inside the bytes that hold it.
///
/// RFC 8259 section 7. Strict: control characters, unknown escapes, and lone surrogates are
/// refused.
enum JSONStringText {
  /// Decodes the string whose opening quote is just before `start`.
  ///
  /// Without escapes nothing moves. Otherwise the text is written from `start - slack` on, over
  /// bytes the caller gives up; a slack of 8 lets whole words be copied.
  /// - Returns: Where the decoded text lies, and the index after the closing quote.
  static func decode(
    _ bytes: inout MutableSpan<UInt8>,
    from start: Int,
    slack: Int
  ) throws(Expected) -> (text: Range<Int>, next: Int) {
    precondition(start >= slack && start <= bytes.count, "the slack lies in the bytes")
    let count = bytes.count
    return unsafe try bytes.withUnsafeMutableBufferPointer {
      (buffer: UnsafeMutableBufferPointer<UInt8>) throws(Expected) -> (Range<Int>, Int) in
      guard let base = buffer.baseAddress else { throw Expected("a closing quote") }
      var read = unsafe run(base, start, count)
      if read < count, unsafe base[read] == UInt8(ascii: "\"") { return (start..<read, read + 1) }
      // From here on `write < read`: an escape is longer than what it stands for.
      let target = start - slack
      var write = target + (read - start)
      unsafe (base + target).update(from: base + start, count: read - start)
      while read < count {
        switch unsafe base[read] {
        case UInt8(ascii: "\""): return (target..<write, read + 1)
        case UInt8(ascii: "\\"):
          unsafe try escape(base, &read, &write, count)
        default: throw Expected("no control character in a string")
        }
        unsafe copyRun(base, &read, &write, count)
      }
      throw Expected("a closing quote")
    }
  }

  /// Where the run of plain bytes from `start` ends: at a quote, a backslash, or a control byte.
  private static func run(
    _ base: UnsafeMutablePointer<UInt8>,
    _ start: Int,
    _ end: Int
  ) -> Int {
    var index = start
    while end - index >= 8 {
      let word = unsafe UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self)
      let special = specialBytes(UInt64(littleEndian: word))
      if special != 0 { return index + special.trailingZeroBitCount / 8 }
      index += 8
    }
    while index < end, unsafe !isSpecial(base[index]) { index += 1 }
    return index
  }

  /// Moves the run of plain bytes at `read` to `write`.
  private static func copyRun(
    _ base: UnsafeMutablePointer<UInt8>,
    _ read: inout Int,
    _ write: inout Int,
    _ end: Int
  ) {
    // A word stored at `write` must not reach what is still to be read.
    if read - write >= 8 {
      while end - read >= 8 {
        let word = unsafe UnsafeRawPointer(base + read).loadUnaligned(as: UInt64.self)
        unsafe UnsafeMutableRawPointer(base + write).storeBytes(of: word, as: UInt64.self)
        let special = specialBytes(UInt64(littleEndian: word))
        if special != 0 {
          let count = special.trailingZeroBitCount / 8
          read += count
          write += count
          return
        }
        read += 8
        write += 8
      }
    }
    while read < end, unsafe !isSpecial(base[read]) {
      unsafe base[write] = base[read]
      read += 1
      write += 1
    }
  }

  /// The top bit of each byte that is a quote, a backslash, or below a space; exact up to and
  /// including the lowest such byte, which is the only one used.
  @inline(__always)
  private static func specialBytes(_ word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quote = word ^ (ones &* 0x22)
    let backslash = word ^ (ones &* 0x5C)
    let found =
      ((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
      | ((word &- (ones &* 0x20)) & ~word)
    return found & (ones &* 0x80)
  }

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte < 0x20
  }

  /// Decodes the escape at `read` to `write`, moving both.
  private static func escape(
    _ base: UnsafeMutablePointer<UInt8>,
    _ read: inout Int,
    _ write: inout Int,
    _ end: Int
  ) throws(Expected) {
    guard read + 1 < end else { throw Expected("an escape after a backslash") }
    let plain: UInt8
    switch unsafe base[read + 1] {
    case UInt8(ascii: "\""): plain = UInt8(ascii: "\"")
    case UInt8(ascii: "\\"): plain = UInt8(ascii: "\\")
    case UInt8(ascii: "/"): plain = UInt8(ascii: "/")
    case UInt8(ascii: "b"): plain = 0x08
    case UInt8(ascii: "f"): plain = 0x0C
    case UInt8(ascii: "n"): plain = 0x0A
    case UInt8(ascii: "r"): plain = 0x0D
    case UInt8(ascii: "t"): plain = 0x09
    case UInt8(ascii: "u"):
      let scalar = unsafe try unicodeEscape(base, &read, end)
      // `read` has moved at least 6 bytes, and a scalar takes at most 3, or 4 of 12.
      for byte in UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter {
        unsafe base[write] = byte
        write += 1
      }
      return
    default: throw Expected("a known escape after a backslash")
    }
    unsafe base[write] = plain
    write += 1
    read += 2
  }

  /// The scalar of `\uXXXX`, or of a pair of them.
  private static func unicodeEscape(
    _ base: UnsafeMutablePointer<UInt8>,
    _ read: inout Int,
    _ end: Int
  ) throws(Expected) -> Unicode.Scalar {
    let first = unsafe try hexadecimal(base, read, end)
    read += 6
    if let scalar = Unicode.Scalar(first) { return scalar }
    guard first < 0xDC00, read + 6 <= end, unsafe base[read] == UInt8(ascii: "\\"),
      unsafe base[read + 1] == UInt8(ascii: "u")
    else { throw Expected("both halves of a surrogate pair") }
    let second = unsafe try hexadecimal(base, read, end)
    read += 6
    guard (0xDC00...0xDFFF).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw Expected("both halves of a surrogate pair") }
    return scalar
  }

  private static func hexadecimal(
    _ base: UnsafeMutablePointer<UInt8>,
    _ backslash: Int,
    _ end: Int
  ) throws(Expected) -> UInt32 {
    guard backslash + 6 <= end else { throw Expected("four hexadecimal digits") }
    var value: UInt32 = 0
    for index in (backslash + 2)..<(backslash + 6) {
      let digit: UInt8
      switch unsafe base[index] {
      case let byte where (0x30...0x39).contains(byte): digit = byte - 0x30
      case let byte where (0x41...0x46).contains(byte): digit = byte - 0x41 + 10
      case let byte where (0x61...0x66).contains(byte): digit = byte - 0x61 + 10
      default: throw Expected("four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
