public import Units
import Words

/// What a value must be, in the words of an error: `is not <name> (example: <example>)`.
public struct Rule: Hashable, Sendable {
  /// With its article: "a decimal", "a whole number from 1 to 10".
  public let name: String
  public let example: String

  public init(_ name: String, example: String) {
    self.name = name
    self.example = example
  }
}

/// A value and the keys that lead to it.
///
/// Each reading method returns the value, or notes one problem and returns nil; so a caller reads
/// everything first and gives up afterwards, with every problem in hand.
public struct Field: Hashable, Sendable {
  public let node: Node
  public let path: String

  public init(_ node: Node, path: String) {
    self.node = node
    self.path = path
  }

  /// The root of a document.
  public init(_ document: Document) { self.init(document.root, path: "") }

  /// Notes that this value does not follow `rule`.
  public func refuse(_ rule: Rule, _ problems: inout Problems) {
    let shown =
      switch node.content {
      case _ where node.isNothing: "nothing"
      case .scalar(let text, _): quoted(text)
      case .sequence: "a list"
      case .mapping: "a map"
      }
    note("\(shown) is not \(rule.name) (example: \(rule.example))", &problems)
  }

  /// Notes something else about this value.
  public func note(_ message: String, _ problems: inout Problems) {
    problems.note(message, at: node.position, path: path)
  }
}

// MARK: - Scalars

extension Field {
  /// Text that is not empty.
  public func text(
    as rule: Rule = Rule("text", example: "kraken"),
    _ problems: inout Problems
  ) -> String? {
    read(rule, &problems) { $0.isEmpty ? nil : $0 }
  }

  /// A whole number in plain digits.
  public func integer(in range: ClosedRange<Int>, _ problems: inout Problems) -> Int? {
    let rule = Rule(
      "a whole number from \(range.lowerBound) to \(range.upperBound)",
      example: String(range.lowerBound)
    )
    return read(rule, &problems) { text in
      guard let value = ExactDecimal(text)?.inSteps(decimals: 0), let number = Int(exactly: value),
        range.contains(number)
      else { return nil }
      return number
    }
  }

  /// An exact number, in plain decimal notation; `rule` says what `accepts` asks for.
  public func decimal(
    as rule: Rule = Rule("a decimal", example: "10000.00"),
    _ problems: inout Problems,
    where accepts: (ExactDecimal) -> Bool = { _ in true }
  ) -> ExactDecimal? {
    read(rule, &problems) { text in
      guard let value = ExactDecimal(text), accepts(value) else { return nil }
      return value
    }
  }

  /// A percentage with at most six decimals: `0.25` is a rate of 0.0025.
  ///
  /// The range is in percent, both ends allowed.
  public func percentage(in range: ClosedRange<Int>, _ problems: inout Problems) -> Rate? {
    let rule = Rule(
      "a percentage from \(range.lowerBound) to \(range.upperBound)",
      example: "0.25"
    )
    let stepsPerPercent = Int128(Rate.one / 100)
    return read(rule, &problems) { text in
      guard let steps = ExactDecimal(text)?.inSteps(decimals: 6),
        steps >= Int128(range.lowerBound) * stepsPerPercent,
        steps <= Int128(range.upperBound) * stepsPerPercent
      else { return nil }
      return Rate(raw: Int64(steps))
    }
  }

  /// A day as `2026-08-09`.
  public func date(_ problems: inout Problems) -> CalendarDate? {
    read(Rule("a date", example: "2026-08-09"), &problems) { CalendarDate($0) }
  }

  /// One of the raw values of an enumeration.
  public func choice<Choice: CaseIterable & RawRepresentable<String>>(
    of _: Choice.Type,
    _ problems: inout Problems
  ) -> Choice? {
    let names = Choice.allCases.map(\.rawValue)
    guard case .scalar(let text, _) = node.content, let nearest = nearest(to: text, in: names)
    else {
      let rule = Rule("one of \(names.joined(separator: ", "))", example: names.first ?? "")
      return read(rule, &problems) { Choice(rawValue: $0) }
    }
    let rule = Rule("one of \(names.joined(separator: ", "))", example: nearest)
    return read(rule, &problems) { Choice(rawValue: $0) }
  }

  private func read<Value>(
    _ rule: Rule,
    _ problems: inout Problems,
    _ parse: (String) -> Value?
  ) -> Value? {
    if case .scalar(let text, _) = node.content, !node.isNothing, let value = parse(text) {
      return value
    }
    refuse(rule, &problems)
    return nil
  }
}

// MARK: - Lists and maps

extension Field {
  /// The elements of a list of at most `limit`.
  public func list(limit: Int, _ problems: inout Problems) -> [Field]? {
    guard case .sequence(let nodes) = node.content else {
      refuse(Rule("a list", example: "[a, b]"), &problems)
      return nil
    }
    guard nodes.count <= limit else {
      note("has \(nodes.count) elements, \(limit) at most are allowed", &problems)
      return nil
    }
    return nodes.enumerated().map { index, node in Field(node, path: "\(path)[\(index)]") }
  }

  /// A map whose keys are known beforehand; every other key is noted, with the nearest known one.
  public func section(keys: [String], _ problems: inout Problems) -> Section? {
    guard case .mapping(let entries) = node.content else {
      refuse(Rule("a map", example: "\(keys.first ?? "key"): …"), &problems)
      return nil
    }
    for entry in entries where !keys.contains(entry.key) {
      let hint =
        nearest(to: entry.key, in: keys).map { "did you mean \(quoted($0))?" }
        ?? "known here: \(keys.joined(separator: ", "))"
      let message = "unknown key \(quoted(entry.key)); \(hint)"
      problems.note(message, at: entry.position, path: path)
    }
    return Section(field: self, keys: keys, entries: entries)
  }
}

/// A map whose keys are known.
public struct Section: Hashable, Sendable {
  public let field: Field
  public let keys: [String]
  private let entries: [Node.Entry]

  init(field: Field, keys: [String], entries: [Node.Entry]) {
    self.field = field
    self.keys = keys
    self.entries = entries
  }

  /// The value of a key, or nil when it is not there.
  public subscript(key: String) -> Field? {
    precondition(keys.contains(key), "the section was opened without the key \(key)")
    guard let entry = entries.first(where: { $0.key == key }) else { return nil }
    let prefix = field.path.isEmpty ? "" : field.path + "."
    return Field(entry.value, path: prefix + key)
  }

  /// The value of a key; notes a problem when it is not there.
  public func required(_ key: String, _ problems: inout Problems) -> Field? {
    if let value = self[key] { return value }
    field.note("the key \(quoted(key)) is missing", &problems)
    return nil
  }
}
