import Market
import Testing
import Units
import VenueKit
import VenueTesting

@testable import GeminiVenue

/// Instruments and orders that the tests of the private side share.
struct Sample {
  let bench = AccountBench(
    Gemini(),
    [("BTCUSD", "BTC/USD"), ("SHIBUSD", "SHIB/USD"), ("LTCBTC", "LTC/BTC")]
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

@Suite("Writing Gemini's requests")
struct OrdersTests {
  private let sample = Sample()

  /// Path and members of a request, as text.
  private func text(_ action: AccountAction) throws -> String {
    let request = try Gemini().request(for: action)
    guard case .json(let fields) = request.body else { return request.path }
    #expect(request.method == .post && request.needsKey && request.budget == "private")
    return ([request.path] + fields.map { "\($0.name)=\($0.value)" }).joined(separator: " ")
  }

  @Test(
    "an order says how long it may wait in its options",
    arguments: [
      (TimeInForce.immediateOrCancel, #" options=["immediate-or-cancel"]"#),
      (.fillOrKill, #" options=["fill-or-kill"]"#),
      (.postOnly, #" options=["maker-or-cancel"]"#),
      (.goodTillCancelled, ""),
    ]
  )
  func place(_ timeInForce: TimeInForce, _ options: String) throws {
    #expect(
      try text(.place(sample.order(timeInForce)))
        == #"/v1/order/new client_order_id="plx-0001" symbol="btcusd" amount="0.0005" "#
        + #"price="65000.1" side="buy" type="exchange limit""# + options
    )
  }

  @Test("a sale is a sale, and the smallest step of a price is written out")
  func sell() throws {
    let written = try text(.place(sample.order(.immediateOrCancel, .sell, limit: 1, quantity: 1)))
    #expect(written.contains(#"amount="0.00000001" price="0.0000000001" side="sell""#))
  }

  @Test("every other action has its path and its members")
  func others() throws {
    let bitcoin = sample.bitcoin
    let since = Timestamp(nanoseconds: 1_767_621_600_123_456_789)
    let table: [(AccountAction, String)] = [
      (.cancel(.venue("9007199254740993"), bitcoin), "/v1/order/cancel order_id=9007199254740993"),
      (.cancelAll(nil), "/v1/order/cancel/all"),
      (.order(.venue("7"), bitcoin), "/v1/order/status order_id=7 include_trades=true"),
      (
        .order(.client("plx-1"), bitcoin),
        #"/v1/order/status client_order_id="plx-1" include_trades=true"#
      ),
      (.openOrders(nil), "/v1/orders"),
      (.openOrders(bitcoin), "/v1/orders"),
      (
        .fills(bitcoin, order: nil, since: nil, cursor: nil),
        #"/v1/mytrades symbol="btcusd" limit_trades=500"#
      ),
      (
        .fills(bitcoin, order: nil, since: since, cursor: nil),
        #"/v1/mytrades symbol="btcusd" limit_trades=500 timestamp=1767621600123"#
      ),
      (
        .fills(bitcoin, order: nil, since: since, cursor: "1767621600999"),
        #"/v1/mytrades symbol="btcusd" limit_trades=500 timestamp=1767621600999"#
      ),
      (
        .fills(nil, order: .venue("7"), since: nil, cursor: nil),
        "/v1/order/status order_id=7 include_trades=true"
      ),
      (.balances(cursor: nil), "/v1/balances"),
      (.fees(bitcoin), "/v1/notionalvolume"),
    ]
    for (action, expected) in table { #expect(try text(action) == expected) }
  }

  @Test("the clock is asked for without a key")
  func clock() throws {
    let request = try Gemini().request(for: .serverTime)
    #expect(request.method == .get && !request.needsKey && request.budget == "public")
    #expect(Gemini.trading.budgets.map(\.name).contains(request.budget))
  }

  @Test("what Gemini has not, or what could be taken for something else, is not asked for")
  func unsupported() {
    let bitcoin = sample.bitcoin
    let actions: [AccountAction] = [
      .streamToken,
      .cancelAll(bitcoin),
      .cancel(.client("plx-1"), bitcoin),
      .cancel(.venue("7,\"x\":1"), bitcoin),
      .cancel(.venue("007"), bitcoin),
      .cancel(.venue(""), bitcoin),
      .order(.client("a b"), bitcoin),
      .order(.client(""), bitcoin),
      .fills(nil, order: nil, since: nil, cursor: nil),
      .fills(bitcoin, order: nil, since: nil, cursor: "x"),
      .place(sample.order(limit: 0)),
      .place(sample.order(limit: -5)),
      .place(sample.order(quantity: 0)),
      .place(sample.ruled(limit: 650_001_000_000_001)),
      .place(sample.ruled(quantity: 50_001)),
      .place(sample.order(id: "quote\"")),
      .place(sample.order(id: String(repeating: "x", count: 100))),
    ]
    for action in actions {
      #expect(throws: UnsupportedAction.self) { try Gemini().request(for: action) }
    }
    #expect(throws: Never.self) {
      try Gemini().request(for: .place(sample.order(id: String(repeating: "x", count: 99))))
    }
  }

  @Test("on its steps an order is written where the steps are known, too")
  func steps() throws {
    let written = try text(.place(sample.ruled()))
    #expect(written.contains(#"amount="0.0005" price="65000.1""#))
    #expect(Gemini().frame(for: .place(sample.ruled(quantity: 50_001)), id: 7, token: nil) == nil)
  }

  @Test(
    "over the socket an order says how long it may wait in one word",
    arguments: [
      (TimeInForce.immediateOrCancel, "IOC"), (.fillOrKill, "FOK"), (.postOnly, "MOC"),
      (.goodTillCancelled, "GTC"),
    ]
  )
  func placeFrame(_ timeInForce: TimeInForce, _ word: String) {
    #expect(
      Gemini().frame(for: .place(sample.order(timeInForce)), id: 7, token: nil)
        == #"{"id":"7","method":"order.place","params":{"symbol":"btcusd","side":"BUY","#
        + #""type":"LIMIT","timeInForce":""# + word + #"","price":"65000.1","#
        + #""quantity":"0.0005","clientOrderId":"plx-0001"}}"#
    )
  }

  @Test("a cancel goes over the socket too; what REST refuses does not, nor what only REST does")
  func otherFrames() {
    let bitcoin = sample.bitcoin
    func frame(_ action: AccountAction, id: UInt64 = 8) -> String? {
      Gemini().frame(for: action, id: id, token: nil)
    }
    #expect(
      frame(.cancel(.venue("9007199254740993"), bitcoin))
        == #"{"id":"8","method":"order.cancel","params":{"orderId":"9007199254740993"}}"#
    )
    #expect(frame(.cancel(.client("x"), bitcoin)) == nil)
    #expect(frame(.place(sample.order(quantity: 0))) == nil)
    #expect(frame(.balances(cursor: nil)) == nil)
    // The subscription's own number.
    #expect(frame(.place(sample.order()), id: 0) == nil)
  }
}
