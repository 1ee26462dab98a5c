/// `value × 10⁻ᵈᵉᶜⁱᵐᵃˡˢ` in plain decimal notation: no exponent, no trailing zeros, no bare point.
public func decimalText(_ value: Int128, decimals: Int) -> String {
  var bytes: [UInt8] = []
  appendDecimal(value, decimals: decimals, to: &bytes)
  return String(decoding: bytes, as: UTF8.self)
}

/// Appends what ``decimalText(_:decimals:)`` gives, as ASCII.
public func appendDecimal(_ value: Int128, decimals: Int, to bytes: inout [UInt8]) {
  if value < 0 { bytes.append(UInt8(ascii: "-")) }
  // Digits from the last on; 128 bits have 39 at most.
  var digits = InlineArray<40, UInt8>(repeating: UInt8(ascii: "0"))
  var count = 0
  var wide = value.magnitude
  while wide > UInt128(UInt64.max) {
    let (quotient, remainder) = wide.quotientAndRemainder(dividingBy: 10)
    digits[count] += UInt8(truncatingIfNeeded: remainder)
    wide = quotient
    count += 1
  }
  var rest = UInt64(wide)
  while rest > 0 {
    let quotient = rest / 10
    digits[count] += UInt8(truncatingIfNeeded: rest &- quotient &* 10)
    rest = quotient
    count += 1
  }
  if count <= decimals {
    bytes.append(UInt8(ascii: "0"))
  } else {
    for index in (max(0, decimals)..<count).reversed() { bytes.append(digits[index]) }
  }
  // The fraction without its trailing zeros, which are the first of the digits.
  var last = 0
  while last < decimals, last < count, digits[last] == UInt8(ascii: "0") { last += 1 }
  guard last < min(decimals, count) else { return }
  bytes.append(UInt8(ascii: "."))
  for _ in count..<max(count, decimals) { bytes.append(UInt8(ascii: "0")) }
  for index in (last..<min(decimals, count)).reversed() { bytes.append(digits[index]) }
}
