// swift-tools-version:6.2
import PackageDescription

// The package as a table: one row a module, in the order of the tiers. A module may depend on its
// own tier and on lower ones; `Tests/TidyTests` reads this table and holds the walls that
// `Docs/Architecture.md` describes. Sources live in `Sources/<Tier>/<Module>`, tests in
// `Tests/<Tier>/<Module>Tests`.

let table: [Module] = [
  // C libraries that Debian keeps, each behind one Swift module.
  .library("CZstd", pkgConfig: "libzstd", apt: "libzstd-dev"),
  .library("CZlib", pkgConfig: "zlib", apt: "zlib1g-dev"),
  .library("CCrypto", pkgConfig: "libcrypto", apt: "libssl-dev"),
  .library("CYAML", pkgConfig: "yaml-0.1", apt: "libyaml-dev"),
  .library("CCurl", pkgConfig: "libcurl", apt: "libcurl4-openssl-dev"),
  .library("CTimex", apt: "libc6-dev"),

  .library("CWebSockets", pkgConfig: "libwebsockets", apt: "libwebsockets-dev"),

  // The yardstick of the benchmarks: the same work in C++, with Debian's libsimdjson-dev. Nothing
  // but them depends on it.
  .cxx("ReferenceBooks"),
  .cxx("AllocationCounter"),

  // Foundations: values, bytes, digests. No domain knowledge beyond the market's vocabulary.
  .module("Units", .foundations, tests: ["TestSupport", "Reactor"]),
  .module("Market", .foundations, ["Units"]),
  .module("Codecs", .foundations, ["Units", "Market"], tests: ["TestSupport", "Reactor"]),
  .module("Signing", .foundations, ["CCrypto"]),
  .module("Words", .foundations),
  .module("Reactor", .foundations, ["Units"]),
  .module(
    "Transport",
    .foundations,
    ["Units", "Reactor", "CWebSockets"],
    tests: ["TestSupport"]
  ),

  // Domain: pure state machines. No I/O, no clock, no randomness, no C.
  .module("Books", .domain, ["Units", "Market", "Codecs"]),
  .module("Costs", .domain, ["Units", "Market"]),
  .module(
    "Strategies",
    .domain,
    ["Units", "Market", "Books", "Costs"],
    tests: ["TestSupport", "Reactor", "AllocationCounter"]
  ),
  .module("Engine", .domain, ["Units", "Market", "Books", "Costs", "Strategies"]),

  // Venues: bytes to events and back, one adapter each. No socket, no clock, no key.
  .module("VenueKit", .venues, ["Units", "Market", "Codecs"]),
  .module(
    "BitstampVenue",
    .venues,
    ["Units", "Market", "Codecs", "VenueKit"],
    tests: ["VenueTesting", "TestSupport", "Reactor"]
  ),
  .module(
    "CoinbaseVenue",
    .venues,
    ["Units", "Market", "Codecs", "VenueKit"],
    tests: ["Books", "Recording", "Signing", "TestSupport", "Reactor", "VenueTesting"]
  ),
  .module(
    "GeminiVenue",
    .venues,
    ["Units", "Market", "Codecs", "VenueKit"],
    tests: ["VenueTesting", "TestSupport", "Reactor"]
  ),
  .module(
    "KrakenVenue",
    .venues,
    ["Units", "Market", "Codecs", "Signing", "VenueKit"],
    tests: ["Books", "Recording", "TestSupport", "Reactor", "VenueTesting"]
  ),

  .module(
    "VenueCatalog",
    .venues,
    ["Market", "VenueKit", "BitstampVenue", "CoinbaseVenue", "GeminiVenue", "KrakenVenue"]
  ),

  // Services: what touches files, clocks, and the network.
  .module(
    "Recording",
    .services,
    ["Units", "Codecs", "CZstd", "CZlib"],
    tests: ["TestSupport", "Reactor"]
  ),
  .module(
    "Configuration",
    .services,
    ["Units", "Words", "Transport", "CYAML"],
    tests: ["TestSupport", "Reactor"],
    embedding: [.embedInCode("Resources/fees.yaml")]
  ),

  // From bytes to the engine, for live running and replay alike.
  .module(
    "Intake",
    .services,
    [
      "Units", "Market", "Codecs", "Signing", "Costs", "Strategies", "Engine", "VenueKit",
      "VenueCatalog", "Configuration",
    ]
  ),
  .module(
    "Backtest",
    .services,
    [
      "Intake",
      "Units", "Market", "Codecs", "Signing", "Books", "Costs", "Strategies", "Engine", "VenueKit",
      "VenueCatalog", "Recording", "Configuration", "Words",
    ],
    tests: ["TestSupport", "Reactor"]
  ),

  // The simulated world: venues that speak the real protocols. It shares no message code with the
  // adapters, and neither imports the other.
  .module(
    "Simulator",
    .services,
    ["Units", "Market", "Codecs", "Signing", "Reactor", "Transport"],
    tests: ["TestSupport"]
  ),

  // Sockets to events: one session a venue, all behind one desk.
  .module(
    "Sessions",
    .services,
    [
      "Units", "Market", "Codecs", "Reactor", "Transport", "Books", "Engine", "VenueKit",
      "VenueCatalog", "Configuration", "Intake", "Recording",
    ],
    tests: ["TestSupport", "Simulator"]
  ),

  .module("Terminal", .services, ["Words"]),

  // The composition root: what a running program is put together from.
  .module(
    "Node",
    .services,
    [
      "Units", "Market", "Codecs", "Reactor", "Transport", "Signing", "Books", "Strategies",
      "Engine", "Recording", "Configuration", "Intake", "Sessions", "Terminal", "Simulator",
      "VenueKit", "VenueCatalog",
    ],
    tests: ["TestSupport", "Backtest"]
  ),

  // Tools: what a person runs.
  .tool(
    "parallax",
    [
      "Units", "Market", "Codecs", "Books", "Costs", "Strategies", "Engine", "VenueKit",
      "VenueCatalog", "Recording", "Configuration", "Backtest", "Terminal", "Words", "Signing",
      "Simulator", "Transport", "Reactor", "Intake", "Sessions", "Node", "CCurl", "CTimex",
    ],
    tests: ["TestSupport"]
  ),

  .tool(
    "parallax-bench",
    [
      "Units", "Market", "Codecs", "Reactor", "Transport", "Books", "Costs", "Strategies", "Engine",
      "VenueKit", "BitstampVenue", "CoinbaseVenue", "GeminiVenue", "KrakenVenue", "Recording",
      "Configuration", "Backtest", "Sessions", "Terminal", "ReferenceBooks", "AllocationCounter",
    ],
    tests: []
  ),

  // Hostile bytes for every parser. Built by Scripts/fuzz alone, with a sanitizer's own `main`.
  .tool(
    "parallax-fuzz",
    [
      "Units", "Market", "Codecs", "VenueKit", "VenueCatalog", "Recording", "Configuration",
      "Simulator",
    ],
    onlyWith: "PARALLAX_FUZZ"
  ),

  // Testing: what tests of several modules share; a row names it with `tests:`.
  .module("TestSupport", .testing, ["Reactor"]),
  .module(
    "VenueTesting",
    .testing,
    ["Units", "Market", "Codecs", "Signing", "VenueKit"],
    tests: ["BitstampVenue"]
  ),

  // Adapters and simulated venues, which were written apart, talk to each other.
  .checks(
    "ConformanceTests",
    [
      "Units", "Market", "Codecs", "Reactor", "Simulator", "VenueKit", "VenueCatalog",
      "VenueTesting",
    ]
  ),

  // Tests of the package itself.
  .checks("TidyTests"),

  // Tests of two modules that must not know each other: what the simulated market does against what
  // the adapters read in recordings.
  .checks(
    "SimulatorCalibrationTests",
    [
      "Units", "Market", "Codecs", "VenueKit", "VenueCatalog", "Recording", "Simulator",
      "TestSupport",
    ]
  ),
]

