import Recording
import TestSupport
import Units

/// A frame of a recording, to be left out or changed.
struct Frame: Equatable {
  var time: Timestamp
  var bytes: [UInt8]

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// The frames that a venue sent, of one of our files.
  static func all(of path: String) throws -> [Frame] {
    var frames: [Frame] = []
    var reader = try RecordingReader(path: path)
    while let record = try reader.next() {
      guard record.kind == .frame else { continue }
      let payload = reader.payload
      frames.append(Frame(time: record.time, bytes: payload.indices.map { payload[$0] }))
    }
    return frames
  }
}

extension Scratch {
  /// Writes frames as a file of `<time> <frame>` lines.
  func file(_ frames: [Frame], name: String) -> String {
    file(frames.flatMap { Array("\($0.time) ".utf8) + $0.bytes + [0x0A] }, name: name)
  }
}
