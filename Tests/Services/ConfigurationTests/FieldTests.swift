import Testing
import Units

@testable import Configuration

private enum Size: String, CaseIterable { case small, large }

/// Reads the root of `text` and returns what came of it and what was noted.
private func reading<Value>(
  _ text: String,
  _ read: (Field, inout Problems) -> Value?
) throws -> (value: Value?, problems: [String]) {
  var problems = Problems(file: "f")
  let value = read(Field(try Document(Array(text.utf8), file: "f")), &problems)
  return (value, problems.found.map(\.description))
}

@Suite("A field")
struct FieldTests {
  @Test("decimals are exact, however they are written")
  func decimals() throws {
    let expected = [("0.10", 1, 1), ("-12", -12, 0), ("1000.00", 1000, 0), ("0", 0, 0)]
    for (text, significand, decimals) in expected {
      let value = try #require(ExactDecimal(text))
      #expect(value.significand == Int128(significand) && value.decimals == decimals, "\(text)")
    }
    let long = "123456789012345678901234567890"
    #expect(ExactDecimal(long)?.description == long)
    #expect(ExactDecimal("0." + long.dropFirst())?.decimals == 28)
  }

  @Test(
    "what is not plain decimal notation is refused",
    arguments: [
      "", "-", ".", "1.", ".5", "+1", "1e3", "1,000", "1_000", "0x10", "1.2.3", " 1", "١", "--1",
      "1234567890123456789012345678901", "NaN", ".inf",
    ]
  )
  func notDecimals(_ text: String) {
    #expect(ExactDecimal(text) == nil)
  }

  @Test("a decimal becomes steps only when it falls on one")
  func steps() throws {
    let value = try #require(ExactDecimal("12.34"))
    #expect(value.inSteps(decimals: 2) == 1234)
    #expect(value.inSteps(decimals: 4) == 123_400)
    #expect(value.inSteps(decimals: 1) == nil)
    let large = try #require(ExactDecimal("999999999999999999999999999999"))
    #expect(large.inSteps(decimals: 9) == nil)
    #expect(large.inSteps(decimals: 31) == nil)
  }

