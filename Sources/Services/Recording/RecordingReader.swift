public import Units

/// Reads one recorded file, record by record.
///
/// Memory is flat in the file's length: the window holds the longest record, and one record costs
/// no allocation beyond the first few (except the text of ``venueHint``). What is wrong in the file
/// is skipped and kept as ``findings``; an error is thrown only where nothing more can be read.
///
/// ```swift
/// var reader = try RecordingReader(path: path)
/// while let record = try reader.next() { use(record, reader.payload) }
/// ```
public struct RecordingReader: ~Copyable {
  /// The file, as it was named.
  public let path: String
  /// The format the file is in; never ``RecordingFormat/auto``.
  public let format: RecordingFormat
  /// The venue, as far as the file tells: by its header, an `exchange` field, or a URL's host.
  ///
  /// Lower case, unchecked, and nil until a record has told.
  public private(set) var venueHint: String?
  /// The instrument that the file's header names, in the venue's own words.
  public let instrumentHint: String?
  /// What was wrong so far.
  public private(set) var findings = Findings()

  private var input: LineInput
  private let bounds: Range<Timestamp>?
  private var payloadRange = 0..<0
  private var addressRange = 0..<0
  private var lastTime: Timestamp?
  private var times = TimestampReader()
  private var connections = ConnectionNames()
  private var clock: CrossbookClock
  private let places: [BlockIndex.Place]
  private var isOver = false

  /// Opens the file at `path`, plain, gzip, or zstd, and tells its format.
  ///
  /// - Parameters:
  ///   - path: The file; a pipe will do.
  ///   - format: What the file is in; `auto` looks at its first bytes.
  ///   - bounds: Gives only records within these times. A file of ours that has an index is not
  ///     read elsewhere. Connections that opened before are not announced again. A body has no
  ///     time and is always given.
  /// - Throws: ``RecordingError/cannotOpen(path:code:)``, ``RecordingError/unknownFormat(path:)``,
  ///   ``RecordingError/unsupportedVersion(path:version:)``, or
  ///   ``RecordingError/readFailed(path:code:offset:)``.
  public init(
    path: String,
    format: RecordingFormat = .auto,
    within bounds: Range<Timestamp>? = nil
  ) throws(RecordingError) {
    var input = LineInput(try ByteSource(path: path))
    let head = try input.peek()
    var known: RecordingFormat? = format
    if format == .auto {
      // What lies behind damage at the very start can be read by whoever knows the format.
      let isUnseen = head.isEmpty && input.isDamagedAhead
      known = isUnseen ? nil : RecordingFormat.sniff(input.bytes(head))
    }
    guard let known else { throw .unknownFormat(path: path) }
    let header = try RecordingHeader(of: &input, in: known, path: path, within: bounds)
    self.input = input
    self.path = path
    self.format = known
    self.bounds = bounds
    self.venueHint = header.venue
    self.instrumentHint = header.instrument
    self.places = header.places
    self.clock = CrossbookClock(start: header.start)
  }

  /// The bytes of the current record that its ``Record/Kind`` speaks of; lent until ``next()``.
  public var payload: Span<UInt8> {
    @_lifetime(borrow self)
    get { unsafe _overrideLifetime(input.bytes(payloadRange), borrowing: self) }
  }

  /// The URL of the current record's connection or request, if any; lent until ``next()``.
  public var address: Span<UInt8> {
    @_lifetime(borrow self)
    get { unsafe _overrideLifetime(input.bytes(addressRange), borrowing: self) }
  }

  /// ``payload`` and ``address`` for an owner that binds their lifetimes itself.
  @unsafe var unsafePayload: UnsafeBufferPointer<UInt8> { unsafe input.unsafeBytes(payloadRange) }
  @unsafe var unsafeAddress: UnsafeBufferPointer<UInt8> { unsafe input.unsafeBytes(addressRange) }

  /// The window's size in bytes: at most twice the longest record allowed.
  var windowBytes: Int { input.capacity }

  /// Stored bytes taken so far, out of ``bytesTotal``.
  public var bytesRead: Int { input.source.bytesRead }

  /// The file's length as stored; 0 for a pipe.
  public var bytesTotal: Int { input.source.file.size }

  /// Takes the next record; nil at the end of the file, and from then on.
  public mutating func next() throws(RecordingError) -> Record? {
    while let record = try nextUnbounded() {
      guard let bounds, format != .body else { return record }
      if bounds.contains(record.time) { return record }
    }
    payloadRange = 0..<0
    addressRange = 0..<0
    return nil
  }

  private mutating func nextUnbounded() throws(RecordingError) -> Record? {
    if isOver { return nil }
    let record =
      switch format {
      case .body: try nextBody()
      case .crossbook: try nextCrossbookFrame()
      default: try nextLineRecord()
      }
    if record == nil { isOver = true }
    return record
  }
}

// MARK: - Findings

extension RecordingReader {
  private mutating func add(_ problem: Finding.Problem) {
    var line = input.lineNumber
    var offset = input.lineOffset
    if let place = places.last(where: { $0.readOffset <= offset }) {
      line += place.line - place.readLine
      offset += place.offset - place.readOffset
    }
    findings.add(Finding(problem: problem, line: line, offset: offset))
  }
}

// MARK: - Formats of lines

