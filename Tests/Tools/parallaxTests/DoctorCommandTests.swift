import Configuration
import Dispatch
import Terminal
import TestSupport
import Testing

@testable import parallax

private func configuration(_ port: Int, more: String = "") throws -> RunConfiguration {
  try RunConfiguration(Document(Array(text(port, more).utf8), file: "f"))
}

private func text(_ port: Int, _ more: String = "") -> String {
  """
  venues:
    kraken:
      symbols: [BTC/USD]
      socket: ws://127.0.0.1:\(port)/v2
      rest: http://127.0.0.1:\(port)
  \(more)
  """
}

@Suite("parallax doctor")
struct DoctorCommandTests {
  @Test("looks at everything and ends with success where nothing fails")
  func healthy() throws {
    let scratch = try Scratch()
    let listener = try LoopbackListener(port: 0)
    let path = scratch.file(text(listener.port), name: "run.yaml")
    let run = try Program("doctor", "--config", path)
    let lines = run.output.split(separator: "\n").map(String.init)
    for name in [
      "program", "libraries", "clock", "disk", "descriptors", "terminal", "port 8080",
      "configuration", "kraken",
    ] {
      #expect(lines.contains { $0.dropFirst(6).hasPrefix(name + " ") }, "\(name)")
    }
    #expect(lines.contains("ok    configuration  \(path) is correct"))
    #expect(
      lines.contains { $0.hasPrefix("ok    kraken         127.0.0.1:\(listener.port) name ") }
    )
    #expect(run.messages.isEmpty)
    // A machine may fail for its disk alone; the status then says so.
    #expect(run.status == (run.output.contains("\nFAIL") ? 1 : 0))
    _ = consume listener
  }

  @Test("--json tells the same as one object")
  func json() throws {
    let scratch = try Scratch()
    let listener = try LoopbackListener(port: 0)
    let path = scratch.file(text(listener.port), name: "run.yaml")
    let run = try Program("doctor", "--config", path, "--json")
    #expect(run.messages.isEmpty && run.output.hasPrefix(#"{"v":1,"fit":"#))
    #expect(run.output.contains(#"{"name":"configuration","level":"ok","message":"\#(path)"#))
    #expect(run.output.contains(#""name":"libraries","level":"ok","message":"zstd "#))
    #expect(run.output.hasSuffix("]}\n") && run.output.split(separator: "\n").count == 1)
    _ = consume listener
  }

  @Test("a configured place of this machine that is silent fails")
  func silent() throws {
    let scratch = try Scratch()
    let path = scratch.file(text(1), name: "run.yaml")
    let run = try Program("doctor", "--config", path)
    #expect(run.status == 1)
    #expect(run.output.contains("FAIL  kraken         127.0.0.1:1: Connection refused"))
    #expect(run.output.contains("to do: start what should listen on 127.0.0.1:1"))
  }

  @Test("telling marks what is not well and adds what to do")
  func telling() {
    let list = [
      Diagnosis("disk", .ok, "fine"), Diagnosis("clock", .warn, "slow", advice: "wind it"),
      Diagnosis("kraken", .fail, "gone", advice: "look"),
    ]
    #expect(
      DoctorCommand.text(list, .plain) == """
        ok    disk    fine
        WARN  clock   slow
                      to do: wind it
        FAIL  kraken  gone
                      to do: look
        1 failed, 1 warned, 1 ok
        """
    )
    #expect(DoctorCommand.text(list, Style(isOn: true)).contains("\u{1B}[31mFAIL\u{1B}[0m"))
    #expect(
      DoctorCommand.json([list[1]], isFit: true)
        == #"{"v":1,"fit":true,"failed":0,"warned":1,"checks":["#
        + #"{"name":"clock","level":"warn","message":"slow","advice":"wind it"}]}"#
    )
  }

  @Test("places are the configured ones, the venues' own otherwise, or the proxy")
  func places() throws {
    let own = DoctorCommand.places(nil)
    #expect(own.map(\.name) == ["bitstamp", "coinbase", "gemini", "kraken"])
    #expect(own[2].places.map(\.host) == ["ws.gemini.com", "api.gemini.com"])
    #expect(own[3].places.map(\.host) == ["ws.kraken.com", "api.kraken.com"])
    #expect(own[3].places.allSatisfy { $0.port == 443 && !$0.isLoopback })

    let local = DoctorCommand.places(try configuration(8_081))
    #expect(local.count == 1 && local[0].places.map(\.port) == [8_081])
    let detour = DoctorCommand.places(
      try configuration(8_081, more: "    proxy: http://proxy.test:3128")
    )
    #expect(detour[0].places.map(\.host) == ["proxy.test"])
  }
}

@Suite("Probes")
struct ProbeTests {
  @Test("work that hangs is left behind at the deadline")
  func hangs() {
    let forever = DispatchSemaphore(value: 0)
    let clock = ContinuousClock()
    let start = clock.now
    let probe = Probe("hangs") { forever.wait() }
    #expect(probe.result(by: .now() + .milliseconds(50)) == nil)
    #expect(clock.now - start < .seconds(4))
    forever.signal()
    #expect(Probe("quick") { 7 }.result(by: .now() + .seconds(5)) == 7)
  }

  @Test("a place of this machine is reached where something listens, and only there")
  func reaching() throws {
    let listener = try LoopbackListener(port: 0)
    let outcome = NetworkProbe.reach("127.0.0.1", listener.port, within: .seconds(5))
    guard case .reached(let lookup, let connect) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(lookup >= 0 && connect > 0)
    let port = listener.port
    #expect(throws: LoopbackListener.Refusal.self) { _ = try LoopbackListener(port: port) }
    _ = consume listener
    #expect(
      NetworkProbe.reach("127.0.0.1", port, within: .seconds(5))
        == .failed("127.0.0.1:\(port): Connection refused")
    )
    #expect(
      NetworkProbe.reach("127.0.0.1", port, within: .zero)
        == .failed("127.0.0.1:\(port) does not answer")
    )
  }

  @Test("a disk is measured and left as it was")
  func disk() throws {
    let scratch = try Scratch()
    let disk = DiskProbe(scratch.path)
    #expect(disk.problem == nil && disk.isThere && disk.folder == scratch.path)
    #expect((1...DiskProbe.writes).contains(disk.syncs.count))
    #expect(disk.syncs == disk.syncs.sorted() && disk.freeBytes ?? 0 > 0)
    #expect(disk.percentile(50) ?? 0 <= disk.percentile(99) ?? 0)

    let below = DiskProbe(scratch.path + "/not/there")
    #expect(below.folder == scratch.path && !below.isThere && below.problem == nil)
    #expect(DoctorChecks.disk(below).words.contains("the record directory will be made below it"))
    #expect(DiskProbe("nowhere/at/all").folder == ".")
    #expect(DiskProbe("/proc").problem != nil)
  }

  @Test("the clock and the limits can be asked")
  func system() throws {
    let clock = SystemProbe.clock(milliseconds: 20)
    #expect(clock.span >= 20_000_000)
    #expect(try #require(SystemProbe.descriptorLimit()).soft > 0)
  }
}
