import Codecs
import Market
import Testing
import Units
import VenueKit
import VenueTesting

@testable import BitstampVenue

/// Frames written after the documented shapes; none is a recording.
private enum Frames {
  static let diff =
    #"{"data":{"timestamp":"1767621600","microtimestamp":"1767621600000001","bids":[["100.5","0.25000000"]],"asks":[["101","0.00000000"]]},"channel":"diff_order_book_btcusd","event":"data"}"#
  static let reordered =
    #" { "event": "data", "channel" : "diff_order_book_btcusd", "x":[{}], "data": {"bids" : [ [ "100.5" , "0.25", 7 ] ], "microtimestamp": "1767621600000001", "asks":[["101","0"]], "timestamp": "1767621600"} } "#
  static let trade =
    #"{"data":{"id":216000477,"timestamp":"1767621600","amount":0.0792,"amount_str":"0.07920000","price":3805.44,"price_str":"3805.44","type":1,"microtimestamp":"1767621600000002","buy_order_id":1,"sell_order_id":2},"channel":"live_trades_btcusd","event":"trade"}"#
  static let book =
    #"{"timestamp":"1767621600","microtimestamp":"1767621600000000","bids":[["100","1"],["0.00","5"]],"asks":[["102","2"]]}"#
}

@Suite("Reading Bitstamp's frames")
struct DecoderTests {
  private let bench = VenueBench(Bitstamp(), [("btcusd", "BTC/USD")])

  @Test("a diff gives its levels and its stamp", arguments: [Frames.diff, Frames.reordered])
  func diff(_ frame: String) throws {
    let events = try bench.decode(frame)
    #expect(events.channel == .book)
    #expect(events.levelTexts == ["bid 100.5 0.25", "ask 101 0"])
    let stamp: UInt64 = 1_767_621_600_000_001
    let change = BookChange(
      instrument: bench.instruments[0].id,
      levels: 0..<2,
      venueTime: Timestamp(nanoseconds: 1_767_621_600_000_001_000),
      updateIDs: (stamp, stamp)
    )
    #expect(events.events == [.update(change)])
  }

  @Test("the book over REST has the stamp that diffs are joined by, and no price of zero")
  func book() throws {
    let events = try bench.book(Frames.book, of: "btcusd")
    #expect(events.levelTexts == ["bid 100 1", "ask 102 2"])
    guard case .snapshot(let change)? = events.events.first else {
      Issue.record("\(events.events)")
      return
    }
    #expect(change.lastUpdateID == 1_767_621_600_000_000)
  }

