public import Market

/// Every knob of the simulated market.
public struct MarketSettings: Hashable, Sendable {
  /// Everything random follows from it.
  public var seed: UInt64

  // MARK: The world

  public var assets: [AssetCharacter] = [
    AssetCharacter(symbol: "BTC", price: 65_080, volatility: 0.2, beta: 1),
    AssetCharacter(symbol: "ETH", price: 1_925, volatility: 0.5, beta: 1.2),
    AssetCharacter(symbol: "SOL", price: 77.3, volatility: 0.7, beta: 1.4),
    AssetCharacter(symbol: "USDC", price: 1, volatility: 0.01, beta: 0, returnHalfLife: 1_800),
    AssetCharacter(symbol: "USDT", price: 0.9993, volatility: 0.02, beta: 0, returnHalfLife: 3_600),
  ]
  /// How far everything moves together in a second, in basis points, in the usual regime.
  public var marketVolatility = 0.5
  /// Multiplies every volatility.
  public var volatility = 1.0
  public var jumpsPerHour = 4.0
  /// The mean size of a jump.
  public var jumpBasisPoints = 8.0
  /// The first is the usual one, in which the market opens.
  public var regimes = [
    MarketRegime(volatility: 1, activity: 1, meanSeconds: 1_800, weight: 0.6),
    MarketRegime(volatility: 0.5, activity: 0.7, meanSeconds: 2_400, weight: 0.25),
    MarketRegime(volatility: 2.5, activity: 1.8, meanSeconds: 300, weight: 0.15),
  ]
  /// By hour of the day in UTC, around 1, for volatility and activity alike.
  public var hourlyActivity: [Double] = [
    0.95, 0.9, 0.85, 0.8, 0.8, 0.8, 0.85, 0.95, 1, 1, 1, 1.05, 1.2, 1.45, 1.6, 1.5, 1.35, 1.2, 1.1,
    1.05, 1, 1, 0.95, 0.95,
  ]
  /// How finely the world moves.
  public var latentStepNanoseconds: Int64 = 20_000_000

  // MARK: Books

  /// Which share of the recorded number of levels a book gets: 1 for all.
  public var scale = 1.0
  /// A side has at least so many, whatever the scale.
  public var minimumLevels = 16
  /// Multiplies how often orders come and go.
  public var churn = 1.0
  /// Multiplies how often people trade.
  public var trading = 1.0
  /// Multiplies how far a price moves before quotes follow.
  public var tolerance = 1.0
  /// The mean time between two looks of a maker at its quotes.
  public var lookNanoseconds: Int64 = 50_000_000
  /// How far a maker at the limit of its inventory moves its price.
  public var skewBasisPoints = 3.0
  /// The limit of a maker's inventory: what it quotes on one side within this distance.
  public var inventoryBasisPoints = 10.0
  /// A maker is rid of half of its inventory after this.
  public var inventoryHalfLifeSeconds = 20.0
  /// Takers who know the world's price look at a book this often in a second, or as often as it
  /// trades where that is less than once a second.
  public var informedPerSecond = 1.0
  /// What they must gain to trade.
  public var informedBasisPoints = 1.5

  // MARK: Windows

  /// How often one book is knocked out of line.
  public var dislocationsPerHour = 30.0
  /// The mean size of that.
  public var dislocationBasisPoints = 30.0
  /// Left alone, half of it is gone after this.
  public var dislocationHalfLifeSeconds = 30.0
  /// When competing arbitrageurs see a window, half of the windows are closed after this; nil for a
  /// world without them.
  public var competitionHalfLifeNanoseconds: Int64? = 500_000_000
  /// What they pay in fees and risk for one leg.
  public var competitionBasisPointsPerLeg = 3.0
  /// The most they trade at a time.
  public var competitionDollars = 100_000.0
  /// How much of a dislocation is gone once they have come.
  public var correction = 0.9

  /// A market for real time, calibrated on recordings.
  public static func realistic(seed: UInt64) -> MarketSettings { MarketSettings(seed: seed) }

  /// A market for virtual days and weeks: the same prices, money, and windows, in fewer levels that
  /// change less often.
  public static func light(seed: UInt64) -> MarketSettings {
    var settings = MarketSettings(seed: seed)
    settings.scale = 0.001
    settings.churn = 0.06
    settings.trading = 0.5
    settings.tolerance = 2
    settings.latentStepNanoseconds = 100_000_000
    settings.lookNanoseconds = 250_000_000
    settings.informedPerSecond = 0.25
    return settings
  }

  public init(seed: UInt64) { self.seed = seed }

  /// The slowest delay at which a maker may know the world, and so how much past is kept.
  var slowestMakerNanoseconds: Int64 { 1_000_000_000 }

  /// Books that differ from the usual: by venue and symbol, as in `kraken BTC/USD`.
  public var books: [String: BookSettings] = [:]

  /// What a book is like.
  public func book(venue: String, symbol: Symbol) -> BookSettings {
    books["\(venue) \(symbol)"]
      ?? .usual(venue: venue, base: symbol.base, quote: symbol.quote)
  }
}
