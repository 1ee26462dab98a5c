/// A window over decompressed bytes that hands out lines and counted runs without copying them.
///
/// A range stays valid until the next call that moves the window. Only the unfinished line at the
/// window's end is ever moved, so memory and work follow the longest line, not the file.
struct LineInput: ~Copyable {
  enum Line {
    /// A whole line, without its newline.
    case line(Range<Int>)
    /// The bytes after the last newline of the file, at least one.
    case unterminated(Range<Int>, isTruncated: Bool)
    /// A line over the bound was skipped.
    case tooLong
    /// Damage was met; the line it lay in was dropped.
    case damaged
    case end(isTruncated: Bool)
  }

  private(set) var source: ByteSource
  private var buffer = ByteBuffer(capacity: 512 << 10)
  private var start = 0
  private var end = 0
  private var takesWholeFrames = false
  /// Where the buffer's first byte lies in the decompressed stream.
  private var origin = 0
  /// The number of the line handed out last, from 1, and where it starts.
  private(set) var lineNumber = 0
  private(set) var lineOffset = 0
  /// An end or damage that ``peek()`` met, for the call that gets there.
  private var pending: ByteSource.Outcome?
  /// Why ``take(_:acceptingEndFor:)`` or ``takeAll()`` last gave nothing.
  private(set) var failure = Finding.Problem.truncated

  init(_ source: consuming ByteSource) { self.source = source }

  /// The bytes of a range that was handed out.
  @_lifetime(borrow self)
  func bytes(_ range: Range<Int>) -> Span<UInt8> { buffer.span(range) }

  /// See ``ByteBuffer/unsafeBytes(_:)``.
  @unsafe
  func unsafeBytes(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> {
    unsafe buffer.unsafeBytes(range)
  }

  /// Its text.
  func text(_ range: Range<Int>) -> String { Recording.text(buffer.span(range)) }

  /// Its bytes, to be decoded in place.
  @_lifetime(&self)
  mutating func mutableBytes(_ range: Range<Int>) -> MutableSpan<UInt8> {
    buffer.mutableSpan(range)
  }

  /// Starts over with parts of a file whose compressed frames hold whole lines.
  ///
  /// From then on a frame's bytes are handed out only once it has proved whole, by its checksum, as
  /// long as it is no longer than ``RecordingLimits/recordBytes``, or once the file has ended in
  /// it.
  mutating func restart(reading segments: [Range<Int>]) throws(RecordingError) {
    try source.restart(reading: segments)
    takesWholeFrames = true
    (start, end, origin, lineNumber, lineOffset, pending) = (0, 0, 0, 0, 0, nil)
  }

  /// The first bytes that are not newlines, as many as the window holds, without taking them.
  ///
  /// Skips nothing: the newlines before them are handed out as empty lines later.
  mutating func peek() throws(RecordingError) -> Range<Int> {
    while end < buffer.capacity, pending == nil {
      let outcome = try source.read(into: &buffer, end..<buffer.capacity)
      guard case .bytes(let count) = outcome else {
        pending = outcome
        break
      }
      end += count
    }
    return firstNonNewline()..<end
  }

  /// The window's size in bytes.
  var capacity: Int { buffer.capacity }

  /// Whether ``peek()`` was kept from seeing more by damage.
  var isDamagedAhead: Bool { pending == .damaged }

  private func firstNonNewline() -> Int {
    var index = start
    while index < end, buffer[index] == 0x0A || buffer[index] == 0x0D { index += 1 }
    return index
  }

  /// Takes the next line.
  mutating func nextLine() throws(RecordingError) -> Line {
    var searched = start
    lineOffset = origin + start
    while true {
      if let newline = buffer.firstIndex(of: 0x0A, in: searched..<end) {
        let line = start..<newline
        start = newline + 1
        lineNumber += 1
        return line.count > RecordingLimits.recordBytes ? .tooLong : .line(line)
      }
      searched = end
      if end - start > RecordingLimits.recordBytes { return try skipLine() }
      let unread = end - start
      switch try fill() {
      case .bytes:
        searched = start + unread
      case .damaged:
        start = end
        lineNumber += 1
        return .damaged
      case .end(let isTruncated):
        guard start < end else { return .end(isTruncated: isTruncated) }
        let rest = start..<end
        start = end
        lineNumber += 1
        return .unterminated(rest, isTruncated: isTruncated)
      }
    }
  }

  /// Where the first newline of a range lies.
  func firstNewline(in range: Range<Int>) -> Int? { buffer.firstIndex(of: 0x0A, in: range) }

  /// Takes exactly `count` bytes, of which the last `optional` may be missing at the file's end.
  ///
  /// Nil when the file ends before, or at damage; then what was read of it is dropped.
  mutating func take(
    _ count: Int,
    acceptingEndFor optional: Int
  ) throws(RecordingError) -> Range<Int>? {
    while end - start < count {
      switch try fill() {
      case .bytes: continue
      case .damaged: failure = .damaged
      case .end(let isTruncated):
        failure = .truncated
        if !isTruncated, end - start >= count - optional {
          let taken = start..<end
          start = end
          return taken
        }
      }
      start = end
      return nil
    }
    let taken = start..<(start + count)
    start += count
    lineNumber += 1
    return taken
  }

  /// Takes the rest of the file, of at most ``RecordingLimits/recordBytes``, or nil.
  mutating func takeAll() throws(RecordingError) -> Range<Int>? {
    lineOffset = origin + start
    lineNumber = 1
    while end - start <= RecordingLimits.recordBytes {
      switch try fill() {
      case .bytes: continue
      case .damaged:
        failure = .damaged
        return nil
      case .end(let isTruncated):
        failure = .truncated
        return isTruncated ? nil : start..<end
      }
    }
    failure = .tooLong
    return nil
  }

  private mutating func skipLine() throws(RecordingError) -> Line {
    lineNumber += 1
    while true {
      start = end
      guard case .bytes = try fill() else { return .tooLong }
      if let newline = buffer.firstIndex(of: 0x0A, in: start..<end) {
        start = newline + 1
        return .tooLong
      }
    }
  }

  /// Makes room behind the unread bytes and reads into it.
  private mutating func fill() throws(RecordingError) -> ByteSource.Outcome {
    if let pending {
      self.pending = nil
      return pending
    }
    if start > 0 {
      buffer.moveToFront(start..<end)
      origin += start
      end -= start
      start = 0
    }
    let before = end
    while true {
      if buffer.capacity - end < 64 << 10 {
        buffer.grow(to: buffer.capacity * 2, keeping: end)
      }
      let outcome = try source.read(into: &buffer, end..<buffer.capacity)
      switch outcome {
      case .bytes(let count):
        end += count
        let isPending = takesWholeFrames && source.isWithinFrame
        if isPending, end - before <= RecordingLimits.recordBytes { continue }
        return .bytes(end - before)
      case .damaged:
        // Whoever asked drops all that is unread, this frame's bytes with it.
        return .damaged
      case .end:
        if end == before { return outcome }
        pending = outcome
        return .bytes(end - before)
      }
    }
  }
}
