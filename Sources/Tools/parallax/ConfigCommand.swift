import Codecs
import Configuration
import Terminal
import Transport
import Units
import Words

/// `parallax config check`: what is wrong with the configuration of a run.
enum ConfigCommand {
  static let syntax = CommandSyntax(
    name: "config check",
    summary: "Check the configuration of a run: every mistake at once, with line and column.",
    positionals: "FILE",
    positionalCount: 1...1,
    examples: [
      ("parallax config check Examples/observe.yaml", "Say what is wrong, or what is set"),
      ("parallax config check run.yaml --json", "The same as one JSON object"),
    ],
    options: [CommandOption("json", "Print one JSON object, also when the file is wrong")],
    notes: [
      "Each mistake is a line of file:line:column: key: what is wrong, on standard error. Files "
        + "that the configuration names (fees, certificates) are read as well. Nothing is "
        + "contacted; `parallax doctor --config FILE` does that.",
      "Exit status 3 when something is wrong.",
    ]
  )

  static let command = Command(syntax: syntax) { arguments, console throws(CommandFailure) in
    let path = arguments.positionals[0]
    let configuration: RunConfiguration
    do throws(ConfigurationErrors) {
      configuration = try RunConfiguration.load(path: path)
    } catch {
      if arguments.has("json") {
        console.print(json(path, error))
      } else {
        console.message(listing(error, console.messageStyle))
      }
      return .configuration
    }
    if arguments.has("json") {
      console.print(json(path, configuration))
    } else {
      console.print(text(path, configuration, console.style).joined(separator: "\n"))
    }
    return .success
  }

  /// The mistakes as compilers print them, and how many there are.
  private static func listing(_ errors: ConfigurationErrors, _ style: Style) -> String {
    let count = errors.problems.count + errors.omitted
    let total = count == 1 ? "1 mistake" : "\(grouped(count)) mistakes"
    return errors.description + "\n" + style.red(total)
  }

  // MARK: - As text

  /// What is set, in the words of the file.
  static func text(_ path: String, _ configuration: RunConfiguration, _ style: Style) -> [String] {
    var table = TextTable([
      .init("venue", .leading), .init("symbols", .leading), .init("socket", .leading),
      .init("rest", .leading), .init("requests", .leading),
    ])
    for venue in configuration.venues {
      table.add([
        venue.name, venue.symbols.joined(separator: " "),
        venue.socket?.text ?? "the venue's own",
        venue.rest?.text ?? "the venue's own",
        venue.requestsPerSecond.map { "\($0) a second" } ?? "the venue's rule",
      ])
    }
    var lines = ["\(path): \(style.green("correct")), mode \(configuration.mode.rawValue)"]
    lines += table.lines(indent: 2, style)
    for venue in configuration.venues { lines += notes(venue, style) }
    lines += [
      "  cross-venue: \(words(configuration.crossVenue))",
      "  triangular:  \(words(configuration.triangular))",
    ]
    for limit in configuration.maximumSizes {
      lines.append("  at most \(limit.amount) \(limit.asset) in one opportunity")
    }
    lines.append("  record: " + (configuration.record.map(words) ?? "nothing"))
    lines.append("  fees: " + (configuration.feesPath.map(printable) ?? "built in"))
    let health = configuration.health
    lines.append(
      "  stale after \(durationText(nanoseconds: health.staleAfterNanoseconds)), "
        + "looked for every \(durationText(nanoseconds: health.sweepIntervalNanoseconds))"
    )
    return lines
  }

  /// What weakens or detours a venue's connections, said aloud.
  private static func notes(_ venue: VenueSettings, _ style: Style) -> [String] {
    var notes: [String] = []
    if let certificates = venue.trust.certificates {
      notes.append("also believes \(printable(certificates))")
    }
    if let host = venue.trust.selfSignedHost {
      notes.append(style.yellow("believes any certificate of \(host)"))
    }
    for address in [venue.socket, venue.rest].compactMap({ $0 })
    where !address.scheme.isSecure && !address.isLoopback {
      notes.append(style.yellow("\(address.text) is not encrypted"))
    }
    if let proxy = venue.proxy { notes.append("goes through \(proxy.host):\(proxy.port)") }
    return notes.map { "  \(venue.name) \($0)" }
  }

