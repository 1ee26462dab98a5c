import Codecs
import Foundation
import Recording
import Units

/// A recording of a few blocks whose index is hostile.
///
/// An input is the index without the sums that end its lines; they are put in, since nobody finds
/// them by chance and anybody can compute them.
// One thread: libFuzzer calls its target from the thread that called libFuzzer.
final class IndexedRecording: @unchecked Sendable {
  private let path: String
  private let content: [UInt8]
  /// The index as it was written, without its sums.
  let index: String

  private static let start: Int64 = 1_767_621_600_000_000_000
  private static let count = 12

  /// Writes the recording into `folder`.
  init(in folder: String) throws {
    var policy = RecordingWriter.Policy()
    policy.blockBytes = 200
    policy.sync = .never
    var writer = try RecordingWriter(directory: folder, venue: "fuzz", policy: policy)
    let frame = Array(#"{"channel":"heartbeat"}"#.utf8)
    for number in 0..<IndexedRecording.count {
      let time = Timestamp(nanoseconds: IndexedRecording.start + Int64(number) * 1_000_000_000)
      try writer.append(Record(time: time, kind: .frame, connection: number % 2), frame.span)
    }
    guard let path = writer.path else { preconditionFailure("what was appended has a file") }
    try writer.close()
    self.path = path
    // A torn end gives the reader something to report, with its place.
    var content = Array(try Data(contentsOf: URL(filePath: path)))
    content += content.prefix(40)
    try Data(content).write(to: URL(filePath: path))
    self.content = content
    let written = try String(contentsOfFile: IndexedRecording.index(of: path), encoding: .utf8)
    index = written.split(separator: "\n").map { $0.dropLast(18) }.joined(separator: "\n")
  }

  /// One in the folder that `PARALLAX_FUZZ_FOLDER` names.
  static func inScratch() -> IndexedRecording {
    guard let folder = ProcessInfo.processInfo.environment["PARALLAX_FUZZ_FOLDER"] else {
      preconditionFailure("PARALLAX_FUZZ_FOLDER names a folder for files")
    }
    do { return try IndexedRecording(in: folder) } catch {
      preconditionFailure("a recording can be written into \(folder): \(error)")
    }
  }

  private static func index(of path: String) -> String { path.dropLast(4) + ".idx" }

  func run(_ bytes: Span<UInt8>) {
    var lines: [UInt8] = []
    var line: [UInt8] = []
    for index in bytes.indices {
      if bytes[index] == 0x0A {
        lines += summed(line)
        line.removeAll(keepingCapacity: true)
      } else {
        line.append(bytes[index])
      }
    }
    lines += summed(line)
    let file = IndexedRecording.index(of: path)
    precondition(FileManager.default.createFile(atPath: file, contents: Data(lines)))
    for (first, end) in [(0, IndexedRecording.count), (5, 7), (20, 30)] { read(first, end) }
  }

  /// The line with the sum of the block that it names, and its own.
  private func summed(_ line: [UInt8]) -> [UInt8] {
    var reader = JSONReader(line.span)
    var checksum: UInt32 = 0
    if let start = try? reader.unsignedInteger(), let count = try? reader.unsignedInteger(),
      case let (end, overflow) = start.addingReportingOverflow(count), !overflow, end >= 4,
      end <= content.count
    {
      for byte in content[Int(end) - 4..<Int(end)].reversed() {
        checksum = checksum << 8 | UInt32(byte)
      }
    }
    let text = line + Array(" \(hexadecimal(checksum)) ".utf8)
    return text + Array("\(hexadecimal(CRC32.shared.checksum(text.span)))\n".utf8)
  }

  private func hexadecimal(_ word: UInt32) -> String {
    let digits = String(word, radix: 16)
    return String(repeating: "0", count: 8 - digits.count) + digits
  }

  private func read(_ first: Int, _ end: Int) {
    func time(_ second: Int) -> Timestamp {
      Timestamp(nanoseconds: IndexedRecording.start + Int64(second) * 1_000_000_000)
    }
    do throws(RecordingError) {
      var reader = try RecordingReader(path: path, within: time(first)..<time(end))
      var records = 0
      while let record = try reader.next() {
        records += 1
        precondition(record.time >= time(first) && record.time < time(end), "bounds are kept")
      }
      precondition(records <= IndexedRecording.count, "no record is given twice")
      for finding in reader.findings.first {
        precondition(finding.line >= 0 && finding.offset >= 0, "a finding has a place")
      }
    } catch {
      return
    }
  }
}
