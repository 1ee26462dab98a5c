/// Why bytes from outside could not be read: where, what stood there, and what the rule wanted.
///
/// Small and without references, so that throwing it allocates nothing. The venue and the channel
/// are added by whoever knows them.
@frozen
public struct WireError: Error, Hashable, Sendable {
  /// Bytes from the start of the frame.
  public var offset: Int
  public var expected: Expected
  /// The byte at `offset`; nil at the end of the frame.
  public var found: UInt8?

  @inlinable
  public init(offset: Int, expected: Expected, found: UInt8?) {
    self.offset = offset
    self.expected = expected
    self.found = found
  }

  /// What the reader was looking for.
  public enum Expected: UInt8, Hashable, Sendable, CaseIterable {
    case object, array, string, number, boolean, value, colon
    case commaOrEnd, keyOrEnd, endOfFrame
    case plainString, escape, controlFreeString, utf8
    case digit, unsignedDecimal, fewerFractionDigits, numberInRange
    case nesting, smallerFrame
    case timestamp, unsignedInteger
    case knownSide, knownField, requiredField, currentProtocol, knownSymbol, listedRule
  }
}

extension WireError.Expected: CustomStringConvertible {
  public var description: String {
    switch self {
    case .object: "an object"
    case .array: "an array"
    case .string: "a string"
    case .number: "a number"
    case .boolean: "true or false"
    case .value: "a value"
    case .colon: "':'"
    case .commaOrEnd: "',' or the end of the list"
    case .keyOrEnd: "a key or '}'"
    case .endOfFrame: "the end of the frame"
    case .plainString: "a string without escapes"
    case .escape: "an escape that JSON knows"
    case .controlFreeString: "a string without control characters"
    case .utf8: "UTF-8"
    case .digit: "a digit"
    case .unsignedDecimal: "a decimal that is not negative"
    case .fewerFractionDigits: "no digit other than 0 beyond the asset's scale"
    case .numberInRange: "a number within range"
    case .nesting: "at most \(JSONReader.maximumDepth) levels of nesting"
    case .smallerFrame: "a frame within the venue's limit"
    case .timestamp: "a timestamp"
    case .unsignedInteger: "an integer that is not negative"
    case .knownSide: "a side that the venue documents"
    case .knownField: "a value that the venue documents"
    case .requiredField: "a field that the venue always sends, before this place"
    case .currentProtocol: "a frame of the current protocol version"
    case .knownSymbol: "a symbol of the venue's list"
    case .listedRule: "a rule that fits the asset's scale"
    }
  }
}

extension WireError: CustomStringConvertible {
  public var description: String {
    let what =
      switch found {
      case nil: "the frame ends"
      case let byte?: named(byte) + " stands"
      }
    return "byte \(offset): expected \(expected), but \(what) there"
  }
}

/// A byte in words that a terminal can show: `'x'`, or `byte 0x1b`.
func named(_ byte: UInt8) -> String {
  (0x20..<0x7F).contains(byte)
    ? "'\(Character(Unicode.Scalar(byte)))'"
    : "byte 0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
