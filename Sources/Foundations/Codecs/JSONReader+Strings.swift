extension JSONReader {
  /// Reads a string that holds no escape, as market data never does, and returns its contents.
  ///
  /// - Throws: `.string`, `.plainString` at a backslash, `.controlFreeString` at a raw control
  ///   character.
  @inlinable @inline(__always)
  public mutating func string() throws(WireError) -> TextRange {
    try expect(UInt8(ascii: "\""), as: .string)
    return try restOfString()
  }

  /// Reads the rest of a string whose opening quote has been consumed.
  @inlinable @inline(__always)
  public mutating func restOfString() throws(WireError) -> TextRange {
    let start = offset
    let end = endOfPlainText(from: start)
    guard end < count, known(end) == UInt8(ascii: "\"") else { throw stringFailure(at: end) }
    offset = end + 1
    return TextRange(start: start, count: end - start)
  }

  /// The first quote, backslash, or control character at or after `start`, or ``count``.
  @inlinable @inline(__always)
  func endOfPlainText(from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    var index = start
    while index + 8 <= count {
      let word = word(index)
      let quote = word ^ (ones &* 0x22)
      let backslash = word ^ (ones &* 0x5C)
      let found =
        (((quote &- ones) & ~quote) | ((backslash &- ones) & ~backslash)
          | ((word &- (ones &* 0x20)) & ~word)) & highs
      if found != 0 { return index + found.trailingZeroBitCount >> 3 }
      index += 8
    }
    while index < count {
      let byte = known(index)
      if byte == 0x22 || byte == 0x5C || byte < 0x20 { return index }
      index += 1
    }
    return count
  }

  @usableFromInline @inline(never)
  func stringFailure(at index: Int) -> WireError {
    switch byte(at: index) {
    case nil: failure(.string, at: index)
    case UInt8(ascii: "\\"): failure(.plainString, at: index)
    default: failure(.controlFreeString, at: index)
    }
  }

  /// Moves past a string that may hold escapes; the range still holds them.
  public mutating func anyString() throws(WireError) -> TextRange {
    try expect(UInt8(ascii: "\""), as: .string)
    let start = offset
    while true {
      offset = endOfPlainText(from: offset)
      switch byte(at: offset) {
      case UInt8(ascii: "\""):
        offset += 1
        return TextRange(start: start, count: offset - 1 - start)
      case UInt8(ascii: "\\"): try skipEscape()
      default: throw stringFailure(at: offset)
      }
    }
  }

  private mutating func skipEscape() throws(WireError) {
    offset += 1
    switch byte(at: offset) {
    case UInt8(ascii: "u"):
      offset += 1
      for _ in 0..<4 {
        guard let digit = byte(at: offset), isHexDigit(digit) else { throw failure(.escape) }
        offset += 1
      }
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      offset += 1
    default: throw failure(.escape)
    }
  }

  private func isHexDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
      UInt8(ascii: "A")...UInt8(ascii: "F"):
      true
    default: false
    }
  }

  /// The text of `range` as a `String`, its escapes resolved; for words that people read.
  ///
  /// Unpaired surrogates become U+FFFD.
  public func text(_ range: TextRange) -> String {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(range.count)
    var index = range.start
    while index < range.end, let byte = byte(at: index) {
      index += 1
      guard byte == UInt8(ascii: "\\"), index < range.end, let code = self.byte(at: index) else {
        bytes.append(byte)
        continue
      }
      index += 1
      switch code {
      case UInt8(ascii: "b"): bytes.append(0x08)
      case UInt8(ascii: "f"): bytes.append(0x0C)
      case UInt8(ascii: "n"): bytes.append(0x0A)
      case UInt8(ascii: "r"): bytes.append(0x0D)
      case UInt8(ascii: "t"): bytes.append(0x09)
      case UInt8(ascii: "u"):
        var unit = codeUnit(at: index)
        index += 4
        if (0xD800..<0xDC00).contains(unit), self.byte(at: index) == UInt8(ascii: "\\"),
          self.byte(at: index + 1) == UInt8(ascii: "u")
        {
          let low = codeUnit(at: index + 2)
          if (0xDC00..<0xE000).contains(low) {
            unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            index += 6
          }
        }
        bytes.append(contentsOf: String(Unicode.Scalar(unit) ?? "\u{FFFD}").utf8)
      default: bytes.append(code)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private func codeUnit(at index: Int) -> UInt32 {
    var value: UInt32 = 0
    for position in index..<index + 4 {
      guard let digit = byte(at: position).flatMap({ Character(Unicode.Scalar($0)).hexDigitValue })
      else { return 0xFFFD }
      value = value << 4 | UInt32(digit)
    }
    return value
  }
}
