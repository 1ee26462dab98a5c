import Market
import Testing
import Units
import VenueKit
import VenueTesting

@testable import CoinbaseVenue

/// Bodies of the shapes that recordings of others show.
private enum Bodies {
  static let placed =
    #"{"success":true,"failure_reason":"UNKNOWN_FAILURE_REASON","order_id":"11111-1","success_response":{"order_id":"11111-1","product_id":"BTC-USD","side":"BUY","client_order_id":"parallax-000001"},"order_configuration":{"sor_limit_ioc":{"base_size":"0.0005","limit_price":"65000.10"}}}"#
  static let orders =
    #"{"orders":[{"order_id":"01b6e467","product_id":"ADA-USDT","side":"SELL","client_order_id":"a0f970a2","status":"CANCELLED","time_in_force":"IMMEDIATE_OR_CANCEL","created_time":"2023-11-26T10:19:47.423220Z","filled_size":"10","average_filled_price":"0.392","fee":"","filled_value":"3.9200000001","total_fees":"0.03136","order_type":"LIMIT","reject_reason":"REJECT_REASON_UNSPECIFIED","cancel_message":"Internal error","order_configuration":{"sor_limit_ioc":{"base_size":"25","limit_price":"0.39"}},"last_fill_time":"2023-11-26T10:19:47.504Z"},{"order_id":"02","product_id":"BTC-USD","side":"BUY","client_order_id":"parallax-000001","status":"OPEN","created_time":"2023-11-25T10:19:47.423220Z","filled_size":"0","filled_value":"0","last_fill_time":null}],"sequence":"0","has_next":true,"cursor":"748478308"}"#
  static let fills =
    #"{"fills":[{"entry_id":"dc74","trade_id":"19fc7eee","order_id":"01b6e467","trade_time":"2023-11-26T10:19:47.504Z","trade_type":"FILL","price":"0.392","size":"10","commission":"0.031360001","product_id":"ADA-USDT","sequence_timestamp":"2023-11-26T10:19:47.507001Z","liquidity_indicator":"TAKER","size_in_quote":false,"side":"SELL"}],"cursor":"114994851"}"#
  static let accounts =
    #"{"accounts":[{"uuid":"1","currency":"BTC","available_balance":{"value":"1.234500009","currency":"BTC"},"hold":{"value":"0.005","currency":"BTC"},"type":"ACCOUNT_TYPE_CRYPTO"},{"uuid":"2","currency":"USD","available_balance":{"value":"10","currency":"USD"},"hold":null},{"uuid":"3","currency":"USD","available_balance":{"value":"5","currency":"USD"},"hold":{"value":"1","currency":"USD"}}],"has_next":true,"cursor":"next","size":3}"#
}

@Suite("Reading Coinbase's answers")
struct AnswersTests {
  private let bench = Account.bench

  @Test("an accepted order is pending under Coinbase's id")
  func placed() throws {
    let order = Account.order()
    var report = OrderReport(status: .pending)
    report.venueOrderID = "11111-1"
    report.clientOrderID = "parallax-000001"
    report.instrument = Account.bitcoin.id
    report.side = .buy
    report.quantity = order.quantity
    #expect(try bench.answer(.place(order), Bodies.placed) == .order(report))
    // Success decides, whatever stands beside it.
    let noisy = Bodies.placed.replacing(
      #""order_configuration""#,
      with: #""error_response":{"error":"UNKNOWN_FAILURE_REASON"},"order_configuration""#
    )
    #expect(try bench.answer(.place(order), noisy) == .order(report))
  }

