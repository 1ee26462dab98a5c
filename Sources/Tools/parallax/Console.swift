import Foundation
import Synchronization
import Terminal

/// Where a command writes: data to standard output, messages to standard error.
struct Console: Sendable {
  /// Whether messages go to a terminal, and may rewrite a line.
  let showsProgressInPlace: Bool
  /// For data.
  let style: Style
  /// For messages.
  let messageStyle: Style

  init(isColorRefused: Bool) {
    let environment = ProcessInfo.processInfo.environment
    let (noColor, term) = (environment["NO_COLOR"], environment["TERM"])
    func style(_ descriptor: Int32) -> Style {
      Style(
        isRefused: isColorRefused,
        noColor: noColor,
        term: term,
        isTerminal: isatty(descriptor) == 1
      )
    }
    showsProgressInPlace = isatty(STDERR_FILENO) == 1 && term != "dumb"
    self.style = style(STDOUT_FILENO)
    messageStyle = style(STDERR_FILENO)
  }

  func print(_ text: String) { Console.write(text + "\n", to: .standardOutput) }

  func message(_ text: String) { Console.write(text + "\n", to: .standardError) }

  func error(_ text: String) { message(messageStyle.red("parallax: ") + text) }

  func warning(_ text: String) { message(messageStyle.yellow("parallax: ") + text) }

  func progress(_ title: String) -> ProgressMeter {
    ProgressMeter(title, isTerminal: showsProgressInPlace) {
      Console.write($0, to: .standardError)
    }
  }

  /// A reader that has gone away, such as `head`, is no failure of ours: the program ends.
  ///
  /// A full disk is one: a result cut short must not look like a whole one.
  private static func write(_ text: String, to file: FileHandle) {
    do { try file.write(contentsOf: Data(text.utf8)) } catch {
      guard errno != EPIPE else { exit(ExitCode.success.rawValue) }
      if file === FileHandle.standardOutput {
        let words = "parallax: cannot write the result: \(error.localizedDescription)\n"
        Console.write(words, to: .standardError)
      }
      exit(ExitCode.failure.rawValue)
    }
  }
}

/// Ctrl-C, and what a service manager or a closed terminal sends instead: the first asks a command
/// to end in good order, the second ends the program.
enum Interruption {
  private static let count = Atomic<Int>(0)

  static var isRequested: Bool { count.load(ordering: .relaxed) > 0 }

  static func watch() {
    for number in [SIGINT, SIGTERM, SIGHUP] {
      signal(number) { _ in
        if Interruption.count.wrappingAdd(1, ordering: .relaxed).oldValue > 0 {
          TerminalDevice.giveBack()
          _exit(ExitCode.interrupted.rawValue)
        }
      }
    }
  }
}
