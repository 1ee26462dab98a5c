import Codecs
import Market
import Units

/// What the gateway keeps of one client.
struct KrakenClient: Sendable {
  /// Numbers of orders that may be open, oldest first; those that are done fall out when read.
  var open: [Int64] = []
  /// When all orders are to be cancelled unless the client says otherwise before.
  var deadMan: Timestamp?
  var ledger: [KrakenLedgerEntry] = []
  /// Saved withdrawal addresses by the name the client gave them.
  var withdrawalKeys: [String: KrakenWithdrawalKey] = [:]
}

/// Which order a client means.
enum KrakenOrderName: Sendable {
  case number(Int64)
  case client(String)
  case userReference(Int64)
  /// Text that is no identifier of this venue.
  case nonsense
}

extension KrakenGateway {
  // MARK: Placing

  /// Places an order for a client, or says why not.
  ///
  /// - Returns: the order, or nil when it was only to be checked.
  func place(
    _ form: KrakenOrderForm,
    _ pair: KrakenPair,
    _ account: AccountID
  ) throws(KrakenError) -> SimulatedOrder? {
    if exchange.status != .open, exchange.status != .limitOnly, exchange.status != .postOnly {
      throw .notOpen(exchange.status)
    }
    let (new, terms) = try form.order(pair, account, now: exchange.now)
    let open = openOrders(account)
    if let name = terms.clientOrderID, open.contains(where: { $0.request.clientOrderID == name }) {
      throw .invalidArguments("cl_ord_id")
    }
    if open.lazy.filter({ $0.instrument == pair.index }).count >= KrakenLimits.openOrders {
      throw .ordersLimit
    }
    if terms.isPostOnly, wouldTake(new) { throw .postOnly }
    if form.isOnlyChecked {
      if let refusal = exchange.refusal(of: new) { throw KrakenError(refusal) }
      return nil
    }
    let counter = counterIndex(account, pair.index)
    if settings.limitsRates, !spend(1, counter) { throw .orderRateLimit }
    let order: SimulatedOrder
    do {
      order = try exchange.place(new)
    } catch {
      throw KrakenError(error)
    }
    remember(terms, of: order)
    if !order.status.isFinal { clients[account.index]?.open.append(order.number) }
    if faults.unavailableAfterOrders > 0 {
      faults.unavailableAfterOrders -= 1
      throw .unavailable
    }
    return order
  }

  func wouldTake(_ order: NewOrder) -> Bool {
    guard let limit = order.limit,
      let best = exchange.best(order.instrument, order.side == .buy ? .ask : .bid)
    else { return false }
    return order.side == .buy ? limit >= best.price : limit <= best.price
  }

  private func remember(_ new: KrakenTerms, of order: SimulatedOrder) {
    terms[order.number] = new
    guard terms.count >= termsKept else { return }
    terms = terms.filter { exchange.order($0.key) != nil }
    termsKept = max(1_024, 2 * terms.count)
  }

  // MARK: Finding

  /// The client's orders that are alive, oldest first.
  func openOrders(_ account: AccountID) -> [SimulatedOrder] {
    let orders = (clients[account.index]?.open ?? []).compactMap { number in
      exchange.order(number).flatMap { $0.status.isFinal ? nil : $0 }
    }
    clients[account.index]?.open = orders.map(\.number)
    return orders
  }

  /// What an identifier in a request means: an order's own, or a user reference.
  func name(_ text: String) -> KrakenOrderName {
    if let number = numbers.number(.order, text) { return .number(number) }
    if let reference = Int32(text) { return .userReference(Int64(reference)) }
    return .nonsense
  }

  /// The client's open orders of a name: one, or all that share a user reference.
  func openOrders(_ account: AccountID, _ name: KrakenOrderName) -> [SimulatedOrder] {
    switch name {
    case .number(let number):
      exchange.order(number).map { order in
        order.account == account && !order.status.isFinal ? [order] : []
      } ?? []
    case .client(let text): openOrders(account).filter { $0.request.clientOrderID == text }
    case .userReference(let reference):
      openOrders(account).filter { terms[$0.number]?.userReference == reference }
    case .nonsense: []
    }
  }

  // MARK: Cancelling

