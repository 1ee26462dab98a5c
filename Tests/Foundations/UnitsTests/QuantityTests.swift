import Reactor
import TestSupport
import Testing
import Units

@Suite("Quantities")
struct QuantityTests {
  @Test("a negative quantity cannot be made")
  func negative() async {
    await #expect(processExitsWith: .failure) { _ = Quantity(raw: -1) }
  }

  @Test("taking more than there is traps")
  func difference() async {
    #expect(Quantity(raw: 5) - Quantity(raw: 5) == .zero)
    #expect(Quantity(raw: 5) - Quantity(raw: 2) == Quantity(raw: 3))
    await #expect(processExitsWith: .failure) { _ = Quantity(raw: 2) - Quantity(raw: 3) }
  }

  @Test("a sum beyond 63 bits traps")
  func sum() async {
    #expect(Quantity(raw: .max - 1) + Quantity(raw: 1) == Quantity(raw: .max))
    await #expect(processExitsWith: .failure) { _ = Quantity(raw: .max) + Quantity(raw: 1) }
  }

  @Test("only nothing is zero, and order is by amount")
  func order() {
    #expect(Quantity.zero.isZero && !Quantity(raw: 1).isZero)
    #expect(Quantity.zero < Quantity(raw: 1) && !(Quantity(raw: 1) < Quantity(raw: 1)))
  }

  @Test(
    "round down to whole lots; a lot of nothing or of one unit leaves all as it is",
    arguments: [
      (0, 10, 0), (9, 10, 0), (10, 10, 10), (19, 10, 10), (25, 7, 21), (25, 1, 25), (25, 0, 25),
      (.max, 1_000, 9_223_372_036_854_775_000), (.max, .max, .max), (5, .max, 0),
    ] as [(Int64, Int64, Int64)]
  )
  func lots(_ raw: Int64, _ lot: Int64, _ expected: Int64) {
    #expect(Quantity(raw: raw).roundedDown(toLot: Quantity(raw: lot)).raw == expected)
  }

  @Test(
    "a rounded quantity is the nearest multiple at or below",
    arguments: 0..<10 as Range<UInt64>
  )
  func rounding(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let raw: Int64 = random.anyInteger() & .max
      let lot: Int64 = max(1, random.anyInteger() & .max)
      let rounded = Quantity(raw: raw).roundedDown(toLot: Quantity(raw: lot)).raw
      #expect(rounded.isMultiple(of: lot) && rounded <= raw && raw - rounded < lot, "\(raw) \(lot)")
    }
  }

  @Test("have the text of their asset's scale")
  func text() {
    #expect(Quantity(raw: 150_000_000).text(decimals: 8) == "1.5")
    #expect(Quantity(raw: 150_000_000).text(decimals: 0) == "150000000")
    #expect(Quantity.zero.text(decimals: 12) == "0")
    #expect(Quantity(raw: .max).text(decimals: 12) == "9223372.036854775807")
  }
}
