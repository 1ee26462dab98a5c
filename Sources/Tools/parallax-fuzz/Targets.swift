import Configuration
import VenueCatalog
import VenueKit

/// What is fed with hostile bytes.
enum FuzzTarget {
  /// A venue's frames.
  case frames(FrameCheck)
  /// A venue's REST answers: instrument lists and books.
  case answers(any Venue)
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

  /// The target of this name; a venue of ``VenueCatalog/KnownVenues`` has two: `kraken`,
  /// `kraken-rest`.
  init?(_ name: String) {
    switch name {
    case "recording": self = .recording(InputAsFile())
    case "index": self = .index(IndexedRecording.inScratch())
    case "configuration": self = .configuration(InputAsFile())
    case "json": self = .json
    case "decimal": self = .decimal
    default:
      let venue = name.hasSuffix("-rest") ? String(name.dropLast(5)) : name
      guard let found = KnownVenues.venue(named: venue) else { return nil }
      self = name == venue ? .frames(FrameCheck(found)) : .answers(found)
    }
  }

  static var names: [String] {
    KnownVenues.names + KnownVenues.names.map { $0 + "-rest" }
      + ["recording", "index", "configuration", "json", "decimal"]
  }

  /// Reads one input in every way that the target has, and traps where an invariant is broken.
  func run(_ bytes: Span<UInt8>) {
    switch self {
    case .frames(let check): check.run(bytes)
    case .answers(let venue): checkAnswer(bytes, venue)
    case .recording(let file): file.hold(bytes) { checkRecording($0) }
    case .index(let recording): recording.run(bytes)
    case .configuration(let file): checkConfiguration(bytes, file)
    case .json: checkJSON(bytes)
    case .decimal: checkDecimal(bytes)
    }
  }
}
