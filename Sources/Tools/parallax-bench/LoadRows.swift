import Foundation
import Reactor

/// What a desk takes at most, and what a usual load costs it: sockets, books, and scanners in all.
struct LoadRows {
  var seconds = 1.0
  var repetitions = 3

  private var windowNanoseconds: Int64 { Int64(seconds * 1e9) }

  // MARK: Saturation

  /// Frames of Kraken, checksums and all, for each second that the desk's thread is on a processor.
  ///
  /// Now and then the desk rests, so that more waits for it than it can take.
  func saturation() throws(LoopbackFailure) -> Row {
    var rates: [Double] = []
    for _ in 0..<repetitions {
      let control = LoopbackControl(stampEvery: 1)
      control.start { network, control in
        [LoopbackVenue(network, control, 0, LoopbackFeed(.kraken, frames: 4_000))]
      }
      defer { control.stop() }
      let desk = LoopbackDesk(control, [LoopbackFeed(.kraken, frames: 2)])
      try desk.start()
      control.setRate(nil)
      let (first, start) = (desk.frames, ThreadClock.spent)
      let end = ThreadClock.now + windowNanoseconds
      while ThreadClock.now < end {
        pause(milliseconds: 10)
        desk.run(nanoseconds: 10_000_000)
      }
      rates.append(Double(desk.frames - first) / Double(ThreadClock.spent - start) * 1e9)
      control.setRate(0)
      try desk.stop()
    }
    return Row("saturate/kraken", "frames/CPU-s", highest: rates)
  }

  // MARK: Four venues

  private struct Load {
    /// Frames that came in a second.
    var rate: Double
    /// Of one processor.
    var share: Double
    var latency: Percentiles

    func isKeptUp(with wanted: Int) -> Bool {
      share <= 0.95 && latency.p99 <= 10e6 && rate >= 0.95 * Double(wanted)
    }
  }

  /// Four venues in one desk: at 5,000 frames a second in all, and at the most that it keeps
  /// up with, to 40,000: 95 % of a core, 99 of 100 frames within 10 ms.
  func fourVenues() throws(LoopbackFailure) -> [Row] {
    let control = LoopbackControl(stampEvery: 16)
    control.start { network, control in
      LoopbackWire.allCases.enumerated().map { place, wire in
        LoopbackVenue(network, control, place, LoopbackFeed(wire, frames: 4_000))
      }
    }
    defer { control.stop() }
    let feeds = LoopbackWire.allCases.map { LoopbackFeed($0, frames: 2) }
    let tap = LoopbackTap(control, feeds)
    let desk = LoopbackDesk(control, feeds, tap: tap)
    control.setRate(100)
    try desk.start()
    let usual = (0..<repetitions).map { _ in measure(5_000, desk, tap, control) }
    let memory = residentBytes() / 1e6
    let latencies = usual.map(\.latency.p99)
    var knee = usual[0]
    for rate in stride(from: 40_000, through: 480_000, by: 40_000) {
      // Others on the machine may spoil one measurement, hardly three.
      let tries = (0..<3).lazy.map { _ in measure(rate, desk, tap, control) }
      guard let load = tries.first(where: { $0.isKeptUp(with: rate) }) else { break }
      knee = load
    }
    control.setRate(0)
    try desk.stop()
    return [
      Row("four-venues/share", "% of a core", usual.map { 100 * $0.share }),
      Row("four-venues/p99", "ns", latencies),
      Row("four-venues/memory", "MB", [memory]),
      Row("four-venues/knee", "frames/s", [knee.rate]),
      Row("four-venues/knee-share", "% of a core", [100 * knee.share]),
      Row("four-venues/knee-p99", "ns", [knee.latency.p99]),
    ]
  }

  private func measure(
    _ rate: Int,
    _ desk: LoopbackDesk,
    _ tap: LoopbackTap,
    _ control: LoopbackControl
  ) -> Load {
    control.setRate(rate / 4)
    desk.run(nanoseconds: windowNanoseconds / 10)
    tap.forgetLatencies()
    let (frames, spent, start) = (desk.frames, ThreadClock.spent, ThreadClock.now)
    desk.run(nanoseconds: windowNanoseconds / 2)
    let time = Double(ThreadClock.now - start)
    return Load(
      rate: Double(desk.frames - frames) / time * 1e9,
      share: Double(ThreadClock.spent - spent) / time,
      latency: Percentiles(tap.latencies)
    )
  }

  /// What the whole program holds in memory, its servers too.
  private func residentBytes() -> Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    let words = line?.split(whereSeparator: { " \t".contains($0) }) ?? []
    return words.count > 1 ? (Double(words[1]) ?? 0) * 1_024 : 0
  }
}