// MARK: - From the table to targets

let swiftSettings: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableExperimentalFeature("Lifetimes"),
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
]

enum Tier: String {
  case c = "C"
  case foundations = "Foundations"
  case domain = "Domain"
  case venues = "Venues"
  case services = "Services"
  case tools = "Tools"
  case testing = "Testing"
  case package = "Tests"
}

struct Module {
  enum Kind {
    case library, executable, systemLibrary(pkgConfig: String?, apt: String), cxx, checks
  }

  var name: String
  var tier: Tier
  var kind: Kind
  var dependencies: [String] = []
  var testDependencies: [String] = []
  var isTested = true
  var resources: [Resource] = []
  /// The environment variable without which the module is left out.
  var condition: String?

  /// A Swift module with tests in `Tests/<Tier>/<Module>Tests`.
  static func module(
    _ name: String,
    _ tier: Tier,
    _ dependencies: [String] = [],
    tests: [String] = [],
    embedding: [Resource] = []
  ) -> Module {
    Module(
      name: name,
      tier: tier,
      kind: .library,
      dependencies: dependencies,
      testDependencies: tests,
      resources: embedding
    )
  }

  /// A command-line program.
  static func tool(
    _ name: String,
    _ dependencies: [String],
    tests: [String]? = nil,
    onlyWith condition: String? = nil
  ) -> Module {
    Module(
      name: name,
      tier: .tools,
      kind: .executable,
      dependencies: dependencies,
      testDependencies: tests ?? [],
      isTested: tests != nil,
      condition: condition
    )
  }

