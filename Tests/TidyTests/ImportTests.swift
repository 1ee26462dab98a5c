import Testing

/// Tiers and walls: who may import whom.
private enum ImportRules {
  /// Rows that the tests understand, each module imported only where its tier allows.
  static func tiers(_ tree: PackageTree) -> [Finding] {
    var findings: [Finding] = []
    for row in tree.manifest.rows {
      func note(_ message: String) {
        findings.append(Finding(path: "Package.swift", line: row.line, message: message))
      }
      guard let own = Manifest.tierOrder.firstIndex(of: row.tier) else {
        note("the tier of \(row.name) is not known; add it to Manifest.swift of these tests")
        continue
      }
      for dependency in row.dependencies {
        guard let other = tree.manifest[dependency] else {
          note("\(row.name) depends on \(dependency), which is not in the table")
          continue
        }
        let tier = Manifest.tierOrder.firstIndex(of: other.tier) ?? 0
        if tier > own { note("\(row.name) is below \(dependency) and cannot depend on it") }
      }
    }
    return findings
  }

  /// Every import of a module of the package is a declared dependency.
  static func undeclared(_ tree: PackageTree) -> [Finding] {
    eachImport(tree) { file, row, module in
      guard tree.manifest[module] != nil, module != row.name else { return nil }
      let declared =
        file.isTest ? row.dependencies + row.testDependencies : row.dependencies
      guard !declared.contains(module) else { return nil }
      return "\(row.name) does not declare its dependency \(module)"
    }
  }

  private static let world: Set = [
    "Transport", "Reactor", "Foundation", "FoundationEssentials", "FoundationNetworking", "Glibc",
    "Musl", "Darwin", "Dispatch",
  ]

  /// The domain knows no I/O: nothing that opens, waits, or asks the time.
  static func domainWall(_ tree: PackageTree) -> [Finding] {
    func isOutside(_ module: String) -> Bool {
      world.contains(module) || tree.manifest[module]?.tier == "c"
    }
    let declared = tree.manifest.rows.filter { $0.tier == "domain" }.flatMap { row in
      row.dependencies.filter(isOutside).map {
        Finding(path: "Package.swift", line: row.line, message: "\(row.name) is pure: no \($0)")
      }
    }
    return declared
      + eachImport(tree) { file, row, module in
        file.isSource && row.tier == "domain" && isOutside(module)
          ? "\(row.name) is pure: no \(module)" : nil
      }
  }

  /// Venues translate bytes: they reach no socket and no recording, however far the path.
  static func venueWall(_ tree: PackageTree) -> [Finding] {
    tree.manifest.rows.filter { $0.tier == "venues" }.flatMap { row in
      tree.manifest.closure(of: row.name).intersection(["Transport", "Recording"]).sorted().map {
        Finding(path: "Package.swift", line: row.line, message: "\(row.name) reaches \($0)")
      }
    }
  }

  /// A simulated venue and the adapter for the real one never meet.
  static func simulatorWall(_ tree: PackageTree) -> [Finding] {
    let adapters = Set(
      tree.manifest.rows.filter { $0.tier == "venues" && $0.name.hasSuffix("Venue") }.map(\.name)
    )
    return tree.manifest.rows.flatMap { row -> [Finding] in
      let reached = tree.manifest.closure(of: row.name)
      let refused: Set<String> =
        row.name == "Simulator" ? adapters : adapters.contains(row.name) ? ["Simulator"] : []
      return reached.intersection(refused).sorted().map {
        Finding(path: "Package.swift", line: row.line, message: "\(row.name) reaches \($0)")
      }
    }
  }

  private static func eachImport(
    _ tree: PackageTree,
    _ check: (TextFile, Manifest.Row, String) -> String?
  ) -> [Finding] {
    tree.swiftFiles.flatMap { file -> [Finding] in
      guard let folder = file.module else { return [] }
      let name = file.isTest && folder.hasSuffix("Tests") ? String(folder.dropLast(5)) : folder
      guard let row = tree.manifest[name] else { return [] }
      return file.code.imports.compactMap { module, line in
        check(file, row, module).map { Finding(path: file.path, line: line, message: $0) }
      }
    }
  }
}

private func example(_ rows: String, _ files: [(String, String)] = []) -> PackageTree {
  PackageTree(
    files: [TextFile("Package.swift", "let table: [Module] = [\n\(rows)\n]\n")]
      + files.map { TextFile($0.0, $0.1) }
  )
}

