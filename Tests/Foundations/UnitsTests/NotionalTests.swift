import Reactor
import TestSupport
import Testing
import Units

@Suite("Notionals")
struct NotionalTests {
  @Test("add, subtract, negate, and compare as integers")
  func arithmetic() {
    var sum = Notional(raw: 5) + Notional(raw: -8)
    #expect(sum == Notional(raw: -3) && -sum == Notional(raw: 3))
    sum += Notional(raw: 10)
    #expect(sum == Notional(raw: 7))
    sum -= Notional(raw: 9)
    #expect(sum == Notional(raw: -2) && sum < .zero)
    #expect(Notional(raw: 1) - Notional(raw: 2) == Notional(raw: -1))
  }

  @Test("have the text of their asset's scale")
  func text() {
    #expect(Notional(raw: -12_345).text(decimals: 2) == "-123.45")
    #expect(Notional.zero.text(decimals: 8) == "0")
  }
}

@Suite("Division in a named direction")
struct RoundingTests {
  @Test(
    "goes towards −∞ when down and towards +∞ when up",
    arguments: [
      (0, 7, 0, 0), (7, 7, 1, 1), (-7, 7, -1, -1), (1, 7, 0, 1), (6, 7, 0, 1), (8, 7, 1, 2),
      (-1, 7, -1, 0), (-6, 7, -1, 0), (-8, 7, -2, -1), (9, 1, 9, 9), (-9, 1, -9, -9),
      (.max, .max, 1, 1), (.max - 1, .max, 0, 1), (.min, .max, -2, -1), (.min, 1, .min, .min),
    ] as [(Int128, Int128, Int128, Int128)]
  )
  func table(_ dividend: Int128, _ divisor: Int128, _ down: Int128, _ up: Int128) {
    #expect(divide(dividend, by: divisor, rounding: .down) == down)
    #expect(divide(dividend, by: divisor, rounding: .up) == up)
  }

  @Test("brackets the exact quotient", arguments: 0..<10 as Range<UInt64>)
  func bracket(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      // Below 2¹²⁶, so that the products checked here fit.
      let dividend = random.anyInteger(Int128.self) >> 1
      let divisor = max(1, (random.anyInteger(Int128.self) >> 1) & .max)
      let down = divide(dividend, by: divisor, rounding: .down)
      let up = divide(dividend, by: divisor, rounding: .up)
      #expect(up - down == (dividend % divisor == 0 ? 0 : 1), "\(dividend) ÷ \(divisor)")
      let rest = dividend - down * divisor
      #expect(rest >= 0 && rest < divisor, "\(dividend) ÷ \(divisor)")
    }
  }

  @Test("refuses a divisor that is not positive", arguments: [0, -1])
  func divisor(_ divisor: Int) async {
    await #expect(processExitsWith: .failure) { [divisor] in
      _ = divide(1, by: Int128(divisor), rounding: .down)
    }
  }

  @Test("powers of ten are exact up to 10³⁸, and no further")
  func powers() async {
    #expect(powerOfTen(0) == 1 && powerOfTen(1) == 10)
    #expect("\(powerOfTen(38))" == "1" + String(repeating: "0", count: 38))
    await #expect(processExitsWith: .failure) { _ = powerOfTen(39) }
    await #expect(processExitsWith: .failure) { _ = powerOfTen(-1) }
  }
}

@Suite("The scale of price × quantity")
struct NotionalScaleTests {
  @Test(
    "divides by ten to the power of 10 + base decimals − quote decimals",
    arguments: [(8, 8, 10), (8, 2, 16), (0, 10, 0), (18, 0, 28), (5, 8, 7), (9, 8, 11)]
  )
  func divisor(_ base: Int, _ quote: Int, _ exponent: Int) {
    let scale = NotionalScale(baseDecimals: base, quoteDecimals: quote)
    #expect(scale.divisor == powerOfTen(exponent))
  }

  @Test("refuses a quote asset finer than the product, and a base beyond 18 decimals")
  func refusals() async {
    await #expect(processExitsWith: .failure) {
      _ = NotionalScale(baseDecimals: 0, quoteDecimals: 11)
    }
    await #expect(processExitsWith: .failure) {
      _ = NotionalScale(baseDecimals: 19, quoteDecimals: 0)
    }
  }

  @Test("0.5 BTC at 64 123.51 USD is 32 061.755 USD, to the cent in the direction asked for")
  func example() {
    let price = Price(raw: 641_235_100_000_000)
    let half = Quantity(raw: 50_000_000)
    let fine = NotionalScale(baseDecimals: 8, quoteDecimals: 8)
    #expect(fine.notional(price, half, rounding: .down).text(decimals: 8) == "32061.755")
    #expect(fine.notional(price, half, rounding: .up).text(decimals: 8) == "32061.755")
    let cents = NotionalScale(baseDecimals: 8, quoteDecimals: 2)
    #expect(cents.notional(price, half, rounding: .down).raw == 3_206_175)
    #expect(cents.notional(price, half, rounding: .up).raw == 3_206_176)
    let owed = Price(raw: -price.raw)
    #expect(cents.notional(owed, half, rounding: .down).raw == -3_206_176)
    #expect(cents.notional(owed, half, rounding: .up).raw == -3_206_175)
  }

  @Test("agrees with plain 128-bit arithmetic, at the ends too", arguments: 0..<20 as Range<UInt64>)
  func model(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var cases: [(Int64, Int64)] = [(.min, .max), (.max, .max), (.min, 0), (-1, 1), (0, .max)]
    for _ in 0..<500 { cases.append((random.anyInteger(), random.anyInteger() & .max)) }
    for (price, quantity) in cases {
      let base = Int.random(in: 0...18, using: &random)
      let quote = Int.random(in: 0...min(18, base + 10), using: &random)
      let scale = NotionalScale(baseDecimals: base, quoteDecimals: quote)
      let product = Int128(price) * Int128(quantity)
      #expect(scale.product(Price(raw: price), Quantity(raw: quantity)) == product)

      let divisor = powerOfTen(10 + base - quote)
      let remainder = ((product % divisor) + divisor) % divisor
      let down = (product - remainder) / divisor
      let up = remainder == 0 ? down : down + 1
      for (rounding, expected) in [(Rounding.down, down), (.up, up)] {
        let notional = scale.notional(
          Price(raw: price),
          Quantity(raw: quantity),
          rounding: rounding
        )
        #expect(notional.raw == expected, "\(price) × \(quantity), \(base) and \(quote) decimals")
      }
    }
  }

  @Test("a sum of products is divided once, so nothing is lost on the way")
  func sums() {
    let scale = NotionalScale(baseDecimals: 8, quoteDecimals: 2)
    let product = scale.product(Price(raw: 10_000_000_000), Quantity(raw: 400_000))
    #expect(scale.notional(ofProducts: product, rounding: .down).raw == 0)
    #expect(scale.notional(ofProducts: product * 5, rounding: .down).raw == 2)
    #expect(scale.notional(ofProducts: product * 5, rounding: .up).raw == 2)
  }
}
