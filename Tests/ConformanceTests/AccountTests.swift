import Market
import Simulator
import Testing
import Units
import VenueKit
import VenueTesting

/// Each adapter's private side against the simulated venue of the same name.
///
/// The two were written apart, from documents and recordings; here they have to understand each
/// other, byte by byte.
@Suite("Accounts at simulated venues")
struct AccountTests {
  static let venues = ["bitstamp", "coinbase", "gemini", "kraken"]

  private static func balances(_ account: SimulatedAccount) throws -> [String: Balance] {
    var found: [String: Balance] = [:]
    var cursor: String?
    repeat {
      guard case .balances(let page, let next) = try account.perform(.balances(cursor: cursor))
      else {
        Issue.record("balances are balances")
        return found
      }
      for balance in page { found[balance.asset.symbol] = balance }
      cursor = next
    } while cursor != nil
    return found
  }

  private static func fills(_ account: SimulatedAccount) throws -> [Fill] {
    guard
      case .fills(let fills, _) = try account.perform(
        .fills(account.instrument, order: nil, since: nil, cursor: nil)
      )
    else {
      Issue.record("fills are fills")
      return []
    }
    return fills
  }

  /// The report of an order, by whatever the venue can be asked.
  private static func find(
    _ clientOrderID: String,
    _ account: SimulatedAccount
  ) throws
    -> OrderReport?
  {
    for action in account.adapter.search(for: clientOrderID, of: account.instrument) {
      do {
        switch try account.perform(action) {
        case .order(let report) where report.clientOrderID ?? clientOrderID == clientOrderID:
          return report
        case .orders(let reports):
          if let report = reports.first(where: { $0.clientOrderID == clientOrderID }) {
            return report
          }
        default: break
        }
      } catch let failure as VenueFailure where failure.remedy == .unknownOrder {
        continue
      }
    }
    return nil
  }