  /// Cancels what a name means, and counts it against the pair.
  ///
  /// - Returns: how many orders; at least one.
  func cancel(_ account: AccountID, _ name: KrakenOrderName) throws(KrakenError) -> Int {
    try checkCancelling()
    let found = openOrders(account, name)
    guard !found.isEmpty else { throw .unknownOrder }
    for order in found { cancel(order) }
    return found.count
  }

  func checkCancelling() throws(KrakenError) {
    if exchange.status == .closed { throw .unavailable }
  }

  func cancel(_ order: SimulatedOrder, because reason: String? = nil) {
    let age = exchange.now.nanoseconds(since: order.created)
    let counter = counterIndex(order.account, order.instrument)
    var state = counters[counter] ?? KrakenGateway.freshCounter
    state.add(KrakenLimits.cancelCost(ageNanoseconds: age), at: exchange.now)
    counters[counter] = state
    if let reason { terms[order.number]?.reason = reason }
    exchange.cancel(order.number)
  }

  func cancelAll(_ account: AccountID, because reason: String? = nil) -> Int {
    let open = openOrders(account)
    for order in open { cancel(order, because: reason) }
    return open.count
  }

  /// Arms or disarms the switch that cancels everything.
  ///
  /// - Returns: now, and when it goes off; nil when it is off.
  func setDeadMansSwitch(
    _ account: AccountID,
    seconds: Int
  ) throws(KrakenError) -> (now: Timestamp, due: Timestamp?) {
    guard (0..<86_400).contains(seconds) else { throw .invalidArguments("timeout") }
    let due =
      seconds == 0
      ? nil : exchange.now.advanced(byNanoseconds: Int64(seconds) * 1_000_000_000)
    clients[account.index]?.deadMan = due
    return (exchange.now, due)
  }

  func pullDeadMansSwitches() {
    for index in clients.keys.sorted() {
      guard let due = clients[index]?.deadMan, due <= exchange.now else { continue }
      clients[index]?.deadMan = nil
      _ = cancelAll(AccountID(index: index), because: "Cancelled by timeout")
    }
  }

  // MARK: Amending

  /// Changes an open order in place.
  ///
  /// - Returns: the order after it, and the amendment's identifier.
  func amend(
    _ account: AccountID,
    _ name: KrakenOrderName,
    volume: String?,
    limit: String?,
    isPostOnly: Bool
  ) throws(KrakenError) -> (order: SimulatedOrder, amendment: String) {
    try checkCancelling()
    guard let order = openOrders(account, name).first else { throw .unknownOrder }
    let pair = pairs[order.instrument]
    guard volume != nil || limit != nil else { throw .invalidArguments("order_qty") }
    guard order.limit != nil, order.quoteLeft == nil else { throw .invalidArguments("limit_price") }
    let quantity = try volume.map { text throws(KrakenError) in
      try KrakenOrderForm.volume(text, pair)
    }
    let price = try limit.map { text throws(KrakenError) in try KrakenOrderForm.price(text, pair) }
    var changed = order.request
    changed.limit = price ?? order.limit
    let mustRest = isPostOnly || terms[order.number]?.isPostOnly == true
    if mustRest, order.request.trigger == nil, wouldTake(changed) { throw .postOnly }
    let age = exchange.now.nanoseconds(since: order.created)
    let counter = counterIndex(account, pair.index)
    if settings.limitsRates, !spend(KrakenLimits.amendCost(ageNanoseconds: age), counter) {
      throw .orderRateLimit
    }
    let after: SimulatedOrder?
    do {
      after = try exchange.amend(order.number, limit: price, quantity: quantity)
    } catch {
      throw KrakenError(error)
    }
    guard let after else { throw .unknownOrder }
    lastAmend += 1
    return (after, numbers.text(.amend, lastAmend))
  }

  // MARK: Counters

  private static let freshCounter = KrakenCounter(
    maximum: KrakenLimits.tradingMaximum,
    decayPerSecond: KrakenLimits.tradingDecay
  )

  private func counterIndex(_ account: AccountID, _ instrument: Int) -> Int {
    account.index * pairs.count + instrument
  }

  private func spend(_ amount: Double, _ counter: Int) -> Bool {
    var state = counters[counter] ?? KrakenGateway.freshCounter
    defer { counters[counter] = state }
    return state.tryAdd(amount, at: exchange.now)
  }
}
