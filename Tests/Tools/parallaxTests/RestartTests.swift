import Foundation
import TestSupport
import Testing

@Suite("Venues that end and begin again")
struct RestartTests {
  @Test("a desk comes back to each, without haste, and keeps nothing of what is over")
  func restarts() throws {
    // `make soak` is the long form; so is this with PARALLAX_RESTARTS=100.
    let rounds = ProcessInfo.processInfo.environment["PARALLAX_RESTARTS"] ?? "5"
    let process = Process()
    process.executableURL = URL(filePath: Program.path + "-soak")
    process.arguments = [rounds]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0, "\(String(decoding: data, as: UTF8.self))")
    let json = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    #expect(json?["rounds"] as? Int == Int(rounds))
  }
}
