import Foundation
import TestSupport
import Testing

@Suite("The demo in a terminal")
struct TerminalSessionTests {
  @Test("shows its picture at 80x24, and puts the terminal back at Ctrl-C")
  func picture() throws {
    let script = Recordings.project.appending(path: "Scripts/in-terminal").path
    let process = Process()
    process.executableURL = URL(filePath: script)
    process.arguments = ["80", "24", "4", Program.path, "demo"]
    var environment = ProcessInfo.processInfo.environment
    environment["TERM"] = "xterm-256color"
    process.environment = environment
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    #expect(process.terminationStatus == 0, "\(text.suffix(2_000))")
    for words in ["BTC/USD", "kraken", "bitstamp", "SIM"] { #expect(text.contains(words)) }
    // In and out of the other screen, and the cursor hidden and shown again, each once.
    func place(_ words: String) throws -> String.Index {
      let parts = text.components(separatedBy: "\u{1B}[" + words)
      #expect(parts.count == 2, "\(words)")
      return try #require(text.range(of: "\u{1B}[" + words)).lowerBound
    }
    #expect(try place("?1049h") < place("?1049l"))
    #expect(try place("?25l") < place("?25h"))
    // No line is wider than the terminal, or the picture would scroll.
    #expect(!text.contains("\u{1B}[25;"))
  }
}