@Suite("Imports")
struct ImportTests {
  @Test("the table is read as SwiftPM reads it")
  func table() {
    let manifest = example(
      """
      // .module("Commented", .domain),
      .library("CZ", pkgConfig: "z", apt: "z-dev"), .module("A", .foundations),
      .module(
        "B",
        .domain,
        ["A", "CZ"],
        tests: ["T"],
        embedding: [.embedInCode("x")]
      ),
      .tool("p", ["B"]), .tool("q", ["B"], tests: []), .checks("Tidy"), .cxx("Y"),
      """
    ).manifest
    #expect(manifest.rows.map(\.name) == ["CZ", "A", "B", "p", "q", "Tidy", "Y"])
    #expect(
      manifest.rows.map(\.tier) == ["c", "foundations", "domain", "tools", "tools", "package", "c"]
    )
    #expect(manifest["B"]?.dependencies == ["A", "CZ"] && manifest["B"]?.testDependencies == ["T"])
    #expect(manifest["B"]?.line == 4)
    #expect(manifest.rows.filter(\.isTested).map(\.name) == ["A", "B", "q", "Y"])
    #expect(manifest.closure(of: "q") == ["A", "B", "CZ"])
    #expect(PackageTree.package.manifest["Units"]?.tier == "foundations")
  }

  @Test("a module depends on its own tier or a lower one")
  func tiers() {
    let rows =
      ".module(\"A\", .foundations, [\"B\", \"Z\"]),\n.module(\"B\", .domain),\n.odd(\"C\"),"
    #expect(
      ImportRules.tiers(example(rows)).map(\.description) == [
        "Package.swift:2: A is below B and cannot depend on it",
        "Package.swift:2: A depends on Z, which is not in the table",
        "Package.swift:4: the tier of C is not known; add it to Manifest.swift of these tests",
      ]
    )
    #expect(ImportRules.tiers(.package) == [])
    #expect(PackageTree.package.manifest.rows.count >= 8)
  }

  @Test("an import is a declared dependency")
  func undeclared() {
    let tree = example(
      ".module(\"A\", .domain, [\"B\"]), .module(\"B\", .domain), .module(\"C\", .domain),",
      [
        ("Sources/Domain/A/X.swift", "import B\npublic import struct C.D\nimport Swift\n"),
        ("Tests/Domain/ATests/X.swift", "@testable import A\n@testable import C\n// import C\n"),
      ]
    )
    #expect(
      ImportRules.undeclared(tree).map(\.description) == [
        "Sources/Domain/A/X.swift:2: A does not declare its dependency C",
        "Tests/Domain/ATests/X.swift:2: A does not declare its dependency C",
      ]
    )
    #expect(ImportRules.undeclared(.package) == [])
  }

  @Test("the domain imports no I/O")
  func domain() {
    let tree = example(
      """
      .library("CZ", pkgConfig: "z", apt: "z"), .module("Reactor", .foundations),
      .module("A", .domain, ["CZ", "Reactor"]), .module("B", .services, ["CZ"]),
      """,
      [
        ("Sources/Domain/A/X.swift", "import Foundation\nimport Units\ninternal import Glibc\n"),
        ("Sources/Services/B/X.swift", "import Foundation\n"),
        ("Tests/Domain/ATests/X.swift", "import Foundation\n"),
      ]
    )
    #expect(
      ImportRules.domainWall(tree).map(\.message) == [
        "A is pure: no CZ", "A is pure: no Reactor", "A is pure: no Foundation",
        "A is pure: no Glibc",
      ]
    )
    #expect(ImportRules.domainWall(.package) == [])
  }

  @Test("a venue reaches neither a socket nor a recording")
  func venues() {
    let rows = """
      .module("Transport", .foundations), .module("K", .foundations, ["Transport"]),
      .module("MyVenue", .venues, ["K"]), .module("S", .services, ["Transport"]),
      """
    #expect(ImportRules.venueWall(example(rows)).map(\.message) == ["MyVenue reaches Transport"])
    #expect(ImportRules.venueWall(.package) == [])
  }

  @Test("the simulator and the adapters are strangers")
  func simulator() {
    let rows = """
      .module("AVenue", .venues), .module("Catalog", .venues, ["AVenue"]),
      .module("Simulator", .services, ["Catalog"]), .module("BVenue", .venues, ["Simulator"]),
      """
    #expect(
      ImportRules.simulatorWall(example(rows)).map(\.message)
        == ["Simulator reaches AVenue", "BVenue reaches Simulator"]
    )
    #expect(ImportRules.simulatorWall(.package) == [])
  }
}
