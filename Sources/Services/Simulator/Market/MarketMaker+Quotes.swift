import Market
import Units

extension MarketMaker {
  /// Moves the anchor, and with it every quote that is then too near or too far.
  func move(to fair: Double) {
    let isUp = fair > anchor
    anchor = fair
    for place in passing.indices where passing[place].order != 0 {
      let relative = Double(passing[place].price) / (anchor * 1e10)
      if passing[place].side == .bid ? relative >= 1 : relative <= 1 { fade(place) }
    }
    var due: [Range<Int>] = []
    for tier in tiers.indices {
      let nearest = distances[tiers[tier]]
      let since = fair / tierAnchors[tier] - 1
      guard tier == 0 || (since < 0 ? -since : since) > 0.25 * nearest else { continue }
      tierAnchors[tier] = fair
      due.append(tiers[tier]..<(tier + 1 < tiers.count ? tiers[tier + 1] : distances.count))
    }
    // All of the side that is in the way goes first, or the makers would trade with themselves.
    let sides: [BookSide] = isUp ? [.ask, .bid] : [.bid, .ask]
    for side in sides {
      for tier in due {
        for index in tier where isOutOfPlace(index, side) {
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
    return distance < 0.5 * wanted || distance > 1.5 * wanted + 2 * slack
  }

  /// The best price of a side: as many ticks apart as the spread has, around the anchor.
  private func touch(_ side: BookSide) -> Int64 {
    let tick = Double(rules.tickSize.raw)
    let middle = anchor * 1e10 / tick
    let spread = max(1, roundedDown(2 * distances[0] * middle + 0.5))
    let bid = max(1, Int64(roundedDown(middle - spread / 2 + 0.5)))
    return (side == .bid ? bid : bid + Int64(spread)) * rules.tickSize.raw
  }

  /// The tick that is nearest to a distance from the anchor, on the far side of it.
  private func price(_ distance: Double, _ side: BookSide) -> Int64 {
    let touch = touch(side)
    guard distance > distances[0] else { return touch }
    let tick = Double(rules.tickSize.raw)
    let steps = anchor * (side == .bid ? 1 - distance : 1 + distance) * 1e10 / tick
    let whole = Int64(side == .bid ? roundedDown(steps) : -roundedDown(-steps))
    let price = max(1, whole) * rules.tickSize.raw
    return side == .bid ? min(price, touch) : max(price, touch)
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
    quote.price = price(distances[index] * jitter, side)
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

  /// Adds an order that is only passing through: between two levels, or inside the spread.
  ///
  /// - Returns: its place; nil when there are too many, or the venue takes none.
  func addPassing(_ index: Int, _ side: BookSide) -> Int? {
    var order = Passing(side: side)
    if index == 0 {
      let inside = (touch(.ask) - touch(.bid)) / rules.tickSize.raw / 2
      let better = inside > 0 ? Int64(random.index(below: Int(inside) + 1)) : 0
      order.price = touch(side) + (side == .bid ? better : -better) * rules.tickSize.raw
      // The anchor may have gone on since the other side was quoted.
      if let other = exchange.best(instrument, side == .bid ? .ask : .bid)?.price.raw,
        side == .bid ? order.price >= other : order.price <= other
      {
        return nil
      }
    } else {
      order.price = price(distances[index] * random.uniform(0.85...1.15), side)
    }
    order.quantity = quantity(dollars[index] * random.uniform(0.1...1))
    order.order = place(order.price, order.quantity, side)
    guard order.order != 0 else { return nil }
    if let free = passing.firstIndex(where: { $0.order == 0 }) {
      passing[free] = order
      return free
    }
    guard passing.count < MarketMaker.maximumPassing else {
      settle(order.order, order.quantity, side)
      return nil
    }
    passing.append(order)
    return passing.count - 1
  }

  /// Takes a passing order back, if it is still there.
  func fade(_ place: Int) {
    guard passing[place].order != 0 else { return }
    settle(passing[place].order, passing[place].quantity, passing[place].side)
    passing[place].order = 0
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
