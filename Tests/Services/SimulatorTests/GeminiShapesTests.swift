import Codecs
import Foundation
import Market
import TestSupport
import Testing
import Units

@testable import Simulator

private let capture = "gemini/marketdata_v2_2026-08-09.jsonl"
private let samples = "gemini/ws_gemini_com_samples.ndjson"
private let answers = "gemini/rest_recorded_gct.json"

/// What a JSON text is made of: names and kinds of values, without the values.
///
/// - Note: `sorted` is for recordings whose names were sorted by whoever kept them.
private func shape(_ value: JSONValue, sorted: Bool = false) -> String {
  switch value {
  case .null: return "null"
  case .boolean: return "boolean"
  case .number: return "number"
  case .string: return "string"
  case .array(let elements):
    return "[" + (elements.first.map { shape($0, sorted: sorted) } ?? "") + "]"
  case .object(let members):
    let names = sorted ? members.sorted { $0.name < $1.name } : members
    return "{"
      + names.map { $0.name + ":" + shape($0.value, sorted: sorted) }.joined(separator: ",") + "}"
  }
}

private func shape(_ text: String, sorted: Bool = false) throws -> String {
  shape(try JSONValue(Array(text.utf8)), sorted: sorted)
}

private func lines(_ file: String) throws -> [JSONValue] {
  try Data(contentsOf: URL(filePath: Recordings.path(file)))
    .split(separator: UInt8(ascii: "\n"))
    .map { try JSONValue(Array($0)) }
}

@Suite("Simulated Gemini: shapes of recorded frames")
struct GeminiShapesTests {
  let bench = GeminiBench()

  // MARK: The older feed

  /// The first recorded frame whose text begins so.
  private func frame(_ start: String) throws -> String {
    let texts = try lines(capture).compactMap { $0["data"]?.string }
    return try #require(texts.first { $0.hasPrefix(start) })
  }

  @Test(
    "the older feed's frames have the members of recorded ones, in their order",
    .enabled(if: Recordings.has([capture]), "gemini/marketdata_v2_2026-08-09.jsonl")
  )
  func feed() throws {
    try bench.rest(.buy, "99", "1")
    try bench.rest(.sell, "99", "0.5")
    _ = bench.published()
    bench.open(1, "/v2/marketdata")
    let first = try #require(bench.send(1, GeminiSocketTests.subscribeFeed).first)
    #expect(try shape(String(first.dropFirst(2))) == shape(try frame(#"{"auction_events""#)))
    try bench.rest(.sell, "99", "0.25")
    let frames = bench.published().map { String($0.dropFirst(2)) }
    #expect(try shape(frames[0]) == shape(try frame(#"{"event_id""#)))
    #expect(try shape(frames[1]) == shape(try frame(#"{"changes""#)))
    bench.later(5_000_000_000)
    let heartbeat = try #require(bench.advanced().first)
    #expect(try shape(String(heartbeat.dropFirst(2))) == shape(try frame(#"{"timestamp""#)))
  }

