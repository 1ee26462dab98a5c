import Reactor
import Codecs
import Market
import Testing
import TestSupport
import Units
import VenueKit
import VenueTesting

@testable import BitstampVenue

/// Frames written after the documented shapes; none is a recording.
private enum Frames {
  static func order(_ event: String, left: String, traded: String = "0") -> String {
    #"{"data":{"id":9007199254740993,"id_str":"9007199254740993","order_type":1,"#
      + #""datetime":"1767621600","microtimestamp":"1767621600000001","amount":0.5,"#
      + #""amount_str":"\#(left)","amount_traded":"\#(traded)","amount_at_create":"0.50000000","#
      + #""price":65000.1,"price_str":"65000.10","trade_account_id":0,"#
      + #""client_order_id":"plx-0001"},"channel":"private-my_orders_btcusd-314159","#
      + #""event":"\#(event)"}"#
  }

  static let trade =
    #"{"data":{"id":345726198,"amount":"0.10000000","price":"65000.10","microtimestamp":"1767621600000001","fee":"26.000000001","order_id":9007199254740993,"client_order_id":"plx-0001","trade_account_id":0,"side":"sell"},"channel":"private-my_trades_btcusd-314159","event":"trade"}"#
}

@Suite("Reading Bitstamp's private frames")
struct AccountDecoderTests {
  private let sample = Sample()

  private func order(_ frame: String) throws -> OrderReport? {
    guard case .order(let report)? = try sample.bench.events(frame).first else { return nil }
    return report
  }

  @Test(
    "an order has filled what it no longer has, whatever one event traded",
    arguments: [
      (Frames.order("order_created", left: "0.50000000"), OrderStatus.open, "0"),
      (Frames.order("order_changed", left: "0.2", traded: "0.1"), .open, "0.3"),
      (Frames.order("order_deleted", left: "0", traded: "0.2"), .filled, "0.5"),
      (Frames.order("order_deleted", left: "0.2"), .cancelled, "0.3"),
    ]
  )
  func orders(_ frame: String, _ status: OrderStatus, _ filled: String) throws {
    let report = try #require(try order(frame))
    #expect(report.status == status && report.filled?.text(decimals: 8) == filled)
    #expect(report.quantity?.text(decimals: 8) == "0.5" && report.side == .sell)
    #expect(report.venueOrderID == "9007199254740993" && report.clientOrderID == "plx-0001")
    #expect(report.instrument == sample.bitcoin.id)
    #expect(report.venueTime?.nanoseconds == 1_767_621_600_000_001_000)
  }

  @Test("more left than was ordered tells nothing of fills")
  func odd() throws {
    #expect(try order(Frames.order("order_changed", left: "0.7"))?.filled == nil)
  }

  @Test("a trade is a fill, its fee rounded up")
  func trade() throws {
    guard case .fill(let fill)? = try sample.bench.events(Frames.trade).first else {
      Issue.record("no fill")
      return
    }
    #expect(fill.tradeID == "345726198" && fill.venueOrderID == "9007199254740993")
    #expect(fill.side == .sell && fill.price.description == "65000.1")
    #expect(fill.quantity.raw == 10_000_000 && fill.clientOrderID == "plx-0001")
    #expect(fill.fee.text(decimals: 8) == "26.00000001" && fill.feeAsset.symbol == "USD")
    #expect(fill.venueTime?.nanoseconds == 1_767_621_600_000_001_000)
  }

  @Test("an order at an instrument that is not ours has no amounts; a trade there is refused")
  func unknown() throws {
    let frame = Frames.order("order_deleted", left: "0").replacing("btcusd", with: "dogeusd")
    let report = try #require(try order(frame))
    #expect(report.instrument == nil && report.quantity == nil && report.filled == nil)
    #expect(report.status == .filled)
    let trade = Array(Frames.trade.replacing("btcusd", with: "dogeusd").utf8)
    #expect(sample.bench.refusal(trade)?.expected == .knownSymbol)
  }

  @Test(
    "everything else has a meaning, or none is needed",
    arguments: [
      (
        #"{"event":"bts:subscription_succeeded","channel":"private-my_orders_btcusd-1","data":{}}"#,
        AccountEvent.subscribed("private-my_orders_btcusd-1")
      ),
      (#"{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}"#, .heartbeat),
      (#"{"event":"bts:request_reconnect","channel":"","data":""}"#, .reconnectRequested),
      (
        #"{"event":"bts:error","channel":"","data":{"code":4009,"message":"Connection is unauthorized."}}"#,
        .refused(
          VenueFailure(
            .retryLater(afterNanoseconds: nil),
            code: "4009",
            words: "Connection is unauthorized."
          )
        )
      ),
      (
        #"{"event":"bts:error","channel":"","data":{"code":null,"message":"Bad subscription string."}}"#,
        .refused(
          VenueFailure(.permanent, code: "bts:error", words: "Bad subscription string.")
        )
      ),
      (
        #"{"event":"bts:error","data":"no"}"#,
        .refused(
          VenueFailure(.retryLater(afterNanoseconds: nil), code: "bts:error", words: "no")
        )
      ),
      (#"{"event":"bts:unsubscription_succeeded","channel":"x","data":{}}"#, .ignored),
      (#"{"event":"trade","channel":"live_trades_btcusd","data":{}}"#, .ignored),
      (#"{"event":"self_trade","channel":"private-my_trades_btcusd-1","data":{}}"#, .ignored),
    ]
  )
  func others(_ frame: String, _ event: AccountEvent) throws {
    #expect(try sample.bench.events(frame) == [event])
  }

  @Test(
    "a wrong frame is refused",
    arguments: [
      (Frames.trade, #""side":"sell""#, #""side":"lend""#, WireError.Expected.knownSide),
      (Frames.trade, #""fee":"26.000000001","#, "", .requiredField),
      (Frames.trade, #""id":345726198,"#, "", .requiredField),
      (Frames.trade, #""price":"65000.10""#, #""price":"-1""#, .numberInRange),
      (Frames.trade, #""event":"trade""#, #""type":"trade""#, .requiredField),
      (Frames.order("order_moved", left: "0"), "x", "x", .knownField),
      (
        Frames.order("order_created", left: "0"), #""order_type":1"#, #""order_type":2"#, .knownSide
      ),
      (Frames.order("order_created", left: "x"), "y", "y", .value),
      (Frames.order("order_created", left: "-1"), "y", "y", .numberInRange),
    ]
  )
  func refuses(
    _ frame: String,
    _ part: String,
    _ replacement: String,
    _ expected: WireError.Expected
  ) {
    let bytes = Array(frame.replacing(part, with: replacement).utf8)
    #expect(sample.bench.refusal(bytes)?.expected == expected)
  }

  @Test(
    "a frame cut anywhere is an error, never a trap",
    arguments: [Frames.order("order_changed", left: "0.2"), Frames.trade]
  )
  func cut(_ frame: String) { #expect(sample.bench.acceptedCuts(ofFrame: frame) == 0) }

  @Test("spoilt frames are read or refused", arguments: [UInt64(1), 2, 3])
  func spoilt(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let error = #"{"event":"bts:error","channel":"","data":{"code":4009,"message":"no"}}"#
    for text in [
      Frames.order("order_changed", left: "0.2"), Frames.order("order_deleted", left: "1e-8"),
      Frames.trade, error,
    ] {
      sample.bench.readSpoilt(text, copies: 400, as: [], using: &generator)
    }
  }
}
