import Market
import Testing
import Units
import VenueKit
import VenueTesting

@testable import CoinbaseVenue

private let root = "/api/v3/brokerage"

@Suite("Writing Coinbase's requests")
struct OrdersTests {
  private let bench = Account.bench

  @Test(
    "each action has its request",
    arguments: [
      (
        AccountAction.place(Account.order()),
        #"POST \#(root)/orders {"client_order_id":"parallax-000001","product_id":"BTC-USD","side":"BUY","order_configuration":{"sor_limit_ioc":{"base_size":"0.0005","limit_price":"65000.1"}}}"#
      ),
      (
        .place(Account.order(.sell, .fillOrKill)),
        #"POST \#(root)/orders {"client_order_id":"parallax-000001","product_id":"BTC-USD","side":"SELL","order_configuration":{"limit_limit_fok":{"base_size":"0.0005","limit_price":"65000.1"}}}"#
      ),
      (
        .place(Account.order(.buy, .goodTillCancelled)),
        #"POST \#(root)/orders {"client_order_id":"parallax-000001","product_id":"BTC-USD","side":"BUY","order_configuration":{"limit_limit_gtc":{"base_size":"0.0005","limit_price":"65000.1","post_only":false}}}"#
      ),
      (
        .place(Account.order(.buy, .postOnly)),
        #"POST \#(root)/orders {"client_order_id":"parallax-000001","product_id":"BTC-USD","side":"BUY","order_configuration":{"limit_limit_gtc":{"base_size":"0.0005","limit_price":"65000.1","post_only":true}}}"#
      ),
      (
        .cancel(.venue("1-2"), Account.bitcoin),
        #"POST \#(root)/orders/batch_cancel {"order_ids":["1-2"]}"#
      ),
      (.order(.venue("1-2"), Account.bitcoin), "GET \(root)/orders/historical/1-2"),
      (
        .order(.client("parallax-000001"), Account.bitcoin),
        "GET \(root)/orders/historical/batch?limit=250"
      ),
      (.openOrders(nil), "GET \(root)/orders/historical/batch?order_status=OPEN&limit=250"),
      (
        .openOrders(Account.bitcoin),
        "GET \(root)/orders/historical/batch?order_status=OPEN&product_id=BTC-USD&limit=250"
      ),
      (
        .fills(nil, order: .venue("1-2"), since: nil, cursor: "9"),
        "GET \(root)/orders/historical/fills?order_id=1-2&limit=250&cursor=9"
      ),
      (
        .fills(
          Account.bitcoin,
          order: nil,
          since: Timestamp(nanoseconds: 1_777_975_205_123_999_999),
          cursor: nil
        ),
        "GET \(root)/orders/historical/fills?product_id=BTC-USD"
          + "&start_sequence_timestamp=2026-05-05T10%3A00%3A05.123Z&limit=250"
      ),
      (.balances(cursor: nil), "GET \(root)/accounts?limit=250"),
      (.fees(nil), "GET \(root)/transaction_summary?product_type=SPOT"),
      (.serverTime, "GET \(root)/time"),
    ]
  )
  func requests(_ action: AccountAction, _ request: String) {
    #expect(bench.request(action) == request)
  }

  @Test(
    "what the venue does not have is refused",
    arguments: [
      AccountAction.place(Account.order(clientOrderID: "")),
      .place(Account.order(clientOrderID: String(repeating: "x", count: 37))),
      .cancel(.client("parallax-000001"), Account.bitcoin),
      .cancelAll(nil), .cancelAll(Account.bitcoin),
      .order(.venue("../accounts"), Account.bitcoin), .order(.venue(""), Account.bitcoin),
      .fills(nil, order: .client("parallax-000001"), since: nil, cursor: nil),
      .streamToken,
    ]
  )
  func unsupported(_ action: AccountAction) {
    #expect(bench.request(action).hasPrefix("unsupported: "))
  }

  @Test("an id with quotes stays within its string")
  func escaped() {
    #expect(
      bench.request(.cancel(.venue(#"a"]}"#), Account.bitcoin))
        == #"POST \#(root)/orders/batch_cancel {"order_ids":["a\"]}"]}"#
    )
  }

  @Test("nothing goes over the socket")
  func frames() {
    let token = StreamToken(token: "x")
    #expect(Coinbase().frame(for: .place(Account.order()), id: 1, token: token) == nil)
  }

  @Test("each request draws on a budget that is declared")
  func budgets() throws {
    let names = Set(Coinbase.trading.budgets.map(\.name))
    for action in [AccountAction.place(Account.order()), .balances(cursor: nil), .serverTime] {
      #expect(names.contains(try Coinbase().request(for: action).budget))
    }
  }
}
