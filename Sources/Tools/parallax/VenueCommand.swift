import Codecs
import Simulator
import Terminal
import Transport
import Units
import Words

/// `parallax venue`: one simulated venue, for any client that speaks the real one's protocol.
enum VenueCommand {
  static let syntax = CommandSyntax(
    name: "venue",
    summary: "Serve one simulated venue that speaks the real venue's protocol.",
    positionals: "NAME",
    positionalCount: 1...1,
    examples: [
      ("parallax venue kraken --port 7411 --seed 1", "Kraken on port 7411, until Ctrl-C"),
      (
        "parallax venue gemini --json | head -1",
        "Addresses and keys as one JSON object: {venue, rest, ws, wsPrivate, accounts}"
      ),
    ],
    options: [
      CommandOption("port", value: "PORT", "Where to listen on 127.0.0.1; default: any free port"),
      CommandOption("seed", value: "N", "The market follows from it; default 1"),
      CommandOption(
        "faults",
        value: "NAME",
        choices: ["none", "default", "harsh"],
        "What goes wrong; default none"
      ),
      CommandOption("no-limits", "Do not enforce the venue's rate limits"),
      CommandOption("json", "Print one JSON object as the first line"),
    ],
    notes: [
      "Keys are worthless anywhere else. Accounts: demo and second (trade), reader (view only), "
        + "owner (trade and withdraw).",
      "While it runs, `curl -d '{\"dropFrame\": 0.01}' URL/control/faults` lets things go wrong; "
        + "GET shows what can. POST /control/status takes open, cancel_only, post_only, "
        + "limit_only, or closed; POST /control/disconnect closes all sockets.",
    ]
  )

  static let command = Command(syntax: syntax) { arguments, console throws(CommandFailure) in
    try run(arguments, console)
  }

  private static func run(
    _ arguments: Arguments,
    _ console: Console
  ) throws(CommandFailure) -> ExitCode {
    let name = arguments.positionals[0].lowercased()
    guard GatewayCatalog.gateway(named: name) != nil else {
      let hint = nearest(to: name, in: GatewayCatalog.names).map { "; did you mean \($0)?" } ?? ""
      let names = GatewayCatalog.names.joined(separator: ", ")
      throw CommandFailure(.usage, "no simulated venue \(quoted(name))\(hint) (\(names))")
    }
    var settings = WorldSettings(seed: try arguments.seed(syntax.name), venues: [name])
    settings.limitsRates = !arguments.has("no-limits")
    settings.faults = try arguments.faults(syntax.name)

    let network = LiveNetwork()
    let world = SimulatedWorld(settings, at: network.now)
    let clock = WorldClock(world, network)
    let server = VenueServer(world.venues[0], clock, network)
    let port = try arguments.port(syntax.name)
    do throws(ListenFailure) {
      try server.start(ListenRequest(port: port))
    } catch {
      throw CommandFailure(.failure, "\(error)\nIs something else there? --port takes another.")
    }
    console.print(announcement(server.description(), isJSON: arguments.has("json")))
    Interruption.watch()
    network.run { !Interruption.isRequested }
    return .success
  }

  private static func announcement(_ served: ServedVenue, isJSON: Bool) -> String {
    if isJSON {
      var json = JSONWriter()
      served.write(to: &json)
      return json.text
    }
    var lines = [
      "Simulated \(served.venue), until Ctrl-C",
      "  REST               \(served.rest)",
      "  WebSocket          \(served.market)",
      "  private WebSocket  \(served.account)",
      "",
      "Accounts (worthless anywhere else):",
    ]
    for account in served.accounts {
      lines.append("  \(account.account)")
      lines.append("    key     \(account.key)")
      let secret = account.secret.split(separator: "\n").joined(separator: "\\n")
      lines.append("    secret  \(secret)")
      for (name, value) in account.more.sorted(by: { $0.key < $1.key }) {
        lines.append("    \(name)  \(value)")
      }
    }
    return lines.joined(separator: "\n")
  }
}

extension Arguments {
  func seed(_ command: String) throws(CommandFailure) -> UInt64 {
    guard let text = self["seed"] else { return 1 }
    guard let seed = UInt64(text) else {
      throw CommandFailure(
        .usage,
        "--seed: \(quoted(text)) is not a whole number\nSee `parallax \(command) --help`."
      )
    }
    return seed
  }

  func port(_ command: String) throws(CommandFailure) -> Int {
    guard let text = self["port"] else { return 0 }
    guard let port = Int(text), (0...65_535).contains(port) else {
      throw CommandFailure(
        .usage,
        "--port: \(quoted(text)) is not a port from 0 to 65535\nSee `parallax \(command) --help`."
      )
    }
    return port
  }

  func faults(_ command: String) throws(CommandFailure) -> FaultSettings {
    guard let text = self["faults"] else { return .none }
    guard let faults = FaultSettings.named(text) else {
      throw CommandFailure(
        .usage,
        "--faults: \(quoted(text)) is none of none, default, harsh\n"
          + "See `parallax \(command) --help`."
      )
    }
    return faults
  }
}
