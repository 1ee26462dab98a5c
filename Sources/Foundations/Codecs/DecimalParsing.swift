public import Units

/// Why text is not the decimal that was asked for; offsets count bytes of the text.
public enum DecimalError: Error, Hashable, Sendable {
  case empty
  case unexpectedByte(UInt8, offset: Int)
  /// A digit other than zero beyond the last place that can be held.
  case tooPrecise(offset: Int)
  case outOfRange
}

extension DecimalError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .empty: "no digits"
    case .unexpectedByte(let byte, let offset):
      "unexpected \(named(byte)) at character \(offset + 1)"
    case .tooPrecise(let offset): "more decimals than can be held, from character \(offset + 1)"
    case .outOfRange: "out of range"
    }
  }
}

/// Reads plain decimal text as an integer in steps of 10⁻ᵖˡᵃᶜᵉˢ; a leading `-` is allowed.
public func parseDecimal(
  _ text: some StringProtocol,
  places: Int
) throws(DecimalError) -> Int128 {
  let bytes = Array(text.utf8)
  let isNegative = bytes.first == UInt8(ascii: "-")
  var value: Int128 = 0
  var digits = 0
  var fraction = -1
  for (offset, byte) in bytes.enumerated().dropFirst(isNegative ? 1 : 0) {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      digits += 1
      if fraction == places {
        guard byte == UInt8(ascii: "0") else { throw .tooPrecise(offset: offset) }
        continue
      }
      value = try tenfold(value, plus: Int128(byte - UInt8(ascii: "0")))
      if fraction >= 0 { fraction += 1 }
    case UInt8(ascii: ".") where fraction < 0: fraction = 0
    default: throw .unexpectedByte(byte, offset: offset)
    }
  }
  guard digits > 0 else { throw .empty }
  for _ in max(0, fraction)..<places { value = try tenfold(value, plus: 0) }
  return isNegative ? -value : value
}

private func tenfold(_ value: Int128, plus digit: Int128) throws(DecimalError) -> Int128 {
  let (product, tooBig) = value.multipliedReportingOverflow(by: 10)
  let (sum, carried) = product.addingReportingOverflow(digit)
  guard !tooBig, !carried else { throw .outOfRange }
  return sum
}

extension Price {
  /// Reads plain decimal text such as `64123.50`.
  public init(_ text: some StringProtocol) throws(DecimalError) {
    guard let raw = Int64(exactly: try parseDecimal(text, places: Price.decimals)) else {
      throw .outOfRange
    }
    self.init(raw: raw)
  }
}

extension Quantity {
  /// Reads plain decimal text as an amount of an asset of so many `decimals`.
  public init(_ text: some StringProtocol, decimals: Int) throws(DecimalError) {
    let value = try parseDecimal(text, places: decimals)
    guard value >= 0 else { throw .unexpectedByte(UInt8(ascii: "-"), offset: 0) }
    guard let raw = Int64(exactly: value) else { throw .outOfRange }
    self.init(raw: raw)
  }
}

/// A number in JSON's notation as plain decimal text without exponent or trailing zeros.
///
/// - Returns: nil beyond 38 digits.
func plainDecimal(_ number: String) -> String? {
  let parts = number.split(maxSplits: 1, whereSeparator: { $0 == "e" || $0 == "E" })
  guard let mantissa = parts.first else { return nil }
  let exponentText = parts.count == 2 ? parts[1].drop(while: { $0 == "+" }) : "0"
  guard let exponent = Int(exponentText), (-38...38).contains(exponent) else { return nil }
  let fraction = mantissa.split(separator: ".", omittingEmptySubsequences: false).dropFirst().first
  let places = (fraction?.count ?? 0) - exponent
  let digits = mantissa.filter { $0 != "." }
  guard let value = try? parseDecimal(digits, places: max(0, -places)) else { return nil }
  return decimalText(value, decimals: max(0, places))
}
