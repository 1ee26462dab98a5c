import Market
import Units

/// The makers of one book, as one: they know the world's price late, quote a ladder of levels
/// around it, and lean against what they hold.
///
/// The ladder is anchored: all quotes are at distances from one price, the anchor, which moves only
/// when the fair price has left it by more than a tolerance. Quotes that are then too near or too
/// far are moved at once, the others stay until their turn comes.
final class MarketMaker {
  /// One quote: an order, sometimes with a second at the same price.
  struct Quote {
    /// Zero when there is none.
    var order: Int64 = 0
    var extra: Int64 = 0
    var price: Int64 = 0
    /// Of both as they were placed.
    var quantity: Int64 = 0
    var extraQuantity: Int64 = 0
  }

  /// An order that is not part of the ladder and will soon be taken back.
  struct Passing {
    var order: Int64 = 0
    var side = BookSide.bid
    var price: Int64 = 0
    var quantity: Int64 = 0
  }

  /// The most passing orders at a time.
  static let maximumPassing = 64

  let exchange: Exchange
  let account: AccountID
  let instrument: Int
  let settings: BookSettings
  let market: MarketSettings
  let rules: SimulatedInstrument
  /// From the anchor, as fractions, best first; both sides have the same.
  let distances: [Double]
  /// What a quote is worth, in US dollars.
  let dollars: [Double]
  var bids: [Quote]
  var asks: [Quote]
  /// Where the quotes of a tier begin; a tier's distances differ by at most a factor of two.
  let tiers: [Int]
  /// The anchor when the tier was last looked through.
  var tierAnchors: [Double]
  var random: MarketRandom

  var anchor = 0.0
  /// What one base unit is worth in US dollars, as the maker knows it.
  var baseDollars = 1.0
  /// How far this book's price is off the world's: wandering and dislocations, as fractions.
  var wander = 0.0
  var dislocation = 0.0
  /// What the makers are long, in US dollars.
  var inventory = 0.0
  let inventoryLimit: Double
  /// Orders that are only passing through, by their place; a free place has order zero.
  var passing: [Passing] = []
  private var lookedAt: Int64

  init(
    _ exchange: Exchange,
    instrument: Int,
    account: AccountID,
    market: MarketSettings,
    stream: UInt64,
    at time: Int64
  ) {
    self.exchange = exchange
    self.account = account
    self.instrument = instrument
    self.market = market
    rules = exchange.instruments[instrument]
    settings = market.book(venue: exchange.name, symbol: rules.symbol)
    random = MarketRandom(seed: market.seed, stream: stream)
    lookedAt = time
    let most = settings.profile.levels
    let count = min(most, max(market.minimumLevels, Int(Double(most) * market.scale)))
    (distances, dollars) = settings.profile.ladder(count)
    bids = Array(repeating: Quote(), count: count)
    asks = Array(repeating: Quote(), count: count)
    var tiers = [0]
    for index in 1..<count where distances[index] > 2 * max(distances[tiers[tiers.count - 1]], 2e-4)
    {
      tiers.append(index)
    }
    self.tiers = tiers
    tierAnchors = Array(repeating: 0, count: tiers.count)
    let reach = market.inventoryBasisPoints / 10_000
    var limit = 0.0
    for index in 0..<count where distances[index] <= reach { limit += dollars[index] }
    inventoryLimit = max(limit, dollars[0], 1)
  }

  /// The fair price of the maker who knows that the world's is `world`.
  func fair(_ world: Double) -> Double {
    let held = max(-1, min(1, inventory / inventoryLimit))
    return world * (1 + wander + dislocation - held * market.skewBasisPoints / 10_000)
  }

  // MARK: Time

  /// Looks at the world and at the own quotes, and moves those that are out of place.
  func look(world: Double, baseDollars: Double, at time: Int64) {
    self.baseDollars = baseDollars
    pass(time)
    let fair = fair(world)
    let moved = fair > anchor ? fair - anchor : anchor - fair
    if moved > anchor * settings.toleranceBasisPoints * market.tolerance / 10_000 {
      move(to: fair)
    }
    repair(.bid)
    repair(.ask)
  }

  /// Fills the empty book.
  func open(world: Double, baseDollars: Double) {
    self.baseDollars = baseDollars
    anchor = fair(world)
    for index in distances.indices {
      put(index, .bid, jitter: 1)
      put(index, .ask, jitter: 1)
    }
    tierAnchors = Array(repeating: anchor, count: tiers.count)
  }

  /// Someone else's trades, or an arbitrageur's, have shown the price to be wrong.
  func correct() { dislocation *= 1 - market.correction }

  /// Lets inventory, wandering, and dislocation go on as time does.
  private func pass(_ time: Int64) {
    let seconds = Double(time - lookedAt) / 1e9
    lookedAt = time
    guard seconds > 0 else { return }
    inventory *= halved(seconds, market.inventoryHalfLifeSeconds)
    dislocation *= halved(seconds, market.dislocationHalfLifeSeconds)
    let spread = settings.basisBasisPoints / 10_000
    let kept = halved(seconds, 20)
    wander = wander * kept + random.normal() * spread * squareRoot(1 - kept * kept)
  }

  private func halved(_ seconds: Double, _ halfLife: Double) -> Double {
    exponentialFunction(-0.693_147_180_56 * seconds / halfLife)
  }

  // MARK: Coming and going

  /// One thing that happens to the ladder by itself: an order comes, goes, moves, or is resized.
  ///
  /// - Returns: for an order that is only passing through, its place and how long it stays.
  func churn() -> (place: Int, seconds: Double)? {
    let side: BookSide = random.next() >> 63 == 0 ? .bid : .ask
    let index = level()
    let quote = side == .bid ? bids[index] : asks[index]
    let churn = settings.churn
    // Coming and going changes two levels, resizing one.
    let resizing = churn.resizeShare / (churn.resizeShare + (1 - churn.resizeShare) / 2)
    if quote.order == 0 {
      put(index, side, jitter: 1)
    } else if random.chance(resizing) {
      if quote.extra != 0 { dropExtra(index, side) } else { addExtra(index, side) }
    } else if index > 0, random.chance(0.2) {
      put(index, side, jitter: random.uniform(0.8...1.25))
    } else if let place = addPassing(index, side) {
      return (place, random.logNormal(median: churn.lifeSeconds, sigma: 1))
    }
    return nil
  }

  /// Draws the level at which something happens.
  private func level() -> Int {
    let churn = settings.churn
    let count = distances.count
    if random.chance(churn.topShare) { return random.index(below: min(5, count)) }
    // In a smaller ladder the levels are as many times fewer.
    let share = Double(count) / Double(settings.profile.levels)
    let median = max(3, churn.medianLevel * (share < 1 ? squareRoot(share) : 1))
    return min(count - 1, Int(random.logNormal(median: median, sigma: churn.levelSpread)))
  }
}
