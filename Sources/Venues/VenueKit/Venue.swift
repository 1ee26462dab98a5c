public import Codecs
public import Market

/// A venue adapter: a pure translator between one venue's wire and our vocabulary.
///
/// It opens no socket, reads no clock, draws no randomness, and sees no key. Whoever drives it owns
/// connection, heartbeat, back-off, and time, so that all adapters behave alike and each is tested
/// by handing it bytes. Differences between venues are data, in ``Capabilities``.
public protocol Venue: Sendable {
  static var id: VenueID { get }
  static var capabilities: Capabilities { get }

  /// Turns one frame into events, in wire order.
  ///
  /// `events` is cleared first. When the frame cannot be read, `events.channel` says as far as was
  /// seen what it was about, and the events are to be dropped. Fields and channels that nobody
  /// needs are skipped but still checked; a frame of an older protocol is refused as
  /// `.currentProtocol`.
  func decode(
    _ frame: Span<UInt8>,
    symbols: borrowing SymbolTable,
    into events: inout MarketEvents
  ) throws(WireError)

  /// What a REST address answers with.
  static func resource(at address: String) -> Resource

  /// Turns the answer of a ``Resource/book(wireSymbol:)`` into a snapshot.
  func decodeBook(
    _ body: Span<UInt8>,
    of wireSymbol: String,
    symbols: borrowing SymbolTable,
    into events: inout MarketEvents
  ) throws(WireError)

  /// Reads the venue's instrument list, or the part of it that one answer holds.
  ///
  /// Instruments that are not spot are left out.
  func listings(in body: Span<UInt8>) throws(WireError) -> [InstrumentListing]

  /// The frames that subscribe to books, trades, and whatever keeps the connection alive.
  func subscriptions(to wireSymbols: [String]) -> [String]

  /// The frames that end what ``subscriptions(to:)`` began, all but what keeps it alive.
  func unsubscriptions(from wireSymbols: [String]) -> [String]

  /// Path and query of the answer that ``decodeBook(_:of:symbols:into:)`` reads.
  func bookTarget(of wireSymbol: String) -> String
}

/// What a REST address answers with.
public enum Resource: Hashable, Sendable {
  case instruments
  case book(wireSymbol: String)
  case other
}

/// What a venue is like, as data.
public struct Capabilities: Sendable {
  /// How a missed frame shows.
  public var integrity: BookIntegrity
  /// The largest frame that is read, in bytes; the venue's largest is well below.
  public var maximumFrameBytes: Int
  /// The public socket.
  public var socket: String
  /// The address of the public instrument list.
  public var instrumentList: String
  public var feed: FeedRules

  public init(
    integrity: BookIntegrity,
    maximumFrameBytes: Int,
    socket: String,
    instrumentList: String,
    feed: FeedRules
  ) {
    self.integrity = integrity
    self.maximumFrameBytes = maximumFrameBytes
    self.socket = socket
    self.instrumentList = instrumentList
    self.feed = feed
  }
}

extension Venue {
  /// What every decoder does first: an empty buffer, a size within the limit, and UTF-8.
  @inline(__always)
  public func begin(
    _ frame: Span<UInt8>,
    into events: inout MarketEvents
  ) throws(WireError) {
    events.removeAll()
    guard frame.count <= Self.capabilities.maximumFrameBytes else {
      throw WireError(
        offset: Self.capabilities.maximumFrameBytes,
        expected: .smallerFrame,
        found: nil
      )
    }
    try checkText(frame)
  }

  /// Refuses what is not UTF-8.
  @inline(__always)
  public func checkText(_ text: Span<UInt8>) throws(WireError) {
    if let offset = firstInvalidUTF8(in: text) {
      throw WireError(offset: offset, expected: .utf8, found: text[offset])
    }
  }
}
