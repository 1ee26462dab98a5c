public import Units
import Words

/// How the program runs: which venues it watches, what it looks for, and what it keeps.
///
/// Plain values that know nothing of the domain; who composes the program turns them into the
/// domain's. What a file leaves out has a default that is safe: nothing is written, nothing is sent
/// in plain text, and no certificate is believed without proof. `Examples/observe.yaml` shows every
/// key with its meaning.
public struct RunConfiguration: Hashable, Sendable {
  /// What the program may do.
  public enum Mode: String, CaseIterable, Hashable, Sendable {
    /// Everything but orders.
    case observe
  }

  public let mode: Mode
  /// Those that are enabled, in the order of the built-in fees; at least one.
  public let venues: [VenueSettings]
  public let crossVenue: StrategySettings
  public let triangular: StrategySettings
  /// The largest size of one opportunity that is counted in an asset, in the order of the file.
  ///
  /// An asset that is not named has no limit.
  public let maximumSizes: [SizeLimit]
  /// Nil when nothing is recorded.
  public let record: RecordSettings?
  /// The fees of every venue, with the changes of the file that `fees` names.
  public let fees: FeeConfiguration
  /// The path of that file, if there is one.
  public let feesPath: String?
  public let health: HealthSettings

  /// Reads the file at `path`, and the files that it names.
  ///
  /// - Throws: every problem found, those of the fees file last.
  public static func load(path: String) throws(ConfigurationErrors) -> RunConfiguration {
    try RunConfiguration(Document(path: path))
  }

  /// Reads a document; paths in it start where the document's file is.
  public init(_ document: Document) throws(ConfigurationErrors) {
    let builtIn = try FeeConfiguration.load(path: nil)
    var problems = Problems(file: document.file)
    let reader = RunConfigurationReader(
      folder: document.file.lastIndex(of: "/").map { String(document.file[...$0]) } ?? "",
      venues: builtIn.venues.map(\.venue)
    )
    let parts = reader.read(Field(document), &problems)

    var found: [Problem] = []
    var omitted = 0
    var fees: FeeConfiguration?
    do throws(ConfigurationErrors) {
      try problems.check()
    } catch {
      found += error.problems
      omitted += error.omitted
    }
    do throws(ConfigurationErrors) {
      fees = try FeeConfiguration.load(path: parts.feesPath)
    } catch {
      found += error.problems.map { problem in
        guard problem.position == nil, let position = parts.feesPosition else { return problem }
        // The file as a whole: the place to mend is the one that names it.
        let message = "\(quoted(problem.file)) \(problem.message)"
        return Problem(file: document.file, position: position, path: "fees", message: message)
      }
      omitted += error.omitted
    }
    guard found.isEmpty, let fees else { throw ConfigurationErrors(found, omitted: omitted) }
    mode = .observe
    venues = parts.venues
    crossVenue = parts.crossVenue
    triangular = parts.triangular
    maximumSizes = parts.maximumSizes
    record = parts.record
    self.fees = fees
    feesPath = parts.feesPath
    health = parts.health
  }
}

/// What a strategy assumes and asks for.
public struct StrategySettings: Hashable, Sendable {
  public var isEnabled = true
  /// The net return that opens a window, besides a profit above zero; nil asks for no more.
  public var minimumNet: Rate?
  /// A book whose last change is this old, or older, is not traded on; in nanoseconds.
  public var maximumAgeNanoseconds: Int64
  /// The share of the profitable depth that an opportunity may use.
  public var bookUsage = Rate(basisPoints: 3_000)
  /// Levels a side that are looked at.
  public var maximumLevels = 256
  /// What the market may move before the orders arrive.
  public var latencyHaircut = Rate.zero
  /// How long a window must last to have been eligible for capture, in nanoseconds.
  public var eligibleAfterNanoseconds: Int64 = 700_000_000

  /// Books younger than 10 s.
  public static let crossVenue = StrategySettings(maximumAgeNanoseconds: 10_000_000_000)
  /// Books younger than 1 s.
  public static let triangular = StrategySettings(maximumAgeNanoseconds: 1_000_000_000)
}

/// The largest size of one opportunity that is counted in `asset`.
public struct SizeLimit: Hashable, Sendable {
  public let asset: String
  /// In whole units of the asset, as written; above zero.
  public let amount: ExactDecimal
}

/// What is recorded, and how it reaches the disk.
public struct RecordSettings: Hashable, Sendable {
  /// When a block of a recording is durable, at the latest.
  public enum Sync: String, CaseIterable, Hashable, Sendable {
    /// When the operating system gets to it.
    case never
    /// When its file is closed, after its hour or at the end.
    case whenClosed = "when_closed"
    /// When it has been written.
    case everyBlock = "every_block"
  }

  /// Below it there is a folder a venue.
  public var directory: String
  /// zstd's, 1 to 19.
  public var compressionLevel = 3
  /// A block is written once its first line is this old, in nanoseconds.
  public var writeAfterNanoseconds: Int64 = 5_000_000_000
  public var sync = Sync.whenClosed
}

/// When a feed counts as ill.
public struct HealthSettings: Hashable, Sendable {
  /// A book whose last change is older counts as stale, in nanoseconds.
  public var staleAfterNanoseconds: Int64 = 10_000_000_000
  /// How often silent books are looked for, in nanoseconds.
  public var sweepIntervalNanoseconds: Int64 = 250_000_000
}
