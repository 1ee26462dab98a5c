import Testing
import Units

@testable import Strategies

@Suite("Following windows")
struct WindowTrackerTests {
  private func peak(_ net: Int128, at milliseconds: Int64, size: Int128 = 1_000) -> Window.Peak {
    Window.Peak(
      net: Notional(raw: net),
      size: Notional(raw: size),
      netReturn: Rate(Notional(raw: net), of: Notional(raw: size)),
      time: Bookmaker.time(milliseconds)
    )
  }

  private func tracker(_ settings: WindowSettings = WindowSettings()) -> WindowTracker {
    var tracker = WindowTracker(strategy: .crossVenue, settings: settings)
    tracker.reserve(routes: 4)
    return tracker
  }

  @Test("an observation opens, goes on, improves, or closes")
  func changes() {
    var tracker = tracker()
    var output = StrategyOutput()
    #expect(tracker.observe(1, peak(0, at: 0), into: &output) == .none)
    #expect(tracker.observe(1, peak(5, at: 1), into: &output) == .opened)
    #expect(tracker.observe(1, peak(5, at: 2), into: &output) == .continued)
    #expect(tracker.observe(1, peak(6, at: 3), into: &output) == .improved)
    #expect(output.isEmpty && tracker.openCount == 1)
    #expect(tracker.observe(1, peak(-1, at: 4), into: &output) == .none)
    #expect(output.windows.map(\.durationNanoseconds) == [3_000_000])
    #expect(output.windows.map(\.isEligible) == [false])
    #expect(tracker.openCount == 0)
  }

  @Test("a window is eligible from exactly as long as an order needs")
  func eligible() {
    for (milliseconds, isEligible) in [(699, false), (700, true)] as [(Int64, Bool)] {
      var tracker = tracker()
      var output = StrategyOutput()
      _ = tracker.observe(0, peak(5, at: 0), into: &output)
      tracker.close(0, .belowThreshold, at: Bookmaker.time(milliseconds), into: &output)
      #expect(output.windows.map(\.isEligible) == [isEligible])
    }
  }

  @Test("a least return may be asked for")
  func leastReturn() {
    var tracker = tracker(WindowSettings(minimumReturn: Rate(basisPoints: 100)))
    var output = StrategyOutput()
    #expect(tracker.observe(0, peak(9, at: 0), into: &output) == .none)
    #expect(tracker.observe(0, peak(10, at: 0), into: &output) == .opened)
  }

  @Test("windows of several routes are kept apart, and all are closed in the order of opening")
  func several() {
    var tracker = tracker()
    var output = StrategyOutput()
    for route in [2, 0, 3] { _ = tracker.observe(route, peak(5, at: 0), into: &output) }
    tracker.close(2, .stale, at: Bookmaker.time(1), into: &output)
    tracker.closeAll(.endOfData, at: Bookmaker.time(2), into: &output)
    #expect(output.windows.map(\.route.index) == [2, 0, 3])
    #expect(output.windows.map(\.closing) == [.stale, .endOfData, .endOfData])
  }

  @Test("a full output counts what it drops")
  func full() {
    var tracker = tracker()
    var output = StrategyOutput(capacity: 1)
    for _ in 0..<3 {
      _ = tracker.observe(0, peak(5, at: 0), into: &output)
      tracker.close(0, .stale, at: Bookmaker.time(1), into: &output)
    }
    #expect(output.windows.count == 1 && output.droppedWindows == 2)
  }
}