  @Test("balances, fees, and the venue's clock are read as they are", arguments: venues)
  func reading(_ name: String) throws {
    let account = try SimulatedAccount(name)
    let balances = try Self.balances(account)
    for symbol in ["BTC", "ETH", "SOL", "USD"] {
      let balance = try #require(balances[symbol], "\(symbol)")
      #expect(balance.total == account.account.total(balance.asset))
      #expect(balance.available == balance.total)
    }
    guard case .fees(let fees) = try account.perform(.fees(account.instrument)) else {
      Issue.record("fees are fees")
      return
    }
    let index = try #require(account.venue.exchange.index(of: account.instrument.symbol))
    let rules = account.venue.exchange.instruments[index]
    let fee = try #require(
      fees.first { $0.instrument == nil || $0.instrument == account.instrument.id }
    )
    #expect(fee.taker == rules.taker)
    #expect(fee.maker == rules.maker)
    // To the second where the venue tells no more.
    if case .serverTime(let time) = try account.perform(.serverTime) {
      #expect(abs(time.nanoseconds(since: account.venue.exchange.now)) <= 1_000_000_000)
    }
  }

  @Test("an order that takes fills, and every account of it agrees", arguments: venues)
  func taking(_ name: String) throws {
    let account = try SimulatedAccount(name)
    let before = try Self.balances(account)
    let request = account.order(
      .buy,
      try account.price(.ask, basisPoints: 100),
      Quantity(raw: 1_000_000)
    )
    guard case .order = try account.perform(.place(request)) else {
      Issue.record("an order is answered with an order")
      return
    }
    account.wait(milliseconds: 500)
    let report = try #require(try Self.find(request.clientOrderID, account))
    #expect(report.status.isFinal)
    #expect(report.filled ?? .zero == Quantity(raw: 1_000_000))
    let fills = try Self.fills(account)
    let truth = account.account.fills
    #expect(!truth.isEmpty)
    #expect(fills.count == truth.count)
    #expect(fills.reduce(Quantity.zero) { $0 + $1.quantity } == Quantity(raw: 1_000_000))
    #expect(
      fills.map(\.price.raw).sorted() == truth.map(\.price.raw).sorted()
    )
    let fee = fills.reduce(Notional.zero) { $0 + $1.fee }
    #expect(fills.allSatisfy { $0.feeAsset.symbol == "USD" && $0.side == .buy })
    #expect(fills.allSatisfy { $0.liquidity ?? .taker == .taker })
    let paid = truth.reduce(Notional.zero) { $0 + $1.notional }
    let charged = truth.reduce(Notional.zero) { $0 + $1.fee }
    // A venue may state a fee in fewer digits than it takes it.
    #expect(abs(fee.raw - charged.raw) <= 1_000_000)
    let after = try Self.balances(account)
    let usd = try #require(after["USD"])
    let spent = try #require(before["USD"]).total - usd.total
    #expect(abs(spent.raw - (paid + charged).raw) <= 1_000_000)
    let (had, has) = (try #require(before["BTC"]), try #require(after["BTC"]))
    let bought = has.total - had.total
    #expect(bought == Notional(raw: 1_000_000))
  }

  @Test(
    "an order that rests is open, holds what it may cost, and can be cancelled",
    arguments: venues
  )
  func resting(_ name: String) throws {
    let account = try SimulatedAccount(name)
    let request = account.order(
      .buy,
      try account.price(.bid, basisPoints: -1_000),
      Quantity(raw: 2_000_000),
      .goodTillCancelled
    )
    guard case .order(let placed) = try account.perform(.place(request)) else { return }
    let id = try #require(placed.venueOrderID)
    account.wait(milliseconds: 11_000)
    let usd = try #require(try Self.balances(account)["USD"])
    #expect(usd.available < usd.total)
    guard case .orders(let open) = try account.perform(.openOrders(account.instrument)) else {
      Issue.record("open orders are orders")
      return
    }
    #expect(open.map(\.venueOrderID) == [id])
    #expect(open.first?.status == .open)
    _ = try account.perform(.cancel(.venue(id), account.instrument))
    account.wait(milliseconds: 11_000)
    guard
      case .order(let report) = try account.perform(.order(.venue(id), account.instrument))
    else {
      Issue.record("an order is an order")
      return
    }
    #expect(report.status == .cancelled)
    #expect(report.filled ?? .zero == .zero)
    let freed = try #require(try Self.balances(account)["USD"])
    #expect(freed.available == freed.total)
  }

  @Test("an order that may only make is refused or cancelled when it would take", arguments: venues)
  func postOnly(_ name: String) throws {
    let account = try SimulatedAccount(name)
    let request = account.order(
      .buy,
      try account.price(.ask, basisPoints: 100),
      Quantity(raw: 1_000_000),
      .postOnly
    )
    do {
      _ = try account.perform(.place(request))
      account.wait(milliseconds: 500)
      let report = try #require(try Self.find(request.clientOrderID, account))
      #expect(report.status.isFinal && report.status != .filled)
    } catch let failure as VenueFailure {
      #expect(failure.remedy == .permanent)
    }
    #expect(account.account.fills.isEmpty)
  }

  @Test("what is refused says what to do next", arguments: venues)
  func refusals(_ name: String) throws {
    let account = try SimulatedAccount(name)
    let price = try account.price(.ask, basisPoints: 100)
    let dear = account.order(.buy, price, Quantity(raw: 10_000_000_000))
    #expect(try account.failure(of: .place(dear))?.remedy == .insufficientFunds)
    let small = account.order(.buy, price, Quantity(raw: 1))
    #expect(try account.failure(of: .place(small))?.remedy == .permanent)
    var offTick = account.order(.buy, price, Quantity(raw: 1_000_000))
    offTick.limit = Price(raw: price.raw + 1_000)
    // What breaks a rule that the venue has stated is not even sent.
    #expect(throws: UnsupportedAction.self) { try account.perform(.place(offTick)) }
    #expect(account.account.orders.allSatisfy { $0.filled.isZero })

    account.useKey(named: account.key.name, secret: account.key.name)
    if name != "coinbase" {
      #expect(try account.failure(of: .balances(cursor: nil))?.remedy == .badKey)
    }
  }

  @Test("a key that may only look cannot trade", arguments: venues)
  func permissions(_ name: String) throws {
    let account = try SimulatedAccount(name, account: "reader")
    #expect(try Self.balances(account)["USD"] != nil)
    let order = account.order(
      .buy,
      try account.price(.ask, basisPoints: 100),
      Quantity(raw: 1_000_000)
    )
    #expect(try account.failure(of: .place(order))?.remedy == .badKey)
    #expect(account.account.orders.isEmpty)
  }

  @Test("the private socket tells of an order from its first to its last moment", arguments: venues)
  func listening(_ name: String) throws {
    let account = try SimulatedAccount(name)
    try account.listen()
    let request = account.order(
      .buy,
      try account.price(.ask, basisPoints: 100),
      Quantity(raw: 1_000_000)
    )
    _ = try account.perform(.place(request))
    account.wait(milliseconds: 1_000)
    let reports = account.heard.compactMap { event -> OrderReport? in
      if case .order(let report) = event { report } else { nil }
    }
    #expect(!reports.isEmpty)
    let last = try #require(reports.last)
    #expect(last.status.isFinal, "\(reports.map(\.status))")
    let refused = account.heard.contains { event in
      if case .refused = event { true } else { false }
    }
    #expect(!refused)
    let fills = account.heard.compactMap { event -> Fill? in
      if case .fill(let fill) = event { fill } else { nil }
    }
    // Coinbase tells only totals.
    if name != "coinbase" {
      #expect(fills.reduce(Quantity.zero) { $0 + $1.quantity } == Quantity(raw: 1_000_000))
    }
  }

  @Test("orders go over the socket where the venue takes them there", arguments: venues)
  func socketOrders(_ name: String) throws {
    let account = try SimulatedAccount(name)
    try account.listen()
    let price = try account.price(.ask, basisPoints: 100)
    let good = account.order(.buy, price, Quantity(raw: 1_000_000))
    guard try account.send(.place(good), id: 7) else {
      #expect(["bitstamp", "coinbase"].contains(name))
      return
    }
    let bad = account.order(.buy, price, Quantity(raw: 10_000_000_000))
    _ = try account.send(.place(bad), id: 8)
    account.wait(milliseconds: 1_000)
    var answers: [UInt64: Result<AccountAnswer, VenueFailure>] = [:]
    for case .answered(let id, let result) in account.heard { answers[id] = result }
    guard case .success = answers[7], let second = answers[8] else {
      Issue.record("\(answers)")
      return
    }
    switch second {
    case .failure(let failure): #expect(failure.remedy == .insufficientFunds)
    case .success:
      // Gemini acknowledges the request, and refuses the order in an event of its own.
      let rejected = account.heard.contains { event in
        if case .order(let report) = event {
          report.clientOrderID == bad.clientOrderID && report.status == .rejected
        } else {
          false
        }
      }
      #expect(rejected)
    }
    #expect(account.account.fills.reduce(Quantity.zero) { $0 + $1.quantity }.raw == 1_000_000)
  }
}
