import Codecs
public import Engine
import Signing
public import Units

/// The engine's state at some moments of one or more runs, by digests, so that a replay of what was
/// recorded can be held to it.
///
/// A run begins with `# ` and its ``RunHeader``. Then comes one line a moment:
/// `<RFC 3339 time> <SHA-256 of the state's text>`; see ``Engine/TradingEngine/stateText()``. The
/// state is the one after everything up to and at that time. A run that starts again adds to the
/// text: its engine began anew, and so does the one that is held to it.
public struct StateLog: Sendable {
  /// The file beside the venues' folders.
  public static let name = "states.txt"

  /// A line of the text.
  public enum Entry: Sendable {
    case run(RunHeader)
    case state(Moment)
  }

  /// The state at one time.
  public struct Moment: Hashable, Sendable {
    public var time: Timestamp
    public var digest: String
  }

  /// Why a text is no log.
  public struct Problem: Error, Hashable, Sendable {
    /// Counted from 1.
    public var line: Int
    public var words: String
  }

  public let entries: [Entry]

  /// How many moments there are.
  public var count: Int {
    entries.count { if case .state = $0 { true } else { false } }
  }

  // MARK: Writing

  public static func line(_ header: RunHeader) -> String { "# \(header.text)\n" }

  public static func line(_ engine: borrowing TradingEngine) -> String {
    "\(engine.now) \(digest(engine))\n"
  }

  public static func digest(_ engine: borrowing TradingEngine) -> String {
    SHA256.hex(engine.stateText())
  }

  // MARK: Reading

  /// Reads a whole file; a last line without an end was torn off, and is left out.
  public init(_ text: [UInt8]) throws(Problem) {
    var entries: [Entry] = []
    var number = 0
    var rest = text[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      number += 1
      let line = String(decoding: rest[..<end], as: UTF8.self)
      rest = rest[(end + 1)...]
      if line.hasPrefix("# ") {
        guard let header = RunHeader(String(line.dropFirst(2))) else {
          throw Problem(line: number, words: "no header of a run that this version knows")
        }
        entries.append(.run(header))
        continue
      }
      let parts = line.split(separator: " ", omittingEmptySubsequences: false)
      guard parts.count == 2, let time = Timestamp(text: String(parts[0])) else {
        throw Problem(line: number, words: "expected a time and a digest")
      }
      guard parts[1].utf8.count == 64, parts[1].utf8.allSatisfy(StateLog.isHexadecimal) else {
        throw Problem(line: number, words: "a digest has 64 hexadecimal digits")
      }
      guard !entries.isEmpty else {
        throw Problem(line: number, words: "expected the header of a run before its states")
      }
      entries.append(.state(Moment(time: time, digest: String(parts[1]))))
    }
    self.entries = entries
  }

  private static func isHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
  }
}

extension Timestamp {
  /// Reads RFC 3339.
  init?(text: String) {
    let bytes = Array("\"\(text)\"".utf8)
    var reader = JSONReader(bytes.span)
    guard let time = try? reader.timestamp(), (try? reader.expectEnd()) != nil else { return nil }
    self = time
  }
}
