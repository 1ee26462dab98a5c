/// The table of `Package.swift`, read from its text.
struct Manifest {
  struct Row: Equatable {
    let name: String
    let kind: String
    /// A key of ``tierOrder``; empty when the row does not say and its kind is not known here.
    let tier: String
    let dependencies: [String]
    /// What the module's tests import besides.
    let testDependencies: [String]
    let isTested: Bool
    let line: Int
  }

  /// Tiers from the lowest; a module imports its own and those before it.
  static let tierOrder = [
    "c", "foundations", "domain", "venues", "services", "tools", "testing", "package",
  ]

  /// The tier of rows that do not name one.
  private static let tierOfKind = [
    "library": "c", "cxx": "c", "tool": "tools", "checks": "package",
  ]

  let rows: [Row]

  init(_ text: String) {
    let code = SwiftCode(text, keepingStrings: true).text
    guard let start = code.firstRange(of: "let table: [Module] = [") else {
      rows = []
      return
    }
    let opening = code.index(before: start.upperBound)
    guard let table = balanced(code, from: opening) else {
      rows = []
      return
    }
    var rows: [Row] = []
    var rest = table.dropFirst()
    while let dot = rest.firstIndex(of: "."), let paren = rest[dot...].firstIndex(of: "("),
      let arguments = balanced(code, from: paren)
    {
      let kind = String(rest[rest.index(after: dot)..<paren])
      let line = code[..<dot].count { $0 == "\n" } + 1
      rows.append(Manifest.row(kind: kind, arguments: arguments.dropFirst().dropLast(), line: line))
      rest = rest[arguments.endIndex...]
    }
    self.rows = rows
  }

  subscript(name: String) -> Row? { rows.first { $0.name == name } }

  /// Everything that a module reaches through dependencies.
  func closure(of name: String) -> Set<String> {
    var reached: Set<String> = []
    var pending = self[name]?.dependencies ?? []
    while let next = pending.popLast() {
      guard reached.insert(next).inserted else { continue }
      pending += self[next]?.dependencies ?? []
    }
    return reached
  }

  private static func row(kind: String, arguments: Substring, line: Int) -> Row {
    let parts = topLevelArguments(arguments)
    let named = parts.dropFirst().first { $0.hasPrefix(".") }.map { String($0.dropFirst()) }
    let dependencies = parts.first { $0.hasPrefix("[") }
    let tests = parts.first { $0.hasPrefix("tests:") }
    return Row(
      name: strings(in: parts.first ?? "").first ?? "",
      kind: kind,
      tier: named ?? tierOfKind[kind] ?? "",
      dependencies: strings(in: dependencies ?? ""),
      testDependencies: strings(in: tests ?? ""),
      isTested: kind == "module" || kind == "cxx" || (kind == "tool" && tests != nil),
      line: line
    )
  }

  private static func topLevelArguments(_ text: Substring) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if "([{".contains(character) { depth += 1 }
      if ")]}".contains(character) { depth -= 1 }
      if character == ",", depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map { trimmed($0) }.filter { !$0.isEmpty }
  }

  private static func strings(in text: String) -> [String] {
    text.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
      .filter { !$0.offset.isMultiple(of: 2) }.map { String($0.element) }
  }
}

/// The bracketed text that starts at `opening`, brackets included.
func balanced(_ text: String, from opening: String.Index) -> Substring? {
  var depth = 0
  var index = opening
  while index < text.endIndex {
    if "([{".contains(text[index]) { depth += 1 }
    if ")]}".contains(text[index]) { depth -= 1 }
    index = text.index(after: index)
    if depth == 0 { return text[opening..<index] }
  }
  return nil
}

func trimmed(_ text: some StringProtocol) -> String {
  var slice = text[...]
  while slice.first?.isWhitespace == true { slice.removeFirst() }
  while slice.last?.isWhitespace == true { slice.removeLast() }
  return String(slice)
}
