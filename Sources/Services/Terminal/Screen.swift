/// A terminal taken over whole, and given back as it was.
///
/// Draws on the alternate screen, so that what the terminal showed before is there again at the
/// end, and writes only the lines that have changed. Holds no terminal itself: `write` takes its
/// bytes. ``TerminalDevice`` knows the real one.
public struct Screen: ~Copyable {
  /// Alternate screen, no cursor, no wrapping at the last column, an empty picture.
  static let entering = "\u{1B}[?1049h\u{1B}[?25l\u{1B}[?7l\u{1B}[2J"
  /// The reverse, whatever was drawn last.
  ///
  /// Static, so that a signal handler can write its bytes.
  static let leaving: StaticString = "\u{1B}[0m\u{1B}[?7h\u{1B}[?25h\u{1B}[?1049l"

  private let write: @Sendable (String) -> Void
  /// Told when the terminal is taken over (true) and given back (false).
  private let onChange: @Sendable (Bool) -> Void
  private var isEntered = false
  private var shown: [String] = []
  private var size: TerminalSize?

  public init(
    onChange: @escaping @Sendable (Bool) -> Void = { _ in },
    write: @escaping @Sendable (String) -> Void
  ) {
    self.onChange = onChange
    self.write = write
  }

  /// The terminal of standard output.
  ///
  /// Letters that are typed are not shown meanwhile, and however the program ends the terminal is
  /// given back; see ``TerminalDevice/giveBack()`` for the one exception.
  public static func ofProgram() -> Screen {
    Screen(onChange: { $0 ? TerminalDevice.takeOver() : TerminalDevice.settle() }) {
      TerminalDevice.write($0)
    }
  }

  deinit {
    if isEntered {
      write(Screen.leaving.description)
      onChange(false)
    }
  }

  /// Shows `lines`, one a row from the top; takes the terminal over at the first call.
  ///
  /// What is not at its place any more is drawn again: everything after the size has changed, else
  /// the rows that differ. When nothing differs nothing is written.
  public mutating func show(_ lines: [String], size: TerminalSize) {
    var bytes = ""
    if !isEntered {
      isEntered = true
      onChange(true)
      bytes += Screen.entering
      shown = []
    } else if size != self.size {
      bytes += "\u{1B}[2J"
      shown = []
    }
    self.size = size
    for (row, line) in lines.prefix(max(0, size.rows)).enumerated()
    where row >= shown.count || shown[row] != line {
      bytes += "\u{1B}[\(row + 1);1H" + line
    }
    if lines.count < shown.count { bytes += "\u{1B}[\(lines.count + 1);1H\u{1B}[J" }
    shown = Array(lines.prefix(max(0, size.rows)))
    if !bytes.isEmpty { write(bytes) }
  }

  /// Draws everything anew the next time: something else has written to the terminal.
  public mutating func invalidate() { size = nil }

  /// Gives the terminal back; also done when the screen goes away.
  public mutating func leave() {
    guard isEntered else { return }
    isEntered = false
    shown = []
    size = nil
    write(Screen.leaving.description)
    onChange(false)
  }
}
