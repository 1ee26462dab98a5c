import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Gemini over sockets")
struct GeminiSocketTests {
  let bench = GeminiBench()

  static let subscribeFeed =
    #"{"type":"subscribe","subscriptions":[{"name":"l2","symbols":["BTCUSD"]}]}"#

  // MARK: The current protocol, market

  @Test("a subscription is acknowledged with its id, text or number, before its first frame")
  func acknowledgement() throws {
    try bench.rest(.buy, "99.5", "1")
    try bench.rest(.sell, "100", "2")
    _ = bench.published()
    bench.open(1, "/", "snapshot=-1")
    let first =
      #"1 {"e":"depthUpdate","E":1786313190000000000,"s":"btcusd","U":1764550000000020,"#
      + #""u":1764550000000020,"b":[["99.5000","1.0000000000"]],"#
      + #""a":[["100.0000","2.0000000000"]]}"#
    #expect(
      bench.send(1, #"{"id":"1","method":"subscribe","params":["btcusd@depth@100ms"]}"#)
        == [#"1 {"id":"1","status":200}"#, first]
    )
    #expect(
      bench.send(1, #"{"id":2,"method":"SUBSCRIBE","params":["btcusd@trade"]}"#)
        == [#"1 {"id":2,"status":200}"#]
    )
    #expect(
      bench.send(1, #"{"id":"3","method":"list_subscriptions"}"#)
        == [#"1 {"id":"3","status":200,"result":["btcusd@depth@100ms","btcusd@trade"]}"#]
    )
    // Once subscribed, a second time changes nothing.
    #expect(
      bench.send(1, #"{"id":"4","method":"subscribe","params":["btcusd@depth@100ms"]}"#)
        == [#"1 {"id":"4","status":200}"#]
    )
  }

  @Test("the depth of the first frame is the query's; without one there is none")
  func snapshots() throws {
    for price in ["99", "98", "97"] { try bench.rest(.buy, price, "1") }
    _ = bench.published()
    let subscribe = #"{"id":"1","method":"subscribe","params":["btcusd@depth"]}"#
    bench.open(1, "/")
    bench.open(2, "/", "snapshot=0")
    bench.open(3, "/", "snapshot=2")
    #expect(bench.send(1, subscribe).count == 1)
    #expect(bench.send(2, subscribe).count == 1)
    let frames = bench.send(3, subscribe)
    #expect(frames.count == 2)
    #expect(frames.last?.contains(#""b":[["99.0000","1.0000000000"],["98.0000""#) == true)
    #expect(frames.last?.contains("97.0000") == false)
    let bad = GatewayRequest(method: "GET", path: "/", query: "snapshot=x")
    #expect(bench.open(4, bad).refusal?.status == 400)
  }

  @Test("changes gather until the stream beats, chained by update ids")
  func depth() throws {
    bench.open(1, "/", "snapshot=-1")
    bench.send(1, #"{"id":"1","method":"subscribe","params":["btcusd@depth@100ms"]}"#)
    #expect(bench.gateway.nextDeadline == nil)
    bench.later(30_000_000)
    try bench.rest(.buy, "99", "1")
    try bench.rest(.buy, "99", "1")
    let sale = try bench.rest(.sell, "101", "1")
    #expect(bench.published().isEmpty)
    #expect(
      bench.gateway.nextDeadline == GeminiBench.start.advanced(byNanoseconds: 100_000_000)
    )
    #expect(bench.advanced().isEmpty)
    bench.later(70_000_000)
    #expect(
      bench.advanced() == [
        #"1 {"e":"depthUpdate","E":1786313190100000000,"s":"btcusd","U":1764550000000000,"#
          + #""u":1764550000000030,"b":[["99.0000","2.0000000000"]],"#
          + #""a":[["101.0000","1.0000000000"]]}"#
      ]
    )
    #expect(bench.gateway.nextDeadline == nil)
    bench.gateway.exchange.cancel(sale.number)
    _ = bench.published()
    bench.later(100_000_000)
    let frames = bench.advanced()
    try #require(frames.count == 1)
    #expect(frames[0].contains(#""U":1764550000000030,"u":1764550000000040,"b":[],"#))
    #expect(frames[0].contains(#""a":[["101.0000","0.0000000000"]]"#))
    #expect(bench.advanced().isEmpty)
  }

  @Test("slow streams beat each second; the top of the book comes as a whole")
  func levels() throws {
    bench.open(1, "/")
    bench.send(1, #"{"id":"1","method":"subscribe","params":["btcusd@depth5","btcusd@depth"]}"#)
    for cents in 1...7 { try bench.rest(.buy, "99.0\(cents)", "1") }
    _ = bench.published()
    bench.later(100_000_000)
    #expect(bench.advanced().isEmpty)
    bench.later(900_000_000)
    let frames = bench.advanced()
    try #require(frames.count == 2)
    #expect(frames[0].hasPrefix(#"1 {"e":"depthUpdate""#))
    #expect(
      frames[1].hasPrefix(
        #"1 {"lastUpdateId":1764550000000070,"bids":[["99.0700","1.0000000000"]"#
      )
    )
    #expect(!frames[1].contains("99.0200"))
  }

  @Test("trades and the best prices are told at once, and only to who asked")
  func tradesAndTicker() throws {
    bench.open(1, "/")
    bench.open(2, "/")
    bench.send(1, #"{"id":"1","method":"subscribe","params":["btcusd@trade"]}"#)
    bench.send(2, #"{"id":"1","method":"subscribe","params":["btcusd@bookTicker"]}"#)
    try bench.rest(.buy, "99", "1")
    #expect(
      bench.published() == [
        #"2 {"u":1764550000000010,"E":1786313190000000000,"s":"btcusd","b":"99.0000","#
          + #""B":"1.0000000000"}"#
      ]
    )
    try bench.rest(.buy, "98", "1")
    #expect(bench.published().isEmpty)
    try bench.rest(.sell, "99", "0.5")
    #expect(
      bench.published() == [
        #"1 {"E":1786313190000000000,"s":"btcusd","t":2840141000000001,"p":"99.0000","#
          + #""q":"0.5000000000","m":true}"#,
        #"2 {"u":1764550000000040,"E":1786313190000000000,"s":"btcusd","b":"99.0000","#
          + #""B":"0.5000000000","c":"99.0000","C":"0.5000000000"}"#,
      ]
    )
    bench.send(2, #"{"id":"2","method":"unsubscribe","params":["btcusd@bookTicker"]}"#)
    bench.gateway.closed(SocketNumber(value: 1))
    try bench.rest(.buy, "99.5", "1")
    #expect(bench.published().isEmpty)
    #expect(bench.gateway.audiences.isEmpty)
  }

  @Test(
    "a request that cannot be is answered with its id and the reason",
    arguments: [
      ("{", #"{"id":null,"status":400,"error":{"code":-1013,"#),
      (#"{"id":"9"}"#, #"{"id":"9","status":400,"#),
      (#"{"id":"9","method":"dance"}"#, "unknown method 'dance'"),
      (#"{"id":"9","method":"subscribe","params":["xyz@trade"]}"#, "unknown stream 'xyz@trade'"),
      (#"{"id":"9","method":"subscribe","params":["btcusd@depth@1ms"]}"#, "unknown stream"),
      (#"{"id":"9","method":"subscribe","params":["btcusd@trade@100ms"]}"#, "unknown stream"),
      (#"{"id":"9","method":"subscribe","params":["@"]}"#, "unknown stream '@'"),
      (#"{"id":"9","method":"subscribe","params":[]}"#, "params must be"),
      (#"{"id":"9","method":"subscribe","params":[7]}"#, "a stream's name is text"),
      (
        #"{"id":"9","method":"subscribe","params":["orders@account"]}"#,
        #""status":401,"error":{"code":-1002,"msg":"Authentication required"}"#
      ), (#"{"id":"9","method":"order.place","params":{}}"#, #""status":401"#),
      (#"{"id":"9","method":"depth","params":{"symbol":"btcusd","limit":0}}"#, "limit"),
    ]
  )
  func badRequests(_ frame: String, _ words: String) throws {
    bench.open(1, "/")
    let answer = bench.send(1, frame)
    try #require(answer.count == 1)
    #expect(answer[0].contains(words))
  }

  @Test("ping, time, and depth are answered; a frame too large closes the socket")
  func utilities() throws {
    try bench.rest(.buy, "99", "1")
    _ = bench.published()
    bench.open(1, "/")
    #expect(
      bench.send(1, #"{"id":"1","method":"ping"}"#) == [#"1 {"id":"1","status":200,"result":{}}"#]
    )
    #expect(
      bench.send(1, #"{"id":"2","method":"time"}"#)
        == [#"1 {"id":"2","status":200,"result":{"serverTime":1786313190000}}"#]
    )
    #expect(
      bench.send(1, #"{"id":"3","method":"depth","params":{"symbol":"btcusd"}}"#) == [
        #"1 {"id":"3","status":200,"result":{"lastUpdateId":1764550000000010,"#
          + #""bids":[["99.0000","1.0000000000"]],"asks":[]}}"#
      ]
    )
    #expect(
      bench.send(1, String(repeating: " ", count: 70_000)) == ["1 close 1009 Message too big"]
    )
  }

  // MARK: The older feed

  @Test("the older feed starts with the whole book and the last trades, without acknowledgement")
  func feed() throws {
    try bench.rest(.sell, "100", "1")
    try bench.rest(.buy, "100", "0.25")
    try bench.rest(.buy, "65205.5", "0.00007667", instrument: 0)
    _ = bench.published()
    try bench.rest(.buy, "65", "500")
    _ = bench.published()
    bench.open(1, "/v2/marketdata")
    let frames = bench.send(1, Self.subscribeFeed)
    #expect(
      frames == [
        #"1 {"auction_events":[],"changes":[["buy","65.0","500.0"],["sell","100.0","0.74992333"]],"#
          + #""symbol":"BTCUSD","trades":[{"event_id":1764550000000020,"price":"100.0","#
          + #""quantity":"0.25","side":"buy","symbol":"BTCUSD","tid":2840141000000001,"#
          + #""timestamp":1786313190000,"type":"trade"},{"event_id":1764550000000040,"#
          + #""price":"100.0","quantity":"0.00007667","side":"buy","symbol":"BTCUSD","#
          + #""tid":2840141000000002,"timestamp":1786313190000,"type":"trade"}],"#
          + #""type":"l2_updates"}"#
      ]
    )
    #expect(bench.send(1, Self.subscribeFeed).isEmpty)
  }

  @Test("changes and trades follow in their order; a level that went is 0.0")
  func feedChanges() throws {
    bench.open(1, "/v2/marketdata")
    bench.send(1, Self.subscribeFeed)
    try bench.rest(.sell, "100", "1")
    try bench.rest(.sell, "101", "1")
    #expect(
      bench.published() == [
        #"1 {"changes":[["sell","100.0","1.0"],["sell","101.0","1.0"]],"symbol":"BTCUSD","#
          + #""type":"l2_updates"}"#
      ]
    )
    try bench.rest(.buy, "101", "1.5")
    let frames = bench.published()
    try #require(frames.count == 4)
    #expect(frames[0].contains(#""price":"100.0","quantity":"1.0","side":"buy""#))
    #expect(frames[1].contains(#""changes":[["sell","100.0","0.0"]]"#))
    #expect(frames[2].contains(#""price":"101.0","quantity":"0.5","side":"buy""#))
    #expect(frames[3].contains(#""changes":[["sell","101.0","0.5"]]"#))
  }

  @Test("the older feed's heart beats every five seconds")
  func heartbeats() {
    bench.open(1, "/v2/marketdata")
    #expect(
      bench.gateway.nextDeadline == GeminiBench.start.advanced(byNanoseconds: 5_000_000_000)
    )
    bench.later(4_999_999_999)
    #expect(bench.advanced().isEmpty)
    bench.later(1)
    #expect(bench.advanced() == [#"1 {"timestamp":1786313195000,"type":"heartbeat"}"#])
    #expect(bench.advanced().isEmpty)
  }

  @Test("the older feed refuses what it does not know, and unsubscribes")
  func feedRefusals() throws {
    bench.open(1, "/v2/marketdata")
    #expect(bench.send(1, "no") == [#"1 {"reason":"InvalidJson","result":"error"}"#])
    #expect(
      bench.send(
        1,
        #"{"type":"subscribe","subscriptions":[{"name":"l2","symbols":["XYZ"]}]}"#
      ) == [#"1 {"reason":"NoValidTradingPairs","result":"error"}"#]
    )
    bench.send(1, Self.subscribeFeed)
    bench.send(
      1,
      #"{"type":"unsubscribe","subscriptions":[{"name":"l2","symbols":["BTCUSD"]}]}"#
    )
    try bench.rest(.sell, "100", "1")
    #expect(bench.published().isEmpty)
    let unknown = GatewayRequest(method: "GET", path: "/v3/marketdata")
    #expect(bench.open(2, unknown).refusal?.status == 404)
  }

  @Test("candles start with what there is and follow each trade")
  func candles() throws {
    bench.open(1, "/v2/marketdata")
    #expect(
      bench.send(
        1,
        #"{"type":"subscribe","subscriptions":[{"name":"candles_1m","symbols":["BTCUSD"]}]}"#
      ) == [#"1 {"changes":[],"symbol":"BTCUSD","type":"candles_1m_updates"}"#]
    )
    try bench.rest(.sell, "100", "1")
    try bench.rest(.buy, "100", "1")
    #expect(
      bench.published() == [
        #"1 {"changes":[[1786313160000,100.00,100.00,100.00,100.00,1.00000000]],"#
          + #""symbol":"BTCUSD","type":"candles_1m_updates"}"#
      ]
    )
  }

  // MARK: The multi-market feed

  @Test("the multi-market feed counts its frames and tells differences")
  func multiFeed() throws {
    try bench.rest(.buy, "99", "1")
    _ = bench.published()
    let first = bench.open(1, "/v1/multimarketdata", "symbols=btcusd,ethbtc&heartbeat=true")
    #expect(
      first == [
        #"1 {"type":"update","eventId":1764550000000010,"timestamp":1786313190,"#
          + #""timestampms":1786313190000,"socket_sequence":0,"events":[{"type":"change","#
          + #""side":"bid","price":"99.00","remaining":"1","delta":"1","reason":"initial","#
          + #""symbol":"BTCUSD"}]}"#
      ]
    )
    try bench.rest(.sell, "99", "0.25")
    let frames = bench.published()
    try #require(frames.count == 2)
    #expect(frames[0].contains(#""socket_sequence":1,"events":[{"type":"trade","#))
    #expect(frames[0].contains(#""amount":"0.25","makerSide":"bid","symbol":"BTCUSD"}"#))
    #expect(
      frames[1].contains(#""remaining":"0.75","delta":"-0.25","reason":"cancel""#)
    )
    bench.later(5_000_000_000)
    #expect(bench.advanced() == [#"1 {"type":"heartbeat","socket_sequence":3}"#])
    let unknown = GatewayRequest(
      method: "GET",
      path: "/v1/multimarketdata",
      query: "symbols=xyz"
    )
    #expect(bench.open(2, unknown).refusal?.status == 400)
  }

  @Test("only the top of the book is told to who asked for it alone")
  func topOfBook() throws {
    bench.open(1, "/v1/multimarketdata", "symbols=btcusd&trades=false&top_of_book=true")
    try bench.rest(.buy, "99", "1")
    #expect(bench.published().first?.contains(#""reason":"top-of-book""#) == true)
    try bench.rest(.buy, "98", "1")
    #expect(bench.published().isEmpty)
  }
}
