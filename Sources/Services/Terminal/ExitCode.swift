/// What a command's exit status means; scripts depend on it.
public enum ExitCode: Int32, Sendable, CaseIterable {
  case success = 0
  /// It failed for a reason of its own: a file that is not there, a disk that is full.
  case failure = 1
  /// The command line is wrong.
  case usage = 2
  /// The configuration is wrong.
  case configuration = 3
  /// A venue or a server does not answer.
  case unreachable = 4
  /// What was asked for is done in part; the messages say what is missing.
  case partial = 7
  /// A person pressed Ctrl-C.
  case interrupted = 130

  /// A line for the help.
  public var meaning: String {
    switch self {
    case .success: "done"
    case .failure: "failed"
    case .usage: "the command line is wrong"
    case .configuration: "the configuration is wrong"
    case .unreachable: "a venue does not answer"
    case .partial: "done in part: something could not be read"
    case .interrupted: "interrupted"
    }
  }
}

/// Why a command ends without its result: words for a person, and the status.
public struct CommandFailure: Error, Hashable, Sendable {
  public let code: ExitCode
  public let message: String

  public init(_ code: ExitCode, _ message: String) {
    self.code = code
    self.message = message
  }
}
