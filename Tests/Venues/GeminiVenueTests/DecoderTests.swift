import Codecs
import Market
import Testing
import Units
import VenueTesting

@testable import GeminiVenue

/// Frames written after the documented shapes; none is a recording.
private enum Frames {
  static let update =
    #"{"changes":[["buy","100.5","0.25"],["sell","101","0.0"]],"symbol":"BTCUSD","type":"l2_updates"}"#
  /// The order of keys of 2021.
  static let older =
    #"{"type":"l2_updates","symbol":"BTCUSD","changes":[["buy","100.5","0.25"],["sell","101","0"]]}"#
  static let reordered =
    #" { "symbol" : "BTCUSD", "later":[{}], "changes" : [ [ "buy", "100.5", "0.25", 1 ], ["sell" ,"101","0.00"] ], "type":"l2_updates" } "#
  static let snapshot =
    #"{"auction_events":[],"changes":[["buy","100.5","0.25"]],"symbol":"BTCUSD","trades":[{"event_id":5,"price":"100.25","quantity":"0.5","side":"sell","symbol":"BTCUSD","tid":11,"timestamp":1767621600000,"type":"trade"},{"event_id":6,"price":"100.5","quantity":"0.1234567899","side":"block","symbol":"BTCUSD","tid":12,"timestamp":1767621600001,"type":"trade"}],"type":"l2_updates"}"#
  static let trade =
    #"{"event_id":7,"price":"100.5","quantity":"0.5","side":"buy","symbol":"BTCUSD","tid":13,"timestamp":1767621600002,"type":"trade"}"#
  static let depth =
    #"{"e":"depthUpdate","E":1767621600000000001,"s":"btcusd","U":40,"u":42,"b":[["100.50","0.25000000"]],"a":[["101.00","0.00000000"]]}"#
  static let tick =
    #"{"E":1767621600000000001,"s":"btcusd","t":99,"p":"100.50","q":"0.0162522200","m":true}"#
}

@Suite("Reading Gemini's frames")
struct DecoderTests {
  private let bench = VenueBench(
    Gemini(),
    [("BTCUSD", "BTC/USD"), ("btcusd", "BTC/USD")]
  )

