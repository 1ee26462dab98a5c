public import Configuration
public import Intake
public import Market
public import Recording
public import Strategies
public import Units

/// What to replay, and how.
public struct ReplayOptions: Sendable {
  /// One recording.
  public struct File: Hashable, Sendable {
    public var path: String
    public var format: RecordingFormat
    /// The venue, where the file does not say or says it wrong.
    public var venue: VenueID?
    /// Added to every time of the file, in nanoseconds.
    ///
    /// What rests on a moved file is labelled time-shifted.
    public var shiftNanoseconds: Int64

    public init(
      path: String,
      format: RecordingFormat = .auto,
      venue: VenueID? = nil,
      shiftNanoseconds: Int64 = 0
    ) {
      self.path = path
      self.format = format
      self.venue = venue
      self.shiftNanoseconds = shiftNanoseconds
    }
  }

  /// Replayed as one market, merged in the order of time.
  public var files: [File]
  /// The venue of files that do not say.
  public var venue: VenueID?
  public var strategies = Set(StrategyKind.allCases)
  public var fees: FeeConfiguration
  /// Reports begin here; what is recorded before builds the books.
  public var from: Timestamp?
  /// Nothing at this time or after is read.
  public var to: Timestamp?
  /// Whether to begin reading at ``from``, by the file's index where it has one.
  ///
  /// The books then wait for their next snapshot.
  public var seeks = false
  /// Whether to keep what a report draws.
  public var keepsSeries = false
  /// States of the recorded runs to hold the replay to; see ``StateReport``.
  public var states: StateLog?

  public init(files: [File], fees: FeeConfiguration) {
    self.files = files
    self.fees = fees
  }
}

/// Why a replay could not begin or go on.
public enum ReplayError: Error, Equatable, Sendable {
  case recording(RecordingError)
  /// Neither the file nor the options say which venue sent it; `hint` is what the file says.
  case unknownVenue(path: String, hint: String?)
}

/// How far a replay is.
public struct ReplayProgress: Sendable {
  /// Stored bytes of all files.
  public let bytesRead: Int
  public let bytesTotal: Int
  public let records: Int
  /// The time of the last record.
  public let time: Timestamp
}
