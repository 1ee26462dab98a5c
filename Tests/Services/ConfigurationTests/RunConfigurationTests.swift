@testable import Configuration
import Reactor
import TestSupport
import Testing
import Transport
import Units

private func reading(_ text: String) throws(ConfigurationErrors) -> RunConfiguration {
  try RunConfiguration(Document(Array(text.utf8), file: "f"))
}

private func complaints(_ text: String) -> [String] {
  do throws(ConfigurationErrors) {
    _ = try reading(text)
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

/// What is wrong with the keys of one venue, given as lines.
private func venueComplaints(_ lines: String...) -> [String] {
  let head = "venues:\n  kraken:\n    symbols: [BTC/USD]\n"
  return complaints(head + lines.map { "    \($0)\n" }.joined())
}

@Suite("The configuration of a run")
struct RunConfigurationTests {
  @Test("a venue with symbols is enough; the rest has defaults")
  func defaults() throws {
    let run = try reading("venues: {gemini: {symbols: [ETH/BTC, BTC/USD]}}")
    #expect(run.mode == .observe)
    #expect(run.venues.map(\.name) == ["gemini"])
    let venue = try #require(run.venues.first)
    #expect(venue.symbols == ["ETH/BTC", "BTC/USD"])
    #expect(venue.socket == nil && venue.rest == nil && venue.proxy == nil)
    #expect(venue.trust == .system && venue.requestIntervalNanoseconds == nil)
    #expect(run.crossVenue == .crossVenue && run.triangular == .triangular)
    #expect(run.crossVenue.maximumAgeNanoseconds == 10_000_000_000)
    #expect(run.triangular.maximumAgeNanoseconds == 1_000_000_000)
    #expect(run.record == nil && run.maximumSizes == [] && run.feesPath == nil)
    #expect(run.fees == (try FeeConfiguration.load(path: nil)))
    #expect(run.health.staleAfterNanoseconds == 10_000_000_000)
    #expect(run.health.sweepIntervalNanoseconds == 250_000_000)
  }

  @Test("the example is correct, and where it shows a default it is the default")
  func example() throws {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let path = "/\(root)/Examples/observe.yaml"
    let run = try RunConfiguration.load(path: path)
    #expect(run.venues.map(\.name) == ["kraken", "coinbase", "gemini", "bitstamp"])
    #expect(run.venues.allSatisfy { $0.socket?.scheme == .wss && $0.rest?.scheme == .https })
    #expect(run.crossVenue == .crossVenue && run.triangular == .triangular)
    #expect(run.health == HealthSettings() && run.record == nil)

    // What is commented out has to be correct as well, once it is asked for.
    let text = try readFile(path, limit: 1 << 20)
    var lines: [Substring] = []
    for line in String(decoding: text, as: UTF8.self).split(separator: "\n") {
      let blanks = line.prefix { $0 == " " }
      let rest = line.dropFirst(blanks.count)
      let bare = rest.hasPrefix("# ") ? rest.dropFirst(2) : rest
      let isSetting = bare.drop { $0 == " " }.prefix { $0 != ":" }
        .allSatisfy { $0.isLowercase || $0 == "_" }
      lines.append(rest.hasPrefix("# ") && isSetting && bare.contains(":") ? blanks + bare : line)
    }
    let full = lines.joined(separator: "\n")
    let problems = complaints(full)
    #expect(problems.count == 3, "\(problems)")
    #expect(problems.contains { $0.contains(": fees: \"fees.yaml\" cannot be read") })
    #expect(problems.contains { $0.contains("\"my-authority.pem\" cannot be read") })
    #expect(problems.contains { $0.contains("is only read together with allow_self_signed") })
  }

  @Test("every key reaches its setting")
  func everything() throws {
    let scratch = try Scratch()
    scratch.file("-----BEGIN CERTIFICATE-----\n", name: "ca.pem")
    scratch.file("fees: {gemini: {tier: 50000}}", name: "fees.yaml")
    let path = scratch.file(
      """
      mode: observe
      venues:
        coinbase: {enabled: false}
        kraken:
          symbols: [BTC/USD]
          socket: wss://Venue.test:8443/v2
          rest: https://venue.test/api/
          tls: {ca: ca.pem, allow_self_signed: true, host: VENUE.test}
          proxy: http://127.0.0.1:3128
          rate_limit: {requests_per_second: 0.3}
      strategies:
        cross_venue:
          minimum_net_bps: 2.5
          maximum_age_ms: 1500
          book_usage_percent: 12.5
          maximum_levels: 20
          latency_haircut_bps: 0.0001
          eligible_after_ms: 0
        triangular: {enabled: false}
      limits: {maximum_size: {USD: 10000.50, BTC: 0.5}}
      record: {directory: /data/rec, compression_level: 19, write_after_ms: 100, sync: every_block}
      fees: fees.yaml
      health: {stale_after_ms: 5000, sweep_interval_ms: 100}
      """,
      name: "run.yaml"
    )
    let run = try RunConfiguration.load(path: path)
    #expect(run.venues.map(\.name) == ["kraken"])
    let venue = try #require(run.venues.first)
    #expect(venue.socket?.description == "wss://venue.test:8443/v2")
    #expect(venue.rest?.description == "https://venue.test/api")
    #expect(venue.trust.certificates == scratch.path + "/ca.pem")
    #expect(venue.trust.selfSignedHost == "venue.test")
    #expect(venue.proxy?.authority == "127.0.0.1:3128")
    #expect(venue.requestIntervalNanoseconds == 3_333_333_334)
    #expect(
      run.crossVenue
        == StrategySettings(
          isEnabled: true,
          minimumNet: Rate(raw: 25_000),
          maximumAgeNanoseconds: 1_500_000_000,
          bookUsage: Rate(basisPoints: 1_250),
          maximumLevels: 20,
          latencyHaircut: Rate(raw: 1),
          eligibleAfterNanoseconds: 0
        )
    )
    #expect(!run.triangular.isEnabled)
    #expect(run.maximumSizes.map { "\($0.asset) \($0.amount)" } == ["USD 10000.5", "BTC 0.5"])
    #expect(
      run.record
        == RecordSettings(
          directory: "/data/rec",
          compressionLevel: 19,
          writeAfterNanoseconds: 100_000_000,
          sync: .everyBlock
        )
    )
    #expect(run.feesPath == scratch.path + "/fees.yaml")
    #expect(run.fees["gemini"]?.selected.volume.raw == 5_000_000)
    #expect(run.health.staleAfterNanoseconds == 5_000_000_000)
    #expect(run.health.sweepIntervalNanoseconds == 100_000_000)
  }

  @Test("paper and live are refused in a sentence; another word is a mistake")
  func modes() {
    let rest = "\nvenues: {kraken: {symbols: [BTC/USD]}}"
    #expect(complaints("mode: observe" + rest) == [])
    for mode in ["paper", "live"] {
      #expect(
        complaints("mode: \(mode)" + rest) == [
          "f:1:7: mode: \"\(mode)\" is refused: this version only observes and places no orders, "
            + "real or simulated (example: observe)"
        ]
      )
    }
    #expect(
      complaints("mode: obsrve" + rest) == [
        "f:1:7: mode: \"obsrve\" is not the mode of this version, observe (example: observe)"
      ]
    )
  }

  @Test("something has to be watched")
  func nothing() {
    #expect(complaints("").first?.contains("is not a map") == true)
    #expect(complaints("mode: observe") == ["f:1:1: the key \"venues\" is missing"])
    let none = "no venue is enabled; give at least one of kraken, coinbase, gemini, bitstamp"
    #expect(complaints("venues: {}") == ["f:1:9: venues: \(none)"])
    #expect(complaints("venues: {kraken: {enabled: false}}") == ["f:1:9: venues: \(none)"])
    #expect(
      complaints("venues: {kraken: {symbols: []}}") == [
        "f:1:28: venues.kraken.symbols: names no symbol; without one there is nothing to watch"
      ]
    )
    #expect(
      complaints("venues: {kraken: {enabled: yes}}") == [
        "f:1:18: venues.kraken: the key \"symbols\" is missing",
        "f:1:28: venues.kraken.enabled: \"yes\" is not true or false (example: true)",
      ]
    )
  }

  @Test("a symbol written otherwise is shown as it should be")
  func symbols() {
    let text = "venues: {kraken: {symbols: [BTC/USD, btc-usd, ETH, BTC/USD, [x], ~]}}"
    #expect(
      complaints(text) == [
        "f:1:38: venues.kraken.symbols[1]: \"btc-usd\" is not a symbol as BASE/QUOTE "
          + "(example: BTC/USD)",
        "f:1:47: venues.kraken.symbols[2]: \"ETH\" is not a symbol as BASE/QUOTE "
          + "(example: BTC/USD)",
        "f:1:52: venues.kraken.symbols[3]: \"BTC/USD\" is given twice, first on line 1",
        "f:1:61: venues.kraken.symbols[4]: a list is not a symbol as BASE/QUOTE "
          + "(example: BTC/USD)",
        "f:1:66: venues.kraken.symbols[5]: nothing is not a symbol as BASE/QUOTE "
          + "(example: BTC/USD)",
      ]
    )
    #expect(complaints("venues: {kraken: {symbols: [sol_eur]}}")[0].contains("example: SOL/EUR"))
  }

  @Test(
    "plain text goes to this machine alone, unless it is allowed",
    arguments: ["127.0.0.1", "[::1]", "localhost", "127.0.0.1:8081"]
  )
  func plaintext(_ host: String) {
    #expect(venueComplaints("socket: ws://\(host)/v2", "rest: http://\(host)") == [])
  }

  @Test("plain text to another machine is refused, with the way out")
  func plaintextRefused() {
    #expect(
      venueComplaints("socket: ws://10.0.0.1/v2", "rest: http://a.test") == [
        "f:4:13: venues.kraken.socket: \"ws://10.0.0.1/v2\" sends in plain text to another "
          + "machine; use wss://, or say allow_plaintext: true beside it",
        "f:5:11: venues.kraken.rest: \"http://a.test\" sends in plain text to another machine; "
          + "use https://, or say allow_plaintext: true beside it",
      ]
    )
    #expect(venueComplaints("socket: ws://10.0.0.1/v2", "allow_plaintext: true") == [])
    #expect(venueComplaints("socket: ws://10.0.0.1/v2", "allow_plaintext: false").count == 1)
  }

  @Test("an address of another kind is refused")
  func addresses() {
    #expect(
      venueComplaints("socket: https://a.test", "rest: wss://a.test", "proxy: proxy.test:3128") == [
        "f:4:13: venues.kraken.socket: \"https://a.test\" is not an address that starts with "
          + "wss:// or ws:// (example: wss://ws.example.com/v2)",
        "f:5:11: venues.kraken.rest: \"wss://a.test\" is not an address that starts with "
          + "https:// or http:// (example: https://api.example.com)",
        "f:6:12: venues.kraken.proxy: \"proxy.test:3128\" is not a proxy as http://host:port "
          + "(example: http://proxy.example.com:3128)",
      ]
    )
    for proxy in ["http://a.test", "https://a.test:1", "http://a.test:1/x", "http://u:p@a.test:1"] {
      #expect(venueComplaints("proxy: \(proxy)").count == 1, "\(proxy)")
    }
    #expect(
      venueComplaints("rest: https://a.test/x?y=1") == [
        "f:4:11: venues.kraken.rest: is the root of many addresses and has no query"
      ]
    )
  }

  @Test("a certificate that nobody vouches for is believed of one named host of one's own")
  func selfSigned() {
    let allow = "tls: {allow_self_signed: true"
    #expect(venueComplaints("socket: wss://a.test", allow + ", host: a.test}") == [])
    #expect(venueComplaints("rest: https://b.test:8443", allow + ", host: B.test}") == [])
    #expect(
      venueComplaints("socket: wss://a.test", allow + "}") == [
        "f:5:30: venues.kraken.tls.allow_self_signed: allow_self_signed needs the key \"host\": "
          + "the host of this venue's socket or rest, whose certificate nobody vouches for"
      ]
    )
    #expect(
      venueComplaints(allow + ", host: ws.kraken.com}") == [
        "f:4:42: venues.kraken.tls.host: allow_self_signed holds for an address of your own; "
          + "give socket or rest as well"
      ]
    )
    #expect(
      venueComplaints("socket: wss://a.test", "rest: https://b.test", allow + ", host: c.test}")
        == [
          "f:6:42: venues.kraken.tls.host: \"c.test\" is not the host of socket or rest, "
            + "a.test or b.test"
        ]
    )
    #expect(
      venueComplaints("socket: wss://a.test", "tls: {host: a.test}") == [
        "f:5:17: venues.kraken.tls.host: is only read together with allow_self_signed: true"
      ]
    )
  }

  @Test("a file of certificates is looked at")
  func certificates() throws {
    let scratch = try Scratch()
    let empty = scratch.file("no", name: "empty.pem")
    #expect(
      venueComplaints("tls: {ca: \(empty)}").first?
        .hasSuffix("holds no certificate in PEM form") == true
    )
    #expect(
      venueComplaints("tls: {ca: /nowhere/ca.pem}") == [
        "f:4:15: venues.kraken.tls.ca: \"/nowhere/ca.pem\" cannot be read: "
          + "No such file or directory"
      ]
    )
  }

  @Test("numbers keep to their ranges")
  func ranges() {
    #expect(
      venueComplaints("rate_limit: {requests_per_second: 0}") == [
        "f:4:39: venues.kraken.rate_limit.requests_per_second: \"0\" is not requests per second "
          + "from 0.001 to 1000 (example: 5)"
      ]
    )
    let text = """
      venues: {kraken: {symbols: [BTC/USD]}}
      strategies:
        cross_venue: {minimum_net_bps: -1, maximum_age_ms: 0, book_usage_percent: 101}
        triangular: {book_usage_percent: 0, latency_haircut_bps: 10000, minimum_net_bps: 0.00001}
      limits: {maximum_size: {USD: 0, usd: 5}}
      record: {compression_level: 20, sync: allways}
      health: {stale_after_ms: 1000, sweep_interval_ms: 2000}
      """
    #expect(
      complaints(text) == [
        "f:3:34: strategies.cross_venue.minimum_net_bps: \"-1\" is not basis points from 0 to "
          + "10000 (example: 12.5)",
        "f:3:54: strategies.cross_venue.maximum_age_ms: \"0\" is not a whole number from 1 to "
          + "3600000 (example: 1)",
        "f:3:77: strategies.cross_venue.book_usage_percent: \"101\" is not a percentage from 0 "
          + "to 100 (example: 0.25)",
        "f:4:36: strategies.triangular.book_usage_percent: leaves nothing to trade; to switch a "
          + "strategy off, say enabled: false",
        "f:4:60: strategies.triangular.latency_haircut_bps: \"10000\" is not basis points from 0 "
          + "to 9999 (example: 12.5)",
        "f:4:84: strategies.triangular.minimum_net_bps: \"0.00001\" is not basis points from 0 "
          + "to 10000 (example: 12.5)",
        "f:5:30: limits.maximum_size.USD: \"0\" is not an amount above 0 (example: 10000)",
        "f:5:38: limits.maximum_size.usd: the key \"usd\" is not an asset (example: USD)",
        "f:6:9: record: the key \"directory\" is missing",
        "f:6:29: record.compression_level: \"20\" is not a whole number from 1 to 19 (example: 1)",
        "f:6:39: record.sync: \"allways\" is not one of never, when_closed, every_block "
          + "(example: never)",
        "f:7:51: health.sweep_interval_ms: is longer than stale_after_ms; silence would be seen "
          + "too late",
      ]
    )
  }

  @Test("every mistake is told at once, with the nearest key, those of the fees file last")
  func allAtOnce() throws {
    let scratch = try Scratch()
    scratch.file("fees: {krakn: {tier: 0}}", name: "fees.yaml")
    let path = scratch.file(
      """
      mod: observe
      venues:
        krakn: {symbols: [BTC/USD]}
        gemini: {symbls: [BTC/USD]}
      strategies: {cross_veneu: {}}
      fees: fees.yaml
      """,
      name: "run.yaml"
    )
    do throws(ConfigurationErrors) {
      _ = try RunConfiguration.load(path: path)
      Issue.record("it was taken")
    } catch {
      let folder = scratch.path + "/"
      #expect(
        error.problems.map { $0.description.replacing(folder, with: "") } == [
          "run.yaml:1:1: unknown key \"mod\"; did you mean \"mode\"?",
          "run.yaml:3:3: venues: unknown key \"krakn\"; did you mean \"kraken\"?",
          "run.yaml:4:11: venues.gemini: the key \"symbols\" is missing",
          "run.yaml:4:12: venues.gemini: unknown key \"symbls\"; did you mean \"symbols\"?",
          "run.yaml:5:14: strategies: unknown key \"cross_veneu\"; did you mean \"cross_venue\"?",
          "fees.yaml:1:8: fees: unknown key \"krakn\"; did you mean \"kraken\"?",
        ]
      )
    }
  }

  @Test("damaged files give settings or mistakes, and nothing else", arguments: 1...40)
  func damage(_ seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let whole = try readFile("/\(root)/Examples/observe.yaml", limit: 1 << 20)
    let lines = whole.split(separator: 10).filter { $0.first { $0 != 32 } != 35 }
    var bytes = Array(lines.joined(separator: [10]))
    for _ in 0..<50 {
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 32...126, using: &random)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2: bytes.remove(at: place)
        default: bytes.insert(contentsOf: "99999999999999999999".utf8, at: place)
        }
      }
      do throws(ConfigurationErrors) {
        let run = try RunConfiguration(Document(bytes, file: "f"))
        #expect(!run.venues.isEmpty && run.venues.allSatisfy { !$0.symbols.isEmpty })
      } catch {
        #expect(!error.problems.isEmpty)
      }
    }
  }

  @Test("a file that is not there is named, with the system's reason")
  func missing() {
    let error = #expect(throws: ConfigurationErrors.self) {
      try RunConfiguration.load(path: "/nowhere/run.yaml")
    }
    #expect(
      error?.description == "/nowhere/run.yaml: cannot be read: No such file or directory"
    )
  }
}
