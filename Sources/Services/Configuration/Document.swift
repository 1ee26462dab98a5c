import Words

/// A YAML text as a tree of nodes that remember their places.
///
/// A plain subset: one document of maps, lists, and scalars. Anchors, aliases, and tags are
/// refused, because a reader of the file should see what the program sees; a key given twice is
/// refused, because one of the two would be silently lost.
public struct Document: Hashable, Sendable {
  /// What a text may cost to read.
  public struct Limits: Hashable, Sendable {
    public var bytes: Int
    public var depth: Int
    public var nodes: Int

    public init(bytes: Int = 1 << 20, depth: Int = 32, nodes: Int = 65_536) {
      self.bytes = bytes
      self.depth = depth
      self.nodes = nodes
    }
  }

  /// How errors name the text: the path as the operator gave it.
  public let file: String
  public let root: Node

  /// Reads a text of UTF-8.
  ///
  /// - Throws: every problem found. A syntax error or a limit ends the search, and comes last.
  public init(
    _ bytes: [UInt8],
    file: String,
    limits: Limits = Limits()
  ) throws(ConfigurationErrors) {
    var problems = Problems(file: file)
    let root: Node?
    if bytes.count > limits.bytes {
      problems.note("is larger than \(limits.bytes) bytes", at: nil)
      root = nil
    } else {
      var builder = TreeBuilder(bytes, limits: limits)
      root = builder.build(&problems)
    }
    try problems.check()
    self.file = file
    // No root and no problem is an empty text.
    self.root = root ?? Node(.scalar(text: "", isPlain: true), at: .start)
  }
}

/// Why the reading of a text ended early; the reason is already noted.
private struct Stop: Error {}

private struct TreeBuilder: ~Copyable {
  private var events: EventParser
  private let limits: Document.Limits
  private var nodes = 0

  init(_ bytes: [UInt8], limits: Document.Limits) {
    events = EventParser(bytes)
    self.limits = limits
  }

  /// The root of the only document; nil when there is none or when reading had to stop.
  mutating func build(_ problems: inout Problems) -> Node? {
    do throws(Stop) {
      return try document(&problems)
    } catch {
      return nil
    }
  }

  private mutating func document(_ problems: inout Problems) throws(Stop) -> Node? {
    var root: Node?
    var documents = 0
    while true {
      let (content, marks, position) = try next(&problems)
      switch content {
      case .streamEnd: return root
      case .streamStart, .documentEnd: break
      case .documentStart(let hasTags):
        documents += 1
        if documents > 1 {
          try stop("a second document is not supported", at: position, &problems)
        }
        if hasTags { problems.note("%TAG is not supported", at: position) }
      default:
        root = try node(content, marks, position, depth: 1, &problems)
      }
    }
  }

  private mutating func node(
    _ content: Event.Content,
    _ marks: Event.Marks,
    _ position: Position,
    depth: Int,
    _ problems: inout Problems
  ) throws(Stop) -> Node {
    nodes += 1
    if nodes > limits.nodes {
      try stop("has more than \(limits.nodes) values", at: position, &problems)
    }
    if depth > limits.depth {
      try stop("is nested deeper than \(limits.depth) levels", at: position, &problems)
    }
    if marks.contains(.anchor) { problems.note("anchors (&) are not supported", at: position) }
    if marks.contains(.tag) { problems.note("tags (!) are not supported", at: position) }

    switch content {
    case .scalar(let text, let isPlain):
      return Node(.scalar(text: text, isPlain: isPlain), at: position)
    case .sequenceStart:
      return Node(.sequence(try sequence(depth: depth, &problems)), at: position)
    case .mappingStart:
      return Node(.mapping(try mapping(depth: depth, &problems)), at: position)
    default:
      // An alias: the rest of the text can still be read.
      problems.note("aliases (*) are not supported", at: position)
      return Node(.scalar(text: "", isPlain: true), at: position)
    }
  }

  private mutating func sequence(
    depth: Int,
    _ problems: inout Problems
  ) throws(Stop) -> [Node] {
    var elements: [Node] = []
    while true {
      let (content, marks, position) = try next(&problems)
      if content == .sequenceEnd { return elements }
      elements.append(try node(content, marks, position, depth: depth + 1, &problems))
    }
  }

  private mutating func mapping(
    depth: Int,
    _ problems: inout Problems
  ) throws(Stop) -> [Node.Entry] {
    var entries: [Node.Entry] = []
    var places: [String: Position] = [:]
    while true {
      let (content, marks, position) = try next(&problems)
      if content == .mappingEnd { return entries }
      let key = try node(content, marks, position, depth: depth + 1, &problems)
      let (valueContent, valueMarks, valuePosition) = try next(&problems)
      let value = try node(valueContent, valueMarks, valuePosition, depth: depth + 1, &problems)

      guard case .scalar(let name, _) = key.content else {
        problems.note("a list or a map cannot be a key", at: position)
        continue
      }
      guard content != .alias else { continue }
      if let first = places[name] {
        let message = "the key \(quoted(name)) is given twice, first on line \(first.line)"
        problems.note(message, at: position)
        continue
      }
      places[name] = position
      entries.append(Node.Entry(key: name, position: position, value: value))
    }
  }

  private mutating func next(
    _ problems: inout Problems
  ) throws(Stop) -> (Event.Content, Event.Marks, Position) {
    switch events.next() {
    case .parsed(let content, let marks, let position): return (content, marks, position)
    case .failed(let message, let position): try stop(message, at: position, &problems)
    }
  }

  private func stop(
    _ message: String,
    at position: Position,
    _ problems: inout Problems
  ) throws(Stop) -> Never {
    problems.note(message, at: position)
    throw Stop()
  }
}
