import CYAML

/// One step of a document as libyaml reads it.
enum Event: Equatable {
  enum Content: Equatable {
    case streamStart, streamEnd
    /// `hasTags` when the document declares tag prefixes.
    case documentStart(hasTags: Bool)
    case documentEnd
    case alias
    case scalar(String, isPlain: Bool)
    case sequenceStart, sequenceEnd
    case mappingStart, mappingEnd
  }

  /// What a node may carry in front of it.
  struct Marks: OptionSet {
    let rawValue: Int
    static let anchor = Marks(rawValue: 1)
    static let tag = Marks(rawValue: 2)
  }

  case parsed(Content, Marks, Position)
  case failed(String, Position)
}

/// Stands for `yaml_parser_t`: turns bytes into events, one at a time.
@safe
struct EventParser: ~Copyable {
  private let parser: UnsafeMutablePointer<yaml_parser_t>
  /// A copy of the text, which libyaml reads from as it goes.
  private let input: UnsafeMutableBufferPointer<UInt8>

  init(_ bytes: [UInt8]) {
    unsafe input = .allocate(capacity: bytes.count)
    _ = unsafe input.initialize(from: bytes)
    unsafe parser = .allocate(capacity: 1)
    unsafe parser.initialize(to: yaml_parser_t())
    let isReady = unsafe yaml_parser_initialize(parser)
    precondition(isReady == 1, "memory for a parser")
    unsafe yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    unsafe yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
  }

  deinit {
    unsafe yaml_parser_delete(parser)
    unsafe parser.deallocate()
    unsafe input.deallocate()
  }

  /// The next event; after a failure or the stream's end there is none to ask for.
  mutating func next() -> Event {
    var event = unsafe yaml_event_t()
    guard unsafe yaml_parser_parse(parser, &event) == 1 else { return failure() }
    defer { unsafe yaml_event_delete(&event) }
    let position = unsafe Position(event.start_mark)
    let (content, marks) = unsafe EventParser.translate(event)
    return .parsed(content, marks, position)
  }

  @unsafe
  private static func translate(_ event: yaml_event_t) -> (Event.Content, Event.Marks) {
    switch unsafe event.type {
    case YAML_STREAM_START_EVENT: return (.streamStart, [])
    case YAML_DOCUMENT_START_EVENT:
      let tags = unsafe event.data.document_start.tag_directives
      return (.documentStart(hasTags: unsafe tags.start != tags.end), [])
    case YAML_DOCUMENT_END_EVENT: return (.documentEnd, [])
    case YAML_ALIAS_EVENT: return (.alias, [])
    case YAML_SCALAR_EVENT:
      let scalar = unsafe event.data.scalar
      let bytes = unsafe UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      let text = unsafe String(decoding: bytes, as: UTF8.self)
      let isPlain = unsafe scalar.style == YAML_PLAIN_SCALAR_STYLE
      return (
        .scalar(text, isPlain: isPlain), unsafe marks(anchor: scalar.anchor, tag: scalar.tag)
      )
    case YAML_SEQUENCE_START_EVENT:
      let start = unsafe event.data.sequence_start
      return (.sequenceStart, unsafe marks(anchor: start.anchor, tag: start.tag))
    case YAML_SEQUENCE_END_EVENT: return (.sequenceEnd, [])
    case YAML_MAPPING_START_EVENT:
      let start = unsafe event.data.mapping_start
      return (.mappingStart, unsafe marks(anchor: start.anchor, tag: start.tag))
    case YAML_MAPPING_END_EVENT: return (.mappingEnd, [])
    default: return (.streamEnd, [])
    }
  }

  @unsafe
  private static func marks(
    anchor: UnsafeMutablePointer<UInt8>?,
    tag: UnsafeMutablePointer<UInt8>?
  ) -> Event.Marks {
    var marks: Event.Marks = []
    if unsafe anchor != nil { marks.insert(.anchor) }
    if unsafe tag != nil { marks.insert(.tag) }
    return marks
  }

  /// What libyaml says went wrong, and where.
  ///
  /// Its reader knows only the offset of a byte that is not text; the line and column are counted
  /// from there.
  private func failure() -> Event {
    let state = unsafe parser.pointee
    let text = unsafe state.problem.map { unsafe String(cString: $0) } ?? "is not YAML"
    let context = unsafe state.context.map { unsafe String(cString: $0) + ": " } ?? ""
    let position =
      unsafe state.error == YAML_READER_ERROR
      ? unsafe Position(ofByte: state.problem_offset, in: UnsafeBufferPointer(input))
      : unsafe Position(state.problem_mark)
    return .failed(context + text, position)
  }
}

extension Position {
  fileprivate init(_ mark: yaml_mark_t) {
    self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }

  @unsafe
  fileprivate init(ofByte offset: Int, in bytes: UnsafeBufferPointer<UInt8>) {
    var (line, column) = (1, 1)
    for index in 0..<min(offset, bytes.count) {
      let byte = unsafe bytes[index]
      let isLineEnd = byte == UInt8(ascii: "\n")
      let startsScalar = byte & 0b1100_0000 != 0b1000_0000
      if isLineEnd {
        (line, column) = (line + 1, 1)
      } else if startsScalar {
        column += 1
      }
    }
    self.init(line: line, column: column)
  }
}
