import Glibc
import Synchronization

/// The terminal behind a file descriptor, by the C library: its size, its echo, its bytes.
///
/// Where no descriptor is given it is standard output, 1.
public enum TerminalDevice {
  /// Whether the descriptor leads to a terminal.
  public static func isTerminal(_ descriptor: Int32 = 1) -> Bool {
    isatty(descriptor) == 1
  }

  /// The size of the window by `TIOCGWINSZ`; nil where there is none or it is not told.
  public static func size(_ descriptor: Int32 = 1) -> TerminalSize? {
    var window = winsize()
    guard unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &window) == 0, window.ws_col > 0,
      window.ws_row > 0
    else { return nil }
    return TerminalSize(columns: Int(window.ws_col), rows: Int(window.ws_row))
  }

  /// Writes all of `text`; gives up on an error, for there is nobody to tell.
  public static func write(_ text: String, to descriptor: Int32 = 1) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes.withUnsafeBytes { buffer in
        unsafe Glibc.write(
          descriptor,
          buffer.baseAddress.map { unsafe $0 + written },
          buffer.count - written
        )
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard unsafe poll(&wait, 1, 1_000) > 0 else { return }
        continue
      }
      guard count > 0 else { return }
      written += count
    }
  }

  // MARK: - Taking over and giving back

  private static let isTaken = Atomic<Bool>(false)
  /// What the terminal's settings were; written before ``isTaken`` becomes true, and not after.
  nonisolated(unsafe) private static var settings: termios?
  private static let signals = [
    SIGTERM, SIGHUP, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV,
  ]

  /// Turns off the showing of typed letters, and sees to it that the terminal is given back however
  /// the program ends.
  ///
  /// Ctrl-C keeps its meaning, and so does every signal that the program handles already.
  static func takeOver() {
    guard !isTaken.load(ordering: .acquiring) else { return }
    var now = termios()
    if unsafe tcgetattr(STDIN_FILENO, &now) == 0 {
      unsafe settings = now
      now.c_lflag &= ~tcflag_t(ECHO)
      _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &now)
    }
    isTaken.store(true, ordering: .releasing)
    atexit { TerminalDevice.giveBack() }
    for number in signals where isUnhandled(number) {
      signal(number) { number in
        TerminalDevice.giveBack()
        _ = signal(number, SIG_DFL)
        raise(number)
      }
    }
  }

  /// Whether the program left a signal alone; where it did not, it ends by itself in good order.
  private static func isUnhandled(_ number: Int32) -> Bool {
    var action = sigaction()
    guard unsafe sigaction(number, nil, &action) == 0 else { return false }
    return unsafe action.__sigaction_handler.sa_handler == nil
  }

  /// Puts the settings back; the screen is back already.
  static func settle() {
    guard isTaken.exchange(false, ordering: .acquiringAndReleasing) else { return }
    restoreSettings()
  }

  /// Gives the terminal back as it was before a ``Screen`` took it, if one did.
  ///
  /// Only who ends the program by `_exit` has to call it. Safe in a signal handler, and more than
  /// once: it makes no calls but those of the C library that a handler may make.
  public static func giveBack() {
    guard isTaken.exchange(false, ordering: .acquiringAndReleasing) else { return }
    let bytes = Screen.leaving
    _ = unsafe Glibc.write(STDOUT_FILENO, bytes.utf8Start, bytes.utf8CodeUnitCount)
    restoreSettings()
  }

  private static func restoreSettings() {
    guard var before = unsafe settings else { return }
    _ = unsafe tcsetattr(STDIN_FILENO, TCSANOW, &before)
  }
}