extension RecordingReader {
  private mutating func nextLineRecord() throws(RecordingError) -> Record? {
    while true {
      switch try input.nextLine() {
      case .line(let range):
        do throws(Expected) {
          if let record = try parse(range) { return record }
        } catch {
          add(.malformed(expected: error.what))
        }
      case .unterminated(let range, let isTruncated):
        // Only an object shows by itself that it is whole.
        if format == .cryptofeed2, !isTruncated {
          do throws(Expected) {
            if let record = try parse(range) { return record }
            continue
          } catch {
            // What does not parse was cut off.
          }
        }
        add(.truncated)
      case .tooLong: add(.tooLong)
      case .damaged: add(.damaged)
      case .end(let isTruncated):
        if isTruncated { add(.truncated) }
        return nil
      }
    }
  }

  /// The record of a line, or nil for a line that holds none.
  private mutating func parse(_ range: Range<Int>) throws(Expected) -> Record? {
    switch format {
    case .parallax:
      var line = input.mutableBytes(range)
      switch try ParallaxLine.parse(&line, &times) {
      case .record(let parsed): return take(parsed, at: range.lowerBound)
      case .header(version: 1, let venue):
        if venueHint == nil { venueHint = text(at: venue, in: range) }
        return nil
      case .header: throw Expected("version 1, as in the first line")
      }
    case .cryptofeed2:
      var line = input.mutableBytes(range)
      return try take(CryptofeedObject(&line), range)
    case .cryptofeed1:
      guard let parsed = try CryptofeedLine.parse(input.bytes(range)) else { return nil }
      return take(parsed, at: range.lowerBound)
    default:
      guard !range.isEmpty else { return tardisDisconnection() }
      return take(try TardisLine.parse(input.bytes(range), &times), at: range.lowerBound)
    }
  }

  private func text(at range: Range<Int>, in line: Range<Int>) -> String {
    let start = line.lowerBound
    return input.text((start + range.lowerBound)..<(start + range.upperBound))
  }

  private mutating func take(_ parsed: ParsedRecord, at start: Int) -> Record {
    payloadRange = (start + parsed.payload.lowerBound)..<(start + parsed.payload.upperBound)
    addressRange = (start + parsed.address.lowerBound)..<(start + parsed.address.upperBound)
    lastTime = parsed.record.time
    if venueHint == nil, !addressRange.isEmpty {
      venueHint = Recording.venueHint(ofURL: input.bytes(addressRange))
    }
    return parsed.record
  }

  /// An empty line before any record marks the end of nothing.
  private mutating func tardisDisconnection() -> Record? {
    guard let lastTime else { return nil }
    payloadRange = 0..<0
    return Record(time: lastTime, kind: .disconnected, connection: 0)
  }

  private mutating func take(
    _ object: CryptofeedObject,
    _ line: Range<Int>
  ) throws(Expected) -> Record? {
    if !object.exchange.isEmpty, venueHint == nil {
      venueHint = text(at: object.exchange, in: line).lowercased()
    }
    let kind: Record.Kind
    switch object.kind {
    case nil: throw Expected("a member t")
    case .header: return nil
    case .connect: kind = .connected
    case .disconnect: kind = .disconnected
    case .send: kind = .sent
    case .receive: kind = .frame
    case .http: kind = .response
    }
    guard let time = object.time else { throw Expected("a member ts") }
    var payload = 0..<0
    if let data = object.data {
      payload = data
    } else if kind != .connected, kind != .disconnected {
      throw Expected("a member data")
    }
    let start = line.lowerBound
    let name = (start + object.connection.lowerBound)..<(start + object.connection.upperBound)
    guard let connection = connections.number(of: input.bytes(name)) else {
      throw Expected("at most 65536 connections")
    }
    let record = Record(time: time, kind: kind, connection: connection)
    return take(
      ParsedRecord(record: record, payload: payload, address: object.address),
      at: start
    )
  }
}

// MARK: - Captures of counted frames

extension RecordingReader {
  private mutating func nextCrossbookFrame() throws(RecordingError) -> Record? {
    var isLost = false
    while true {
      let range: Range<Int>
      switch try input.nextLine() {
      case .line(let line): range = line
      case .unterminated:
        add(.truncated)
        continue
      case .tooLong:
        add(.tooLong)
        continue
      case .damaged:
        add(.damaged)
        continue
      case .end(let isTruncated):
        if isTruncated { add(.truncated) }
        return nil
      }
      let header: (stamp: Int, count: Int)
      do throws(Expected) {
        header = try CrossbookLine.frame(input.bytes(range))
      } catch {
        // After one fault, whatever is not a stamp and a count belongs to it.
        if !isLost { add(.malformed(expected: error.what)) }
        isLost = true
        continue
      }
      guard header.count <= RecordingLimits.recordBytes else {
        add(.tooLong)
        isLost = true
        continue
      }
      guard let time = clock.time(of: header.stamp) else {
        add(.malformed(expected: "a stamp within the years 1677 to 2262"))
        isLost = true
        continue
      }
      guard let taken = try input.take(header.count + 1, acceptingEndFor: 1) else {
        add(input.failure)
        return nil
      }
      let payload = taken.lowerBound..<(taken.lowerBound + header.count)
      if taken.count > header.count, input.bytes(taken)[header.count] != 0x0A {
        add(.malformed(expected: "a newline after the counted bytes"))
        isLost = true
        continue
      }
      payloadRange = payload
      return Record(time: time, kind: .frame, connection: 0)
    }
  }
}

// MARK: - Bodies

extension RecordingReader {
  private mutating func nextBody() throws(RecordingError) -> Record? {
    isOver = true
    guard let range = try input.takeAll() else {
      add(input.failure)
      return nil
    }
    guard !range.isEmpty else { return nil }
    payloadRange = range
    return Record(time: Record.timeUnknown, kind: .response, connection: 0)
  }
}
