import Codecs
public import Configuration
public import Engine
import Market
import Strategies
public import Units

/// What a run knew before its first event: with it and the same events, an engine does the same
/// again.
public struct RunHeader: Sendable {
  /// Before the run's first record.
  public var started: Timestamp
  public var settings: EngineSettings
  /// What the costs were taken from, a venue each.
  public var fees: [VenueFees]

  /// The version of the text.
  public static let version = 1

  public init(started: Timestamp, settings: EngineSettings, fees: [VenueFees]) {
    self.started = started
    self.settings = settings
    self.fees = fees
  }

  /// One JSON object; rates are whole multiples of 10⁻⁸.
  public var text: String {
    var json = JSONWriter()
    json.object {
      $0.field("v", RunHeader.version)
      $0.field("run", started.description)
      $0.field("stale_ns", settings.staleAfterNanoseconds)
      $0.field("sweep_ns", settings.sweepIntervalNanoseconds)
      $0.field("checksums", settings.verifiesChecksums)
      RunHeader.write("cross_venue", settings.crossVenue, &$0)
      RunHeader.write("triangular", settings.triangular, &$0)
      $0.array("fees") { for item in fees { RunHeader.write(item, &$0) } }
    }
    return json.text
  }

  private static func write(
    _ name: String,
    _ settings: ScannerSettings?,
    _ json: inout JSONWriter
  ) {
    json.key(name)
    guard let settings else { return json.null() }
    json.object {
      $0.field("age_ns", settings.maximumAgeNanoseconds)
      $0.field("usage", settings.bookUsage.raw)
      $0.field("levels", settings.maximumLevels)
      $0.field("haircut", settings.latencyHaircut.raw)
      $0.key("minimum")
      if let least = settings.windows.minimumReturn { $0.integer(least.raw) } else { $0.null() }
      $0.field("eligible_ns", settings.windows.eligibleAfterNanoseconds)
    }
  }

  private static func write(_ fees: VenueFees, _ json: inout JSONWriter) {
    json.object {
      $0.field("venue", fees.venue)
      $0.field("maker", fees.selected.maker.raw)
      $0.field("taker", fees.selected.taker.raw)
      $0.array("exceptions") {
        for exception in fees.exceptions {
          $0.object {
            $0.array("symbols") { for name in exception.instruments { $0.string(name) } }
            $0.field("maker", exception.selected.maker.raw)
            $0.field("taker", exception.selected.taker.raw)
          }
        }
      }
    }
  }
}

// MARK: - Reading

extension RunHeader {
  /// Reads ``text``; nil where it is none, or of a later version.
  public init?(_ text: String) {
    guard let json = try? JSONValue(Array(text.utf8)),
      json["v"]?.integer == RunHeader.version,
      let started = json["run"]?.string.flatMap({ Timestamp(text: $0) }),
      let stale = json["stale_ns"]?.integer,
      let sweep = json["sweep_ns"]?.integer, sweep > 0,
      let checksums = json["checksums"]?.boolean,
      let crossVenue = json["cross_venue"].flatMap(RunHeader.scanner),
      let triangular = json["triangular"].flatMap(RunHeader.scanner),
      let list = json["fees"]?.elements
    else { return nil }
    var settings = EngineSettings()
    settings.staleAfterNanoseconds = Int64(stale)
    settings.sweepIntervalNanoseconds = Int64(sweep)
    settings.verifiesChecksums = checksums
    settings.crossVenue = crossVenue
    settings.triangular = triangular
    var fees: [VenueFees] = []
    for item in list {
      guard let read = RunHeader.fees(item, CalendarDate(started)) else { return nil }
      fees.append(read)
    }
    self.init(started: started, settings: settings, fees: fees)
  }

  /// Settings that are there, `.some(nil)` where the scanner did not run, nil where they are wrong.
  private static func scanner(_ json: JSONValue) -> ScannerSettings?? {
    if case .null = json { return .some(nil) }
    guard let age = json["age_ns"]?.integer,
      let usage = json["usage"]?.integer, (0...Int(Rate.one)).contains(usage),
      let levels = json["levels"]?.integer, levels > 0,
      let haircut = json["haircut"]?.integer, (0..<Int(Rate.one)).contains(haircut),
      let minimum = json["minimum"],
      let eligible = json["eligible_ns"]?.integer
    else { return nil }
    return ScannerSettings(
      maximumAgeNanoseconds: Int64(age),
      bookUsage: Rate(raw: Int64(usage)),
      maximumLevels: levels,
      latencyHaircut: Rate(raw: Int64(haircut)),
      windows: WindowSettings(
        minimumReturn: minimum.integer.map { Rate(raw: Int64($0)) },
        eligibleAfterNanoseconds: Int64(eligible)
      )
    )
  }

  private static func fees(_ json: JSONValue, _ read: CalendarDate) -> VenueFees? {
    guard let venue = json["venue"]?.string, let tier = rates(json),
      let list = json["exceptions"]?.elements
    else { return nil }
    var fees = VenueFees(
      venue: venue,
      maker: tier.maker,
      taker: tier.taker,
      source: "the run's own",
      read: read
    )
    for item in list {
      guard let tier = rates(item), let symbols = item["symbols"]?.elements else { return nil }
      fees.except(symbols.compactMap(\.string), maker: tier.maker, taker: tier.taker)
    }
    return fees
  }

  private static func rates(_ json: JSONValue) -> (maker: Rate, taker: Rate)? {
    guard let maker = json["maker"]?.integer, let taker = json["taker"]?.integer else {
      return nil
    }
    return (Rate(raw: Int64(maker)), Rate(raw: Int64(taker)))
  }
}
