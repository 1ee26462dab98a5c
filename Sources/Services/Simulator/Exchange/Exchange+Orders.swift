import Market
public import Units

extension Exchange {
  /// Takes an order, matches it, and rests what is left as its time in force says.
  ///
  /// - Returns: the order after all that: filled, resting, or ended.
  /// - Throws: ``OrderRefusal``; then nothing has happened.
  @discardableResult
  public func place(_ new: NewOrder) throws(OrderRefusal) -> SimulatedOrder {
    try check(new)
    let number = nextOrderNumber()
    var order = SimulatedOrder(number: number, request: new, at: now)
    let isClient = !accounts[new.account.index].isHouse
    if isClient {
      order.held = try hold(for: order)
      remember(order)
    }
    orders[number] = order
    report(number, .accepted)
    if new.trigger != nil {
      orders[number]?.status = .open
      waiting[new.instrument].append(number)
      if new.expires != nil { expiring.append(number) }
      report(number, .rested)
      return orders[number] ?? order
    }
    execute(number)
    if let known = orders[number] { return known }
    return lastDone?.number == number ? lastDone ?? order : order
  }

  /// What ``place(_:)`` would refuse the order for; nil when it would take it.
  public func refusal(of new: NewOrder) -> OrderRefusal? {
    do {
      try check(new)
      guard !accounts[new.account.index].isHouse else { return nil }
      let need = try need(of: SimulatedOrder(number: 0, request: new, at: now))
      let available = accounts[new.account.index].available(need.asset)
      return need.amount > available
        ? .insufficientFunds(need.asset, needed: need.amount, available: available) : nil
    } catch {
      return error
    }
  }

  /// Ends an order that is alive.
  ///
  /// - Returns: the order as it was left, or nil when there is none, or it was done before.
  @discardableResult
  public func cancel(_ number: Int64, because end: OrderEnd = .requested) -> SimulatedOrder? {
    guard let order = orders[number], !order.status.isFinal else { return nil }
    finish(number, end, status: .cancelled)
    return orders[number] ?? order
  }

  /// Changes a resting order; a smaller quantity alone keeps its place in the queue.
  public func amend(
    _ number: Int64,
    limit: Price?,
    quantity: Quantity?
  ) throws(OrderRefusal) -> SimulatedOrder? {
    guard let old = orders[number], old.status == .open, let oldLimit = old.limit else {
      return nil
    }
    let limit = limit ?? oldLimit
    let quantity = quantity ?? old.quantity
    var changed = old.request
    changed.limit = limit
    changed.size = .base(quantity)
    try check(changed)
    guard quantity > old.filled else { return cancel(number) }
    if limit == oldLimit, quantity <= old.quantity, old.request.trigger == nil {
      let cut = old.quantity - quantity
      orders[number]?.quantity = quantity
      changeLevel(old, by: cut, isGone: false)
      release(number)
      report(number, .amended)
      return orders[number]
    }
    let isClient = !accounts[old.account.index].isHouse
    if isClient {
      var next = old
      next.limit = limit
      next.quantity = quantity
      let need = try need(of: next)
      let free = accounts[old.account.index].available(need.asset) + old.held
      guard need.amount <= free else {
        throw .insufficientFunds(need.asset, needed: need.amount, available: free)
      }
    }
    if old.request.trigger == nil { changeLevel(old, by: old.remaining, isGone: true) }
    orders[number]?.limit = limit
    orders[number]?.quantity = quantity
    orders[number]?.updated = now
    release(number)
    report(number, .amended)
    if old.request.trigger == nil {
      orders[number]?.status = .pending
      execute(number)
    }
    return orders[number]
  }

  // MARK: Checks

  private func check(_ new: NewOrder) throws(OrderRefusal) {
    guard instruments.indices.contains(new.instrument) else { throw .unknownInstrument }
    let instrument = instruments[new.instrument]
    for status in [status, instrument.status] {
      switch status {
      case .open: break
      case .limitOnly where new.limit != nil: break
      case .postOnly where new.timeInForce == .postOnly: break
      default: throw .notOpen(status)
      }
    }
    if let limit = new.limit {
      guard limit.raw > 0, limit.raw < .max / 4 else { throw .priceOutOfRange }
      guard limit.raw % instrument.tickSize.raw == 0 else { throw .offTick }
    } else if new.timeInForce == .postOnly {
      throw .unsupported
    }
    if let trigger = new.trigger {
      guard trigger.price.raw > 0 else { throw .priceOutOfRange }
      guard trigger.price.raw % instrument.tickSize.raw == 0 else { throw .offTick }
    }
    switch new.size {
    case .base(let quantity):
      guard quantity.raw % instrument.lotSize.raw == 0 else { throw .offLot }
      guard quantity >= instrument.minQuantity, !quantity.isZero else { throw .belowMinQuantity }
      let price = new.limit ?? best(new.instrument, new.side == .buy ? .ask : .bid)?.price
      if let price, !accounts[new.account.index].isHouse {
        let notional = instrument.scale.notional(price, quantity, rounding: .up)
        guard notional >= instrument.minNotional else { throw .belowMinNotional }
      }
    case .quote(let notional):
      guard new.limit == nil else { throw .unsupported }
      guard notional.raw > 0, notional >= instrument.minNotional else { throw .belowMinNotional }
    }
    let isTaker = new.limit == nil && new.trigger == nil
    if isTaker, books[new.instrument][new.side == .buy ? .ask : .bid].isEmpty {
      throw .nothingToTakeFrom
    }
  }

