import Configuration
import Terminal
import TestSupport
import Testing
import Transport
import VenueCatalog
import VenueKit
@testable import parallax

@Suite("parallax config")
struct ConfigCommandTests {
  private static let example = "Examples/observe.yaml"

  @Test("says what a correct file sets, and ends with success")
  func correct() throws {
    let run = try Program("config", "check", ConfigCommandTests.example)
    #expect(run.status == 0 && run.messages.isEmpty)
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines.first == "Examples/observe.yaml: correct, mode observe")
    for words in [
      "kraken    BTC/USD ETH/USD ETH/BTC SOL/USD  wss://ws.kraken.com/v2", "the venue's rule",
      "cross-venue: books younger than 10.0 s, from any profit, 30 % of the depth",
      "record: nothing", "fees: built in", "stale after 10.0 s, looked for every 250 ms",
    ] {
      #expect(run.output.contains(words), "\(words)")
    }
  }

  @Test("prints every mistake at once as compilers do, and ends with the status of its kind")
  func wrong() throws {
    let scratch = try Scratch()
    let path = scratch.file("mode: live\nvenues: {krakn: {}}\nrecord: {}\n", name: "run.yaml")
    let run = try Program("config", "check", path)
    #expect(run.status == 3 && run.output.isEmpty)
    let lines = run.messages.split(separator: "\n").map(String.init)
    #expect(lines.count == 5)
    #expect(
      lines[0].hasPrefix("\(path):1:7: mode: \"live\" is refused: this version only observes")
    )
    #expect(lines[1].hasPrefix("\(path):2:9: venues: no venue is enabled"))
    #expect(lines[2].hasSuffix("unknown key \"krakn\"; did you mean \"kraken\"?"))
    #expect(lines[3] == "\(path):3:9: record: the key \"directory\" is missing")
    #expect(lines[4] == "4 mistakes")
  }

  @Test("--json is one object, right or wrong")
  func json() throws {
    let scratch = try Scratch()
    let path = scratch.file("venues: {krakn: {}, gemini: {symbols: [BTC/USD]}}", name: "run.yaml")
    let wrong = try Program("config", "check", path, "--json")
    #expect(wrong.status == 3 && wrong.messages.isEmpty)
    #expect(
      wrong.output == #"{"v":1,"file":"\#(path)","correct":false,"problems":["#
        + #"{"file":"\#(path)","line":1,"column":10,"key":"venues","#
        + #""message":"unknown key \"krakn\"; did you mean \"kraken\"?"}],"omitted":0}"# + "\n"
    )
    let right = try Program("config", "check", ConfigCommandTests.example, "--json")
    #expect(right.status == 0 && right.messages.isEmpty)
    #expect(right.output.hasPrefix(#"{"v":1,"file":"Examples/observe.yaml","correct":true,"#))
    for words in [
      #""mode":"observe""#, #""socket":"wss://ws.gemini.com/?snapshot=-1""#,
      #""book_usage_percent":"30""#, #""maximum_age_ms":1000,"#, #""record":null"#,
    ] {
      #expect(right.output.contains(words), "\(words)")
    }
  }

  @Test("what weakens a connection is said aloud")
  func weak() throws {
    let text = """
      venues:
        kraken:
          symbols: [BTC/USD]
          socket: ws://venue.test:1
          rest: https://venue.test
          allow_plaintext: true
          tls: {allow_self_signed: true, host: venue.test}
          proxy: http://proxy.test:3128
      """
    let run = try RunConfiguration(Document(Array(text.utf8), file: "f"))
    let lines = ConfigCommand.text("f", run, .plain)
    #expect(lines.contains("  kraken believes any certificate of venue.test"))
    #expect(lines.contains("  kraken ws://venue.test:1 is not encrypted"))
    #expect(lines.contains("  kraken goes through proxy.test:3128"))
  }

  @Test(
    "a word alone shows what may follow it",
    arguments: [["config", "-h"], ["help", "config"]]
  )
  func group(_ words: [String]) throws {
    let asked = try Program(words[0], words[1])
    #expect(asked.status == 0 && asked.messages.isEmpty)
    #expect(asked.output.contains("  config check  Check the configuration of a run"))
    let alone = try Program("config")
    #expect(alone.status == 2 && alone.output.isEmpty)
    #expect(alone.messages == asked.output)
  }

  @Test("help shows examples first, by any road")
  func help() throws {
    for run in [
      try Program("config", "check", "--help"), try Program("help", "config", "check"),
    ] {
      #expect(run.status == 0 && run.messages.isEmpty)
      #expect(run.output.contains("Usage: parallax config check FILE [options]\n\nExamples:"))
    }
  }

  @Test("a second word that is none has a suggestion")
  func unknown() throws {
    let run = try Program("config", "chekc", "x")
    #expect(run.status == 2)
    #expect(run.messages.contains(#"unknown command "config chekc"; did you mean config check?"#))
    #expect(run.messages.contains("See `parallax config --help`."))
  }

  @Test("the venues that a configuration may name are those that the program speaks")
  func venues() throws {
    let names = try FeeConfiguration.load(path: nil).venues.map(\.venue)
    #expect(names.sorted() == KnownVenues.names)
  }

  @Test("the example's sockets are the venues' own")
  func sockets() throws {
    let root = "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let run = try RunConfiguration.load(path: "\(root)/\(ConfigCommandTests.example)")
    for venue in run.venues {
      #expect(
        venue.socket?.text == KnownVenues.venue(named: venue.name)?.capabilities.socket
      )
    }
  }
}
