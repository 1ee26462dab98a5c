public import Market
public import Units

/// A venue's inside: price-time matching, accounts with holds and fees, and transfers.
///
/// It knows nothing of wires. Whoever calls it says what time it is, and takes ``events`` away
/// after each call. Deterministic: the same calls give the same events.
///
/// Accounts marked as house are the market's own participants: they are matched like anyone and
/// keep no balances.
public final class Exchange {
  /// What the exchange keeps of the past, per account.
  public static let keptOrders = 20_000

  public let name: String
  public internal(set) var instruments: [SimulatedInstrument]
  public internal(set) var accounts: [SimulatedAccount] = []
  /// What happened since ``takeEvents()``.
  var events: [ExchangeEvent] = []
  public internal(set) var now = Timestamp(nanoseconds: 0)
  /// How far its clock is ahead of everyone's.
  public var clockOffsetNanoseconds: Int64 = 0
  /// The venue as a whole; an instrument's own status counts too.
  public private(set) var status = InstrumentStatus.open

  var books: [RestingBook]
  var orders: [Int64: SimulatedOrder] = [:]
  /// Orders that wait for a trigger, by instrument.
  var waiting: [[Int64]]
  var expiring: [Int64] = []
  /// Client orders, oldest first, by account.
  var history: [[Int64]] = []
  /// Client fills, oldest first, by account.
  var fillHistory: [[SimulatedFill]] = []
  var transferLog: [Transfer] = []
  /// The house order that ended last: it is not kept, and whoever placed it wants to see it.
  var lastDone: SimulatedOrder?
  private var lastOrder: Int64 = 0
  private(set) var lastTrade: Int64 = 0
  private var lastTransfer: Int64 = 0
  /// The price of the last trade, by instrument.
  public internal(set) var lastPrices: [Price?]

  public init(name: String, instruments: [SimulatedInstrument]) {
    self.name = name
    self.instruments = instruments
    books = Array(repeating: RestingBook(), count: instruments.count)
    waiting = Array(repeating: [], count: instruments.count)
    lastPrices = Array(repeating: nil, count: instruments.count)
  }

  // MARK: Who and what

  public func addAccount(_ name: String, isHouse: Bool = false) -> AccountID {
    accounts.append(SimulatedAccount(name: name, isHouse: isHouse))
    history.append([])
    fillHistory.append([])
    return AccountID(index: accounts.count - 1)
  }

  /// Gives an account something, as its very first deposit.
  public func grant(_ amount: Notional, of asset: Asset, to account: AccountID) {
    accounts[account.index].post(amount, asset)
  }

  public func index(of symbol: Symbol) -> Int? {
    instruments.firstIndex { $0.symbol == symbol }
  }

  /// What happened since the last call.
  public func takeEvents() -> [ExchangeEvent] {
    defer { events.removeAll(keepingCapacity: true) }
    return events
  }

  /// Opens or restricts the venue as a whole.
  public func setStatus(_ status: InstrumentStatus) {
    guard status != self.status else { return }
    self.status = status
    events.append(.status(status))
  }

  // MARK: Time

  /// Ends what has run out of time, and completes transfers.
  public func advance(to time: Timestamp) {
    let time = time.advanced(byNanoseconds: clockOffsetNanoseconds)
    if time > now { now = time }
    guard !expiring.isEmpty || !transferLog.isEmpty else { return }
    for number in expiring {
      guard let order = orders[number], !order.status.isFinal, let end = order.request.expires,
        end <= now
      else { continue }
      finish(number, .expired, status: .expired)
    }
    expiring.removeAll { orders[$0].map(\.status.isFinal) ?? true }
    for index in transferLog.indices
    where transferLog[index].status == .pending && transferLog[index].due <= now {
      complete(index)
    }
  }

  // MARK: Looking

  public func order(_ number: Int64) -> SimulatedOrder? { orders[number] }

  /// The client's orders, oldest first, as far as they are kept.
  public func orders(of account: AccountID) -> [SimulatedOrder] {
    history[account.index].compactMap { orders[$0] }
  }

  /// The client's fills, oldest first, as far as they are kept.
  public func fills(of account: AccountID) -> [SimulatedFill] { fillHistory[account.index] }

  public func transfers(of account: AccountID) -> [Transfer] {
    transferLog.filter { $0.account == account }
  }

  /// Levels of one side, best first.
  public func levels(_ instrument: Int, _ side: BookSide, depth: Int = .max) -> [Level] {
    books[instrument][side].reversed().prefix(depth).map {
      Level(price: Price(raw: $0.price), quantity: Quantity(raw: $0.total))
    }
  }

  public func best(_ instrument: Int, _ side: BookSide) -> Level? {
    books[instrument][side].last.map {
      Level(price: Price(raw: $0.price), quantity: Quantity(raw: $0.total))
    }
  }

  /// The orders at one price, first in the queue first.
  public func orders(_ instrument: Int, _ side: BookSide, at price: Price) -> [SimulatedOrder] {
    (books[instrument][side].first { $0.price == price.raw }?.queue ?? [])
      .compactMap { orders[$0] }
  }

  // MARK: Numbers

  func nextOrderNumber() -> Int64 {
    lastOrder += 1
    return lastOrder
  }

  func nextTradeNumber() -> Int64 {
    lastTrade += 1
    return lastTrade
  }

  func nextTransferNumber() -> Int64 {
    lastTransfer += 1
    return lastTransfer
  }

  /// Forgets a house order that is done, and a client's that is too old to be asked for.
  func remember(_ order: SimulatedOrder) {
    let index = order.account.index
    history[index].append(order.number)
    if history[index].count > Exchange.keptOrders {
      let oldest = history[index].removeFirst()
      if orders[oldest]?.status.isFinal == true { orders[oldest] = nil }
    }
  }
}
