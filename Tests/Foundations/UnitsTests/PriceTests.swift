import Testing
import Units

@Suite("Prices")
struct PriceTests {
  @Test(
    "describe themselves in plain decimals",
    arguments: [
      (0, "0"), (1, "0.0000000001"), (-1, "-0.0000000001"), (10_000_000_000, "1"),
      (641_235_000_000_000, "64123.5"), (Int64.max, "922337203.6854775807"),
      (Int64.min, "-922337203.6854775808"),
    ] as [(Int64, String)]
  )
  func description(_ raw: Int64, _ text: String) {
    #expect("\(Price(raw: raw))" == text)
    #expect("\(WidePrice(Price(raw: raw)))" == text)
  }

  @Test("a wide price holds what a price cannot")
  func wide() {
    #expect("\(WidePrice(raw: 123_456_789_123_400_000_000))" == "12345678912.34")
    #expect("\(WidePrice(raw: .min))" == "-17014118346046923173168730371.5884105728")
  }

  @Test("are ordered by value")
  func order() {
    let prices: [Int64] = [.min, -1, 0, 1, .max]
    for (left, right) in zip(prices, prices.dropFirst()) {
      #expect(Price(raw: left) < Price(raw: right))
      #expect(WidePrice(Price(raw: left)) < WidePrice(Price(raw: right)))
      #expect(!(Price(raw: right) < Price(raw: left)))
    }
    #expect(WidePrice(Price(raw: .max)) < WidePrice(raw: Int128(Int64.max) + 1))
  }
}
