import Codecs
import Market
import Testing
import Units

@testable import Simulator

/// A book kept the way a client keeps it: every level in order, cut to the depth, then compared.
struct KrakenClientBook {
  var bids: [(price: String, quantity: String)] = []
  var asks: [(price: String, quantity: String)] = []

  mutating func apply(_ frame: String, depth: Int) throws {
    let value = try JSONValue(Array(frame.utf8))
    let data = try #require(value["data"]?.elements?.first)
    if value["type"]?.string == "snapshot" { (bids, asks) = ([], []) }
    KrakenClientBook.apply(data["bids"]?.elements ?? [], to: &bids, isBid: true, depth)
    KrakenClientBook.apply(data["asks"]?.elements ?? [], to: &asks, isBid: false, depth)
    let expected = try #require(data["checksum"]?.integer)
    #expect(Int(checksum) == expected, "\(frame)")
  }

  private static func apply(
    _ levels: [JSONValue],
    to side: inout [(price: String, quantity: String)],
    isBid: Bool,
    _ depth: Int
  ) {
    for level in levels {
      let price = level["price"]?.text ?? ""
      let quantity = level["qty"]?.text ?? ""
      side.removeAll { $0.price == price }
      if quantity.contains(where: { $0 != "0" && $0 != "." }) {
        side.append((price: price, quantity: quantity))
      }
    }
    side.sort { first, second in
      let (one, other) = (raw(first.price), raw(second.price))
      return isBid ? one > other : one < other
    }
    side = Array(side.prefix(depth))
  }

  private static func raw(_ text: String) -> Int64 { (try? Price(text))?.raw ?? 0 }

  var checksum: UInt32 {
    var text = ""
    for level in asks.prefix(10) + bids.prefix(10) {
      for number in [level.price, level.quantity] {
        text += String(number.filter { $0 != "." }.drop { $0 == "0" })
      }
    }
    return CRC32.shared.checksum(Array(text.utf8).span)
  }
}

@Suite("Simulated Kraken: public sockets")
struct KrakenBookTests {
  static let subscribe =
    #"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}}"#
  static let unsubscribe =
    #"{"method":"unsubscribe","params":{"channel":"book","symbol":["BTC/USD"],"depth":10}}"#

