import Books
import Costs
import Market
import Units

/// One leg of a cycle that is being sized.
struct CycleLeg {
  let terms: InstrumentTerms
  let side: OrderSide
  let fee: Rate
  /// The best price of the side that is taken.
  let best: Price

  /// What `amount` of the asset going in becomes at `price` without fee or lot, rounded down.
  func converted(_ amount: Int128, at price: Price) -> Int128 {
    guard price.raw > 0 else { return 0 }
    switch side {
    case .buy: return saturatingProduct(amount, terms.divisor) / Int128(price.raw)
    case .sell: return saturatingProduct(amount, Int128(price.raw)) / terms.divisor
    }
  }

  /// What has to go in, fee included, for `quantity` of the base asset to be traded at `price`;
  /// rounded up.
  func input(forQuantity quantity: Int64, at price: Price) -> Int128 {
    switch side {
    case .buy:
      let cost = divide(exactProduct(price.raw, quantity), by: terms.divisor, rounding: .up)
      return divide(
        saturatingProduct(cost, Int128(Rate.one + fee.raw)),
        by: Int128(Rate.one),
        rounding: .up
      )
    case .sell: return Int128(quantity)
    }
  }

  /// What has to go in, fee included, for `amount` to come out at `price`; rounded up.
  func input(forOutput amount: Int128, at price: Price) -> Int128 {
    switch side {
    case .buy: return input(forQuantity: Int64(clamping: amount), at: price)
    case .sell:
      let before = divide(
        saturatingProduct(amount, Int128(Rate.one)),
        by: Int128(Rate.one - fee.raw),
        rounding: .up
      )
      return divide(
        saturatingProduct(before, terms.divisor),
        by: Int128(price.raw),
        rounding: .up
      )
    }
  }
}

/// The product, or the largest number there is.
func saturatingProduct(_ lhs: Int128, _ rhs: Int128) -> Int128 {
  let (product, overflow) = lhs.multipliedReportingOverflow(by: rhs)
  return overflow ? .max : product
}

/// The sizing of one cycle: how much to start with.
struct TriangularSizing {
  let legs: [CycleLeg]
  let settings: ScannerSettings

  /// The most profitable size within all caps, with its money counted exactly.
  ///
  /// Nil when no size that the venue takes pays. The size is found with rounded amounts, so it may
  /// be off the best by a lot of each leg; what it earns is exact.
  func plan(
    _ books: borrowing BookTable,
    limits: borrowing TradingLimits,
    startAccount: Int
  ) -> CyclePlan? {
    let start = profitableStart(books, limits, startAccount)
    guard start > 0, let plan = CyclePlan(self, start: start, books), plan.net > .zero else {
      return nil
    }
    return plan
  }

  /// Walks the three sides together while the next unit pays, and gives how much of the start asset
  /// that takes.
  private func profitableStart(
    _ books: borrowing BookTable,
    _ limits: borrowing TradingLimits,
    _ account: Int
  ) -> Int128 {
    let ladders = legs.map { ladder($0, books) }
    var cursors = ladders.map(\.start)
    var levels: [Level] = []
    var caps: [Int64] = []
    for index in legs.indices {
      guard let level = ladders[index].next(&cursors[index]) else { return 0 }
      levels.append(level)
      caps.append(cap(index, ladders[index]))
    }
    let budget = min(limits.available(account), limits.maximumSize(account))
    var total: Int128 = 0
    // Each step uses up a level, so there are no more than three times the levels.
    for _ in 0..<3 * settings.maximumLevels {
      guard pays(levels.map(\.price)) else { break }
      let rests = legs.indices.map { min(levels[$0].quantity.raw, caps[$0]) }
      // How much of the start asset uses up each leg's level; the least ends the step.
      let starts = legs.indices.map { startAmount(usingUp: rests[$0], of: $0, levels) }
      guard var step = starts.min(), step > 0, let limiting = starts.firstIndex(of: step) else {
        break
      }
      if step > budget - total { step = budget - total }
      total += step
      guard total < budget, total < LadderFill.maximumProducts else { break }
      var amount = step
      for index in legs.indices {
        let price = levels[index].price
        let used =
          index == limiting
          ? rests[index] : min(rests[index], quantity(of: index, taking: amount, at: price))
        amount = output(of: index, taking: amount, at: price)
        caps[index] -= used
        levels[index].quantity = Quantity(raw: levels[index].quantity.raw - used)
      }
      guard caps.allSatisfy({ $0 > 0 }) else { break }
      for index in legs.indices where levels[index].quantity.isZero {
        guard let next = ladders[index].next(&cursors[index]) else { return total }
        levels[index] = next
      }
    }
    return total
  }

  private func ladder(_ leg: CycleLeg, _ books: borrowing BookTable) -> Ladder {
    leg.side == .buy ? books[leg.terms.id].asks : books[leg.terms.id].bids
  }

  /// The share of what rests at prices that would pay with the other legs at their best.
  private func cap(_ index: Int, _ ladder: Ladder) -> Int64 {
    let depth = ladder.depth(levels: settings.maximumLevels) { price in
      pays(legs.indices.map { $0 == index ? price : legs[$0].best })
    }
    return Int64(clamping: exactProduct(depth, settings.bookUsage.raw) / Int128(Rate.one))
  }

  private func pays(_ prices: [Price]) -> Bool {
    var cycle = CycleReturn()
    for (leg, price) in zip(legs, prices) {
      cycle.pass(leg.side, price: price.raw, fee: leg.fee)
    }
    return cycle.pays(haircut: settings.latencyHaircut)
  }

