/// One option of a command: `--depth N`, or a switch such as `--json`.
public struct CommandOption: Hashable, Sendable {
  public let name: String
  /// What stands for its value in the help; nil for a switch.
  public let value: String?
  public let isRepeatable: Bool
  /// The values that it takes, where they can be listed.
  public let choices: [String]
  public let summary: String

  public init(
    _ name: String,
    value: String? = nil,
    isRepeatable: Bool = false,
    choices: [String] = [],
    _ summary: String
  ) {
    self.name = name
    self.value = value
    self.isRepeatable = isRepeatable
    self.choices = choices
    self.summary = summary
  }
}

/// How a command is called: what its help shows and what its arguments are checked against.
public struct CommandSyntax: Hashable, Sendable {
  public let name: String
  public let summary: String
  /// The arguments that are not options, as the help shows them: `FILE...`.
  public let positionals: String
  /// How many of those there may be.
  public let positionalCount: ClosedRange<Int>
  /// Command lines, each with what it does.
  public let examples: [(line: String, purpose: String)]
  public let options: [CommandOption]
  /// Paragraphs below the options.
  public let notes: [String]

  public init(
    name: String,
    summary: String,
    positionals: String,
    positionalCount: ClosedRange<Int>,
    examples: [(line: String, purpose: String)],
    options: [CommandOption],
    notes: [String] = []
  ) {
    self.name = name
    self.summary = summary
    self.positionals = positionals
    self.positionalCount = positionalCount
    self.examples = examples
    self.options = options + CommandSyntax.common
    self.notes = notes
  }

  /// What every command takes.
  public static let common = [
    CommandOption("no-color", "Print without colour, as with NO_COLOR set"),
    CommandOption("help", "This text"),
  ]

  public static func == (lhs: CommandSyntax, rhs: CommandSyntax) -> Bool { lhs.name == rhs.name }
  public func hash(into hasher: inout Hasher) { hasher.combine(name) }

  /// The help: summary, usage, examples first, then options.
  public var help: String {
    let usage = [name, positionals, "[options]"].filter { !$0.isEmpty }.joined(separator: " ")
    var lines = [summary, "", "Usage: parallax \(usage)", "", "Examples:"]
    for example in examples {
      lines.append("  \(example.line)")
      lines.append("      \(example.purpose)")
    }
    lines += ["", "Options:"]
    let names = options.map(CommandSyntax.spelling)
    let width = min(32, names.map(\.count).max() ?? 0)
    for (option, name) in zip(options, names) {
      let summary = wrapped(option.summary, width: 96 - width - 4)
      let gap = String(repeating: " ", count: width + 4)
      if name.count > width {
        lines.append("  \(name)")
        lines.append(gap + summary[0])
      } else {
        lines.append("  \(padded(name, width))  \(summary[0])")
      }
      lines += summary.dropFirst().map { gap + $0 }
    }
    for note in notes { lines += [""] + wrapped(note, width: 96) }
    return lines.joined(separator: "\n")
  }

  static func spelling(_ option: CommandOption) -> String {
    let name = option.name == "help" ? "-h, --help" : "--\(option.name)"
    guard let value = option.value else { return name }
    return "\(name) \(value)" + (option.isRepeatable ? " ..." : "")
  }
}

/// The words of `text` in lines of at most so many characters.
public func wrapped(_ text: String, width: Int) -> [String] {
  var lines: [String] = []
  var line = ""
  for word in text.split(separator: " ") {
    if !line.isEmpty, line.count + 1 + word.count > width {
      lines.append(line)
      line = ""
    }
    line += (line.isEmpty ? "" : " ") + word
  }
  return lines + [line]
}

/// `text` with blanks behind it up to so many characters.
public func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
