/// Something wrong in a recording, with its place; reading went on after it.
public struct Finding: Equatable, Sendable {
  /// What is wrong; the case answers what was lost.
  public enum Problem: Equatable, Sendable {
    /// A line is not what its format allows; that line was skipped.
    case malformed(expected: String)
    /// The file ends within a record or a compressed block; that last piece was dropped.
    case truncated
    /// A line or frame is longer than ``RecordingLimits/recordBytes``; it was skipped.
    case tooLong
    /// Compressed bytes do not decode. The rest of the file was lost, except in
    /// ``RecordingFormat/parallax``, where only that block was, and reading continues at the next.
    /// In other formats, wrong bytes may have been given before a checksum told.
    case damaged
  }

  public let problem: Problem
  /// The line it was found in, from 1, after decompression.
  public let line: Int
  /// Where that line starts, in bytes after decompression.
  public let offset: Int
}

/// What is wrong in a recording: how much of it, and the first of it.
public struct Findings: Equatable, Sendable {
  /// How many there were, kept or not.
  public private(set) var count = 0
  /// The first ones, at most ``RecordingLimits/findings``, in file order.
  public private(set) var first: [Finding] = []
  /// Whether the file ends before it should.
  public private(set) var isTruncated = false

  public init() {}

  mutating func add(_ finding: Finding) {
    count += 1
    if finding.problem == .truncated { isTruncated = true }
    if first.count < RecordingLimits.findings { first.append(finding) }
  }
}

/// What a parser wanted to see where it stopped.
struct Expected: Error {
  let what: String
  init(_ what: String) { self.what = what }
}
