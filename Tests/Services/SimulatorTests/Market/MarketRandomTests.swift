import Testing

@testable import Simulator

@Suite("The market's randomness")
struct MarketRandomTests {
  @Test("streams of one seed differ, and each repeats")
  func streams() {
    var first = MarketRandom(seed: 1, stream: 1)
    var again = MarketRandom(seed: 1, stream: 1)
    var other = MarketRandom(seed: 1, stream: 2)
    let drawn = (0..<8).map { _ in first.next() }
    #expect(drawn == (0..<8).map { _ in again.next() })
    #expect(drawn != (0..<8).map { _ in other.next() })
  }

  @Test("draws have the means and spreads they are named for")
  func moments() {
    var random = MarketRandom(seed: 3, stream: 1)
    let count = 20_000
    let normal = (0..<count).map { _ in random.normal() }
    let mean = normal.reduce(0, +) / Double(count)
    let square = normal.reduce(0) { $0 + $1 * $1 } / Double(count)
    #expect(abs(mean) < 0.03 && abs(square - 1) < 0.05)
    let waits = (0..<count).map { _ in random.exponential(mean: 4) }
    #expect(abs(waits.reduce(0, +) / Double(count) - 4) < 0.15)
    #expect(waits.allSatisfy { $0 >= 0 })
    let sizes = (0..<count).map { _ in random.logNormal(median: 5, sigma: 1) }.sorted()
    #expect(abs(sizes[count / 2] - 5) < 0.25)
    #expect((0..<1_000).allSatisfy { _ in (0..<7).contains(random.index(below: 7)) })
  }

  @Test(
    "logarithm, exponential, and root undo themselves",
    arguments: [1e-9, 0.01, 0.5, 1, 2, 65_080, 1e12]
  )
  func functions(_ value: Double) {
    #expect(abs(exponentialFunction(naturalLogarithm(value)) / value - 1) < 1e-12)
    let root = squareRoot(value)
    #expect(abs(root * root / value - 1) < 1e-12)
    #expect(roundedDown(value) <= value && roundedDown(value) > value - 1)
    #expect(roundedDown(-value) <= -value && roundedDown(-value) > -value - 1)
  }
}
