import Units

/// Writes one JSON text into a growing buffer, with the commas put in.
///
/// Numbers of money travel as strings; ``string(_:)`` writes them. Traps on a value where a key is
/// due, or the reverse: that is a mistake of ours.
public struct JSONWriter: Sendable {
  public private(set) var bytes: [UInt8] = []
  private var levels: [Level] = []
  private var hasKey = false

  private struct Level {
    var isObject: Bool
    var isEmpty = true
  }

  public init() {}

  /// The text written so far.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  // MARK: Structure

  public mutating func object(_ body: (inout JSONWriter) -> Void) {
    open(UInt8(ascii: "{"), isObject: true)
    body(&self)
    close(UInt8(ascii: "}"))
  }

  public mutating func array(_ body: (inout JSONWriter) -> Void) {
    open(UInt8(ascii: "["), isObject: false)
    body(&self)
    close(UInt8(ascii: "]"))
  }

  /// Writes a key; exactly one value follows.
  public mutating func key(_ name: String) {
    precondition(levels.last?.isObject == true && !hasKey, "a key belongs in an object")
    separate()
    quote(name)
    bytes.append(UInt8(ascii: ":"))
    hasKey = true
  }

  public mutating func object(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    object(body)
  }

  public mutating func array(_ name: String, _ body: (inout JSONWriter) -> Void) {
    key(name)
    array(body)
  }

  // MARK: Values

  public mutating func string(_ value: String) {
    beginValue()
    quote(value)
  }

  public mutating func integer(_ value: some BinaryInteger) {
    beginValue()
    bytes.append(contentsOf: String(value).utf8)
  }

  /// Writes a measurement with so many decimals; never money.
  ///
  /// What is not finite, or has more than 38 digits, is written as `null`.
  public mutating func number(_ value: Double, decimals: Int) {
    beginValue()
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    guard let integer = Int128(exactly: (value * scale).rounded()) else {
      bytes.append(contentsOf: "null".utf8)
      return
    }
    let digits = String(integer.magnitude)
    let padded =
      String(repeating: "0", count: max(0, decimals + 1 - digits.utf8.count)) + digits
    let sign = integer < 0 ? "-" : ""
    let text =
      decimals > 0
      ? sign + padded.dropLast(decimals) + "." + padded.suffix(decimals) : sign + padded
    bytes.append(contentsOf: text.utf8)
  }

  /// Writes an exact decimal as a JSON number, for venues that want money unquoted.
  public mutating func decimal(_ value: Int128, decimals: Int) {
    beginValue()
    appendDecimal(value, decimals: decimals, to: &bytes)
  }

  public mutating func boolean(_ value: Bool) {
    beginValue()
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  public mutating func null() {
    beginValue()
    bytes.append(contentsOf: "null".utf8)
  }

  public mutating func field(_ name: String, _ value: String?) {
    key(name)
    if let value { string(value) } else { null() }
  }

  public mutating func field(_ name: String, _ value: some BinaryInteger) {
    key(name)
    integer(value)
  }

  public mutating func field(_ name: String, _ value: Bool) {
    key(name)
    boolean(value)
  }

  public mutating func field(_ name: String, _ value: Double, decimals: Int) {
    key(name)
    number(value, decimals: decimals)
  }

  // MARK: Text

  private mutating func open(_ bracket: UInt8, isObject: Bool) {
    beginValue()
    bytes.append(bracket)
    levels.append(Level(isObject: isObject))
  }

  private mutating func close(_ bracket: UInt8) {
    precondition(!hasKey, "a key needs a value")
    levels.removeLast()
    bytes.append(bracket)
  }

  private mutating func beginValue() {
    if levels.last?.isObject == true {
      precondition(hasKey, "a value in an object needs a key")
      hasKey = false
    } else {
      separate()
    }
  }

  private mutating func separate() {
    guard let level = levels.last else { return }
    if !level.isEmpty { bytes.append(UInt8(ascii: ",")) }
    levels[levels.count - 1].isEmpty = false
  }

  private mutating func quote(_ value: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in value.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0x0A: bytes.append(contentsOf: "\\n".utf8)
      case 0x0D: bytes.append(contentsOf: "\\r".utf8)
      case 0x09: bytes.append(contentsOf: "\\t".utf8)
      case 0..<0x20:
        let digits = String(byte, radix: 16)
        bytes.append(contentsOf: ("\\u00" + (byte < 16 ? "0" : "") + digits).utf8)
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
