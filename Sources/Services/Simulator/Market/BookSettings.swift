/// How one book of one venue behaves.
public struct BookSettings: Hashable, Sendable {
  /// What rests on either side.
  public var profile: DepthProfile
  /// Level changes a second that come of orders coming and going, in the usual regime.
  public var changesPerSecond: Double
  /// The share of them that is drawn from the five best levels of a side.
  public var topShare: Double
  /// The others are drawn around this level of a side…
  public var medianLevel: Double
  /// …with this spread of the logarithm.
  public var levelSpread: Double
  /// Takers a second who know nothing, in the usual regime.
  public var tradesPerSecond: Double
  /// What the middle one of them trades, in US dollars.
  public var tradeDollars: Double
  /// How late the market makers know the price.
  public var makerDelayNanoseconds: Int64
  /// How far their price moves before they move all their quotes, in basis points.
  public var toleranceBasisPoints: Double
  /// How far this book's price strays from the world's by itself, in basis points.
  public var basisBasisPoints: Double
  /// How large its dislocations are against those of other books.
  public var dislocation: Double

  public init(
    profile: DepthProfile,
    changesPerSecond: Double,
    topShare: Double,
    medianLevel: Double,
    levelSpread: Double,
    tradesPerSecond: Double,
    tradeDollars: Double,
    makerDelayNanoseconds: Int64,
    toleranceBasisPoints: Double,
    basisBasisPoints: Double,
    dislocation: Double
  ) {
    self.profile = profile
    self.changesPerSecond = changesPerSecond
    self.topShare = topShare
    self.medianLevel = medianLevel
    self.levelSpread = levelSpread
    self.tradesPerSecond = tradesPerSecond
    self.tradeDollars = tradeDollars
    self.makerDelayNanoseconds = makerDelayNanoseconds
    self.toleranceBasisPoints = toleranceBasisPoints
    self.basisBasisPoints = basisBasisPoints
    self.dislocation = dislocation
  }
}

extension BookSettings {
  /// The book of a venue, from what was recorded of it, or, where nothing was, from its likest.
  static func usual(venue: String, base: String, quote: String) -> BookSettings {
    var settings = quiet(venue)
    switch (base, quote) {
    case ("BTC", "USD"), ("ETH", "USD"), ("SOL", "USD"):
      return major(venue, base)
    case (_, "USD") where isStable(base), (_, _) where isStable(base) && isStable(quote):
      settings.profile = .stable
      settings.toleranceBasisPoints = 0.5
      settings.basisBasisPoints = 0.2
      settings.dislocation = 0
      settings.tradeDollars = 900
    case (_, _) where isStable(quote):
      settings.profile = major(venue, base).profile
        .scaled(levels: 0.1, dollars: 0.03, spread: 2.4)
    default:
      settings.profile = .crossPair
      settings.tradesPerSecond = 0.03
    }
    return settings
  }

  private static func isStable(_ symbol: String) -> Bool { symbol == "USDC" || symbol == "USDT" }

  /// Pairs that few people trade: Gemini's BTC/USDT of 2026 and ETH/BTC of 2021 show 5 and 9
  /// changes a second, nearly all of them at the best five levels, and hardly a trade.
  private static func quiet(_ venue: String) -> BookSettings {
    BookSettings(
      profile: .crossPair,
      changesPerSecond: 5,
      topShare: 0.7,
      medianLevel: 6,
      levelSpread: 1,
      tradesPerSecond: 0.05,
      tradeDollars: 300,
      makerDelayNanoseconds: delay(venue) * 3 / 2,
      toleranceBasisPoints: 1,
      basisBasisPoints: 1,
      dislocation: 1.2
    )
  }

  private static func delay(_ venue: String) -> Int64 {
    switch venue {
    case "coinbase": 15_000_000
    case "kraken": 30_000_000
    case "gemini": 45_000_000
    default: 70_000_000
    }
  }

  /// The dollar pairs. Numbers of Kraken BTC, Coinbase BTC and ETH, all of Gemini, and Bitstamp BTC
  /// follow recordings; Kraken's and Bitstamp's ETH and SOL and Coinbase's SOL are assumed.
  private static func major(_ venue: String, _ base: String) -> BookSettings {
    var settings = quiet(venue)
    settings.makerDelayNanoseconds = delay(venue)
    settings.toleranceBasisPoints = base == "BTC" ? 0.7 : 0.9
    settings.profile = .major(venue, base)
    func activity(
      _ changes: Double,
      _ top: Double,
      _ level: Double,
      _ spread: Double,
      _ trades: Double,
      _ dollars: Double
    ) {
      settings.changesPerSecond = changes
      settings.topShare = top
      settings.medianLevel = level
      settings.levelSpread = spread
      settings.tradesPerSecond = trades
      settings.tradeDollars = dollars
    }
    switch (venue, base) {
    case ("coinbase", "BTC"): activity(75, 0.05, 200, 1.2, 2, 40)
    case ("coinbase", "ETH"): activity(90, 0.1, 100, 1.1, 1.2, 250)
    case ("coinbase", _): activity(60, 0.15, 40, 1.1, 0.8, 200)
    case ("kraken", "BTC"): activity(70, 0.25, 14, 0.8, 1, 120)
    case ("kraken", "ETH"): activity(50, 0.25, 14, 0.8, 0.7, 120)
    case ("kraken", _): activity(40, 0.25, 10, 0.8, 0.5, 120)
    case ("gemini", "BTC"): activity(14, 0.45, 12, 0.8, 0.3, 40)
    case ("gemini", "ETH"): activity(24, 0.65, 7, 0.7, 0.2, 60)
    case ("gemini", _): activity(14, 0.45, 6, 0.7, 0.15, 60)
    case (_, "BTC"): activity(17, 0.1, 20, 0.9, 0.25, 1_500)
    case (_, "ETH"): activity(15, 0.15, 16, 0.9, 0.2, 900)
    default: activity(12, 0.2, 10, 0.9, 0.1, 500)
    }
    settings.basisBasisPoints = venue == "coinbase" ? 0.3 : 0.8
    settings.dislocation = venue == "coinbase" ? 0.6 : venue == "kraken" ? 0.8 : 1.2
    return settings
  }
}
