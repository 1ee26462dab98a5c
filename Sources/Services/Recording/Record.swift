public import Units

/// One event of a recording: when it happened and what it was.
///
/// Plain data. The bytes that belong to it are lent by the reader that returned it, as
/// ``RecordingReader/payload`` and ``RecordingReader/address``, until that reader moves on.
@frozen
public struct Record: Equatable, Sendable {
  /// What happened.
  public enum Kind: Sendable {
    /// The venue sent a frame; the payload is the frame as received.
    case frame
    /// The recorder sent a frame to the venue; the payload is the frame.
    case sent
    /// A connection opened; the address is its URL. What an earlier connection of the same number
    /// had built is void, whether or not its end was recorded.
    case connected
    /// A connection ended; the payload is the reason, possibly empty.
    case disconnected
    /// A REST answer; the payload is its body, the address its URL, empty where unknown.
    case response
  }

  /// When the recorder saw it, by the recorder's clock.
  public let time: Timestamp
  public let kind: Kind
  /// Which connection of the recorder, dense from 0 in each file; see ``RecordingFormat`` for how
  /// each format tells connections apart.
  public let connection: Int

  public init(time: Timestamp, kind: Kind, connection: Int) {
    self.time = time
    self.kind = kind
    self.connection = connection
  }

  /// The time of a record in a file that holds none (``RecordingFormat/body``): before all others.
  public static let timeUnknown = Timestamp(nanoseconds: .min)
}