  @Test("status comes unasked, then an acknowledgement for each symbol, then the snapshot")
  func order() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    let first = try #require(bench.received(socket).first)
    #expect(first.hasPrefix(#"{"channel":"status","type":"update","data":[{"version":"2.0.10","#))
    #expect(first.contains(#""system":"online","api_version":"v2","connection_id":"#))
    let answers = bench.send(
      joined(
        #"{"method":"subscribe","params":{"channel":"book","symbol":["BTC/USD","NO/SUCH","#,
        #""ETH/USDT"],"depth":25},"req_id":4}"#
      ),
      to: socket
    )
    #expect(
      answers == [
        joined(
          #"{"method":"subscribe","req_id":4,"result":{"channel":"book","depth":25,"#,
          #""snapshot":true,"symbol":"BTC/USD"},"success":true,"#,
          #""time_in":"2026-08-02T03:06:40.000000Z","time_out":"2026-08-02T03:06:40.000040Z"}"#
        ),
        joined(
          #"{"error":"Currency pair not supported NO/SUCH","method":"subscribe","req_id":4,"#,
          #""success":false,"symbol":"NO/SUCH","time_in":"2026-08-02T03:06:40.000000Z","#,
          #""time_out":"2026-08-02T03:06:40.000040Z"}"#
        ),
        joined(
          #"{"method":"subscribe","req_id":4,"result":{"channel":"book","depth":25,"#,
          #""snapshot":true,"symbol":"ETH/USDT"},"success":true,"#,
          #""time_in":"2026-08-02T03:06:40.000000Z","time_out":"2026-08-02T03:06:40.000040Z"}"#
        ),
      ]
    )
    _ = bench.received(socket)
    bench.wait(nanoseconds: 50_000_000)
    let snapshots = bench.received(socket)
    #expect(snapshots.count == 2)
    #expect(
      snapshots[0].hasPrefix(
        joined(
          #"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":"#,
          #"62999.9,"qty":0.01000000},"#
        )
      )
    )
    #expect(
      snapshots[1]
        == joined(
          #"{"channel":"book","type":"snapshot","data":[{"symbol":"ETH/USDT","#,
          #""bids":[],"asks":[],"checksum":0,"timestamp":"2026-08-02T03:06:40.050000Z"}]}"#
        )
    )
  }

  @Test("only five depths are served")
  func depths() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    for depth in ["7", "-10", "99999999999999999999", "\"x\"", "10.5"] {
      let frame = KrakenBookTests.subscribe.replacing(":10}", with: ":\(depth)}")
      let answer = try #require(bench.send(frame, to: socket).first)
      #expect(answer.hasPrefix(#"{"error":"Subscription depth not supported","method""#))
    }
  }

  @Test("a client that cuts to its depth agrees with every checksum", arguments: [10, 25, 100])
  func checksums(_ depth: Int) throws {
    let bench = try KrakenBench(levels: 60, limitsRates: false)
    let socket = bench.open()
    bench.send(KrakenBookTests.subscribe.replacing(":10}", with: ":\(depth)}"), to: socket)
    bench.wait(nanoseconds: 50_000_000)
    var book = KrakenClientBook()
    var random: UInt64 = 9
    func draw(_ bound: Int64) -> Int64 {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(random >> 33) % bound
    }
    var live: [Int64] = []
    var updates = 0
    for _ in 0..<400 {
      // Several things happen before the gateway hears of any.
      for _ in 0...draw(3) {
        let side: OrderSide = draw(2) == 0 ? .buy : .sell
        switch draw(4) {
        case 0: try bench.place(side, 0, 1 + draw(4_000_000), isMarket: true)
        case 1 where !live.isEmpty:
          bench.gateway.exchange.cancel(live.remove(at: Int(draw(Int64(live.count)))))
        default:
          let away = side == .buy ? -1 - draw(80) : 1 + draw(80)
          live.append(try bench.place(side, 630_000 + away, 100_000 + draw(900_000)).number)
        }
        if bench.gateway.exchange.best(0, .bid) == nil { try bench.place(.buy, 629_900, 10_000) }
        if bench.gateway.exchange.best(0, .ask) == nil { try bench.place(.sell, 630_100, 10_000) }
      }
      bench.wait(nanoseconds: 1_000_000)
      for frame in bench.received(socket) where frame.contains("\"book\",\"type\"") {
        try book.apply(frame, depth: depth)
        updates += frame.contains("\"update\"") ? 1 : 0
      }
      let bids = bench.gateway.exchange.levels(0, .bid, depth: depth)
      #expect(book.bids.map(\.price) == bids.map { bench.gateway.pairs[0].price($0.price.raw) })
      let asks = bench.gateway.exchange.levels(0, .ask, depth: depth)
      #expect(
        book.asks.map(\.quantity)
          == asks.map { bench.gateway.pairs[0].quantity(Int128($0.quantity.raw)) }
      )
    }
    #expect(updates > 200)
  }

  @Test("the level that moves into the window comes in the frame of the one that left")
  func refill() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    bench.send(KrakenBookTests.subscribe, to: socket)
    bench.wait(nanoseconds: 50_000_000)
    _ = bench.received(socket)
    try bench.place(.sell, 629_999, 1_000_000)
    bench.settle()
    let frames = bench.received(socket)
    #expect(frames.count == 1)
    #expect(
      frames[0].hasPrefix(
        joined(
          #"{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","#,
          #""bids":[{"price":62999.9,"qty":0.00000000},{"price":62998.9,"qty":0.01000000}],"#,
          #""asks":[],"checksum":"#
        )
      )
    )
  }

  @Test("unsubscribing before the snapshot is made means that it is never sent")
  func resubscribe() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    bench.send(KrakenBookTests.subscribe, to: socket)
    bench.wait(nanoseconds: 10_000_000)
    bench.send(KrakenBookTests.unsubscribe, to: socket)
    bench.wait(nanoseconds: 60_000_000)
    #expect(bench.received(socket).allSatisfy { !$0.contains("snapshot\",") })
    let again = bench.send(KrakenBookTests.unsubscribe, to: socket)
    #expect(again.first?.contains("Subscription Not Found") == true)
    bench.send(KrakenBookTests.subscribe, to: socket)
    let twice = bench.send(KrakenBookTests.subscribe, to: socket)
    #expect(twice.first?.contains("Already subscribed") == true)
    bench.wait(nanoseconds: 50_000_000)
    #expect(bench.received(socket).filter { $0.contains("\"snapshot\",\"data\"") }.count == 1)
  }

  @Test("a heartbeat each second while there is a subscription, and idle sockets are closed")
  func heartbeats() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    bench.wait(seconds: 10)
    #expect(bench.received(socket).count == 1)
    bench.send(KrakenBookTests.subscribe, to: socket)
    _ = bench.received(socket)
    bench.wait(seconds: 5)
    let heartbeat = #"{"channel":"heartbeat"}"#
    #expect(bench.received(socket).filter { $0 == heartbeat }.count == 5)
    bench.send(KrakenBookTests.unsubscribe, to: socket)
    bench.wait(seconds: 59)
    #expect(bench.closed == [])
    bench.wait(seconds: 2)
    #expect(bench.closed == [socket])
    #expect(bench.gateway.nextDeadline == nil)
  }

  @Test("a ping is answered with its number")
  func ping() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    #expect(
      bench.send(#"{"method":"ping","req_id":42}"#, to: socket) == [
        joined(
          #"{"method":"pong","req_id":42,"time_in":"2026-08-02T03:06:40.000000Z","#,
          #""time_out":"2026-08-02T03:06:40.000040Z"}"#
        )
      ]
    )
  }

  @Test("trades and tickers are told as they happen")
  func tape() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    bench.send(
      #"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}}"#,
      to: socket
    )
    bench.send(
      #"{"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"]}}"#,
      to: socket
    )
    let ticker = try #require(bench.received(socket).last)
    #expect(
      ticker
        == joined(
          #"{"channel":"ticker","type":"snapshot","data":[{"symbol":"BTC/USD","#,
          #""bid":62999.9,"bid_qty":0.01000000,"ask":63000.1,"ask_qty":0.01000000,"last":0.0,"#,
          #""volume":0.00000000,"vwap":0.0,"low":0.0,"high":0.0,"change":0.0,"#,
          #""change_pct":0.00,"timestamp":"2026-08-02T03:06:40.000000Z"}]}"#
        )
    )
    try bench.place(.sell, 0, 1_500_000, isMarket: true)
    bench.settle()
    let frames = bench.received(socket)
    #expect(
      frames.first
        == joined(
          #"{"channel":"trade","type":"update","data":["#,
          #"{"symbol":"BTC/USD","side":"sell","price":62999.9,"qty":0.01000000,"#,
          #""ord_type":"market","trade_id":1,"timestamp":"2026-08-02T03:06:40.000000Z"},"#,
          #"{"symbol":"BTC/USD","side":"sell","price":62999.8,"qty":0.00500000,"#,
          #""ord_type":"market","trade_id":2,"timestamp":"2026-08-02T03:06:40.000000Z"}]}"#
        )
    )
    #expect(frames.last?.contains(#""change":-0.1,"change_pct":0.00"#) == true)
    let late = bench.open()
    let answers = bench.send(
      joined(
        #"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"],"#,
        #""snapshot":true}}"#
      ),
      to: late
    )
    #expect(answers.last?.hasPrefix(#"{"channel":"trade","type":"snapshot","data":[{"#) == true)
  }

  @Test("a ticker of the best bid and offer follows them, and no other level")
  func bestTicker() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    bench.send(
      joined(
        #"{"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"],"#,
        #""event_trigger":"bbo"}}"#
      ),
      to: socket
    )
    try bench.place(.buy, 629_999, 10_000)
    bench.settle()
    _ = bench.received(socket)
    try bench.place(.buy, 629_990, 10_000)
    bench.settle()
    #expect(bench.received(socket) == [])
    try bench.place(.buy, 629_999, 10_000)
    bench.settle()
    #expect(bench.received(socket).count == 1)
  }

  @Test("the instrument channel states steps and follows the venue's status")
  func instruments() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    let frame = try #require(
      bench.send(#"{"method":"subscribe","params":{"channel":"instrument"}}"#, to: socket).last
    )
    #expect(
      frame.contains(
        joined(
          #"{"symbol":"BTC/USD","base":"BTC","quote":"USD","status":"online","qty_precision":8,"#,
          #""qty_increment":1e-08,"price_precision":1,"cost_precision":5,"marginable":false,"#,
          #""has_index":false,"cost_min":0.5,"tick_size":0.1,"price_increment":0.1,"#,
          #""qty_min":5e-05}"#
        )
      )
    )
    _ = bench.received(socket)
    bench.gateway.exchange.setStatus(.postOnly)
    bench.settle()
    let frames = bench.received(socket)
    #expect(frames.first?.contains(#""system":"post_only""#) == true)
    #expect(frames.last?.contains(#""type":"update","data":{"assets":"#) == true)
    #expect(frames.last?.contains(#""status":"post_only","qty_precision""#) == true)
  }

  @Test("ordered trouble happens once: a lost frame, a wrong checksum")
  func faults() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    bench.send(KrakenBookTests.subscribe, to: socket)
    bench.wait(nanoseconds: 50_000_000)
    var book = KrakenClientBook()
    let snapshot = try #require(bench.received(socket).last)
    try book.apply(snapshot, depth: 10)
    bench.gateway.faults.wrongChecksums = 1
    try bench.place(.buy, 629_999, 10_000)
    bench.settle()
    let wrong = try #require(bench.received(socket).last)
    withKnownIssue { try book.apply(wrong, depth: 10) }
    bench.gateway.faults.lostBookFrames = 1
    try bench.place(.buy, 629_999, 10_000)
    bench.settle()
    #expect(bench.received(socket) == [])
    try bench.place(.buy, 629_998, 10_000)
    bench.settle()
    let gap = try #require(bench.received(socket).last)
    withKnownIssue { try book.apply(gap, depth: 10) }
  }

  @Test(
    "hostile frames are answered, never trapped on",
    arguments: [
      "", "{", "[]", "null", "{}", "\u{0}", #"{"method":5}"#, #"{"method":"subscribe"}"#,
      #"{"method":"subscribe","params":[]}"#, #"{"method":"dance"}"#,
      #"{"method":"subscribe","params":{"channel":"book","symbol":"BTC/USD"}}"#,
      #"{"method":"subscribe","params":{"channel":"book","symbol":[1,{},null,[]]}}"#,
      #"{"method":"subscribe","params":{"channel":"level9","symbol":["BTC/USD"]}}"#,
      #"{"method":"subscribe","params":{"channel":"executions"}}"#,
      #"{"method":"add_order","params":{}}"#,
    ]
  )
  func hostile(_ frame: String) throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    let answers = bench.send(frame, to: socket)
    #expect(!answers.isEmpty)
    #expect(answers.allSatisfy { $0.contains("\"success\":false") })
  }

  @Test("a socket that says too much is told so, and too many sockets are not let in")
  func limits() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    for _ in 0..<200 { bench.send(#"{"method":"ping"}"#, to: socket) }
    #expect(bench.send(#"{"method":"ping"}"#, to: socket) == [#"{"error":"Exceeded msg rate"}"#])
    bench.wait(seconds: 1)
    #expect(bench.send(#"{"method":"ping"}"#, to: socket).first?.contains("pong") == true)
    var refused: GatewayResponse?
    var effects: [GatewayEffect] = []
    for number in 1_000..<1_200 {
      refused = bench.gateway.open(
        SocketNumber(value: number),
        GatewayRequest(method: "GET", path: "/v2"),
        effects: &effects
      )
    }
    #expect(refused?.status == 429)
    bench.wait(seconds: 4)
    let other = GatewayRequest(method: "GET", path: "/v1")
    let answer = bench.gateway.open(SocketNumber(value: 9_999), other, effects: &effects)
    #expect(answer?.status == 404)
  }
}
