import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Kraken: private sockets")
struct KrakenSocketTradingTests {
  static let limit =
    #""order_type":"limit","side":"buy","order_qty":0.001,"symbol":"BTC/USD","limit_price":"#

  /// The identifier in the result of an answer.
  static func orderID(_ answers: [String]) throws -> String {
    let value = try JSONValue(Array((answers.first ?? "").utf8))
    return value["result"]?["order_id"]?.string ?? "none in \(answers)"
  }

  @Test("an order is acknowledged with its identifiers, and refused with the reason")
  func add() throws {
    let bench = try KrakenBench()
    let (socket, token) = try bench.openPrivate()
    let answers = bench.call(
      "add_order",
      Self.limit + #"50000.0,"cl_ord_id":"mine","time_in_force":"gtc""#,
      socket,
      token
    )
    let id = try Self.orderID(answers)
    #expect(
      answers == [
        joined(
          #"{"method":"add_order","req_id":7,"result":{"order_id":"\#(id)","cl_ord_id":"mine","#,
          #""order_userref":0},"success":true,"time_in":"2026-08-02T03:06:40.000000Z","#,
          #""time_out":"2026-08-02T03:06:40.000040Z"}"#
        )
      ]
    )
    let refused = bench.call("add_order", Self.limit + "50000.0,\"order_qty\":9", socket, token)
    #expect(refused.count == 1)
    let poor = bench.call(
      "add_order",
      Self.limit.replacing("0.001", with: "9") + "50000",
      socket,
      token
    )
    #expect(
      poor == [
        joined(
          #"{"error":"EOrder:Insufficient funds","method":"add_order","req_id":7,"success":false,"#,
          #""time_in":"2026-08-02T03:06:40.000000Z","time_out":"2026-08-02T03:06:40.000040Z"}"#
        )
      ]
    )
    let unknown = bench.call(
      "add_order",
      Self.limit.replacing("BTC/USD", with: "XBT/USD") + "50000",
      socket,
      token
    )
    #expect(unknown.first?.contains("Currency pair not supported XBT/USD") == true)
  }

  @Test("quantities may come in exponent form, and amounts of the quote asset")
  func numbers() throws {
    let bench = try KrakenBench()
    let (socket, token) = try bench.openPrivate()
    let small = bench.call(
      "add_order",
      Self.limit.replacing("0.001", with: "6e-05") + "5E+4",
      socket,
      token
    )
    #expect(small.first?.contains(#""success":true"#) == true)
    let cash = bench.call(
      "add_order",
      #""order_type":"market","side":"buy","cash_order_qty":50,"symbol":"BTC/USD""#,
      socket,
      token
    )
    #expect(cash.first?.contains(#""success":true"#) == true)
    let checked = bench.call(
      "add_order",
      Self.limit + "50000,\"validate\":true,\"order_userref\":4",
      socket,
      token
    )
    #expect(checked.first?.contains(#""result":{"order_userref":4},"success":true"#) == true)
    #expect(bench.post("OpenOrders").contains("0.00006000 XBTUSD @ limit 50000.0"))
  }

  @Test("a resting order's life: pending, new, amended, cancelled, each numbered")
  func life() throws {
    let bench = try KrakenBench()
    let (socket, token) = try bench.openPrivate()
    let answers = bench.call("subscribe", #""channel":"executions""#, socket, token)
    #expect(
      answers.first?.contains(
        joined(
          #""result":{"channel":"executions","order_status":true,"snap_orders":true,"#,
          #""snap_trades":false,"snapshot":true},"success":true"#
        )
      ) == true
    )
    #expect(
      answers.last == #"{"channel":"executions","type":"snapshot","data":[],"sequence":1}"#
    )
    let added = bench.call("add_order", Self.limit + "50000.0,\"post_only\":true", socket, token)
    let id = try Self.orderID(added)
    #expect(
      added.dropFirst() == [
        joined(
          #"{"channel":"executions","type":"update","data":[{"order_id":"\#(id)","#,
          #""symbol":"BTC/USD","order_qty":0.00100000,"cum_cost":0.00000,"#,
          #""time_in_force":"GTC","exec_type":"pending_new","side":"buy","#,
          #""order_type":"limit","order_userref":0,"limit_price_type":"static","#,
          #""limit_price":50000.0,"stop_price":0.0,"post_only":true,"#,
          #""order_status":"pending_new","fee_usd_equiv":0.00000,"fee_ccy_pref":"fciq","#,
          #""timestamp":"2026-08-02T03:06:40.000000Z"}],"sequence":2}"#
        ),
        joined(
          #"{"channel":"executions","type":"update","data":[{"#,
          #""timestamp":"2026-08-02T03:06:40.000000Z","order_status":"new","#,
          #""exec_type":"new","order_userref":0,"post_only":true,"order_id":"\#(id)"}],"#,
          #""sequence":3}"#
        ),
      ]
    )
    let amended = bench.call(
      "amend_order",
      "\"order_id\":\"\(id)\",\"order_qty\":0.0005",
      socket,
      token
    )
    #expect(amended.first?.contains(#""result":{"amend_id":"A"#) == true)
    #expect(amended.last?.contains(#""order_qty":0.00050000,"cum_qty":0.00000000"#) == true)
    #expect(amended.last?.contains(#""exec_type":"amended""#) == true)
    let cancelled = bench.call("cancel_order", "\"order_id\":[\"\(id)\"]", socket, token)
    #expect(
      cancelled.first?.contains(#""result":{"order_id":"\#(id)"},"success":true"#) == true
    )
    #expect(
      cancelled.last
        == joined(
          #"{"channel":"executions","type":"update","data":[{"#,
          #""timestamp":"2026-08-02T03:06:40.000000Z","order_status":"canceled","#,
          #""exec_type":"canceled","cum_qty":0.00000000,"cum_cost":0.00000,"#,
          #""fee_usd_equiv":0.00000,"avg_price":0.0,"order_userref":0,"post_only":true,"#,
          #""cancel_reason":"User requested","reason":"User requested","order_id":"\#(id)"}],"#,
          #""sequence":5}"#
        )
    )
  }

  @Test("fills come one by one with running sums, then the order is filled")
  func fills() throws {
    let bench = try KrakenBench()
    let (socket, token) = try bench.openPrivate()
    bench.call("subscribe", #""channel":"executions""#, socket, token)
    let frames = bench.call(
      "add_order",
      Self.limit.replacing("0.001", with: "0.015") + "64000,\"time_in_force\":\"ioc\"",
      socket,
      token
    )
    let id = try Self.orderID(frames)
    let types = try frames.dropFirst().map { frame in
      try JSONValue(Array(frame.utf8))["data"]?.elements?.first?["exec_type"]?.string
    }
    #expect(types == ["pending_new", "new", "trade", "trade", "filled"])
    #expect(
      frames[3].contains(
        #""order_id":"\#(id)","order_userref":0,"exec_id":"T"#
      )
    )
    #expect(
      frames[3].contains(
        joined(
          #""exec_type":"trade","trade_id":1,"symbol":"BTC/USD","side":"buy","#,
          #""last_qty":0.01000000,"last_price":63000.1,"liquidity_ind":"t","cost":630.00100,"#,
          #""order_status":"partially_filled","order_type":"limit","#,
          #""timestamp":"2026-08-02T03:06:40.000000Z","fee_usd_equiv":2.520004,"#,
          #""fees":[{"asset":"USD","qty":2.520004}],"cum_qty":0.01000000,"#,
          #""cum_cost":630.00100,"avg_price":63000.1}],"sequence":4}"#
        )
      )
    )
    #expect(frames[4].contains(#""order_status":"filled""#))
    #expect(frames[4].contains(#""cum_qty":0.01500000,"cum_cost":945.00200,"#))
    #expect(frames[5].contains(#""exec_type":"filled","cum_qty":0.01500000"#))
    #expect(!frames[5].contains("reason"))
  }

  @Test("an immediate order's rest is cancelled, and quiet subscribers hear less")
  func rest() throws {
    let bench = try KrakenBench(levels: 1)
    let (socket, token) = try bench.openPrivate()
    bench.call("subscribe", #""channel":"executions","order_status":false"#, socket, token)
    let frames = bench.call(
      "add_order",
      Self.limit.replacing("0.001", with: "0.015") + "64000,\"time_in_force\":\"ioc\"",
      socket,
      token
    )
    let types = try frames.dropFirst().map { frame in
      try JSONValue(Array(frame.utf8))["data"]?.elements?.first?["exec_type"]?.string
    }
    #expect(types == ["new", "trade", "canceled"])
    #expect(frames.last?.contains(#""cum_qty":0.01000000"#) == true)
    #expect(frames.last?.contains(#""reason":"Immediate or cancel""#) == true)
  }

  @Test("a maker's fills reach it too, and a snapshot shows open orders and fills")
  func maker() throws {
    let bench = try KrakenBench()
    let (socket, token) = try bench.openPrivate()
    bench.call("subscribe", #""channel":"executions""#, socket, token)
    let id = try Self.orderID(bench.call("add_order", Self.limit + "63000.0", socket, token))
    _ = bench.received(socket)
    try bench.place(.sell, 630_000, 40_000)
    bench.settle()
    let frame = try #require(bench.received(socket).last)
    #expect(frame.contains(#""liquidity_ind":"m""#))
    #expect(frame.contains(#""order_status":"partially_filled""#))
    let (other, second) = try bench.openPrivate()
    let snapshot = try #require(
      bench.call("subscribe", #""channel":"executions","snap_trades":true"#, other, second).last
    )
    #expect(snapshot.contains(#""type":"snapshot","data":[{"order_id":"\#(id)""#))
    #expect(snapshot.contains(#""cum_qty":0.00040000"#))
    #expect(snapshot.contains(#""exec_type":"new""#))
    #expect(snapshot.contains(#""exec_type":"trade""#))
    #expect(snapshot.hasSuffix(#""sequence":1}"#))
  }

  @Test("balances come as a snapshot and then as entries with what was left after each")
  func balances() throws {
    let bench = try KrakenBench()
    let (socket, token) = try bench.openPrivate()
    let snapshot = bench.call("subscribe", #""channel":"balances""#, socket, token).last
    #expect(
      snapshot
        == joined(
          #"{"channel":"balances","type":"snapshot","data":["#,
          #"{"asset":"BTC","asset_class":"currency","balance":2.0000000000,"wallets":["#,
          #"{"type":"spot","id":"main","balance":2.0000000000}]},"#,
          #"{"asset":"USD","asset_class":"currency","balance":100000.0000,"wallets":["#,
          #"{"type":"spot","id":"main","balance":100000.0000}]}],"sequence":1}"#
        )
    )
    _ = bench.call(
      "add_order",
      Self.limit.replacing("0.001", with: "0.015") + "64000,\"time_in_force\":\"ioc\"",
      socket,
      token
    )
    let frames = bench.received(socket).filter { $0.contains("balances") }
    #expect(frames.count == 4)
    #expect(
      frames[0].contains(
        joined(
          #""type":"trade","asset":"USD","asset_class":"currency","category":"trade","#,
          #""wallet_type":"spot","wallet_id":"main","amount":-630.0010,"fee":2.520004,"#,
          #""balance":99367.478996}],"sequence":2}"#
        )
      )
    )
    #expect(frames[1].contains(#""amount":0.0100000000,"fee":0.0000000000,"balance":2.0100"#))
    #expect(frames[3].contains(#""balance":2.0150000000}],"sequence":5}"#))
  }

  @Test("each order of a cancellation is answered for itself")
  func cancels() throws {
    let bench = try KrakenBench()
    let (socket, token) = try bench.openPrivate()
    let first = try Self.orderID(
      bench.call("add_order", Self.limit + "50000,\"cl_ord_id\":\"a\"", socket, token)
    )
    _ = bench.call("add_order", Self.limit + "50001,\"order_userref\":9", socket, token)
    let answers = bench.call(
      "cancel_order",
      #""order_id":["OAAAAA-AAAAA-AAAAAA"],"cl_ord_id":["a"],"order_userref":[9]"#,
      socket,
      token
    )
    #expect(answers.count == 3)
    #expect(answers[0].hasPrefix(#"{"error":"EOrder:Unknown order","method":"cancel_order""#))
    #expect(answers[1].contains(#""result":{"order_id":"\#(first)","cl_ord_id":"a"}"#))
    #expect(answers[2].contains(#""success":true"#))
    _ = bench.call("add_order", Self.limit + "50000", socket, token)
    let all = bench.call("cancel_all", "", socket, token)
    #expect(all.first?.contains(#""result":{"count":1},"success":true"#) == true)
    let none = bench.call("cancel_order", "", socket, token)
    #expect(none.first?.contains("EGeneral:Invalid arguments:order_id") == true)
  }

  @Test("batches are taken in part, and the switch is armed on the socket too")
  func batches() throws {
    let bench = try KrakenBench()
    let (socket, token) = try bench.openPrivate()
    let good =
      joined(
        #"{"order_type":"limit","side":"buy","order_qty":0.001,"limit_price":50000.0,"#,
        #""cl_ord_id":"O-A"}"#
      )
    let bad = good.replacing("50000.0", with: "-1").replacing("O-A", with: "O-B")
    let answer = try #require(
      bench.call(
        "batch_add",
        #""symbol":"BTC/USD","orders":[\#(good),\#(bad)]"#,
        socket,
        token
      ).first
    )
    #expect(answer.contains(#""result":{"orders":[{"order_id":"O"#))
    #expect(
      answer.contains(
        joined(
          #""cl_ord_id":"O-A","success":true},{"cl_ord_id":"O-B","success":false,"#,
          #""error":"EOrder:Invalid price"}]},"success":true"#
        )
      )
    )
    let cancelled = bench.call(
      "batch_cancel",
      #""orders":["x"],"cl_ord_id":["O-A"]"#,
      socket,
      token
    )
    #expect(
      cancelled.first?.hasPrefix(
        #"{"method":"batch_cancel","orders_cancelled":1,"req_id":7,"success":true"#
      ) == true
    )
    let armed = bench.call("cancel_all_orders_after", #""timeout":30"#, socket, token)
    #expect(
      armed.first?.contains(
        #""result":{"currentTime":"2026-08-02T03:06:40Z","triggerTime":"2026-08-02T03:07:10Z"}"#
      ) == true
    )
    _ = bench.call("add_order", Self.limit + "50000", socket, token)
    bench.wait(seconds: 31)
    #expect(bench.post("OpenOrders").contains("\"open\":{}"))
  }

  @Test("market data and private data live on different sockets")
  func endpoints() throws {
    let bench = try KrakenBench()
    let (socket, token) = try bench.openPrivate()
    let market = bench.send(KrakenBookTests.subscribe, to: socket)
    #expect(market.first?.contains("Try ws.kraken.com") == true)
    let other = bench.open()
    let orders = bench.call("add_order", Self.limit + "50000", other, token)
    #expect(orders.first?.contains("Try ws-auth.kraken.com") == true)
    let stream = bench.call("subscribe", #""channel":"executions""#, other, token)
    #expect(stream.first?.contains("Try ws-auth.kraken.com") == true)
    let nobody = bench.call("subscribe", #""channel":"executions""#, socket, "made up")
    #expect(nobody.first?.contains("ESession:Invalid session") == true)
  }

  @Test("the same seed and calls give the same bytes")
  func determinism() throws {
    func run(_ seed: UInt64) throws -> [String] {
      let bench = try KrakenBench(seed: seed)
      let (socket, token) = try bench.openPrivate()
      bench.call("subscribe", #""channel":"executions""#, socket, token)
      let frames = bench.call("add_order", Self.limit + "64000", socket, token)
      return [bench.credentials.key, bench.credentials.secret, token] + frames
    }
    #expect(try run(1) == run(1))
    #expect(try run(1)[0] != run(2)[0])
  }
}
