import Market
import Recording

/// A connection as files name it: by number, in one file, or in all hours of one recording.
struct RecordedConnection: Hashable {
  let venue: VenueID
  let recording: String
  let number: Int

  init(_ record: Record, of venue: VenueID, in path: String, _ format: RecordingFormat) {
    self.venue = venue
    number = record.connection
    recording = format == .parallax ? RecordedConnection.recording(of: path) : path
  }

  /// Our own recordings begin a new file each hour and after each restart, and their connections go
  /// on: all of `<directory>/<venue>/<YYYY-MM-DD>/<HH>[.<N>].plx.zst` is one recording.
  ///
  /// A file by any other name stands for itself.
  static func recording(of path: String) -> String {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    guard let file = parts.last, isHour(file) else { return path }
    guard parts.count > 1 else { return "" }
    guard isDate(parts[parts.count - 2]) else {
      return parts.dropLast().joined(separator: "/")
    }
    return parts.dropLast(2).joined(separator: "/")
  }

  private static func isHour(_ name: Substring) -> Bool {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 || parts.count == 4, parts.suffix(2) == ["plx", "zst"] else {
      return false
    }
    return parts[0].utf8.count == 2
      && parts.dropLast(2).allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) }
  }

  private static func isDate(_ name: Substring) -> Bool {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    return parts.map(\.count) == [4, 2, 2]
      && parts.allSatisfy { $0.allSatisfy(\.isASCIIDigit) }
  }
}

extension Character {
  fileprivate var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
