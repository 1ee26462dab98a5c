import Configuration
import VenueCatalog
import VenueKit

/// What is fed with hostile bytes.
enum FuzzTarget {
  /// A venue's frames.
  case frames(FrameCheck)
  /// A venue's REST answers: instrument lists and books.
  case answers(any Venue)
  /// A venue's private frames and answers.
  case account(any TradingVenue)
  /// What clients send to a simulated venue.
  case server(ServerCheck)
  /// Recordings of all formats.
  case recording(InputAsFile)
  /// The index beside a recording.
  case index(IndexedRecording)
  /// An operator's fees.
  case configuration(InputAsFile)
  /// Any JSON.
  case json
  /// Decimals and times, as wire and settings write them.
  case decimal

  /// The target of this name; a venue of ``VenueCatalog/KnownVenues`` has four: `kraken`,
  /// `kraken-rest`, `kraken-account`, `kraken-server`.
  init?(_ name: String) {
    switch name {
    case "recording": self = .recording(InputAsFile())
    case "index": self = .index(IndexedRecording.inScratch())
    case "configuration": self = .configuration(InputAsFile())
    case "json": self = .json
    case "decimal": self = .decimal
    default:
      let parts = name.split(separator: "-", maxSplits: 1)
      guard let first = parts.first, let venue = KnownVenues.venue(named: String(first)) else {
        return nil
      }
      switch parts.dropFirst().first {
      case nil: self = .frames(FrameCheck(venue))
      case "rest": self = .answers(venue)
      case "account":
        guard let trading = venue as? any TradingVenue else { return nil }
        self = .account(trading)
      case "server": self = .server(ServerCheck(String(first)))
      default: return nil
      }
    }
  }

  static var names: [String] {
    KnownVenues.names
      + ["-rest", "-account", "-server"].flatMap { kind in
        KnownVenues.names.map { $0 + kind }
      }
      + ["recording", "index", "configuration", "json", "decimal"]
  }

  /// Reads one input in every way that the target has, and traps where an invariant is broken.
  func run(_ bytes: Span<UInt8>) {
    switch self {
    case .frames(let check): check.run(bytes)
    case .answers(let venue): checkAnswer(bytes, venue)
    case .account(let venue): checkAccount(bytes, venue)
    case .server(let server): server.run(bytes)
    case .recording(let file): file.hold(bytes) { checkRecording($0) }
    case .index(let recording): recording.run(bytes)
    case .configuration(let file): checkConfiguration(bytes, file)
    case .json: checkJSON(bytes)
    case .decimal: checkDecimal(bytes)
    }
  }
}
