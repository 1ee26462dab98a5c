public import Units

/// What a venue charges from one 30-day volume on.
public struct FeeTier: Hashable, Sendable {
  /// Traded in the last 30 days, in US cents; the tier holds from here to the next.
  public let volume: Notional
  public let maker: Rate
  public let taker: Rate

  public init(volume: Notional, maker: Rate, taker: Rate) {
    self.volume = volume
    self.maker = maker
    self.taker = taker
  }
}

/// How far a schedule can be believed.
public enum Certainty: String, CaseIterable, Hashable, Sendable {
  /// Seen in a body that the venue itself sent.
  case recorded
  /// On a page of the venue's own.
  case documented
  /// Told by others, or old: compare it with the account's own rates before trusting a result.
  case unconfirmed
}

/// A venue's fees, as they were read somewhere on some day, and the tier an account is taken to
/// have.
public struct VenueFees: Hashable, Sendable {
  /// Other fees for some instruments: pairs of stable coins, for example.
  public struct Exception: Hashable, Sendable {
    /// As `BASE/QUOTE`.
    public let instruments: [String]
    public let source: String
    public let certainty: Certainty
    public let tiers: [FeeTier]
    /// The tier of the same 30-day volume as the venue's selected one.
    public let selected: FeeTier
  }

  /// `kraken`, `coinbase`.
  public let venue: String
  public let read: CalendarDate
  public let source: String
  public let certainty: Certainty
  /// From a volume of zero upwards, at least one.
  public let tiers: [FeeTier]
  public let selected: FeeTier
  public let exceptions: [Exception]

  /// What the account pays on an instrument, given as `BASE/QUOTE`.
  public func tier(for instrument: String) -> FeeTier {
    exceptions.first { $0.instruments.contains(instrument) }?.selected ?? selected
  }
}

extension VenueFees {
  /// One tier for every instrument of a venue, from someone who knows it for sure: a simulated
  /// venue charges what it was told to.
  public init(venue: String, maker: Rate, taker: Rate, source: String, read: CalendarDate) {
    let tier = FeeTier(volume: .zero, maker: maker, taker: taker)
    self.init(
      venue: venue,
      read: read,
      source: source,
      certainty: .documented,
      tiers: [tier],
      selected: tier,
      exceptions: []
    )
  }

  /// Sets other fees for some instruments, given as `BASE/QUOTE`.
  public mutating func except(_ instruments: [String], maker: Rate, taker: Rate) {
    let tier = FeeTier(volume: .zero, maker: maker, taker: taker)
    let exception = Exception(
      instruments: instruments,
      source: source,
      certainty: certainty,
      tiers: [tier],
      selected: tier
    )
    self = VenueFees(
      venue: venue,
      read: read,
      source: source,
      certainty: certainty,
      tiers: tiers,
      selected: selected,
      exceptions: exceptions + [exception]
    )
  }
}
