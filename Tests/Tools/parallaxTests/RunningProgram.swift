import Foundation
import TestSupport

/// The built program while it runs: its lines as they come, and a way to end it.
final class RunningProgram {
  private let process = Process()
  private let output = Pipe()
  private let messages = Pipe()
  private var pending = Data()
  let started = ContinuousClock.now

  init(_ arguments: [String]) throws {
    process.executableURL = URL(filePath: Program.path)
    process.arguments = arguments
    process.currentDirectoryURL = Recordings.project
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = messages
    try process.run()
  }

  deinit {
    if process.isRunning { process.terminate() }
  }

  var elapsed: Duration { ContinuousClock.now - started }

  /// The next line of standard output; nil at its end.
  func line() -> String? {
    while true {
      if let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        let line = String(decoding: pending[..<end], as: UTF8.self)
        pending = Data(pending[pending.index(after: end)...])
        return line
      }
      let more = output.fileHandleForReading.availableData
      if more.isEmpty { return nil }
      pending.append(more)
    }
  }

  /// The next line, as a JSON object.
  func object() -> [String: Any]? {
    line().flatMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any] }
  }

  /// Presses Ctrl-C, and waits for the end.
  func interrupt(_ signal: Int32 = SIGINT) -> (status: Int32, messages: String) {
    kill(process.processIdentifier, signal)
    return end()
  }

  /// Waits for the end.
  func end() -> (status: Int32, messages: String) {
    while line() != nil {}
    let text = messages.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    // Ended by a signal rather than by itself.
    let status = process.terminationReason == .exit ? process.terminationStatus : -1
    return (status, String(decoding: text, as: UTF8.self))
  }
}

/// Whether somebody listens on a port of this machine.
func isServed(_ port: Int) -> Bool {
  let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(descriptor) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_port = in_port_t(UInt16(port).bigEndian)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  return unsafe withUnsafePointer(to: &address) {
    unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      unsafe connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
    }
  }
}
