extension JSONReader {
  /// Moves past white space.
  @inlinable @inline(__always)
  public mutating func skipWhiteSpace() {
    while offset < count, isWhiteSpace(known(offset)) { offset += 1 }
  }

  @inlinable @inline(__always)
  func isWhiteSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09
  }

  /// The next byte that is not white space, not consumed; nil at the end.
  @inlinable @inline(__always)
  public mutating func peek() -> UInt8? {
    if offset < count, known(offset) > 0x20 { return known(offset) }
    skipWhiteSpace()
    return byte(at: offset)
  }

  /// Consumes `wanted`, after any white space.
  @inlinable @inline(__always)
  public mutating func expect(
    _ wanted: UInt8,
    as expected: WireError.Expected
  ) throws(WireError) {
    guard peek() == wanted else { throw failure(expected) }
    offset += 1
  }

  @inlinable @inline(__always)
  public mutating func beginObject() throws(WireError) {
    try expect(UInt8(ascii: "{"), as: .object)
  }

  @inlinable @inline(__always)
  public mutating func beginArray() throws(WireError) {
    try expect(UInt8(ascii: "["), as: .array)
  }

  /// Reads the next key and its colon into ``key``, or the end of the object.
  ///
  /// `isFirst` starts true for each object and is kept by this call.
  @inlinable
  public mutating func nextKey(_ isFirst: inout Bool) throws(WireError) -> Bool {
    if peek() == UInt8(ascii: "}") {
      offset += 1
      return false
    }
    if isFirst {
      isFirst = false
      guard peek() == UInt8(ascii: "\"") else { throw failure(.keyOrEnd) }
    } else {
      try expect(UInt8(ascii: ","), as: .commaOrEnd)
    }
    key = try string()
    try expect(UInt8(ascii: ":"), as: .colon)
    return true
  }

  /// Moves to the next element, or past the end of the array.
  @inlinable @inline(__always)
  public mutating func nextElement(_ isFirst: inout Bool) throws(WireError) -> Bool {
    if peek() == UInt8(ascii: "]") {
      offset += 1
      return false
    }
    if isFirst {
      isFirst = false
    } else {
      try expect(UInt8(ascii: ","), as: .commaOrEnd)
      guard peek() != UInt8(ascii: "]") else { throw failure(.value) }
    }
    return true
  }

  /// Checks that nothing but white space is left.
  @inlinable @inline(__always)
  public mutating func expectEnd() throws(WireError) {
    if offset == count { return }
    skipWhiteSpace()
    guard offset == count else { throw failure(.endOfFrame) }
  }

  /// Moves past one value of any kind, checking it on the way.
  @inlinable
  public mutating func skipValue() throws(WireError) { try skipValue(depth: 0) }

  @usableFromInline
  mutating func skipValue(depth: Int) throws(WireError) {
    switch peek() {
    case UInt8(ascii: "\""): _ = try anyString()
    case UInt8(ascii: "{") where depth == JSONReader.maximumDepth,
      UInt8(ascii: "[") where depth == JSONReader.maximumDepth:
      throw failure(.nesting)
    case UInt8(ascii: "{"):
      offset += 1
      var isFirst = true
      while try nextMember(&isFirst) { try skipValue(depth: depth + 1) }
    case UInt8(ascii: "["):
      offset += 1
      var isFirst = true
      while try nextElement(&isFirst) { try skipValue(depth: depth + 1) }
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    default: _ = try numberText()
    }
  }

  /// As ``nextKey(_:)``, for keys that nobody looks at, which may hold escapes.
  @usableFromInline
  mutating func nextMember(_ isFirst: inout Bool) throws(WireError) -> Bool {
    if peek() == UInt8(ascii: "}") {
      offset += 1
      return false
    }
    if isFirst {
      isFirst = false
      guard peek() == UInt8(ascii: "\"") else { throw failure(.keyOrEnd) }
    } else {
      try expect(UInt8(ascii: ","), as: .commaOrEnd)
    }
    _ = try anyString()
    try expect(UInt8(ascii: ":"), as: .colon)
    return true
  }

  @usableFromInline
  mutating func literal(_ word: StaticString) throws(WireError) {
    guard match(word) else { throw failure(.value) }
  }

  /// Reads `true` or `false`.
  public mutating func boolean() throws(WireError) -> Bool {
    _ = peek()
    if match("true") { return true }
    if match("false") { return false }
    throw failure(.boolean)
  }

  /// Consumes `null` if it comes next.
  public mutating func consumeNull() -> Bool {
    _ = peek()
    return match("null")
  }
}
