import Testing

private enum LayoutRules {
  /// A frame quoted in a test stands on one line of its own, as the venue sends it.
  static func longLines(_ tree: PackageTree) -> [Finding] {
    tree.files.filter(\.isSwift).flatMap { file in
      file.lines.enumerated().filter { line in
        line.element.utf8.count > 100 && line.element.count > 100
          && !(file.path.hasPrefix("Tests/") && line.element.drop { $0 == " " }.hasPrefix("#\""))
      }.map {
        Finding(path: file.path, line: $0.offset + 1, message: "is longer than 100 columns")
      }
    }
  }

  static func longFiles(_ tree: PackageTree) -> [Finding] {
    tree.files.filter { $0.isSource && $0.isSwift }.compactMap { file in
      let count = file.text.count { $0 == "\n" }
      return count > 500
        ? Finding(path: file.path, message: "\(count) lines: look for a second idea") : nil
    }
  }

  private static let namelessNames: Set = [
    "util", "utils", "utilities", "helper", "helpers", "common", "manager", "managers", "misc",
    "new", "legacy",
  ]

  /// A folder or file whose name says nothing.
  static func names(_ tree: PackageTree) -> [Finding] {
    tree.swiftFiles.flatMap { file in
      file.components.filter { part in
        namelessNames.contains(part.lowercased().replacing(".swift", with: ""))
      }.map { Finding(path: file.path, message: "\"\($0)\" is not a name") }
    }
  }

  static func shadowedModules(_ tree: PackageTree) -> [Finding] {
    tree.swiftFiles.filter(\.isSource).flatMap { file in
      file.code.topLevelTypes.filter { $0.name == file.module }.map {
        Finding(path: file.path, line: $0.line, message: "\($0.name) is its module's name as well")
      }
    }
  }

  /// `Tests/<Tier>/<Module>Tests` for each tested module, and no other folder.
  static func mirror(_ tree: PackageTree) -> [Finding] {
    func folders(_ prefix: String) -> Set<String> {
      Set(
        tree.paths.filter { $0.hasPrefix(prefix) && $0.split(separator: "/").count >= 4 }.map {
          $0.split(separator: "/").prefix(3).joined(separator: "/")
        }
      )
    }
    func folderName(of tier: String) -> String { tier.prefix(1).uppercased() + tier.dropFirst() }

    let rows = tree.manifest.rows.filter { $0.tier != "package" }
    let sources = Set(rows.map { "Sources/\(folderName(of: $0.tier))/\($0.name)" })
    let tests = Set(
      rows.filter(\.isTested).map { "Tests/\(folderName(of: $0.tier))/\($0.name)Tests" }
    )
    let checks = tree.manifest.rows.filter { $0.tier == "package" }.map { "Tests/\($0.name)/" }
    let found = folders("Tests/").filter { folder in
      !checks.contains { (folder + "/").hasPrefix($0) }
    }
    func notes(_ paths: Set<String>, _ message: String) -> [Finding] {
      paths.sorted().map { Finding(path: $0, message: message) }
    }
    return notes(sources.subtracting(folders("Sources/")), "is in the table and not there")
      + notes(folders("Sources/").subtracting(sources), "is not in the table of Package.swift")
      + notes(tests.subtracting(found), "the module has no tests")
      + notes(found.subtracting(tests), "mirrors no tested module")
  }
}

@Suite("Layout")
struct LayoutTests {
  @Test("lines have at most 100 columns, comments too")
  func lines() {
    let fits = String(repeating: "ü", count: 100)
    let tree = PackageTree(files: [TextFile("Sources/A/B/C.swift", "\(fits)\n// \(fits)\n")])
    #expect(LayoutRules.longLines(tree).map(\.line) == [2])
    let frame = PackageTree(files: [TextFile("Tests/A/B/C.swift", "  #\"\(fits)\"#\n")])
    #expect(LayoutRules.longLines(frame) == [])
    #expect(LayoutRules.longLines(.package) == [])
  }

  @Test("source files have at most 500 lines")
  func files() {
    let tree = PackageTree(files: [
      TextFile("Sources/A/B/C.swift", String(repeating: "\n", count: 501)),
      TextFile("Sources/A/B/D.swift", String(repeating: "\n", count: 500)),
    ])
    #expect(LayoutRules.longFiles(tree).map(\.path) == ["Sources/A/B/C.swift"])
    #expect(LayoutRules.longFiles(.package) == [])
  }

  @Test("names say what a thing is")
  func names() {
    let tree = PackageTree(
      files: ["Sources/A/Utils/B.swift", "Sources/A/B/Helpers.swift", "Sources/A/B/Commons.swift"]
        .map { TextFile($0, "") }
    )
    #expect(
      LayoutRules.names(tree).map(\.message) == [
        "\"Utils\" is not a name", "\"Helpers.swift\" is not a name",
      ]
    )
    #expect(LayoutRules.names(.package) == [])
  }

  @Test("no type has its module's name")
  func shadowedModules() {
    let text = "struct Other {\n  struct Books {}\n}\npublic struct Books: Sendable {}\n"
    let tree = PackageTree(files: [TextFile("Sources/Domain/Books/C.swift", text)])
    #expect(LayoutRules.shadowedModules(tree).map(\.line) == [4])
    #expect(LayoutRules.shadowedModules(.package) == [])
  }

  @Test("tests mirror the sources")
  func mirror() {
    let tree = PackageTree(files: [
      TextFile(
        "Package.swift",
        "let table: [Module] = [.module(\"A\", .domain), .module(\"B\", .domain), .checks(\"T\")]"
      ),
      TextFile("Sources/Domain/A/A.swift", ""), TextFile("Sources/Domain/C/C.swift", ""),
      TextFile("Tests/Domain/ATests/A.swift", ""), TextFile("Tests/Domain/CTests/A.swift", ""),
      TextFile("Tests/T/X.swift", ""), TextFile("Tests/T/deep/X.swift", ""),
    ])
    #expect(
      LayoutRules.mirror(tree).map(\.description) == [
        "Sources/Domain/B: is in the table and not there",
        "Sources/Domain/C: is not in the table of Package.swift",
        "Tests/Domain/BTests: the module has no tests",
        "Tests/Domain/CTests: mirrors no tested module",
      ]
    )
    #expect(LayoutRules.mirror(.package) == [])
  }
}
