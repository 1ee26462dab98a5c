import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated exchange")
struct ExchangeTests {
  static let usd = Asset(symbol: "USD")
  static let btc = Asset(symbol: "BTC")

  /// One instrument with tick 0.1, lot 0.0001, fees of 10 and 20 basis points.
  static func exchange() -> (Exchange, client: AccountID, house: AccountID) {
    let exchange = Exchange(
      name: "test",
      instruments: [
        SimulatedInstrument(
          symbol: Symbol(base: "BTC", quote: "USD"),
          tickSize: Price(raw: 1_000_000_000),
          lotSize: Quantity(raw: 10_000),
          minQuantity: Quantity(raw: 10_000),
          minNotional: Notional(raw: 2_000_000),
          maker: Rate(basisPoints: 10),
          taker: Rate(basisPoints: 20)
        )
      ]
    )
    let client = exchange.addAccount("client")
    let house = exchange.addAccount("house", isHouse: true)
    exchange.grant(Notional(raw: 1_000_000_000_000), of: usd, to: client)
    exchange.grant(Notional(raw: 100_000_000), of: btc, to: client)
    return (exchange, client, house)
  }

  static func limit(
    _ account: AccountID,
    _ side: OrderSide,
    _ price: Int64,
    _ quantity: Int64,
    _ timeInForce: TimeInForce = .goodTillCancelled
  ) -> NewOrder {
    var order = NewOrder(
      account: account,
      instrument: 0,
      side: side,
      limit: Price(raw: price * 10_000_000_000),
      size: .base(Quantity(raw: quantity))
    )
    order.timeInForce = timeInForce
    return order
  }

  @Test("orders match by price, then by time, and both sides see the maker's price")
  func priority() throws {
    let (exchange, client, house) = Self.exchange()
    try exchange.place(Self.limit(house, .sell, 101, 10_000))
    let first = try exchange.place(Self.limit(house, .sell, 100, 10_000))
    let second = try exchange.place(Self.limit(house, .sell, 100, 20_000))
    _ = exchange.takeEvents()
    let order = try exchange.place(
      Self.limit(client, .buy, 101, 30_000, .immediateOrCancel)
    )
    #expect(order.status == .filled)
    #expect(order.averagePrice == Price(raw: 1_000_000_000_000))
    let sellers = exchange.takeEvents().compactMap { event -> Int64? in
      if case .trade(let trade) = event { trade.sellOrder } else { nil }
    }
    #expect(sellers == [first.number, second.number])
    #expect(exchange.levels(0, .ask).map(\.price.raw) == [1_010_000_000_000])
  }

  @Test("what is held, posted, and charged adds up to the last unit")
  func money() throws {
    let (exchange, client, house) = Self.exchange()
    try exchange.place(Self.limit(house, .sell, 100, 20_000))
    let order = try exchange.place(Self.limit(client, .buy, 100, 30_000))
    #expect(order.status == .open)
    #expect(order.filled == Quantity(raw: 20_000))
    // 0.0002 BTC at 100 is 0.02, the fee 0.00004; 0.0001 more rests, held with the taker's fee.
    #expect(order.filledNotional == Notional(raw: 2_000_000))
    #expect(order.fee == Notional(raw: 4_000))
    #expect(order.held == Notional(raw: 1_002_000))
    let account = exchange.accounts[client.index]
    #expect(account.total(Self.usd) == Notional(raw: 1_000_000_000_000 - 2_004_000))
    #expect(account.held(Self.usd) == Notional(raw: 1_002_000))
    #expect(account.total(Self.btc) == Notional(raw: 100_020_000))
    exchange.cancel(order.number)
    #expect(exchange.accounts[client.index].held(Self.usd) == .zero)
    #expect(exchange.order(order.number)?.status == .cancelled)
    #expect(exchange.cancel(order.number) == nil)
  }

