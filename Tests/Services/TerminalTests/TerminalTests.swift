import Synchronization
import Testing

@testable import Terminal

@Suite("Text for a terminal")
struct TerminalTests {
  @Test("columns are as wide as their widest cell")
  func table() {
    var table = TextTable([.init("name", .leading), .init("count")])
    table.add(["a", "1"])
    table.add(["longer", "12345"])
    #expect(table.lines() == ["name    count", "a           1", "longer  12345"])
  }

  @Test(
    "numbers are grouped",
    arguments: [(0, "0"), (999, "999"), (1_000, "1,000"), (-69_340, "-69,340")]
  )
  func groups(_ value: Int, _ text: String) { #expect(grouped(value) == text) }

  @Test(
    "durations take a unit that suits them",
    arguments: [
      (Int64(7), "7 ns"), (1_500, "1.5 µs"), (902_000_000, "902 ms"), (50_700_000_000, "50.7 s"),
      (125_000_000_000, "2 min 05 s"), (7_500_000_000_000, "2 h 05 min"),
    ]
  )
  func durations(_ nanoseconds: Int64, _ text: String) {
    #expect(durationText(nanoseconds: nanoseconds) == text)
  }

  @Test("bytes", arguments: [(999, "999 B"), (1_000, "1.0 kB"), (8_100_000, "8.1 MB")])
  func bytes(_ count: Int, _ text: String) { #expect(byteText(count) == text) }

  @Test("colour only where it is wanted")
  func style() {
    #expect(Style.plain.red("x") == "x")
    #expect(Style(isOn: true).red("x") == "\u{1B}[31mx\u{1B}[0m")
  }

  private final class Log: Sendable {
    let lines = Mutex<[String]>([])
  }

  @Test("short work says nothing; elsewhere than on a terminal a line comes each ten seconds")
  func progress() {
    let log = Log()
    var meter = ProgressMeter("replay", isTerminal: false) { text in
      log.lines.withLock { $0.append(text) }
    }
    for second in 1...25 {
      meter.update(done: second * 1_000_000, of: 50_000_000, elapsed: .seconds(second))
    }
    meter.finish()
    let lines = log.lines.withLock { $0 }
    #expect(lines.count == 2)
    #expect(lines.first?.contains("20 % of 50.0 MB, 40.0 s left, 1.0 MB/s") == true)
  }

  @Test("on a terminal the line rewrites itself and goes away")
  func inPlace() {
    let log = Log()
    var meter = ProgressMeter("replay", isTerminal: true) { text in
      log.lines.withLock { $0.append(text) }
    }
    meter.update(done: 1, of: 10, elapsed: .milliseconds(500))
    meter.update(done: 2, of: 10, elapsed: .milliseconds(1_100))
    meter.update(done: 3, of: 10, elapsed: .milliseconds(1_200))
    meter.finish()
    let lines = log.lines.withLock { $0 }
    #expect(lines.count == 2)
    #expect(lines.allSatisfy { $0.hasPrefix("\r\u{1B}[K") })
  }
}
