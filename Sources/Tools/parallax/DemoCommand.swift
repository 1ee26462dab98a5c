import Engine
import Market
import Node
import Recording
import Sessions
import Simulator
import Terminal
import Transport

/// `parallax demo`: simulated venues on loopback, and a desk that watches them.
enum DemoCommand {
  static let syntax = CommandSyntax(
    name: "demo",
    summary: "Watch four simulated venues: no account, no internet.",
    positionals: "",
    positionalCount: 0...0,
    examples: [
      ("parallax demo", "Books, spreads, and windows in the terminal, until Ctrl-C"),
      ("parallax demo --seed 7 --faults harsh", "Another market, on a bad day"),
      ("parallax demo --json --seconds 10", "Ten seconds of events as lines of JSON"),
    ],
    options: [
      CommandOption("seed", value: "N", "The market follows from it; default 1"),
      CommandOption(
        "faults",
        value: "NAME",
        choices: ["none", "default", "harsh"],
        "What goes wrong at the venues; default none"
      ),
      CommandOption("out", value: "DIR", "Record what is seen, for `parallax replay`"),
      CommandOption("seconds", value: "N", "Stop after so many seconds; default: at Ctrl-C"),
      CommandOption("json", "Print events as lines of JSON instead of a picture"),
    ],
    notes: [
      "The venues speak the real protocols on free ports of 127.0.0.1, and charge 5 basis points. "
        + "Places no orders."
    ]
  )

  static let command = Command(syntax: syntax) { arguments, console throws(CommandFailure) in
    try run(arguments, console)
  }

  static let symbols = [
    "bitstamp": ["BTC/USD", "ETH/USD", "SOL/USD"],
    "coinbase": ["BTC/USD", "ETH/USD", "SOL/USD", "ETH/BTC"],
    "gemini": ["BTC/USD", "ETH/USD", "SOL/USD"],
    "kraken": ["BTC/USD", "ETH/USD", "SOL/USD", "ETH/BTC", "SOL/BTC"],
  ]

  private static func run(
    _ arguments: Arguments,
    _ console: Console
  ) throws(CommandFailure) -> ExitCode {
    var settings = DemoWorld.settings(
      seed: try arguments.seed(syntax.name),
      venues: GatewayCatalog.names
    )
    settings.faults = try arguments.faults(syntax.name)
    let seconds = try arguments.count("seconds", syntax.name)
    let recorder = try arguments["out"].map { directory throws(CommandFailure) in
      try Recorder(directory, GatewayCatalog.names.map { VenueID(rawValue: $0) }, .init())
    }
    let world: DemoWorld
    do throws(ListenFailure) { world = try DemoWorld(settings) } catch {
      throw CommandFailure(.failure, error.description)
    }
    defer { world.close() }

    let network = LiveNetwork()
    let desk = MarketDesk(network, settings: EngineSettings(), tap: recorder?.tap)
    world.attach(to: desk, symbols: symbols)
    try recorder?.begin(desk)
    let monitor = DeskMonitor(mode: "SIM", at: network.now)
    let loop = DeskLoop(desk, monitor, network, console, isJSON: arguments.has("json"))
    loop.onRefresh = { now in recorder?.noteState(of: desk.engine, at: now) }
    loop.hasFailed = { recorder?.hasFailed ?? false }
    loop.run(seconds: seconds)
    if !arguments.has("json") { console.message(loop.summary()) }
    return try recorder?.finish(desk.engine, console) ?? .success
  }
}
