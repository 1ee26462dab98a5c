import Glibc

/// A file open for reading: `open`, `read`, `lseek`, `pread`.
struct InputFile: ~Copyable {
  let path: String
  /// The file's length when it was opened, in bytes; 0 for a pipe.
  let size: Int
  /// Where the next read begins, in bytes.
  private(set) var position = 0
  private let descriptor: Int32

  init(path: String) throws(RecordingError) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .cannotOpen(path: path, code: errno) }
    var status = stat()
    let isKnown = unsafe fstat(descriptor, &status) == 0
    self.path = path
    self.descriptor = descriptor
    self.size = isKnown && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : 0
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  deinit { _ = close(descriptor) }

  /// Reads at most `range.count` bytes into `buffer`; 0 is the end of the file.
  mutating func read(
    into buffer: inout ByteBuffer,
    _ range: Range<Int>
  ) throws(RecordingError) -> Int {
    while true {
      let count = unsafe buffer.withMemory(of: range) { memory, count in
        unsafe Glibc.read(descriptor, memory, count)
      }
      if count >= 0 {
        position += count
        return count
      }
      if errno != EINTR { throw .readFailed(path: path, code: errno, offset: position) }
    }
  }

  mutating func seek(to offset: Int) throws(RecordingError) {
    guard lseek(descriptor, offset, SEEK_SET) == offset else {
      throw .readFailed(path: path, code: errno, offset: offset)
    }
    position = offset
  }

  /// The four bytes at `offset` as a little-endian integer, or nil where there are not four.
  func word(at offset: Int) -> UInt32? {
    var word: UInt32 = 0
    let count = unsafe pread(descriptor, &word, 4, offset)
    return count == 4 ? UInt32(littleEndian: word) : nil
  }
}
