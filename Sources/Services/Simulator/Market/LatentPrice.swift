import Units

/// How one asset's price moves.
public struct AssetCharacter: Hashable, Sendable {
  public var symbol: String
  /// What it is worth in US dollars when the market opens.
  public var price: Double
  /// How far it moves of its own in a second, in basis points, in the usual regime.
  public var volatility: Double
  /// How much of the whole market's movement it shares: 1 for all of it.
  public var beta: Double
  /// A stable coin is drawn back to ``price``: half of the way in this many seconds; 0 for none.
  public var returnHalfLife: Double

  public init(
    symbol: String,
    price: Double,
    volatility: Double,
    beta: Double,
    returnHalfLife: Double = 0
  ) {
    self.symbol = symbol
    self.price = price
    self.volatility = volatility
    self.beta = beta
    self.returnHalfLife = returnHalfLife
  }
}

/// A mood of the market: how lively it is, and how long it lasts.
public struct MarketRegime: Hashable, Sendable {
  /// Multiplies the volatility.
  public var volatility: Double
  /// Multiplies how often orders come and people trade.
  public var activity: Double
  public var meanSeconds: Double
  /// How likely it is to be the next, against the others.
  public var weight: Double

  public init(volatility: Double, activity: Double, meanSeconds: Double, weight: Double) {
    self.volatility = volatility
    self.activity = activity
    self.meanSeconds = meanSeconds
    self.weight = weight
  }
}

/// What every asset is really worth in US dollars: known to informed takers at once, to each
/// market maker after its own delay, and to nobody as a number on a wire.
///
/// A random walk of logarithms on a grid of equal steps, with one movement shared by all, jumps,
/// regimes, and the time of day. The recent past is kept, as far back as the slowest maker looks.
struct LatentPrices {
  private struct Asset {
    var character: AssetCharacter
    var price: Double
    var past: [Double]
  }

  private let settings: MarketSettings
  private let step: Int64
  private var random: MarketRandom
  private var assets: [Asset] = []
  private var regime: MarketRegime
  private var regimeEnds: Int64
  /// Steps since `origin`; `past` holds the prices at the latest of them, at step modulo its count.
  private var steps: Int64 = 0
  private let origin: Int64
  private let kept: Int64

  init(_ settings: MarketSettings, at time: Timestamp) {
    self.settings = settings
    step = max(1_000_000, settings.latentStepNanoseconds)
    origin = time.nanoseconds
    kept = settings.slowestMakerNanoseconds / step + 3
    random = MarketRandom(seed: settings.seed, stream: 1)
    regime = settings.regimes[0]
    regimeEnds = origin
    for character in settings.assets {
      let price = character.price
      assets.append(
        Asset(
          character: character,
          price: price,
          past: Array(repeating: price, count: Int(kept))
        )
      )
    }
    regimeEnds = origin + Int64(random.exponential(mean: regime.meanSeconds) * 1e9)
  }

  func index(of symbol: String) -> Int? {
    assets.firstIndex { $0.character.symbol == symbol }
  }

  /// How busy the market is now: 1 in the usual regime at the usual time of day.
  var activity: Double { regime.activity * timeOfDay }

  /// What an asset is worth now.
  func price(_ asset: Int) -> Double { assets[asset].price }

  /// What it was worth at a time that is not too long ago.
  func price(_ asset: Int, at time: Int64) -> Double {
    let past = (time - origin) / step
    let held = max(0, min(steps, max(past, steps - kept + 1)))
    return assets[asset].past[Int(held % kept)]
  }

  /// Lets the world move on to `time`.
  mutating func advance(to time: Int64) {
    while origin + (steps + 1) * step <= time { moveOn() }
  }

  private mutating func moveOn() {
    steps += 1
    let now = origin + steps * step
    if now >= regimeEnds { changeRegime(now) }
    let seconds = Double(step) / 1e9
    let pace = regime.volatility * timeOfDay * settings.volatility * squareRoot(seconds)
    var shared = random.normal() * settings.marketVolatility * pace
    if random.chance(settings.jumpsPerHour * regime.volatility * seconds / 3_600) {
      shared += random.sign() * random.exponential(mean: settings.jumpBasisPoints)
    }
    for index in assets.indices {
      let character = assets[index].character
      var move = shared * character.beta + random.normal() * character.volatility * pace
      if character.beta > 0, random.chance(settings.jumpsPerHour * seconds / 3_600) {
        move += random.sign() * random.exponential(mean: settings.jumpBasisPoints)
      }
      var price = assets[index].price
      if character.returnHalfLife > 0 {
        price += (character.price - price) * 0.693 * seconds / character.returnHalfLife
      }
      price *= exponentialFunction(move / 10_000)
      // A week of virtual time stays on a scale that every tick and lot was chosen for.
      price = min(max(price, character.price / 4), character.price * 4)
      assets[index].price = price
      assets[index].past[Int(steps % kept)] = price
    }
  }

  private mutating func changeRegime(_ now: Int64) {
    let total = settings.regimes.reduce(0) { $0 + $1.weight }
    var draw = random.uniform() * total
    regime =
      settings.regimes.first { candidate in
        draw -= candidate.weight
        return draw < 0
      } ?? settings.regimes[0]
    regimeEnds = now + Int64(random.exponential(mean: regime.meanSeconds) * 1e9)
  }

  /// From the hourly table, in a straight line from the middle of an hour to that of the next.
  private var timeOfDay: Double {
    let hours = settings.hourlyActivity
    guard hours.count == 24 else { return 1 }
    let second = Int(((origin + steps * step) / 1_000_000_000) % 86_400)
    let position = Double((second + 84_600) % 86_400) / 3_600
    let hour = Int(position)
    return hours[hour] + (hours[(hour + 1) % 24] - hours[hour]) * (position - Double(hour))
  }
}
