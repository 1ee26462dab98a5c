public import Units

/// What one frame said, in wire order, in storage that is reused from frame to frame.
///
/// A decoder clears it and fills it. Levels of all changes lie in one array, and each change names
/// its range, so that a frame in steady state allocates nothing.
public struct MarketEvents: Sendable {
  public var events: [MarketEvent] = []
  public var levels: [LevelUpdate] = []
  /// Levels too far from the market for ``Units/Price``; almost always empty.
  public var farLevels: [FarLevelUpdate] = []
  public var trades: [Trade] = []
  /// What the frame turned out to be about; also names the place when it cannot be read.
  public var channel: Channel = .unknown
  /// The number of the frame on its connection, where the venue counts frames.
  public var connectionSequence: UInt64?

  public init() {
    events.reserveCapacity(16)
    levels.reserveCapacity(256)
    trades.reserveCapacity(128)
  }

  /// Forgets the last frame and keeps the storage.
  @inlinable
  public mutating func removeAll() {
    events.removeAll(keepingCapacity: true)
    levels.removeAll(keepingCapacity: true)
    if !farLevels.isEmpty { farLevels.removeAll(keepingCapacity: true) }
    if !trades.isEmpty { trades.removeAll(keepingCapacity: true) }
    channel = .unknown
    connectionSequence = nil
  }
}

/// One thing that a frame said.
public enum MarketEvent: Hashable, Sendable {
  /// The book as a whole: it replaces what was there.
  case snapshot(BookChange)
  case update(BookChange)
  /// Trades `first..<end` of ``MarketEvents/trades``, oldest first. A replay of earlier trades is
  /// what venues send on subscribing.
  case trades(InstrumentID, first: Int32, end: Int32, isReplay: Bool)
  /// Proof that the connection lives.
  case heartbeat
  case subscribed(InstrumentID?, Channel, depth: Int32?)
  case unsubscribed(InstrumentID?, Channel)
  /// The venue refused a request; the words are bytes `first..<end` of the frame.
  case refused(first: Int32, end: Int32)
  case venueStatus(VenueStatus)
  /// The venue asks its clients to connect again.
  case reconnectRequested
  /// A market the symbol table does not know; its name is bytes `first..<end` of the frame.
  case unknownSymbol(first: Int32, end: Int32)
  /// A frame that is valid and that nothing here needs.
  case ignored(Channel)
}

/// A change to one book, with whatever the venue gives to verify it by.
@frozen
public struct BookChange: Hashable, Sendable {
  public var instrument: InstrumentID
  /// The change is `levels[firstLevel..<endLevel]` of ``MarketEvents``, to be applied in order.
  public var firstLevel: Int32
  public var endLevel: Int32
  public var firstFarLevel: Int32
  public var endFarLevel: Int32
  /// When the venue says it happened.
  public var venueTime: Timestamp?
  /// The first of the venue's update numbers that this change spans; zero where it has none.
  ///
  /// Bitstamp's are its microsecond stamps, the same for both ends.
  public var firstUpdateID: UInt64
  /// The last of the update numbers.
  public var lastUpdateID: UInt64
  /// The venue's CRC-32 over the top of the book after this change.
  public var checksum: UInt32?

  @inlinable
  public init(
    instrument: InstrumentID,
    levels: Range<Int>,
    farLevels: Range<Int> = 0..<0,
    venueTime: Timestamp? = nil,
    updateIDs: (first: UInt64, last: UInt64) = (0, 0),
    checksum: UInt32? = nil
  ) {
    self.instrument = instrument
    firstLevel = Int32(truncatingIfNeeded: levels.lowerBound)
    endLevel = Int32(truncatingIfNeeded: levels.upperBound)
    firstFarLevel = Int32(truncatingIfNeeded: farLevels.lowerBound)
    endFarLevel = Int32(truncatingIfNeeded: farLevels.upperBound)
    self.venueTime = venueTime
    firstUpdateID = updateIDs.first
    lastUpdateID = updateIDs.last
    self.checksum = checksum
  }

  @inlinable
  public var levels: Range<Int> { Int(firstLevel)..<Int(endLevel) }

  @inlinable
  public var farLevels: Range<Int> { Int(firstFarLevel)..<Int(endFarLevel) }
}

/// One trade of the public tape.
public struct Trade: Hashable, Sendable {
  public var instrument: InstrumentID
  /// The venue's number for it; zero where the venue's is not a number.
  public var id: UInt64
  public var price: Price
  public var quantity: Quantity
  /// The side of the order that took; nil for auctions and block trades.
  public var takerSide: OrderSide?
  public var venueTime: Timestamp?

  public init(
    instrument: InstrumentID,
    id: UInt64,
    price: Price,
    quantity: Quantity,
    takerSide: OrderSide?,
    venueTime: Timestamp?
  ) {
    self.instrument = instrument
    self.id = id
    self.price = price
    self.quantity = quantity
    self.takerSide = takerSide
    self.venueTime = venueTime
  }
}

/// A stream of a venue's feed, by the words that reports and metrics use.
public enum Channel: String, Hashable, Sendable, CaseIterable {
  case unknown
  case book
  case trades
  case ticker
  case candles
  case heartbeat
  case status
  case instruments
  case control
}

/// What a venue says of itself as a whole.
public enum VenueStatus: String, Hashable, Sendable {
  case online
  case maintenance
  case cancelOnly = "cancel_only"
  case postOnly = "post_only"
  case limitOnly = "limit_only"
}

extension MarketEvents {
  /// How full the storage is at some moment.
  public struct Mark: Sendable {
    var events: Int
    var levels: Int
    var farLevels: Int
    var trades: Int
  }

  public var mark: Mark {
    Mark(
      events: events.count,
      levels: levels.count,
      farLevels: farLevels.count,
      trades: trades.count
    )
  }

  /// Forgets what was added since `mark`: a quick way of reading failed and the careful one begins.
  public mutating func rewind(to mark: Mark) {
    events.removeLast(events.count - mark.events)
    levels.removeLast(levels.count - mark.levels)
    farLevels.removeLast(farLevels.count - mark.farLevels)
    trades.removeLast(trades.count - mark.trades)
  }
}