  @Test("immediate, all-or-none, and post-only orders end as they should")
  func timesInForce() throws {
    let (exchange, client, house) = Self.exchange()
    try exchange.place(Self.limit(house, .sell, 100, 20_000))
    let all = try exchange.place(Self.limit(client, .buy, 100, 30_000, .fillOrKill))
    #expect(all.status == .cancelled)
    #expect(all.end == .wouldNotFill)
    #expect(all.filled.isZero)
    let post = try exchange.place(Self.limit(client, .buy, 100, 30_000, .postOnly))
    #expect(post.end == .wouldTake)
    let now = try exchange.place(Self.limit(client, .buy, 100, 30_000, .immediateOrCancel))
    #expect(now.status == .cancelled)
    #expect(now.end == .immediateRemainder)
    #expect(now.filled == Quantity(raw: 20_000))
    #expect(exchange.accounts[client.index].held(Self.usd) == .zero)
  }

  @Test("a market buy by amount spends no more than the amount, its fee included")
  func quoteSized() throws {
    let (exchange, client, house) = Self.exchange()
    try exchange.place(Self.limit(house, .sell, 100, 1_000_000))
    try exchange.place(Self.limit(house, .sell, 110, 100_000_000))
    var order = Self.limit(client, .buy, 1, 0)
    order.limit = nil
    order.size = .quote(Notional(raw: 500_000_000))
    let before = exchange.accounts[client.index].total(Self.usd)
    let done = try exchange.place(order)
    #expect(done.status == .filled)
    let spent = before - exchange.accounts[client.index].total(Self.usd)
    #expect(spent <= Notional(raw: 500_000_000))
    #expect(spent > Notional(raw: 498_890_000))
    #expect(exchange.accounts[client.index].held(Self.usd) == .zero)
  }

  @Test(
    "one account's orders do not trade with each other",
    arguments: [
      SelfTradeRule.cancelNewest, .cancelOldest, .cancelBoth, .allow,
    ]
  )
  func selfTrade(_ rule: SelfTradeRule) throws {
    let (exchange, client, _) = Self.exchange()
    let resting = try exchange.place(Self.limit(client, .sell, 100, 20_000))
    var order = Self.limit(client, .buy, 100, 20_000)
    order.selfTrade = rule
    let taker = try exchange.place(order)
    let maker = try #require(exchange.order(resting.number))
    switch rule {
    case .cancelNewest:
      #expect(taker.end == .selfTrade)
      #expect(maker.status == .open)
    case .cancelOldest:
      #expect(taker.status == .open)
      #expect(maker.end == .selfTrade)
    case .cancelBoth:
      #expect(taker.end == .selfTrade)
      #expect(maker.end == .selfTrade)
    case .allow:
      #expect(taker.status == .filled)
      #expect(maker.status == .filled)
    }
  }

