import Foundation
import TestSupport
import Testing

@testable import parallax

/// The built program, run as a person runs it.
struct Program {
  let status: Int32
  let output: String
  let messages: String

  static let path = URL(filePath: CommandLine.arguments[0])
    .deletingLastPathComponent().appending(path: "parallax").path

  init(_ arguments: String..., environment: [String: String] = [:]) throws {
    let process = Process()
    process.executableURL = URL(filePath: Program.path)
    process.arguments = arguments
    process.currentDirectoryURL = Recordings.project
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    let output = Pipe()
    let messages = FileManager.default.temporaryDirectory
      .appending(path: "parallax-messages-\(UUID().uuidString)")
    try Data().write(to: messages)
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: messages)
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    status = process.terminationStatus
    self.output = String(decoding: data, as: UTF8.self)
    self.messages = try String(contentsOf: messages, encoding: .utf8)
    try FileManager.default.removeItem(at: messages)
  }
}

private let session = ["bitstamp", "coinbase", "gemini", "kraken"].map {
  "Examples/sample-session/\($0).plx.zst"
}

@Suite("The program")
struct CommandLineTests {
  @Test("without arguments shows its commands and ends with a usage error")
  func bare() throws {
    let run = try Program()
    #expect(run.status == 2 && run.output.isEmpty)
    #expect(run.messages.contains("Usage: parallax COMMAND"))
  }

  @Test(
    "shows help where it is asked to, examples first",
    arguments: [["--help"], ["replay", "--help"], ["book", "-h"], ["help", "instruments"]]
  )
  func help(_ words: [String]) throws {
    let run =
      words.count == 1 ? try Program(words[0]) : try Program(words[0], words[1])
    #expect(run.status == 0 && run.messages.isEmpty)
    #expect(run.output.contains("Examples:"))
  }

  @Test("the exit codes are in the help")
  func exitCodes() throws {
    let help = try Program("--help").output
    for code in ["0    done", "2    the command line", "4    a venue", "7    done in part"] {
      #expect(help.contains(code))
    }
  }

  @Test("an unknown command has a suggestion")
  func unknown() throws {
    let run = try Program("replya", "x")
    #expect(run.status == 2)
    #expect(run.messages.contains(#"unknown command "replya"; did you mean replay?"#))
  }

  @Test("a file that is not there is named, with the system's reason")
  func missing() throws {
    let run = try Program("replay", "nowhere.zst")
    #expect(run.status == 1 && run.output.isEmpty)
    #expect(run.messages == "parallax: nowhere.zst: cannot open: No such file or directory\n")
  }

  @Test("a file of no format is named")
  func noFormat() throws {
    let run = try Program("replay", "README.md")
    #expect(run.status == 1)
    #expect(run.messages.contains("README.md: not a recording in a format"))
  }

  @Test("a wrong fees file gives every mistake at its line, and its own exit code")
  func fees() throws {
    let scratch = try Scratch()
    let fees = scratch.file("fees:\n  kraken:\n    teir: 0\n", name: "fees.yaml")
    let run = try Program("replay", session[3], "--fees", fees)
    #expect(run.status == 3)
    #expect(run.messages.contains(#"fees.yaml:3:5: fees.kraken: unknown key "teir""#))
  }

