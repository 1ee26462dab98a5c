import Books
import Costs
import Market
import Units

/// The sizing of one direction of a pair: how much to buy here and sell there.
struct CrossVenueSizing {
  let buyer: InstrumentTerms
  let seller: InstrumentTerms
  /// A quantity that both venues take is a multiple of this.
  let lot: Int64
  let buyFee: Rate
  let sellFee: Rate
  let settings: ScannerSettings

  /// Whether a unit bought at `ask` and sold at `bid` pays after fees and the haircut.
  ///
  /// Exact: both sides are multiplied out to 128 bits.
  @inline(__always)
  func pays(bid: Int64, ask: Int64) -> Bool {
    exactProduct(bid, Rate.one - sellFee.raw)
      > exactProduct(ask, Rate.one + buyFee.raw + settings.latencyHaircut.raw)
  }

  /// The most profitable size within all caps, rounded down to the lot; nil when no size that the
  /// venues take is left.
  func plan(
    asks: borrowing Ladder,
    bids: borrowing Ladder,
    limits: borrowing TradingLimits
  ) -> CrossVenuePlan? {
    guard let bestAsk = asks.best, let bestBid = bids.best else { return nil }
    let levels = settings.maximumLevels
    let asked = asks.depth(levels: levels) { pays(bid: bestBid.price.raw, ask: $0.raw) }
    let wanted = bids.depth(levels: levels) { pays(bid: $0.raw, ask: bestAsk.price.raw) }
    let inventory = Int64(clamping: limits.available(seller.baseAccount))
    let cap = min(share(of: asked), share(of: wanted), inventory)
    let quantity = profitableQuantity(asks: asks, bids: bids, cap: cap, limits: limits)

    let rounded = quantity - quantity % lot
    let lower = plan(rounded, asks, bids, bestAsk, bestBid)
    // The last lot may pay as a whole though its last unit does not.
    let (next, overflow) = rounded.addingReportingOverflow(lot)
    guard rounded < quantity, !overflow, next <= cap,
      let upper = plan(next, asks, bids, bestAsk, bestBid),
      upper.bought.products <= spendableProducts(limits)
    else { return lower }
    guard let lower else { return upper }
    return upper.net > lower.net ? upper : lower
  }

  /// What a size comes to; nil when a book does not hold it or a venue does not take it.
  private func plan(
    _ quantity: Int64,
    _ asks: borrowing Ladder,
    _ bids: borrowing Ladder,
    _ bestAsk: Level,
    _ bestBid: Level
  ) -> CrossVenuePlan? {
    guard quantity > 0 else { return nil }
    let bought = asks.fill(quantity: quantity, levels: settings.maximumLevels)
    let sold = bids.fill(quantity: quantity, levels: settings.maximumLevels)
    guard bought.quantity == quantity, sold.quantity == quantity, buyer.allows(bought),
      seller.allows(sold)
    else { return nil }
    return CrossVenuePlan(
      bought: bought,
      sold: sold,
      bestAsk: bestAsk.price,
      bestBid: bestBid.price,
      sizing: self
    )
  }

  /// Walks both sides together while the next unit pays, up to `cap` and what the buyer can spend.
  private func profitableQuantity(
    asks: borrowing Ladder,
    bids: borrowing Ladder,
    cap: Int64,
    limits: borrowing TradingLimits
  ) -> Int64 {
    var budget = spendableProducts(limits)
    var proceeds: Int128 = 0
    var askCursor = asks.start
    var bidCursor = bids.start
    var ask = asks.next(&askCursor)
    var bid = bids.next(&bidCursor)
    var quantity: Int64 = 0
    // Each step uses up a level, so there are no more than two times the levels.
    for _ in 0..<2 * settings.maximumLevels {
      guard quantity < cap, let askLevel = ask, let bidLevel = bid,
        pays(bid: bidLevel.price.raw, ask: askLevel.price.raw)
      else { break }
      var step = min(askLevel.quantity.raw, bidLevel.quantity.raw, cap - quantity)
      let product = exactProduct(askLevel.price.raw, step)
      if product > budget {
        step = Int64(clamping: budget / Int128(askLevel.price.raw))
        quantity += step
        break
      }
      let brought = exactProduct(bidLevel.price.raw, step)
      guard brought <= LadderFill.maximumProducts - proceeds else { break }
      proceeds += brought
      budget -= product
      quantity += step
      ask?.quantity = Quantity(raw: askLevel.quantity.raw - step)
      bid?.quantity = Quantity(raw: bidLevel.quantity.raw - step)
      if ask?.quantity.isZero == true { ask = asks.next(&askCursor) }
      if bid?.quantity.isZero == true { bid = bids.next(&bidCursor) }
    }
    return quantity
  }

  private func share(of depth: Int64) -> Int64 {
    Int64(clamping: exactProduct(depth, settings.bookUsage.raw) / Int128(Rate.one))
  }

  /// The largest sum of price × quantity whose cost, with its fee, the buyer can pay.
  private func spendableProducts(_ limits: borrowing TradingLimits) -> Int128 {
    let available = limits.available(buyer.quoteAccount)
    let notional = min(
      largestNotional(payableWith: available, fee: buyFee),
      limits.maximumSize(buyer.quoteAccount)
    )
    let ceiling = LadderFill.maximumProducts
    return notional < ceiling / buyer.divisor ? notional * buyer.divisor : ceiling
  }
}

/// The largest whole notional that can be paid, with its fee rounded up, out of `budget`.
///
/// Exact: n + ⌈n·f⌉ ≤ budget just when n·(1 + f) ≤ budget.
func largestNotional(payableWith budget: Int128, fee: Rate) -> Int128 {
  let ceiling = LadderFill.maximumProducts
  guard budget < ceiling else { return ceiling }
  return budget * Int128(Rate.one) / Int128(Rate.one + fee.raw)
}

/// A sized direction with its money counted exactly, rounded against us.
struct CrossVenuePlan {
  let bought: LadderFill
  let sold: LadderFill
  let cost: Notional
  let proceeds: Notional
  let buyFee: Notional
  let sellFee: Notional
  let haircut: Notional
  /// At the best prices.
  let gross: Notional
  let net: Notional

  init(
    bought: LadderFill,
    sold: LadderFill,
    bestAsk: Price,
    bestBid: Price,
    sizing: CrossVenueSizing
  ) {
    self.bought = bought
    self.sold = sold
    cost = sizing.buyer.cost(bought)
    proceeds = sizing.seller.proceeds(sold)
    buyFee = sizing.buyFee.fee(on: cost)
    // On the notional rounded up, so that the fee is no less than that on the exact one.
    sellFee = sizing.sellFee.fee(on: sizing.seller.cost(sold))
    haircut = sizing.settings.latencyHaircut.fee(on: cost)
    var atTouch = bought
    atTouch.products = exactProduct(bestAsk.raw, bought.quantity)
    let cheapest = sizing.buyer.cost(atTouch)
    atTouch.products = exactProduct(bestBid.raw, sold.quantity)
    gross = sizing.seller.proceeds(atTouch) - cheapest
    net = proceeds - sellFee - cost - buyFee - haircut
  }

  /// What is committed: the purchase and its fee.
  var size: Notional { cost + buyFee }

  var impact: Notional { gross - (proceeds - cost) }
}
