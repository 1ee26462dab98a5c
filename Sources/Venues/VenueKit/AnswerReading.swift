public import Codecs

extension JSONReader {
  /// The words that an answer has for a person: the string that comes next, or the one under `name`
  /// in the object that comes next; escapes are left in it.
  ///
  /// - Returns: nil for another value, or an object without such a string.
  public mutating func words(under name: StaticString) throws(WireError) -> TextRange? {
    switch peek() {
    case UInt8(ascii: "\""): return try anyString()
    case UInt8(ascii: "{"):
      var found: TextRange?
      try beginObject()
      var isFirst = true
      while try nextKey(&isFirst) {
        if keyIs(name), peek() == UInt8(ascii: "\"") {
          found = try anyString()
        } else {
          try skipValue()
        }
      }
      return found
    default:
      try skipValue()
      return nil
    }
  }
}