  /// A C library of the system, with the Debian package that provides it.
  static func library(_ name: String, pkgConfig: String? = nil, apt: String) -> Module {
    Module(
      name: name,
      tier: .c,
      kind: .systemLibrary(pkgConfig: pkgConfig, apt: apt),
      isTested: false
    )
  }

  /// C++ of our own behind a C header; the benchmarks use it as the yardstick.
  static func cxx(_ name: String, _ dependencies: [String] = []) -> Module {
    Module(name: name, tier: .c, kind: .cxx, dependencies: dependencies)
  }

  /// Tests of the package as a whole, in `Tests/<Name>`: of its files, or across modules.
  static func checks(_ name: String, _ dependencies: [String] = []) -> Module {
    Module(
      name: name,
      tier: .package,
      kind: .checks,
      dependencies: dependencies,
      isTested: false
    )
  }

  /// An adapter keeps the quirks of its venue beside its code.
  var notes: [String] { name.hasSuffix("Venue") ? ["README.md"] : [] }

  var path: String {
    switch kind {
    case .checks: "\(tier.rawValue)/\(name)"
    default: "Sources/\(tier.rawValue)/\(name)"
    }
  }

  var targets: [Target] {
    let linked = dependencies.map { Target.Dependency(stringLiteral: $0) }
    let main: Target =
      switch kind {
      case .library:
        .target(
          name: name,
          dependencies: linked,
          path: path,
          exclude: notes,
          resources: resources,
          swiftSettings: swiftSettings
        )
      case .executable:
        .executableTarget(
          name: name,
          dependencies: linked,
          path: path,
          swiftSettings: swiftSettings
        )
      case .systemLibrary(let pkgConfig, let apt):
        .systemLibrary(
          name: name,
          path: path,
          pkgConfig: pkgConfig,
          providers: [.apt([apt])]
        )
      case .cxx:
        .target(
          name: name,
          dependencies: linked,
          path: path,
          cxxSettings: [.unsafeFlags(["-O3", "-march=native", "-DNDEBUG"])]
        )
      case .checks:
        .testTarget(name: name, dependencies: linked, path: path, swiftSettings: swiftSettings)
      }
    guard isTested else { return [main] }
    let tests = Target.testTarget(
      name: "\(name)Tests",
      dependencies: [.init(stringLiteral: name)] + linked
        + testDependencies.map { .init(stringLiteral: $0) },
      path: "Tests/\(tier.rawValue)/\(name)Tests",
      swiftSettings: swiftSettings
    )
    return [main, tests]
  }
}

let package = Package(
  name: "parallax",
  targets: table.filter { row in
    row.condition.map { Context.environment[$0] != nil } ?? true
  }.flatMap(\.targets),
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx20
)
