import Market
import Units

extension Exchange {
  /// Matches an order that is not in the book, and rests or ends what is left.
  func execute(_ number: Int64) {
    guard let order = orders[number] else { return }
    if order.request.timeInForce == .postOnly, wouldTake(order) {
      finish(number, .wouldTake, status: .cancelled)
      return
    }
    if order.request.timeInForce == .fillOrKill, fillable(order) < order.remaining {
      finish(number, .wouldNotFill, status: .cancelled)
      return
    }
    match(number)
    guard let after = orders[number], !after.status.isFinal else { return }
    if after.limit == nil {
      // A quote-sized order that has spent what it can is done.
      let isSpent = after.quoteLeft != nil && !after.filled.isZero
      finish(number, isSpent ? nil : .noLiquidity, status: isSpent ? .filled : .cancelled)
      return
    }
    switch after.request.timeInForce {
    case .goodTillCancelled, .postOnly: rest(number)
    case .immediateOrCancel, .fillOrKill:
      finish(number, .immediateRemainder, status: .cancelled)
    }
  }

  private func crosses(_ order: SimulatedOrder, _ price: Int64) -> Bool {
    guard let limit = order.limit else { return true }
    return order.side == .buy ? price <= limit.raw : price >= limit.raw
  }

  private func wouldTake(_ order: SimulatedOrder) -> Bool {
    books[order.instrument][order.side == .buy ? .ask : .bid].last
      .map { crosses(order, $0.price) } ?? false
  }

  /// How much of it others' resting orders would fill.
  private func fillable(_ order: SimulatedOrder) -> Quantity {
    var total = Quantity.zero
    for level in books[order.instrument][order.side == .buy ? .ask : .bid].reversed() {
      guard crosses(order, level.price), total < order.remaining else { break }
      var own: Int64 = 0
      if order.request.selfTrade != .allow, !accounts[order.account.index].isHouse {
        for resting in level.queue where orders[resting]?.account == order.account {
          own += orders[resting]?.remaining.raw ?? 0
        }
      }
      total = total + Quantity(raw: level.total - own)
    }
    return total
  }

  private func match(_ number: Int64) {
    while let order = orders[number], !order.status.isFinal {
      let side: BookSide = order.side == .buy ? .ask : .bid
      guard let level = books[order.instrument][side].last, crosses(order, level.price),
        let restingNumber = level.queue.first, let resting = orders[restingNumber]
      else { return }
      let wanted: Quantity
      if let left = order.quoteLeft {
        wanted = affordable(order, at: Price(raw: level.price), left)
        if wanted.isZero { return }
      } else {
        wanted = order.remaining
        if wanted.isZero { return }
      }
      if resting.account == order.account, !accounts[order.account.index].isHouse,
        order.request.selfTrade != .allow
      {
        if order.request.selfTrade != .cancelNewest {
          finish(restingNumber, .selfTrade, status: .cancelled)
        }
        if order.request.selfTrade != .cancelOldest {
          finish(number, .selfTrade, status: .cancelled)
        }
        continue
      }
      trade(order, with: resting, at: Price(raw: level.price), min(wanted, resting.remaining))
    }
  }

  /// How much of the base asset what is left of a quote-sized order buys or has to be sold for it.
  private func affordable(
    _ order: SimulatedOrder,
    at price: Price,
    _ left: Notional
  ) -> Quantity {
    let instrument = instruments[order.instrument]
    var budget = left.raw * Int128(Rate.one)
    budget /= Int128(order.side == .buy ? Rate.one + instrument.taker.raw : Rate.one)
    let quantity = budget * instrument.scale.divisor / Int128(price.raw)
    return Quantity(raw: Int64(clamping: quantity)).roundedDown(toLot: instrument.lotSize)
  }

