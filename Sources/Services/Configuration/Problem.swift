/// One thing wrong with a configuration, in words an operator can act on.
public struct Problem: Hashable, Sendable {
  public let file: String
  /// Nil when the file as a whole is meant: it cannot be opened, or is too large.
  public let position: Position?
  /// The keys that lead to the value, as in `fees.kraken.tiers[2].maker`; empty for the root.
  public let path: String
  public let message: String

  public init(file: String, position: Position?, path: String, message: String) {
    self.file = file
    self.position = position
    self.path = path
    self.message = message
  }
}

extension Problem: CustomStringConvertible {
  /// `file:line:column: key.path: message`.
  public var description: String {
    let place = position.map { "\(file):\($0)" } ?? file
    return path.isEmpty ? "\(place): \(message)" : "\(place): \(path): \(message)"
  }
}

/// Everything wrong with a configuration, in the order of the text.
public struct ConfigurationErrors: Error, Hashable, Sendable, CustomStringConvertible {
  /// At least one.
  public let problems: [Problem]
  /// How many more there were than ``Problems/limit``.
  public let omitted: Int

  public init(_ problems: [Problem], omitted: Int = 0) {
    precondition(!problems.isEmpty, "an error says what is wrong")
    self.problems = problems
    self.omitted = omitted
  }

  /// One problem a line.
  public var description: String {
    let lines = problems.map(\.description)
    return (omitted == 0 ? lines : lines + ["and \(omitted) more"]).joined(separator: "\n")
  }
}

/// Collects problems while a configuration is read, so that all are reported at once.
public struct Problems: Sendable {
  /// The most that are kept; the rest are counted.
  public static let limit = 100

  public let file: String
  public private(set) var found: [Problem] = []
  public private(set) var omitted = 0

  public init(file: String) { self.file = file }

  public var isEmpty: Bool { found.isEmpty }

  public mutating func note(_ message: String, at position: Position?, path: String = "") {
    guard found.count < Problems.limit else {
      omitted += 1
      return
    }
    found.append(Problem(file: file, position: position, path: path, message: message))
  }

  /// Throws when anything was noted.
  public func check() throws(ConfigurationErrors) {
    guard !found.isEmpty else { return }
    let sorted = found.enumerated().sorted { lhs, rhs in
      let (left, right) = (lhs.element.position ?? .start, rhs.element.position ?? .start)
      return left == right ? lhs.offset < rhs.offset : left < right
    }
    throw ConfigurationErrors(sorted.map(\.element), omitted: omitted)
  }
}
