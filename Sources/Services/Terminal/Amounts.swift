/// `value` with a comma before each three digits: `69,340`.
public func grouped(_ value: some BinaryInteger) -> String {
  let digits = String(value.magnitude)
  var text = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return (value < 0 ? "-" : "") + text
}

/// A count of bytes in the largest decimal unit that leaves a number of at least one.
public func byteText(_ bytes: Int) -> String {
  let units = ["B", "kB", "MB", "GB", "TB"]
  var value = Double(bytes)
  var unit = 0
  while value >= 1_000, unit < units.count - 1 {
    value /= 1_000
    unit += 1
  }
  return unit == 0 ? "\(bytes) B" : "\(rounded(value, 1)) \(units[unit])"
}

/// A duration in a unit that a person would choose: `902 ms`, `50.7 s`, `2 h 05 min`.
public func durationText(nanoseconds: Int64) -> String {
  let seconds = Double(nanoseconds) / 1e9
  switch nanoseconds.magnitude {
  case ..<1_000: return "\(nanoseconds) ns"
  case ..<1_000_000: return "\(rounded(seconds * 1e6, 1)) µs"
  case ..<1_000_000_000: return "\(rounded(seconds * 1e3, 0)) ms"
  case ..<60_000_000_000: return "\(rounded(seconds, 1)) s"
  default:
    let whole = nanoseconds / 1_000_000_000
    let (hours, rest) = whole.quotientAndRemainder(dividingBy: 3_600)
    return hours > 0
      ? "\(hours) h \(twoDigits(rest / 60)) min" : "\(rest / 60) min \(twoDigits(rest % 60)) s"
  }
}

private func twoDigits(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }

/// A measurement with so many decimals; never for money.
public func rounded(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return "–" }
  var scale = 1.0
  for _ in 0..<decimals { scale *= 10 }
  let whole = (value * scale).rounded()
  guard let units = Int(exactly: whole) else { return "\(value)" }
  let digits = String(units.magnitude)
  let sign = units < 0 ? "-" : ""
  guard decimals > 0 else { return sign + digits }
  let text = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
  return sign + text.dropLast(decimals) + "." + text.suffix(decimals)
}
