import Glibc

/// Reads a file whole, up to a limit.
///
/// - Returns: at most `limit + 1` bytes, so that a caller sees when there was more.
/// - Throws: why not, in the system's words.
func readFile(_ path: String, limit: Int) throws(FileError) -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw FileError(code: errno) }
  defer { close(descriptor) }

  var bytes: [UInt8] = []
  var chunk = [UInt8](repeating: 0, count: 65_536)
  while bytes.count <= limit {
    let wanted = min(chunk.count, limit + 1 - bytes.count)
    let count = unsafe read(descriptor, &chunk, wanted)
    if count < 0, errno == EINTR { continue }
    guard count >= 0 else { throw FileError(code: errno) }
    guard count > 0 else { break }
    bytes += chunk[..<count]
  }
  return bytes
}

/// Why a file could not be read: the system's error number.
struct FileError: Error, Equatable {
  let code: Int32

  var text: String { unsafe strerror(code).map { unsafe String(cString: $0) } ?? "error \(code)" }
}
