/// A forward-only reader over one JSON text, borrowing the bytes it reads: no copy, no tree.
///
/// Two ways of reading go together. *Matching* compares the next bytes with what a venue has always
/// sent, eight at a time, and costs almost nothing; where it fails, the *general* calls read any
/// legal JSON, with any order of keys and any white space. Unknown fields are skipped and still
/// checked. Nesting is bounded by ``maximumDepth``. Numbers keep their text: decimals become
/// integers directly, and no floating point is involved anywhere.
///
/// The bytes are read through a pointer because a `Span` subscript checks bounds byte by byte; here
/// each check covers a whole word or literal. Every access is preceded by a comparison with `count`
/// in the same function, and the lifetime annotation keeps the pointer inside the span's life.
@safe
public struct JSONReader: ~Copyable, ~Escapable {
  /// The deepest nesting of objects and arrays that is read.
  public static let maximumDepth = 64

  @usableFromInline let base: UnsafePointer<UInt8>
  /// Bytes in the frame.
  public let count: Int
  /// Bytes read so far.
  public var offset: Int = 0
  /// The key that ``nextKey(_:)`` read last, without its quotes.
  public var key = TextRange(start: 0, count: 0)

  @inlinable
  @_lifetime(copy bytes)
  public init(_ bytes: Span<UInt8>) {
    count = bytes.count
    unsafe base = bytes.withUnsafeBufferPointer { buffer in
      unsafe buffer.baseAddress ?? UnsafePointer(bitPattern: 1).unsafelyUnwrapped
    }
  }

  // MARK: Bytes

  /// The byte at `index`, or nil past the end.
  @inlinable @inline(__always)
  public func byte(at index: Int) -> UInt8? {
    index >= 0 && index < count ? unsafe base[index] : nil
  }

  /// The byte at `index`, which the caller has compared with ``count``.
  @inlinable @inline(__always)
  func known(_ index: Int) -> UInt8 {
    assert(index >= 0 && index < count)
    return unsafe base[index]
  }

  /// The eight bytes from `index` on, the first of them lowest; the caller has compared
  /// `index + 8` with ``count``.
  @inlinable @inline(__always)
  func word(_ index: Int) -> UInt64 {
    assert(index >= 0 && index + 8 <= count)
    return unsafe UInt64(
      littleEndian: UnsafeRawPointer(base).loadUnaligned(fromByteOffset: index, as: UInt64.self)
    )
  }

  /// The bytes of `range`, which a call on this reader returned.
  @inlinable
  @_lifetime(copy self)
  public func span(_ range: TextRange) -> Span<UInt8> {
    precondition(range.start >= 0 && range.count >= 0 && range.start + range.count <= count)
    let buffer = unsafe UnsafeBufferPointer(start: base + range.start, count: range.count)
    return unsafe _overrideLifetime(Span(_unsafeElements: buffer), copying: self)
  }

  // MARK: Matching

  /// Consumes `literal` if exactly it comes next, white space included.
  @inlinable @inline(__always)
  public mutating func match(_ literal: StaticString) -> Bool {
    guard isNext(literal, at: offset) else { return false }
    offset += literal.utf8CodeUnitCount
    return true
  }

  /// Whether exactly `literal` stands at `index`.
  @inlinable @inline(__always)
  public func isNext(_ literal: StaticString, at index: Int) -> Bool {
    let size = literal.utf8CodeUnitCount
    guard index >= 0, index + size <= count else { return false }
    let wanted = unsafe UnsafeRawPointer(literal.utf8Start)
    let given = unsafe UnsafeRawPointer(base + index)
    var position = 0
    var difference: UInt64 = 0
    while position + 8 <= size {
      difference |=
        unsafe (wanted.loadUnaligned(fromByteOffset: position, as: UInt64.self)
        ^ given.loadUnaligned(fromByteOffset: position, as: UInt64.self))
      position += 8
    }
    if position + 4 <= size {
      difference |= unsafe UInt64(
        wanted.loadUnaligned(fromByteOffset: position, as: UInt32.self)
          ^ given.loadUnaligned(fromByteOffset: position, as: UInt32.self)
      )
      position += 4
    }
    while position < size {
      difference |= unsafe UInt64(
        wanted.load(fromByteOffset: position, as: UInt8.self)
          ^ given.load(fromByteOffset: position, as: UInt8.self)
      )
      position += 1
    }
    return difference == 0
  }

  /// Whether `range` holds exactly `literal`.
  @inlinable @inline(__always)
  public func text(_ range: TextRange, is literal: StaticString) -> Bool {
    range.count == literal.utf8CodeUnitCount && isNext(literal, at: range.start)
  }

  /// Whether the last key is `literal`.
  @inlinable @inline(__always)
  public func keyIs(_ literal: StaticString) -> Bool { text(key, is: literal) }

  // MARK: Failing

  /// The error of expecting something at the present place.
  @inlinable
  public func failure(_ expected: WireError.Expected) -> WireError {
    failure(expected, at: offset)
  }

  @inline(never)
  public func failure(_ expected: WireError.Expected, at index: Int) -> WireError {
    WireError(offset: index, expected: expected, found: byte(at: index))
  }
}

/// A piece of the text being read, by its place.
@frozen
public struct TextRange: Hashable, Sendable {
  public var start: Int
  public var count: Int

  @inlinable
  public init(start: Int, count: Int) {
    self.start = start
    self.count = count
  }

  @inlinable
  public var end: Int { start + count }
}
