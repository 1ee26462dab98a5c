import Reactor

/// The market's draws, made of nothing but the four basic operations, so that a seed means the same
/// market on every machine.
struct MarketRandom: RandomNumberGenerator, Sendable {
  private var generator: SeededGenerator
  private var spare: Double?

  /// Streams of one seed are independent: what one part of the market draws moves no other.
  init(seed: UInt64, stream: UInt64) {
    generator = SeededGenerator(seed: seed)
    generator = SeededGenerator(seed: next() ^ (stream &* 0xD134_2543_DE82_EF95))
    generator = generator.fork()
  }

  mutating func next() -> UInt64 { generator.next() }

  /// In 0 ..< 1, of 53 bits.
  mutating func uniform() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func uniform(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

  /// In 0 ..< `bound`; the bias of at most `bound` ÷ 2⁶⁴ is of no account here.
  mutating func index(below bound: Int) -> Int {
    Int(truncatingIfNeeded: next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  mutating func sign() -> Double { next() >> 63 == 0 ? 1 : -1 }

  /// How long until something that happens on average every `mean`.
  mutating func exponential(mean: Double) -> Double { -mean * naturalLogarithm(1 - uniform()) }

  /// Mean 0, variance 1, by Marsaglia's polar method.
  mutating func normal() -> Double {
    if let spare {
      self.spare = nil
      return spare
    }
    while true {
      let (first, second) = (2 * uniform() - 1, 2 * uniform() - 1)
      let square = first * first + second * second
      guard square > 0, square < 1 else { continue }
      let factor = squareRoot(-2 * naturalLogarithm(square) / square)
      spare = second * factor
      return first * factor
    }
  }

  /// Above and below `median` alike by factors; `sigma` is the spread of the logarithm.
  mutating func logNormal(median: Double, sigma: Double) -> Double {
    median * exponentialFunction(sigma * normal())
  }
}

/// ln `value`, for a positive normal number, to about 15 digits.
func naturalLogarithm(_ value: Double) -> Double {
  var (mantissa, exponent) = (value.significand, Double(value.exponent))
  if mantissa > 1.414_213_562_373_095_1 {
    mantissa /= 2
    exponent += 1
  }
  let ratio = (mantissa - 1) / (mantissa + 1)
  let square = ratio * ratio
  var sum = 0.0
  var divisor = 19.0
  while divisor > 0 {
    sum = sum * square + 1 / divisor
    divisor -= 2
  }
  return 2 * ratio * sum + exponent * 0.693_147_180_559_945_3
}

/// e to the power of `value`, within ±700, to about 15 digits.
func exponentialFunction(_ value: Double) -> Double {
  let bounded = min(max(value, -700), 700)
  let halvings = roundedDown(bounded / 0.693_147_180_559_945_3 + 0.5)
  let rest = bounded - halvings * 0.693_147_180_559_945_3
  var sum = 1.0
  var term = 14.0
  while term > 0 {
    sum = 1 + sum * rest / term
    term -= 1
  }
  return Double(sign: .plus, exponent: Int(halvings), significand: sum)
}

/// √`value`, for a positive normal number, by Newton's method; without the C library.
func squareRoot(_ value: Double) -> Double {
  guard value > 0 else { return 0 }
  var root = Double(sign: .plus, exponent: Int(value.exponent) / 2, significand: 1)
  for _ in 0..<6 { root = (root + value / root) / 2 }
  return root
}

/// The largest whole number that is not above `value`, which is within ±10¹⁸.
func roundedDown(_ value: Double) -> Double {
  let whole = Double(Int64(value))
  return whole > value ? whole - 1 : whole
}
