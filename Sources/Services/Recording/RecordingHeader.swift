import Units

/// What a file tells before its first record.
struct RecordingHeader {
  private(set) var venue: String?
  private(set) var instrument: String?
  /// When a crossbook capture started, in nanoseconds since 1970.
  private(set) var start = 0
  /// Where the parts that will be read lie in the whole; empty when all of it is read.
  private(set) var places: [BlockIndex.Place] = []

  /// Reads the header of the file that `input` has just opened, and, where the file is ours and has
  /// an index, points `input` at the parts that can hold records within `bounds`.
  init(
    of input: inout LineInput,
    in format: RecordingFormat,
    path: String,
    within bounds: Range<Timestamp>?
  ) throws(RecordingError) {
    switch format {
    case .crossbook: try readCrossbook(&input, path)
    case .parallax:
      try readParallax(&input, path)
      try useBlocks(&input, bounds)
    default: break
    }
  }

  private mutating func readCrossbook(
    _ input: inout LineInput,
    _ path: String
  ) throws(RecordingError) {
    guard case .line(let line) = try input.nextLine() else { throw .unknownFormat(path: path) }
    do throws(Expected) {
      let header = try CrossbookLine.header(input.bytes(line))
      venue = text(header.venue, in: line, of: input).lowercased()
      instrument = text(header.instrument, in: line, of: input)
      start = header.start
    } catch {
      throw .unknownFormat(path: path)
    }
  }

  /// Learns the venue without taking the line; a damaged one becomes a finding when it is read.
  private mutating func readParallax(
    _ input: inout LineInput,
    _ path: String
  ) throws(RecordingError) {
    let head = try input.peek()
    let line = head.lowerBound..<(input.firstNewline(in: head) ?? head.upperBound)
    guard
      case .header(let version, let name)? = ParallaxLine.headerIfAny(input.bytes(line))
    else { return }
    guard version == 1 else { throw .unsupportedVersion(path: path, version: version) }
    venue = text(name, in: line, of: input)
  }

  /// Has the file read by blocks, those that matter where its index tells.
  private mutating func useBlocks(
    _ input: inout LineInput,
    _ bounds: Range<Timestamp>?
  ) throws(RecordingError) {
    let size = input.source.file.size
    guard input.source.container == .zstd, size > 0 else { return }
    var parts = [0..<size]
    if let bounds {
      let index = BlockIndex(of: input.source.file)
      if !index.blocks.isEmpty { (parts, places) = index.parts(within: bounds, fileSize: size) }
    }
    try input.restart(reading: parts)
  }

  private func text(
    _ range: Range<Int>,
    in line: Range<Int>,
    of input: borrowing LineInput
  ) -> String {
    input.text((line.lowerBound + range.lowerBound)..<(line.lowerBound + range.upperBound))
  }
}

/// The clock of ``RecordingFormat/crossbook``: epoch time in some files, a counter in others.
///
/// A first stamp within an hour of the header's start is a time since 1970; otherwise stamps count
/// from an unknown moment, and the first one is taken to be the start.
struct CrossbookClock {
  private let start: Int
  private var shift: Int?

  init(start: Int) { self.start = start }

  /// Nil where the time does not fit.
  mutating func time(of stamp: Int) -> Timestamp? {
    if shift == nil {
      // Neither is negative, so the difference fits.
      let distance = start - stamp
      shift = abs(distance) <= CrossbookLine.clockTolerance ? 0 : distance
    }
    let (time, overflow) = stamp.addingReportingOverflow(shift ?? 0)
    return overflow ? nil : Timestamp(nanoseconds: Int64(time))
  }
}