  @Test("a book that is no book is refused", arguments: [#"{"error":"x"}"#, "[]", ""])
  func noBook(_ body: String) {
    #expect(throws: WireError.self) { try bench.book(body, of: "btcusd") }
  }

  @Test("type 1 is a taker's sale, and numbers are read from their text")
  func trade() throws {
    let trade = try #require(try bench.decode(Frames.trade).trades.first)
    #expect(trade.takerSide == .sell && trade.id == 216_000_477)
    #expect(trade.price.description == "3805.44" && trade.quantity.raw == 7_920_000)
    #expect(trade.venueTime?.nanoseconds == 1_767_621_600_000_002_000)
    let bought = try bench.decode(Frames.trade.replacing(#""type":1"#, with: #""type":0"#))
    #expect(bought.trades.first?.takerSide == .buy)
  }

  @Test(
    "everything else has a meaning, or none is needed",
    arguments: [
      (
        #"{"event":"bts:subscription_succeeded","channel":"diff_order_book_btcusd","data":{}}"#,
        MarketEvent.subscribed(nil, .book, depth: nil)
      ),
      (#"{"event":"bts:heartbeat","channel":"","data":{"status":"success"}}"#, .heartbeat),
      (#"{"event":"bts:request_reconnect","channel":"","data":""}"#, .reconnectRequested),
      (
        #"{"event":"bts:error","channel":"","data":{"code":null,"message":"Bad"}}"#,
        .refused(first: 65, end: 68)
      ),
      (
        #"{"event":"bts:error","channel":"","data":{"code":null,"message":"a\"b"}}"#,
        .refused(first: 65, end: 69)
      ),
      (
        #"{"data":{"bids":[],"asks":[]},"channel":"order_book_btcusd","event":"data"}"#,
        .ignored(.book)
      ),
      (#"{"data":{},"channel":"live_orders_btcusd","event":"order_created"}"#, .ignored(.unknown)),
    ]
  )
  func others(_ frame: String, _ event: MarketEvent) throws {
    #expect(try bench.decode(frame).events == [event])
  }

  @Test("an ended subscription names its instrument")
  func unsubscribed() throws {
    let frame =
      #"{"event":"bts:unsubscription_succeeded","channel":"diff_order_book_btcusd","data":{}}"#
    #expect(try bench.decode(frame).events == [.unsubscribed(bench.instruments[0].id, .book)])
  }

  @Test("a symbol that is not in the table is named", arguments: [Frames.diff, Frames.trade])
  func unknown(_ frame: String) throws {
    let other = frame.replacing("btcusd", with: "ethusd")
    let events = try bench.decode(other)
    guard case .unknownSymbol(let first, let end)? = events.events.first else {
      Issue.record("\(events.events)")
      return
    }
    #expect(bench.words(first, end, of: other) == "ethusd")
  }

  @Test(
    "a wrong frame is refused at its place",
    arguments: [
      (Frames.diff, "\"100.5\"", "\"100.^x\"", WireError.Expected.digit),
      (Frames.diff, "\"100.5\"", "^100.5", .string),
      (Frames.diff, "0.25000000", "0.12345678^9", .fewerFractionDigits),
      (Frames.diff, "1767621600000001", "^9999999999999999999", .numberInRange),
      (Frames.diff, "\"microtimestamp\":\"1767621600000001\",", "", .requiredField),
      (Frames.diff, "\"event\":\"data\"}", "\"event\":\"data\"}^x", .endOfFrame),
      (Frames.diff, ",\"event\":\"data\"", "", .requiredField),
      (Frames.trade, "\"type\":1", "\"type\":^2", .knownSide),
      (Frames.trade, "\"3805.44\"", "^3805.44", .string),
      (Frames.trade, "\"price_str\":\"3805.44\",", "", .requiredField),
    ]
  )
  func refuses(
    _ frame: String,
    _ part: String,
    _ replacement: String,
    _ expected: WireError.Expected
  ) {
    let (error, offset) = bench.refusal(marked: frame.replacing(part, with: replacement))
    #expect(error?.expected == expected)
    if let offset { #expect(error?.offset == offset) }
  }

  @Test("frames of the Pusher feed are refused")
  func older() {
    let frame = #"{"event":"pusher:connection_established","data":"{}"}"#
    #expect(bench.refusal(Array(frame.utf8))?.expected == .currentProtocol)
  }

  @Test(
    "a frame cut anywhere is an error, never a trap",
    arguments: [Frames.diff, Frames.trade]
  )
  func cut(_ frame: String) { #expect(bench.acceptedCuts(of: frame) == 0) }

  @Test("steps are powers of ten, and the minimum is a notional with its currency")
  func listings() throws {
    let body =
      #"[{"trading":"Enabled","base_decimals":8,"url_symbol":"btcusd","name":"BTC/USD","instant_and_market_orders":"Enabled","minimum_order":"20.0 USD","counter_decimals":2,"description":"x"},{"trading":"Disabled","base_decimals":5,"url_symbol":"wenusd","name":"WEN/USD","minimum_order":"10 USD","counter_decimals":0}]"#
    let listings = try bench.listings(body)
    #expect(listings.map(\.tickSize) == ["0.01", "1"])
    #expect(listings.map(\.lotSize) == ["0.00000001", "0.00001"])
    #expect(listings.map(\.minNotional) == ["20.0", "10"])
    #expect(listings.map(\.status) == [.open, .closed])
  }

  @Test(
    "addresses",
    arguments: [
      (
        "https://www.bitstamp.net/api/v2/order_book/btcusd/?group=1",
        Resource.book(wireSymbol: "btcusd")
      ),
      ("https://www.bitstamp.net/api/v2/order_book/btcusd", .book(wireSymbol: "btcusd")),
      ("https://www.bitstamp.net/api/v2/trading-pairs-info/", .instruments),
      ("https://www.bitstamp.net/api/v2/ticker/btcusd/", .other), ("", .other),
    ]
  )
  func addresses(_ address: String, _ resource: Resource) {
    #expect(Bitstamp.resource(at: address) == resource)
  }
}