  @Test("a percentage becomes a rate without a binary fraction on the way")
  func percentages() throws {
    for (text, raw) in [("0.25", 250_000), ("-0.01", -10_000), ("5", 5_000_000), ("0.000001", 1)] {
      let (rate, problems) = try reading(text) { $0.percentage(in: -1...5, &$1) }
      #expect(rate == Rate(raw: Int64(raw)) && problems == [], "\(text)")
    }
    for text in ["5.000001", "-1.1", "0.0000001", "25", "x"] {
      let (rate, problems) = try reading(text) { $0.percentage(in: -1...5, &$1) }
      #expect(rate == nil)
      #expect(
        problems == ["f:1:1: \"\(text)\" is not a percentage from -1 to 5 (example: 0.25)"]
      )
    }
  }

  @Test("whole numbers keep to their range")
  func integers() throws {
    for (text, number) in [("1", 1), ("10", 10), ("2.0", 2), ("'3'", 3)] {
      #expect(try reading(text) { $0.integer(in: 1...10, &$1) }.value == number)
    }
    for text in ["0", "11", "1.5", "99999999999999999999", "one"] {
      let (value, problems) = try reading(text) { $0.integer(in: 1...10, &$1) }
      #expect(value == nil)
      #expect(
        problems == ["f:1:1: \"\(text)\" is not a whole number from 1 to 10 (example: 1)"]
      )
    }
  }

  @Test("a date is a day that exists")
  func dates() throws {
    #expect(try reading("2024-02-29") { $0.date(&$1) }.value?.description == "2024-02-29")
    for text in ["2023-02-29", "2023-13-01", "23-01-01", "2023-1-1", "2023/01/01", "2023-01-0x"] {
      let (value, problems) = try reading(text) { $0.date(&$1) }
      #expect(value == nil)
      #expect(problems == ["f:1:1: \"\(text)\" is not a date (example: 2026-08-09)"])
    }
  }

  @Test("a choice suggests the nearest name")
  func choices() throws {
    #expect(try reading("large") { $0.choice(of: Size.self, &$1) }.value == .large)
    let (value, problems) = try reading("lrage") { $0.choice(of: Size.self, &$1) }
    #expect(value == nil)
    #expect(problems == ["f:1:1: \"lrage\" is not one of small, large (example: large)"])
  }

  @Test("the wrong shape is named")
  func shapes() throws {
    #expect(
      try reading("[1]") { $0.decimal(&$1) }.problems
        == ["f:1:1: a list is not a decimal (example: 10000.00)"]
    )
    #expect(
      try reading("{a: 1}") { $0.date(&$1) }.problems
        == ["f:1:1: a map is not a date (example: 2026-08-09)"]
    )
    #expect(
      try reading("~") { $0.text(&$1) }.problems
        == ["f:1:1: nothing is not text (example: kraken)"]
    )
    #expect(
      try reading("a") { $0.list(limit: 1, &$1) }.problems
        == ["f:1:1: \"a\" is not a list (example: [a, b])"]
    )
    #expect(
      try reading("[a, b]") { $0.list(limit: 1, &$1) }.problems
        == ["f:1:1: has 2 elements, 1 at most are allowed"]
    )
  }

  @Test("all problems of a file are told at once, each with place and path")
  func allAtOnce() throws {
    let text = """
      risk:
        max_notional: 10k
        limits: [1, two, 3]
        maxx_notional: 5
        zebra: 1
      """
    let (_, problems) = try reading(text) { root, problems in
      let risk = root.section(keys: ["risk"], &problems)?.required("risk", &problems)
      let section = risk?.section(keys: ["max_notional", "limits", "until"], &problems)
      _ = section?["max_notional"]?.decimal(&problems)
      for limit in section?["limits"]?.list(limit: 9, &problems) ?? [] {
        _ = limit.integer(in: 0...9, &problems)
      }
      _ = section?.required("until", &problems)
      return section
    }
    #expect(
      Set(problems) == [
        "f:2:17: risk.max_notional: \"10k\" is not a decimal (example: 10000.00)",
        "f:3:15: risk.limits[1]: \"two\" is not a whole number from 0 to 9 (example: 0)",
        "f:4:3: risk: unknown key \"maxx_notional\"; did you mean \"max_notional\"?",
        "f:5:3: risk: unknown key \"zebra\"; known here: max_notional, limits, until",
        "f:2:3: risk: the key \"until\" is missing",
      ]
    )
  }

  @Test("problems come in the order of the text, and past a hundred they are counted")
  func order() throws {
    var problems = Problems(file: "f")
    for line in (1...103).reversed() { problems.note("x", at: Position(line: line, column: 1)) }
    let error = #expect(throws: ConfigurationErrors.self) { try problems.check() }
    #expect(error?.problems.first?.position?.line == 4)
    #expect(error?.problems.count == 100)
    #expect(error?.description.hasSuffix("\nand 3 more") == true)
  }

  @Test("a file's words cannot reach the terminal as anything but words")
  func hostile() throws {
    let text = "\"\\e[2Jx\\n\\u202E\""
    #expect(
      try reading(text) { $0.decimal(&$1) }.problems.first?
        .hasPrefix("f:1:1: \"\\u{1b}[2Jx\\u{a}\\u{202e}\" is not a decimal") == true
    )
    let long = String(repeating: "y", count: 1_000)
    #expect(try reading(long) { $0.decimal(&$1) }.problems.first?.utf8.count ?? 0 < 200)
  }

  @Test("reading a key that the section was not opened with is our mistake")
  func undeclared() async {
    await #expect(processExitsWith: .failure) {
      var problems = Problems(file: "f")
      let document = try Document(Array("a: 1".utf8), file: "f")
      _ = Field(document).section(keys: ["a"], &problems)?["b"]
    }
  }
}
