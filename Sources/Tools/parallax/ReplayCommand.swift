import Backtest
import Foundation
import Intake
import Strategies
import Terminal
import Units
import Words

/// `parallax replay`: recordings through the engine, as one market.
enum ReplayCommand {
  static let syntax = CommandSyntax(
    name: "replay",
    summary: "Play recordings as one market: exact books, data quality, opportunities.",
    positionals: "FILE...",
    positionalCount: 1...1_024,
    examples: [
      ("parallax replay kraken.plx.zst gemini.plx.zst", "Two venues, merged in time"),
      (
        "parallax replay a.jsonl b.cflog --shift b.cflog=+244.871s --report spread.html",
        "Move one file in time, and draw what came of it (labelled time-shifted)"
      ),
      (
        "parallax replay day.plx.zst --from 2026-01-05T14:00:02Z --to 2026-01-05T14:00:05Z --json",
        "Three seconds, as JSON; the books are built from the start of the file"
      ),
      (
        "parallax replay --states recordings/states.txt recordings/*/*/*.plx.zst",
        "Hold a replay to the states that the run was in"
      ),
    ],
    options: Arguments.fileOptions + [
      CommandOption(
        "strategy",
        value: "LIST",
        isRepeatable: true,
        choices: ReplayCommand.strategies.map(\.name) + ["none"],
        "Which strategies look for opportunities: cross-venue, triangular (default: both), or none"
      ),
      CommandOption("from", value: "TIME", "Report from this time on (RFC 3339, UTC)"),
      CommandOption("to", value: "TIME", "Stop before this time"),
      CommandOption(
        "seek",
        "With --from: begin reading there, by the file's index; books wait for a snapshot"
      ),
      CommandOption(
        "shift",
        value: "FILE=OFFSET",
        isRepeatable: true,
        "Move a file in time (ns, us, ms, s, m, h, d); all that rests on it is labelled"
      ),
      CommandOption(
        "speed",
        value: "SPEED",
        "max (default), or a multiple of the recorded speed such as 1x"
      ),
      CommandOption("states", value: "FILE", "Compare with the states.txt of a recorded run"),
      CommandOption("fees", value: "FILE", "Fees other than the built-in ones (YAML)"),
      CommandOption("json", "Print one JSON object; Docs/Replay.md says what is in it"),
      CommandOption("report", value: "FILE", "Also write an HTML page with pictures"),
    ],
    notes: [
      "Exit status 7 when something could not be read: the report says what and where. With "
        + "--states, 1 when a state differs."
    ]
  )

  static let command = Command(syntax: syntax) { arguments, console throws(CommandFailure) in
    try run(arguments, console)
  }

  static let strategies: [(name: String, kind: StrategyKind)] = [
    ("cross-venue", .crossVenue), ("triangular", .triangular),
  ]

  private static func run(
    _ arguments: Arguments,
    _ console: Console
  ) throws(CommandFailure) -> ExitCode {
    var options = try arguments.replayOptions(syntax.name)
    if arguments.has("strategy") {
      let names = arguments.list("strategy")
      options.strategies = Set(strategies.filter { names.contains($0.name) }.map(\.kind))
    }
    options.from = try arguments.time("from", syntax.name)
    options.to = try arguments.time("to", syntax.name)
    if let from = options.from, let to = options.to, to <= from {
      throw Arguments.refusal("to", arguments["to"] ?? "", "is not after --from", syntax.name)
    }
    options.seeks = arguments.has("seek")
    options.states = try states(arguments)
    options.keepsSeries = arguments.has("report")
    var pace = try Pace(arguments["speed"])
    if let path = arguments["report"] { try checkWritable(path) }

    let report = try play(options, &pace, console, title: "replay").report
    if arguments.has("json") {
      console.print(report.json)
    } else {
      console.print(ReplayText(report, console.style).text)
    }
    if let path = arguments["report"] {
      try write(report.html, to: path)
      console.message("Wrote \(path)")
    }
    if report.isInterrupted { return .interrupted }
    if let states = report.states, !states.isGood { return .failure }
    return report.isComplete ? .success : .partial
  }

  /// The states to hold the replay to, which go with the whole of a recording as it was.
  private static func states(_ arguments: Arguments) throws(CommandFailure) -> StateLog? {
    guard let path = arguments["states"] else { return nil }
    for option in ["seek", "to", "shift"] where !arguments.all(option).isEmpty {
      throw CommandFailure(
        .usage,
        "--states takes the whole of a recording as it was: leave out --\(option)"
      )
    }
    let bytes: [UInt8]
    do { bytes = Array(try Data(contentsOf: URL(filePath: path))) } catch {
      throw CommandFailure(.failure, "\(path): cannot be read: \(error.localizedDescription)")
    }
    do throws(StateLog.Problem) { return try StateLog(bytes) } catch {
      throw CommandFailure(.failure, "\(path):\(error.line): \(error.words)")
    }
  }

  /// Replays with progress on the message stream, until the end or Ctrl-C.
  static func play(
    _ options: ReplayOptions,
    _ pace: inout Pace,
    _ console: Console,
    title: String
  ) throws(CommandFailure) -> ReplayResult {
    Interruption.watch()
    let clock = ContinuousClock()
    let start = clock.now
    var meter = console.progress(title)
    var waits = pace
    do {
      let result = try replay(
        options,
        pace: waits.isPaced ? { waits.wait(until: $0) } : nil,
        progress: {
          meter.update(done: $0.bytesRead, of: $0.bytesTotal, elapsed: clock.now - start)
          return !Interruption.isRequested
        }
      )
      meter.finish()
      return result
    } catch {
      meter.finish()
      throw failure(error)
    }
  }

  /// Fails before the work rather than after it.
  private static func checkWritable(_ path: String) throws(CommandFailure) {
    let folder = URL(filePath: path).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw CommandFailure(.failure, "\(path): the folder cannot be written to")
    }
  }

  private static func write(_ text: String, to path: String) throws(CommandFailure) {
    do { try Data(text.utf8).write(to: URL(filePath: path), options: .atomic) } catch {
      throw CommandFailure(.failure, "\(path): cannot write: \(error.localizedDescription)")
    }
  }
}

/// How fast recorded time passes.
struct Pace {
  /// Recorded seconds a second; nil for as fast as can be.
  private let speed: Double?
  private var start: (recorded: Timestamp, real: ContinuousClock.Instant)?

  init(_ text: String?) throws(CommandFailure) {
    guard let text, text != "max" else {
      speed = nil
      return
    }
    guard text.hasSuffix("x"), let speed = Double(text.dropLast()), speed > 0, speed <= 1e6 else {
      throw Arguments.refusal("speed", text, "is not max or a multiple such as 1x", "replay")
    }
    self.speed = speed
  }

  var isPaced: Bool { speed != nil }

  /// Waits for the moment that stands for `time`; Ctrl-C ends the waiting.
  mutating func wait(until time: Timestamp) {
    guard let speed, time.nanoseconds > .min else { return }
    guard let start else {
      start = (time, .now)
      return
    }
    let due = start.real + .seconds(Double(time.nanoseconds(since: start.recorded)) / 1e9 / speed)
    while !Interruption.isRequested {
      let left = due - .now
      guard left > .zero else { return }
      Thread.sleep(forTimeInterval: min(0.1, left / .seconds(1)))
    }
  }
}
