import Units

/// One hour's file of ours being written, with its index beside it.
struct BlockFile: ~Copyable {
  /// Whole hours since 1970.
  let hour: Int64
  let path: String
  private let directory: String
  private var data: OutputFile
  private var index: OutputFile?
  private var indexLength = 0
  private var stored = 0
  private var text = 0
  private var compressed = ByteBuffer(capacity: 64 << 10)

  /// How often a name is tried that a file has already.
  private static let attempts = 1_000

  /// Creates the file of `hour`, never touching one that exists; see ``RecordingWriter``.
  init(hour: Int64, in root: String, venue: String) throws(RecordingError) {
    let name = Timestamp(nanoseconds: hour * 3_600_000_000_000).description
    let directory = "\(root)/\(venue)/\(name.prefix(10))"
    let stem = "\(directory)/\(name.dropFirst(11).prefix(2))"
    try OutputFile.createDirectory(directory)
    let data = try BlockFile.create(stem)
    let path = data.path
    let index = try OutputFile.create(BlockIndex.path(for: path), isNew: false)
    self.hour = hour
    self.path = path
    self.directory = directory
    self.data = data
    self.index = index
  }

  private static func create(_ stem: String) throws(RecordingError) -> OutputFile {
    for attempt in 0..<attempts {
      let path = attempt == 0 ? stem + ".plx.zst" : "\(stem).\(attempt).plx.zst"
      if let file = try OutputFile.create(path, isNew: true) { return file }
    }
    throw .cannotOpen(path: stem + ".plx.zst", code: 17 /* EEXIST */)
  }

  /// Appends a block; when that fails the file is as it was before.
  mutating func append(
    _ block: inout LineBlock,
    with encoder: inout ZstdEncoder
  ) throws(RecordingError) {
    let length = block.compress(with: &encoder, into: &compressed)
    try data.write(&compressed, count: length, at: stored)
    var checksum: UInt32 = 0
    for index in 1...4 { checksum = checksum << 8 | UInt32(compressed[length - index]) }
    let entry = BlockIndex.Block(
      stored: stored..<(stored + length),
      text: text..<(text + block.count),
      lines: block.lines,
      earliest: block.earliest,
      latest: block.latest,
      checksum: checksum
    )
    stored += length
    text += block.count
    writeIndex(entry)
  }

  /// An index that cannot be written ends there: what it lacks is scanned.
  private mutating func writeIndex(_ entry: BlockIndex.Block) {
    guard index != nil else { return }
    let line = entry.line
    compressed.grow(to: line.count, keeping: 0)
    compressed.write(line.span, at: 0)
    do throws(RecordingError) {
      try index?.write(&compressed, count: line.count, at: indexLength)
      indexLength += line.count
    } catch {
      index = nil
    }
  }

  /// Makes what was appended durable, the file's name included.
  mutating func sync() throws(RecordingError) {
    try data.sync()
    try OutputFile.syncDirectory(directory)
  }
}
