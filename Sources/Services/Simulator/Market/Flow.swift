import Market
import Units

/// The takers of one book: many who know nothing, and a few who know the world's price at once.
struct Flow {
  let account: AccountID
  private let instrument: Int
  private let settings: BookSettings
  private let market: MarketSettings
  private var random: MarketRandom
  private var side = OrderSide.buy

  init(
    account: AccountID,
    instrument: Int,
    settings: BookSettings,
    market: MarketSettings,
    stream: UInt64
  ) {
    self.account = account
    self.instrument = instrument
    self.settings = settings
    self.market = market
    random = MarketRandom(seed: market.seed, stream: stream)
  }

  /// Someone trades for reasons of their own; buyers tend to follow buyers.
  mutating func trade(_ exchange: Exchange, baseDollars: Double) {
    if random.chance(0.35) { side = side == .buy ? .sell : .buy }
    let dollars = random.logNormal(median: settings.tradeDollars, sigma: 1.6)
    guard let best = exchange.best(instrument, side == .buy ? .ask : .bid) else { return }
    let isMarketOrder = random.chance(0.3)
    let reach = side == .buy ? 1.003 : 0.997
    take(
      exchange,
      side,
      limit: isMarketOrder ? nil : Double(best.price.raw) * reach,
      // Nobody who knows nothing trades through half of a book.
      dollars: min(dollars, settings.tradeDollars * 100),
      baseDollars: baseDollars
    )
  }

  /// Someone who knows what this book's price will be takes quotes that are stale.
  mutating func pickOff(_ exchange: Exchange, fair: Double, baseDollars: Double) {
    let gain = market.informedBasisPoints / 10_000
    if let ask = exchange.best(instrument, .ask), Double(ask.price.raw) * (1 + gain) < fair * 1e10 {
      pickOff(exchange, .buy, limit: fair * (1 - gain), baseDollars)
    } else if let bid = exchange.best(instrument, .bid),
      Double(bid.price.raw) * (1 - gain) > fair * 1e10
    {
      pickOff(exchange, .sell, limit: fair * (1 + gain), baseDollars)
    }
  }

  private mutating func pickOff(
    _ exchange: Exchange,
    _ side: OrderSide,
    limit: Double,
    _ baseDollars: Double
  ) {
    let dollars = random.logNormal(median: settings.tradeDollars * 10, sigma: 0.8)
    take(exchange, side, limit: limit * 1e10, dollars: dollars, baseDollars: baseDollars)
  }

  private func take(
    _ exchange: Exchange,
    _ side: OrderSide,
    limit: Double?,
    dollars: Double,
    baseDollars: Double
  ) {
    immediate(
      exchange,
      account: account,
      instrument: instrument,
      side,
      limit: limit,
      base: dollars / baseDollars
    )
  }
}

/// Sends an order that fills at once or ends, with its numbers brought onto tick and lot.
///
/// - Parameters:
///   - exchange: where.
///   - account: whose order it is.
///   - instrument: the pair's place in the exchange's list.
///   - side: buy or sell.
///   - limit: in steps of 10⁻¹⁰; nil for a market order.
///   - base: how much, in whole units of the base asset; raised to the venue's minimum.
/// - Returns: how much of the base asset was traded, in whole units.
@discardableResult
func immediate(
  _ exchange: Exchange,
  account: AccountID,
  instrument: Int,
  _ side: OrderSide,
  limit: Double?,
  base: Double
) -> Double {
  let rules = exchange.instruments[instrument]
  var unit = 1.0
  for _ in 0..<rules.base.decimals { unit *= 10 }
  let lot = rules.lotSize.raw
  let lots = Int64(min(base * unit / Double(lot), 1e15))
  let least = (rules.minQuantity.raw + lot - 1) / lot
  let quantity = max(lots, least, 1) * lot
  let tick = rules.tickSize.raw
  let price = limit.map { limit in
    let steps = limit / Double(tick)
    let whole = side == .buy ? roundedDown(steps) : -roundedDown(-steps)
    return Price(raw: max(1, Int64(whole)) * tick)
  }
  var order = NewOrder(
    account: account,
    instrument: instrument,
    side: side,
    limit: price,
    size: .base(Quantity(raw: quantity))
  )
  order.timeInForce = .immediateOrCancel
  do {
    return Double(try exchange.place(order).filled.raw) / unit
  } catch {
    // A venue in maintenance, or a book that clients have emptied: nothing is traded.
    return 0
  }
}
