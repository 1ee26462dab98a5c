import Configuration
import Engine
import Market
import Node
import Reactor
import Recording
import Sessions
import Terminal
import Transport
import Units
import VenueCatalog
import Words

/// `parallax run` and `parallax record`: watch real venues, or whatever endpoints are configured.
enum RunCommand {
  private static let common = [
    CommandOption("config", value: "FILE", "The configuration; see Examples/observe.yaml"),
    CommandOption("seconds", value: "N", "Stop after so many seconds; default: at Ctrl-C"),
    CommandOption("json", "Print events as lines of JSON instead of a picture"),
  ]

  static let runSyntax = CommandSyntax(
    name: "run",
    summary: "Watch venues: exact books, spreads, and windows, live.",
    positionals: "",
    positionalCount: 0...0,
    examples: [
      ("parallax run --config Examples/observe.yaml", "Four real venues in the terminal"),
      ("parallax run --config run.yaml --json | jq .event", "Every event as a line of JSON"),
    ],
    options: common,
    notes: ["Places no orders. With `record:` in the file it records, too."]
  )

  static let recordSyntax = CommandSyntax(
    name: "record",
    summary: "Watch venues, and record every frame for replay.",
    positionals: "",
    positionalCount: 0...0,
    examples: [
      (
        "parallax record --config Examples/observe.yaml --out recordings",
        "One file a venue and hour below recordings/"
      ),
      ("parallax replay recordings/kraken/2026-01-05/14.plx.zst", "And play it again"),
    ],
    options: common + [
      CommandOption("out", value: "DIR", "Where to write; wins over `record.directory`")
    ],
    notes: [
      "Beside the venues' folders, states.txt has a digest of the engine's state once a minute and "
        + "at the end; `parallax replay --states` holds a replay to it."
    ]
  )

  static let run = Command(syntax: runSyntax) { arguments, console throws(CommandFailure) in
    try start(arguments, console, runSyntax, records: false)
  }

  static let record = Command(syntax: recordSyntax) { arguments, console throws(CommandFailure) in
    try start(arguments, console, recordSyntax, records: true)
  }

  private static func start(
    _ arguments: Arguments,
    _ console: Console,
    _ syntax: CommandSyntax,
    records: Bool
  ) throws(CommandFailure) -> ExitCode {
    guard let path = arguments["config"] else {
      throw CommandFailure(
        .usage,
        "--config is missing\nSee `parallax \(syntax.name) --help`."
      )
    }
    let configuration: RunConfiguration
    do throws(ConfigurationErrors) {
      configuration = try RunConfiguration.load(path: path)
    } catch {
      console.message(error.description)
      return .configuration
    }
    let directory = arguments["out"] ?? configuration.record?.directory
    if records, directory == nil {
      throw CommandFailure(.usage, "--out is missing, and so is `record.directory` in \(path)")
    }
    let seconds = try arguments.count("seconds", syntax.name)
    let recorder = try directory.map { directory throws(CommandFailure) in
      try Recorder(
        directory,
        configuration.venues.map { VenueID(rawValue: $0.name) },
        configuration.record?.policy ?? .init()
      )
    }

    let network = LiveNetwork()
    let desk = MarketDesk(network, settings: configuration.engineSettings, tap: recorder?.tap)
    for venue in configuration.venues {
      guard let adapter = KnownVenues.venue(named: venue.name) else { continue }
      desk.add(adapter, venue.sessionSettings, fees: configuration.fees[venue.name])
    }
    try recorder?.begin(desk)
    let monitor = DeskMonitor(mode: "OBSERVE", at: network.now)
    let loop = DeskLoop(desk, monitor, network, console, isJSON: arguments.has("json"))
    loop.onRefresh = { now in recorder?.noteState(of: desk.engine, at: now) }
    loop.hasFailed = { recorder?.hasFailed ?? false }
    loop.run(seconds: seconds)
    if !arguments.has("json") { console.message(loop.summary()) }
    return try recorder?.finish(desk.engine, console) ?? .success
  }
}
