import Reactor
import TestSupport
import Testing
import Units

@Suite("Rates")
struct RateTests {
  @Test("count basis points in ten thousand steps, and say them")
  func basisPoints() {
    #expect(Rate(basisPoints: 10_000).raw == Rate.one)
    #expect(Rate(basisPoints: -3).raw == -30_000)
    #expect(Rate(raw: 12_500).basisPointsText == "1.25")
    #expect(Rate(raw: -1).basisPointsText == "-0.0001")
    #expect(Rate.zero.basisPointsText == "0")
  }

  @Test("add, subtract, and compare")
  func arithmetic() {
    #expect(Rate(raw: 5) + Rate(raw: -7) == Rate(raw: -2))
    #expect(Rate(raw: 5) - Rate(raw: 7) == Rate(raw: -2))
    #expect(Rate(raw: -2) < .zero)
  }

  @Test(
    "are parts of a whole, rounded towards −∞",
    arguments: [
      (1, 1, 100_000_000), (1, 2, 50_000_000), (1, 3, 33_333_333), (-1, 3, -33_333_334),
      (2, 3, 66_666_666), (-2, 3, -66_666_667), (0, 9, 0), (7, 1, 700_000_000),
      (1, 100_000_000, 1), (1, 100_000_001, 0), (-1, 100_000_001, -1),
    ] as [(Int128, Int128, Int64)]
  )
  func parts(_ part: Int128, _ whole: Int128, _ raw: Int64) {
    #expect(Rate(Notional(raw: part), of: Notional(raw: whole)).raw == raw)
  }

  @Test("a part of nothing, or of less than nothing, is no rate", arguments: [0, -1, Int128.min])
  func nothing(_ whole: Int128) {
    #expect(Rate(Notional(raw: 5), of: Notional(raw: whole)) == .zero)
  }

  @Test(
    "stop at the ends of their range",
    arguments: [
      (92_233_720_368, 1, 9_223_372_036_800_000_000), (92_233_720_369, 1, .max),
      (-92_233_720_368, 1, -9_223_372_036_800_000_000), (-92_233_720_369, 1, .min),
      (.max, 1, .max), (.min, 1, .min), (.max, 1_000, .max), (.min, 1_000, .min),
    ] as [(Int128, Int128, Int64)]
  )
  func saturation(_ part: Int128, _ whole: Int128, _ raw: Int64) {
    #expect(Rate(Notional(raw: part), of: Notional(raw: whole)).raw == raw)
  }

  @Test(
    "are exact for amounts whose hundred-millionfold does not fit 128 bits",
    arguments: [
      (.max, .max, 100_000_000), (.min, .max, -100_000_001), (.max / 2, .max, 49_999_999),
      (-(.max / 2), .max, -50_000_000), (powerOfTen(38), powerOfTen(37), 1_000_000_000),
      (powerOfTen(31), 3 * powerOfTen(31), 33_333_333),
      (-powerOfTen(31), 3 * powerOfTen(31), -33_333_334),
    ] as [(Int128, Int128, Int64)]
  )
  func large(_ part: Int128, _ whole: Int128, _ raw: Int64) {
    #expect(Rate(Notional(raw: part), of: Notional(raw: whole)).raw == raw)
  }

  @Test(
    "take a share of an amount in the direction asked for",
    arguments: [
      (40, 1_000, 4, 4), (40, 1_001, 4, 5), (40, -1_001, -5, -4), (-40, 1_001, -5, -4),
      (-40, -1_001, 4, 5), (0, 99, 0, 0), (40, 0, 0, 0), (10_000, 77, 77, 77),
    ]
  )
  func share(_ basisPoints: Int64, _ amount: Int, _ down: Int, _ up: Int) {
    let rate = Rate(basisPoints: basisPoints)
    let notional = Notional(raw: Int128(amount))
    #expect(rate.share(of: notional, rounding: .down).raw == Int128(down))
    #expect(rate.share(of: notional, rounding: .up).raw == Int128(up))
  }

  @Test("the share of a rate is the part it was made of, but for rounding")
  func inverse() {
    var random = SeededGenerator(seed: 1)
    for _ in 0..<1_000 {
      let whole = Int128.random(in: 1...powerOfTen(18), using: &random)
      let part = Int128.random(in: -whole...whole, using: &random)
      let rate = Rate(Notional(raw: part), of: Notional(raw: whole))
      let share = rate.share(of: Notional(raw: whole), rounding: .down).raw
      // One step of the rate is worth a hundred-millionth of the whole.
      #expect(share <= part && part - share <= whole / 100_000_000 + 1, "\(part) of \(whole)")
    }
  }
}
