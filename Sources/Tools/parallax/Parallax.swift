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
  ]

  /// Runs a command line without the program's own name.
  static func run(_ words: [String], _ console: Console) -> ExitCode {
    guard let name = words.first else {
      console.message(help)
      return .usage
    }
    switch name {
    case "-h", "--help", "help":
      console.print(
        commands.first { $0.syntax.name == words.dropFirst().first }?.syntax.help ?? help
      )
      return .success
    case "--version", "version":
      console.print("parallax \(version)")
      return .success
    default: break
    }
    guard let command = commands.first(where: { $0.syntax.name == name }) else {
      let names = commands.map(\.syntax.name)
      let hint = nearest(to: name, in: names).map { "; did you mean \($0)?" } ?? ""
      console.error("unknown command \(quoted(name))\(hint)\nSee `parallax --help`.")
      return .usage
    }
    do {
      let arguments = try Arguments(Array(words.dropFirst()), command.syntax)
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
