import Market
import Units

extension MarketMaker {
  /// Moves the anchor, and with it every quote that is then too near or too far.
  func move(to fair: Double) {
    let isUp = fair > anchor
    anchor = fair
    // The side that is in the way goes first.
    let sides: [BookSide] = isUp ? [.ask, .bid] : [.bid, .ask]
    for tier in tiers.indices {
      let nearest = distances[tiers[tier]]
      let since = fair / tierAnchors[tier] - 1
      guard tier == 0 || (since < 0 ? -since : since) > 0.25 * nearest else { continue }
      tierAnchors[tier] = fair
      let end = tier + 1 < tiers.count ? tiers[tier + 1] : distances.count
      for side in sides {
        for index in tiers[tier]..<end where isOutOfPlace(index, side) {
          put(index, side, jitter: index == 0 ? 1 : random.uniform(0.9...1.15))
        }
      }
    }
  }

  private func isOutOfPlace(_ index: Int, _ side: BookSide) -> Bool {
    let quote = side == .bid ? bids[index] : asks[index]
    guard quote.order != 0 else { return true }
    if index == 0 { return quote.price != price(distances[0], side) }
    let relative = Double(quote.price) / (anchor * 1e10)
    let distance = side == .bid ? 1 - relative : relative - 1
    let wanted = distances[index]
    let slack = settings.toleranceBasisPoints * market.tolerance / 10_000
    return distance < 0.5 * wanted || distance > 1.5 * wanted + slack
  }

  /// The tick that is nearest to a distance from the anchor, on the far side of it.
  private func price(_ distance: Double, _ side: BookSide) -> Int64 {
    let tick = Double(rules.tickSize.raw)
    let steps = anchor * (side == .bid ? 1 - distance : 1 + distance) * 1e10 / tick
    var whole = Int64(side == .bid ? roundedDown(steps) : -roundedDown(-steps))
    // A narrow spread around an anchor that is itself on a tick would close up.
    if side == .ask, Double(whole) * tick <= anchor * 1e10 { whole += 1 }
    return max(1, whole) * rules.tickSize.raw
  }

  private func quantity(_ dollars: Double) -> Int64 {
    var unit = 1.0
    for _ in 0..<rules.base.decimals { unit *= 10 }
    let lots = Int64(min(dollars / baseDollars * unit / Double(rules.lotSize.raw), 1e15))
    let least =
      (rules.minQuantity.raw + rules.lotSize.raw - 1) / rules.lotSize.raw
    return max(lots, least, 1) * rules.lotSize.raw
  }

  /// Takes a quote away, if it is there, and puts it at its distance from the anchor.
  func put(_ index: Int, _ side: BookSide, jitter: Double) {
    takeAway(index, side)
    // The mean of the draw is 1, so that the ladder holds the money of its profile.
    let size = random.logNormal(median: 0.88, sigma: 0.5)
    var quote = Quote()
    quote.price = price(max(distances[0], distances[index] * jitter), side)
    quote.quantity = quantity(dollars[index] * size)
    quote.order = place(quote.price, quote.quantity, side)
    set(index, side, quote)
  }

  /// Adds a second order to a quote.
  func addExtra(_ index: Int, _ side: BookSide) {
    var quote = side == .bid ? bids[index] : asks[index]
    quote.extraQuantity = quantity(dollars[index] * random.uniform(0.05...0.4))
    quote.extra = place(quote.price, quote.extraQuantity, side)
    set(index, side, quote)
  }

  /// Takes the second order of a quote away.
  func dropExtra(_ index: Int, _ side: BookSide) {
    var quote = side == .bid ? bids[index] : asks[index]
    settle(quote.extra, quote.extraQuantity, side)
    quote.extra = 0
    set(index, side, quote)
  }

  /// Puts back the best quotes that have been traded away.
  func repair(_ side: BookSide) {
    let first = side == .bid ? bids[0] : asks[0]
    let best = exchange.best(instrument, side)
    if first.order != 0, best?.price.raw == first.price { return }
    var whole = 0
    for index in distances.indices where whole < 4 {
      let quote = side == .bid ? bids[index] : asks[index]
      if quote.order != 0, exchange.order(quote.order) != nil {
        whole += 1
      } else {
        put(index, side, jitter: 1)
        whole = 0
      }
    }
  }

  private func set(_ index: Int, _ side: BookSide, _ quote: Quote) {
    if side == .bid { bids[index] = quote } else { asks[index] = quote }
  }

  private func takeAway(_ index: Int, _ side: BookSide) {
    let quote = side == .bid ? bids[index] : asks[index]
    if quote.order != 0 { settle(quote.order, quote.quantity, side) }
    if quote.extra != 0 { settle(quote.extra, quote.extraQuantity, side) }
  }

  /// Ends an order, and counts what was traded of it.
  private func settle(_ order: Int64, _ quantity: Int64, _ side: BookSide) {
    let filled = exchange.cancel(order)?.filled.raw ?? quantity
    guard filled > 0 else { return }
    var unit = 1.0
    for _ in 0..<rules.base.decimals { unit *= 10 }
    let worth = Double(filled) / unit * baseDollars
    inventory += side == .bid ? worth : -worth
    // Whoever takes this much of a book that is off has noticed.
    let isCheap = dislocation < 0
    if (side == .ask) == isCheap {
      dislocation *= max(0, 1 - market.correction * min(1, 4 * worth / inventoryLimit))
    }
  }

  /// - Returns: the order's number; zero when the venue takes none now.
  private func place(_ price: Int64, _ quantity: Int64, _ side: BookSide) -> Int64 {
    let order = NewOrder(
      account: account,
      instrument: instrument,
      side: side == .bid ? .buy : .sell,
      limit: Price(raw: price),
      size: .base(Quantity(raw: quantity))
    )
    do {
      return try exchange.place(order).number
    } catch {
      // A venue in maintenance: the next look tries again.
      return 0
    }
  }
}
