import Foundation
import TestSupport
import Testing

@testable import parallax

@Suite("The commands that live", .serialized)
struct LiveCommandTests {
  private static func port(_ address: Any?) throws -> Int {
    let text = try #require(address as? String)
    let url = try #require(URL(string: text))
    return try #require(url.port)
  }

  // MARK: venue

  @Test("venue tells addresses and keys as its first line, and frees its port at Ctrl-C")
  func venue() throws {
    let venue = try RunningProgram(["venue", "kraken", "--json"])
    let object = try #require(venue.object())
    #expect(object["venue"] as? String == "kraken")
    let accounts = try #require(object["accounts"] as? [[String: Any]])
    #expect(
      accounts.compactMap { $0["account"] as? String } == ["demo", "second", "reader", "owner"]
    )
    let port = try Self.port(object["rest"])
    #expect(try Self.port(object["ws"]) == port)
    #expect(isServed(port))

    let second = try Program("venue", "gemini", "--port", "\(port)")
    #expect(second.status == 1 && second.output.isEmpty)
    #expect(second.messages.contains("cannot listen on 127.0.0.1, port \(port)"))
    #expect(second.messages.contains("--port takes another"))

    let end = venue.interrupt()
    #expect(end.status == 0 && end.messages.isEmpty)
    #expect(!isServed(port))
    // The port can be had again at once.
    let again = try RunningProgram(["venue", "gemini", "--json", "--port", "\(port)"])
    #expect(try Self.port(#require(again.object())["rest"]) == port)
    #expect(again.interrupt(SIGTERM).status == 0)
  }

  @Test("an unknown venue has a suggestion; a wrong port and seed are named")
  func wrongVenue() throws {
    let unknown = try Program("venue", "krakn")
    #expect(unknown.status == 2)
    #expect(unknown.messages.contains(#"no simulated venue "krakn"; did you mean kraken?"#))
    let port = try Program("venue", "kraken", "--port", "70000")
    #expect(port.status == 2 && port.messages.contains("is not a port from 0 to 65535"))
    let seed = try Program("demo", "--seed", "x")
    #expect(seed.status == 2 && seed.messages.contains(#"--seed: "x" is not a whole number"#))
  }

  // MARK: demo

  @Test("demo: every venue is live within seconds, and the end is clean")
  func demo() throws {
    let demo = try RunningProgram(["demo", "--json", "--seconds", "12"])
    var live: Set<String> = []
    while live.count < 4, let event = demo.object() {
      #expect(event["v"] as? Int == 1)
      guard event["event"] as? String == "md.health", event["state"] as? String == "live",
        let venue = event["venue"] as? String
      else { continue }
      live.insert(venue)
    }
    #expect(live == ["bitstamp", "coinbase", "gemini", "kraken"])
    // The bar is three seconds for a release build on a machine with nothing else to do.
    #expect(demo.elapsed < .seconds(10), "\(demo.elapsed)")
    let end = demo.interrupt()
    #expect(end.status == 0 && end.messages.isEmpty)
  }

  @Test("demo --out: what it recorded replays to the same states, and a changed state is found")
  func demoRecorded() throws {
    let scratch = try Scratch()
    let demo = try Program("demo", "--out", scratch.path, "--seconds", "3", "--faults", "default")
    #expect(demo.status == 0, "\(demo.messages)")
    #expect(demo.messages.contains("records in \(scratch.path)"))
    let enumerator = FileManager.default.enumerator(atPath: scratch.path)
    let found = try #require(enumerator?.compactMap { $0 as? String })
    let files = found.filter { $0.hasSuffix(".zst") }.map { scratch.path + "/" + $0 }.sorted()
    #expect(files.count >= 4)
    let states = scratch.path + "/states.txt"
    let run = ["replay", "--json", "--states", states] + files
    let same = try RunningProgram(run)
    let report = try #require(same.object()?["states"] as? [String: Any])
    #expect((report["checked"] as? Int ?? 0) >= 1)
    #expect(report["checked"] as? Int == report["matched"] as? Int)
    #expect(report["first_mismatch"] is NSNull)
    #expect(same.end().status == 0)

    // One digit of the last state is another.
    var text = try String(contentsOfFile: states, encoding: .utf8)
    let last = text.removeLast()
    let digit = text.removeLast()
    text += (digit == "0" ? "1" : "0") + String(last)
    try text.write(toFile: states, atomically: true, encoding: .utf8)
    let other = try RunningProgram(["replay", "--states", states] + files)
    var shown = ""
    while let line = other.line() { shown += line + "\n" }
    #expect(shown.contains("first difference at "))
    #expect(other.end().status == 1)

    let partial = try RunningProgram(
      ["replay", "--states", states, "--to", "2030-01-01T00:00:00Z"] + files
    )
    let refusal = partial.end()
    #expect(refusal.status == 2 && refusal.messages.contains("leave out --to"))
  }

  // MARK: run and record

  @Test("run and record: a missing or wrong configuration is told, each with its own status")
  func wrongConfiguration() throws {
    for command in ["run", "record"] {
      let none = try Program(command)
      #expect(none.status == 2 && none.messages.contains("--config is missing"))
      let missing = try Program(command, "--config", "nowhere.yaml")
      #expect(missing.status == 3 && missing.messages.contains("nowhere.yaml"))
      let scratch = try Scratch()
      let wrong = scratch.file("mode: live\nvenues:\n  krakn: {}\n", name: "wrong.yaml")
      let run = try Program(command, "--config", wrong)
      #expect(run.status == 3)
      #expect(run.messages.contains("wrong.yaml:1:") && run.messages.contains("wrong.yaml:3:"))
    }
    let scratch = try Scratch()
    let file = scratch.file(
      "mode: observe\nvenues:\n  kraken:\n    symbols: [BTC/USD]\n",
      name: "run.yaml"
    )
    let record = try Program("record", "--config", file)
    #expect(record.status == 2)
    #expect(record.messages.contains("--out is missing, and so is `record.directory`"))
    let unwritable = try Program("record", "--config", file, "--out", "/proc/nowhere")
    #expect(unwritable.status == 1, "\(unwritable.messages)")
    #expect(unwritable.messages.contains("cannot record in"))
  }

  @Test("record: venues on loopback by a file, recorded, replayed, and nothing left behind")
  func record() throws {
    let scratch = try Scratch()
    let kraken = try RunningProgram(["venue", "kraken", "--json", "--no-limits"])
    let gemini = try RunningProgram(["venue", "gemini", "--json", "--no-limits"])
    var text = "mode: observe\nvenues:\n"
    for venue in [kraken, gemini] {
      let object = try #require(venue.object())
      let name = try #require(object["venue"] as? String)
      let socket = try #require(object["ws"] as? String)
      let rest = try #require(object["rest"] as? String)
      text += "  \(name):\n    symbols: [BTC/USD, ETH/USD]\n    socket: \(socket)\n"
      text += "    rest: \(rest)\n"
    }
    let file = scratch.file(text, name: "run.yaml")
    let out = scratch.path + "/recording"
    let record = try Program(
      "record",
      "--config",
      file,
      "--out",
      out,
      "--seconds",
      "4"
    )
    #expect(record.status == 0, "\(record.messages)")
    #expect(record.messages.contains("live"))
    #expect(kraken.interrupt().status == 0 && gemini.interrupt().status == 0)
    let found = FileManager.default.enumerator(atPath: out)?.compactMap { $0 as? String }
    let names = try #require(found)
    // A folder a venue and day, a file and its index an hour, and the states: nothing half done.
    let suffixes = Set(names.filter { $0.contains(".") }.map { $0.split(separator: ".").last })
    #expect(suffixes == ["zst", "idx", "txt"])
    let files = names.filter { $0.hasSuffix(".zst") }.map { out + "/" + $0 }
    let replay = try RunningProgram(["replay", "--states", out + "/states.txt"] + files)
    #expect(replay.end().status == 0)
  }
}
