public import Units

/// Reads several recordings as one market, in the order of time.
///
/// **Order.** Each file keeps its own order. A record whose time steps back behind one before it in
/// the same file is merged as if it had that file's latest time, and keeps its own time. Records of
/// equal (such) time come in the order of the sources. So the order is a function of the files, the
/// shifts, and the order of the arguments alone.
public struct MergedReader: ~Copyable {
  /// One file of the market.
  public struct Source: Sendable {
    public var path: String
    public var format: RecordingFormat
    /// Added to every time of the file, in nanoseconds, saturating; a body stays without a time.
    public var shiftNanoseconds: Int64

    public init(path: String, format: RecordingFormat = .auto, shiftNanoseconds: Int64 = 0) {
      self.path = path
      self.format = format
      self.shiftNanoseconds = shiftNanoseconds
    }
  }

  private let tracks: [Track]
  /// Tracks that have a record waiting, as a binary heap whose first comes next.
  private var heap: [Int] = []
  private var isStarted = false
  private var current: Int?

  /// Opens every file.
  ///
  /// - Parameters:
  ///   - sources: The files; their order settles ties.
  ///   - bounds: Gives only records within these times, after the shift.
  /// - Throws: The error of the first file that cannot be opened.
  public init(
    _ sources: [Source],
    within bounds: Range<Timestamp>? = nil
  ) throws(RecordingError) {
    var tracks: [Track] = []
    for source in sources { tracks.append(try Track(source, within: bounds)) }
    self.tracks = tracks
  }

  /// Takes the next record of all, its time shifted, with the index of its source; nil at the end.
  ///
  /// Throws when a file cannot be read on; then the merge is over.
  public mutating func next() throws(RecordingError) -> (record: Record, source: Int)? {
    if !isStarted {
      isStarted = true
      for index in tracks.indices where try tracks[index].advance() { push(index) }
    } else if let last = current {
      current = nil
      if try tracks[last].advance() { sink() } else { pop() }
    }
    guard let first = heap.first else {
      current = nil
      return nil
    }
    current = first
    return (tracks[first].record, first)
  }

  /// The payload of the current record; lent until ``next()``.
  public var payload: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      guard let current else { return Span() }
      // The track belongs to this reader alone, and only `next()` moves its window.
      let bytes = unsafe tracks[current].reader.unsafePayload
      return unsafe _overrideLifetime(bytes.span, borrowing: self)
    }
  }

  /// The URL of the current record; lent until ``next()``.
  public var address: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      guard let current else { return Span() }
      // The track belongs to this reader alone, and only `next()` moves its window.
      let bytes = unsafe tracks[current].reader.unsafeAddress
      return unsafe _overrideLifetime(bytes.span, borrowing: self)
    }
  }

  /// What was wrong so far in a source; see ``RecordingReader/findings``.
  public func findings(inSource index: Int) -> Findings { tracks[index].reader.findings }

  /// The venue of a source, as far as its file told; see ``RecordingReader/venueHint``.
  public func venueHint(ofSource index: Int) -> String? { tracks[index].reader.venueHint }

  /// The format of a source.
  public func format(ofSource index: Int) -> RecordingFormat { tracks[index].reader.format }

  /// Stored bytes taken so far from all files, out of ``bytesTotal``.
  public var bytesRead: Int { tracks.reduce(0) { $0 + $1.reader.bytesRead } }

  /// The length of all files as stored.
  public var bytesTotal: Int { tracks.reduce(0) { $0 + $1.reader.bytesTotal } }
}

// MARK: - The heap

extension MergedReader {
  // The least waiting time goes first. A record that steps back then follows at once on the one
  // before it in its file, which is where that file's latest time would place it.
  private func precedes(_ lhs: Int, _ rhs: Int) -> Bool {
    (tracks[lhs].record.time, lhs) < (tracks[rhs].record.time, rhs)
  }

  private mutating func push(_ track: Int) {
    heap.append(track)
    var child = heap.count - 1
    while child > 0, precedes(heap[child], heap[(child - 1) / 2]) {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func pop() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    sink()
  }

  /// Moves the first down to where it belongs.
  private mutating func sink() {
    var parent = 0
    while true {
      var least = parent
      for child in (2 * parent + 1)...(2 * parent + 2) where child < heap.count {
        if precedes(heap[child], heap[least]) { least = child }
      }
      if least == parent { return }
      heap.swapAt(parent, least)
      parent = least
    }
  }
}

/// One file being merged; a class only because an array holds no noncopyable values.
private final class Track {
  var reader: RecordingReader
  /// The record waiting, its time shifted.
  private(set) var record = Record(time: Record.timeUnknown, kind: .frame, connection: 0)
  private let shift: Int64

  init(
    _ source: MergedReader.Source,
    within bounds: Range<Timestamp>?
  ) throws(RecordingError) {
    let shift = source.shiftNanoseconds
    let inner = bounds.map { bounds in
      Track.unshift(bounds.lowerBound, shift)..<Track.unshift(bounds.upperBound, shift)
    }
    self.shift = shift
    reader = try RecordingReader(path: source.path, format: source.format, within: inner)
  }

  private static func unshift(_ time: Timestamp, _ shift: Int64) -> Timestamp {
    let (difference, overflow) = time.nanoseconds.subtractingReportingOverflow(shift)
    return Timestamp(nanoseconds: overflow ? (shift < 0 ? .max : .min) : difference)
  }

  /// Takes the next record; false at the end of the file.
  func advance() throws(RecordingError) -> Bool {
    guard let next = try reader.next() else { return false }
    let isTimed = reader.format != .body
    record = Record(
      time: isTimed ? next.time.advanced(byNanoseconds: shift) : next.time,
      kind: next.kind,
      connection: next.connection
    )
    return true
  }
}
