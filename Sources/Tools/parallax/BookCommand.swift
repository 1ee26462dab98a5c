import Backtest
import Codecs
import Engine
import Market
import Terminal
import Units
import Words

/// `parallax book`: a ladder that one can read.
enum BookCommand {
  static let syntax = CommandSyntax(
    name: "book",
    summary: "Show an order book as it stood at a moment of a recording.",
    positionals: "FILE...",
    positionalCount: 1...64,
    examples: [
      ("parallax book kraken.plx.zst --symbol BTC/USD", "The book at the end of the file"),
      (
        "parallax book day.plx.zst --symbol ETH/USD --at 2026-01-05T14:00:02.5Z --depth 5",
        "Five levels a side, half past two seconds after two"
      ),
    ],
    options: Arguments.fileOptions + [
      CommandOption("symbol", value: "SYMBOL", "BASE/QUOTE, or the venue's own name"),
      CommandOption("at", value: "TIME", "The moment (RFC 3339, UTC); default: the end"),
      CommandOption("depth", value: "N", "Levels a side; default 10"),
      CommandOption("json", "Print one JSON object"),
    ],
    notes: ["Bitstamp's books come over REST: give both of its files."]
  )

  static let command = Command(syntax: syntax) { arguments, console throws(CommandFailure) in
    try run(arguments, console)
  }

  private static func run(
    _ arguments: Arguments,
    _ console: Console
  ) throws(CommandFailure) -> ExitCode {
    guard let symbol = arguments["symbol"] else {
      throw CommandFailure(.usage, "--symbol is missing\nSee `parallax book --help`.")
    }
    let depth = try arguments.count("depth", syntax.name) ?? 10
    var options = try arguments.replayOptions(syntax.name)
    options.strategies = []
    // A record at the very moment still counts.
    options.to = try arguments.time("at", syntax.name)?.advanced(byNanoseconds: 1)
    var pace = try Pace(nil)
    let result = try ReplayCommand.play(options, &pace, console, title: "book")
    let instruments = try matches(symbol, result.engine.registry.instruments)
    if arguments.has("json") {
      var json = JSONWriter()
      json.object {
        $0.field("v", 1)
        $0.array("books") {
          for instrument in instruments {
            LadderText(instrument, result, depth: depth).write(to: &$0)
          }
        }
      }
      console.print(json.text)
    } else {
      let texts = instruments.map { LadderText($0, result, depth: depth).text(console.style) }
      console.print(texts.joined(separator: "\n\n"))
    }
    if result.report.isInterrupted { return .interrupted }
    return result.report.isComplete ? .success : .partial
  }

  private static func matches(
    _ symbol: String,
    _ instruments: [Instrument]
  ) throws(CommandFailure) -> [Instrument] {
    let wanted = symbol.uppercased()
    let found = instruments.filter {
      $0.symbol.description == wanted || $0.wireSymbol.uppercased() == wanted
    }
    guard found.isEmpty else { return found }
    let names = Set(instruments.map(\.symbol.description)).sorted()
    guard !names.isEmpty else {
      throw CommandFailure(.failure, "the recording names no instrument before that moment")
    }
    let hint = nearest(to: wanted, in: names).map { "; did you mean \($0)?" } ?? ""
    throw CommandFailure(
      .failure,
      "\(quoted(symbol)) is not in the recording\(hint)\nIt has \(names.joined(separator: ", "))."
    )
  }
}
