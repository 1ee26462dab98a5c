import Market
import Testing
import Units

@Suite("The events of one frame")
struct MarketEventsTests {
  private static let instrument = InstrumentID(index: 0)

  private static func fill(_ events: inout MarketEvents, levels: Int) {
    let price = Price(raw: 1)
    let quantity = Quantity(raw: 1)
    for _ in 0..<levels {
      events.levels.append(LevelUpdate(side: .bid, price: price, quantity: quantity))
      events.farLevels.append(
        FarLevelUpdate(side: .ask, price: WidePrice(price), quantity: quantity)
      )
      events.trades.append(
        Trade(
          instrument: instrument,
          id: 1,
          price: price,
          quantity: quantity,
          takerSide: .buy,
          venueTime: nil
        )
      )
      events.events.append(.heartbeat)
    }
    events.channel = .book
    events.connectionSequence = 9
  }

  @Test("clearing forgets all that the frame said")
  func forgets() {
    var events = MarketEvents()
    Self.fill(&events, levels: 3)
    events.removeAll()
    #expect(events.events == [] && events.levels == [] && events.farLevels == [])
    #expect(events.trades == [] && events.channel == .unknown)
    #expect(events.connectionSequence == nil)
  }

  @Test("clearing keeps the storage, so that a frame of the same size allocates nothing")
  func keepsStorage() {
    var events = MarketEvents()
    Self.fill(&events, levels: 1_000)
    let before = [
      events.events.capacity, events.levels.capacity, events.farLevels.capacity,
      events.trades.capacity,
    ]
    #expect(before.allSatisfy { $0 >= 1_000 })
    events.removeAll()
    let after = [
      events.events.capacity, events.levels.capacity, events.farLevels.capacity,
      events.trades.capacity,
    ]
    #expect(after == before)
  }

  @Test("a change names its levels, and its far levels only when it has some")
  func ranges() {
    let near = BookChange(instrument: Self.instrument, levels: 3..<7)
    #expect(near.levels == 3..<7 && near.farLevels.isEmpty)
    #expect(near.firstUpdateID == 0 && near.lastUpdateID == 0 && near.checksum == nil)
    let far = BookChange(
      instrument: Self.instrument,
      levels: 0..<0,
      farLevels: 1..<2,
      updateIDs: (5, 8)
    )
    #expect(far.levels.isEmpty && far.farLevels == 1..<2)
    #expect(far.firstUpdateID == 5 && far.lastUpdateID == 8)
  }
}
