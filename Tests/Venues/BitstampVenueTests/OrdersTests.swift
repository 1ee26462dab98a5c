import Market
import Testing
import Units
import VenueKit
import VenueTesting

@testable import BitstampVenue

/// Instruments and orders that the tests of the private side share.
struct Sample {
  let bench = AccountBench(
    Bitstamp(),
    [("btcusd", "BTC/USD"), ("ethusd", "ETH/USD"), ("ltcbtc", "LTC/BTC")]
  )

  var bitcoin: Instrument { bench.instruments[0] }

  func order(
    _ timeInForce: TimeInForce = .immediateOrCancel,
    _ side: OrderSide = .buy,
    limit: Int64 = 650_001_000_000_000,
    quantity: Int64 = 50_000,
    id: String = "plx-0001"
  ) -> OrderRequest {
    OrderRequest(
      instrument: bitcoin,
      side: side,
      limit: Price(raw: limit),
      quantity: Quantity(raw: quantity),
      timeInForce: timeInForce,
      clientOrderID: id
    )
  }

  /// An order at an instrument whose steps are known: a cent, and 10⁻⁵ of the base.
  func ruled(limit: Int64 = 650_001_000_000_000, quantity: Int64 = 50_000) -> OrderRequest {
    var registry = InstrumentRegistry()
    let id = registry.register(
      bitcoin.venue,
      wireSymbol: bitcoin.wireSymbol,
      symbol: bitcoin.symbol
    ).id
    registry.setRules(
      TradingRules(
        tickSize: Price(raw: 100_000_000),
        lotSize: Quantity(raw: 1_000),
        minQuantity: nil,
        minNotional: nil,
        status: .open
      ),
      of: id
    )
    var order = order(limit: limit, quantity: quantity)
    order.instrument = registry[id]
    return order
  }
}

@Suite("Writing Bitstamp's requests")
struct OrdersTests {
  private let sample = Sample()

  /// Path and form of a request, as text.
  private func text(_ action: AccountAction) throws -> String {
    let request = try Bitstamp().request(for: action)
    #expect(request.method == .post && request.needsKey && request.query.isEmpty)
    #expect(Bitstamp.trading.budgets.map(\.name) == [request.budget])
    guard case .form(let fields) = request.body else {
      #expect(request.body == .none)
      return request.path
    }
    return ([request.path] + fields.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
  }

  @Test(
    "an order says how long it may wait with one flag",
    arguments: [
      (TimeInForce.immediateOrCancel, " ioc_order=True"), (.fillOrKill, " fok_order=True"),
      (.postOnly, " moc_order=True"), (.goodTillCancelled, ""),
    ]
  )
  func place(_ timeInForce: TimeInForce, _ flag: String) throws {
    #expect(
      try text(.place(sample.order(timeInForce)))
        == "/api/v2/buy/btcusd/ amount=0.0005 price=65000.1" + flag + " client_order_id=plx-0001"
    )
  }

  @Test("a sale has its own path, and the smallest step of a price is written out")
  func sell() throws {
    let action = AccountAction.place(
      sample.order(.goodTillCancelled, .sell, limit: 1, quantity: 1)
    )
    #expect(
      try text(action)
        == "/api/v2/sell/btcusd/ amount=0.00000001 price=0.0000000001 client_order_id=plx-0001"
    )
  }

  @Test("every other action has its path and its fields; without fields there is no body")
  func others() throws {
    let bitcoin = sample.bitcoin
    let since = Timestamp(nanoseconds: 1_767_621_600_123_456_789)
    let table: [(AccountAction, String)] = [
      (.cancel(.venue("1458532827766784"), bitcoin), "/api/v2/cancel_order/ id=1458532827766784"),
      (.cancelAll(nil), "/api/v2/cancel_all_orders/"),
      (.cancelAll(bitcoin), "/api/v2/cancel_all_orders/btcusd/"),
      (.order(.venue("7"), bitcoin), "/api/v2/order_status/ id=7"),
      (.order(.client("plx_1"), bitcoin), "/api/v2/order_status/ client_order_id=plx_1"),
      (.openOrders(nil), "/api/v2/open_orders/all/"),
      (.openOrders(bitcoin), "/api/v2/open_orders/btcusd/"),
      (
        .fills(nil, order: nil, since: since, cursor: nil),
        "/api/v2/user_transactions/ offset=0 limit=1000 sort=desc"
      ),
      (
        .fills(bitcoin, order: nil, since: nil, cursor: "2000"),
        "/api/v2/user_transactions/btcusd/ offset=2000 limit=1000 sort=desc"
      ),
      (
        .fills(bitcoin, order: .client("plx-1"), since: nil, cursor: nil),
        "/api/v2/order_status/ client_order_id=plx-1"
      ),
      (.balances(cursor: nil), "/api/v2/account_balances/"),
      (.fees(nil), "/api/v2/fees/trading/"),
      (.fees(bitcoin), "/api/v2/fees/trading/btcusd/"),
      (.streamToken, "/api/v2/websockets_token/"),
    ]
    for (action, expected) in table { #expect(try text(action) == expected) }
  }

  @Test("the clock is asked for without a key")
  func clock() throws {
    let request = try Bitstamp().request(for: .serverTime)
    #expect(request.method == .get && !request.needsKey)
  }

  @Test("what Bitstamp has not, or what could be taken for something else, is not asked for")
  func unsupported() {
    let bitcoin = sample.bitcoin
    let odd = AccountBench(Bitstamp(), [("../btcusd", "BTC/USD")]).instruments[0]
    let actions: [AccountAction] = [
      .cancel(.client("plx-1"), bitcoin),
      .cancel(.venue("7&x=1"), bitcoin),
      .cancel(.venue("007"), bitcoin),
      .order(.venue(""), bitcoin),
      .order(.client(""), bitcoin),
      .order(.client("a b"), bitcoin),
      .fills(nil, order: nil, since: nil, cursor: "x"),
      .fills(nil, order: nil, since: nil, cursor: "-1"),
      .fills(nil, order: nil, since: nil, cursor: "200001"),
      .openOrders(odd),
      .place(sample.order(limit: 0)),
      .place(sample.order(quantity: 0)),
      .place(sample.ruled(limit: 650_001_000_000_001)),
      .place(sample.ruled(quantity: 50_001)),
      .place(sample.order(id: "")),
      .place(sample.order(id: String(repeating: "x", count: 181))),
    ]
    for action in actions {
      #expect(throws: UnsupportedAction.self) { try Bitstamp().request(for: action) }
    }
  }

  @Test("on its steps an order is written where the steps are known, too")
  func steps() throws {
    #expect(try text(.place(sample.ruled())).contains("amount=0.0005 price=65000.1 "))
  }

  @Test("nothing is ordered over the socket")
  func frames() {
    #expect(Bitstamp().frame(for: .place(sample.order()), id: 7, token: nil) == nil)
  }
}
