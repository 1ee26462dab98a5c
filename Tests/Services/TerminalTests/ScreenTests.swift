import Synchronization
import Testing

@testable import Terminal

/// What a terminal would have been sent.
private final class Wire: Sendable {
  private let state = Mutex<(sent: [String], changes: [Bool])>(([], []))

  func screen() -> Screen {
    Screen(onChange: { change in self.state.withLock { $0.changes.append(change) } }) { text in
      self.state.withLock { $0.sent.append(text) }
    }
  }

  /// What was sent since the last call.
  func take() -> String {
    state.withLock { state in
      defer { state.sent = [] }
      return state.sent.joined()
    }
  }

  var changes: [Bool] { state.withLock { $0.changes } }
}

private let size = TerminalSize(columns: 4, rows: 3)
private let leaving = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

@Suite("The screen")
struct ScreenTests {
  @Test("takes the terminal over with the first picture, and gives it back as it was")
  func enterAndLeave() {
    let wire = Wire()
    var screen = wire.screen()
    #expect(wire.take() == "" && wire.changes == [])
    screen.show(["aaaa", "bbbb", "cccc"], size: size)
    #expect(
      wire.take() == "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
        + "\u{1B}[1;1Haaaa\u{1B}[2;1Hbbbb\u{1B}[3;1Hcccc"
    )
    screen.leave()
    #expect(wire.take() == leaving && wire.changes == [true, false])
    screen.leave()
    #expect(wire.take() == "")
  }

  @Test("gives the terminal back when it goes away without a word")
  func goesAway() {
    let wire = Wire()
    do {
      var screen = wire.screen()
      screen.show(["aaaa"], size: size)
      _ = wire.take()
    }
    #expect(wire.take() == leaving && wire.changes == [true, false])
    do { _ = wire.screen() }
    #expect(wire.take() == "" && wire.changes == [true, false])
  }

  @Test("writes only the lines that have changed, and nothing when none has")
  func difference() {
    let wire = Wire()
    var screen = wire.screen()
    screen.show(["aaaa", "bbbb", "cccc"], size: size)
    _ = wire.take()
    screen.show(["aaaa", "bbbb", "cccc"], size: size)
    #expect(wire.take() == "")
    screen.show(["aaaa", "BBBB", "cccc"], size: size)
    #expect(wire.take() == "\u{1B}[2;1HBBBB")
    screen.show(["1111", "BBBB", "3333"], size: size)
    #expect(wire.take() == "\u{1B}[1;1H1111\u{1B}[3;1H3333")
    screen.show(["1111"], size: size)
    #expect(wire.take() == "\u{1B}[2;1H\u{1B}[J")
  }

  @Test("draws everything again after the size has changed, or after others have written")
  func redraws() {
    let wire = Wire()
    var screen = wire.screen()
    screen.show(["aaaa", "bbbb"], size: size)
    _ = wire.take()
    screen.show(["aaaa", "bbbb"], size: TerminalSize(columns: 4, rows: 2))
    let whole = "\u{1B}[2J\u{1B}[1;1Haaaa\u{1B}[2;1Hbbbb"
    #expect(wire.take() == whole)
    screen.invalidate()
    screen.show(["aaaa", "bbbb"], size: TerminalSize(columns: 4, rows: 2))
    #expect(wire.take() == whole)
  }

  @Test("draws no line below the terminal's last")
  func below() {
    let wire = Wire()
    var screen = wire.screen()
    screen.show(["a", "b", "c", "d"], size: size)
    #expect(!wire.take().contains("\u{1B}[4;1H"))
  }

  @Test("after a picture of the view, one more second writes few bytes")
  func frugal() {
    let wire = Wire()
    var screen = wire.screen()
    let view = DeskView(size: DeskView.leastSize, .plain)
    var snapshot = DeskSamples.busy
    screen.show(view.lines(of: snapshot), size: DeskView.leastSize)
    #expect(wire.take().utf8.count > 80 * 24)
    snapshot.time = "2026-01-05 14:00:03Z"
    screen.show(view.lines(of: snapshot), size: DeskView.leastSize)
    #expect(wire.take().utf8.count < 100)
  }

  @Test("a file is no terminal and has no size")
  func device() {
    #expect(!TerminalDevice.isTerminal(-1))
    #expect(TerminalDevice.size(-1) == nil)
  }
}

@Suite("The choice of colour")
struct StyleChoiceTests {
  @Test("colour only on a terminal that shows it, where nobody refuses it")
  func choice() {
    func isOn(
      refused: Bool = false,
      noColor: String? = nil,
      term: String? = "xterm",
      terminal: Bool = true
    ) -> Bool {
      Style(isRefused: refused, noColor: noColor, term: term, isTerminal: terminal).isOn
    }
    #expect(isOn() && isOn(noColor: "") && isOn(term: nil))
    #expect(!isOn(refused: true) && !isOn(noColor: "1") && !isOn(term: "dumb"))
    #expect(!isOn(terminal: false))
  }
}
