import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Bitstamp: sockets")
struct BitstampSocketsTests {
  @Test("each subscription is acknowledged, and so is each end of one")
  func acknowledgements() {
    let bench = BitstampBench()
    let socket = bench.connect()
    bench.subscribe("live_trades_btcusd", socket)
    bench.say(
      #"{"event":"bts:unsubscribe","data":{"channel":"live_trades_btcusd"}}"#,
      socket
    )
    #expect(
      bench.frames() == [
        #"{"event":"bts:subscription_succeeded","channel":"live_trades_btcusd","data":{}}"#,
        #"{"event":"bts:unsubscription_succeeded","channel":"live_trades_btcusd","data":{}}"#,
      ]
    )
  }

  @Test("a heartbeat is answered")
  func heartbeat() {
    let bench = BitstampBench()
    bench.say(#"{"event":"bts:heartbeat"}"#, bench.connect())
    #expect(
      bench.frames() == [
        #"{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}"#
      ]
    )
  }

  @Test(
    "frames that mean nothing are answered with an error",
    arguments: [
      "", "{", "[]", "null", "\u{0}", #"{"event":5}"#, #"{"event":"bts:nothing"}"#,
      #"{"event":"bts:subscribe"}"#, #"{"event":"bts:subscribe","data":[]}"#,
      #"{"event":"bts:subscribe","data":{"channel":"live_trades_"}}"#,
      #"{"event":"bts:subscribe","data":{"channel":"live_trades_abcdef"}}"#,
      #"{"event":"bts:subscribe","data":{"channel":"live_trades_btcusd-1337210"}}"#,
      #"{"event":"bts:unsubscribe","data":{"channel":"live_trades_btcusd"}}"#,
      #"{"event":"bts:subscribe","data":{"channel":"private-my_orders_btcusd-1337210"}}"#,
      String(repeating: "[", count: 20_000),
    ]
  )
  func nonsense(_ frame: String) {
    let bench = BitstampBench()
    bench.say(frame, bench.connect())
    let frames = bench.frames()
    #expect(frames.count == 1)
    #expect(frames[0].hasPrefix(#"{"event":"bts:error","channel":"","data":{"code":"#))
  }

  @Test("trades come as they happen, with numbers and text")
  func trades() throws {
    let bench = BitstampBench()
    try bench.quote(.buy, 3_805, 7_920_000)
    bench.subscribe("live_trades_btcusd", bench.connect())
    _ = bench.frames()
    try bench.quote(.sell, 3_805, 7_920_000)
    #expect(
      bench.frames() == [
        #"{"data":{"id":216000001,"timestamp":"1700000000","amount":0.0792,"#
          + #""amount_str":"0.07920000","price":3805,"price_str":"3805.00","type":1,"#
          + #""microtimestamp":"1700000000000000","buy_order_id":1458532827000001,"#
          + #""sell_order_id":1458532827000002},"channel":"live_trades_btcusd","event":"trade"}"#
      ]
    )
  }

  @Test("changes of one span come together, best first, and a level that came and went does not")
  func diffs() throws {
    let bench = BitstampBench()
    try bench.quote(.sell, 101, 500)
    bench.subscribe("diff_order_book_btcusd", bench.connect())
    bench.wait(1_000)
    #expect(bench.frames().count == 1)
    try bench.quote(.sell, 103, 1)
    try bench.quote(.sell, 102, 2)
    let fleeting = try bench.quote(.buy, 99, 3)
    bench.gateway.exchange.cancel(fleeting.number)
    bench.publish()
    try bench.quote(.buy, 101, 500)
    bench.wait(0)
    #expect(
      bench.frames() == [
        #"{"data":{"timestamp":"1700000001","microtimestamp":"1700000001000001","bids":[],"#
          + #""asks":[["101.00","0.00000000"],["102.00","0.00000002"],["103.00","0.00000001"]]},"#
          + #""channel":"diff_order_book_btcusd","event":"data"}"#
      ]
    )
    bench.wait(5_000)
    #expect(bench.frames().isEmpty)
  }

  @Test("a snapshot and the diffs after it give the exchange's own book", arguments: [1, 2, 3, 4])
  func sync(_ seed: UInt64) throws {
    let bench = BitstampBench()
    bench.subscribe("diff_order_book_btcusd", bench.connect())
    var state = seed &* 0x9E37_79B9_7F4A_7C15
    func random(_ bound: UInt64) -> Int64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64((state >> 33) % bound)
    }
    var frames: [String] = []
    var alive: [Int64] = []
    func run(_ steps: Int) throws {
      for _ in 0..<steps {
        let side: OrderSide = random(2) == 0 ? .buy : .sell
        let order = try bench.quote(side, 100 + random(20), 1 + random(50))
        alive.append(order.number)
        if random(3) == 0 {
          bench.gateway.exchange.cancel(alive.remove(at: Int(random(UInt64(alive.count)))))
          bench.publish()
        }
        bench.wait(random(300))
        frames += bench.frames().filter { $0.hasSuffix(#""event":"data"}"#) }
      }
    }
    try run(40)
    let snapshot = try bench.json(bench.get("order_book/btcusd/"))
    try run(40)
    bench.wait(1_000)
    frames += bench.frames()
    var book: [String: [String: String]] = ["bids": [:], "asks": [:]]
    func apply(_ value: JSONValue?) {
      for side in ["bids", "asks"] {
        for level in value?[side]?.elements ?? [] {
          let (price, amount) = (
            level.elements?[0].string ?? "", level.elements?[1].string ?? ""
          )
          book[side]?[price] = amount == "0.00000000" ? nil : amount
        }
      }
    }
    let since = try #require(snapshot["microtimestamp"]?.integer)
    let stamps = try frames.map { frame in
      try #require(try JSONValue(Array(frame.utf8))["data"]?["microtimestamp"]?.integer)
    }
    #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0 < $1 })
    #expect(stamps.contains { $0 <= since } && stamps.contains { $0 > since })
    apply(snapshot)
    for (frame, stamp) in zip(frames, stamps) where stamp > since {
      apply(try JSONValue(Array(frame.utf8))["data"])
    }
    let market = bench.gateway.markets[0]
    for (side, name) in [(BookSide.bid, "bids"), (.ask, "asks")] {
      let real = bench.gateway.exchange.levels(0, side).map {
        (market.text($0.price), market.text($0.quantity))
      }
      #expect(book[name] == Dictionary(real, uniquingKeysWith: { $1 }))
    }
  }

  @Test("frames of diffs can be lost on demand")
  func lost() throws {
    let bench = BitstampBench()
    bench.subscribe("diff_order_book_btcusd", bench.connect())
    bench.gateway.loseDiffs(1)
    try bench.quote(.sell, 101, 500)
    bench.wait(500)
    #expect(bench.frames().count == 1)
    try bench.quote(.sell, 102, 500)
    bench.wait(500)
    #expect(bench.frames().count == 1)
  }

  @Test("whole books come after the subscription and after each change")
  func wholeBooks() throws {
    let bench = BitstampBench()
    try bench.quote(.sell, 101, 500)
    let socket = bench.connect()
    bench.subscribe("order_book_btcusd", socket)
    bench.subscribe("detail_order_book_btcusd", socket)
    bench.wait(10)
    let frames = bench.frames()
    #expect(frames.count == 4)
    #expect(frames[2].contains(#""asks":[["101.00","0.00000500"]]},"channel":"order_book_btcusd""#))
    #expect(frames[3].contains(#""asks":[["101.00","0.00000500","1458532827000001"]]"#))
    try bench.quote(.sell, 102, 500)
    bench.wait(500)
    #expect(bench.frames().count == 2)
    bench.wait(5_000)
    #expect(bench.frames().isEmpty)
  }

  @Test("everybody's orders are told of as they come, change, and go")
  func liveOrders() throws {
    let bench = BitstampBench()
    let first = try bench.quote(.sell, 101, 500)
    bench.subscribe("live_orders_btcusd", bench.connect())
    _ = bench.frames()
    try bench.quote(.buy, 101, 200)
    #expect(
      bench.frames() == [
        #"{"data":{"id":1458532827000001,"id_str":"1458532827000001","order_type":1,"#
          + #""datetime":"1700000000","microtimestamp":"1700000000000000","amount":0.000003,"#
          + #""amount_str":"0.00000300","amount_traded":"0.00000200","#
          + #""amount_at_create":"0.00000500","price":101,"price_str":"101.00"},"#
          + #""channel":"live_orders_btcusd","event":"order_changed"}"#
      ]
    )
    bench.gateway.exchange.cancel(first.number)
    bench.publish()
    try bench.quote(.buy, 90, 7)
    let frames = bench.frames()
    #expect(frames.count == 2)
    #expect(frames[0].hasSuffix(#""event":"order_deleted"}"#))
    #expect(frames[0].contains(#""amount":0.000003,"#))
    #expect(frames[1].hasSuffix(#""event":"order_created"}"#))
    #expect(frames[1].contains(#""amount":7e-8,"#))
  }

  // MARK: Private

  @Test("a resting order is told of when it comes, changes, and is done")
  func ownOrders() throws {
    let bench = BitstampBench()
    try bench.subscribeOwn("private-my_orders_btcusd-1337210", bench.connect())
    _ = bench.frames()
    let id = try bench.order("buy/btcusd/", "amount=0.01&price=50000&client_order_id=c")
    let created =
      #"{"data":{"id":\#(id),"id_str":"\#(id)","order_type":0,"order_subtype":0,"#
      + #""datetime":"1700000000","microtimestamp":"1700000000000000","amount":0.01,"#
      + #""amount_str":"0.01000000","amount_traded":"0","amount_at_create":"0.01000000","#
      + #""price":50000,"price_str":"50000.00","is_liquidation":false,"trade_account_id":0,"#
      + #""client_order_id":"c"},"channel":"private-my_orders_btcusd-1337210","#
      + #""event":"order_created"}"#
    #expect(bench.frames() == [created])
    try bench.quote(.sell, 50_000, 400_000)
    try bench.quote(.sell, 50_000, 600_000)
    let frames = bench.frames()
    #expect(frames.count == 2)
    #expect(
      frames[0].contains(#""amount":0.006,"amount_str":"0.00600000","amount_traded":"0.00400000""#)
    )
    #expect(frames[0].hasSuffix(#""event":"order_changed"}"#))
    #expect(frames[1].contains(#""amount":0,"amount_str":"0","amount_traded":"0.00600000""#))
    #expect(frames[1].hasSuffix(#""event":"order_deleted"}"#))
  }

  @Test("a cancelled order is told of with what was left, a changed one as replaced")
  func ownEnds() throws {
    let bench = BitstampBench()
    try bench.subscribeOwn("private-my_orders_btcusd-1337210", bench.connect())
    let id = try bench.order("buy/btcusd/", "amount=0.01&price=50000")
    _ = bench.frames()
    _ = bench.post("replace_order/", "id=\(id)&amount=0.02&price=49000")
    _ = bench.post("cancel_order/", "id=" + id)
    let frames = bench.frames()
    #expect(frames.count == 2)
    #expect(frames[0].hasSuffix(#""event":"order_replaced"}"#))
    #expect(frames[1].hasSuffix(#""event":"order_deleted"}"#))
    #expect(frames[1].contains(#""amount":0.02,"amount_str":"0.02000000","amount_traded":"0","#))
  }

  @Test("an instant order starts with nothing and ends with the smallest amount left over")
  func instantOrder() throws {
    let bench = BitstampBench()
    try bench.quote(.sell, 25_862, 1_000_000)
    try bench.subscribeOwn("private-my_orders_btcusd-1337210", bench.connect())
    _ = bench.frames()
    _ = try bench.order("buy/instant/btcusd/", "amount=10.04")
    let frames = bench.frames()
    #expect(frames.count == 3)
    #expect(
      frames[0].contains(
        #""amount":0,"amount_str":"0","amount_traded":"0","amount_at_create":"0","#
          + #""price":999999999,"price_str":"999999999","#
      )
    )
    #expect(
      frames[1].contains(
        #""amount":1e-8,"amount_str":"0.00000001","amount_traded":"0.00038666","#
          + #""amount_at_create":"0.00038667","price":25862,"price_str":"25862.00","#
      )
    )
    #expect(frames[1].hasSuffix(#""event":"order_changed"}"#))
    #expect(
      frames[2].contains(#""amount":1e-8,"amount_str":"0.00000001","amount_traded":"0","#)
    )
    #expect(frames[2].hasSuffix(#""event":"order_deleted"}"#))
  }

  @Test("a market order knows its amount from the start and ends with a single frame")
  func marketOrder() throws {
    let bench = BitstampBench()
    try bench.quote(.buy, 25_862, 1_000_000)
    try bench.subscribeOwn("private-my_orders_btcusd-1337210", bench.connect())
    _ = bench.frames()
    _ = try bench.order("sell/market/btcusd/", "amount=0.005")
    let frames = bench.frames()
    #expect(frames.count == 2)
    #expect(frames[0].contains(#""order_type":1,"order_subtype":2,"#))
    #expect(frames[0].contains(#""amount":0.005,"#))
    #expect(frames[0].contains(#""price":0,"price_str":"0.00","#))
    #expect(frames[1].contains(#""amount":0,"amount_str":"0","amount_traded":"0.00500000","#))
    #expect(frames[1].contains(#""price":25862,"#))
  }

  @Test("own trades carry the fee, and trades with oneself have a channel of their own")
  func ownTrades() throws {
    let bench = BitstampBench()
    let socket = bench.connect()
    try bench.subscribeOwn("private-my_trades_btcusd-1337210", socket)
    try bench.subscribeOwn("private-live_trades_btcusd-1337210", socket)
    try bench.quote(.sell, 50_000, 1_000_000)
    _ = bench.frames()
    let id = try bench.order("buy/btcusd/", "amount=0.01&price=50000&client_order_id=t")
    #expect(
      bench.frames() == [
        #"{"data":{"id":216000001,"amount":"0.01000000","price":"50000.00","#
          + #""microtimestamp":"1700000000000000","fee":"2","order_id":\#(id),"#
          + #""client_order_id":"t","trade_account_id":0,"side":"buy"},"#
          + #""channel":"private-my_trades_btcusd-1337210","event":"trade"}"#
      ]
    )
    _ = try bench.order("sell/btcusd/", "amount=0.01&price=50000")
    _ = try bench.order("buy/btcusd/", "amount=0.01&price=50000")
    let channels = bench.frames().map { $0.contains("private-live_trades") }
    #expect(channels == [true, false, false])
  }

  @Test("a token opens its own account's channels for a minute, and what is open stays open")
  func tokens() throws {
    let bench = BitstampBench()
    let other = bench.gateway.addAccount("two", [.view])
    #expect(other.more["uid"] == "1337212")
    let answer = bench.post("websockets_token/").bodyText
    #expect(answer.hasSuffix(#","user_id":1337210,"valid_sec":60}"#))
    let token = try #require(try JSONValue(Array(answer.utf8))["token"]?.string)
    let socket = bench.connect()
    func ask(_ channel: String) -> String {
      _ = bench.frames()
      bench.say(
        #"{"event":"bts:subscribe","data":{"channel":"\#(channel)","auth":"\#(token)"}}"#,
        socket
      )
      return bench.frames().first ?? ""
    }
    let unauthorized =
      #"{"event":"bts:error","channel":"","data":{"code":4009,"#
      + #""message":"Connection is unauthorized."}}"#
    #expect(ask("private-my_orders_btcusd-1337212") == unauthorized)
    #expect(ask("private-my_orders_btcusd-1337210").contains("subscription_succeeded"))
    #expect(ask("private-my_trades_btcusd-1337210").contains("subscription_succeeded"))
    bench.wait(60_000)
    #expect(ask("private-my_orders_xrpusd-1337210") == unauthorized)
    _ = bench.frames()
    _ = try bench.order("buy/btcusd/", "amount=0.01&price=50000")
    #expect(bench.frames().count == 1)
  }

  // MARK: Ends

  @Test("a socket is asked to reconnect sooner or later, and closed when it does not")
  func reconnect() {
    let bench = BitstampBench()
    _ = bench.connect(4)
    bench.wait(86_400_000)
    #expect(
      bench.frames() == [
        #"{"event":"bts:request_reconnect","channel":"","data":""}"#, "closed 4 1000",
      ]
    )
    #expect(bench.gateway.nextDeadline == nil)
  }

  @Test("maintenance asks all sockets to reconnect and lets none in")
  func maintenance() {
    let bench = BitstampBench()
    _ = bench.connect(1)
    _ = bench.connect(2)
    bench.gateway.exchange.setStatus(.closed)
    bench.publish()
    #expect(bench.frames().count == 2)
    let request = GatewayRequest(method: "GET", path: "/")
    let answer = bench.gateway.open(SocketNumber(value: 3), request, effects: &bench.effects)
    #expect(answer?.status == 503)
    bench.wait(10_000)
    #expect(bench.frames() == ["closed 1 1000", "closed 2 1000"])
  }

  @Test("a socket that is gone gets nothing, and leaves nothing behind")
  func gone() throws {
    let bench = BitstampBench()
    let socket = bench.connect()
    for channel in ["diff_order_book", "live_orders", "order_book", "live_trades"] {
      bench.subscribe(channel + "_btcusd", socket)
    }
    bench.gateway.closed(socket)
    _ = bench.frames()
    try bench.quote(.sell, 101, 500)
    try bench.quote(.buy, 101, 500)
    bench.wait(5_000)
    #expect(bench.frames().isEmpty)
    #expect(bench.gateway.orderFeeds.isEmpty)
    #expect(!bench.gateway.books[0].hasDiffs)
    bench.subscribe("live_trades_btcusd", socket)
    #expect(bench.frames().isEmpty)
  }
}
