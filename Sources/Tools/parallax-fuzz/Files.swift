import Codecs
import Configuration
import Foundation
import Recording
import Units

/// A file of no name in memory that holds one input after the other.
// One thread: libFuzzer calls its target from the thread that called libFuzzer.
final class InputAsFile: @unchecked Sendable {
  private let handle: FileHandle

  init() {
    let path = "/dev/shm/parallax-fuzz-\(ProcessInfo.processInfo.processIdentifier)"
    precondition(FileManager.default.createFile(atPath: path, contents: nil), "memory has files")
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      preconditionFailure("a file just made can be opened")
    }
    do { try FileManager.default.removeItem(atPath: path) } catch {
      preconditionFailure("a file just made can be removed: \(error)")
    }
    self.handle = handle
  }

  /// Calls `body` with the path of a file that holds `bytes`.
  func hold(_ bytes: Span<UInt8>, _ body: (String) -> Void) {
    var copy: [UInt8] = []
    copy.reserveCapacity(bytes.count)
    for index in bytes.indices { copy.append(bytes[index]) }
    do {
      try handle.truncate(atOffset: 0)
      try handle.write(contentsOf: copy)
    } catch {
      preconditionFailure("memory can be written: \(error)")
    }
    body("/proc/self/fd/\(handle.fileDescriptor)")
  }
}

// MARK: - Recordings

/// Reads a recording as what it says it is, and one that says nothing as every format in turn.
func checkRecording(_ path: String) {
  do throws(RecordingError) {
    try readRecording(path, .auto)
  } catch {
    guard case .unknownFormat = error else { return }
    for format in RecordingFormat.allCases where format != .auto {
      do throws(RecordingError) { try readRecording(path, format) } catch { continue }
    }
  }
}

private func readRecording(_ path: String, _ format: RecordingFormat) throws(RecordingError) {
  var reader = try RecordingReader(path: path, format: format)
  precondition(reader.format != .auto, "a reader knows its format")
  var records = 0
  while let record = try reader.next() {
    records += 1
    precondition(
      (0..<RecordingLimits.connections).contains(record.connection),
      "a connection has a number"
    )
    precondition(reader.bytesRead <= reader.bytesTotal, "no more is read than there is")
    precondition(reader.payload.count <= RecordingLimits.recordBytes, "a record has a limit")
  }
  precondition(records <= 1 << 24, "a small file has few records")
  let beyond = try reader.next()
  precondition(beyond == nil, "the end stays the end")
}

// MARK: - Configuration

func checkConfiguration(_ bytes: Span<UInt8>, _ file: InputAsFile) {
  var copy: [UInt8] = []
  copy.reserveCapacity(bytes.count)
  for index in bytes.indices { copy.append(bytes[index]) }
  do throws(ConfigurationErrors) {
    _ = try Document(copy, file: "fuzz.yaml")
  } catch {
    checkWords("\(error)")
    return
  }
  file.hold(bytes) { path in
    do throws(ConfigurationErrors) {
      let fees = try FeeConfiguration.load(path: path)
      precondition(!fees.venues.isEmpty, "no file takes the built-in venues away")
    } catch {
      checkWords("\(error)")
    }
  }
}

/// A file's words do not move a terminal's cursor.
private func checkWords(_ text: String) {
  precondition(!text.isEmpty, "an error has words")
  for scalar in text.unicodeScalars where scalar != "\n" {
    precondition(scalar.properties.generalCategory != .control, "errors hold no control character")
  }
}
