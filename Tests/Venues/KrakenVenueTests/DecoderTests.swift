import Codecs
import Market
import Testing
import Units
import VenueTesting

@testable import KrakenVenue

/// Frames written after the documented shapes; none is a recording.
private enum Frames {
  static let update =
    #"{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":100.5,"qty":0.25000000}],"asks":[{"price":101.0,"qty":0.00000000}],"checksum":974941,"timestamp":"2026-01-05T14:00:00.25Z"}]}"#
  static let reordered =
    #" { "data" : [ { "checksum":974941, "timestamp":"2026-01-05T14:00:00.25Z", "asks":[], "x":[{}], "bids" : [ { "qty" : 0.25000000 , "price": 100.5 } ], "symbol":"BTC/USD" } ], "type":"update", "channel":"book" } "#
  static let trades =
    #"{"channel":"trade","type":"snapshot","data":[{"symbol":"BTC/USD","side":"sell","qty":0.5,"price":100.5,"ord_type":"market","trade_id":11,"timestamp":"2026-01-05T14:00:00.000001Z"},{"symbol":"BTC/USD","side":"buy","qty":0.1,"price":101.0,"ord_type":"limit","trade_id":12,"timestamp":"2026-01-05T14:00:00.000002Z"}]}"#
  static let acknowledged =
    #"{"method":"subscribe","result":{"channel":"book","depth":25,"snapshot":true,"symbol":"BTC/USD"},"success":true,"time_in":"2026-01-05T14:00:00Z","time_out":"2026-01-05T14:00:00Z"}"#
}

@Suite("Reading Kraken's frames")
struct DecoderTests {
  private let bench = VenueBench(Kraken(), [("BTC/USD", "BTC/USD")])

  @Test("an update gives its levels, checksum, and time")
  func update() throws {
    let events = try bench.decode(Frames.update)
    #expect(events.channel == .book)
    #expect(events.levelTexts == ["bid 100.5 0.25", "ask 101 0"])
    guard case .update(let change)? = events.events.first else {
      Issue.record("\(events.events)")
      return
    }
    #expect(change.checksum == 974_941)
    #expect(change.venueTime?.description == "2026-01-05T14:00:00.250000000Z")
  }

