import Market
import Node
import Reactor
import Sessions
import Terminal
import Transport
import Units

/// Runs a desk until Ctrl-C and shows it: as a picture in a terminal, as lines of JSON, or as a
/// line now and then.
final class DeskLoop: TimerHandler {
  /// How it is shown.
  enum Display {
    case screen, events, lines
  }

  private let desk: MarketDesk
  private let monitor: DeskMonitor
  private let network: LiveNetwork
  private let console: Console
  private let display: Display
  private var screen = Screen.ofProgram()
  private var lastHealth = Timestamp(nanoseconds: 0)
  private var lastLine = Timestamp(nanoseconds: 0)
  /// Called four times a second.
  var onRefresh: (Timestamp) -> Void = { _ in }
  /// Looked at as often: whether the run is to end by itself.
  var hasFailed: () -> Bool = { false }
  private var isEnding = false

  static let refreshNanoseconds: Int64 = 250_000_000
  static let healthNanoseconds: Int64 = 1_000_000_000
  static let lineNanoseconds: Int64 = 10_000_000_000

  init(
    _ desk: MarketDesk,
    _ monitor: DeskMonitor,
    _ network: LiveNetwork,
    _ console: Console,
    isJSON: Bool
  ) {
    self.desk = desk
    self.monitor = monitor
    self.network = network
    self.console = console
    display = isJSON ? .events : TerminalDevice.isTerminal() ? .screen : .lines
    if isJSON { monitor.onEvent = { console.print($0) } }
    desk.observer = monitor
  }

  /// Runs until Ctrl-C, or for so many seconds.
  func run(seconds: Int?) {
    Interruption.watch()
    let end = seconds.map { network.now.advanced(byNanoseconds: Int64($0) * 1_000_000_000) }
    desk.start()
    _ = network.wake(self, after: 0)
    network.run { !Interruption.isRequested && !isEnding && end.map { network.now < $0 } ?? true }
    let deadline = network.now.advanced(byNanoseconds: 1_000_000_000)
    desk.stop()
    network.run {
      desk.sessions.contains { $0.hasOpenSockets } && network.now < deadline
    }
    screen.leave()
  }

  func timerFired(_: TimerID, at now: Timestamp) {
    onRefresh(now)
    if hasFailed() { isEnding = true }
    switch display {
    case .screen:
      let size = TerminalDevice.size() ?? DeskView.leastSize
      let view = DeskView(size: size, console.style)
      screen.show(view.lines(of: monitor.snapshot(of: desk, at: now)), size: size)
    case .events:
      if now.nanoseconds(since: lastHealth) >= DeskLoop.healthNanoseconds {
        lastHealth = now
        monitor.emitHealth(of: desk, at: now)
      }
    case .lines:
      if now.nanoseconds(since: lastLine) >= DeskLoop.lineNanoseconds {
        lastLine = now
        console.print(line(at: now))
      }
    }
    _ = network.wake(self, after: DeskLoop.refreshNanoseconds)
  }

  private func line(at now: Timestamp) -> String {
    let snapshot = monitor.snapshot(of: desk, at: now)
    let feeds = desk.sessions.map { session in
      let health = session.health
      return "\(session.id) \(health.state.rawValue) \(health.liveBooks)/\(health.books)"
    }
    return "\(snapshot.time)  \(feeds.joined(separator: "  "))  windows \(monitor.windows)"
  }

  /// What happened, for the end of a run.
  func summary() -> String {
    var table = TextTable([
      .init("venue", .leading), .init("state", .leading), .init("books", .trailing),
      .init("frames", .trailing), .init("resyncs", .trailing), .init("reconnects", .trailing),
      .init("unreadable", .trailing),
    ])
    for session in desk.sessions {
      let health = session.health
      table.add([
        session.id.rawValue, health.state.rawValue, "\(health.liveBooks)/\(health.books)",
        grouped(Int(health.frames)), grouped(Int(health.resyncs)),
        grouped(Int(health.reconnects)), grouped(Int(health.unreadable)),
      ])
    }
    return
      (table.lines() + [
        "",
        "\(grouped(monitor.windows)) windows, \(grouped(monitor.eligibleWindows)) long enough to "
          + "meet, \(grouped(monitor.opportunities)) opportunities",
      ]).joined(separator: "\n")
  }
}