  @Test(
    "a recorded symbol's details come out byte by byte",
    .enabled(if: Recordings.has([capture]), "gemini/marketdata_v2_2026-08-09.jsonl")
  )
  func details() throws {
    let recorded = try frame(#"{"symbol":"BTCUSD","#)
    #expect(bench.get("/v1/symbols/details/btcusd").bodyText == recorded)
    let cross = try frame(#"{"symbol":"ETHBTC","#)
    #expect(bench.get("/v1/symbols/details/ethbtc").bodyText == cross)
  }

  // MARK: The current protocol

  private func sample(_ kind: String) throws -> JSONValue {
    try #require(try lines(samples).first { $0["kind"]?.string == kind }?["raw"])
  }

  @Test(
    "the current streams' frames have the members of recorded ones, in their order",
    .enabled(if: Recordings.has([samples]), "gemini/ws_gemini_com_samples.ndjson")
  )
  func streams() throws {
    bench.open(1, "/", "snapshot=-1")
    let streams = ["btcusd@depth@100ms", "btcusd@trade", "btcusd@bookTicker"]
    let names = streams.map { "\"\($0)\"" }.joined(separator: ",")
    let answer = bench.send(1, "{\"id\":1,\"method\":\"subscribe\",\"params\":[\(names)]}")
    #expect(try shape(String(answer[0].dropFirst(2))) == shape(try sample("ack")))
    try bench.rest(.buy, "99", "1")
    try bench.rest(.sell, "100", "1")
    try bench.rest(.sell, "99", "0.5")
    let frames = bench.published().map { String($0.dropFirst(2)) }
    #expect(try shape(frames[0]) == shape(try sample("trade")))
    #expect(try shape(frames[1]) == shape(try sample("bookTicker")))
    bench.later(100_000_000)
    let depth = try #require(bench.advanced().first)
    #expect(
      try shape(String(depth.dropFirst(2)))
        == shape(try sample("depth-second-same-symbol"))
    )
  }

  @Test(
    "the streams pad their numbers as recorded",
    .enabled(if: Recordings.has([samples]), "gemini/ws_gemini_com_samples.ndjson")
  )
  func padding() throws {
    // WIF/USD as listed on 2026-08-09: price step 0.0001, quantity step 0.000001.
    let symbol = GeminiSymbol(
      SimulatedInstrument(
        symbol: Symbol(base: "WIF", quote: "USD"),
        tickSize: Price(raw: 1_000_000),
        lotSize: Quantity(raw: 100),
        minQuantity: Quantity(raw: 7_000_000),
        minNotional: .zero,
        maker: .zero,
        taker: .zero
      )
    )
    let level = try #require(try sample("depthUpdate")["b"]?.elements?.first?.elements)
    let price = try #require(level[0].string)
    let quantity = try #require(level[1].string)
    #expect(symbol.streamPrice(try Price(price)) == price)
    #expect(symbol.streamQuantity(try Quantity(quantity, decimals: 8)) == quantity)
  }

  // MARK: REST

  private func answer(_ path: String, _ index: Int = 0) throws -> JSONValue {
    let data = try Data(contentsOf: URL(filePath: Recordings.path(answers)))
    let all = try JSONValue(Array(data)).elements ?? []
    let matching = all.filter { $0["path"]?.string == path }
    return try #require(matching.dropFirst(index).first?["data"])
  }

  @Test(
    "answers over HTTP have the members of recorded ones",
    .enabled(if: Recordings.has([answers]), "gemini/rest_recorded_gct.json")
  )
  func rest() throws {
    try bench.rest(.sell, "5000", "1")
    try bench.rest(.buy, "4000", "1")
    func compare(
      _ response: GatewayResponse,
      _ path: String,
      _ index: Int = 0,
      location: SourceLocation = #_sourceLocation
    ) throws {
      #expect(
        try shape(response.bodyText, sorted: true)
          == shape(try answer(path, index), sorted: true),
        sourceLocation: location
      )
    }
    try compare(bench.post("/v1/balances"), "/v1/balances")
    try compare(bench.get("/v1/book/btcusd"), "/v1/book/btcusd")
    try compare(bench.post("/v1/notionalvolume"), "/v1/notionalvolume")
    try compare(bench.order("buy", "4500", "1"), "/v1/order/new")
    try compare(
      bench.post("/v1/order/cancel", #","order_id":73797746000000003"#),
      "/v1/order/cancel"
    )
    try compare(bench.post("/v1/order/new", #","symbol":"LTC_BTC""#), "/v1/order/new", 1)
    try compare(bench.get("/v1/pubticker/bla"), "/v1/pubticker/bla")
    try compare(bench.post("/v1/heartbeat"), "/v1/heartbeat")
  }

  @Test(
    "a fill has the members recorded in 2019, and those that came later",
    .enabled(if: Recordings.has([answers]), "gemini/rest_recorded_gct.json")
  )
  func fills() throws {
    try bench.rest(.sell, "5000", "1")
    _ = bench.order("buy", "5000", "1")
    let row = try JSONValue(bench.post("/v1/mytrades").body).elements?.first
    let recorded = try answer("/v1/mytrades").elements?.first
    for member in try #require(recorded?.members) {
      #expect(shape(row?[member.name] ?? .null) == shape(member.value), "\(member.name)")
    }
  }
}