  /// The start amount at which `quantity` of a leg is traded, all legs at their present levels.
  private func startAmount(usingUp quantity: Int64, of index: Int, _ levels: [Level]) -> Int128 {
    var amount = legs[index].input(forQuantity: quantity, at: levels[index].price)
    for before in (0..<index).reversed() {
      amount = legs[before].input(forOutput: amount, at: levels[before].price)
    }
    return amount
  }

  /// The base quantity that a leg trades when `amount` goes in.
  private func quantity(of index: Int, taking amount: Int128, at price: Price) -> Int64 {
    let leg = legs[index]
    switch leg.side {
    case .sell: return Int64(clamping: amount)
    case .buy:
      let notional = largestNotional(payableWith: amount, fee: leg.fee)
      return Int64(clamping: leg.converted(notional, at: price))
    }
  }

  private func output(of index: Int, taking amount: Int128, at price: Price) -> Int128 {
    let leg = legs[index]
    switch leg.side {
    case .buy: return Int128(quantity(of: index, taking: amount, at: price))
    case .sell:
      let proceeds = leg.converted(amount, at: price)
      return saturatingProduct(proceeds, Int128(Rate.one - leg.fee.raw)) / Int128(Rate.one)
    }
  }
}

/// A sized cycle with its money counted exactly, rounded against us.
struct CyclePlan {
  /// One order as it would fill.
  struct Fill {
    let ladder: LadderFill
    let notional: Notional
    let fee: Notional
    /// What the lot leaves over of what came in; zero for a first purchase, which spends less.
    let leftover: Int128
  }

  let fills: [Fill]
  /// What is committed at the start, the first fee included.
  let size: Notional
  /// At the best prices, without fees and lots.
  let gross: Notional
  let costs: [CostLine]
  let net: Notional

  /// Follows `start` through the three orders; nil where an order comes to nothing, is smaller than
  /// the venue takes, or outgrows the book.
  init?(_ sizing: TriangularSizing, start: Int128, _ books: borrowing BookTable) {
    var fills: [Fill] = []
    var amount = start
    var committed: Int128 = 0
    for (index, leg) in sizing.legs.enumerated() {
      let book = books[leg.terms.id]
      let levels = sizing.settings.maximumLevels
      switch leg.side {
      case .buy:
        let notional = largestNotional(payableWith: amount, fee: leg.fee)
        let products = min(
          saturatingProduct(notional, leg.terms.divisor),
          LadderFill.maximumProducts
        )
        let reach = book.asks.fill(quantity: .max, products: products, levels: levels)
        let quantity = leg.terms.roundedDown(reach.quantity)
        let fill = book.asks.fill(quantity: quantity, levels: levels)
        guard leg.terms.allows(fill) else { return nil }
        let cost = leg.terms.cost(fill)
        let fee = leg.fee.fee(on: cost)
        let spent = (cost + fee).raw
        if index == 0 { committed = spent }
        fills.append(
          Fill(ladder: fill, notional: cost, fee: fee, leftover: index == 0 ? 0 : amount - spent)
        )
        amount = Int128(quantity)
      case .sell:
        let quantity = leg.terms.roundedDown(Int64(clamping: amount))
        let fill = book.bids.fill(quantity: quantity, levels: levels)
        guard leg.terms.allows(fill), fill.quantity == quantity else { return nil }
        let proceeds = leg.terms.proceeds(fill)
        let fee = leg.fee.fee(on: leg.terms.cost(fill))
        if index == 0 { committed = Int128(quantity) }
        let leftover = index == 0 ? 0 : amount - Int128(quantity)
        fills.append(Fill(ladder: fill, notional: proceeds, fee: fee, leftover: leftover))
        amount = (proceeds - fee).raw
        guard amount > 0 else { return nil }
      }
    }
    self.fills = fills
    size = Notional(raw: committed)
    let haircut = sizing.settings.latencyHaircut.fee(on: size)
    net = Notional(raw: amount) - size - haircut
    gross = Notional(raw: CyclePlan.forward(committed, from: 0, sizing.legs)) - size
    costs = CyclePlan.costs(fills, sizing.legs, haircut: haircut, gross: gross, net: net)
  }

  /// What an amount before leg `index` becomes at the end, at the best prices.
  private static func forward(_ amount: Int128, from index: Int, _ legs: [CycleLeg]) -> Int128 {
    legs[index...].reduce(amount) { $1.converted($0, at: $1.best) }
  }

  /// Every cost in the start asset at the best prices; the impact is what the others leave of the
  /// difference between gross and net.
  private static func costs(
    _ fills: [Fill],
    _ legs: [CycleLeg],
    haircut: Notional,
    gross: Notional,
    net: Notional
  ) -> [CostLine] {
    var lines: [CostLine] = []
    var leftover: Int128 = 0
    for (index, fill) in fills.enumerated() {
      // A purchase's fee is paid in what goes in, a sale's in what comes out.
      let from = legs[index].side == .buy ? index : index + 1
      lines.append(
        CostLine(
          .takerFee(leg: index),
          Notional(raw: CyclePlan.forward(fill.fee.raw, from: from, legs))
        )
      )
      leftover += CyclePlan.forward(fill.leftover, from: index, legs)
    }
    lines.append(CostLine(.latencyHaircut, haircut))
    lines.append(CostLine(.leftover, Notional(raw: leftover)))
    let known = lines.reduce(Notional.zero) { $0 + $1.amount }
    return [CostLine(.impact, gross - net - known)] + lines
  }
}
