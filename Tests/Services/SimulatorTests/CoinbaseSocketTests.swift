import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Coinbase: sockets")
struct CoinbaseSocketTests {
  @Test("a book is told whole, and then in batches of 50 ms: bids down, offers up, 0 for gone")
  func book() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.buy, 6_508_366, 20_371_215)
    try desk.quote(.sell, 6_508_367, 15_556_334)
    desk.open(1)
    desk.subscribe("level2")
    let first = desk.frames()
    #expect(
      first == [
        "{\"channel\":\"l2_data\",\"timestamp\":\"2026-08-09T21:05:48.170326Z\","
          + "\"sequence_num\":0,\"events\":[{\"type\":\"snapshot\",\"product_id\":\"BTC-USD\","
          + "\"updates\":[{\"side\":\"bid\",\"event_time\":\"2026-08-09T21:05:48.170326Z\","
          + "\"price_level\":\"65083.66\",\"new_quantity\":\"0.20371215\"},"
          + "{\"side\":\"offer\",\"event_time\":\"2026-08-09T21:05:48.170326Z\","
          + "\"price_level\":\"65083.67\",\"new_quantity\":\"0.15556334\"}]}]}",
        "{\"channel\":\"subscriptions\",\"timestamp\":\"2026-08-09T21:05:48.170326Z\","
          + "\"sequence_num\":1,\"events\":[{\"subscriptions\":{\"level2\":[\"BTC-USD\"]}}]}",
      ]
    )
    try desk.quote(.sell, 6_600_000, 10_000)
    try desk.quote(.sell, 6_550_000, 10_000)
    try desk.quote(.buy, 6_400_000, 10_000)
    let low = try desk.quote(.buy, 6_500_000, 10_000)
    desk.gateway.exchange.cancel(low.number)
    desk.publish()
    #expect(desk.frames().isEmpty)
    #expect(desk.gateway.nextDeadline?.nanoseconds(since: CoinbaseDesk.start) == 50_000_000)
    desk.wait(milliseconds: 50)
    let update = try #require(try desk.events("l2_data").first)
    #expect(update["sequence_num"] == .number("2"))
    let event = try #require(update["events"]?[0])
    #expect(event["type"]?.string == "update")
    let lines = event["updates"]?.elements?.map { line in
      (line["side"]?.string ?? "") + " " + (line["price_level"]?.string ?? "") + " "
        + (line["new_quantity"]?.string ?? "")
    }
    #expect(
      lines == ["bid 65000 0", "bid 64000 0.0001", "offer 65500 0.0001", "offer 66000 0.0001"]
    )
    desk.wait(milliseconds: 200)
    #expect(desk.frames().isEmpty)
  }

  @Test("one number counts every frame of a connection, whatever its channel")
  func sequence() throws {
    let desk = CoinbaseDesk()
    desk.open(1)
    desk.open(2)
    desk.subscribe("level2", ["BTC-USD", "ETH-USD"])
    desk.subscribe("market_trades")
    desk.subscribe("ticker")
    desk.subscribe("heartbeats", [])
    desk.subscribe("heartbeats", [], from: 2)
    for step in 0..<40 {
      try desk.quote(step % 2 == 0 ? .buy : .sell, 6_500_000, 10_000)
      desk.wait(milliseconds: 37)
    }
    let kept = desk.effects
    for number in [1, 2] {
      desk.effects = kept
      let numbers = try desk.frames(to: number).map {
        try JSONValue(Array($0.utf8))["sequence_num"]?.integer
      }
      #expect(numbers == Array(0..<numbers.count).map { $0 })
      #expect(numbers.count > 2)
    }
  }

  @Test("trades begin with the last hundred, newest first, and go on in groups")
  func trades() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 10_000_000)
    for _ in 0..<120 { try desk.quote(.buy, 6_500_000, 1_000, .immediateOrCancel) }
    desk.open(1)
    desk.subscribe("market_trades")
    let frames = try desk.events("market_trades")
    let trades = try #require(frames[0]["events"]?[0]?["trades"]?.elements)
    #expect(trades.count == 100)
    #expect(trades.first?["trade_id"]?.string == "1000000120")
    #expect(trades.first?["side"]?.string == "SELL")
    for _ in 0..<2 { try desk.quote(.buy, 6_500_000, 1_000, .immediateOrCancel) }
    desk.wait(milliseconds: 100)
    let update = try desk.events("market_trades")
    #expect(update.count == 1)
    let ids = update[0]["events"]?[0]?["trades"]?.elements?.compactMap { $0["trade_id"]?.string }
    #expect(ids == ["1000000122", "1000000121"])
  }

  @Test("the ticker says the best prices and the day, again only when something is different")
  func ticker() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 10_000_000)
    try desk.quote(.buy, 6_500_000, 1_000_000, .immediateOrCancel)
    desk.open(1)
    desk.subscribe("ticker")
    desk.subscribe("ticker_batch")
    let snapshot = try #require(try desk.events("ticker").first)
    let ticker = try #require(snapshot["events"]?[0]?["tickers"]?[0])
    #expect(ticker["price"]?.string == "65000")
    #expect(ticker["volume_24_h"]?.string == "0.01")
    #expect(ticker["price_percent_chg_24_h"]?.string == "0")
    #expect(ticker["best_bid"]?.string == "")
    #expect(ticker["best_ask_quantity"]?.string == "0.09")
    try desk.quote(.buy, 6_400_000, 1_000_000)
    desk.wait(milliseconds: 100)
    #expect(try desk.events("ticker").count == 1)
    try desk.quote(.buy, 6_300_000, 1_000_000)
    desk.wait(milliseconds: 100)
    #expect(try desk.events("ticker").isEmpty)
    desk.wait(milliseconds: 4_800)
    #expect(try desk.events("ticker_batch").count == 1)
  }

  @Test("candles of five minutes, oldest first, and the last one again when it has changed")
  func candles() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 10_000_000)
    try desk.quote(.buy, 6_500_000, 1_000_000, .immediateOrCancel)
    desk.wait(milliseconds: 300_000)
    try desk.quote(.buy, 6_500_000, 2_000_000, .immediateOrCancel)
    desk.open(1)
    desk.subscribe("candles")
    let frame = try #require(try desk.events("candles").first)
    let candles = try #require(frame["events"]?[0]?["candles"]?.elements)
    #expect(candles.compactMap { $0["start"]?.string } == ["1786309500", "1786309800"])
    #expect(candles[1]["volume"]?.string == "0.02")
    try desk.quote(.buy, 6_500_000, 1_000_000, .immediateOrCancel)
    desk.wait(milliseconds: 5_000)
    let update = try #require(try desk.events("candles").first)
    #expect(update["events"]?[0]?["candles"]?.elements?.count == 1)
    #expect(update["events"]?[0]?["candles"]?[0]?["volume"]?.string == "0.03")
  }

  @Test("heartbeats come each second to who asked, and only they keep a quiet socket open")
  func heartbeats() throws {
    let desk = CoinbaseDesk()
    desk.open(1)
    desk.open(2)
    desk.open(3)
    desk.subscribe("heartbeats", [])
    desk.subscribe("level2", from: 2)
    _ = desk.frames()
    desk.wait(milliseconds: 1_000)
    #expect(
      desk.frames() == [
        "{\"channel\":\"heartbeats\",\"timestamp\":\"2026-08-09T21:05:49.170326Z\","
          + "\"sequence_num\":1,\"events\":[{\"current_time\":"
          + "\"2026-08-09 21:05:49.170326000 +0000 UTC m=+1.000000000\","
          + "\"heartbeat_counter\":1}]}"
      ]
    )
    desk.wait(milliseconds: 4_000)
    #expect(
      desk.effects.contains(
        .close(SocketNumber(value: 3), code: 1_008, reason: "no subscription within 5 seconds")
      )
    )
    desk.effects.removeAll()
    for _ in 0..<85 { desk.wait(milliseconds: 1_000) }
    let closed = desk.effects.filter { if case .close = $0 { true } else { false } }
    #expect(closed == [.close(SocketNumber(value: 2), code: 1_001, reason: "idle")])
  }

  @Test("unsubscribing ends a channel, and subscribing again tells the book anew")
  func unsubscribing() throws {
    let desk = CoinbaseDesk()
    desk.open(1)
    desk.subscribe("level2", ["BTC-USD", "ETH-USD"])
    _ = desk.frames()
    desk.send("{\"type\":\"unsubscribe\",\"product_ids\":[\"BTC-USD\"],\"channel\":\"level2\"}")
    #expect(desk.frames().last?.contains("{\"subscriptions\":{\"level2\":[\"ETH-USD\"]}}") == true)
    try desk.quote(.buy, 6_500_000, 10_000)
    desk.wait(milliseconds: 100)
    #expect(desk.frames().isEmpty)
    desk.subscribe("level2")
    #expect(try desk.events("l2_data").first?["events"]?[0]?["type"]?.string == "snapshot")
    desk.send("{\"type\":\"unsubscribe\",\"channel\":\"level2\"}")
    #expect(desk.frames().last?.contains("{\"subscriptions\":{}}") == true)
    desk.gateway.closed(SocketNumber(value: 1))
    try desk.quote(.buy, 6_400_000, 10_000)
    desk.wait(milliseconds: 100)
    #expect(desk.effects.isEmpty)
    #expect(desk.gateway.nextDeadline == nil)
  }

  @Test(
    "what makes no sense gets an error frame without a number",
    arguments: [
      "", "[]", "{", "{\"type\":\"what\",\"channel\":\"level2\"}",
      "{\"type\":\"subscribe\",\"channel\":\"full\",\"product_ids\":[\"BTC-USD\"]}",
      "{\"type\":\"subscribe\",\"channel\":\"level2\"}",
      "{\"type\":\"subscribe\",\"channel\":\"level2\",\"product_ids\":[\"XYZ-USD\"]}",
      "{\"type\":\"subscribe\",\"channel\":\"level2\",\"product_ids\":[7]}",
      "{\"type\":\"subscribe\",\"channel\":\"level2\",\"product_ids\":\"BTC-USD\"}",
      "{\"type\":\"subscribe\",\"channel\":\"user\"}",
      "{\"type\":\"subscribe\",\"channel\":\"user\",\"jwt\":\"a.b.c\"}",
      String(repeating: " ", count: 70_000),
    ]
  )
  func nonsense(_ message: String) {
    let desk = CoinbaseDesk()
    desk.open(1)
    desk.send(message)
    let frames = desk.frames()
    #expect(frames.count == 1)
    #expect(frames.first?.hasPrefix("{\"type\":\"error\",\"message\":\"") == true)
    if message.contains("user") {
      #expect(frames.first == "{\"type\":\"error\",\"message\":\"authentication failure\"}")
    }
  }

  @Test("orders are told as far as they have come, to their owner and no one else")
  func user() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 100_000)
    _ = try desk.order(CoinbaseOrderTests.resting, client: "before")
    desk.open(1, path: "/user")
    try desk.subscribeUser()
    let first = desk.frames()
    #expect(first.count == 2)
    #expect(first[0].contains("\"type\":\"snapshot\",\"orders\":[{\"order_id\":"))
    #expect(first[0].contains("\"client_order_id\":\"before\""))
    #expect(first[1].contains("{\"subscriptions\":{\"user\":[\"\(desk.client.more["user"] ?? "")"))
    let answer = try desk.order(
      "{\"sor_limit_ioc\":{\"base_size\":\"0.002\",\"limit_price\":\"65000\"}}"
    )
    let orders = try desk.events("user").compactMap { $0["events"]?[0]?["orders"]?[0] }
    #expect(orders.allSatisfy { $0["order_id"] == answer["order_id"] })
    #expect(orders.compactMap { $0["status"]?.string } == ["PENDING", "OPEN", "CANCELLED"])
    let last = try #require(orders.last)
    #expect(last["cumulative_quantity"]?.string == "0.001")
    #expect(last["leaves_quantity"]?.string == "0")
    #expect(last["avg_price"]?.string == "65000")
    #expect(last["total_fees"]?.string == "0.78")
    #expect(last["order_type"]?.string == "Limit")
    #expect(last["time_in_force"]?.string == "IMMEDIATE_OR_CANCEL")
    // A fill of what rests, while the token that was subscribed with has long expired.
    for _ in 0..<3 {
      desk.wait(milliseconds: 60_000)
      desk.subscribe("heartbeats", [])
    }
    _ = desk.frames()
    try desk.quote(.sell, 6_000_000, 100_000, .immediateOrCancel)
    let filled = try desk.events("user").compactMap { $0["events"]?[0]?["orders"]?[0] }
    #expect(filled.compactMap { $0["status"]?.string } == ["FILLED"])
    #expect(filled[0]["client_order_id"]?.string == "before")
    // Someone else's order.
    let bob = desk.gateway.addAccount("bob", [.view, .trade])
    #expect(bob.account == "bob")
    #expect(try desk.events("user").isEmpty)
  }

  @Test("more than fifty open orders come in frames of fifty, the last one smaller")
  func manyOrders() throws {
    let desk = CoinbaseDesk()
    for _ in 0..<50 { _ = try desk.order(CoinbaseOrderTests.resting) }
    desk.open(1)
    try desk.subscribeUser()
    let counts = try desk.events("user").map {
      $0["events"]?[0]?["orders"]?.elements?.count ?? -1
    }
    #expect(counts == [50, 0])
  }

  @Test("the socket for orders has no market, and other paths have no socket")
  func paths() {
    let desk = CoinbaseDesk()
    desk.open(1, path: "/user")
    desk.subscribe("level2")
    #expect(desk.frames().first?.contains("not available on this endpoint") == true)
    let refusal = desk.gateway.open(
      SocketNumber(value: 2),
      GatewayRequest(method: "GET", path: "/other"),
      effects: &desk.effects
    )
    #expect(refusal?.status == 404)
  }

  @Test("eight connections and eight unsigned messages a second")
  func limits() {
    let desk = CoinbaseDesk(limitsRates: true)
    for number in 1...8 { desk.open(number) }
    let refusal = desk.gateway.open(
      SocketNumber(value: 9),
      GatewayRequest(method: "GET", path: "/"),
      effects: &desk.effects
    )
    #expect(refusal?.status == 429)
    for _ in 0..<8 { desk.subscribe("heartbeats", []) }
    #expect(desk.frames().count == 8)
    desk.subscribe("heartbeats", [])
    #expect(desk.frames() == ["{\"type\":\"error\",\"message\":\"rate limit exceeded\"}"])
    desk.wait(milliseconds: 200)
    _ = desk.frames()
    desk.subscribe("heartbeats", [])
    #expect(desk.frames().first?.contains("subscriptions") == true)
  }

  @Test("products tell their status, and again when the venue's changes")
  func status() throws {
    let desk = CoinbaseDesk()
    desk.open(1)
    desk.subscribe("status", [])
    let first = try #require(try desk.events("status").first)
    #expect(first["events"]?[0]?["products"]?.elements?.count == 2)
    #expect(first["events"]?[0]?["products"]?[0]?["status"]?.string == "online")
    desk.gateway.exchange.setStatus(.closed)
    desk.publish()
    let update = try #require(try desk.events("status").first)
    #expect(update["events"]?[0]?["products"]?[0]?["status"]?.string == "offline")
  }
}
