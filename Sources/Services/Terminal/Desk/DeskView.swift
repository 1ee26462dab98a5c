/// The size of a terminal in characters.
public struct TerminalSize: Hashable, Sendable {
  public let columns: Int
  public let rows: Int

  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }
}

/// Draws a snapshot as lines of text that fill a terminal exactly.
///
/// A function of its arguments: no clock, no terminal, no state. Nothing is told by colour alone.
/// What is too long is cut and ends in `…`; what does not fit is counted.
public struct DeskView: Sendable {
  /// The smallest terminal that holds the view.
  public static let leastSize = TerminalSize(columns: 80, rows: 24)

  private let size: TerminalSize
  private let style: Style

  public init(size: TerminalSize, _ style: Style) {
    self.size = size
    self.style = style
  }

  /// As many lines as the terminal has rows, each as long as it has columns.
  public func lines(of snapshot: DeskSnapshot) -> [String] {
    let least = DeskView.leastSize
    guard size.columns >= least.columns, size.rows >= least.rows else {
      let words =
        "Too small: \(size.columns)x\(size.rows), the view needs \(least.columns)x\(least.rows)"
      return filled([fitted(words, size.columns)], size.rows)
    }
    let feeds = feedSection(snapshot)
    let books = bookSection(snapshot)
    let windows = windowSection(snapshot)
    let messages = messageSection(snapshot)
    let heights = share(
      size.rows - 2,
      [
        Want(section: feeds, least: 5), Want(section: books, least: 5),
        Want(section: windows, least: 5), Want(section: messages, least: 3),
      ]
    )
    func drawn(_ section: Section, _ height: Int) -> [String] {
      filled(section.lines(height, more), height)
    }
    return [header(snapshot)] + drawn(feeds, heights[0]) + drawn(books, heights[1])
      + drawn(windows, heights[2]) + [counters(snapshot)] + drawn(messages, heights[3])
  }

  // MARK: - Sharing the rows

  /// A title and what stands below it.
  private struct Section {
    var title: String
    var rows: [String]
    /// What the rows are, for the line that counts those that do not fit.
    var noun: String
    /// Whether the last rows are kept where not all fit, rather than the first.
    var keepsLast = false

    var height: Int { 1 + rows.count }

    func lines(_ height: Int, _ more: (Int, String) -> String) -> [String] {
      let room = max(0, height - 1)
      if rows.count <= room { return [title] + rows }
      if keepsLast { return [title] + rows.suffix(room) }
      let shown = max(0, room - 1)
      return [title] + rows.prefix(shown) + [more(rows.count - shown, noun)]
    }
  }

  private struct Want {
    var section: Section
    /// Rows that the section has before another gets more than its least.
    var least: Int
  }

  /// Rows for each section: first the least, then all in turn, then a blank one below each.
  ///
  /// The last section takes what is left, so that its growth moves nothing.
  private func share(_ rows: Int, _ wants: [Want]) -> [Int] {
    let last = wants.count - 1
    var heights = wants.map { min($0.section.height, $0.least) }
    heights[last] = wants[last].least
    var spare = max(0, rows - heights.reduce(0, +))
    for index in 0..<last {
      let more = min(spare, wants[index].section.height - heights[index])
      heights[index] += more
      spare -= more
    }
    if spare >= 2 * last {
      for index in 0..<last { heights[index] += 1 }
      spare -= last
    }
    heights[last] += spare
    return heights
  }

  private func more(_ count: Int, _ noun: String) -> String {
    Paint.dim.apply(fitted("… \(grouped(count)) more \(noun)", size.columns), style)
  }

  private func filled(_ lines: [String], _ height: Int) -> [String] {
    let blank = String(repeating: " ", count: max(0, size.columns))
    return Array(lines.prefix(max(0, height)))
      + Array(repeating: blank, count: max(0, height - lines.count))
  }

  // MARK: - Lines of the whole width

  private func header(_ snapshot: DeskSnapshot) -> String {
    let name = "PARALLAX"
    let time = fitted(snapshot.time, min(30, max(20, cellCount(snapshot.time))), .trailing)
    let badge = "[" + fitted(snapshot.mode, min(16, cellCount(snapshot.mode))) + "]"
    let room = size.columns - name.count - cellCount(badge) - cellCount(time) - 3
    let seconds = max(0, snapshot.uptimeNanoseconds / 1_000_000_000)
    let uptime =
      "up " + (seconds < 60 ? "\(seconds) s" : durationText(nanoseconds: seconds * 1_000_000_000))
    return style.bold(name) + " " + style.yellow(badge) + " " + fitted(uptime, room) + " " + time
  }

  private func counters(_ snapshot: DeskSnapshot) -> String {
    let words = snapshot.counters.map { "\($0.name) \(grouped($0.value))" }
    return fitted(words.joined(separator: "   "), size.columns)
  }

  private func sentence(_ text: String) -> String {
    Paint.dim.apply(fitted(text, size.columns), style)
  }

  // MARK: - Sections

