@testable import Backtest
import Books
import Configuration
import Market
import Strategies
import TestSupport
import Testing
import Units

@Suite("Recordings of real venues")
struct RecordedSessionsTests {
  private func options(_ session: RecordedSession) throws -> ReplayOptions {
    ReplayOptions(
      files: session.files.map { ReplayOptions.File(path: Recordings.path($0)) },
      fees: try FeeConfiguration.load(path: nil)
    )
  }

  @Test(
    "are here",
    .enabled(if: !RecordedSession.present.isEmpty, "\(Recordings.folder) is absent")
  )
  func present() {
    #expect(RecordedSession.present.count == RecordedSession.all.count)
  }

  @Test(
    "end with the books that another reading of the same bytes gives",
    arguments: RecordedSession.present
  )
  func digests(_ session: RecordedSession) throws {
    let report = try replay(try options(session)).report
    #expect(report.isComplete)
    for expected in session.books {
      let book = try #require(
        report.instruments.first { $0.instrument.symbol.description == expected.symbol }
      )
      #expect(book.digest == expected.digest, "\(expected.symbol)")
      #expect(book.bidCount == expected.bids && book.askCount == expected.asks)
      #expect(book.state == .live)
    }
    #expect(report.instruments.count == session.books.count)
    for item in report.instruments {
      #expect(item.statistics.crossedMoments == 0)
      #expect(item.statistics.gaps == 0)
      #expect(item.statistics.resyncs == 0)
      #expect(item.statistics.checksumFailures == 0)
    }
  }

  @Test("give the same report in every run", arguments: RecordedSession.present)
  func repeatable(_ session: RecordedSession) throws {
    let first = try replay(try options(session)).report.json
    let second = try replay(try options(session)).report.json
    // What follows `run` is how long it took.
    #expect(first.split(separator: #""run":"#).first == second.split(separator: #""run":"#).first)
  }

  @Test(
    "of two files moved together are one market, and say that they were moved",
    .enabled(
      if: Recordings.has(RecordedSession.all.flatMap(\.files)),
      "\(Recordings.folder) is absent"
    )
  )
  func shifted() throws {
    let coinbase = Recordings.path("coinbase/advanced_ws_2026-08-09_first14s.jsonl.gz")
    let gemini = Recordings.path("gemini/marketdata_v2_2026-08-09.jsonl")
    let options = ReplayOptions(
      files: [
        .init(path: coinbase), .init(path: gemini, shiftNanoseconds: -3_644_906_000_000),
      ],
      fees: try FeeConfiguration.load(path: nil)
    )
    let report = try replay(options).report
    #expect(report.isTimeShifted)
    let scan = try #require(report.strategies.first { $0.kind == .crossVenue })
    #expect(scan.routes == 4)
    // About 19 bp of drift for BTC lie between the two; no fee is that low.
    #expect(scan.totals.windows == 0)
    let miss = try #require(scan.nearMisses.first)
    #expect(report.isTimeShifted(miss.legs))
    #expect(miss.miss.gross.raw > 100_000 && miss.miss.gross.raw < 400_000)
  }
}
