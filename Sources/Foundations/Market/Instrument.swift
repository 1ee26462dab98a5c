public import Units

/// One tradable pair at one venue.
public struct Instrument: Hashable, Sendable {
  public let id: InstrumentID
  public let venue: VenueID
  public let symbol: Symbol
  public let base: Asset
  public let quote: Asset
  /// The name in the venue's frames: `BTC-USD`, `btcusd`, `BTC/USD`.
  public let wireSymbol: String
  /// What the venue states; nil while no instrument list has been seen.
  public internal(set) var rules: TradingRules?

  /// Turns price × quantity into units of the quote asset.
  public var notionalScale: NotionalScale {
    NotionalScale(baseDecimals: base.decimals, quoteDecimals: quote.decimals)
  }
}

extension Instrument: CustomStringConvertible {
  public var description: String { "\(venue) \(symbol)" }
}

/// What an order at this instrument must obey.
public struct TradingRules: Hashable, Sendable {
  /// The price step; positive.
  public var tickSize: Price
  /// The quantity step in units of the base asset; positive.
  public var lotSize: Quantity
  public var minQuantity: Quantity?
  public var minNotional: Notional?
  public var status: InstrumentStatus

  public init(
    tickSize: Price,
    lotSize: Quantity,
    minQuantity: Quantity?,
    minNotional: Notional?,
    status: InstrumentStatus
  ) {
    self.tickSize = tickSize
    self.lotSize = lotSize
    self.minQuantity = minQuantity
    self.minNotional = minNotional
    self.status = status
  }
}

/// Which orders a venue accepts for an instrument now.
public enum InstrumentStatus: String, Hashable, Sendable, CaseIterable {
  case open
  case cancelOnly = "cancel_only"
  case postOnly = "post_only"
  case limitOnly = "limit_only"
  case reduceOnly = "reduce_only"
  case closed

  /// Whether an immediate-or-cancel limit order can be sent and can fill.
  public var acceptsTakers: Bool { self == .open || self == .limitOnly }
}

/// One instrument as a venue's own list states it, numbers still as decimal text.
///
/// Text, because the asset's scale is decided only when the listing is registered, and because a
/// person who asks for the list wants what the venue said.
public struct InstrumentListing: Hashable, Sendable {
  public var wireSymbol: String
  /// Other names that the venue's frames use for the same instrument, such as a REST name.
  public var aliases: [String] = []
  public var symbol: Symbol
  public var tickSize: String
  public var lotSize: String
  public var minQuantity: String?
  public var minNotional: String?
  public var status: InstrumentStatus
  /// The venue's own word for the status.
  public var statusText: String

  public init(
    wireSymbol: String,
    aliases: [String] = [],
    symbol: Symbol,
    tickSize: String,
    lotSize: String,
    minQuantity: String? = nil,
    minNotional: String? = nil,
    status: InstrumentStatus,
    statusText: String
  ) {
    self.wireSymbol = wireSymbol
    self.aliases = aliases
    self.symbol = symbol
    self.tickSize = tickSize
    self.lotSize = lotSize
    self.minQuantity = minQuantity
    self.minNotional = minNotional
    self.status = status
    self.statusText = statusText
  }
}
