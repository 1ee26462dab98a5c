/// How one book of one venue behaves.
public struct BookSettings: Hashable, Sendable {
  /// What rests on either side.
  public var profile: DepthProfile
  /// How its orders come and go.
  public var churn: Churn
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
    churn: Churn,
    tradesPerSecond: Double,
    tradeDollars: Double,
    makerDelayNanoseconds: Int64,
    toleranceBasisPoints: Double,
    basisBasisPoints: Double,
    dislocation: Double
  ) {
    self.profile = profile
    self.churn = churn
    self.tradesPerSecond = tradesPerSecond
    self.tradeDollars = tradeDollars
    self.makerDelayNanoseconds = makerDelayNanoseconds
    self.toleranceBasisPoints = toleranceBasisPoints
    self.basisBasisPoints = basisBasisPoints
    self.dislocation = dislocation
  }

  /// How orders come and go by themselves, while the price stays.
  public struct Churn: Hashable, Sendable {
    /// Level changes a second, in the usual regime.
    public var changesPerSecond: Double
    /// The share of them that is drawn from the five best levels of a side.
    public var topShare: Double
    /// The others are drawn around this level of a side.
    public var medianLevel: Double
    /// The spread of that draw's logarithm.
    public var levelSpread: Double
    /// The share of changes after which a level is still there, with another quantity.
    public var resizeShare: Double
    /// How long the middle one of the passing orders stays.
    public var lifeSeconds: Double

    public init(
      changesPerSecond: Double,
      topShare: Double,
      medianLevel: Double,
      levelSpread: Double,
      resizeShare: Double,
      lifeSeconds: Double
    ) {
      self.changesPerSecond = changesPerSecond
      self.topShare = topShare
      self.medianLevel = medianLevel
      self.levelSpread = levelSpread
      self.resizeShare = resizeShare
      self.lifeSeconds = lifeSeconds
    }
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
      churn: Churn(
        changesPerSecond: 5,
        topShare: 0.7,
        medianLevel: 6,
        levelSpread: 1,
        resizeShare: 0.2,
        lifeSeconds: 0.3
      ),
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

  /// The dollar pairs.
  ///
  /// Numbers of Kraken BTC, Coinbase BTC and ETH, all of Gemini, and Bitstamp BTC
  /// follow recordings; Kraken's and Bitstamp's ETH and SOL and Coinbase's SOL are assumed.
  private static func major(_ venue: String, _ base: String) -> BookSettings {
    var settings = quiet(venue)
    settings.makerDelayNanoseconds = delay(venue)
    settings.toleranceBasisPoints = base == "BTC" ? 0.7 : 0.9
    settings.profile = .major(venue, base)
    settings.churn = churn(venue, base)
    let trades: (perSecond: Double, dollars: Double) =
      switch (venue, base) {
      case ("coinbase", "BTC"): (2, 40)
      case ("coinbase", "ETH"): (1.2, 250)
      case ("coinbase", _): (0.8, 200)
      case ("kraken", "BTC"): (0.8, 120)
      case ("kraken", "ETH"): (0.6, 120)
      case ("kraken", _): (0.4, 120)
      case ("gemini", "BTC"): (0.25, 20)
      case ("gemini", _): (0.15, 30)
      case (_, "BTC"): (0.2, 1_500)
      case (_, "ETH"): (0.15, 900)
      default: (0.1, 500)
      }
    (settings.tradesPerSecond, settings.tradeDollars) = trades
    settings.basisBasisPoints = venue == "coinbase" ? 0.3 : 0.8
    settings.dislocation = venue == "coinbase" ? 0.6 : venue == "kraken" ? 0.8 : 1.2
    return settings
  }

  private static func churn(_ venue: String, _ base: String) -> Churn {
    func churn(
      _ changes: Double,
      top: Double,
      level: Double,
      _ spread: Double,
      resize: Double,
      life: Double
    ) -> Churn {
      Churn(
        changesPerSecond: changes,
        topShare: top,
        medianLevel: level,
        levelSpread: spread,
        resizeShare: resize,
        lifeSeconds: life
      )
    }
    return switch (venue, base) {
    case ("coinbase", "BTC"): churn(60, top: 0.04, level: 220, 1.2, resize: 0.5, life: 0.2)
    case ("coinbase", "ETH"): churn(85, top: 0.13, level: 110, 1.1, resize: 0.55, life: 0.5)
    case ("coinbase", _): churn(50, top: 0.15, level: 40, 1.1, resize: 0.5, life: 0.4)
    case ("kraken", "BTC"): churn(50, top: 0.28, level: 14, 0.8, resize: 0.5, life: 0.1)
    case ("kraken", "ETH"): churn(45, top: 0.25, level: 14, 0.9, resize: 0.5, life: 0.2)
    case ("kraken", _): churn(35, top: 0.25, level: 10, 0.9, resize: 0.5, life: 0.2)
    case ("gemini", "BTC"): churn(12, top: 0.4, level: 14, 0.8, resize: 0.25, life: 0.09)
    case ("gemini", "ETH"): churn(22, top: 0.65, level: 7, 0.7, resize: 0.2, life: 0.16)
    case ("gemini", _): churn(12, top: 0.45, level: 7, 0.6, resize: 0.1, life: 0.07)
    case (_, "BTC"): churn(15, top: 0.08, level: 20, 0.9, resize: 0.1, life: 0.6)
    case (_, "ETH"): churn(13, top: 0.12, level: 16, 0.9, resize: 0.1, life: 0.6)
    default: churn(10, top: 0.2, level: 10, 0.9, resize: 0.1, life: 0.6)
    }
  }
}
