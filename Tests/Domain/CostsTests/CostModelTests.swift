import Market
import Testing
import Units

@testable import Costs

@Suite("What trading costs")
struct CostModelTests {
  private let first = InstrumentID(index: 0)
  private let third = InstrumentID(index: 2)

  @Test("fees that nobody stated are an error, not zero")
  func unknown() throws {
    var costs = CostModel()
    #expect(costs.takerRate(of: first) == nil)
    #expect(throws: CostError.unknownFees(first)) { try costs.fees(of: first) }
    let fees = try InstrumentFees(maker: Rate(basisPoints: -1), taker: Rate(basisPoints: 40))
    costs.setFees(fees, of: third)
    #expect(costs.takerRate(of: first) == nil)
    #expect(try costs.fees(of: third) == fees)
    #expect(throws: CostError.unknownFees(first)) { try costs.requireFees(of: [third, first]) }
    #expect(throws: Never.self) { try costs.requireFees(of: [third]) }
  }

  @Test("a stated zero is a fee")
  func zero() throws {
    var costs = CostModel()
    costs.setFees(try InstrumentFees(maker: .zero, taker: .zero), of: first)
    #expect(costs.takerRate(of: first) == .zero)
  }

  @Test(
    "a rate that cannot be a fee is refused",
    arguments: [(0, -1), (0, Rate.one), (Rate.one, 0), (-Rate.one, 0)] as [(Int64, Int64)]
  )
  func refused(maker: Int64, taker: Int64) {
    #expect(throws: CostError.self) {
      try InstrumentFees(maker: Rate(raw: maker), taker: Rate(raw: taker))
    }
  }

  @Test(
    "a fee is rounded up to the next unit",
    arguments: [(0, 0), (1, 1), (250, 1), (251, 2), (100_000, 400)] as [(Int128, Int128)]
  )
  func roundsUp(notional: Int128, fee: Int128) {
    #expect(Rate(basisPoints: 40).fee(on: Notional(raw: notional)) == Notional(raw: fee))
  }

  @Test("codes are stable words, and a fee knows its leg")
  func codes() {
    let kinds: [CostKind] = [
      .takerFee(leg: 1), .impact, .conversionHaircut, .latencyHaircut, .leftover,
    ]
    #expect(
      kinds.map(\.code)
        == ["taker_fee", "impact", "conversion_haircut", "latency_haircut", "leftover"]
    )
    #expect(kinds.map(\.leg) == [1, nil, nil, nil, nil])
  }
}
