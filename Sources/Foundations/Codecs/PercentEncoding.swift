/// Percent-encoding of query and form fields (RFC 3986, `application/x-www-form-urlencoded`).
public enum PercentEncoding {
  /// `text` with everything but letters, digits, and `-._~` encoded; a blank becomes `%20`.
  public static func encode(_ text: String) -> String {
    var result: [UInt8] = []
    let digits = Array("0123456789ABCDEF".utf8)
    for byte in text.utf8 {
      if isPlain(byte) {
        result.append(byte)
      } else {
        result.append(UInt8(ascii: "%"))
        result.append(digits[Int(byte >> 4)])
        result.append(digits[Int(byte & 15)])
      }
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// The text behind an encoded one, `+` read as a blank; nil where an escape is broken or the
  /// bytes are not UTF-8.
  public static func decode(_ text: some StringProtocol) -> String? {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var index = 0
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "%"):
        guard index + 2 < bytes.count,
          let byte = Hex.decode(String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self))
        else { return nil }
        result.append(byte[0])
        index += 3
      case UInt8(ascii: "+"):
        result.append(UInt8(ascii: " "))
        index += 1
      default:
        result.append(bytes[index])
        index += 1
      }
    }
    return String(validating: result, as: UTF8.self)
  }

  /// `name=value&name=value`, each part encoded.
  public static func form(_ fields: some Sequence<(name: String, value: String)>) -> String {
    fields.map { encode($0.name) + "=" + encode($0.value) }.joined(separator: "&")
  }

  /// The fields of a query or a form, in order; nil where one cannot be decoded.
  public static func fields(
    of text: some StringProtocol
  ) -> [(name: String, value: String)]? {
    var result: [(name: String, value: String)] = []
    for part in text.split(separator: "&") {
      let halves = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = decode(halves[0]),
        let value = halves.count > 1 ? decode(halves[1]) : ""
      else { return nil }
      result.append((name: name, value: value))
    }
    return result
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
      UInt8(ascii: "_"), UInt8(ascii: "~"):
      true
    default: false
    }
  }
}