  private func feedSection(_ snapshot: DeskSnapshot) -> Section {
    let grid = CellGrid(
      [
        .init(title: "FEED", least: 9, most: 16, alignment: .leading),
        .init(title: "STATE", least: 13, most: 24, alignment: .leading),
        .init(title: "AGE", least: 7, most: 9), .init(title: "FRAMES/S", least: 8, most: 10),
        .init(title: "LATENCY", least: 7, most: 10), .init(title: "RESYNCS", least: 7, most: 9),
        .init(title: "RECONNECTS", least: 10, most: 10), .init(title: "GAPS", least: 5, most: 9),
      ],
      width: size.columns,
      style
    )
    let rows = snapshot.feeds.map { feed in
      let isStale = isStale(feed.ageNanoseconds, snapshot)
      let state: Cell =
        isStale && feed.standing == .good
        ? Cell("STALE", .red) : Cell(feed.state, paint(feed.standing))
      return grid.line([
        Cell(feed.venue, .bold), state,
        Cell(shortDuration(feed.ageNanoseconds), isStale ? .red : .plain),
        Cell(rateText(feed.framesPerSecond)), Cell(shortDuration(feed.latencyNanoseconds)),
        Cell(grouped(feed.resyncs)), Cell(grouped(feed.reconnects)),
        Cell(grouped(feed.gaps), feed.gaps > 0 ? .yellow : .plain),
      ])
    }
    return Section(
      title: grid.titles,
      rows: rows.isEmpty ? [sentence("No venue is watched.")] : rows,
      noun: rows.count == 1 ? "feed" : "feeds"
    )
  }

  private func bookSection(_ snapshot: DeskSnapshot) -> Section {
    let grid = CellGrid(
      [
        .init(title: "BOOK", least: 9, most: 14, alignment: .leading),
        .init(title: "VENUE", least: 8, most: 12, alignment: .leading),
        .init(title: "BID SIZE", least: 8, most: 16), .init(title: "BID", least: 11, most: 18),
        .init(title: "ASK", least: 11, most: 18), .init(title: "ASK SIZE", least: 8, most: 16),
        .init(title: "AGE", least: 6, most: 8),
        .init(title: "", least: 5, most: 5, alignment: .leading),
      ],
      width: size.columns,
      style
    )
    let rows = snapshot.assets.flatMap { asset in
      asset.quotes.enumerated().map { index, quote in
        let isStale = isStale(quote.ageNanoseconds, snapshot)
        let look: Paint = isStale ? .dim : .plain
        return grid.line([
          Cell(index == 0 ? asset.name : "", .bold), Cell(quote.venue, look),
          Cell(quote.bidSize ?? "–", look),
          price(quote.bid, isBest: quote.isBestBid, isStale ? .dim : .green),
          price(quote.ask, isBest: quote.isBestAsk, isStale ? .dim : .red),
          Cell(quote.askSize ?? "–", look),
          Cell(shortDuration(quote.ageNanoseconds), isStale ? .red : .plain),
          isStale ? Cell("STALE", .red) : Cell(""),
        ])
      }
    }
    return Section(
      title: grid.titles,
      rows: rows.isEmpty ? [sentence("No book yet.")] : rows,
      noun: "books"
    )
  }

  private func windowSection(_ snapshot: DeskSnapshot) -> Section {
    let grid = CellGrid(
      [
        .init(title: "WINDOW", least: 16, most: 24, alignment: .leading),
        .init(title: "BUY AT", least: 8, most: 12, alignment: .leading),
        .init(title: "SELL AT", least: 8, most: 12, alignment: .leading),
        .init(title: "NET BPS", least: 8, most: 12), .init(title: "SIZE", least: 15, most: 24),
        .init(title: "AGE", least: 7, most: 9),
        .init(title: "STATE", least: 6, most: 8, alignment: .leading),
      ],
      width: size.columns,
      style
    )
    let rows = snapshot.windows.map { window in
      let look: Paint = window.isOpen ? .plain : .dim
      return grid.line([
        Cell(window.pair, window.isOpen ? .bold : .dim), Cell(window.buyVenue, look),
        Cell(window.sellVenue, look), Cell(window.netBasisPoints, window.isOpen ? .green : .dim),
        Cell(window.size, look), Cell(shortDuration(window.ageNanoseconds), look),
        window.isOpen ? Cell("OPEN", .green) : Cell("closed", .dim),
      ])
    }
    return Section(
      title: grid.titles,
      rows: rows.isEmpty ? [sentence("None so far: no route has paid after its costs.")] : rows,
      noun: "windows"
    )
  }

  private func messageSection(_ snapshot: DeskSnapshot) -> Section {
    // More are never shown than a terminal has rows.
    let rows = snapshot.messages.suffix(max(0, size.rows)).map { fitted($0, size.columns) }
    return Section(
      title: sentence("MESSAGES"),
      rows: rows.isEmpty ? [sentence("None.")] : Array(rows),
      noun: "messages",
      keepsLast: true
    )
  }

  // MARK: - Values

  private func isStale(_ age: Int64?, _ snapshot: DeskSnapshot) -> Bool {
    age.map { $0 >= snapshot.staleAfterNanoseconds } ?? false
  }

  private func paint(_ standing: DeskSnapshot.Feed.Standing) -> Paint {
    switch standing {
    case .good: .green
    case .waiting: .yellow
    case .bad: .red
    }
  }

  private func price(_ text: String?, isBest: Bool, _ best: Paint) -> Cell {
    guard let text else { return Cell("–") }
    return isBest ? Cell("*" + text, best) : Cell(text, best == .dim ? .dim : .plain)
  }

  private func rateText(_ rate: Double) -> String {
    guard rate >= 1_000, let whole = Int(exactly: rate.rounded()) else { return rounded(rate, 1) }
    return grouped(whole)
  }
}
