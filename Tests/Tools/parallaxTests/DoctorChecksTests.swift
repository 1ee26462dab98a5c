import Transport
import Configuration
import Terminal
import Testing

@testable import parallax

private func place(_ address: String) throws -> DoctorPlace {
  DoctorPlace(try Endpoint(address))
}

private func reached(_ address: String) throws -> DoctorChecks.Attempt {
  .init(place: try place(address), outcome: .reached(lookup: 2_000_000, connect: 31_000_000))
}

private func missed(_ address: String, _ words: String = "no") throws -> DoctorChecks.Attempt {
  .init(place: try place(address), outcome: .failed(words))
}

@Suite("What the doctor makes of it")
struct DoctorChecksTests {
  @Test("every library says its version")
  func libraries() {
    let list = DoctorChecks.libraries
    #expect(list.map(\.name) == ["zstd", "zlib", "OpenSSL", "libyaml", "libcurl"])
    #expect(list.allSatisfy { $0.version.wholeMatch(of: /[0-9]+\.[0-9]+[0-9a-z.+-]*/) != nil })
    #expect(DoctorChecks.libraries(list).level == .ok)
    #expect(DoctorChecks.libraries([("zstd", "unknown")]).level == .fail)
  }

  @Test("the program names its version and the compiler's")
  func program() {
    #expect(DoctorChecks.program.words.contains("parallax \(Parallax.version)"))
    #expect(DoctorChecks.program.words.contains("by Swift 6."))
  }

  private func clock(
    _ isSynchronised: Bool?,
    error: Int = 1_000,
    drift: Int64 = 0
  ) -> Diagnosis.Level {
    let clock = SystemProbe.Clock(
      isSynchronised: isSynchronised,
      maximumErrorMicroseconds: error,
      drift: drift,
      span: 400_000_000
    )
    return DoctorChecks.clock(clock).level
  }

  @Test("a clock is good when it is synchronised, nearly right, and not being set")
  func clocks() {
    #expect(clock(true) == .ok)
    #expect(clock(true, error: 500_000) == .ok && clock(true, error: 500_001) == .warn)
    #expect(clock(false) == .warn && clock(nil) == .warn)
    #expect(clock(true, drift: 1_000_000) == .ok && clock(true, drift: -1_000_001) == .warn)
    #expect(clock(true, drift: .min) == .warn)
  }

  @Test("a disk needs room, has to take writes, and to be sure of them in time")
  func disks() throws {
    var disk = DiskProbe(".")
    disk.freeBytes = 50_000_000_000
    disk.syncs = [1_000_000, 2_000_000]
    #expect(DoctorChecks.disk(disk).level == .ok)
    #expect(DoctorChecks.disk(disk).words.hasPrefix("., 50.0 GB free, fsync p50 2 ms, p99 2 ms"))
    disk.freeBytes = 9_999_999_999
    #expect(DoctorChecks.disk(disk).level == .warn)
    disk.freeBytes = 999_999_999
    #expect(DoctorChecks.disk(disk).level == .fail)
    disk.freeBytes = nil
    disk.syncs = [1_000_000, 100_000_001]
    #expect(DoctorChecks.disk(disk).level == .warn)
    disk.problem = "Read-only file system"
    #expect(DoctorChecks.disk(disk).level == .fail)
    #expect(DoctorChecks.disk(disk).words == ".: cannot write: Read-only file system")
  }

  @Test("few descriptors are told, too few are a failure")
  func descriptors() {
    #expect(DoctorChecks.descriptors((1_024, 4_096)).level == .ok)
    #expect(DoctorChecks.descriptors((1_023, 4_096)).level == .warn)
    #expect(DoctorChecks.descriptors((255, 255)).level == .fail)
    #expect(DoctorChecks.descriptors(nil).level == .warn)
    #expect(DoctorChecks.descriptors((1_024, .max)).words.contains("without bound"))
  }

  @Test("a terminal has to be large enough for the view; none is as well")
  func terminals() {
    func level(_ columns: Int, _ rows: Int) -> Diagnosis.Level {
      let size = TerminalSize(columns: columns, rows: rows)
      return DoctorChecks.terminal(size, isTerminal: true, hasColour: true).level
    }
    #expect(level(80, 24) == .ok && level(79, 24) == .warn && level(80, 23) == .warn)
    #expect(DoctorChecks.terminal(nil, isTerminal: false, hasColour: false).level == .ok)
    #expect(DoctorChecks.terminal(nil, isTerminal: true, hasColour: false).level == .warn)
  }

  @Test("a port in use is a warning with the way to find who has it")
  func ports() {
    #expect(DoctorChecks.port(8_080, nil).level == .ok)
    let taken = DoctorChecks.port(8_080, "Address already in use")
    #expect(taken.level == .warn && taken.words == "Address already in use")
    #expect(taken.advice?.contains("ss -ltnp 'sport = :8080'") == true)
  }

  @Test("a wrong configuration fails with its first mistake and where to see the rest")
  func configurations() {
    #expect(DoctorChecks.configuration(nil, nil).level == .ok)
    #expect(DoctorChecks.configuration("f", nil).words == "f is correct")
    let problem = Problem(file: "f", position: nil, path: "", message: "is wrong")
    let wrong = DoctorChecks.configuration(
      "f",
      ConfigurationErrors([problem, problem], omitted: 1)
    )
    #expect(wrong.level == .fail && wrong.words == "f: is wrong (and 2 more)")
    #expect(wrong.advice == "parallax config check f")
  }

  @Test("venues that answer show how far they are")
  func near() throws {
    let list = DoctorChecks.venues([
      ("kraken", [try reached("wss://ws.kraken.com"), try reached("https://api.kraken.com")])
    ])
    #expect(list.map(\.level) == [.ok])
    #expect(
      list[0].words == "ws.kraken.com:443 name 2 ms, connection 31 ms; "
        + "api.kraken.com:443 name 2 ms, connection 31 ms"
    )
  }

  @Test("a machine that reaches nobody is offline, which is a warning")
  func offline() throws {
    let list = DoctorChecks.venues([
      ("kraken", [try missed("wss://ws.kraken.com")]),
      ("gemini", [.init(place: try place("wss://api.gemini.com"), outcome: nil)]),
    ])
    #expect(list.map(\.level) == [.warn, .warn])
    #expect(list[1].words == "api.gemini.com:443 does not answer within 5 s")
  }

  @Test("a venue that alone does not answer is a failure, and so is a silent simulated one")
  func gone() throws {
    let list = DoctorChecks.venues([
      ("kraken", [try reached("wss://ws.kraken.com"), try missed("https://api.kraken.com")]),
      ("gemini", [try reached("wss://api.gemini.com")]),
      ("bitstamp", [try missed("ws://127.0.0.1:8081")]),
    ])
    #expect(list.map(\.level) == [.fail, .ok, .fail])
    #expect(list[2].advice == "start what should listen on 127.0.0.1:8081")
    // A silent place of this machine is no sign of being offline.
    #expect(DoctorChecks.venues([("x", [try missed("ws://localhost:1")])]).map(\.level) == [.fail])
  }
}
