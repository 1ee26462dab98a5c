import Codecs
import Market
import Testing
import Units
import VenueKit

@testable import CoinbaseVenue

/// Frames written after the documented shapes; none is a recording.
enum Frames {
  static let update =
    #"{"channel":"l2_data","timestamp":"2026-01-05T14:00:00.25Z","sequence_num":7,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"2026-01-05T14:00:00.1Z","price_level":"100.5","new_quantity":"0.25"},{"side":"offer","event_time":"2026-01-05T14:00:00.1Z","price_level":"101","new_quantity":"0"}]}]}"#
  /// The same, with other white space, another order of keys, and fields nobody knows.
  static let reordered =
    #" { "sequence_num" : 7, "events":[ {"updates":[{"new_quantity":"0.25","x":[{}],"price_level":"100.5","side":"bid"},{"price_level":"101","new_quantity":"0","side":"offer","event_time":"e"}],"product_id":"BTC-USD","type":"update"}],"timestamp":"2026-01-05T14:00:00.25Z","channel":"l2_data","later":null} "#
  static let trades =
    #"{"channel":"market_trades","timestamp":"2026-01-05T14:00:00Z","sequence_num":8,"events":[{"type":"snapshot","trades":[{"product_id":"BTC-USD","trade_id":"12","price":"100.5","size":"0.5","time":"2026-01-05T14:00:00.000002Z","side":"SELL"},{"product_id":"BTC-USD","trade_id":"11","price":"100","size":"0.1","time":"2026-01-05T14:00:00.000001Z","side":"BUY"}]}]}"#
}

@Suite("Reading Coinbase's frames")
struct DecoderTests {
  private let symbols: SymbolTable
  private let instrument: Instrument

  init() {
    var registry = InstrumentRegistry()
    instrument = registry.register(
      Coinbase.id,
      wireSymbol: "BTC-USD",
      symbol: Symbol(base: "BTC", quote: "USD")
    )
    var table = SymbolTable()
    table.insert("BTC-USD", instrument)
    symbols = table
  }

  private func decode(_ frame: String) throws(WireError) -> MarketEvents {
    var events = MarketEvents()
    let bytes = Array(frame.utf8)
    try Coinbase().decode(bytes.span, symbols: symbols, into: &events)
    return events
  }

  @Test(
    "an update gives its levels, number, and time",
    arguments: [Frames.update, Frames.reordered]
  )
  func update(_ frame: String) throws {
    let events = try decode(frame)
    #expect(events.channel == .book)
    #expect(events.connectionSequence == 7)
    #expect(
      events.levels == [
        LevelUpdate(
          side: .bid,
          price: Price(raw: 1_005_000_000_000),
          quantity: Quantity(raw: 25_000_000)
        ),
        LevelUpdate(side: .ask, price: Price(raw: 1_010_000_000_000), quantity: .zero),
      ]
    )
    let time = Timestamp(
      year: 2026,
      month: 1,
      day: 5,
      hour: 14,
      nanosecond: 250_000_000
    )
    #expect(
      events.events == [
        .update(BookChange(instrument: instrument.id, levels: 0..<2, venueTime: time))
      ]
    )
  }

  @Test("trades come oldest first, and the taker is the other side of the maker")
  func trades() throws {
    let events = try decode(Frames.trades)
    #expect(events.trades.map(\.id) == [11, 12])
    #expect(events.trades.map(\.takerSide) == [.sell, .buy])
    #expect(events.events == [.trades(instrument.id, first: 0, end: 2, isReplay: true)])
  }

  @Test("a product that is not in the table is named and the rest is read")
  func unknown() throws {
    let events = try decode(Frames.update.replacing("BTC-USD", with: "ETH-USD"))
    #expect(events.connectionSequence == 7)
    guard case .unknownSymbol(let first, let end)? = events.events.first else {
      Issue.record("\(events.events)")
      return
    }
    let frame = Array(Frames.update.replacing("BTC-USD", with: "ETH-USD").utf8)
    #expect(String(decoding: frame[Int(first)..<Int(end)], as: UTF8.self) == "ETH-USD")
  }

  @Test("a decoder may stop at an unknown product, whose rest will be read later")
  func stops() throws {
    var table = symbols
    table.stopsAtUnknown = true
    let whole = Frames.update.replacing("BTC-USD", with: "ETH-USD")
    // Nothing behind the name is looked at.
    let cut = Array(whole.utf8.prefix(130))
    var events = MarketEvents()
    try Coinbase().decode(cut.span, symbols: table, into: &events)
    guard case .unknownSymbol(let first, let end)? = events.events.first else {
      Issue.record("\(events.events)")
      return
    }
    #expect(String(decoding: cut[Int(first)..<Int(end)], as: UTF8.self) == "ETH-USD")
    #expect(events.events.count == 1)
    // A known one is read as ever.
    let known = Array(Frames.update.utf8)
    try Coinbase().decode(known.span, symbols: table, into: &events)
    #expect(events.levels.count == 2)
  }

  @Test(
    "a wrong frame is refused at its place",
    arguments: [
      ("100.5", "100.^x", WireError.Expected.digit),
      ("100.5", "1^e5", .unsignedDecimal),
      ("100.5", "^-1", .unsignedDecimal),
      ("\"0.25\"", "\"0.12345678^9\"", .fewerFractionDigits),
      ("\"bid\"", "\"^buy\"", .knownSide),
      ("num\":7", "num\":^-7", .unsignedInteger),
      ("num\":7", "num\":^99999999999999999999", .numberInRange),
      ("2026-01-05T14:00:00.25Z", "^2026-01-05T24:00:00.25Z", .timestamp),
      ("\"update\"", "\"^insert\"", .knownField),
      ("\"0.25\"", "\"^99999999999.0\"", .numberInRange),
      ("}]}]}", "}]}]}^x", .endOfFrame),
    ]
  )
  func refuses(_ part: String, _ replacement: String, _ expected: WireError.Expected) throws {
    // The caret marks the place that the error must name.
    let marked = Frames.update.replacing(part, with: replacement)
    let offset = try #require(marked.utf8.firstIndex(of: UInt8(ascii: "^")))
    let frame = marked.replacing("^", with: "")
    do {
      let events = try decode(frame)
      Issue.record("read as \(events.events)")
    } catch {
      #expect(error.offset == marked.utf8.distance(from: marked.startIndex, to: offset))
      #expect(error.expected == expected)
    }
  }

  @Test(
    "a frame of another kind is refused",
    arguments: [
      ("[1]", 0, WireError.Expected.object),
      (#"{"type":"l2update","product_id":"BTC-USD"}"#, 0, .currentProtocol),
      (#"{"channel":"heartbeats"}"#, 24, .requiredField),
    ]
  )
  func refusesOthers(_ frame: String, _ offset: Int, _ expected: WireError.Expected) throws {
    do {
      let events = try decode(frame)
      Issue.record("read as \(events.events)")
    } catch {
      #expect(error.offset == offset)
      #expect(error.expected == expected)
    }
  }

  @Test(
    "a frame cut anywhere is an error, never a trap",
    arguments: [Frames.update, Frames.reordered.trimmed, Frames.trades]
  )
  func truncated(_ frame: String) {
    for count in 0..<frame.utf8.count {
      #expect(throws: WireError.self) { try decode(String(frame.prefix(count))) }
    }
  }
}

extension String {
  var trimmed: String { String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()) }
}
