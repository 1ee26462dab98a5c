import Reactor
import TestSupport
import Testing

@Suite("Seeded randomness")
struct SeededGeneratorTests {
  @Test("is SplitMix64, by its published outputs for the seed 1234567")
  func reference() {
    var random = SeededGenerator(seed: 1_234_567)
    let drawn = (0..<5).map { _ in random.next() }
    #expect(
      drawn == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ]
    )
  }

  @Test("draws integers of every width and of both signs")
  func anyInteger() {
    var random = SeededGenerator(seed: 1)
    var widths: Set<Int> = []
    var signs: Set<Int> = []
    for _ in 0..<10_000 {
      let value: Int64 = random.anyInteger()
      widths.insert(Int64.bitWidth - (value < 0 ? ~value : value).leadingZeroBitCount)
      signs.insert(Int(value.signum()))
    }
    #expect(widths == Set(0...63))
    #expect(signs == [-1, 0, 1])
  }

  @Test("draws as many bytes as asked for")
  func bytes() {
    var random = SeededGenerator(seed: 2)
    #expect(random.bytes(0) == [])
    #expect(Set(random.bytes(10_000)).count == 256)
  }
}