  private func trade(
    _ taker: SimulatedOrder,
    with maker: SimulatedOrder,
    at price: Price,
    _ quantity: Quantity
  ) {
    let number = nextTradeNumber()
    let instrument = instruments[taker.instrument]
    let makerSide: BookSide = maker.side == .buy ? .bid : .ask
    books[taker.instrument].reduce(
      maker.number,
      price: price.raw,
      by: quantity.raw,
      isGone: maker.remaining == quantity,
      makerSide
    )
    lastPrices[taker.instrument] = price
    events.append(
      .trade(
        PublicTrade(
          number: number,
          instrument: taker.instrument,
          price: price,
          quantity: quantity,
          takerSide: taker.side,
          takerIsMarketOrder: taker.request.limit == nil,
          buyOrder: taker.side == .buy ? taker.number : maker.number,
          sellOrder: taker.side == .buy ? maker.number : taker.number,
          time: now
        )
      )
    )
    fill(taker.number, number, price, quantity, isMaker: false, instrument)
    fill(maker.number, number, price, quantity, isMaker: true, instrument)
    tellLevel(taker.instrument, makerSide, price)
    wake(taker.instrument, at: price)
  }

  private func fill(
    _ number: Int64,
    _ trade: Int64,
    _ price: Price,
    _ quantity: Quantity,
    isMaker: Bool,
    _ instrument: SimulatedInstrument
  ) {
    guard var order = orders[number] else { return }
    let isHouse = accounts[order.account.index].isHouse
    let isBuy = order.side == .buy
    let notional = instrument.scale.notional(price, quantity, rounding: isBuy ? .up : .down)
    let rate = isMaker ? instrument.maker : instrument.taker
    let fee = rate.share(of: notional, rounding: .up)
    order.filled = order.filled + quantity
    order.filledProducts += instrument.scale.product(price, quantity)
    order.filledNotional += notional
    order.fee += fee
    order.updated = now
    if let left = order.quoteLeft {
      order.quantity = order.filled
      order.quoteLeft = left - (isBuy ? notional + fee : notional)
    }
    let isDone = order.quoteLeft == nil && order.remaining.isZero
    if isDone { order.status = .filled }
    guard !isHouse else {
      if isDone { lastDone = order }
      orders[number] = isDone ? nil : order
      return
    }
    order.fills.append(trade)
    orders[number] = order
    let amount = Notional(raw: Int128(quantity.raw))
    accounts[order.account.index].post(isBuy ? amount : -amount, instrument.base)
    accounts[order.account.index].post(
      isBuy ? -(notional + fee) : notional - fee,
      instrument.quote
    )
    release(number)
    events.append(.balance(order.account, instrument.base))
    events.append(.balance(order.account, instrument.quote))
    let fill = SimulatedFill(
      trade: trade,
      order: number,
      account: order.account,
      instrument: order.instrument,
      side: order.side,
      price: price,
      quantity: quantity,
      notional: notional,
      fee: fee,
      isMaker: isMaker,
      time: now
    )
    fillHistory[order.account.index].append(fill)
    if fillHistory[order.account.index].count > Exchange.keptOrders {
      fillHistory[order.account.index].removeFirst()
    }
    events.append(.fill(fill))
    report(number, .filled)
  }

  private func rest(_ number: Int64) {
    guard let order = orders[number], let limit = order.limit else { return }
    let side: BookSide = order.side == .buy ? .bid : .ask
    orders[number]?.status = .open
    books[order.instrument]
      .add(number, price: limit.raw, quantity: order.remaining.raw, side)
    if order.request.expires != nil { expiring.append(number) }
    tellLevel(order.instrument, side, limit)
    release(number)
    report(number, .rested)
  }

  /// Wakes the orders whose trigger a trade at `price` has reached.
  private func wake(_ instrument: Int, at price: Price) {
    guard !waiting[instrument].isEmpty else { return }
    let awake = waiting[instrument].filter { number in
      guard let trigger = orders[number]?.request.trigger else { return true }
      return trigger.whenRising ? price >= trigger.price : price <= trigger.price
    }
    waiting[instrument].removeAll { awake.contains($0) }
    for number in awake {
      orders[number]?.status = .pending
      report(number, .triggered)
      execute(number)
    }
  }
}
