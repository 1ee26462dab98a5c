import Glibc

/// How much room a folder has, and how long its disk takes to be sure.
struct DiskProbe: Hashable, Sendable {
  /// Where it was measured: the folder, or the nearest one above it that exists.
  var folder: String
  var isThere: Bool
  /// What an ordinary user may still write, in bytes; nil when the system does not say.
  var freeBytes: Int?
  /// How long each write with `fsync` took, in nanoseconds, in order of length.
  var syncs: [Int64] = []
  /// Why there are no more.
  var problem: String?

  static let writes = 50
  static let writeBytes = 4_096
  /// When measuring ends early, in nanoseconds.
  static let patience: Int64 = 4_000_000_000

  /// Measures below `folder`; what is written is gone afterwards, also when the program is killed.
  init(_ folder: String) {
    var place = folder.isEmpty ? "." : folder
    while unsafe access(place, F_OK) != 0, let above = DiskProbe.above(place) { place = above }
    self.folder = place
    isThere = place == (folder.isEmpty ? "." : folder)
    var room = statvfs()
    if unsafe statvfs(place, &room) == 0 {
      freeBytes = Int(
        clamping: UInt64(room.f_bavail).multipliedReportingOverflow(
          by: UInt64(room.f_frsize)
        ).partialValue
      )
    }
    measure()
  }

  /// The folder that holds `path`; nil at the top.
  private static func above(_ path: String) -> String? {
    let parts = path.split(separator: "/")
    guard path != "/", path != "." else { return nil }
    guard parts.count > 1 else { return path.hasPrefix("/") ? "/" : "." }
    return (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
  }

  private mutating func measure() {
    let path = "\(folder)/.parallax-doctor-\(getpid())"
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      problem = SystemProbe.words(errno)
      return
    }
    defer { _ = close(descriptor) }
    // The name goes at once: the file lives as long as it is open.
    _ = unsafe unlink(path)
    let clock = ContinuousClock()
    let start = clock.now
    let bytes = [UInt8](repeating: 0x70, count: DiskProbe.writeBytes)
    for number in 0..<DiskProbe.writes {
      let begin = clock.now
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe pwrite(descriptor, buffer.baseAddress, buffer.count, number * buffer.count)
      }
      guard count == bytes.count, fsync(descriptor) == 0 else {
        problem = SystemProbe.words(count >= 0 && count < bytes.count ? ENOSPC : errno)
        break
      }
      syncs.append((clock.now - begin).nanoseconds)
      guard (clock.now - start).nanoseconds < DiskProbe.patience else { break }
    }
    syncs.sort()
  }

  /// The time within which so many of a hundred writes were sure; nil when nothing was measured.
  func percentile(_ percent: Int) -> Int64? {
    guard !syncs.isEmpty else { return nil }
    return syncs[min(syncs.count - 1, syncs.count * percent / 100)]
  }
}

extension Duration {
  /// In whole nanoseconds, at most what 64 bits hold.
  var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return Int64(clamping: Int128(seconds) * 1_000_000_000 + Int128(attoseconds / 1_000_000_000))
  }
}
