/// One JSON value as a tree, for requests and configuration: small, and read rarely.
///
/// Frames of the market never become trees; they are read by ``JSONReader`` in place.
public enum JSONValue: Hashable, Sendable {
  case null
  case boolean(Bool)
  /// The text as sent, with every digit.
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  /// A member of an object; a name may occur twice, and then the first one counts.
  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSONValue

    public init(_ name: String, _ value: JSONValue) {
      self.name = name
      self.value = value
    }
  }

  /// Reads one whole text.
  public init(_ text: Span<UInt8>) throws(WireError) {
    if let offset = firstInvalidUTF8(in: text) {
      throw WireError(offset: offset, expected: .utf8, found: text[offset])
    }
    var reader = JSONReader(text)
    self = try JSONValue.read(&reader, depth: 0)
    try reader.expectEnd()
  }

  public init(_ bytes: [UInt8]) throws(WireError) { try self.init(bytes.span) }

  private static func read(_ reader: inout JSONReader, depth: Int) throws(WireError) -> JSONValue {
    guard depth <= JSONReader.maximumDepth else { throw reader.failure(.nesting) }
    switch reader.peek() {
    case UInt8(ascii: "\""):
      let range = try reader.anyString()
      return .string(reader.text(range))
    case UInt8(ascii: "{"):
      try reader.beginObject()
      var members: [Member] = []
      while reader.peek() != UInt8(ascii: "}") {
        if !members.isEmpty { try reader.expect(UInt8(ascii: ","), as: .commaOrEnd) }
        guard reader.peek() == UInt8(ascii: "\"") else { throw reader.failure(.keyOrEnd) }
        let name = try reader.anyString()
        try reader.expect(UInt8(ascii: ":"), as: .colon)
        members.append(Member(reader.text(name), try read(&reader, depth: depth + 1)))
      }
      try reader.expect(UInt8(ascii: "}"), as: .object)
      return .object(members)
    case UInt8(ascii: "["):
      try reader.beginArray()
      var isFirst = true
      var elements: [JSONValue] = []
      while try reader.nextElement(&isFirst) {
        elements.append(try read(&reader, depth: depth + 1))
      }
      return .array(elements)
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean(try reader.boolean())
    case UInt8(ascii: "n"):
      guard reader.consumeNull() else { throw reader.failure(.value) }
      return .null
    default:
      let range = try reader.numberText()
      return .number(reader.text(range))
    }
  }
}

extension JSONValue {
  /// The member of this name, or nil where there is none or this is no object.
  public subscript(_ name: String) -> JSONValue? {
    guard case .object(let members) = self else { return nil }
    return members.first { $0.name == name }?.value
  }

  /// The elements of an array; nil for anything else.
  public var elements: [JSONValue]? {
    guard case .array(let elements) = self else { return nil }
    return elements
  }

  /// The members of an object; nil for anything else.
  public var members: [Member]? {
    guard case .object(let members) = self else { return nil }
    return members
  }

  /// What a string holds; nil for anything else.
  public var string: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }

  /// The digits of a number, or what a string holds; nil for anything else.
  public var text: String? {
    switch self {
    case .string(let text), .number(let text): text
    default: nil
    }
  }

  public var boolean: Bool? {
    guard case .boolean(let value) = self else { return nil }
    return value
  }

  /// A number, or a string of digits, that fits; nil for anything else.
  public var integer: Int? { text.flatMap { Int($0) } }
}