  @Test(
    "an update gives its levels, in whatever order its keys come",
    arguments: [Frames.update, Frames.older, Frames.reordered]
  )
  func update(_ frame: String) throws {
    let events = try bench.decode(frame)
    #expect(events.channel == .book)
    #expect(events.levelTexts == ["bid 100.5 0.25", "ask 101 0"])
    #expect(
      events.events == [.update(BookChange(instrument: bench.instruments[0].id, levels: 0..<2))]
    )
  }

  @Test("the first frame of a symbol is the whole book, with earlier trades")
  func snapshot() throws {
    let events = try bench.decode(Frames.snapshot)
    let id = bench.instruments[0].id
    #expect(
      events.events == [
        .snapshot(BookChange(instrument: id, levels: 0..<1)),
        .trades(id, first: 0, end: 2, isReplay: true),
      ]
    )
    #expect(events.trades.map(\.id) == [11, 12])
    #expect(events.trades.map(\.takerSide) == [.sell, nil])
    // Finer than the asset's unit: what is beyond is cut off, in the tape alone.
    #expect(events.trades.map(\.quantity.raw) == [50_000_000, 12_345_678])
  }

  @Test("earlier trades are told oldest first, whichever way they came")
  func replayOrder() throws {
    let turned = Frames.snapshot.replacing("1767621600000", with: "1767621600009")
    let events = try bench.decode(turned)
    #expect(events.trades.map(\.id) == [12, 11])
  }

  @Test("a level finer than the asset's unit is refused, not rounded")
  func fineLevel() {
    let marked = Frames.update.replacing(#""0.25""#, with: #""0.12345678^9""#)
    let (error, offset) = bench.refusal(marked: marked)
    #expect(error?.expected == .fewerFractionDigits)
    #expect(error?.offset == offset)
  }

  @Test("a trade's side is the taker's")
  func trade() throws {
    let events = try bench.decode(Frames.trade)
    let trade = try #require(events.trades.first)
    #expect(trade.takerSide == .buy && trade.id == 13)
    #expect(trade.venueTime?.description == "2026-01-05T14:00:00.002000000Z")
    #expect(events.channel == .trades)
  }

  @Test("the current socket numbers its changes")
  func depth() throws {
    let events = try bench.decode(Frames.depth)
    #expect(events.levelTexts == ["bid 100.5 0.25", "ask 101 0"])
    guard case .update(let change)? = events.events.first else {
      Issue.record("\(events.events)")
      return
    }
    #expect(change.firstUpdateID == 40 && change.lastUpdateID == 42)
    #expect(change.venueTime?.nanoseconds == 1_767_621_600_000_000_001)
  }

  @Test("the current socket's trades say whether the buyer was the maker")
  func tick() throws {
    let sold = try bench.decode(Frames.tick)
    #expect(sold.trades.first?.takerSide == .sell && sold.trades.first?.id == 99)
    let bought = try bench.decode(Frames.tick.replacing("true", with: "false"))
    #expect(bought.trades.first?.takerSide == .buy)
  }

  @Test(
    "everything else has a meaning, or none is needed",
    arguments: [
      (
        #"{"timestamp":1767621600002,"type":"heartbeat"}"#, Channel.heartbeat, MarketEvent.heartbeat
      ),
      (#"{"id":"1","status":200}"#, .control, .ignored(.control)),
      (#"{"u":1,"E":1,"s":"btcusd","b":"1","B":"2","a":"3","A":"4"}"#, .ticker, .ignored(.ticker)),
      (#"{"u":1,"E":1,"s":"btcusd"}"#, .ticker, .ignored(.ticker)),
      (#"{"type":"auction_result","symbol":"BTCUSD"}"#, .trades, .ignored(.trades)),
      (#"{"type":"candles_1m_updates","symbol":"X","changes":[]}"#, .candles, .ignored(.candles)),
      (
        #"{"id":"1","status":400,"error":{"code":-1,"msg":"no"}}"#, .control,
        .refused(first: 49, end: 51)
      ),
      (#"{"id":"1","error":{"code":-1}}"#, .control, .refused(first: 0, end: 30)),
      (#"{"id":"1","error":{"msg":"a\"b"}}"#, .control, .refused(first: 26, end: 30)),
      (#"{"result":"error","reason":"no"}"#, .control, .refused(first: 28, end: 30)),
    ]
  )
  func others(_ frame: String, _ channel: Channel, _ event: MarketEvent) throws {
    let events = try bench.decode(frame)
    #expect(events.channel == channel)
    #expect(events.events == [event])
  }

  @Test(
    "a symbol that is not in the table is named",
    arguments: [Frames.update, Frames.older, Frames.snapshot, Frames.trade]
  )
  func unknown(_ frame: String) throws {
    let other = frame.replacing("BTCUSD", with: "ETHUSD")
    let events = try bench.decode(other)
    guard case .unknownSymbol(let first, let end)? = events.events.first else {
      Issue.record("\(events.events)")
      return
    }
    #expect(bench.words(first, end, of: other) == "ETHUSD")
  }

  @Test(
    "a wrong frame is refused at its place",
    arguments: [
      (Frames.update, "100.5", "100.^x", WireError.Expected.digit),
      (Frames.update, "\"100.5\"", "\"^-1\"", .unsignedDecimal),
      (Frames.update, "\"100.5\"", "^100.5", .string),
      (Frames.update, "\"buy\"", "\"^bid\"", .knownSide),
      (Frames.update, "\"0.25\"", "\"^999999999999.0\"", .numberInRange),
      (Frames.update, "updates\"}", "updates\"}^x", .endOfFrame),
      (Frames.older, "100.5", "1^e5", .unsignedDecimal),
      (Frames.depth, "\"U\":40", "\"U\":^-40", .unsignedInteger),
      (Frames.depth, "\"u\":42,", "", .requiredField),
      (Frames.trade, "\"price\":\"100.5\"", "\"price\":^100.5", .string),
      (Frames.trade, "\"price\":\"100.5\",", "", .requiredField),
      (Frames.trade, "1767621600002", "^9223372036854775807", .numberInRange),
      (Frames.trade, "\"trade\"", "\"^barter\"", .knownField),
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

  @Test(
    "frames of the v1 socket are refused",
    arguments: [
      #"{"type":"update","eventId":5,"socket_sequence":1,"events":[]}"#,
      #"{"type":"heartbeat","timestampms":1,"sequence":1,"socket_sequence":2}"#,
    ]
  )
  func older(_ frame: String) {
    #expect(bench.refusal(Array(frame.utf8))?.expected == .currentProtocol)
  }

  @Test(
    "a frame cut anywhere is an error, never a trap",
    arguments: [
      Frames.update, Frames.older, Frames.snapshot, Frames.trade, Frames.depth, Frames.tick,
    ]
  )
  func cut(_ frame: String) { #expect(bench.acceptedCuts(of: frame) == 0) }

  @Test("in a symbol's details the tick is that of the quantity")
  func listings() throws {
    let body =
      #"[{"symbol":"BTCUSD","base_currency":"BTC","quote_currency":"USD","tick_size":1E-8,"quote_increment":0.01,"min_order_size":"0.00001","status":"open","product_type":"spot"},{"symbol":"BTCGUSDPERP","base_currency":"BTC","quote_currency":"GUSD","tick_size":0.0001,"quote_increment":0.5,"min_order_size":"0.0001","status":"open","product_type":"swap"}]"#
    let listing = try #require(try bench.listings(body).first)
    #expect(try bench.listings(body).count == 1)
    #expect(listing.tickSize == "0.01" && listing.lotSize == "0.00000001")
    #expect(listing.minQuantity == "0.00001" && listing.status == .open)
    #expect(listing.aliases == ["btcusd"])
  }
}
