import Reactor
import TestSupport
import Testing
import Units

@Suite("Decimal text")
struct DecimalTextTests {
  @Test(
    "has no exponent, no trailing zeros, and no bare point",
    arguments: [
      (0, 0, "0"), (0, 10, "0"), (7, 0, "7"), (-7, 0, "-7"), (100, 0, "100"),
      (100, 2, "1"), (-100, 2, "-1"), (120, 2, "1.2"), (-120, 2, "-1.2"), (12, 2, "0.12"),
      (-12, 2, "-0.12"), (1, 2, "0.01"), (-1, 2, "-0.01"), (10, 2, "0.1"), (1, 10, "0.0000000001"),
      (1_000_000_001, 8, "10.00000001"), (9, 1, "0.9"), (-10, 1, "-1"),
    ] as [(Int128, Int, String)]
  )
  func table(_ value: Int128, _ decimals: Int, _ text: String) {
    #expect(decimalText(value, decimals: decimals) == text)
  }

  @Test("reaches both ends of 128 bits")
  func ends() {
    let digits = "170141183460469231731687303715884105727"
    #expect(decimalText(.max, decimals: 0) == digits)
    #expect(decimalText(.min, decimals: 0) == "-" + digits.dropLast() + "8")
    #expect(decimalText(.max, decimals: 39) == "0." + digits)
    #expect(decimalText(.min, decimals: 38) == "-1." + digits.dropFirst().dropLast() + "8")
  }

  @Test("says the value it was given, for any value and scale", arguments: 0..<20 as Range<UInt64>)
  func readsBack(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let value: Int128 = random.anyInteger()
      let decimals = Int.random(in: 0...30, using: &random)
      let text = decimalText(value, decimals: decimals)
      let parts = text.split(separator: ".", omittingEmptySubsequences: false)
      let fraction = parts.count == 2 ? String(parts[1]) : ""
      let padding = String(repeating: "0", count: decimals - fraction.count)
      #expect(
        Int128("\(parts[0])\(fraction)\(padding)") == value,
        "\(value) with \(decimals): \(text)"
      )
      #expect(parts.count == 1 || (!fraction.isEmpty && fraction.last != "0"), "\(text)")
      #expect(text.hasPrefix("-") == (value < 0), "\(text)")
    }
  }
}
