public import Market
public import Units

/// How a venue's public feed is doing.
public struct FeedHealth: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// It asks what the venue lists, or connects for the first time.
    case starting
    /// Every book that was asked for is there.
    case live
    /// Some books are missing.
    case partial
    /// The socket is down, and the books are asked for over REST.
    case polling
    /// Nothing comes.
    case down
  }

  public var venue: VenueID
  public var state = State.starting
  public var openConnections = 0
  public var connections = 0
  public var liveBooks = 0
  public var books = 0
  public var frames: UInt64 = 0
  public var bytes: UInt64 = 0
  public var lastFrame: Timestamp?
  /// Frames that could not be read.
  public var unreadable: UInt64 = 0
  /// Books that were found wrong and asked for anew.
  public var resyncs: UInt64 = 0
  /// Sockets that ended and were opened again.
  public var reconnects: UInt64 = 0
  public var refusals: UInt64 = 0
  public var polls: UInt64 = 0
  /// Books that were compared with the venue's over REST, and those that differed.
  public var comparisons: UInt64 = 0
  public var differences: UInt64 = 0
  /// From the venue's stamp to our receipt, clocks corrected, in nanoseconds; a running mean.
  public var latencyNanoseconds: Int64?
  public var clock = ClockOffset.Reading()
  /// What the venue says of itself.
  public var status: VenueStatus?
  /// The last thing that went wrong, for a person.
  public var lastProblem: String?

  public init(venue: VenueID) { self.venue = venue }
}

extension ClockOffset {
  /// The offset as it was read: how far the venue's clock is ahead, and how sure that is.
  public struct Reading: Hashable, Sendable {
    public var nanoseconds: Int64?
    public var uncertaintyNanoseconds: Int64?

    public init(nanoseconds: Int64? = nil, uncertaintyNanoseconds: Int64? = nil) {
      self.nanoseconds = nanoseconds
      self.uncertaintyNanoseconds = uncertaintyNanoseconds
    }
  }

  var reading: Reading {
    Reading(nanoseconds: nanoseconds, uncertaintyNanoseconds: uncertaintyNanoseconds)
  }
}
