import Units

/// The lines of our own format; ``RecordingWriter`` documents it.
enum ParallaxLine {
  case header(version: Int, venue: Range<Int>)
  case record(ParsedRecord)

  /// Reads a line, undoing escapes in place.
  static func parse(
    _ line: inout MutableSpan<UInt8>,
    _ times: inout TimestampReader
  ) throws(Expected) -> ParallaxLine {
    if line.count > 0, line[0] == UInt8(ascii: "#") { return try header(line.span) }
    let (time, start) = try time(line.span, &times)
    guard start < line.count, line[start] == UInt8(ascii: "#") else {
      let record = Record(time: time, kind: .frame, connection: 0)
      return .record(ParsedRecord(record: record, payload: start..<line.count))
    }
    var (parsed, isEscaped) = try marked(line.span, at: time, from: start)
    if isEscaped { parsed.payload = try unescape(&line, parsed.payload) }
    return .record(parsed)
  }

  /// The header that a line is, or nil for any other line.
  static func headerIfAny(_ line: Span<UInt8>) -> ParallaxLine? {
    do throws(Expected) { return try header(line) } catch { return nil }
  }

  private static func header(_ line: Span<UInt8>) throws(Expected) -> ParallaxLine {
    var scanner = ByteScanner(line)
    guard scanner.skip("#parallax "), let version = scanner.integer() else {
      throw Expected("#parallax and a version")
    }
    if version != 1 { return .header(version: version, venue: 0..<0) }
    guard scanner.skip(" venue="), !scanner.isAtEnd else { throw Expected(" venue= and a name") }
    return .header(version: version, venue: scanner.rest)
  }

  private static func time(
    _ line: Span<UInt8>,
    _ times: inout TimestampReader
  ) throws(Expected) -> (Timestamp, Int) {
    var scanner = ByteScanner(line)
    guard let time = times.internetTime(&scanner) else { throw Expected("an RFC 3339 time in UTC") }
    guard scanner.skip(0x20) else { throw Expected("a space after the time") }
    return (time, scanner.position)
  }

  private static func marked(
    _ line: Span<UInt8>,
    at time: Timestamp,
    from start: Int
  ) throws(Expected) -> (ParsedRecord, isEscaped: Bool) {
    var scanner = ByteScanner(line, at: start)
    let kind: Record.Kind
    if scanner.skip("#frame") {
      kind = .frame
    } else if scanner.skip("#send") {
      kind = .sent
    } else if scanner.skip("#connect") {
      kind = .connected
    } else if scanner.skip("#disconnect") {
      kind = .disconnected
    } else if scanner.skip("#rest") {
      kind = .response
    } else {
      throw Expected("#frame, #send, #connect, #disconnect, or #rest")
    }
    let isEscaped = scanner.skip(UInt8(ascii: "\\"))
    guard scanner.skip(0x20), let connection = scanner.integer(),
      connection < RecordingLimits.connections
    else { throw Expected("a connection number below 65536") }
    guard scanner.skip(0x20) else { throw Expected("a space after the connection") }
    var address = 0..<0
    if kind == .connected || kind == .response {
      guard let word = scanner.word() else { throw Expected("a URL, or -") }
      address = word.count == 1 && line[word.lowerBound] == UInt8(ascii: "-") ? 0..<0 : word
    }
    guard kind != .connected || scanner.isAtEnd else { throw Expected("the end after a URL") }
    let record = Record(time: time, kind: kind, connection: connection)
    return (ParsedRecord(record: record, payload: scanner.rest, address: address), isEscaped)
  }

  /// Turns `\n` into a newline and `\\` into a backslash.
  private static func unescape(
    _ line: inout MutableSpan<UInt8>,
    _ range: Range<Int>
  ) throws(Expected) -> Range<Int> {
    var write = range.lowerBound
    var read = range.lowerBound
    while read < range.upperBound {
      var byte = line[read]
      if byte == UInt8(ascii: "\\") {
        read += 1
        guard read < range.upperBound else { throw Expected("n or \\ after a backslash") }
        switch line[read] {
        case UInt8(ascii: "n"): byte = 0x0A
        case UInt8(ascii: "\\"): break
        default: throw Expected("n or \\ after a backslash")
        }
      }
      line[write] = byte
      write += 1
      read += 1
    }
    return range.lowerBound..<write
  }
}
