import Market
import Testing
import Units
import VenueKit
import VenueTesting

@testable import KrakenVenue

@Suite("Writing Kraken's requests")
struct OrdersTests {
  private let bench = Account.bench

  @Test(
    "each action has its request",
    arguments: [
      (
        AccountAction.place(Account.order()),
        "POST /0/private/AddOrder pair=XBTUSD&type=buy&ordertype=limit&volume=0.01&price=30000.1"
          + "&timeinforce=IOC&oflags=fciq&cl_ord_id=parallax-000001"
      ),
      (
        .place(
          Account.order(
            .sell,
            .postOnly,
            deadline: Timestamp(nanoseconds: 1_777_975_205_123_999_999)
          )
        ),
        "POST /0/private/AddOrder pair=XBTUSD&type=sell&ordertype=limit&volume=0.01&price=30000.1"
          + "&timeinforce=GTC&oflags=post%2Cfciq&cl_ord_id=parallax-000001"
          + "&deadline=2026-05-05T10%3A00%3A05.123Z"
      ),
      (
        .place(Account.order(.buy, .goodTillCancelled, limit: 1, quantity: 1)),
        "POST /0/private/AddOrder pair=XBTUSD&type=buy&ordertype=limit&volume=0.00000001"
          + "&price=0.000000001&timeinforce=GTC&oflags=fciq&cl_ord_id=parallax-000001"
      ),
      (
        .cancel(.venue("OABCDE-12345-FGHIJ"), Account.bitcoin),
        "POST /0/private/CancelOrder txid=OABCDE-12345-FGHIJ"
      ),
      (
        .cancel(.client("parallax-000001"), Account.bitcoin),
        "POST /0/private/CancelOrder cl_ord_id=parallax-000001"
      ),
      (.cancelAll(nil), "POST /0/private/CancelAll"),
      (
        .order(.venue("OABCDE-12345-FGHIJ"), Account.bitcoin),
        "POST /0/private/QueryOrders txid=OABCDE-12345-FGHIJ"
      ),
      (
        .order(.client("parallax-000001"), Account.bitcoin),
        "POST /0/private/ClosedOrders cl_ord_id=parallax-000001"
      ),
      (.openOrders(Account.bitcoin), "POST /0/private/OpenOrders"),
      (
        .fills(nil, order: nil, since: nil, cursor: nil),
        "POST /0/private/TradesHistory consolidate_taker=false"
      ),
      (
        .fills(
          Account.bitcoin,
          order: .venue("O1"),
          since: Timestamp(nanoseconds: 1_688_585_840_892_100_000),
          cursor: "50"
        ),
        "POST /0/private/TradesHistory consolidate_taker=false&start=1688585839&ofs=50"
      ),
      (.balances(cursor: nil), "POST /0/private/BalanceEx"),
      (.fees(Account.bitcoin), "POST /0/private/TradeVolume pair=XBTUSD"),
      (.streamToken, "POST /0/private/GetWebSocketsToken"),
      (.serverTime, "GET /0/public/Time"),
    ]
  )
  func requests(_ action: AccountAction, _ request: String) {
    #expect(bench.request(action) == request)
  }

  @Test("names of version 1 stand in REST's pairs")
  func names() {
    let bench = AccountBench(Kraken(), [("DOGE/BTC", "DOGE/BTC")])
    #expect(bench.request(.fees(bench.instruments[0])) == "POST /0/private/TradeVolume pair=XDGXBT")
  }

