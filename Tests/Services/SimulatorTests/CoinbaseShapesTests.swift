import Codecs
import Foundation
import Market
import TestSupport
import Testing
import Units

@testable import Simulator

/// What differs in form between a recorded value and ours: keys, their order, and kinds.
private func differences(
  _ recorded: JSONValue,
  _ ours: JSONValue,
  mayHaveMore: Bool,
  _ path: String = "$"
) -> [String] {
  switch (recorded, ours) {
  case (.null, _), (.string, .null), (.string, .string), (.number, .number), (.boolean, .boolean):
    return []
  case (.array(let theirs), .array(let mine)):
    guard let first = theirs.first else { return [] }
    // Nothing here has another name.
    guard let own = mine.first else { return path.hasSuffix("alias_to") ? [] : ["\(path): empty"] }
    return differences(first, own, mayHaveMore: mayHaveMore, path + "[]")
  case (.object(let theirs), .object(let mine)):
    // Older frames had a member that those of 2026 have not.
    let names = theirs.map(\.name).filter { $0 != "client_id" }
    let own = mine.map(\.name).filter { names.contains($0) || !mayHaveMore }
    guard names == own else { return ["\(path): \(own) instead of \(names)"] }
    return names.flatMap { name in
      differences(
        recorded[name] ?? .null,
        ours[name] ?? .null,
        mayHaveMore: mayHaveMore,
        path + "." + name
      )
    }
  default: return ["\(path): \(ours) instead of \(recorded)"]
  }
}

@Suite("Simulated Coinbase: the form of what was recorded")
struct CoinbaseShapesTests {
  private static let bodies = "coinbase/fixtures_nautilus.json"
  private static let session = "coinbase/advanced_ws_2026-08-09_first14s.jsonl.gz"

  /// A market with a trade, a resting order of the client's, and one that was filled.
  private static func desk() throws -> (CoinbaseDesk, id: String) {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 10_000_000)
    try desk.quote(.buy, 6_400_000, 10_000_000)
    let answer = try desk.order(
      "{\"limit_limit_gtc\":{\"base_size\":\"0.002\",\"limit_price\":\"65000\","
        + "\"post_only\":false}}"
    )
    _ = try desk.order(CoinbaseOrderTests.resting)
    return (desk, try #require(answer["order_id"]?.string))
  }

  @Test(
    "answers have the members of recorded ones, in their order",
    .enabled(if: Recordings.has([bodies]), "\(Recordings.path(bodies)) is absent")
  )
  func answers() throws {
    let data = try Data(contentsOf: URL(filePath: Recordings.path(Self.bodies)))
    let list = try #require(try JSONValue([UInt8](data)).elements)
    func recorded(_ name: String) throws -> JSONValue {
      let raw = list.first { $0["name"]?.string == name }?["raw"]?.string
      return try JSONValue(Array(try #require(raw).utf8))
    }
    let (desk, id) = try Self.desk()
    let market = "/api/v3/brokerage/market/"
    let cases: [(String, GatewayResponse)] = [
      ("http_product.json", desk.request("GET", market + "products/BTC-USD")),
      (
        "http_product_book.json",
        desk.request("GET", market + "product_book", query: "product_id=BTC-USD")
      ),
      ("http_ticker.json", desk.request("GET", market + "products/BTC-USD/ticker")),
      ("http_accounts.json", try desk.signed("GET", "/api/v3/brokerage/accounts")),
      (
        "http_order.json",
        try desk.signed("GET", "/api/v3/brokerage/orders/historical/\(id)")
      ),
    ]
    for (name, response) in cases {
      #expect(response.status == 200)
      let found = differences(
        try recorded(name),
        try JSONValue(response.body),
        mayHaveMore: true
      )
      #expect(found.isEmpty, "\(name)")
    }
    desk.open(1)
    try desk.subscribeUser()
    let user = try #require(try desk.events("user").first)
    #expect(differences(try recorded("ws_user.json"), user, mayHaveMore: true).isEmpty)
  }

  @Test(
    "frames are those of a recorded session, member by member",
    .enabled(if: Recordings.has([session]), "\(Recordings.path(session)) is absent")
  )
  func frames() throws {
    let recorded = try Self.recordedFrames()
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 10_000_000)
    try desk.quote(.buy, 6_400_000, 10_000_000)
    try desk.quote(.buy, 6_500_000, 1_000, .immediateOrCancel)
    desk.open(1)
    for channel in ["market_trades", "candles", "ticker", "level2", "heartbeats"] {
      desk.subscribe(channel)
    }
    try desk.quote(.buy, 6_500_000, 1_000, .immediateOrCancel)
    for _ in 0..<100 { desk.wait(milliseconds: 50) }
    var ours: [String: JSONValue] = [:]
    for text in desk.frames() {
      let frame = try JSONValue(Array(text.utf8))
      let name = Self.name(frame)
      if ours[name] == nil { ours[name] = frame }
    }
    #expect(recorded.count >= 9)
    for (name, frame) in recorded.sorted(by: { $0.key < $1.key }) {
      if name == "subscriptions" { continue }
      let mine = try #require(ours[name], "\(name)")
      #expect(differences(frame, mine, mayHaveMore: false).isEmpty, "\(name)")
    }
  }

  private static func name(_ frame: JSONValue) -> String {
    let channel = frame["channel"]?.string ?? ""
    return frame["events"]?[0]?["type"]?.string.map { channel + " " + $0 } ?? channel
  }

  /// The first frame of each channel and kind, but for whole books, which are too large for trees.
  private static func recordedFrames() throws -> [String: JSONValue] {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/gzip")
    process.arguments = ["-dc", Recordings.path(session)]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    var frames: [String: JSONValue] = [:]
    for line in data.split(separator: UInt8(ascii: "\n")) where line.count < 60_000 {
      let record = try JSONValue([UInt8](line))
      guard record["t"]?.string == "recv", let text = record["data"]?.string,
        let frame = try? JSONValue(Array(text.utf8)), frame["channel"] != nil
      else { continue }
      let name = name(frame)
      if frames[name] == nil { frames[name] = frame }
    }
    return frames
  }
}
