import CZlib
import Units

/// Where the blocks of a file of ours lie and which times they hold: the `.idx` beside it.
///
/// One text line a block: stored offset and length, text offset and length, the number of its
/// lines, earliest and latest time, the block's own checksum as zstd stored it, and the CRC-32
/// of the line so far, both in eight hexadecimal digits. A line counts only if its CRC is right, it
/// continues the line before it, and its checksum is the one in the file; the first that fails ends
/// the index, and what lies behind is scanned. So an index can be missing, torn, or of another
/// file, and costs only time.
struct BlockIndex {
  struct Block: Equatable {
    /// Where the block lies in the file.
    var stored: Range<Int>
    /// Where its text lies after decompression.
    var text: Range<Int>
    var lines: Int
    var earliest: Timestamp
    var latest: Timestamp
    /// The last four bytes of the zstd frame: the low half of its XXH64.
    var checksum: UInt32
  }

  private(set) var blocks: [Block] = []

  /// `05.plx.zst` gives `05.plx.idx`; another name has `.idx` appended.
  static func path(for file: String) -> String {
    (file.hasSuffix(".zst") ? String(file.dropLast(4)) : file) + ".idx"
  }

  /// The blocks of `file` that its index vouches for; none where there is no index.
  init(of file: borrowing InputFile) {
    do throws(RecordingError) {
      let source = try ByteSource(path: BlockIndex.path(for: file.path))
      var lines = LineInput(source)
      while case .line(let range) = try lines.nextLine() {
        guard let block = Block(lines.bytes(range)),
          block.stored.lowerBound == blocks.last?.stored.upperBound ?? 0,
          block.text.lowerBound == blocks.last?.text.upperBound ?? 0,
          block.stored.upperBound <= file.size, block.stored.count > 4,
          file.word(at: block.stored.upperBound - 4) == block.checksum
        else { return }
        blocks.append(block)
      }
    } catch {
      // Unreadable is as good as missing: what has no index is scanned.
      return
    }
  }

  /// What must be read for the records within `bounds`.
  ///
  /// - Returns: Parts of the file, and where each lies in the whole text and which line it starts.
  func parts(
    within bounds: Range<Timestamp>,
    fileSize: Int
  ) -> (stored: [Range<Int>], places: [Place]) {
    var stored: [Range<Int>] = []
    var places: [Place] = []
    var next = Place()
    for block in blocks {
      if block.latest >= bounds.lowerBound, block.earliest < bounds.upperBound {
        places.append(next)
        stored.append(block.stored)
        next.readOffset += block.text.count
        next.readLine += block.lines
      }
      next.offset += block.text.count
      next.line += block.lines
    }
    let indexed = blocks.last?.stored.upperBound ?? 0
    if indexed < fileSize {
      places.append(next)
      stored.append(indexed..<fileSize)
    }
    return (stored, places)
  }

  /// Where a part that is read lies in the whole: bytes and lines before it, in what is read and in
  /// the file.
  struct Place {
    var readOffset = 0
    var readLine = 0
    var offset = 0
    var line = 0
  }
}

extension BlockIndex.Block {
  /// Reads a line of an index; nil for one that is not as it was written.
  init?(_ line: Span<UInt8>) {
    guard line.count > 9 else { return nil }
    let sum = (line.count - 8)..<line.count
    var scanner = ByteScanner(line, at: 0)
    guard let storedStart = scanner.integer(), scanner.skip(0x20),
      let storedCount = scanner.integer(), scanner.skip(0x20),
      let textStart = scanner.integer(), scanner.skip(0x20),
      let textCount = scanner.integer(), scanner.skip(0x20),
      let lines = scanner.integer(), scanner.skip(0x20),
      let earliest = scanner.internetTime(), scanner.skip(0x20),
      let latest = scanner.internetTime(), scanner.skip(0x20),
      let checksum = scanner.hexadecimalWord(), scanner.skip(0x20),
      scanner.position == sum.lowerBound, let crc = scanner.hexadecimalWord(),
      crc == crc32(line.extracting(0..<sum.lowerBound))
    else { return nil }
    let (storedEnd, overflow) = storedStart.addingReportingOverflow(storedCount)
    let (textEnd, overflow2) = textStart.addingReportingOverflow(textCount)
    // Each line ends in a byte, so sums of lines and of bytes stay within the text's end.
    guard !overflow, !overflow2, textEnd <= RecordingLimits.textBytes, lines <= textCount else {
      return nil
    }
    self.init(
      stored: storedStart..<storedEnd,
      text: textStart..<textEnd,
      lines: lines,
      earliest: earliest,
      latest: latest,
      checksum: checksum
    )
  }

  /// The line of an index for this block, with its newline.
  var line: [UInt8] {
    var text = Array(
      "\(stored.lowerBound) \(stored.count) \(text.lowerBound) \(text.count) \(lines) "
        .utf8
    )
    text += Array("\(earliest) \(latest) \(hexadecimal(checksum)) ".utf8)
    text += Array("\(hexadecimal(crc32(text.span)))\n".utf8)
    return text
  }
}

private func crc32(_ bytes: Span<UInt8>) -> UInt32 {
  unsafe bytes.withUnsafeBufferPointer {
    unsafe UInt32(truncatingIfNeeded: CZlib.crc32(0, $0.baseAddress, UInt32($0.count)))
  }
}

private func hexadecimal(_ word: UInt32) -> String {
  let digits = String(word, radix: 16)
  return String(repeating: "0", count: 8 - digits.count) + digits
}
