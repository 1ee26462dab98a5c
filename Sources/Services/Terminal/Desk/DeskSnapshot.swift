/// What the terminal view shows of a run at one moment.
///
/// Prices and sizes come as text: they are exact where they come from, and a view does not count
/// with them. Ages come as nanoseconds, so that the view alone decides what it calls stale.
public struct DeskSnapshot: Hashable, Sendable {
  /// The moment, in UTC, as a person reads it: `2026-01-05 14:00:02Z`.
  public var time: String
  /// What the program may do, for the badge: `OBSERVE`, `SIMULATED`.
  public var mode: String
  public var uptimeNanoseconds: Int64
  /// Data of this age, or older, are marked as stale.
  public var staleAfterNanoseconds: Int64
  public var feeds: [Feed]
  /// In the order in which they are shown; what does not fit is counted.
  public var assets: [Asset]
  /// The best first.
  public var windows: [Window]
  public var counters: [Counter]
  /// The oldest first; the view shows the last ones.
  public var messages: [String]

  public init(
    time: String,
    mode: String,
    uptimeNanoseconds: Int64 = 0,
    staleAfterNanoseconds: Int64 = 10_000_000_000,
    feeds: [Feed] = [],
    assets: [Asset] = [],
    windows: [Window] = [],
    counters: [Counter] = [],
    messages: [String] = []
  ) {
    self.time = time
    self.mode = mode
    self.uptimeNanoseconds = uptimeNanoseconds
    self.staleAfterNanoseconds = staleAfterNanoseconds
    self.feeds = feeds
    self.assets = assets
    self.windows = windows
    self.counters = counters
    self.messages = messages
  }

  /// What comes from one venue.
  public struct Feed: Hashable, Sendable {
    /// How a state is to be taken; it chooses the colour, the word says the same without.
    public enum Standing: Hashable, Sendable { case good, waiting, bad }

    public var venue: String
    /// One word or two: `live`, `connecting`.
    public var state: String
    public var standing: Standing
    /// Since the last frame; nil when there was none.
    public var ageNanoseconds: Int64?
    public var framesPerSecond: Double
    /// From the venue's own time to ours; nil when the venue states none.
    public var latencyNanoseconds: Int64?
    public var resyncs: Int
    public var reconnects: Int
    public var gaps: Int

    public init(
      venue: String,
      state: String,
      standing: Standing,
      ageNanoseconds: Int64? = nil,
      framesPerSecond: Double = 0,
      latencyNanoseconds: Int64? = nil,
      resyncs: Int = 0,
      reconnects: Int = 0,
      gaps: Int = 0
    ) {
      self.venue = venue
      self.state = state
      self.standing = standing
      self.ageNanoseconds = ageNanoseconds
      self.framesPerSecond = framesPerSecond
      self.latencyNanoseconds = latencyNanoseconds
      self.resyncs = resyncs
      self.reconnects = reconnects
      self.gaps = gaps
    }
  }

  /// What is quoted for one asset, venue by venue.
  public struct Asset: Hashable, Sendable {
    /// `BTC/USD`.
    public var name: String
    public var quotes: [Quote]

    public init(name: String, quotes: [Quote]) {
      self.name = name
      self.quotes = quotes
    }
  }

  /// The top of one venue's book.
  public struct Quote: Hashable, Sendable {
    public var venue: String
    /// Nil when the book has no such side, or cannot be trusted.
    public var bid: String?
    public var bidSize: String?
    public var ask: String?
    public var askSize: String?
    /// Whether no venue bids more; shown by a star.
    public var isBestBid: Bool
    /// Whether no venue asks less; shown by a star.
    public var isBestAsk: Bool
    /// Since the book's last change; nil when there was none.
    public var ageNanoseconds: Int64?

    public init(
      venue: String,
      bid: String? = nil,
      bidSize: String? = nil,
      ask: String? = nil,
      askSize: String? = nil,
      isBestBid: Bool = false,
      isBestAsk: Bool = false,
      ageNanoseconds: Int64? = nil
    ) {
      self.venue = venue
      self.bid = bid
      self.bidSize = bidSize
      self.ask = ask
      self.askSize = askSize
      self.isBestBid = isBestBid
      self.isBestAsk = isBestAsk
      self.ageNanoseconds = ageNanoseconds
    }
  }

  /// A span in which a route paid, or the best spread so far of one that did not.
  public struct Window: Hashable, Sendable {
    /// `BTC/USD`, or a circle: `USD-ETH-BTC-USD`.
    public var pair: String
    public var buyVenue: String
    public var sellVenue: String
    /// After every cost, with its sign.
    public var netBasisPoints: String
    /// With its unit.
    public var size: String
    /// Since it opened while it is open; otherwise since it closed.
    public var ageNanoseconds: Int64
    public var isOpen: Bool

    public init(
      pair: String,
      buyVenue: String,
      sellVenue: String,
      netBasisPoints: String,
      size: String,
      ageNanoseconds: Int64,
      isOpen: Bool
    ) {
      self.pair = pair
      self.buyVenue = buyVenue
      self.sellVenue = sellVenue
      self.netBasisPoints = netBasisPoints
      self.size = size
      self.ageNanoseconds = ageNanoseconds
      self.isOpen = isOpen
    }
  }

  /// Something counted since the start.
  public struct Counter: Hashable, Sendable {
    public var name: String
    public var value: Int

    public init(_ name: String, _ value: Int) {
      self.name = name
      self.value = value
    }
  }
}
