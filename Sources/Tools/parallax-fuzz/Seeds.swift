import Codecs
import Foundation
import Recording

/// Frames out of recordings, to start from besides the fixtures.
enum Seeds {
  /// Frames of one file at most: enough for every shape that it has.
  private static let limit = 64

  /// Writes frames of at most `longest` bytes into `folder`, a file each.
  ///
  /// Of frames alike in their first bytes and in length, the first is taken. A file that is no
  /// recording is passed over.
  static func write(from paths: some Sequence<String>, longest: Int, to folder: String) {
    var shapes: Set<[UInt8]> = []
    for path in paths {
      do throws(RecordingError) {
        var reader = try RecordingReader(path: path)
        let last = shapes.count + limit
        while shapes.count < last, let record = try reader.next() {
          let payload = reader.payload
          guard record.kind == .frame, (1...longest).contains(payload.count) else { continue }
          var frame: [UInt8] = []
          for index in payload.indices { frame.append(payload[index]) }
          let head = frame.prefix(48).map { (0x30...0x39).contains($0) ? 0x30 : $0 }
          let size = UInt8(frame.count.bitWidth - frame.count.leadingZeroBitCount)
          guard shapes.insert(head + [size]).inserted else { continue }
          let seed = "\(folder)/recorded-\(shapes.count)"
          guard FileManager.default.createFile(atPath: seed, contents: Data(frame)) else { return }
        }
      } catch {
        continue
      }
    }
  }
}
