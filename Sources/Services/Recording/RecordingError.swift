import Glibc

/// Why a recording could not be opened, read, or written.
///
/// What is wrong *inside* a readable file is a ``Finding``, never an error.
public enum RecordingError: Error, Equatable, Sendable {
  /// The file could not be opened or created; `code` is `errno`.
  case cannotOpen(path: String, code: Int32)
  /// A read failed; `code` is `errno`, `offset` counts bytes of the file as stored.
  case readFailed(path: String, code: Int32, offset: Int)
  /// The first bytes are those of no known format.
  case unknownFormat(path: String)
  /// The file says it is of a version that this program does not know.
  case unsupportedVersion(path: String, version: Int)
  /// A write, sync, or close failed; `code` is `errno`. See ``RecordingWriter`` for what is kept.
  case writeFailed(path: String, code: Int32)
  /// A venue's name is not 1 to 64 of `a-z`, `0-9`, `-`, and `_`, so it cannot name a directory.
  case invalidVenue(String)
  /// A record's time has no four-digit year between 1678 and 2261, so no line can say it.
  case timeOutOfRange(nanoseconds: Int64)
  /// One record is longer than ``RecordingLimits/recordBytes``, so no reader would take it.
  case recordTooLong(bytes: Int)
}

extension RecordingError: CustomStringConvertible {
  /// One line for a person: the file, and what is wrong with it.
  public var description: String {
    switch self {
    case .cannotOpen(let path, let code): "\(path): cannot open: \(systemText(code))"
    case .readFailed(let path, let code, let offset):
      "\(path): cannot read on at byte \(offset): \(systemText(code))"
    case .unknownFormat(let path): "\(path): not a recording in a format that this program knows"
    case .unsupportedVersion(let path, let version):
      "\(path): written by a later version (format \(version))"
    case .writeFailed(let path, let code): "\(path): cannot write: \(systemText(code))"
    case .invalidVenue(let name): "\"\(name)\" cannot name a venue's directory"
    case .timeOutOfRange(let nanoseconds): "the time \(nanoseconds) ns cannot be written"
    case .recordTooLong(let bytes): "a record of \(bytes) bytes is too long"
    }
  }
}

/// The system's words for an error number.
private func systemText(_ code: Int32) -> String {
  unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)"
}

/// The bounds of reading and writing, with their units.
public enum RecordingLimits {
  /// The longest line or frame, in bytes after decompression: 64 MiB.
  public static let recordBytes = 64 << 20
  /// How many findings a reader keeps; later ones are only counted.
  public static let findings = 32
  /// How many connections a reader tells apart in one file; later ones are findings.
  public static let connections = 65_536
  /// The longest text of a file that an index is believed to describe, in bytes: 256 TiB.
  static let textBytes = 1 << 48
  /// The memory that a zstd stream may ask of a reader, as a power of two of bytes: 128 MiB.
  static let zstdWindowLog: Int32 = 27
}
