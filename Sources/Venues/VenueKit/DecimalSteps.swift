/// The step of so many decimals as text: 3 gives `0.001`, 0 gives `1`.
///
/// - Returns: `0`, which ``Market/InstrumentListing`` refuses, beyond 38 decimals.
public func step(decimals: Int) -> String {
  switch decimals {
  case ...0: "1"
  case 1...38: "0." + String(repeating: "0", count: decimals - 1) + "1"
  default: "0"
  }
}
