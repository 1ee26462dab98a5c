import Units

/// A number of decimal text, digit for digit: `significand × 10⁻ᵈᵉᶜⁱᵐᵃˡˢ`.
///
/// Never a binary fraction: 0.1 is one tenth. `0.40` and `0.4` are equal.
public struct ExactDecimal: Hashable, Sendable {
  /// Not divisible by 10 while ``decimals`` is above zero.
  public let significand: Int128
  /// Digits after the point, in 0...30.
  public let decimals: Int

  private static let mostDigits = 30

  /// Reads `-12`, `0.25`, `1000.00`: digits with at most one point between them.
  ///
  /// - Returns: nil for anything else: an exponent, a plus sign, a bare point, grouping, or more
  ///   than 30 digits.
  public init?(_ text: String) {
    var digits = text.utf8[...]
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative { digits.removeFirst() }
    guard let first = digits.first, let last = digits.last,
      ExactDecimal.isDigit(first), ExactDecimal.isDigit(last),
      digits.count <= ExactDecimal.mostDigits + 1
    else { return nil }

    var value: Int128 = 0
    var decimals: Int?
    var count = 0
    for byte in digits {
      if byte == UInt8(ascii: "."), decimals == nil {
        decimals = 0
        continue
      }
      guard ExactDecimal.isDigit(byte), count < ExactDecimal.mostDigits else { return nil }
      value = value * 10 + Int128(byte - UInt8(ascii: "0"))
      count += 1
      decimals = decimals.map { $0 + 1 }
    }

    var places = decimals ?? 0
    while places > 0, value % 10 == 0 {
      value /= 10
      places -= 1
    }
    significand = isNegative ? -value : value
    self.decimals = places
  }

  /// The number in steps of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ; nil when it falls between two steps or out of range.
  public func inSteps(decimals: Int) -> Int128? {
    guard decimals >= self.decimals, decimals <= ExactDecimal.mostDigits else { return nil }
    let factor = powerOfTen(decimals - self.decimals)
    let (product, overflow) = significand.multipliedReportingOverflow(by: factor)
    return overflow ? nil : product
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
  }
}

extension ExactDecimal: CustomStringConvertible {
  /// Plain decimal notation without trailing zeros.
  public var description: String { decimalText(significand, decimals: decimals) }
}
