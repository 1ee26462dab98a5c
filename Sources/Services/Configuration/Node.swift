/// A place in a text: both parts count from 1, and a column is one Unicode scalar.
public struct Position: Hashable, Comparable, Sendable {
  public let line: Int
  public let column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }

  public static let start = Position(line: 1, column: 1)

  public static func < (lhs: Position, rhs: Position) -> Bool {
    (lhs.line, lhs.column) < (rhs.line, rhs.column)
  }
}

extension Position: CustomStringConvertible {
  /// `line:column`, as compilers print it.
  public var description: String { "\(line):\(column)" }
}

/// One value of a document, with the place where it starts.
public struct Node: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// The text as written, without its quotes; `isPlain` when it had none.
    case scalar(text: String, isPlain: Bool)
    case sequence([Node])
    /// In the order of the text; no key appears twice.
    case mapping([Entry])
  }

  public struct Entry: Hashable, Sendable {
    public let key: String
    public let position: Position
    public let value: Node
  }

  public let content: Content
  public let position: Position

  public init(_ content: Content, at position: Position) {
    self.content = content
    self.position = position
  }

  /// Whether a value was left out: `key:` alone, `~`, or `null`.
  public var isNothing: Bool {
    guard case .scalar(let text, isPlain: true) = content else { return false }
    return text.isEmpty || text == "~" || text == "null"
  }
}
