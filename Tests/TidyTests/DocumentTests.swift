import Testing

private enum DocumentRules {
  private static let decisions = "Docs/Decisions/"

  /// `NNNN-title.md`, no number twice.
  static func decisionNames(_ tree: PackageTree) -> [Finding] {
    var seen: Set<String> = []
    return tree.paths.filter { $0.hasPrefix(decisions) }.sorted().compactMap { path in
      let name = path.dropFirst(decisions.count)
      let number = String(name.prefix(4))
      guard name.wholeMatch(of: /[0-9]{4}-[a-z0-9]+(-[a-z0-9]+)*\.md/) != nil else {
        return Finding(path: path, message: "is not named NNNN-title.md")
      }
      return seen.insert(number).inserted
        ? nil : Finding(path: path, message: "the number \(number) is taken")
    }
  }

  // In parts, so that this file does not find itself.
  private static let homes = ["work", "root", "home"].map { "/\($0)/" }
  private static let reminders = ["TO" + "DO", "FIX" + "ME", "XX" + "X"]

  /// Paths that exist on one machine only.
  static func machinePaths(_ tree: PackageTree) -> [Finding] {
    eachLine(tree.files) { line in
      homes.first { home in
        line.ranges(of: home).contains { range in
          range.lowerBound == line.startIndex
            || !isPathCharacter(line[line.index(before: range.lowerBound)])
        }
      }.map { "\($0) is a path of one machine" }
    }
  }

  private static func isPathCharacter(_ character: Character) -> Bool {
    character.isLetter || character.isNumber || "._-~}$/*".contains(character)
  }

  /// Work left for later belongs into an issue.
  ///
  /// Frames of venues hold whatever they hold.
  static func leftovers(_ tree: PackageTree) -> [Finding] {
    let ours = tree.files.filter {
      !$0.path.hasPrefix("Fixtures/") && !$0.path.hasPrefix("Examples/")
    }
    return eachLine(ours) { line in
      guard reminders.contains(where: line.contains) else { return nil }
      let words = line.split { !($0.isLetter || $0.isNumber || $0 == "_") }
      return reminders.first { reminder in words.contains { $0 == reminder } }
        .map { "\($0) is left in the text" }
    }
  }

  /// Relative links of Markdown files lead to a file or a folder.
  static func brokenLinks(_ tree: PackageTree) -> [Finding] {
    let folders = Set(tree.paths.flatMap { parents(of: $0) })
    return tree.files.filter { $0.path.hasSuffix(".md") }.flatMap { file -> [Finding] in
      var isFenced = false
      return file.lines.enumerated().flatMap { number, line -> [Finding] in
        if trimmed(line).hasPrefix("```") { isFenced.toggle() }
        guard !isFenced else { return [] }
        return links(in: line).filter { target in
          let path = resolve(target, from: file.path)
          return path.map { !tree.paths.contains($0) && !folders.contains($0) } ?? true
        }.map {
          Finding(path: file.path, line: number + 1, message: "nothing is at \($0)")
        }
      }
    }
  }

  /// The targets of links, without anchors, without other hosts, outside of code.
  private static func links(in line: Substring) -> [String] {
    let prose = line.split(separator: "`", omittingEmptySubsequences: false).enumerated()
      .map { $0.offset.isMultiple(of: 2) ? String($0.element) : "code" }.joined()
    return prose.matches(of: /\]\(([^()\s]+)[^()]*\)/).map { String($0.output.1) }
      .map { String($0.prefix { $0 != "#" }) }
      .filter { !$0.isEmpty && !$0.contains("://") && !$0.hasPrefix("mailto:") }
  }

  private static func parents(of path: String) -> [String] {
    let parts = path.split(separator: "/")
    return (0..<parts.count).map { parts.prefix($0).joined(separator: "/") }
  }

  /// The path from the root; nil when it leads out of the package.
  private static func resolve(_ target: String, from file: String) -> String? {
    var parts = file.split(separator: "/").dropLast().map(String.init)
    for part in target.split(separator: "/") {
      if part == "." { continue }
      if part == ".." {
        guard parts.popLast() != nil else { return nil }
        continue
      }
      parts.append(String(part))
    }
    return target.hasPrefix("/") ? nil : parts.joined(separator: "/")
  }

  private static func eachLine(
    _ files: [TextFile],
    _ check: (Substring) -> String?
  ) -> [Finding] {
    files.flatMap { file in
      file.lines.enumerated().compactMap { number, line in
        check(line).map { Finding(path: file.path, line: number + 1, message: $0) }
      }
    }
  }
}

@Suite("Documents")
struct DocumentTests {
  @Test("decisions are numbered once each")
  func decisions() {
    let names = ["0001-a-title.md", "0001-other.md", "2-x.md", "0003-Title.md", "0004-ok.md"]
    let tree = PackageTree(files: names.map { TextFile("Docs/Decisions/\($0)", "") })
    #expect(
      DocumentRules.decisionNames(tree).map(\.description) == [
        "Docs/Decisions/0001-other.md: the number 0001 is taken",
        "Docs/Decisions/0003-Title.md: is not named NNNN-title.md",
        "Docs/Decisions/2-x.md: is not named NNNN-title.md",
      ]
    )
    #expect(DocumentRules.decisionNames(.package) == [])
  }

  @Test("no file names a path of one machine", arguments: ["work", "root", "home"])
  func machinePaths(_ folder: String) {
    let text = "see `/\(folder)/a`\nhttps://a.b/\(folder)/\n$HOME/\(folder)/\n/\(folder)/x\n"
    let tree = PackageTree(files: [TextFile("a.md", text)])
    #expect(DocumentRules.machinePaths(tree).map(\.line) == [1, 4])
    #expect(DocumentRules.machinePaths(.package) == [])
  }

  @Test("nothing is left for later in the text")
  func leftovers() {
    let text = "// TO" + "DO: x\nXX" + "XY\n// a FIX" + "ME\n"
    let tree = PackageTree(files: [TextFile("a.swift", text), TextFile("Fixtures/a", text)])
    #expect(
      DocumentRules.leftovers(tree).map(\.description) == [
        "a.swift:1: TO" + "DO is left in the text", "a.swift:3: FIX" + "ME is left in the text",
      ]
    )
    #expect(DocumentRules.leftovers(.package) == [])
  }

  @Test("links lead somewhere")
  func links() {
    let text = """
      [a](b.md#x) [a](../README.md "title") [a](gone.md) [a](https://x.y/z) [a](#here) `[a](no)`
      [a](sub) [a](../../out.md) ![a](sub/c.png)
      ```
      [a](fenced.md)
      ```
      """
    let tree = PackageTree(
      files: [TextFile("Docs/a.md", text), TextFile("Docs/b.md", ""), TextFile("README.md", "")],
      others: ["Docs/sub/c.png"]
    )
    #expect(
      DocumentRules.brokenLinks(tree).map(\.description)
        == ["Docs/a.md:1: nothing is at gone.md", "Docs/a.md:2: nothing is at ../../out.md"]
    )
    #expect(DocumentRules.brokenLinks(.package) == [])
  }
}
