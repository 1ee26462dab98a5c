import Units
import Words

/// Reads the sections of a run's configuration.
struct RunConfigurationReader {
  /// What was read; meaningful as a whole only where nothing was noted.
  struct Parts {
    var venues: [VenueSettings] = []
    var crossVenue = StrategySettings.crossVenue
    var triangular = StrategySettings.triangular
    var maximumSizes: [SizeLimit] = []
    var record: RecordSettings?
    var feesPath: String?
    /// Where the path of the fees stands.
    var feesPosition: Position?
    var health = HealthSettings()
  }

  private static let mostAssets = 256
  private static let longestTimeMilliseconds = 3_600_000

  /// Where relative paths start: empty, or ends in a slash.
  let folder: String
  /// The names of the venues that there are.
  let venues: [String]

  func read(_ root: Field, _ problems: inout Problems) -> Parts {
    var parts = Parts()
    let keys = ["mode", "venues", "strategies", "limits", "record", "fees", "health"]
    guard let section = root.section(keys: keys, &problems) else { return parts }
    if let field = section["mode"] { checkMode(field, &problems) }
    if let field = section.required("venues", &problems) {
      parts.venues = readVenues(field, &problems)
    }
    if let field = section["strategies"],
      let strategies = field.section(keys: ["cross_venue", "triangular"], &problems)
    {
      if let field = strategies["cross_venue"] { read(field, into: &parts.crossVenue, &problems) }
      if let field = strategies["triangular"] { read(field, into: &parts.triangular, &problems) }
    }
    if let field = section["limits"] { parts.maximumSizes = readLimits(field, &problems) }
    parts.record = section["record"].flatMap { readRecord($0, &problems) }
    let rule = Rule("the path of a file of fees", example: "fees.yaml")
    parts.feesPath = section["fees"]?.text(as: rule, &problems).map { resolved($0, from: folder) }
    parts.feesPosition = section["fees"]?.node.position
    if let field = section["health"] { read(field, into: &parts.health, &problems) }
    return parts
  }

  private func checkMode(_ field: Field, _ problems: inout Problems) {
    let rule = Rule("the mode of this version, observe", example: "observe")
    guard let text = field.text(as: rule, &problems), text != "observe" else { return }
    guard text == "paper" || text == "live" else {
      field.refuse(rule, &problems)
      return
    }
    let message =
      "\(quoted(text)) is refused: this version only observes and places no orders, real or "
      + "simulated (example: observe)"
    field.note(message, &problems)
  }

  private func readVenues(_ field: Field, _ problems: inout Problems) -> [VenueSettings] {
    guard let section = field.section(keys: venues, &problems) else { return [] }
    var enabled = 0
    var read: [VenueSettings] = []
    for name in venues {
      guard let venue = section[name] else { continue }
      let reader = VenueSettingsReader(name: name, folder: folder)
      let (isEnabled, settings) = reader.read(venue, &problems)
      guard isEnabled else { continue }
      enabled += 1
      if let settings { read.append(settings) }
    }
    if enabled == 0 {
      let names = venues.joined(separator: ", ")
      field.note("no venue is enabled; give at least one of \(names)", &problems)
    }
    return read
  }

  private func read(
    _ field: Field,
    into settings: inout StrategySettings,
    _ problems: inout Problems
  ) {
    let keys = [
      "enabled", "minimum_net_bps", "maximum_age_ms", "book_usage_percent", "maximum_levels",
      "latency_haircut_bps", "eligible_after_ms",
    ]
    guard let section = field.section(keys: keys, &problems) else { return }
    let longest = RunConfigurationReader.longestTimeMilliseconds
    if let value = section["enabled"]?.boolean(&problems) { settings.isEnabled = value }
    settings.minimumNet = section["minimum_net_bps"]?.basisPoints(upTo: 10_000, &problems)
    if let value = section["maximum_age_ms"]?.milliseconds(in: 1...longest, &problems) {
      settings.maximumAgeNanoseconds = value
    }
    if let usage = section["book_usage_percent"],
      let value = usage.percentage(in: 0...100, &problems)
    {
      settings.bookUsage = value
      if value == .zero {
        usage.note(
          "leaves nothing to trade; to switch a strategy off, say enabled: false",
          &problems
        )
      }
    }
    if let value = section["maximum_levels"]?.integer(in: 1...100_000, &problems) {
      settings.maximumLevels = value
    }
    if let value = section["latency_haircut_bps"]?.basisPoints(upTo: 9_999, &problems) {
      settings.latencyHaircut = value
    }
    if let value = section["eligible_after_ms"]?.milliseconds(in: 0...longest, &problems) {
      settings.eligibleAfterNanoseconds = value
    }
  }

  private func readLimits(_ field: Field, _ problems: inout Problems) -> [SizeLimit] {
    guard let sizes = field.section(keys: ["maximum_size"], &problems)?["maximum_size"],
      let entries = sizes.entries(limit: RunConfigurationReader.mostAssets, &problems)
    else { return [] }
    return entries.compactMap { asset, value in
      guard asset.utf8.allSatisfy({ $0.isCapitalOrDigit }), (1...16).contains(asset.utf8.count)
      else {
        let rule = "the key \(quoted(asset)) is not an asset (example: USD)"
        value.note(rule, &problems)
        return nil
      }
      return value.amount(&problems).map { SizeLimit(asset: asset, amount: $0) }
    }
  }

  private func readRecord(_ field: Field, _ problems: inout Problems) -> RecordSettings? {
    let keys = ["directory", "compression_level", "write_after_ms", "sync"]
    guard let section = field.section(keys: keys, &problems) else { return nil }
    let rule = Rule("the path of a folder", example: "recordings")
    var record = RecordSettings(
      directory: section.required("directory", &problems)?.text(as: rule, &problems)
        .map { resolved($0, from: folder) } ?? ""
    )
    if let value = section["compression_level"]?.integer(in: 1...19, &problems) {
      record.compressionLevel = value
    }
    if let value = section["write_after_ms"]?.milliseconds(in: 100...600_000, &problems) {
      record.writeAfterNanoseconds = value
    }
    if let value = section["sync"]?.choice(of: RecordSettings.Sync.self, &problems) {
      record.sync = value
    }
    return record
  }

  private func read(
    _ field: Field,
    into health: inout HealthSettings,
    _ problems: inout Problems
  ) {
    guard let section = field.section(keys: ["stale_after_ms", "sweep_interval_ms"], &problems)
    else { return }
    let longest = RunConfigurationReader.longestTimeMilliseconds
    if let value = section["stale_after_ms"]?.milliseconds(in: 100...longest, &problems) {
      health.staleAfterNanoseconds = value
    }
    guard let sweep = section["sweep_interval_ms"],
      let value = sweep.milliseconds(in: 10...60_000, &problems)
    else { return }
    health.sweepIntervalNanoseconds = value
    if value > health.staleAfterNanoseconds {
      sweep.note("is longer than stale_after_ms; silence would be seen too late", &problems)
    }
  }
}

extension UInt8 {
  var isCapitalOrDigit: Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
  }
}
