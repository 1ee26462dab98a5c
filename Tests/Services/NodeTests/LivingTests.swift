import Backtest
import Configuration
import Engine
import Foundation
import Intake
import Sessions
import Strategies
import TestSupport
import Testing
import Units

@testable import Node

@Suite("What was recorded")
struct LivingTests {
  private func options(_ directory: String, without left: String = "none") throws -> ReplayOptions {
    let found = FileManager.default.enumerator(atPath: directory)?.compactMap { $0 as? String }
    let files = try #require(found).filter { $0.hasSuffix(".plx.zst") && !$0.contains(left) }
    var options = ReplayOptions(
      files: files.sorted().map { ReplayOptions.File(path: directory + "/" + $0) },
      fees: try FeeConfiguration.load(path: nil)
    )
    options.states = try log(directory)
    return options
  }

  private func log(_ directory: String) throws -> StateLog {
    let path = URL(filePath: directory + "/" + StateLog.name)
    return try StateLog(Array(try Data(contentsOf: path)))
  }

  @Test("is lived again: the same states at every moment, over reconnects and resyncs")
  func same() throws {
    let scratch = try Scratch()
    let run = try LivingRun(scratch.path, seed: 3, at: LivingRun.start)
    try run.live(seconds: 16)
    let health = run.desk.sessions.map(\.health)
    #expect(health.reduce(0) { $0 + $1.reconnects } > 4)
    #expect(health.reduce(0) { $0 + $1.resyncs } > 4)
    #expect(health.allSatisfy { $0.frames > 100 })
    #expect(run.failure == nil && run.dropped == 0 && run.written == run.passed)
    let result = try replay(try options(scratch.path))
    let states = try #require(result.report.states)
    #expect(run.moments > 60 && states.checked == run.moments)
    #expect(states.matched == states.checked, "\(String(describing: states.firstMismatch))")
    #expect(result.report.states?.isGood == true)

    // Without one venue's file it is another market.
    let less = try replay(try options(scratch.path, without: "gemini"))
    #expect(less.report.states?.isGood == false)
    #expect(less.report.states?.firstMismatch != nil)
  }

  @Test("goes on as one where a run starts again within the hour, each run from its beginning")
  func restarts() throws {
    let scratch = try Scratch()
    let first = try LivingRun(scratch.path, seed: 5, at: LivingRun.start)
    try first.live(seconds: 4)
    let later = LivingRun.start.advanced(byNanoseconds: 60_000_000_000)
    let second = try LivingRun(scratch.path, seed: 6, at: later)
    try second.live(seconds: 4)
    let options = try options(scratch.path)
    #expect(options.files.contains { $0.path.hasSuffix("/00.1.plx.zst") })
    #expect(options.files.count == 8)
    let report = try replay(options).report
    #expect(report.states?.checked == first.moments + second.moments)
    #expect(report.states?.isGood == true, "\(String(describing: report.states?.firstMismatch))")
    #expect(report.instruments.count == 9)
  }

  @Test("is found wanting where one frame is missing")
  func leak() throws {
    let scratch = try Scratch()
    let run = try LivingRun(scratch.path, seed: 3, at: LivingRun.start, leak: 40)
    try run.live(seconds: 4)
    let report = try replay(try options(scratch.path)).report
    #expect(report.states?.isGood == false)
  }

  @Test("a log that is none says where")
  func problems() throws {
    let header = StateLog.line(RunHeader(started: LivingRun.start, settings: .init(), fees: []))
    let time = LivingRun.start.description
    let digest = String(repeating: "a", count: 64)
    let good = try StateLog(Array((header + "\(time) \(digest)\n\(time) torn").utf8))
    #expect(good.count == 1)
    for (text, line) in [
      (header + "\(time)\n", 2), (header + "\(time) abc\n", 2), ("\(time) \(digest)\n", 1),
      ("# {}\n", 1), (header + "noon \(digest)\n", 2),
      (header + "# " + header.replacing("\"v\":1", with: "\"v\":2").dropFirst(2), 2),
    ] {
      #expect(throws: StateLog.Problem.self) { try StateLog(Array(text.utf8)) }
      do { _ = try StateLog(Array(text.utf8)) } catch { #expect(error.line == line, "\(text)") }
    }
  }

  @Test("the header of a run says all that its engine was set up with")
  func header() throws {
    var header = RunHeader(started: LivingRun.start, settings: .init(), fees: [])
    header.settings.staleAfterNanoseconds = 1
    header.settings.sweepIntervalNanoseconds = 2
    header.settings.triangular = nil
    header.settings.crossVenue?.bookUsage = Rate(raw: 3)
    header.settings.crossVenue?.maximumLevels = 4
    header.settings.crossVenue?.latencyHaircut = Rate(raw: 5)
    header.settings.crossVenue?.maximumAgeNanoseconds = 6
    header.settings.crossVenue?.windows.minimumReturn = Rate(raw: -7)
    header.settings.crossVenue?.windows.eligibleAfterNanoseconds = 8
    var fees = VenueFees(
      venue: "kraken",
      maker: Rate(raw: 9),
      taker: Rate(raw: 10),
      source: "a test",
      read: CalendarDate(LivingRun.start)
    )
    fees.except(["USDC/USD"], maker: .zero, taker: Rate(raw: 11))
    header.fees = [fees]
    let read = try #require(RunHeader(header.text))
    #expect(read.text == header.text)
    #expect(read.started == header.started)
    #expect(read.settings.crossVenue == header.settings.crossVenue)
    #expect(read.settings.triangular == nil)
    #expect(read.fees[0].tier(for: "USDC/USD").taker == Rate(raw: 11))
    #expect(read.fees[0].tier(for: "BTC/USD").taker == Rate(raw: 10))
    #expect(RunHeader(header.text.replacing("\"usage\":3", with: "\"usage\":-3")) == nil)
  }
}
