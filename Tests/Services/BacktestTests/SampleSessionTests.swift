@testable import Backtest
import Books
import Configuration
import Costs
import Foundation
import Market
import Strategies
import TestSupport
import Testing
import Units

/// The session that comes with the project, and what its generator says of it.
enum SampleSession {
  static let folder = Recordings.project.appending(path: "Examples/sample-session")
  static let venues = ["bitstamp", "coinbase", "gemini", "kraken"]

  static func path(_ venue: String) -> String {
    folder.appending(path: "\(venue).plx.zst").path
  }

  static func options(
    _ venues: [String] = venues,
    fees: String? = nil
  ) throws -> ReplayOptions {
    ReplayOptions(
      files: venues.map { ReplayOptions.File(path: path($0)) },
      fees: try FeeConfiguration.load(path: fees)
    )
  }
}

@Suite("The sample session")
struct SampleSessionTests {
  /// The fees that the session's notes assume; Coinbase's first tier is dearer now.
  private static let fees = """
    fees:
      coinbase:
        read: 2026-01-05
        source: notes of the sample session
        certainty: unconfirmed
        tier: 0
        tiers:
          - {volume: 0, maker: 0.40, taker: 0.60}
    """

  /// A row of the table in the session's notes.
  private struct Noted: Hashable {
    let opened: String
    let closed: String
    let route: String
  }

  /// The table in the session's notes, which its generator wrote with a reader of its own.
  private func noted() throws -> [Noted] {
    let notes = try String(
      contentsOf: SampleSession.folder.appending(path: "README.md"),
      encoding: .utf8
    )
    return notes.split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 5, cells[0].hasPrefix("14:00:") else { return nil }
      return Noted(opened: cells[0], closed: cells[1], route: cells[3])
    }
  }

  private func words(_ legs: [RouteLeg], _ report: ReplayReport) -> String {
    let instruments = legs.map { report[$0.instrument].instrument }
    if legs.count == 2 {
      return "\(instruments[0].symbol): buy at \(instruments[0].venue), "
        + "sell at \(instruments[1].venue)"
    }
    var stops: [String] = []
    for (leg, instrument) in zip(legs, instruments) {
      let (from, to) =
        leg.side == .buy
        ? (instrument.quote.symbol, instrument.base.symbol)
        : (instrument.base.symbol, instrument.quote.symbol)
      stops += stops.isEmpty ? [from, to] : [to]
    }
    return "\(instruments[0].venue): " + stops.joined(separator: " → ")
  }

  @Test("has exactly the windows that its notes list, to the nanosecond")
  func windows() throws {
    let scratch = try Scratch()
    let fees = scratch.file(Self.fees, name: "fees.yaml")
    let report = try replay(try SampleSession.options(fees: fees)).report
    let found = report.strategies.flatMap { strategy in
      strategy.windows.map { entry in
        Noted(
          opened: clock(entry.record.window.opened),
          closed: entry.record.window.closed.map(clock) ?? "",
          route: words(entry.legs, report)
        )
      }
    }
    let noted = try noted()
    #expect(noted.count == 10)
    #expect(Set(found) == Set(noted))
    #expect(found.count == noted.count)
  }

  private func clock(_ time: Timestamp) -> String {
    String(time.description.dropFirst(11).dropLast())
  }

  @Test("every amount of a window adds up")
  func sums() throws {
    let report = try replay(try SampleSession.options()).report
    let peaks = report.strategies.flatMap { $0.windows.compactMap(\.record.peak) }
    #expect(peaks.count == 8)
    for peak in peaks {
      let costs = peak.costs.reduce(Notional.zero) { $0 + $1.amount }
      #expect(peak.net == peak.gross - costs)
      #expect(peak.net > .zero)
    }
  }

  @Test("is complete: nothing unreadable, every checksum matches, every book is live")
  func complete() throws {
    let report = try replay(try SampleSession.options()).report
    #expect(report.isComplete)
    #expect(report.instruments.count == 15)
    for item in report.instruments {
      #expect(item.state == .live && item.statistics.gaps == 0 && item.statistics.resyncs == 0)
    }
    let kraken = report.instruments.filter { $0.instrument.venue.rawValue == "kraken" }
    #expect(kraken.reduce(0) { $0 + $1.statistics.checksumMatches } == 700)
    #expect(kraken.allSatisfy { $0.statistics.checksumFailures == 0 })
  }

  @Test("the order in which the files are named changes no book and no window")
  func order() throws {
    let one = try replay(try SampleSession.options()).report
    let other = try replay(try SampleSession.options(SampleSession.venues.reversed())).report
    func digests(_ report: ReplayReport) -> [String: String?] {
      Dictionary(
        uniqueKeysWithValues: report.instruments.map { ($0.instrument.description, $0.digest) }
      )
    }
    #expect(digests(one) == digests(other))
    #expect(one.strategies.map(\.totals.windows) == other.strategies.map(\.totals.windows))
  }

  @Test("what is before --from builds the books and is not reported")
  func from() throws {
    var options = try SampleSession.options()
    options.from = Timestamp(year: 2026, month: 1, day: 5, hour: 14, second: 5)
    let late = try replay(options).report
    let whole = try replay(try SampleSession.options()).report
    #expect(late.instruments.map(\.digest) == whole.instruments.map(\.digest))
    #expect(late.frames > 0 && late.frames < whole.frames)
    let opened = late.strategies.flatMap { $0.windows.map(\.record.window.opened) }
    #expect(opened.count == 2)
    #expect(opened.allSatisfy { $0 >= options.from ?? $0 })
    #expect(late.instruments.allSatisfy { $0.statistics.snapshots == 0 })
  }

  @Test("--seek reads less, and books without a snapshot stay unused")
  func seek() throws {
    var options = try SampleSession.options(["kraken"])
    options.from = Timestamp(year: 2026, month: 1, day: 5, hour: 14, second: 5)
    let whole = try replay(options).report
    options.seeks = true
    let sought = try replay(options).report
    #expect(sought.records < whole.records)
    #expect(sought.frames == whole.frames)
    #expect(sought.instruments.allSatisfy { $0.state == .awaitingSnapshot })
  }

  @Test("--to ends before its moment")
  func to() throws {
    var options = try SampleSession.options(["coinbase"])
    options.to = Timestamp(year: 2026, month: 1, day: 5, hour: 14, second: 3)
    let report = try replay(options).report
    let last = try #require(report.files.first?.last)
    #expect(last < options.to ?? last)
  }

  @Test("a moved file labels all that rests on it, and nothing else")
  func shift() throws {
    var options = try SampleSession.options()
    options.files[2].shiftNanoseconds = 1_000_000
    let report = try replay(options).report
    for item in report.instruments {
      #expect(item.isTimeShifted == (item.instrument.venue.rawValue == "gemini"))
    }
    let windows = report.strategies.flatMap(\.windows)
    #expect(windows.contains { report.isTimeShifted($0.legs) })
    #expect(windows.contains { !report.isTimeShifted($0.legs) })
  }

  @Test("a replay that is told to stop says so")
  func interrupted() throws {
    let report = try replay(try SampleSession.options(), progress: { _ in false }).report
    #expect(report.isInterrupted && !report.isComplete)
    #expect(report.records == replayProgressInterval)
  }

  @Test("without strategies nothing is looked at")
  func noStrategy() throws {
    var options = try SampleSession.options()
    options.strategies = []
    #expect(try replay(options).report.strategies.isEmpty)
  }
}
