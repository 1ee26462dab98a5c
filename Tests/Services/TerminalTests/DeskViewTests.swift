import Testing

@testable import Terminal

private let small = TerminalSize(columns: 80, rows: 24)
private let large = TerminalSize(columns: 120, rows: 40)

private func lines(
  _ snapshot: DeskSnapshot,
  _ size: TerminalSize = small,
  colour: Bool = false
) -> [String] {
  DeskView(size: size, Style(isOn: colour)).lines(of: snapshot)
}

/// Without the escapes that only colour.
private func bare(_ line: String) -> String { line.replacing(/\u{1B}\[[0-9]+m/, with: "") }

@Suite("The terminal view")
struct DeskViewTests {
  @Test("looks like this at 80x24")
  func golden80() { #expect(lines(DeskSamples.busy) == DeskFrames.busy80) }

  @Test("looks like this at 120x40")
  func golden120() { #expect(lines(DeskSamples.busy, large) == DeskFrames.busy120) }

  @Test("is coloured like this at 80x24")
  func colour80() {
    let frame = lines(DeskSamples.busy, colour: true).map { $0.replacing("\u{1B}", with: "␛") }
    #expect(frame == DeskFrames.colour80)
  }

  @Test("is coloured like this at 120x40")
  func colour120() {
    let frame = lines(DeskSamples.busy, large, colour: true)
    #expect(frame.map { $0.replacing("\u{1B}", with: "␛") } == DeskFrames.colour120)
  }

  @Test("fills every size exactly, whatever it is given", arguments: [24, 25, 31, 60, 200])
  func fits(_ rows: Int) {
    for columns in [80, 81, 100, 133, 500] {
      let size = TerminalSize(columns: columns, rows: rows)
      for snapshot in [DeskSamples.busy, DeskSamples.empty, DeskSamples.long] {
        let frame = lines(snapshot, size)
        #expect(frame.count == rows)
        #expect(frame.allSatisfy { cellCount($0) == columns }, "\(columns)x\(rows)")
        #expect(frame.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("\n") })
      }
    }
  }

  @Test("colour changes no letter", arguments: [small, large])
  func colourIsNoMeaning(_ size: TerminalSize) {
    for snapshot in [DeskSamples.busy, DeskSamples.empty, DeskSamples.long] {
      #expect(lines(snapshot, size, colour: true).map(bare) == lines(snapshot, size))
    }
  }

  @Test("a terminal that is too small is told so in one line")
  func tooSmall() {
    let frame = lines(DeskSamples.busy, TerminalSize(columns: 60, rows: 20))
    #expect(frame.count == 20)
    #expect(frame[0].hasPrefix("Too small: 60x20, the view needs 80x24 "))
    #expect(frame.dropFirst().allSatisfy { $0 == String(repeating: " ", count: 60) })
    #expect(lines(DeskSamples.busy, TerminalSize(columns: 79, rows: 24))[0].hasPrefix("Too small"))
    #expect(lines(DeskSamples.busy, TerminalSize(columns: 80, rows: 23))[0].hasPrefix("Too small"))
    #expect(lines(DeskSamples.busy, TerminalSize(columns: 8, rows: 1)) == ["Too sma…"])
    #expect(lines(DeskSamples.busy, TerminalSize(columns: 0, rows: 0)) == [])
    #expect(lines(DeskSamples.busy, TerminalSize(columns: -1, rows: -1)) == [])
  }

  @Test("nothing yet says what is missing")
  func empty() {
    let text = lines(DeskSamples.empty).joined(separator: "\n")
    for words in [
      "up 0 s", "No venue is watched.", "No book yet.",
      "None so far: no route has paid after its costs.", "None.",
    ] {
      #expect(text.contains(words), "\(words)")
    }
  }

  @Test("stale data carry their age and a word, without colour too")
  func stale() throws {
    var snapshot = DeskSamples.busy
    let frame = lines(snapshot)
    let feed = try #require(frame.first { $0.hasPrefix("coinbase") })
    #expect(feed.contains("STALE") && feed.contains("12.3 s") && !feed.contains("live"))
    let quote = try #require(frame.first { $0.contains(" coinbase ") })
    #expect(quote.hasSuffix("12.3 s  STALE"))
    #expect(frame.filter { $0.hasPrefix("kraken") }.allSatisfy { !$0.contains("STALE") })

    snapshot.staleAfterNanoseconds = 12_340_000_001
    #expect(!lines(snapshot).contains { $0.contains("STALE") })
    snapshot.staleAfterNanoseconds = 12_340_000_000
    #expect(lines(snapshot).contains { $0.contains("STALE") })
  }

  @Test("a feed that is not good keeps its own word, however old its data")
  func standing() {
    var snapshot = DeskSamples.empty
    snapshot.feeds = [
      .init(
        venue: "kraken",
        state: "refused",
        standing: .bad,
        ageNanoseconds: 60_000_000_000
      )
    ]
    #expect(lines(snapshot)[2].hasPrefix("kraken     refused          1 min"))
    #expect(lines(snapshot, colour: true)[2].contains("\u{1B}[31mrefused      \u{1B}[0m"))
  }

  @Test("what is too long is cut where it stands and says so")
  func cut() {
    let frame = lines(DeskSamples.long)
    #expect(frame[2] == DeskFrames.longFeed80)
    #expect(frame.contains(DeskFrames.longBook80))
    #expect(frame.contains { $0.hasPrefix("\\u{1b}[2Jcleared\\u{d}\\u{a}\\u{202e} ") })
  }

  @Test("what does not fit is counted; the last messages and the first windows stay")
  func overflow() {
    var snapshot = DeskSamples.busy
    snapshot.messages = (1...100).map { "message \($0)" }
    snapshot.windows = (1...50).map {
      .init(
        pair: "PAIR\($0)",
        buyVenue: "a",
        sellVenue: "b",
        netBasisPoints: "1",
        size: "1",
        ageNanoseconds: 0,
        isOpen: true
      )
    }
    snapshot.feeds = (1...9).map { .init(venue: "venue\($0)", state: "live", standing: .good) }
    let frame = lines(snapshot).map { $0.split(separator: " ").joined(separator: " ") }
    #expect(frame.contains("… 2 more feeds") && frame.contains("… 13 more books"))
    #expect(frame.contains { $0.hasPrefix("PAIR3 ") } && !frame.contains { $0.hasPrefix("PAIR4 ") })
    #expect(frame.contains("… 47 more windows"))
    #expect(frame.suffix(2) == ["message 99", "message 100"])
    #expect(frame.contains { $0.hasPrefix("BTC/USD kraken") })
  }

  @Test("more messages move nothing else", arguments: [small, large])
  func steady(_ size: TerminalSize) {
    var snapshot = DeskSamples.busy
    snapshot.messages = []
    let before = lines(snapshot, size)
    snapshot.messages = (1...100).map { "message \($0)" }
    let after = lines(snapshot, size)
    let title = before.firstIndex { $0.hasPrefix("MESSAGES") } ?? 0
    #expect(title > 10 && before[...title] == after[...title])
  }

  @Test("numbers that change keep every column in its place")
  func columns() {
    var snapshot = DeskSamples.busy
    snapshot.feeds[0].framesPerSecond = 1
    snapshot.feeds[0].resyncs = 123_456
    #expect(lines(snapshot)[1] == lines(DeskSamples.busy)[1])
  }
}

@Suite("Text in columns")
struct CellTextTests {
  @Test(
    "columns of a text",
    arguments: [("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("文", 2), ("–…", 2), ("👧", 2)]
  )
  func cells(_ text: String, _ count: Int) { #expect(cellCount(text) == count) }

  @Test("is filled up or cut to its width, never through a wide letter")
  func fitting() {
    #expect(fitted("ab", 4) == "ab  ")
    #expect(fitted("ab", 4, .trailing) == "  ab")
    #expect(fitted("abcd", 4) == "abcd")
    #expect(fitted("abcde", 4) == "abc…")
    #expect(fitted("abcde", 4, .trailing) == "abc…")
    #expect(fitted("文文文", 4) == "文… ")
    #expect(fitted("文文文", 5) == "文文…")
    #expect(fitted("abc", 1) == "…" && fitted("abc", 0) == "" && fitted("abc", -3) == "")
    #expect(fitted("\u{1B}[2J", 10) == "\\u{1b}[2J ")
  }

  @Test(
    "ages take six columns at most",
    arguments: [
      (nil, "–"), (Int64(0), "0 ms"), (-1, "0 ms"), (999_999_999, "999 ms"),
      (1_000_000_000, "1.0 s"), (59_999_999_999, "59.9 s"), (60_000_000_000, "1 min"),
      (3_599_000_000_000, "59 min"), (3_600_000_000_000, "1 h"), (172_800_000_000_000, "2 d"),
      (-3_000_000, "-3 ms"), (-1_500_000_000, "-1.5 s"),
    ] as [(Int64?, String)]
  )
  func ages(_ nanoseconds: Int64?, _ text: String) { #expect(shortDuration(nanoseconds) == text) }
}
