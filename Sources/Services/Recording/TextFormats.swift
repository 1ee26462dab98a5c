import Units

/// The lines of ``RecordingFormat/tardis``, except the empty one.
enum TardisLine {
  static func parse(
    _ line: Span<UInt8>,
    _ times: inout TimestampReader
  ) throws(Expected) -> ParsedRecord {
    var scanner = ByteScanner(line)
    guard let time = times.internetTime(&scanner) else { throw Expected("an RFC 3339 time in UTC") }
    guard scanner.skip(0x20) else { throw Expected("a space after the time") }
    let record = Record(time: time, kind: .frame, connection: 0)
    return ParsedRecord(record: record, payload: scanner.rest)
  }
}

/// The lines of ``RecordingFormat/cryptofeed1``.
enum CryptofeedLine {
  /// Nil for a line that holds no record: an empty one, and the configuration.
  static func parse(_ line: Span<UInt8>) throws(Expected) -> ParsedRecord? {
    var scanner = ByteScanner(line)
    guard let first = scanner.next else { return nil }
    if scanner.skip("configuration: ") { return nil }
    var address = 0..<0
    var kind = Record.Kind.frame
    if !(0x30...0x39).contains(first) {
      guard let word = scanner.word() else { throw Expected("a URL or a time") }
      address = word
      if scanner.skip("<-> ") {
        kind = .connected
      } else if scanner.skip("<- ") {
        kind = .sent
      } else if scanner.skip("-> ") {
        kind = .response
      } else {
        throw Expected("<->, <-, or -> after a URL")
      }
    }
    guard let time = scanner.epochSeconds() else { throw Expected("seconds since 1970") }
    if kind == .connected {
      guard scanner.isAtEnd else { throw Expected("the end after a connection's time") }
    } else if !scanner.skip(": ") {
      throw Expected("a colon and a space after the time")
    }
    let record = Record(time: time, kind: kind, connection: 0)
    return ParsedRecord(record: record, payload: scanner.rest, address: address)
  }
}

/// The first line of ``RecordingFormat/crossbook``, and the line before each frame.
enum CrossbookLine {
  /// How far the first stamp may lie from the header's start and still be a time since 1970.
  static let clockTolerance = 3_600_000_000_000

  static func header(
    _ line: Span<UInt8>
  ) throws(Expected) -> (venue: Range<Int>, instrument: Range<Int>, start: Int) {
    var scanner = ByteScanner(line)
    guard scanner.skip("CBCAP1 ") else { throw Expected("CBCAP1") }
    guard let venue = scanner.word() else { throw Expected("a venue") }
    guard let instrument = scanner.word() else { throw Expected("an instrument") }
    guard let start = scanner.integer(), scanner.isAtEnd else {
      throw Expected("the start in nanoseconds since 1970")
    }
    return (venue, instrument, start)
  }

  static func frame(_ line: Span<UInt8>) throws(Expected) -> (stamp: Int, count: Int) {
    var scanner = ByteScanner(line)
    guard let stamp = scanner.integer() else { throw Expected("a stamp in nanoseconds") }
    guard scanner.skip(0x20), let count = scanner.integer(), scanner.isAtEnd else {
      throw Expected("a space and a byte count after the stamp")
    }
    return (stamp, count)
  }
}
