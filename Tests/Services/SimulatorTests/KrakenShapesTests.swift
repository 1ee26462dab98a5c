import Codecs
import Foundation
import Market
import TestSupport
import Testing
import Units

@testable import Simulator

/// What a JSON text is made of: names in order and kinds of values, without the values.
private func shape(_ value: JSONValue) -> String {
  switch value {
  case .null: "null"
  case .boolean: "boolean"
  case .number: "number"
  case .string: "string"
  case .array(let elements): "[" + (elements.first.map(shape) ?? "") + "]"
  case .object(let members):
    "{" + members.map { $0.name + ":" + shape($0.value) }.joined(separator: ",") + "}"
  }
}

private func shape(_ text: String) throws -> String { shape(try JSONValue(Array(text.utf8))) }

private let crossbook = "kraken/ws_v2_frames_crossbook.json"
private let bodies = "kraken/fixtures_nautilus.json"

/// The recorded text of a name.
private func recorded(_ name: String, in file: String) throws -> String {
  let data = try Data(contentsOf: URL(filePath: Recordings.path(file)))
  let list = try JSONValue(Array(data)).elements ?? []
  let entry = list.first { $0["name"]?.string == name }
  return try #require(entry?["raw"]?.string)
}

@Suite("Simulated Kraken: shapes of recorded frames")
struct KrakenShapesTests {
  @Test(
    "socket frames have the members of recorded ones, in their order",
    .enabled(if: Recordings.has([crossbook]), "kraken/ws_v2_frames_crossbook.json")
  )
  func frames() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    let status = try #require(bench.received(socket).first)
    #expect(try shape(status) == shape(recorded("kraken_status.json", in: crossbook)))
    let subscribe = KrakenBookTests.subscribe.replacing(":10}", with: ":25}")
    let acknowledgement = try #require(bench.send(subscribe, to: socket).first)
    #expect(
      try shape(acknowledgement) == shape(recorded("kraken_subscribe_ack.json", in: crossbook))
    )
    bench.wait(nanoseconds: 50_000_000)
    let snapshot = try #require(bench.received(socket).last)
    #expect(try shape(snapshot) == shape(recorded("kraken_snapshot.json", in: crossbook)))
    try bench.place(.buy, 629_999, 10_000)
    bench.settle()
    let update = try #require(bench.received(socket).last)
    #expect(try shape(update) == shape(recorded("kraken_update_4.json", in: crossbook)))
    bench.wait(seconds: 1)
    let heartbeat = try #require(bench.received(socket).last)
    #expect(heartbeat == (try recorded("kraken_heartbeat.json", in: crossbook)))
  }

  @Test(
    "the checksum of a recorded book is the recorded one, and its bytes come out the same",
    .enabled(if: Recordings.has([crossbook]), "kraken/ws_v2_frames_crossbook.json")
  )
  func checksum() throws {
    let text = try recorded("kraken_snapshot.json", in: crossbook)
    let data = try #require(try JSONValue(Array(text.utf8))["data"]?.elements?.first)
    func levels(_ name: String) throws -> [Level] {
      try (data[name]?.elements ?? []).map { level in
        Level(
          price: try Price(level["price"]?.text ?? ""),
          quantity: try Quantity(level["qty"]?.text ?? "", decimals: 8)
        )
      }
    }
    let instrument = KrakenBench.instrument(KrakenBench.bitcoin, tick: 1_000_000_000)
    let pair = KrakenPair(index: 0, instrument)
    let window = KrakenWindow(depth: 25, bids: try levels("bids"), asks: try levels("asks"))
    #expect(window.checksum(pair) == 3_726_153_463)
    let time = try #require(KrakenText.time("2026-08-02T03:35:51.302928Z"))
    let frame = KrakenWindow.frame(
      "snapshot",
      pair,
      bids: window.bids,
      asks: window.asks,
      checksum: window.checksum(pair),
      time: time
    )
    #expect(String(decoding: frame.bytes, as: UTF8.self) == text)
  }

  @Test(
    "REST bodies have the members of recorded ones",
    .enabled(if: Recordings.has([bodies]), "kraken/fixtures_nautilus.json")
  )
  func answers() throws {
    let bench = try KrakenBench()
    #expect(
      try shape(bench.get("Time")) == shape(recorded("http_server_time.json", in: bodies))
    )
    #expect(
      try shape(bench.get("SystemStatus")) == shape(recorded("http_system_status.json", in: bodies))
    )
    let book = shape(try JSONValue(Array(bench.get("Depth", "pair=XBTUSD").utf8)))
    #expect(
      try book.replacing("XXBTZUSD", with: "XBTUSDT")
        == shape(recorded("http_order_book.json", in: bodies))
    )
    let row = try JSONValue(Array(bench.get("AssetPairs", "pair=XBTUSD").utf8))
    let real = try JSONValue(Array(recorded("http_asset_pairs.json", in: bodies).utf8))
    let names = row["result"]?["XXBTZUSD"]?.members?.map(\.name) ?? []
    let realNames = real["result"]?["XBTUSDT"]?.members?.map(\.name) ?? []
    // The rest are limits of margin positions.
    #expect(realNames.filter { !$0.hasSuffix("position_limit") } == names)
  }

  @Test(
    "socket answers and updates have the members of recorded ones",
    .enabled(if: Recordings.has([bodies]), "kraken/fixtures_nautilus.json")
  )
  func socketAnswers() throws {
    let bench = try KrakenBench()
    let socket = bench.open()
    let pong = try #require(bench.send(#"{"method":"ping","req_id":42}"#, to: socket).first)
    #expect(try shape(pong) == shape(recorded("ws_pong.json", in: bodies)))
    bench.send(
      #"{"method":"subscribe","params":{"channel":"ticker","symbol":["BTC/USD"]}}"#,
      to: socket
    )
    let ticker = try #require(bench.received(socket).last)
    #expect(try shape(ticker) == shape(recorded("ws_ticker_snapshot.json", in: bodies)))
    bench.send(
      #"{"method":"subscribe","params":{"channel":"trade","symbol":["BTC/USD"]}}"#,
      to: socket
    )
    _ = bench.received(socket)
    try bench.place(.buy, 0, 10_000, isMarket: true)
    bench.settle()
    let trade = try #require(bench.received(socket).first)
    #expect(try shape(trade) == shape(recorded("ws_trade_update.json", in: bodies)))
    let (other, token) = try bench.openPrivate()
    let request = try recorded("ws_add_order_request.json", in: bodies)
      .replacing("TESTTOKEN", with: token)
    let added = try #require(bench.send(request, to: other).first)
    let real = try JSONValue(Array(recorded("ws_add_order_response_success.json", in: bodies).utf8))
    let ours = try JSONValue(Array(added.utf8))
    let names = Set(real.members?.map(\.name) ?? [])
    #expect(Set(ours.members?.map(\.name) ?? []) == names)
    #expect(shape(ours["result"] ?? .null) == shape(real["result"] ?? .null))
  }
}
