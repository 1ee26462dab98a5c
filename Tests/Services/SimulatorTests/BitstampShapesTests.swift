import Codecs
import Foundation
import Market
import TestSupport
import Testing
import Units

@testable import Simulator

/// Compares what the simulated venue sends with what others have recorded of the real one: the
/// same members, in the same order, of the same kinds, with numbers of the same form.
@Suite("Simulated Bitstamp: recorded shapes")
struct BitstampShapesTests {
  static let socket = "bitstamp/ws_2021-04-17.cflog"
  static let orderBook = "bitstamp/rest_order_book_2021-04-17.cflog"
  static let privateOrders = "bitstamp/ws_private_my_orders_gct.ndjson"
  static let answers = "bitstamp/rest_recorded_gct.json"

  // MARK: Shapes

  /// The form of a value: digits become `9`, and lists keep the forms of their elements once each.
  private func shape(_ value: JSONValue) -> String {
    switch value {
    case .null: return "null"
    case .boolean: return "flag"
    case .number: return "number"
    case .string(let text): return "\"" + form(text) + "\""
    case .array(let elements):
      return "[" + Set(elements.map(shape)).sorted().joined(separator: "|") + "]"
    case .object(let members):
      return "{" + members.map { $0.name + ":" + shape($0.value) }.joined(separator: ",") + "}"
    }
  }

  /// Runs of digits before a point as one `9`, the places behind it one by one.
  private func form(_ text: String) -> String {
    var result = ""
    var isFraction = false
    for character in text {
      if character.isNumber {
        if isFraction || result.last != "9" { result.append("9") }
      } else {
        isFraction = character == "."
        result.append(character)
      }
    }
    return result
  }

  private func lines(_ file: String) throws -> [String] {
    try String(contentsOfFile: Recordings.path(file), encoding: .utf8)
      .split(separator: "\n").map(String.init)
  }

  /// The frames that the venue sent, by event and kind of channel.
  private func recordedFrames() throws -> [JSONValue] {
    try lines(Self.socket).compactMap { line in
      guard let start = line.firstIndex(of: "{"), !line.hasPrefix("wss:") else { return nil }
      return try JSONValue(Array(line[start...].utf8))
    }
  }

  private func members(_ value: JSONValue?) -> [String] { value?.members?.map(\.name) ?? [] }

  private func sent(_ bench: BitstampBench) throws -> [JSONValue] {
    try bench.frames().map { try JSONValue(Array($0.utf8)) }
  }

  // MARK: Comparisons

  @Test(
    "acknowledgements and diffs are the recorded ones",
    .enabled(if: Recordings.has([socket]), "\(Recordings.path(socket)) is absent")
  )
  func diffs() throws {
    let bench = BitstampBench()
    try bench.quote(.sell, 101, 500)
    bench.subscribe("diff_order_book_btcusd", bench.connect())
    try bench.quote(.buy, 99, 500)
    try bench.quote(.sell, 102, 500)
    bench.wait(500)
    let ours = try sent(bench)
    try #require(ours.count == 2)
    let recorded = try recordedFrames().filter {
      $0["channel"]?.string == "diff_order_book_btcusd"
    }
    for event in ["bts:subscription_succeeded", "data"] {
      let real = recorded.filter { $0["event"]?.string == event }
      let mine = try #require(ours.first { $0["event"]?.string == event })
      #expect(!real.isEmpty)
      #expect(real.contains { shape($0) == shape(mine) }, "\(shape(mine))")
    }
  }

  @Test(
    "trades have the recorded members of the recorded kinds",
    .enabled(if: Recordings.has([socket]), "\(Recordings.path(socket)) is absent")
  )
  func trades() throws {
    let bench = BitstampBench()
    bench.subscribe("live_trades_btcusd", bench.connect())
    try bench.quote(.sell, 101, 500)
    try bench.quote(.buy, 101, 500)
    let mine = try #require(try sent(bench).last)
    let real = try recordedFrames().filter { $0["event"]?.string == "trade" }
    #expect(!real.isEmpty)
    // That recorder sorted the members of trades; what can be compared is their names and forms.
    for frame in real {
      #expect(members(frame["data"]) == members(mine["data"]).sorted())
      for member in frame["data"]?.members ?? [] where member.name != "price_str" {
        let own = try #require(mine["data"]?[member.name])
        #expect(shape(own) == shape(member.value), "\(member.name)")
      }
    }
  }

  @Test(
    "books by REST are the recorded ones",
    .enabled(if: Recordings.has([orderBook]), "\(Recordings.path(orderBook)) is absent")
  )
  func books() throws {
    let bench = BitstampBench()
    try bench.quote(.sell, 101, 500)
    try bench.quote(.buy, 99, 500)
    let mine = try bench.json(bench.get("order_book/btcusd/"))
    let line = try #require(try lines(Self.orderBook).first { $0.contains("/ltcusd ") })
    let start = try #require(line.firstIndex(of: "{"))
    #expect(shape(mine) == shape(try JSONValue(Array(line[start...].utf8))))
  }

  @Test(
    "own orders have the recorded members in the recorded order, and two newer ones",
    .enabled(if: Recordings.has([privateOrders]), "\(Recordings.path(privateOrders)) is absent")
  )
  func ownOrders() throws {
    let bench = BitstampBench()
    try bench.quote(.sell, 25_862, 1_000_000)
    try bench.subscribeOwn("private-my_orders_btcusd-1337210", bench.connect())
    _ = bench.frames()
    _ = try bench.order("buy/instant/btcusd/", "amount=10.04&client_order_id=test_market_buy")
    let mine = try sent(bench)
    let real = try lines(Self.privateOrders).map { try JSONValue(Array($0.utf8)) }
    try #require(mine.count == 3 && real.count >= 3)
    for (ours, recorded) in zip(mine, real) {
      #expect(members(ours) == members(recorded))
      #expect(ours["event"] == recorded["event"])
      let newer = ["order_subtype", "is_liquidation"]
      #expect(members(ours["data"]).filter { !newer.contains($0) } == members(recorded["data"]))
      for name in ["amount", "amount_str", "amount_traded", "amount_at_create", "price"] {
        #expect(ours["data"]?[name] == recorded["data"]?[name], "\(name)")
      }
    }
  }

  @Test(
    "fees and the older balance have members of the recorded form",
    .enabled(if: Recordings.has([answers]), "\(Recordings.path(answers)) is absent")
  )
  func answers() throws {
    let bytes = Array(
      try String(contentsOfFile: Recordings.path(Self.answers), encoding: .utf8).utf8
    )
    let text = try #require(String(validating: bytes, as: UTF8.self))
    let bench = BitstampBench()
    let fees = try bench.json(bench.post("fees/trading/")).elements?.first
    for name in members(fees) { #expect(text.contains("\"\(name)\"")) }
    for name in members(try bench.json(bench.post("balance/btcusd/"))) {
      #expect(text.contains("\"\(name)\""), "\(name)")
    }
  }
}
