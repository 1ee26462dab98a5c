import Terminal
import Words

/// A command of the program.
struct Command: Sendable {
  let syntax: CommandSyntax
  let run: @Sendable (Arguments, Console) throws(CommandFailure) -> ExitCode
}

/// The program: finds the command, and turns whatever happens into words and an exit status.
enum Parallax {
  static let version = "0.2.0"

  static let commands = [
    ReplayCommand.command, BookCommand.command, InstrumentsCommand.command, VenueCommand.command,
    ConfigCommand.command, DoctorCommand.command,
  ]

  /// Runs a command line without the program's own name.
  static func run(_ words: [String], _ console: Console) -> ExitCode {
    guard let name = words.first else {
      console.message(help)
      return .usage
    }
    switch name {
    case "-h", "--help", "help":
      let asked = Array(words.dropFirst())
      console.print(
        find(asked)?.command.syntax.help ?? asked.first.flatMap(groupHelp) ?? help
      )
      return .success
    case "--version", "version":
      console.print("parallax \(version)")
      return .success
    default: break
    }
    guard let (command, rest) = find(words) else { return refuse(words, console) }
    do {
      let arguments = try Arguments(rest, command.syntax)
      guard !arguments.has("help") else {
        console.print(command.syntax.help)
        return .success
      }
      return try command.run(arguments, console)
    } catch {
      console.error(error.message)
      return error.code
    }
  }

  /// The command that the first words name, and the words behind the name.
  ///
  /// A name may have more than one word: `config check`.
  private static func find(_ words: [String]) -> (command: Command, rest: [String])? {
    for command in commands {
      let name = command.syntax.name.split(separator: " ").map(String.init)
      if words.starts(with: name) { return (command, Array(words.dropFirst(name.count))) }
    }
    return nil
  }

  /// Says that the first words name no command; `config` alone is answered with what follows it.
  private static func refuse(_ words: [String], _ console: Console) -> ExitCode {
    var name = words[0]
    var see = "parallax --help"
    if let help = groupHelp(name) {
      guard words.count > 1 else {
        console.message(help)
        return .usage
      }
      if ["-h", "--help"].contains(words[1]) {
        console.print(help)
        return .success
      }
      see = "parallax \(name) --help"
      name += " " + words[1]
    }
    let hint =
      nearest(to: name, in: commands.map(\.syntax.name)).map { "; did you mean \($0)?" } ?? ""
    console.error("unknown command \(quoted(name))\(hint)\nSee `\(see)`.")
    return .usage
  }

  /// The commands whose names begin with `word` and a second one; nil when there is none.
  private static func groupHelp(_ word: String) -> String? {
    let members = commands.filter { $0.syntax.name.hasPrefix(word + " ") }
    guard !members.isEmpty else { return nil }
    let lines =
      ["Usage: parallax \(word) COMMAND [arguments]", "", "Commands:"]
      + members.map { "  \($0.syntax.name)  \($0.syntax.summary)" }
      + ["", "`parallax \(word) COMMAND --help` shows examples and options of one command."]
    return lines.joined(separator: "\n")
  }

  static var help: String {
    let width = commands.map(\.syntax.name.count).max() ?? 0
    let list = commands.map { "  \(padded($0.syntax.name, width))  \($0.syntax.summary)" }
    let codes = ExitCode.allCases.map { "  \(padded("\($0.rawValue)", 3))  \($0.meaning)" }
    let lines =
      [
        "Parallax sees one asset from many venues and trades the difference.",
        "",
        "Usage: parallax COMMAND [arguments]",
        "",
        "Examples:",
        "  parallax replay Examples/sample-session/*.zst",
        "      Play recordings as one market: exact books, data quality, opportunities",
        "  parallax book recording.zst --symbol BTC/USD",
        "      The order book at the end of a recording",
        "",
        "Commands:",
      ] + list + [
        "",
        "`parallax COMMAND --help` shows examples and options of one command.",
        "",
        "Exit status:",
      ] + codes
    return lines.joined(separator: "\n")
  }
}