  @Test("keys in any order and white space anywhere change nothing")
  func reordered() throws {
    let sent = try bench.decode(
      Frames.update.replacing(#"{"price":101.0,"qty":0.00000000}"#, with: "")
    )
    let other = try bench.decode(Frames.reordered)
    #expect(other.events == sent.events)
    #expect(other.levels == sent.levels)
  }

  @Test("the digits of a level are those that the checksum covers")
  func digits() throws {
    let level = try #require(try bench.decode(Frames.update).levels.first)
    let digits = Array("100525000000".utf8)
    #expect(level.digits.count == 12)
    #expect(level.digits.crc == CRC32.shared.checksum(digits.span))
  }

  @Test("a snapshot is told from an update")
  func snapshot() throws {
    let events = try bench.decode(Frames.update.replacing(#""update""#, with: #""snapshot""#))
    guard case .snapshot? = events.events.first else {
      Issue.record("\(events.events)")
      return
    }
  }

  @Test("trades have the taker's side; a snapshot of them is a replay")
  func trades() throws {
    let events = try bench.decode(Frames.trades)
    #expect(events.trades.map(\.takerSide) == [.sell, .buy])
    #expect(events.trades.map(\.id) == [11, 12])
    #expect(
      events.events == [.trades(bench.instruments[0].id, first: 0, end: 2, isReplay: true)]
    )
  }

  @Test("a trade at a price of zero is dropped")
  func freeTrade() throws {
    let frame = Frames.trades.replacing(#""price":100.5"#, with: #""price":0.0"#)
    let events = try bench.decode(frame)
    #expect(events.trades.map(\.id) == [12])
    #expect(
      events.events == [.trades(bench.instruments[0].id, first: 0, end: 1, isReplay: true)]
    )
  }

  @Test("a book's data is what counts, whatever else the frame holds and wherever it starts")
  func otherBody() throws {
    let frame = Frames.update.dropLast() + #","result":[]}"#
    let expected = try bench.decode(Frames.update)
    for text in [frame, " " + frame] {
      let events = try bench.decode(String(text))
      #expect(events.events == expected.events && events.levels == expected.levels)
    }
  }

  @Test("a subscription's answer tells its depth, and its end is told")
  func answers() throws {
    let id = bench.instruments[0].id
    #expect(try bench.decode(Frames.acknowledged).events == [.subscribed(id, .book, depth: 25)])
    let ended = Frames.acknowledged.replacing(#""subscribe""#, with: #""unsubscribe""#)
    #expect(try bench.decode(ended).events == [.unsubscribed(id, .book)])
  }

  @Test("a refusal gives the venue's words")
  func refused() throws {
    let frame = #"{"error":"Currency pair not supported","method":"subscribe","success":false}"#
    guard case .refused(let first, let end)? = try bench.decode(frame).events.first else {
      Issue.record("not a refusal")
      return
    }
    #expect(bench.words(first, end, of: frame) == "Currency pair not supported")
  }

  @Test(
    "everything else has a meaning, or none is needed",
    arguments: [
      (#"{"channel":"heartbeat"}"#, MarketEvent.heartbeat),
      (#"{"channel":"ticker","type":"update","data":[]}"#, .ignored(.ticker)),
      (#"{"channel":"instrument","type":"update","data":{}}"#, .ignored(.instruments)),
      (
        #"{"channel":"status","type":"update","data":[{"system":"maintenance","version":"2"}]}"#,
        .venueStatus(.maintenance)
      ),
    ]
  )
  func others(_ frame: String, _ event: MarketEvent) throws {
    #expect(try bench.decode(frame).events == [event])
  }

  @Test("a symbol that is not in the table is named", arguments: [Frames.update, Frames.trades])
  func unknown(_ frame: String) throws {
    let other = frame.replacing("BTC/USD", with: "ETH/USD")
    guard case .unknownSymbol(let first, let end)? = try bench.decode(other).events.first else {
      Issue.record("not named")
      return
    }
    #expect(bench.words(first, end, of: other) == "ETH/USD")
  }

  @Test(
    "a wrong frame is refused at its place",
    arguments: [
      ("100.5", "100.^x", WireError.Expected.digit), ("100.5", "1^e5", .commaOrEnd),
      ("100.5", "^-1", .unsignedDecimal), ("100.5", "^\"100.5\"", .unsignedDecimal),
      ("0.25000000", "0.25000000^1", .fewerFractionDigits),
      ("0.25000000", "^99999999999.0", .numberInRange),
      ("974941", "^4294967296", .numberInRange), ("974941", "^-1", .unsignedInteger),
      ("2026-01-05T14:00:00.25Z", "^2026-02-30T14:00:00.25Z", .timestamp),
      ("}]}", "}]}^x", .endOfFrame),
    ]
  )
  func refuses(_ part: String, _ replacement: String, _ expected: WireError.Expected) {
    let (error, offset) = bench.refusal(marked: Frames.update.replacing(part, with: replacement))
    #expect(error?.expected == expected)
    #expect(error?.offset == offset)
  }

  @Test(
    "frames of version 1 are refused",
    arguments: [
      #"[336,{"a":[["5541.30000","2.50700000","1534614248.456738"]]},"book-10","XBT/USD"]"#,
      #"{"event":"heartbeat"}"#, #"{"event":"systemStatus","status":"online","version":"1.9.0"}"#,
    ]
  )
  func older(_ frame: String) {
    #expect(bench.refusal(Array(frame.utf8))?.expected == .currentProtocol)
  }

  @Test(
    "a frame cut anywhere is an error, never a trap",
    arguments: [Frames.update, Frames.trades, Frames.acknowledged]
  )
  func cut(_ frame: String) { #expect(bench.acceptedCuts(of: frame) == 0) }
}
