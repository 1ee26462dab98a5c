public import Codecs
public import Market
public import Recording
public import Units

/// What one file of a replay held.
public struct FileTally: Sendable {
  public let path: String
  public let shiftNanoseconds: Int64
  public internal(set) var format = RecordingFormat.auto
  public internal(set) var venue: VenueID?
  /// Frames that the venue sent, and their bytes.
  public internal(set) var frames = 0
  public internal(set) var bytes = 0
  /// Frames that the recorder sent.
  public internal(set) var sent = 0
  /// REST answers.
  public internal(set) var responses = 0
  public internal(set) var connections = 0
  public internal(set) var disconnections = 0
  /// Things that the frames and answers said.
  public internal(set) var events = 0
  public internal(set) var first: Timestamp?
  public internal(set) var last: Timestamp?
  /// Frames that were read and that nothing here needs, by channel.
  public internal(set) var ignored: [Channel: Int] = [:]
  /// Requests that the venue refused, in its own words; the first ones.
  public internal(set) var refusals: [String] = []
  /// Symbols that name nothing tradable here, and how often.
  public internal(set) var unknownSymbols: [String: Int] = [:]
  public internal(set) var unreadable = UnreadableFrames()
  /// What was wrong with the file itself.
  public internal(set) var findings: Findings

  static let maximumNames = 256

  init(_ file: ReplayOptions.File, findings: Findings) {
    path = file.path
    shiftNanoseconds = file.shiftNanoseconds
    self.findings = findings
  }

  /// How long the file's frames span, in nanoseconds.
  public var spanNanoseconds: Int64 {
    guard let first, let last else { return 0 }
    return last.nanoseconds(since: first)
  }

  mutating func note(_ record: Record, bytes count: Int) {
    switch record.kind {
    case .frame:
      frames += 1
      bytes += count
    case .sent: sent += 1
    case .response: responses += 1
    case .connected: connections += 1
    case .disconnected: disconnections += 1
    }
    guard record.time != Record.timeUnknown else { return }
    if first == nil { first = record.time }
    if last.map({ record.time > $0 }) ?? true { last = record.time }
  }

  mutating func noteUnknown(_ symbol: String) {
    if let count = unknownSymbols[symbol] {
      unknownSymbols[symbol] = count + 1
    } else if unknownSymbols.count < FileTally.maximumNames {
      unknownSymbols[symbol] = 1
    }
  }

  mutating func noteRefusal(_ words: String) {
    if refusals.count < UnreadableFrames.kept { refusals.append(words) }
  }

  /// Starts to count anew; what the file is stays known.
  mutating func startCounting() {
    let old = self
    self = FileTally(
      ReplayOptions.File(path: path, shiftNanoseconds: shiftNanoseconds),
      findings: findings
    )
    format = old.format
    venue = old.venue
  }
}

/// Frames that could not be read: how many, and the first ones with their places.
public struct UnreadableFrames: Sendable {
  public struct Frame: Hashable, Sendable {
    /// The frame or answer of the file, counted from 1.
    public let number: Int
    public let time: Timestamp
    public let venue: VenueID
    /// What it was about, as far as was seen.
    public let channel: Channel
    public let error: WireError
  }

  /// The most that are kept; later ones are counted.
  public static let kept = 32

  public private(set) var count = 0
  public private(set) var first: [Frame] = []

  mutating func add(_ frame: Frame) {
    count += 1
    if first.count < UnreadableFrames.kept { first.append(frame) }
  }
}