  // MARK: Holds

  /// What an order may cost at most from here on, and of which asset.
  func need(of order: SimulatedOrder) throws(OrderRefusal) -> (asset: Asset, amount: Notional) {
    let instrument = instruments[order.instrument]
    if order.side == .sell {
      if let left = order.quoteLeft {
        let swept = sweep(order, spending: left)
        return (instrument.base, Notional(raw: Int128(swept.quantity.raw)))
      }
      return (instrument.base, Notional(raw: Int128(order.remaining.raw)))
    }
    let cost: Notional =
      if let left = order.quoteLeft {
        left
      } else if let limit = order.limit {
        instrument.scale.notional(limit, order.remaining, rounding: .up)
      } else {
        sweep(order, spending: nil).cost
      }
    let fee = max(instrument.taker, instrument.maker).share(of: cost, rounding: .up)
    // A quote-sized buy pays its fee out of the amount.
    return (instrument.quote, order.quoteLeft == nil ? cost + fee : cost)
  }

  private func hold(for order: SimulatedOrder) throws(OrderRefusal) -> Notional {
    let need = try need(of: order)
    let available = accounts[order.account.index].available(need.asset)
    guard need.amount <= available else {
      throw .insufficientFunds(need.asset, needed: need.amount, available: available)
    }
    accounts[order.account.index].hold(need.amount, need.asset)
    events.append(.balance(order.account, need.asset))
    return need.amount
  }

  /// Brings an order's hold to what it may still cost.
  func release(_ number: Int64) {
    guard let order = orders[number], !accounts[order.account.index].isHouse else { return }
    let instrument = instruments[order.instrument]
    let asset = order.side == .buy ? instrument.quote : instrument.base
    let needed: Notional
    if order.status.isFinal {
      needed = .zero
    } else {
      // A hold never fails to shrink; where it must grow, `amend` has looked before.
      needed = (try? need(of: order).amount) ?? order.held
    }
    guard needed != order.held else { return }
    accounts[order.account.index].hold(needed - order.held, asset)
    orders[number]?.held = needed
    events.append(.balance(order.account, asset))
  }

  /// What a market order would take from the book as it stands.
  private func sweep(
    _ order: SimulatedOrder,
    spending: Notional?
  ) -> (quantity: Quantity, cost: Notional) {
    let instrument = instruments[order.instrument]
    var products: Int128 = 0
    var quantity = Quantity.zero
    for level in books[order.instrument][order.side == .buy ? .ask : .bid].reversed() {
      let price = Price(raw: level.price)
      var take = Quantity(raw: level.total)
      if let spending {
        let left = spending.raw * instrument.scale.divisor - products
        take = min(take, Quantity(raw: Int64(clamping: left / Int128(level.price))))
      } else {
        take = min(take, order.remaining - quantity)
      }
      if take.isZero { break }
      products += instrument.scale.product(price, take)
      quantity = quantity + take
    }
    return (quantity, instrument.scale.notional(ofProducts: products, rounding: .up))
  }

  // MARK: Ends

  /// Ends an order: takes it from the book, releases its hold, and reports it.
  func finish(_ number: Int64, _ end: OrderEnd?, status: OrderStatus) {
    guard let order = orders[number] else { return }
    if order.status == .open {
      if waiting[order.instrument].contains(number) {
        waiting[order.instrument].removeAll { $0 == number }
      } else {
        changeLevel(order, by: order.remaining, isGone: true)
      }
    }
    orders[number]?.status = status
    orders[number]?.end = end
    orders[number]?.updated = now
    release(number)
    report(number, status == .filled ? .filled : .ended)
    if accounts[order.account.index].isHouse {
      lastDone = orders[number]
      orders[number] = nil
    }
  }

  /// Takes `quantity` of an order out of the book and tells what is left at its price.
  func changeLevel(_ order: SimulatedOrder, by quantity: Quantity, isGone: Bool) {
    guard let limit = order.limit else { return }
    let side: BookSide = order.side == .buy ? .bid : .ask
    books[order.instrument].reduce(
      order.number,
      price: limit.raw,
      by: quantity.raw,
      isGone: isGone,
      side
    )
    tellLevel(order.instrument, side, limit)
  }

  func tellLevel(_ instrument: Int, _ side: BookSide, _ price: Price) {
    let total = Quantity(raw: books[instrument].total(at: price.raw, side))
    events.append(.level(instrument: instrument, side, price, total))
  }

  func report(_ number: Int64, _ change: OrderChange) {
    guard let order = orders[number], !accounts[order.account.index].isHouse else { return }
    events.append(.order(order, change))
  }
}