  @Test(
    "a wrong value names the option, the value, and the rule",
    arguments: [
      (
        "--from", "yesterday",
        #"--from "yesterday": is not a time (example: 2026-01-05T14:00:02.5Z)"#
      ),
      ("--shift", "kraken.plx.zst=5", #"is not FILE=OFFSET (example: gemini.plx.zst=+244.871s)"#),
      ("--shift", "kraken.plx=5s", "names no file given; did you mean kraken.plx.zst?"),
      ("--speed", "fast", #"--speed "fast": is not max or a multiple such as 1x"#),
      ("--venue", "krakn", "did you mean kraken?"),
      ("--strategy", "cross-venu", "did you mean cross-venue?"),
      ("--format", "cryptofed", "did you mean cryptofeed?"),
    ]
  )
  func values(_ option: String, _ value: String, _ words: String) throws {
    let run = try Program("replay", session[3], option, value)
    #expect(run.status == 2)
    #expect(run.messages.contains(words), "\(run.messages)")
  }

  @Test("replays the sample session and shows books, windows, costs, and near misses")
  func replays() throws {
    let run = try Program("replay", session[0], session[1], session[2], session[3])
    #expect(run.status == 0 && run.messages.isEmpty)
    for words in [
      "kraken BTC/USD  live", "checksums 276 match, 0 failed", "Cross-venue  42 routes",
      "buy BTC/USD at gemini, sell BTC/USD at kraken", "= net ", "fee at gemini",
      "Best at the touch:", "Triangular  8 routes", "2,869 frames",
    ] {
      #expect(run.output.contains(words), "\(words)")
    }
    #expect(!run.output.contains("\u{1B}"))
  }

  @Test("--json is one object and nothing else")
  func json() throws {
    let run = try Program("replay", session[3], "--json")
    let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    #expect((value as? [String: Any])?["v"] as? Int == 1)
  }

  @Test("--report writes a page")
  func report() throws {
    let scratch = try Scratch()
    let path = scratch.path + "/out.html"
    let run = try Program("replay", session[2], session[3], "--report", path)
    #expect(run.status == 0)
    #expect(run.messages == "Wrote \(path)\n")
    #expect(try String(contentsOfFile: path, encoding: .utf8).hasPrefix("<!doctype html>"))
  }

  @Test("a report that cannot be written fails before the work")
  func unwritable() throws {
    let run = try Program("replay", session[3], "--report", "/nowhere/out.html")
    #expect(run.status == 1 && run.output.isEmpty)
  }

  @Test("a result that the disk has no room for is a failure; a reader that went away is none")
  func fullDisk() throws {
    for (target, status) in [("> /dev/full", Int32(1)), ("| true", 0)] {
      let shell = Process()
      shell.executableURL = URL(filePath: "/bin/bash")
      shell.arguments = [
        "-c", "set -o pipefail; \(Program.path) replay \(session[3]) --json \(target) 2>/dev/null",
      ]
      shell.currentDirectoryURL = Recordings.project
      try shell.run()
      shell.waitUntilExit()
      #expect(shell.terminationStatus == status, "\(target)")
    }
  }

  @Test("--speed keeps the recorded pace")
  func pace() throws {
    let start = ContinuousClock.now
    _ = try Program("replay", session[3], "--speed", "20x")
    // Eight recorded seconds.
    #expect(ContinuousClock.now - start > .milliseconds(395))
  }

  @Test("what cannot be read in part is reported, with an exit code of its own")
  func partial() throws {
    let scratch = try Scratch()
    let lines = [
      "2026-01-05T14:00:00Z {\"channel\":\"heartbeat\"}", "2026-01-05T14:00:01Z {\"channel\":5}",
    ]
    let file = scratch.file(lines.joined(separator: "\n") + "\n", name: "bad.txt")
    let run = try Program("replay", file, "--format", "tardis", "--venue", "kraken")
    #expect(run.status == 7)
    #expect(
      run.output.contains("frame 2 at 2026-01-05T14:00:01.000000000Z: kraken, unknown, byte 11")
    )
  }

  @Test("a venue that nobody names is asked for")
  func venue() throws {
    let scratch = try Scratch()
    let file = scratch.file("2026-01-05T14:00:00Z {}\n", name: "who.txt")
    let run = try Program("replay", file)
    #expect(run.status == 2)
    #expect(run.messages.contains("which venue sent this? Add --venue, one of bitstamp, coinbase"))
  }

  @Test("shows a ladder at a moment, best prices in the middle")
  func book() throws {
    let run = try Program(
      "book",
      session[3],
      "--symbol",
      "btc/usd",
      "--at",
      "2026-01-05T14:00:02.5Z",
      "--depth",
      "2"
    )
    #expect(run.status == 0)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "kraken BTC/USD  at 2026-01-05T14:00:02.498211546Z")
    #expect(lines[1] == "book: live, last change 1 ms before")
    #expect(lines.count == 9)
    #expect(lines[4].contains("92836.7"))
    #expect(lines[5] == "  spread 1.6 (0.17 bp), mid 92835.9")
    #expect(lines[6].contains("92835.1"))
  }

  @Test("a symbol that is not there has a suggestion")
  func noSymbol() throws {
    let run = try Program("book", session[3], "--symbol", "BTC/UDS")
    #expect(run.status == 1)
    #expect(run.messages.contains("did you mean BTC/USD?"))
  }

  @Test("lists instruments of a recording as the venue states them")
  func instruments() throws {
    let run = try Program("instruments", session[1], "--json")
    let value = try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [String: Any]
    let list = try #require(value?["instruments"] as? [[String: Any]])
    #expect(list.count == 4)
    #expect(list.first?["wire_symbol"] as? String == "BTC-USD")
    #expect(list.first?["tick_size"] as? String == "0.01")
  }

  @Test("offsets are read exactly")
  func offsets() {
    #expect(nanoseconds("+244.871s") == 244_871_000_000)
    #expect(nanoseconds("-500ms") == -500_000_000)
    #expect(nanoseconds("2h") == 7_200_000_000_000)
    #expect(nanoseconds("1us") == 1_000 && nanoseconds("3ns") == 3)
    for text in ["", "5", "s", "1.5ns", "+-5s", "1e3s", "99999999999d"] {
      #expect(nanoseconds(text) == nil, "\(text)")
    }
  }
}
