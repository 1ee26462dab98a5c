import Market
import Testing
import Units

@testable import Books

@Suite("One side of a book")
struct LadderTests {
  @Test("agrees with a plain dictionary after any changes", arguments: 0..<40 as Range<UInt64>)
  func agreesWithModel(seed: UInt64) {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func random(_ bound: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((state >> 33) % bound)
    }
    let side: BookSide = seed % 2 == 0 ? .bid : .ask
    let spread: UInt64 = [8, 90, 700, 5_000][Int(seed / 2 % 4)]
    var ladder = Ladder(side: side)
    var model: [Int64: Int64] = [:]

    for step in 0..<4_000 {
      let before = ladder.best
      let price = 1 + random(spread)
      let quantity = random(3) == 0 ? 0 : 1 + random(5)
      let change = ladder.apply(
        LevelUpdate(side: side, price: Price(raw: price), quantity: Quantity(raw: quantity))
      )
      model[price] = quantity == 0 ? nil : quantity
      #expect((change == .top) == (ladder.best != before), "top at step \(step)")
      if step % 1_000 == 999 {
        let depth = Int(random(spread))
        ladder.truncate(to: depth)
        let kept = model.keys.sorted(by: side == .bid ? { $0 > $1 } : { $0 < $1 }).prefix(depth)
        model = model.filter { kept.contains($0.key) }
      }
    }
    let expected = model.sorted { side == .bid ? $0.key > $1.key : $0.key < $1.key }
    #expect(ladder.count == model.count)
    #expect(ladder.levels().map(\.price.raw) == expected.map(\.key))
    #expect(ladder.levels().map(\.quantity.raw) == expected.map(\.value))
  }

  @Test("loads a snapshot in any order, the later of two levels at one price counting")
  func loads() {
    let updates = [(5, 1), (9, 2), (7, 3), (9, 4), (6, 0)].map { price, quantity in
      LevelUpdate(side: .ask, price: Price(raw: price), quantity: Quantity(raw: quantity))
    }
    var ladder = Ladder(side: .ask)
    ladder.load(updates[...])
    #expect(ladder.levels().map(\.price.raw) == [5, 7, 9])
    #expect(ladder.levels().map(\.quantity.raw) == [1, 3, 4])
    ladder.load([])
    #expect(ladder.best == nil)
  }

  @Test("a loaded book of many chunks takes changes at both ends")
  func loadsMany() {
    let updates = (1...1_000).reversed().map {
      LevelUpdate(side: .bid, price: Price(raw: $0 * 10), quantity: Quantity(raw: 1))
    }
    var ladder = Ladder(side: .bid)
    ladder.load(updates[...])
    for price in [1, 10_001, 5_005] as [Int64] {
      _ = ladder.apply(
        LevelUpdate(side: .bid, price: Price(raw: price), quantity: Quantity(raw: 7))
      )
    }
    #expect(ladder.count == 1_003)
    #expect(ladder.best?.price.raw == 10_001)
    #expect(ladder.levels().last?.price.raw == 1)
    #expect(ladder.levels().map(\.price.raw) == ladder.levels().map(\.price.raw).sorted(by: >))
  }
}
