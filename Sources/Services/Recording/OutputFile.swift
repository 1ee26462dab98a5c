import Glibc

/// A file created for writing at given places: `open`, `pwrite`, `ftruncate`, `fsync`.
struct OutputFile: ~Copyable {
  let path: String
  private let descriptor: Int32

  /// Creates the file.
  ///
  /// With `isNew`, an existing one is left alone and the result is nil.
  static func create(_ path: String, isNew: Bool) throws(RecordingError) -> OutputFile? {
    let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (isNew ? O_EXCL : O_TRUNC)
    let descriptor = unsafe open(path, flags, 0o644)
    if descriptor < 0 {
      if isNew, errno == EEXIST { return nil }
      throw .cannotOpen(path: path, code: errno)
    }
    return OutputFile(path: path, descriptor: descriptor)
  }

  private init(path: String, descriptor: Int32) {
    self.path = path
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  /// Writes the first `count` bytes of `buffer` at `offset`; on failure the file ends at `offset`.
  mutating func write(
    _ buffer: inout ByteBuffer,
    count: Int,
    at offset: Int
  ) throws(RecordingError) {
    var written = 0
    while written < count {
      let step = unsafe buffer.withMemory(of: written..<count) { memory, count in
        unsafe pwrite(descriptor, memory, count, offset + written)
      }
      if step < 0, errno == EINTR { continue }
      if step <= 0 {
        let code = step < 0 ? errno : ENOSPC
        _ = ftruncate(descriptor, offset)
        throw .writeFailed(path: path, code: code)
      }
      written += step
    }
  }

  func sync() throws(RecordingError) {
    guard fsync(descriptor) == 0 else { throw .writeFailed(path: path, code: errno) }
  }

  /// Makes the names in a directory durable: `fsync` of the directory.
  static func syncDirectory(_ path: String) throws(RecordingError) {
    let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    defer { _ = close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .writeFailed(path: path, code: errno) }
  }

  /// `mkdir -p`.
  static func createDirectory(_ path: String) throws(RecordingError) {
    var prefix = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/") {
      prefix += prefix.isEmpty || prefix.hasSuffix("/") ? String(part) : "/" + String(part)
      if unsafe mkdir(prefix, 0o755) != 0, errno != EEXIST {
        throw .cannotOpen(path: prefix, code: errno)
      }
    }
  }
}

/// Adds to the end of a small file, which is created if need be.
public func append(_ bytes: [UInt8], to path: String) throws(RecordingError) {
  if let slash = path.lastIndex(of: "/") {
    try OutputFile.createDirectory(String(path[..<slash]))
  }
  let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
  guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
  defer { _ = close(descriptor) }
  var written = 0
  while written < bytes.count {
    let step = unsafe bytes[written...].withUnsafeBytes { rest in
      unsafe write(descriptor, rest.baseAddress, rest.count)
    }
    if step < 0, errno == EINTR { continue }
    guard step > 0 else {
      throw .writeFailed(path: path, code: step < 0 ? errno : ENOSPC)
    }
    written += step
  }
}
