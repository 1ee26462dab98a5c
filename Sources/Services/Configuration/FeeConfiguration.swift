import Units

/// The fees of every venue: a schedule built into the program, and what an operator's file changes.
///
/// The file has the form of `Resources/fees.yaml`. A venue that it does not name keeps the built-in
/// fees. One that gives `tier` alone chooses another tier of them; one that gives `tiers` replaces
/// them, and says when and where they were read.
public struct FeeConfiguration: Hashable, Sendable {
  /// In the order of the built-in file.
  public let venues: [VenueFees]

  public subscript(venue: String) -> VenueFees? { venues.first { $0.venue == venue } }

  /// The built-in fees, changed by the file at `path` when there is one.
  public static func load(path: String?) throws(ConfigurationErrors) -> FeeConfiguration {
    let builtIn = try FeeConfiguration(
      Document(PackageResources.fees_yaml, file: "built-in fees.yaml")
    )
    guard let path else { return builtIn }
    return try builtIn.changed(by: Document(path: path))
  }

  /// Reads a document that gives every venue in full.
  init(_ document: Document) throws(ConfigurationErrors) {
    guard case .mapping(let top) = document.root.content,
      let fees = top.first(where: { $0.key == "fees" }),
      case .mapping(let entries) = fees.value.content
    else {
      var problems = Problems(file: document.file)
      Field(document).refuse(Rule("a map of fees", example: "fees: {kraken: …}"), &problems)
      try problems.check()
      venues = []
      return
    }
    venues = try FeeConfiguration.read(document, venues: entries.map { ($0.key, nil) })
  }

  /// These fees with the changes that a document makes.
  func changed(by document: Document) throws(ConfigurationErrors) -> FeeConfiguration {
    FeeConfiguration(
      venues: try FeeConfiguration.read(document, venues: venues.map { ($0.venue, $0) })
    )
  }

  private init(venues: [VenueFees]) { self.venues = venues }

  private static func read(
    _ document: Document,
    venues: [(name: String, known: VenueFees?)]
  ) throws(ConfigurationErrors) -> [VenueFees] {
    var problems = Problems(file: document.file)
    var result: [VenueFees] = []
    if let fees = Field(document).section(keys: ["fees"], &problems)?.required("fees", &problems),
      let section = fees.section(keys: venues.map(\.name), &problems)
    {
      for (name, known) in venues {
        let reader = VenueFeesReader(venue: name, known: known)
        let read = section[name].map { reader.read($0, &problems) } ?? known
        if let read { result.append(read) }
      }
    }
    try problems.check()
    return result
  }
}