  @Test(
    "what the venue does not have is refused",
    arguments: [
      AccountAction.place(Account.order(.buy, .fillOrKill)),
      .place(Account.order(clientOrderID: "")),
      .place(Account.order(clientOrderID: "nineteen-bytes-long")),
      .place(Account.order(clientOrderID: "blank space")),
      .place(Account.order(clientOrderID: "Capital")),
      .order(.client("under_score"), Account.bitcoin),
      .place(Account.order(limit: 0)),
      .place(Account.order(quantity: 0)),
      .cancel(.client("&pair=x"), Account.bitcoin),
      .cancelAll(Account.bitcoin),
      .fills(nil, order: .client("parallax-000001"), since: nil, cursor: nil),
      .fees(nil),
    ]
  )
  func unsupported(_ action: AccountAction) {
    #expect(bench.request(action).hasPrefix("unsupported: "))
    #expect(
      bench.venue.frame(for: action, id: 1, token: Account.token) == nil
        || action == .cancel(.client("&pair=x"), Account.bitcoin)
    )
  }

  @Test("a price off the tick and a quantity off the lot are refused")
  func steps() {
    var registry = InstrumentRegistry()
    let id = registry.register(
      Kraken.id,
      wireSymbol: "BTC/USD",
      symbol: Symbol(base: "BTC", quote: "USD")
    ).id
    registry.setRules(
      TradingRules(
        tickSize: Price(raw: 1_000_000_000),
        lotSize: Quantity(raw: 100),
        minQuantity: nil,
        minNotional: nil,
        status: .open
      ),
      of: id
    )
    var order = Account.order()
    order.instrument = registry[id]
    #expect(bench.request(.place(order)).hasPrefix("POST"))
    order.limit = Price(raw: order.limit.raw + 1)
    #expect(
      bench.request(.place(order))
        == "unsupported: 30000.1000000001 is not a multiple of the tick 0.1"
    )
    order = Account.order(quantity: 101)
    order.instrument = registry[id]
    #expect(
      bench.request(.place(order))
        == "unsupported: 0.00000101 is not a multiple of the lot 0.000001"
    )
  }

  @Test("each request draws on a budget that is declared")
  func budgets() throws {
    let names = Set(Kraken.trading.budgets.map(\.name))
    let actions: [AccountAction] = [
      .place(Account.order()), .cancelAll(nil), .balances(cursor: nil), .serverTime,
    ]
    for action in actions {
      #expect(names.contains(try Kraken().request(for: action).budget))
    }
    #expect(try Kraken().request(for: .cancel(.venue("O1"), Account.bitcoin)).weight == 8)
    #expect(
      try Kraken().request(for: .fills(nil, order: nil, since: nil, cursor: nil)).weight == 2
    )
  }

  @Test("an order whose answer was lost is looked for among the open ones, then the done ones")
  func search() {
    #expect(
      Kraken().search(for: "parallax-000001", of: Account.bitcoin) == [
        .openOrders(Account.bitcoin),
        .order(.client("parallax-000001"), Account.bitcoin),
      ]
    )
  }

  // MARK: Frames

  @Test(
    "orders over the socket have numbers, exact to the last digit",
    arguments: [
      (
        AccountAction.place(
          Account.order(deadline: Timestamp(nanoseconds: 1_777_975_205_000_000_000))
        ),
        #"{"method":"add_order","params":{"order_type":"limit","side":"buy","symbol":"BTC/USD","order_qty":0.01,"limit_price":30000.1,"time_in_force":"ioc","fee_preference":"quote","cl_ord_id":"parallax-000001","deadline":"2026-05-05T10:00:05.000Z","token":"TOKEN"},"req_id":42}"#
      ),
      (
        .place(Account.order(.sell, .postOnly, limit: 1, quantity: 123_456_789_012_345_678)),
        #"{"method":"add_order","params":{"order_type":"limit","side":"sell","symbol":"BTC/USD","order_qty":1234567890.12345678,"limit_price":0.000000001,"time_in_force":"gtc","post_only":true,"fee_preference":"quote","cl_ord_id":"parallax-000001","token":"TOKEN"},"req_id":42}"#
      ),
      (
        .cancel(.venue("OABCDE-12345-FGHIJ"), Account.bitcoin),
        #"{"method":"cancel_order","params":{"order_id":["OABCDE-12345-FGHIJ"],"token":"TOKEN"},"req_id":42}"#
      ),
      (
        .cancel(.client("parallax-000001"), Account.bitcoin),
        #"{"method":"cancel_order","params":{"cl_ord_id":["parallax-000001"],"token":"TOKEN"},"req_id":42}"#
      ),
      (
        .cancelAll(nil),
        #"{"method":"cancel_all","params":{"token":"TOKEN"},"req_id":42}"#
      ),
    ]
  )
  func frames(_ action: AccountAction, _ frame: String) {
    #expect(Kraken().frame(for: action, id: 42, token: Account.token) == frame)
  }

  @Test("without a token, and for a question, there is no frame")
  func noFrame() {
    #expect(Kraken().frame(for: .place(Account.order()), id: 1, token: nil) == nil)
    #expect(Kraken().frame(for: .balances(cursor: nil), id: 1, token: Account.token) == nil)
  }

  @Test("the subscription asks for executions with open orders, under the token")
  func subscription() {
    let key = TestKey(name: "k", secret: "")
    let stamp = RequestStamp(nanoseconds: 0, nonce: 0, random: 0)
    #expect(
      Kraken().privateSubscriptions(to: [], token: Account.token, with: key, stamp: stamp) == [
        #"{"method":"subscribe","params":{"channel":"executions","snap_orders":true,"snap_trades":false,"order_status":true,"token":"TOKEN"}}"#
      ]
    )
    #expect(Kraken().privateSubscriptions(to: [], token: nil, with: key, stamp: stamp).isEmpty)
  }
}