  @Test("success without an id, and a body without a verdict, leave the outcome open")
  func halves() {
    for body in [#"{"success":true}"#, "{}", "", "[]", #"{"success":null}"#, #"{"success":"no"}"#] {
      #expect(
        bench.failure(.place(Account.order()), body)?.remedy == .unknownOutcome,
        "\(body)"
      )
    }
  }

  @Test("a cancellation is done once its own line says so")
  func cancelled() throws {
    let action = AccountAction.cancel(.venue("1-2"), Account.bitcoin)
    let body =
      #"{"results":[{"success":true,"failure_reason":"UNKNOWN_CANCEL_FAILURE_REASON","order_id":"1-2"}]}"#
    #expect(try bench.answer(action, body) == .done(count: 1))
    let other = body.replacing("1-2", with: "3-4")
    #expect(bench.failure(action, other)?.remedy == .unknownOutcome)
    #expect(bench.failure(action, #"{"results":[]}"#)?.remedy == .unknownOutcome)
  }

  @Test("an order that filled in part ends cancelled; its worth rounds against us")
  func orders() throws {
    let body = #"{"order":"# + Bodies.orders.dropFirst(11).prefix { $0 != "]" }
    let first = String(body.split(separator: #",{"order_id":"02""#)[0]) + "}"
    let answer = try bench.answer(.order(.venue("01b6e467"), Account.cardano), first)
    var report = OrderReport(status: .cancelled)
    report.instrument = Account.cardano.id
    report.venueOrderID = "01b6e467"
    report.clientOrderID = "a0f970a2"
    report.side = .sell
    report.quantity = Quantity(raw: 2_500_000_000)
    report.filled = Quantity(raw: 1_000_000_000)
    // 3.9200000001 received, of which the hundredth of a unit is not ours.
    report.filledNotional = Notional(raw: 392_000_000)
    report.reason = "Internal error"
    report.venueTime = Timestamp(nanoseconds: 1_700_993_987_504_000_000)
    #expect(answer == .order(report))
    #expect(
      bench.failure(.order(.venue("other"), Account.cardano), first)?.code == "unreadable"
    )
  }

  @Test(
    "each status has its meaning",
    arguments: [
      ("PENDING", OrderStatus.pending), ("QUEUED", .pending), ("OPEN", .open),
      ("CANCEL_QUEUED", .open), ("EDIT_QUEUED", .open), ("FILLED", .filled),
      ("CANCELLED", .cancelled), ("EXPIRED", .expired), ("FAILED", .rejected),
    ]
  )
  func statuses(_ word: String, _ status: OrderStatus) throws {
    let body =
      #"{"order":{"order_id":"1","product_id":"BTC-USD","side":"BUY","status":"\#(word)","filled_size":"0"}}"#
    let action = AccountAction.order(.venue("1"), Account.bitcoin)
    guard case .order(let report) = try bench.answer(action, body) else {
      Issue.record("another case")
      return
    }
    #expect(report.status == status)
    // An order that filled in part was accepted once.
    let partly = body.replacing(#""0""#, with: #""0.1""#)
    guard case .order(let report) = try bench.answer(action, partly) else {
      Issue.record("another case")
      return
    }
    #expect(report.status == (status == .rejected ? .cancelled : status))
    let unknown = body.replacing(word, with: "UNKNOWN_ORDER_STATUS")
    #expect(bench.failure(action, unknown)?.code == "unreadable")
  }

  @Test("by client id the newest orders of the product are searched, and must be the newest")
  func byClientID() throws {
    func action(_ id: String) -> AccountAction { .order(.client(id), Account.bitcoin) }
    guard case .order(let found) = try bench.answer(action("parallax-000001"), Bodies.orders)
    else {
      Issue.record("another case")
      return
    }
    #expect(found.venueOrderID == "02")
    // Under the name of the product that it is an alias of, it is still the order asked for.
    let canonical = Bodies.orders.replacing("BTC-USD", with: "BTC-EUR")
    #expect(try bench.answer(action("parallax-000001"), canonical) == .order(found))
    #expect(try bench.answer(action("parallax-000002"), Bodies.orders) == .orders([]))
    let oldestFirst = Bodies.orders.replacing("2023-11-25", with: "2023-11-27")
    let failure = bench.failure(action("parallax-000002"), oldestFirst)
    #expect(failure?.remedy == .unknownOutcome)
    // All there is may come in any order.
    let whole = oldestFirst.replacing(
      #""has_next":true,"cursor":"748478308""#,
      with: #""has_next":false,"cursor":"""#
    )
    #expect(try bench.answer(action("parallax-000002"), whole) == .orders([]))
  }

  @Test("open orders are told only when they are all there")
  func open() throws {
    let action = AccountAction.openOrders(Account.bitcoin)
    #expect(bench.failure(action, Bodies.orders)?.code == "more-than-a-page")
    let last = Bodies.orders.replacing(#""has_next":true"#, with: #""has_next":false"#)
    guard case .orders(let orders) = try bench.answer(action, last) else {
      Issue.record("another case")
      return
    }
    #expect(orders.map(\.venueOrderID) == ["02"])
  }

  @Test("fills have exact amounts, the commission rounded up, and the next page's cursor")
  func fills() throws {
    let action = AccountAction.fills(nil, order: nil, since: nil, cursor: nil)
    let fill = Fill(
      instrument: Account.cardano.id,
      tradeID: "19fc7eee",
      venueOrderID: "01b6e467",
      side: .sell,
      price: Price(raw: 3_920_000_000),
      quantity: Quantity(raw: 1_000_000_000),
      fee: Notional(raw: 3_136_001),
      feeAsset: Account.cardano.quote,
      liquidity: .taker,
      venueTime: Timestamp(nanoseconds: 1_700_993_987_504_000_000)
    )
    #expect(try bench.answer(action, Bodies.fills) == .fills([fill], cursor: "114994851"))
    #expect(
      try bench.answer(action, #"{"fills":[],"cursor":"7"}"#) == .fills([], cursor: nil)
    )
    #expect(
      try bench.answer(
        .fills(nil, order: .venue("other"), since: nil, cursor: nil),
        Bodies.fills
      ) == .fills([], cursor: "114994851")
    )
    let canonical = Bodies.fills.replacing("ADA-USDT", with: "ADA-USD")
    #expect(
      try bench.answer(
        .fills(Account.cardano, order: .venue("01b6e467"), since: nil, cursor: nil),
        canonical
      ) == .fills([fill], cursor: "114994851")
    )
    #expect(
      try bench.answer(
        .fills(Account.bitcoin, order: nil, since: nil, cursor: nil),
        Bodies.fills
      ) == .fills([], cursor: "114994851")
    )
  }

  @Test("a size in the quote asset is divided by the price, against us")
  func quoteSize() throws {
    let action = AccountAction.fills(nil, order: nil, since: nil, cursor: nil)
    let body = Bodies.fills.replacing(#""size_in_quote":false"#, with: #""size_in_quote":true"#)
    for (text, raw) in [
      (body, 2_551_020_409), (body.replacing("SELL", with: "BUY"), 2_551_020_408),
    ] {
      guard case .fills(let fills, _) = try bench.answer(action, text) else {
        Issue.record("another case")
        return
      }
      #expect(fills.first?.quantity == Quantity(raw: Int64(raw)))
    }
  }

  @Test("a correction is refused, not taken for a fill")
  func corrections() {
    let body = Bodies.fills.replacing(#""FILL""#, with: #""REVERSAL""#)
    let action = AccountAction.fills(nil, order: nil, since: nil, cursor: nil)
    #expect(bench.failure(action, body)?.code == "unreadable")
  }

  @Test("balances round down, and accounts of one currency add up")
  func balances() throws {
    func balance(_ symbol: String, _ total: Int128, _ available: Int128) -> Balance {
      Balance(
        asset: Asset(symbol: symbol),
        total: Notional(raw: total),
        available: Notional(raw: available)
      )
    }
    let all = [
      balance("BTC", 123_950_000, 123_450_000), balance("USD", 1_600_000_000, 1_500_000_000),
    ]
    #expect(
      try bench.answer(.balances(cursor: nil), Bodies.accounts) == .balances(all, cursor: "next")
    )
    let last = Bodies.accounts.replacing(#""has_next":true"#, with: #""has_next":false"#)
    #expect(try bench.answer(.balances(cursor: nil), last) == .balances(all, cursor: nil))
  }

  @Test("fees are fractions and round up")
  func fees() throws {
    let body =
      #"{"total_volume":1000,"fee_tier":{"pricing_tier":"","usd_from":"0","taker_fee_rate":"0.006","maker_fee_rate":"0.0040000001"}}"#
    #expect(
      try bench.answer(.fees(nil), body)
        == .fees([
          FeeReport(instrument: nil, maker: Rate(raw: 400_001), taker: Rate(raw: 600_000))
        ])
    )
    #expect(bench.failure(.fees(nil), #"{"fee_tier":{}}"#)?.code == "unreadable")
  }

  @Test("the venue's clock to the millisecond")
  func time() throws {
    #expect(
      try bench.answer(
        .serverTime,
        #"{"iso":"2026-05-05T10:00:05Z","epochSeconds":"1777975205","epochMillis":"1777975205123"}"#
      ) == .serverTime(Timestamp(nanoseconds: 1_777_975_205_123_000_000))
    )
  }

  @Test("no beginning of an answer passes for the answer")
  func cuts() {
    #expect(bench.acceptedCuts(ofAnswer: Bodies.placed, to: .place(Account.order())) == 0)
    #expect(bench.acceptedCuts(ofAnswer: Bodies.accounts, to: .balances(cursor: nil)) == 0)
  }
}
