import Units

/// A line of ``RecordingFormat/cryptofeed2``: one flat JSON object whose keys come in any order.
///
/// Reads exactly the members it knows and skips others of any shape; a key written with escapes
/// counts as another key. Ranges are of the line.
struct CryptofeedObject {
  enum Kind { case header, connect, disconnect, send, receive, http }

  private(set) var kind: Kind?
  private(set) var time: Timestamp?
  private(set) var connection = 0..<0
  private(set) var address = 0..<0
  private(set) var exchange = 0..<0
  private(set) var data: Range<Int>?

  private enum Key { case kind, time, connection, address, exchange, data, other }

  /// Reads a line, decoding its strings in place.
  init(_ line: inout MutableSpan<UInt8>) throws(Expected) {
    var position = try CryptofeedObject.open(line.span)
    while true {
      let (key, value) = try CryptofeedObject.member(line.span, position)
      switch key {
      case .kind:
        let (text, next) = try CryptofeedObject.string(&line, value)
        kind = CryptofeedObject.kind(line.span.extracting(text))
        guard kind != nil else { throw Expected("t to be header, connect, send, recv, or http") }
        position = next
      case .time: (time, position) = try CryptofeedObject.seconds(line.span, value)
      case .connection: (connection, position) = try CryptofeedObject.string(&line, value)
      case .address: (address, position) = try CryptofeedObject.string(&line, value)
      case .exchange: (exchange, position) = try CryptofeedObject.string(&line, value)
      case .data:
        // The eight bytes before the text are `"data":"`, so it may slide over them.
        let (text, next) = try CryptofeedObject.string(&line, value, slack: 8)
        data = text
        position = next
      case .other: position = try CryptofeedObject.skipValue(line.span, value)
      }
      var scanner = ByteScanner(line.span, at: position)
      scanner.skipSpace()
      guard scanner.skip(UInt8(ascii: ",")) else {
        guard scanner.skip(UInt8(ascii: "}")) else { throw Expected("a comma or a brace") }
        scanner.skipSpace()
        guard scanner.isAtEnd else { throw Expected("the end after the object") }
        return
      }
      position = scanner.position
    }
  }

  /// Whether bytes start with an object that has a known `t`, told without changing them.
  static func isRecord(_ head: Span<UInt8>) -> Bool {
    do throws(Expected) {
      var position = try open(head)
      while true {
        let (key, value) = try member(head, position)
        let end = try skipValue(head, value)
        if key == .kind {
          return head[value] == UInt8(ascii: "\"")
            && kind(head.extracting((value + 1)..<(end - 1))) != nil
        }
        var scanner = ByteScanner(head, at: end)
        scanner.skipSpace()
        guard scanner.skip(UInt8(ascii: ",")) else { return false }
        position = scanner.position
      }
    } catch {
      return false
    }
  }

  private static func kind(_ text: Span<UInt8>) -> Kind? {
    if isEqual(text, "recv") { return .receive }
    if isEqual(text, "http") { return .http }
    if isEqual(text, "send") { return .send }
    if isEqual(text, "connect") { return .connect }
    if isEqual(text, "disconnect") { return .disconnect }
    return isEqual(text, "header") ? .header : nil
  }

  private static func isEqual(_ text: Span<UInt8>, _ word: StaticString) -> Bool {
    var scanner = ByteScanner(text)
    return scanner.skip(word) && scanner.isAtEnd
  }
}

// MARK: - JSON, as much as a line needs

extension CryptofeedObject {
  private static func open(_ line: Span<UInt8>) throws(Expected) -> Int {
    var scanner = ByteScanner(line)
    scanner.skipSpace()
    guard scanner.skip(UInt8(ascii: "{")) else { throw Expected("an object") }
    return scanner.position
  }

  /// The key at `position`, and where its value starts.
  private static func member(
    _ line: Span<UInt8>,
    _ position: Int
  ) throws(Expected) -> (Key, value: Int) {
    var scanner = ByteScanner(line, at: position)
    scanner.skipSpace()
    let start = scanner.position
    guard scanner.skip(UInt8(ascii: "\"")) else { throw Expected("a key") }
    let end = try skipString(line, start)
    scanner = ByteScanner(line, at: end)
    scanner.skipSpace()
    guard scanner.skip(UInt8(ascii: ":")) else { throw Expected("a colon") }
    scanner.skipSpace()
    return (key(line.extracting((start + 1)..<(end - 1))), scanner.position)
  }

  private static func key(_ text: Span<UInt8>) -> Key {
    if isEqual(text, "t") { return .kind }
    if isEqual(text, "ts") { return .time }
    if isEqual(text, "data") { return .data }
    if isEqual(text, "conn") { return .connection }
    if isEqual(text, "addr") || isEqual(text, "url") { return .address }
    return isEqual(text, "exchange") ? .exchange : .other
  }

  private static func string(
    _ line: inout MutableSpan<UInt8>,
    _ position: Int,
    slack: Int = 0
  ) throws(Expected) -> (Range<Int>, next: Int) {
    guard position < line.count, line[position] == UInt8(ascii: "\"") else {
      throw Expected("a string")
    }
    return try JSONStringText.decode(&line, from: position + 1, slack: slack)
  }

  private static func seconds(
    _ line: Span<UInt8>,
    _ position: Int
  ) throws(Expected) -> (Timestamp?, Int) {
    var scanner = ByteScanner(line, at: position)
    guard let time = scanner.epochSeconds() else { throw Expected("ts in seconds since 1970") }
    return (time, scanner.position)
  }

  /// Where the value at `position` ends.
  ///
  /// Containers are skipped by counting brackets.
  private static func skipValue(_ line: Span<UInt8>, _ position: Int) throws(Expected) -> Int {
    var depth = 0
    var index = position
    while index < line.count {
      switch line[index] {
      case UInt8(ascii: "\""):
        index = try skipString(line, index)
        if depth == 0 { return index }
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 {
          guard index > position else { throw Expected("a value") }
          return index
        }
        depth -= 1
        if depth == 0 { return index + 1 }
      case UInt8(ascii: ",") where depth == 0:
        guard index > position else { throw Expected("a value") }
        return index
      default: break
      }
      index += 1
    }
    throw Expected("the end of a value")
  }

  /// The index after the closing quote of the string whose opening quote is at `quote`.
  private static func skipString(_ line: Span<UInt8>, _ quote: Int) throws(Expected) -> Int {
    var index = quote + 1
    while index < line.count {
      switch line[index] {
      case UInt8(ascii: "\""): return index + 1
      case UInt8(ascii: "\\"): index += 2
      default: index += 1
      }
    }
    throw Expected("a closing quote")
  }
}
