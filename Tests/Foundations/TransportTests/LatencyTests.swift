import Reactor
import Testing

@testable import Transport

@Suite("Delays of connections in memory")
struct LatencyTests {
  private static func draws(_ latency: Latency, seed: UInt64 = 3, count: Int = 20_000) -> [Int64] {
    var generator = SeededGenerator(seed: seed)
    return (0..<count).map { _ in latency.draw(&generator) }
  }

  @Test("without jitter and tail, every delay is the base")
  func base() {
    #expect(Set(Self.draws(Latency(baseNanoseconds: 250))) == [250])
    #expect(Set(Self.draws(Latency(baseNanoseconds: 0))) == [0])
  }

  @Test("delays are at least the base, at most the maximum, and their mean is what was said")
  func bounds() {
    let latency = Latency(
      baseNanoseconds: 20_000_000,
      jitterNanoseconds: 3_000_000,
      tailPerMillion: 10_000,
      tailNanoseconds: 200_000_000,
      maximumNanoseconds: 500_000_000
    )
    let draws = Self.draws(latency)
    let isWithin = draws.allSatisfy { (20_000_000...500_000_000).contains($0) }
    #expect(isWithin)
    #expect(draws.max() == 500_000_000, "the tail reaches the maximum")
    let withoutTail = Self.draws(Latency(baseNanoseconds: 20_000_000, jitterNanoseconds: 3_000_000))
    let mean = withoutTail.reduce(0, +) / Int64(withoutTail.count)
    #expect((22_900_000...23_100_000).contains(mean))
    let pairs = Array(zip(draws, withoutTail))
    let isUndisturbed = pairs.allSatisfy { $0 >= $1 }
    #expect(isUndisturbed, "the tail leaves the other draws as they were")
    let longer = pairs.count { $0 > $1 }
    #expect((150...250).contains(longer), "one in a hundred is in the tail")
  }

  @Test(
    "an exponential part is exact at chosen points",
    arguments: [
      (UInt64.max, 0), (1 << 63, 693_145), (1 << 62, 1_386_291), (1, 44_361_328),
      (0, 44_361_328), (3 << 62, 287_679),
    ] as [(UInt64, Int64)]
  )
  func exponential(_ uniform: UInt64, _ value: Int64) {
    let drawn = Latency.exponential(1_000_000, uniform)
    #expect(abs(drawn - value) <= 25, "\(drawn)")
  }

  @Test("a seed gives the same delays on every machine")
  func pinned() {
    let latency = Latency(
      baseNanoseconds: 1_000,
      jitterNanoseconds: 1_000_000,
      tailPerMillion: 500_000,
      tailNanoseconds: 1_000_000_000
    )
    #expect(
      Self.draws(latency, seed: 1, count: 4) == [30_003_752, 812_127, 1_253_613_432, 502_068_532]
    )
  }

  @Test("settings out of all proportion neither trap nor go below zero")
  func extremes() {
    let huge = Latency(
      baseNanoseconds: .max,
      jitterNanoseconds: .max,
      tailPerMillion: .max,
      tailNanoseconds: .max,
      maximumNanoseconds: .max
    )
    #expect(Set(Self.draws(huge, count: 100)) == [.max])
    let negative = Latency(
      baseNanoseconds: .min,
      jitterNanoseconds: .min,
      tailPerMillion: .min,
      tailNanoseconds: .min,
      maximumNanoseconds: .min
    )
    #expect(Set(Self.draws(negative, count: 100)) == [0])
  }
}
