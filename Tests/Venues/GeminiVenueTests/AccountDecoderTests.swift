import Reactor
import Codecs
import Market
import Testing
import TestSupport
import Units
import VenueKit
import VenueTesting

@testable import GeminiVenue

/// Frames written after the documented shapes; none is a recording.
private enum Frames {
  static let new =
    #"{"E":1767621600000000001,"s":"btcusd","i":9007199254740993,"c":"plx-0001","S":"BUY","o":"LIMIT","X":"NEW","p":"65000.10","q":"0.5","z":"0.5","T":1767621600000000002}"#
  static let part =
    #"{"e":"executionReport","E":1767621600000000003,"s":"BTCUSD","i":"9007199254740993","c":"plx-0001","S":"BUY","o":"LIMIT","X":"PARTIALLY_FILLED","p":"65000.10","q":"0.5","z":"0.3","Z":"0.1","L":"65000.00","t":2840141014190422,"m":false,"n":"26.0000000001","T":1767621600000000003}"#
  static let filled =
    #"{"E":1767621600000000004,"s":"BTCUSD","i":"9007199254740993","c":"plx-0001","S":"SELL","X":"FILLED","q":"0.5","Z":"0.3","L":"65000.00","t":5,"m":true,"n":"1","T":1767621600000000004}"#
  static let cancelled =
    #"{"E":1767621600000000005,"s":"BTCUSD","i":"9007199254740993","S":"BUY","X":"CANCELED","q":"0.5","z":"0.3","Z":"0.2","r":"ImmediateOrCancelWouldPost"}"#
  static let balances =
    #"{"e":"balanceUpdate","E":1700000000000,"u":1700000000001,"B":[{"a":"USD","f":"207.39","c":"300.00"},{"a":"BTC","f":"-0.0020","c":"-0.0020"},{"a":"ETH","f":"1"},{"a":"LTC"}]}"#
}

@Suite("Reading Gemini's private frames")
struct AccountDecoderTests {
  private let sample = Sample()

  private func order(_ frame: String) throws -> OrderReport? {
    for case .order(let report) in try sample.bench.events(frame) { return report }
    return nil
  }

  private func fill(_ frame: String) throws -> Fill? {
    for case .fill(let fill) in try sample.bench.events(frame) { return fill }
    return nil
  }

  @Test("a new order is known by both of its ids")
  func new() throws {
    let report = try #require(try order(Frames.new))
    #expect(report.status == .pending && report.side == .buy)
    #expect(report.venueOrderID == "9007199254740993" && report.clientOrderID == "plx-0001")
    #expect(report.instrument == sample.bitcoin.id && report.quantity?.raw == 50_000_000)
    #expect(report.filled == .zero)
    #expect(report.venueTime?.nanoseconds == 1_767_621_600_000_000_002)
  }

  @Test("on a fill the executed amount is the last one's, and the total what is no longer left")
  func part() throws {
    let report = try #require(try order(Frames.part))
    #expect(report.status == .open && report.filled?.text(decimals: 8) == "0.2")
    let fill = try #require(try fill(Frames.part))
    #expect(fill.quantity.text(decimals: 8) == "0.1" && fill.price.description == "65000")
    #expect(fill.tradeID == "2840141014190422" && fill.liquidity == .taker)
    #expect(fill.fee.text(decimals: 8) == "26.00000001" && fill.feeAsset == Asset(symbol: "USD"))
    #expect(fill.venueOrderID == report.venueOrderID && fill.clientOrderID == "plx-0001")
  }

  @Test("the fill comes before the state that it leads to")
  func sequence() throws {
    let events = try sample.bench.events(Frames.filled)
    guard case .fill(let fill)? = events.first, case .order(let report)? = events.last else {
      Issue.record("\(events)")
      return
    }
    #expect(fill.quantity.text(decimals: 8) == "0.3" && fill.liquidity == .maker)
    #expect(report.status == .filled && report.filled?.text(decimals: 8) == "0.5")
    #expect(report.side == .sell && fill.side == .sell)
  }

