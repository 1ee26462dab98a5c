import Reactor
@testable import Backtest
import Books
import Codecs
import Configuration
import Market
import Recording
import Strategies
import TestSupport
import Testing
import Units

/// What a lost or changed frame does: it must be seen in the next frame that can show it, and
/// nothing may be traded on the book meanwhile.
@Suite("A lost or changed frame")
struct IntegrityTests {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func replayed(_ frames: [Frame], of venue: String) throws -> ReplayReport {
    let path = scratch.file(frames, name: venue)
    var options = ReplayOptions(
      files: [.init(path: path, venue: VenueID(rawValue: venue))],
      fees: try FeeConfiguration.load(path: nil)
    )
    options.strategies = []
    return try replay(options).report
  }

  /// The frames of the sample session that match, by their places among all frames.
  private func places(
    _ frames: [Frame],
    _ isWanted: (String) -> Bool
  ) -> [Int] {
    frames.indices.filter { isWanted(frames[$0].text) }
  }

  @Test("at Kraken is seen by the next checksum of the book", arguments: 0..<12 as Range<UInt64>)
  func krakenLoss(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var frames = try Frame.all(of: SampleSession.path("kraken"))
    let updates = places(frames) {
      $0.contains(#""type":"update""#) && $0.contains(#""symbol":"BTC/USD","bids""#)
    }
    let lost = try #require(updates.dropLast(40).randomElement(using: &random))
    let next = try #require(updates.first { $0 > lost })
    let moment = frames[next].time
    frames.remove(at: lost)

    let report = try replayed(frames, of: "kraken")
    let book = try #require(report.instruments.first { $0.instrument.symbol.base == "BTC" })
    // The change that was lost may be undone by the next before any checksum shows it.
    if let resync = book.resyncs.first {
      #expect(book.statistics.checksumFailures == 1)
      #expect(resync.reason.code == "checksum_mismatch")
      #expect(book.stateText == "unusable")
      #expect(book.statistics.ignored > 0)
      #expect(resync.time >= moment)
    }
    let whole = try replayed(try Frame.all(of: SampleSession.path("kraken")), of: "kraken")
    #expect(!book.resyncs.isEmpty || book.digest == whole.instruments[0].digest)
    // The other books of the connection are none the worse.
    #expect(report.instruments.filter { $0.stateText == "live" }.count >= 3)
  }

  @Test("at Kraken a changed digit is seen in its own frame", arguments: 0..<24 as Range<UInt64>)
  func krakenDigit(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var frames = try Frame.all(of: SampleSession.path("kraken"))
    let updates = places(frames) { $0.contains(#""type":"snapshot""#) && $0.contains("checksum") }
    let changed = try #require(updates.randomElement(using: &random))
    // A digit of one of the first ten levels of a side, which the checksum covers.
    let text = frames[changed].text
    let digits = text.utf8.indices.filter { index in
      let before = text.utf8.distance(from: text.utf8.startIndex, to: index)
      return (90..<300).contains(before) && (0x31...0x38).contains(text.utf8[index])
    }
    let place = try #require(digits.randomElement(using: &random))
    let offset = text.utf8.distance(from: text.utf8.startIndex, to: place)
    frames[changed].bytes[offset] += 1
    let report = try replayed(frames, of: "kraken")
    #expect(report.instruments.reduce(0) { $0 + $1.statistics.checksumFailures } == 1)
    #expect(report.instruments.filter { $0.stateText == "unusable" }.count == 1)
  }

  @Test("at Coinbase is seen by the next frame of any kind", arguments: 0..<12 as Range<UInt64>)
  func coinbaseLoss(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var frames = try Frame.all(of: SampleSession.path("coinbase"))
    let lost = Int.random(in: 40..<frames.count - 1, using: &random)
    let moment = frames[lost + 1].time
    frames.remove(at: lost)
    let report = try replayed(frames, of: "coinbase")
    for item in report.instruments {
      #expect(item.statistics.gaps == 1)
      #expect(item.resyncs.map(\.time) == [moment])
      #expect(item.resyncs.map(\.reason.code) == ["sequence_gap"])
      #expect(item.stateText == "unusable")
    }
  }

  @Test("at Gemini shows in no number, only where the book crosses; its notes say so")
  func silent() throws {
    var frames = try Frame.all(of: SampleSession.path("gemini"))
    let updates = places(frames) { $0.hasPrefix(#"{"changes""#) }
    frames.remove(at: try #require(updates.dropFirst(20).first))
    let report = try replayed(frames, of: "gemini")
    #expect(report.instruments.allSatisfy { $0.statistics.gaps == 0 })
    #expect(report.instruments.flatMap(\.resyncs).allSatisfy { $0.reason == .crossed })
  }

  @Test("windows that rest on a book end when it is found wrong")
  func windows() throws {
    // Kraken's BTC/USD is the seller in a window of the sample session from 2.559 s on; one frame
    // of it is changed within that window.
    var frames = try Frame.all(of: SampleSession.path("kraken"))
    let open = try #require(
      Timestamp(year: 2026, month: 1, day: 5, hour: 14, second: 2, nanosecond: 600_000_000)
    )
    let place = try #require(
      frames.indices.first {
        frames[$0].time > open && frames[$0].text.contains(#""symbol":"BTC/USD","bids""#)
      }
    )
    let text = frames[place].text
    let checksum = try #require(text.firstRange(of: #""checksum":"#))
    let offset = text.utf8.distance(from: text.utf8.startIndex, to: checksum.upperBound)
    // Another first digit, still a number of the same length.
    frames[place].bytes[offset] = frames[place].bytes[offset] == 0x31 ? 0x32 : 0x31
    var options = try SampleSession.options(["gemini"])
    options.files.append(
      .init(path: scratch.file(frames, name: "kraken"), venue: VenueID(rawValue: "kraken"))
    )
    options.strategies = [.crossVenue]
    let report = try replay(options).report
    let windows = try #require(report.strategies.first).windows
    let cut = try #require(windows.first)
    #expect(cut.record.window.closing == .bookUnusable)
    #expect(cut.record.window.closed == frames[place].time)
    let kraken = try #require(
      report.instruments.first {
        $0.instrument.venue.rawValue == "kraken" && $0.instrument.symbol.base == "BTC"
      }
    )
    #expect(kraken.stateText == "unusable")
    // Nothing opens on that book for the rest of the session.
    #expect(
      windows.dropFirst().allSatisfy { window in
        !window.legs.contains { $0.instrument == kraken.instrument.id }
      }
    )
  }
}

/// Frames that no venue should send: each is told with venue, channel, place, and rule.
@Suite("A frame that cannot be read")
struct BadFrameTests {
  struct Bad: Sendable, CustomStringConvertible {
    let venue: String
    let kind: String
    let frame: [UInt8]
    let offset: Int?
    let channel: Channel
    let expected: WireError.Expected

    init(
      _ venue: String,
      _ kind: String,
      _ marked: String,
      _ channel: Channel,
      _ expected: WireError.Expected
    ) {
      self.venue = venue
      self.kind = kind
      self.channel = channel
      self.expected = expected
      let bytes = marked.unicodeScalars.flatMap { scalar in
        scalar == "ÿ" ? [0xFF] : Array(String(scalar).utf8)
      }
      offset = bytes.firstIndex(of: UInt8(ascii: "^"))
      frame = bytes.filter { $0 != UInt8(ascii: "^") }
    }

    var description: String { "\(venue), \(kind)" }
  }

  private static let deep = String(repeating: "[", count: 64) + "^" + "[["
  private static let kraken =
    #"{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":"#
  private static let coinbase =
    #"{"channel":"l2_data","timestamp":"2026-01-05T14:00:09Z","sequence_num":569,"events":["#
    + #"{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"x","#
    + #""price_level":"#
  private static let gemini = #"]],"symbol":"BTCUSD","type":"l2_updates"}"#
  private static let bitstamp = #""asks":[]},"channel":"diff_order_book_btcusd","event":"data"}"#

  /// A caret marks the place that the error must name; ÿ stands for a byte that is no UTF-8.
  static let all: [Bad] = [
    Bad("kraken", "cut short", kraken + "^", .book, .unsignedDecimal),
    Bad("kraken", "nested", #"{"channel":"book","x":"# + deep, .book, .nesting),
    Bad("kraken", "no UTF-8", #"{"channel":"^ÿ"}"#, .unknown, .utf8),
    Bad("kraken", "out of range", kraken + #"1,"qty":^99999999999}]"#, .book, .numberInRange),
    Bad("kraken", "of a wrong type", kraken + #"^"1""#, .book, .unsignedDecimal),
    Bad("coinbase", "cut short", coinbase + "^", .book, .string),
    Bad("coinbase", "nested", #"{"channel":"l2_data","x":"# + deep, .book, .nesting),
    Bad("coinbase", "no UTF-8", #"{"channel":"^ÿ"}"#, .unknown, .utf8),
    Bad(
      "coinbase",
      "out of range",
      coinbase + #""1","new_quantity":"^99999999999"}"#,
      .book,
      .numberInRange
    ),
    Bad("coinbase", "of a wrong type", coinbase + "^1", .book, .string),
    Bad("gemini", "cut short", #"{"changes":[["buy","1^"#, .book, .string),
    Bad("gemini", "nested", #"{"changes":"# + deep, .book, .nesting),
    Bad("gemini", "no UTF-8", "{^ÿ", .unknown, .utf8),
    Bad(
      "gemini",
      "out of range",
      #"{"changes":[["buy","1","^99999999999""# + gemini,
      .book,
      .numberInRange
    ),
    Bad("gemini", "of a wrong type", #"{"changes":[["buy",^1,"1""# + gemini, .book, .string),
    Bad(
      "bitstamp",
      "cut short",
      #"{"channel":"diff_order_book_btcusd","data":{^"#,
      .book,
      .keyOrEnd
    ),
    Bad("bitstamp", "nested", #"{"channel":"diff_order_book_x","data":"# + deep, .book, .nesting),
    Bad("bitstamp", "no UTF-8", "{^ÿ", .unknown, .utf8),
    Bad(
      "bitstamp",
      "out of range",
      #"{"data":{"microtimestamp":"1","bids":[["1","^99999999999"]],"# + bitstamp,
      .book,
      .numberInRange
    ),
    Bad(
      "bitstamp",
      "of a wrong type",
      #"{"data":{"microtimestamp":"1","bids":[[^1,"1"]],"# + bitstamp,
      .book,
      .string
    ),
  ]

  @Test("is told with its place and its rule, and is counted", arguments: all)
  func table(_ bad: Bad) throws {
    let scratch = try Scratch()
    var frames = try Frame.all(of: SampleSession.path(bad.venue))
    let last = try #require(frames.last).time
    frames.append(Frame(time: last.advanced(byNanoseconds: 1), bytes: bad.frame))
    var options = ReplayOptions(
      files: [
        .init(path: scratch.file(frames, name: "bad"), venue: VenueID(rawValue: bad.venue))
      ],
      fees: try FeeConfiguration.load(path: nil)
    )
    options.strategies = []
    let report = try replay(options).report
    let file = try #require(report.files.first)
    #expect(file.unreadable.count == 1)
    let told = try #require(file.unreadable.first.first)
    #expect(told.number == frames.count)
    #expect(told.venue.rawValue == bad.venue)
    #expect(told.channel == bad.channel)
    #expect(told.error.offset == bad.offset)
    #expect(told.error.expected == bad.expected)
    #expect(!report.isComplete)
    // It may have been a change of any book: none of the connection is trusted any longer.
    #expect(report.instruments.allSatisfy { $0.stateText != "live" })
  }

  @Test("a name that could not be shown names no instrument")
  func hostileName() throws {
    let scratch = try Scratch()
    let time = Timestamp(nanoseconds: 1_767_621_600_000_000_000)
    let text = #"{"changes":[["buy","1","1"]],"symbol":"\u{9B}2JUSD","type":"l2_updates"}"#
      .replacing(#"\u{9B}"#, with: "\u{9B}")
    let frame = Frame(time: time, bytes: Array(text.utf8))
    let options = ReplayOptions(
      files: [.init(path: scratch.file([frame], name: "x"), venue: VenueID(rawValue: "gemini"))],
      fees: try FeeConfiguration.load(path: nil)
    )
    let report = try replay(options).report
    #expect(report.instruments.isEmpty)
    #expect(report.files.first?.unknownSymbols == ["\u{9B}2JUSD": 1])
  }

  @Test("is refused for its size alone when it is larger than any frame of its venue")
  func large() throws {
    let scratch = try Scratch()
    let time = Timestamp(nanoseconds: 1_767_621_600_000_000_000)
    let frame = Frame(time: time, bytes: [UInt8](repeating: 0x20, count: 33 << 20))
    let options = ReplayOptions(
      files: [
        .init(path: scratch.file([frame], name: "big"), venue: VenueID(rawValue: "coinbase"))
      ],
      fees: try FeeConfiguration.load(path: nil)
    )
    let told = try #require(try replay(options).report.files.first?.unreadable.first.first)
    #expect(told.error.expected == .smallerFrame)
    #expect(told.error.offset == 32 << 20)
  }

  @Test("of 64 MiB is left out by the file's reader, and told")
  func huge() throws {
    let scratch = try Scratch()
    let time = Timestamp(nanoseconds: 1_767_621_600_000_000_000)
    let frames = [
      Frame(time: time, bytes: [UInt8](repeating: 0x20, count: 64 << 20)),
      Frame(time: time, bytes: Array(#"{"channel":"heartbeat"}"#.utf8)),
    ]
    let options = ReplayOptions(
      files: [.init(path: scratch.file(frames, name: "huge"), venue: VenueID(rawValue: "kraken"))],
      fees: try FeeConfiguration.load(path: nil)
    )
    let file = try #require(try replay(options).report.files.first)
    #expect(file.findings.first.map(\.problem) == [.tooLong])
    #expect(file.frames == 1)
  }
}
