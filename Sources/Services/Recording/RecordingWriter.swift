public import Units

/// Writes what one venue's sessions see, one file an hour.
///
/// ## The file
///
/// `<directory>/<venue>/<YYYY-MM-DD>/<HH>.plx.zst`, by the UTC hour of the records. A file that
/// exists is never touched: a writer that starts again within the hour writes `<HH>.1.plx.zst`, and
/// so on. A record older than the open file's hour goes into the open file, so that a clock that
/// steps back cannot reopen one.
///
/// The text is lines that end in a newline, compressed by zstd in *blocks*: independent frames with
/// checksums, each holding whole lines and starting with a header. So a torn end costs at most the
/// last block's last lines, a damaged block costs one block, and blocks can be read alone.
///
/// ```
/// #parallax 1 venue=kraken
/// 2026-08-09T21:05:48.505350477Z {"channel":"book"}            a frame of connection 0
/// 2026-08-09T21:05:48.505350477Z #frame 1 {"channel":"book"}   a frame of connection 1
/// 2026-08-09T21:05:48.505350477Z #connect 1 wss://ws.kraken.com/v2
/// 2026-08-09T21:05:48.505350477Z #disconnect 1 closed by the venue
/// 2026-08-09T21:05:48.505350477Z #send 1 {"method":"ping"}
/// 2026-08-09T21:05:48.505350477Z #rest 1 https://api.kraken.com/0/public/Time {"error":[]}
/// ```
///
/// What follows the marker's words is verbatim to the end of the line, except where a backslash
/// ends the first word (`#frame\ 0 ...`): there `\n` stands for a newline and `\\` for a backslash,
/// and nothing else may follow a backslash. The writer uses that form only for bytes that hold a
/// newline, and `#frame 0` for a frame that starts with `#`. An unknown URL is `-`.
///
/// Beside each file an index, `<HH>.plx.idx`, says which times each block holds. It only saves
/// time; see ``RecordingReader/init(path:format:within:)``.
///
/// ## Time and durability
///
/// There is no clock in here: the times of records, and ``advance(to:)``, say how late it is. A
/// block is written when it is full or its first line is old enough (``Policy``). A failed write
/// throws and keeps the block, and the file is as before it; the next call tries again.
/// Without ``close()`` the lines since the last block are lost, as after a crash.
public struct RecordingWriter: ~Copyable {
  /// When to write and when to sync.
  public struct Policy: Sendable {
    /// When a block is durable, at the latest.
    public enum Sync: Sendable {
      /// When the operating system gets to it.
      case never
      /// When its file is closed: after its hour, or by ``RecordingWriter/close()``.
      case whenClosed
      /// When it has been written.
      case everyBlock
    }

    /// A block is written once its text is this long, in bytes; a longer line is a block alone.
    public var blockBytes = 1 << 20
    /// A block is written once its first line is this old, in nanoseconds.
    public var blockNanoseconds: Int64 = 5_000_000_000
    /// zstd's level, 1 to 19.
    public var compressionLevel = 3
    public var sync = Sync.whenClosed

    public init() {}
  }

  private let directory: String
  private let venue: String
  private let policy: Policy
  private let header: [UInt8]
  private var encoder: ZstdEncoder
  private var block = LineBlock()
  private var file: BlockFile?

  /// Prepares to write below `directory`; the first record creates what is missing.
  public init(
    directory: String,
    venue: String,
    policy: Policy = Policy()
  ) throws(RecordingError) {
    precondition(policy.blockBytes > 0, "a block holds something")
    precondition((1...19).contains(policy.compressionLevel), "zstd has levels 1 to 19")
    let isName = venue.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x5F
    }
    guard isName, (1...64).contains(venue.utf8.count) else { throw .invalidVenue(venue) }
    self.directory = directory
    self.venue = venue
    self.policy = policy
    self.header = Array("#parallax 1 venue=\(venue)\n".utf8)
    self.encoder = ZstdEncoder(level: policy.compressionLevel)
  }

  /// The file that records go to now, or nil before a file's first one.
  public private(set) var path: String?

  /// Records something that happened.
  ///
  /// - Parameters:
  ///   - record: Its connection must be below ``RecordingLimits/connections``.
  ///   - payload: What ``Record/Kind`` says; empty for ``Record/Kind/connected``.
  ///   - address: The URL of a connection that opened or of an answer; otherwise ignored. Blanks
  ///     and control characters in it are percent-encoded.
  /// - Throws: When the record was not taken (``RecordingError/recordTooLong(bytes:)``,
  ///   ``RecordingError/timeOutOfRange(nanoseconds:)``), or when writing failed; in that case the
  ///   record was taken unless the block before it was full already.
  public mutating func append(
    _ record: Record,
    _ payload: Span<UInt8>,
    address: Span<UInt8> = Span()
  ) throws(RecordingError) {
    precondition(
      (0..<RecordingLimits.connections).contains(record.connection),
      "connections are numbered from 0, and few"
    )
    precondition(
      record.kind != .connected || payload.isEmpty,
      "a connection that opens has no payload"
    )
    guard (1678...2261).contains(record.time.civil.year) else {
      throw .timeOutOfRange(nanoseconds: record.time.nanoseconds)
    }
    try rotate(at: record.time)
    if isFull { try flush() }
    if file == nil {
      let created = try BlockFile(hour: hour(of: record.time), in: directory, venue: venue)
      path = created.path
      file = consume created
    }
    let header = header
    try block.append(record, payload, address: address, header: header.span)
    if isFull { try flush() } else { try flushIfOld(at: record.time) }
  }

  /// Says how late it is: writes a block that has waited long enough, closes a past hour's file.
  public mutating func advance(to now: Timestamp) throws(RecordingError) {
    try rotate(at: now)
    try flushIfOld(at: now)
  }

  /// Writes what has gathered as a block.
  public mutating func flush() throws(RecordingError) {
    guard !block.isEmpty else { return }
    try file?.append(&block, with: &encoder)
    block.removeAll()
    if policy.sync == .everyBlock { try file?.sync() }
  }

  /// Writes what has gathered and closes the file.
  public consuming func close() throws(RecordingError) {
    try finishFile()
  }

  private var isFull: Bool { block.count >= policy.blockBytes }

  private mutating func flushIfOld(at now: Timestamp) throws(RecordingError) {
    guard let opened = block.opened,
      now.nanoseconds(since: opened) >= policy.blockNanoseconds
    else { return }
    try flush()
  }

  private mutating func rotate(at now: Timestamp) throws(RecordingError) {
    guard let open = file?.hour, hour(of: now) > open else { return }
    try finishFile()
  }

  private mutating func finishFile() throws(RecordingError) {
    try flush()
    if policy.sync != .never { try file?.sync() }
    file = nil
    path = nil
  }

  private func hour(of time: Timestamp) -> Int64 {
    let (hour, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 3_600_000_000_000)
    return rest < 0 ? hour - 1 : hour
  }
}
