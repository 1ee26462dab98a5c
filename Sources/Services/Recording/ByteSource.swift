/// The decompressed bytes of a file, whatever it is wrapped in.
///
/// Memory is flat: the input buffer, and what a decoder's window takes.
struct ByteSource: ~Copyable {
  enum Container { case plain, gzip, zstd }

  /// What one read came to.
  enum Outcome: Equatable {
    case bytes(Int)
    /// Compressed bytes did not decode. Reading may go on after ``restart(reading:)``.
    case damaged
    /// The end of the file, possibly within a compressed frame.
    case end(isTruncated: Bool)
  }

  private(set) var file: InputFile
  let container: Container
  /// After damage, whether to look for the next zstd frame; only right where frames start lines.
  private var resumesAtNextFrame = false
  private var input: ByteBuffer
  private var inputStart = 0
  private var inputEnd = 0
  private var zstd = ZstdDecoder()
  private var gzip = GzipDecoder()
  private var isOver = false
  private var isDamaged = false
  /// The parts of the file to read, in order, in stored bytes; the first is being read.
  private var segments: ArraySlice<Range<Int>> = [0..<Int.max]

  init(path: String) throws(RecordingError) {
    var file = try InputFile(path: path)
    var input = ByteBuffer(capacity: 256 << 10)
    var count = 0
    while count < 4 {
      let more = try file.read(into: &input, count..<input.capacity)
      if more == 0 { break }
      count += more
    }
    container = ByteSource.container(of: input.span(0..<count))
    self.file = file
    self.input = input
    self.inputEnd = count
  }

  /// Stored bytes that have been taken from the file so far, decoded or not.
  var bytesRead: Int { file.position - (inputEnd - inputStart) }

  /// Magic numbers: RFC 1952 section 2.3.1, RFC 8878 sections 3.1.1 and 3.1.2.
  private static func container(of head: Span<UInt8>) -> Container {
    let magics: [[UInt8]] = [[0x1F, 0x8B], [0x28, 0xB5, 0x2F, 0xFD]]
    for (magic, container) in zip(magics, [Container.gzip, .zstd]) where !head.isEmpty {
      // A file cut within its magic number counts too.
      let count = min(magic.count, head.count)
      if areEqual(magic.span.extracting(0..<count), head.extracting(0..<count)) { return container }
    }
    guard head.count >= 4 else { return .plain }
    let isSkippable = head[0] & 0xF0 == 0x50 && head[1] == 0x2A && head[2] == 0x4D
    return isSkippable && head[3] == 0x18 ? .zstd : .plain
  }

  private static func isZstdMagic(_ a: UInt8, _ b: UInt8, _ c: UInt8, _ d: UInt8) -> Bool {
    a == 0x28 && b == 0xB5 && c == 0x2F && d == 0xFD
  }

  /// Starts over, reading only `segments` of the stored bytes; each must start a zstd frame.
  ///
  /// After damage, the next frame is looked for.
  mutating func restart(reading segments: [Range<Int>]) throws(RecordingError) {
    precondition(container == .zstd, "only zstd files are made of independent parts")
    resumesAtNextFrame = true
    self.segments = segments[...]
    inputStart = 0
    inputEnd = 0
    isOver = segments.isEmpty
    isDamaged = false
    zstd.reset()
    if let first = segments.first { try file.seek(to: first.lowerBound) }
  }

  /// Writes the next bytes to `range` of `output`, at least one unless there are no more.
  mutating func read(
    into output: inout ByteBuffer,
    _ range: Range<Int>
  ) throws(RecordingError) -> Outcome {
    precondition(!range.isEmpty, "there is room to read into")
    if isOver { return .end(isTruncated: false) }
    if isDamaged {
      isDamaged = false
      guard try skipToNextFrame() else { return end(isTruncated: false) }
    }
    if container == .plain { return try readPlain(into: &output, range) }
    while true {
      if inputStart == inputEnd { try refill() }
      let isAtEnd = inputStart == inputEnd
      if isAtEnd, !isWithinFrame { return end(isTruncated: false) }
      guard let step = decode(into: &output, range) else {
        isDamaged = true
        return .damaged
      }
      inputStart += step.consumed
      if step.produced > 0 { return .bytes(step.produced) }
      if isAtEnd { return end(isTruncated: true) }
    }
  }

  /// Whether the bytes given so far end within a compressed frame.
  var isWithinFrame: Bool {
    switch container {
    case .plain: false
    case .gzip: gzip.isWithinMember
    case .zstd: zstd.isWithinFrame
    }
  }

  private mutating func decode(
    into output: inout ByteBuffer,
    _ range: Range<Int>
  ) -> (consumed: Int, produced: Int)? {
    container == .gzip
      ? gzip.decode(&input, inputStart..<inputEnd, into: &output, range)
      : zstd.decode(&input, inputStart..<inputEnd, into: &output, range)
  }

  private mutating func end(isTruncated: Bool) -> Outcome {
    isOver = true
    return .end(isTruncated: isTruncated)
  }

  private mutating func readPlain(
    into output: inout ByteBuffer,
    _ range: Range<Int>
  ) throws(RecordingError) -> Outcome {
    if inputStart < inputEnd {
      let count = min(range.count, inputEnd - inputStart)
      output.write(input.span(inputStart..<inputStart + count), at: range.lowerBound)
      inputStart += count
      return .bytes(count)
    }
    let count = try file.read(into: &output, range)
    return count > 0 ? .bytes(count) : end(isTruncated: false)
  }

  /// Reads more of the current segment, or of the next; leaves the input empty at the end.
  private mutating func refill() throws(RecordingError) {
    inputStart = 0
    inputEnd = 0
    while let segment = segments.first {
      let left = segment.upperBound - file.position
      if left > 0 {
        inputEnd = try file.read(into: &input, 0..<min(left, input.capacity))
        if inputEnd > 0 { return }
      }
      segments = segments.dropFirst()
      guard let next = segments.first else { return }
      try file.seek(to: next.lowerBound)
    }
  }

  /// Looks for the magic number of a frame after the place of damage.
  private mutating func skipToNextFrame() throws(RecordingError) -> Bool {
    guard resumesAtNextFrame, container == .zstd else { return false }
    zstd.reset()
    inputStart = min(inputStart + 1, inputEnd)
    while true {
      while inputStart + 4 <= inputEnd {
        guard let found = input.firstIndex(of: 0x28, in: inputStart..<inputEnd - 3) else {
          inputStart = inputEnd - 3
          break
        }
        inputStart = found
        if ByteSource.isZstdMagic(
          input[found],
          input[found + 1],
          input[found + 2],
          input[found + 3]
        ) {
          return true
        }
        inputStart += 1
      }
      // Keep what may be the start of a magic number, and append to it.
      let kept = inputStart..<inputEnd
      input.moveToFront(kept)
      inputStart = 0
      inputEnd = kept.count
      let limit = segments.first.map { $0.upperBound - file.position } ?? 0
      guard limit > 0 else { return false }
      let room = min(limit, input.capacity - inputEnd)
      let count = try file.read(into: &input, inputEnd..<inputEnd + room)
      if count == 0 { return false }
      inputEnd += count
    }
  }
}