  @Test("on a cancel the executed amount is the total, and left out it is nothing")
  func cancelled() throws {
    let report = try #require(try order(Frames.cancelled))
    #expect(report.status == .cancelled && report.filled?.text(decimals: 8) == "0.2")
    #expect(report.reason == "ImmediateOrCancelWouldPost")
    #expect(try fill(Frames.cancelled) == nil)
    let none = Frames.cancelled.replacing(#""Z":"0.2","#, with: "")
    #expect(try order(none)?.filled == .zero)
  }

  @Test(
    "each word of a state has its meaning",
    arguments: [
      ("OPEN", OrderStatus.open), ("MODIFIED", .open), ("REJECTED", .rejected),
      ("NEW", .pending), ("CANCELED", .cancelled), ("FILLED", .filled),
    ]
  )
  func states(_ word: String, _ status: OrderStatus) throws {
    #expect(try order(Frames.new.replacing("NEW", with: word))?.status == status)
  }

  @Test("a part fill that does not say what is left leaves the total open")
  func untold() throws {
    let frame = Frames.part.replacing(#""z":"0.3","#, with: "")
    #expect(try order(frame)?.filled == nil)
    let wrong = Frames.part.replacing(#""z":"0.3""#, with: #""z":"0.7""#)
    #expect(try order(wrong)?.filled == nil)
  }

  @Test("a fill without a fee, a price, or a number is left to the list of trades")
  func incomplete() throws {
    for part in [#""n":"26.0000000001","#, #""L":"65000.00","#, #""t":2840141014190422,"#] {
      #expect(try fill(Frames.part.replacing(part, with: "")) == nil)
      #expect(try order(Frames.part.replacing(part, with: "")) != nil)
    }
  }

  @Test("times come in nanoseconds, or in milliseconds")
  func times() throws {
    let frame = Frames.new.replacing("1767621600000000002", with: "1767621600123")
    #expect(try order(frame)?.venueTime?.nanoseconds == 1_767_621_600_123_000_000)
  }

  @Test("an instrument that is not ours leaves an order without its amounts, and no fill")
  func unknown() throws {
    let frame = Frames.part.replacing("BTCUSD", with: "DOGEUSD")
    let report = try #require(try order(frame))
    #expect(report.instrument == nil && report.filled == nil && report.status == .open)
    #expect(try fill(frame) == nil)
  }

  @Test("balances are those that changed; what is left out is nothing, a total is what is free")
  func balances() throws {
    func balance(_ symbol: String, _ total: String, _ available: String) throws -> Balance {
      let asset = Asset(symbol: symbol)
      return Balance(
        asset: asset,
        total: Notional(raw: try parseDecimal(total, places: asset.decimals)),
        available: Notional(raw: try parseDecimal(available, places: asset.decimals))
      )
    }
    #expect(
      try sample.bench.events(Frames.balances) == [
        .balances([
          try balance("USD", "300", "207.39"), try balance("BTC", "-0.002", "-0.002"),
          try balance("ETH", "1", "1"), try balance("LTC", "0", "0"),
        ])
      ]
    )
  }

  @Test(
    "everything else has a meaning, or none is needed",
    arguments: [
      (#"{"id":"7","status":200}"#, AccountEvent.answered(id: 7, .success(.done(count: nil)))),
      (#"{"id":7,"status":200,"result":{}}"#, .answered(id: 7, .success(.done(count: nil)))),
      (#"{"id":"0","status":200}"#, .subscribed("orders@account balances@account")),
      (
        #"{"id":"0","status":401,"error":{"code":"-1002","msg":"no"}}"#,
        .refused(VenueFailure(.badKey, code: "-1002", words: "no"))
      ),
      (
        #"{"error":"no","status":400}"#,
        .refused(VenueFailure(.unknownOutcome, code: "status-400", words: "no"))
      ),
      (
        #"{"result":"error","reason":"InvalidNonce","message":"no"}"#,
        .refused(VenueFailure(.resyncClock, code: "InvalidNonce", words: "no"))
      ),
      (#"{"status":200}"#, .ignored),
      (#"{"e":"depthUpdate","E":1,"s":"btcusd","U":1,"u":2,"b":[],"a":[]}"#, .ignored),
      (#"{"u":1,"E":1,"s":"btcusd","b":"1","B":"2","a":"3","A":"4"}"#, .ignored),
    ]
  )
  func others(_ frame: String, _ event: AccountEvent) throws {
    #expect(try sample.bench.events(frame) == [event])
  }

  @Test(
    "a wrong frame is refused",
    arguments: [
      (Frames.new, "\"NEW\"", "\"LOST\"", WireError.Expected.knownField),
      (Frames.new, "\"BUY\"", "\"LEND\"", .knownSide),
      (Frames.new, "\"i\":9007199254740993,", "", .requiredField),
      (Frames.new, "\"s\":\"btcusd\",", "", .requiredField),
      (Frames.new, "\"q\":\"0.5\"", "\"q\":\"-0.5\"", .numberInRange),
      (Frames.new, "\"q\":\"0.5\"", "\"q\":true", .value),
      (Frames.part, "\"n\":\"26.0000000001\"", "\"n\":\"1e50\"", .numberInRange),
      (Frames.balances, "\"a\":\"USD\",", "", .requiredField),
      (Frames.balances, "207.39", "x", .value),
      (Frames.new, "{\"E\"", "{\"socket_sequence\":1,\"E\"", .currentProtocol),
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
    arguments: [Frames.new, Frames.part, Frames.cancelled, Frames.balances]
  )
  func cut(_ frame: String) { #expect(sample.bench.acceptedCuts(ofFrame: frame) == 0) }

  @Test("what is no UTF-8 and what is too long are refused")
  func bytes() {
    #expect(sample.bench.refusal([0x7B, 0xFF])?.expected == .utf8)
    let long = [UInt8](repeating: 0x20, count: Gemini.capabilities.maximumFrameBytes + 1)
    #expect(sample.bench.refusal(long)?.expected == .smallerFrame)
  }

  @Test("spoilt frames are read or refused", arguments: [UInt64(1), 2, 3])
  func spoilt(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let acknowledgement = #"{"id":"7","status":400,"error":{"code":-1013,"msg":"no"}}"#
    for text in [
      Frames.new, Frames.part, Frames.filled, Frames.cancelled, Frames.balances, acknowledgement,
    ] {
      sample.bench.readSpoilt(text, copies: 400, as: [], using: &generator)
    }
  }
}
