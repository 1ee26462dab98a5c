/// How a recording lays out its records, whatever it is compressed with.
public enum RecordingFormat: String, Sendable, CaseIterable {
  /// Told from the first bytes of the content; never from the file's name.
  case auto
  /// Ours: see ``RecordingWriter``. Connections carry numbers.
  case parallax
  /// `<RFC 3339 time> <raw frame>` a line; an empty line is a disconnection, at the time of the
  /// line before it. One connection, number 0. Source: the raw feed of tardis.dev.
  case tardis
  /// Text lines of cryptofeed's first recorder: `TS: DATA`, `URL <-> TS`, `URL <- TS: DATA`,
  /// `URL -> TS: BODY`, `configuration: {...}`. A file holds one connection, number 0.
  case cryptofeed1
  /// JSON lines of cryptofeed's second recorder. Connections are numbered from 0 by the first
  /// appearance of their `conn` text.
  case cryptofeed2
  /// crossbook's captures (`CBCAP1`): counted frames, one connection, number 0.
  case crossbook
  /// One JSON body of a REST answer and nothing else: a single ``Record/Kind/response`` at
  /// ``Record/timeUnknown``.
  case body
}

extension RecordingFormat {
  /// The format whose first bytes these are; nil for none.
  ///
  /// A JSON text is taken for a body unless its first line is a record of cryptofeed's.
  static func sniff(_ head: Span<UInt8>) -> RecordingFormat? {
    var scanner = ByteScanner(head)
    guard let first = scanner.next else { return .body }
    if scanner.skip("#parallax ") { return .parallax }
    if scanner.skip("CBCAP1 ") { return .crossbook }
    if first == UInt8(ascii: "{") {
      return CryptofeedObject.isRecord(head) ? .cryptofeed2 : .body
    }
    if first == UInt8(ascii: "[") { return .body }
    if scanner.skip("configuration: ") { return .cryptofeed1 }
    if (0x30...0x39).contains(first) {
      if scanner.internetTime() != nil { return scanner.skip(0x20) ? .tardis : nil }
      var text = ByteScanner(head)
      return text.epochSeconds() != nil && text.skip(": ") ? .cryptofeed1 : nil
    }
    guard let address = scanner.word(), isURL(head.extracting(address)) else { return nil }
    return scanner.skip("<-> ") || scanner.skip("<- ") || scanner.skip("-> ") ? .cryptofeed1 : nil
  }

  private static func isURL(_ bytes: Span<UInt8>) -> Bool {
    var scanner = ByteScanner(bytes)
    return scanner.skip("wss://") || scanner.skip("https://") || scanner.skip("ws://")
      || scanner.skip("http://")
  }
}

/// What a line held, as ranges of that line.
struct ParsedRecord {
  var record: Record
  var payload: Range<Int>
  var address = 0..<0
}