  private static func words(_ strategy: StrategySettings) -> String {
    guard strategy.isEnabled else { return "off" }
    var parts = ["books younger than \(durationText(nanoseconds: strategy.maximumAgeNanoseconds))"]
    parts.append(
      strategy.minimumNet.map { "from \($0.basisPointsText) bp net" } ?? "from any profit"
    )
    parts.append("\(percent(strategy.bookUsage)) % of the depth")
    parts.append("\(grouped(strategy.maximumLevels)) levels")
    parts.append("haircut \(strategy.latencyHaircut.basisPointsText) bp")
    parts.append("eligible after \(durationText(nanoseconds: strategy.eligibleAfterNanoseconds))")
    return parts.joined(separator: ", ")
  }

  private static func words(_ record: RecordSettings) -> String {
    "to \(printable(record.directory)), zstd level \(record.compressionLevel), written after "
      + "\(durationText(nanoseconds: record.writeAfterNanoseconds)), synced \(record.sync.rawValue)"
  }

  // MARK: - As JSON

  private static func json(_ path: String, _ errors: ConfigurationErrors) -> String {
    var json = JSONWriter()
    json.object {
      $0.field("v", 1)
      $0.field("file", path)
      $0.field("correct", false)
      $0.array("problems") {
        for problem in errors.problems { $0.object { describe(problem, &$0) } }
      }
      $0.field("omitted", errors.omitted)
    }
    return json.text
  }

  private static func describe(_ problem: Problem, _ json: inout JSONWriter) {
    json.field("file", problem.file)
    if let position = problem.position {
      json.field("line", position.line)
      json.field("column", position.column)
    }
    json.field("key", problem.path)
    json.field("message", problem.message)
  }

  private static func json(_ path: String, _ configuration: RunConfiguration) -> String {
    var json = JSONWriter()
    json.object {
      $0.field("v", 1)
      $0.field("file", path)
      $0.field("correct", true)
      $0.array("problems") { _ in }
      $0.field("mode", configuration.mode.rawValue)
      $0.object("venues") {
        for venue in configuration.venues {
          $0.object(venue.name) { describe(venue, &$0) }
        }
      }
      $0.object("strategies") {
        $0.object("cross_venue") { describe(configuration.crossVenue, &$0) }
        $0.object("triangular") { describe(configuration.triangular, &$0) }
      }
      $0.object("limits") {
        $0.object("maximum_size") {
          for limit in configuration.maximumSizes {
            $0.field(limit.asset, limit.amount.description)
          }
        }
      }
      $0.key("record")
      if let record = configuration.record {
        $0.object {
          $0.field("directory", record.directory)
          $0.field("compression_level", record.compressionLevel)
          $0.field("write_after_ms", milliseconds(record.writeAfterNanoseconds))
          $0.field("sync", record.sync.rawValue)
        }
      } else {
        $0.null()
      }
      $0.field("fees", configuration.feesPath)
      $0.object("health") {
        $0.field("stale_after_ms", milliseconds(configuration.health.staleAfterNanoseconds))
        $0.field("sweep_interval_ms", milliseconds(configuration.health.sweepIntervalNanoseconds))
      }
    }
    return json.text
  }

  private static func describe(_ venue: VenueSettings, _ json: inout JSONWriter) {
    json.array("symbols") { for symbol in venue.symbols { $0.string(symbol) } }
    json.field("socket", venue.socket?.text)
    json.field("rest", venue.rest?.text)
    json.field("ca", venue.trust.certificates)
    json.field("self_signed_host", venue.trust.selfSignedHost)
    json.field("proxy", venue.proxy?.description)
    json.field("requests_per_second", venue.requestsPerSecond?.description)
  }

  private static func describe(_ strategy: StrategySettings, _ json: inout JSONWriter) {
    json.field("enabled", strategy.isEnabled)
    json.field("minimum_net_bps", strategy.minimumNet?.basisPointsText)
    json.field("maximum_age_ms", milliseconds(strategy.maximumAgeNanoseconds))
    json.field("book_usage_percent", percent(strategy.bookUsage))
    json.field("maximum_levels", strategy.maximumLevels)
    json.field("latency_haircut_bps", strategy.latencyHaircut.basisPointsText)
    json.field("eligible_after_ms", milliseconds(strategy.eligibleAfterNanoseconds))
  }

  private static func percent(_ rate: Rate) -> String {
    decimalText(Int128(rate.raw), decimals: 6)
  }

  private static func milliseconds(_ nanoseconds: Int64) -> Int64 { nanoseconds / 1_000_000 }
}
