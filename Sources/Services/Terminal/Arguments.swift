import Words

/// The arguments of a command, checked against its syntax.
public struct Arguments: Hashable, Sendable {
  public private(set) var positionals: [String] = []
  private var values: [String: [String]] = [:]

  /// Reads `words`; `--name=value` and `--name value` are the same, and `--` ends the options.
  ///
  /// - Throws: ``CommandFailure`` with ``ExitCode/usage`` that names the word, the rule, and the
  ///   nearest option where one is near.
  public init(_ words: [String], _ syntax: CommandSyntax) throws(CommandFailure) {
    var rest = words[...]
    var isLiteral = false
    while let word = rest.popFirst() {
      if isLiteral || word == "-" || !word.hasPrefix("-") {
        positionals.append(word)
      } else if word == "--" {
        isLiteral = true
      } else {
        try takeOption(word, &rest, syntax)
      }
    }
    guard !has("help") else { return }
    let count = syntax.positionalCount
    guard count.contains(positionals.count) else {
      let problem =
        positionals.count < count.lowerBound
        ? "\(syntax.positionals.isEmpty ? "an argument" : syntax.positionals) is missing"
        : "unexpected \(quoted(positionals[count.upperBound]))"
      throw Arguments.failure(problem, syntax)
    }
  }

  private mutating func takeOption(
    _ word: String,
    _ rest: inout ArraySlice<String>,
    _ syntax: CommandSyntax
  ) throws(CommandFailure) {
    let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let spelled = String(parts[0])
    let name = spelled == "-h" ? "help" : String(spelled.drop { $0 == "-" })
    let isKnownForm = spelled.hasPrefix("--") || spelled == "-h"
    guard isKnownForm, let option = syntax.options.first(where: { $0.name == name }) else {
      let near = nearest(to: name, in: syntax.options.map(\.name))
      let hint = near.map { "; did you mean --\($0)?" } ?? ""
      throw Arguments.failure("unknown option \(quoted(spelled))\(hint)", syntax)
    }
    if values[name] != nil, !option.isRepeatable, option.value != nil {
      throw Arguments.failure("--\(name) is given twice", syntax)
    }
    guard let placeholder = option.value else {
      guard parts.count == 1 else {
        throw Arguments.failure("--\(name) takes no value", syntax)
      }
      values[name] = []
      return
    }
    guard let value = parts.count == 2 ? String(parts[1]) : rest.popFirst(), !value.isEmpty else {
      throw Arguments.failure("--\(name) needs \(placeholder)", syntax)
    }
    if !option.choices.isEmpty {
      for part in option.isRepeatable ? value.split(separator: ",").map(String.init) : [value]
      where !option.choices.contains(part) {
        let hint = nearest(to: part, in: option.choices).map { "; did you mean \($0)?" } ?? ""
        let choices = option.choices.joined(separator: ", ")
        throw Arguments.failure(
          "--\(name) \(quoted(part)) is none of \(choices)\(hint)",
          syntax
        )
      }
    }
    values[name, default: []].append(value)
  }

  public func has(_ name: String) -> Bool { values[name] != nil }

  /// The value of an option.
  public subscript(name: String) -> String? { values[name]?.first }

  /// The values of a repeatable option, each also split at commas.
  public func list(_ name: String) -> [String] {
    (values[name] ?? []).flatMap { $0.split(separator: ",").map(String.init) }
  }

  /// The values of a repeatable option as given.
  public func all(_ name: String) -> [String] { values[name] ?? [] }

  /// A usage error of an option's value, naming the option, the value, and the rule.
  public static func refusal(
    _ name: String,
    _ value: String,
    _ rule: String,
    _ command: String
  ) -> CommandFailure {
    CommandFailure(
      .usage,
      "--\(name) \(quoted(value)): \(rule)\nSee `parallax \(command) --help`."
    )
  }

  private static func failure(_ problem: String, _ syntax: CommandSyntax) -> CommandFailure {
    CommandFailure(.usage, "\(problem)\nSee `parallax \(syntax.name) --help`.")
  }
}
