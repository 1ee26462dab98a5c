/// `value × 10⁻ᵈᵉᶜⁱᵐᵃˡˢ` in plain decimal notation: no exponent, no trailing zeros, no bare point.
public func decimalText(_ value: Int128, decimals: Int) -> String {
  let digits = String(value.magnitude)
  let sign = value < 0 ? "-" : ""
  guard decimals > 0 else { return sign + digits }

  let padding = max(0, decimals + 1 - digits.utf8.count)
  let padded = String(repeating: "0", count: padding) + digits
  let point = padded.utf8.index(padded.utf8.endIndex, offsetBy: -decimals)
  var fraction = padded[point...]
  while fraction.last == "0" { fraction.removeLast() }
  return sign + padded[..<point] + (fraction.isEmpty ? "" : "." + fraction)
}
