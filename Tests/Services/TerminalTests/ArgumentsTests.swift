import Testing

@testable import Terminal

@Suite("Arguments of a command")
struct ArgumentsTests {
  private let syntax = CommandSyntax(
    name: "look",
    summary: "Look at files.",
    positionals: "FILE...",
    positionalCount: 1...2,
    examples: [("parallax look a", "One file")],
    options: [
      CommandOption("depth", value: "N", "How deep"),
      CommandOption("kind", value: "LIST", isRepeatable: true, choices: ["fast", "slow"], "Which"),
      CommandOption("json", "As JSON"),
    ]
  )

  @Test("options and files in any order")
  func reading() throws {
    let arguments = try Arguments(["--depth", "5", "a", "--json", "--kind=fast", "b"], syntax)
    #expect(arguments.positionals == ["a", "b"])
    #expect(arguments["depth"] == "5")
    #expect(arguments.has("json"))
    #expect(arguments.list("kind") == ["fast"])
  }

  @Test("a repeatable option takes lists and repetitions")
  func repeated() throws {
    let arguments = try Arguments(["a", "--kind", "fast,slow", "--kind", "fast"], syntax)
    #expect(arguments.list("kind") == ["fast", "slow", "fast"])
    #expect(arguments.all("kind") == ["fast,slow", "fast"])
  }

  @Test("after -- everything is a file")
  func literal() throws {
    #expect(try Arguments(["--", "--json"], syntax).positionals == ["--json"])
  }

  @Test("--help needs no files", arguments: ["-h", "--help"])
  func help(_ word: String) throws {
    #expect(try Arguments([word], syntax).has("help"))
  }

  @Test(
    "mistakes name the word, the rule, and the nearest option",
    arguments: [
      (["a", "--dpeth", "5"], #"unknown option "--dpeth"; did you mean --depth?"#),
      (["a", "-x"], #"unknown option "-x""#),
      (["a", "--depth"], "--depth needs N"),
      (["a", "--depth="], "--depth needs N"),
      (["a", "--depth", "1", "--depth", "2"], "--depth is given twice"),
      (["a", "--json=yes"], "--json takes no value"),
      (["a", "--kind", "fats"], #"--kind "fats" is none of fast, slow; did you mean fast?"#),
      ([], "FILE... is missing"),
      (["a", "b", "c"], #"unexpected "c""#),
    ]
  )
  func mistakes(_ words: [String], _ message: String) {
    #expect(
      throws: CommandFailure(.usage, message + "\nSee `parallax look --help`.")
    ) { try Arguments(words, syntax) }
  }

  @Test("the help shows examples before options, and every option")
  func helpText() throws {
    let help = syntax.help
    let examples = try #require(help.firstRange(of: "Examples:"))
    let options = try #require(help.firstRange(of: "Options:"))
    #expect(examples.lowerBound < options.lowerBound)
    for option in syntax.options { #expect(help.contains("--\(option.name)")) }
    #expect(help.split(separator: "\n").allSatisfy { $0.count <= 100 })
  }
}