  @Test("each rule an order can break has its refusal, and nothing happens")
  func refusals() throws {
    let (exchange, client, house) = Self.exchange()
    try exchange.place(Self.limit(house, .sell, 100, 20_000))
    _ = exchange.takeEvents()
    func refusal(_ change: (inout NewOrder) -> Void) -> OrderRefusal? {
      var order = Self.limit(client, .buy, 100, 100_000_000)
      change(&order)
      #expect(exchange.refusal(of: order) != nil)
      do {
        try exchange.place(order)
        return nil
      } catch {
        return error
      }
    }
    #expect(refusal { $0.limit = Price(raw: 1_000_000_001) } == .offTick)
    #expect(refusal { $0.size = .base(Quantity(raw: 10_001)) } == .offLot)
    #expect(refusal { $0.size = .base(.zero) } == .belowMinQuantity)
    #expect(refusal { $0.size = .base(Quantity(raw: 10_000)) } == .belowMinNotional)
    #expect(refusal { $0.instrument = 5 } == .unknownInstrument)
    #expect(refusal { $0.limit = Price(raw: -1_000_000_000) } == .priceOutOfRange)
    let needed = Notional(raw: 2_004_000_000_000)
    #expect(
      refusal { $0.size = .base(Quantity(raw: 20_000_000_000)) }
        == .insufficientFunds(
          Self.usd,
          needed: needed,
          available: Notional(raw: 1_000_000_000_000)
        )
    )
    exchange.setStatus(.cancelOnly)
    #expect(refusal { _ in } == .notOpen(.cancelOnly))
    #expect(exchange.takeEvents() == [.status(.cancelOnly)])
  }

  @Test("a stop waits for its price, and a dated order for its time")
  func waiting() throws {
    let (exchange, client, house) = Self.exchange()
    try exchange.place(Self.limit(house, .sell, 100, 10_000))
    try exchange.place(Self.limit(house, .sell, 105, 10_000_000))
    var stop = Self.limit(client, .buy, 110, 1_000_000)
    stop.trigger = .init(price: Price(raw: 1_050_000_000_000), whenRising: true)
    let order = try exchange.place(stop)
    #expect(order.status == .open)
    try exchange.place(Self.limit(house, .buy, 100, 10_000))
    #expect(exchange.order(order.number)?.status == .open)
    try exchange.place(Self.limit(house, .buy, 105, 10_000))
    #expect(exchange.order(order.number)?.status == .filled)

    var dated = Self.limit(client, .buy, 50, 3_000_000)
    dated.expires = Timestamp(nanoseconds: 1_000)
    let second = try exchange.place(dated)
    exchange.advance(to: Timestamp(nanoseconds: 999))
    #expect(exchange.order(second.number)?.status == .open)
    exchange.advance(to: Timestamp(nanoseconds: 1_000))
    #expect(exchange.order(second.number)?.status == .expired)
    #expect(exchange.levels(0, .bid).isEmpty)
  }

  @Test("a smaller order keeps its place, a larger one loses it")
  func amending() throws {
    let (exchange, client, house) = Self.exchange()
    let order = try exchange.place(Self.limit(client, .buy, 100, 3_000_000))
    let other = try exchange.place(Self.limit(house, .buy, 100, 3_000_000))
    _ = try exchange.amend(order.number, limit: nil, quantity: Quantity(raw: 2_000_000))
    #expect(
      exchange.orders(0, .bid, at: Price(raw: 1_000_000_000_000)).map(\.number)
        == [order.number, other.number]
    )
    _ = try exchange.amend(order.number, limit: nil, quantity: Quantity(raw: 4_000_000))
    #expect(
      exchange.orders(0, .bid, at: Price(raw: 1_000_000_000_000)).map(\.number)
        == [other.number, order.number]
    )
    #expect(exchange.best(0, .bid)?.quantity == Quantity(raw: 7_000_000))
    #expect(exchange.order(order.number)?.held == Notional(raw: 400_800_000))
  }

  @Test("a withdrawal leaves at once and a deposit arrives when it is due")
  func transfers() throws {
    let (exchange, client, _) = Self.exchange()
    let sent = try exchange.withdraw(
      Notional(raw: 50),
      of: Self.btc,
      fee: Notional(raw: 1),
      from: client,
      network: "bitcoin",
      to: "x",
      afterNanoseconds: 10
    )
    #expect(exchange.accounts[client.index].total(Self.btc) == Notional(raw: 99_999_949))
    #expect(exchange.cancelTransfer(sent.number)?.status == .cancelled)
    #expect(exchange.accounts[client.index].total(Self.btc) == Notional(raw: 100_000_000))
    exchange.deposit(
      Notional(raw: 7),
      of: Self.btc,
      to: client,
      network: "bitcoin",
      address: "y",
      afterNanoseconds: 10
    )
    exchange.advance(to: Timestamp(nanoseconds: 9))
    #expect(exchange.accounts[client.index].total(Self.btc) == Notional(raw: 100_000_000))
    exchange.advance(to: Timestamp(nanoseconds: 10))
    #expect(exchange.accounts[client.index].total(Self.btc) == Notional(raw: 100_000_007))
  }
}
