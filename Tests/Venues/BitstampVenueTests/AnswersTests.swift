import Reactor
import Market
import Testing
import TestSupport
import Units
import VenueKit
import VenueTesting

@testable import BitstampVenue

/// Answers written after the documented shapes; none is a recording.
private enum Answers {
  static let taken =
    #"{"id":"1458532827766784","market":"BTC/USD","datetime":"2026-01-05 14:00:00.796000","type":"0","price":"65000.10","amount":"0.50000000","client_order_id":"plx-0001"}"#
  static let cancelled =
    #"{"id":1458532827766784,"amount":1e-8,"price":65000.1,"type":0,"market":"BTC/USD"}"#

  static func order(_ status: String, left: String = "0.3", transactions: String) -> String {
    #"{"id":1458532827766784,"datetime":"2026-01-05 14:00:00","type":"0","#
      + #""status":"\#(status)","market":"BTC/USD","transactions":[\#(transactions)],"#
      + #""amount_remaining":"\#(left)","client_order_id":"plx-0001"}"#
  }

  static let transactions =
    #"{"tid":1,"price":"65000.00","usd":"6500.00","btc":"0.1","fee":"26.000000001","datetime":"2026-01-05 14:00:00.100000","type":2},{"tid":2,"price":"65000.05","btc":"0.1","fee":"26.01","datetime":"2026-01-05 14:00:01","type":2}"#

  /// A purchase over the account; a negative amount makes it a sale.
  static func trade(
    _ id: Int,
    amount: String = "0.00659209",
    second: Int = 0,
    type: String = "2"
  ) -> String {
    #"{"id":\#(id),"datetime":"2026-01-05 14:00:\#(second < 10 ? "0" : "")\#(second)","#
      + #""type":"\#(type)","order_id":1458532827766784,"fee":"0.18","usd":"-70.68","#
      + #""btc":"\#(amount)","btc_usd":10722.35,"eur":0.0}"#
  }
}

@Suite("Reading Bitstamp's answers")
struct AnswersTests {
  private let sample = Sample()
  private var place: AccountAction { .place(sample.order()) }
  private var lookUp: AccountAction { .order(.client("plx-0001"), sample.bitcoin) }

  private struct Unexpected: Error { var answer: AccountAnswer }

  private func report(_ answer: AccountAnswer) throws -> OrderReport {
    guard case .order(let report) = answer else { throw Unexpected(answer: answer) }
    return report
  }

  private func fills(_ action: AccountAction, _ body: String) throws -> ([Fill], String?) {
    let answer = try sample.bench.answer(action, body)
    guard case .fills(let fills, let cursor) = answer else { throw Unexpected(answer: answer) }
    return (fills, cursor)
  }

  @Test("an order that was taken is pending, and nothing is said of fills")
  func taken() throws {
    let report = try report(sample.bench.answer(place, Answers.taken))
    #expect(report.status == .pending && report.filled == nil)
    #expect(report.venueOrderID == "1458532827766784" && report.clientOrderID == "plx-0001")
    #expect(report.quantity?.text(decimals: 8) == "0.5" && report.side == .buy)
    #expect(report.instrument == sample.bitcoin.id)
    #expect(report.venueTime?.nanoseconds == 1_767_621_600_796_000_000)
  }

  @Test("a cancelled order tells what was left, which is not what was ordered")
  func cancelled() throws {
    let action = AccountAction.cancel(.venue("1458532827766784"), sample.bitcoin)
    let report = try report(sample.bench.answer(action, Answers.cancelled))
    #expect(report.status == .cancelled && report.quantity == nil && report.filled == nil)
    #expect(report.venueOrderID == "1458532827766784")
    let pending = Answers.cancelled.replacing("{", with: #"{"status":"Cancel pending","#)
    #expect(try self.report(sample.bench.answer(action, pending)).status == .open)
  }

  @Test(
    "an order's status has five words",
    arguments: [
      ("Open", OrderStatus.open), ("Canceled", .cancelled), ("Expired", .expired),
      ("Finished", .filled), ("In Queue", .pending),
    ]
  )
  func status(_ word: String, _ status: OrderStatus) throws {
    let body = Answers.order(word, transactions: Answers.transactions)
    let report = try report(sample.bench.answer(lookUp, body))
    #expect(report.status == status)
    #expect(report.filled?.text(decimals: 8) == "0.2")
    #expect(report.quantity?.text(decimals: 8) == "0.5")
    // 6500.00 as told, and 0.1 × 65000.05.
    #expect(report.filledNotional?.text(decimals: 8) == "13000.005")
  }

  @Test("an order without transactions has not filled, unless it says that it is finished")
  func noTransactions() throws {
    let open = try report(sample.bench.answer(lookUp, Answers.order("Open", transactions: "")))
    #expect(open.filled == .zero && open.filledNotional == .zero)
    #expect(open.quantity?.text(decimals: 8) == "0.3")
    let body = Answers.order("Finished", left: "0", transactions: "")
    let finished = try report(sample.bench.answer(lookUp, body))
    #expect(finished.filled == nil && finished.filledNotional == nil && finished.quantity == nil)
  }

  @Test("an order's transactions are its fills, fees rounded up")
  func orderFills() throws {
    let action = AccountAction.fills(
      sample.bitcoin,
      order: .client("plx-0001"),
      since: nil,
      cursor: nil
    )
    let body = Answers.order("Canceled", transactions: Answers.transactions)
    let (fills, cursor) = try fills(action, body)
    #expect(fills.map(\.tradeID) == ["1", "2"] && cursor == nil)
    let first = try #require(fills.first)
    #expect(first.fee.text(decimals: 8) == "26.00000001" && first.feeAsset.symbol == "USD")
    #expect(first.venueOrderID == "1458532827766784" && first.clientOrderID == "plx-0001")
    #expect(first.venueTime?.nanoseconds == 1_767_621_600_100_000_000)
    #expect(first.price.description == "65000" && first.quantity.text(decimals: 8) == "0.1")

    let later = AccountAction.fills(
      sample.bitcoin,
      order: .client("plx-0001"),
      since: Timestamp(nanoseconds: 1_767_621_601_000_000_000),
      cursor: nil
    )
    #expect(try self.fills(later, body).0.map(\.tradeID) == ["2"])
  }

  @Test("a transaction of the account has its instrument in its keys and its side in its sign")
  func transactions() throws {
    let action = AccountAction.fills(nil, order: nil, since: nil, cursor: nil)
    let rows = [
      Answers.trade(1), Answers.trade(2, amount: "-0.00659209"), Answers.trade(3, type: "0"),
      Answers.trade(4).replacing("btc", with: "doge"),
    ]
    let (fills, cursor) = try fills(action, "[" + rows.joined(separator: ",") + "]")
    // A deposit, and an instrument that is not ours, are left out.
    #expect(fills.map(\.tradeID) == ["1", "2"] && cursor == nil)
    #expect(fills.map(\.side) == [.buy, .sell])
    #expect(fills.map(\.instrument) == [sample.bitcoin.id, sample.bitcoin.id])
    #expect(fills.allSatisfy { $0.quantity.raw == 659_209 && $0.fee.raw == 18_000_000 })
    #expect(fills.first?.price.description == "10722.35")
    #expect(fills.first?.venueOrderID == "1458532827766784")
  }

  @Test("amounts finer than the asset's unit are rounded against us")
  func against() throws {
    let action = AccountAction.fills(sample.bitcoin, order: nil, since: nil, cursor: nil)
    let rows = [
      Answers.trade(1, amount: "0.1234567891"), Answers.trade(2, amount: "-0.1234567891"),
    ]
    let (fills, _) = try fills(action, "[" + rows.joined(separator: ",") + "]")
    #expect(fills.map(\.quantity.raw) == [12_345_678, 12_345_679])
  }

  @Test("pages go on until one is not full, or reaches behind the moment asked for")
  func pages() throws {
    func cursor(_ count: Int, since: Int64?, after: String? = nil) throws -> String? {
      let action = AccountAction.fills(
        sample.bitcoin,
        order: nil,
        since: since.map { Timestamp(nanoseconds: $0) },
        cursor: after
      )
      let rows = (0..<count).map { Answers.trade($0, second: 30) }
      return try fills(action, "[" + rows.joined(separator: ",") + "]").1
    }
    let at: Int64 = 1_767_621_630_000_000_000
    #expect(try cursor(1_000, since: nil) == "1000")
    #expect(try cursor(1_000, since: nil, after: "3000") == "4000")
    #expect(try cursor(999, since: nil) == nil)
    #expect(try cursor(1_000, since: at) == "1000")
    #expect(try cursor(1_000, since: at + 1) == nil)
    // Bitstamp takes no greater offset.
    #expect(try cursor(1_000, since: nil, after: "200000") == nil)
  }

  @Test("open orders are what was ordered less what is left")
  func openOrders() throws {
    let body =
      #"[{"id":"1234123412341234","datetime":"2026-01-05 14:00:00","type":"1","price":"100.00","amount":"0.30000000","amount_at_create":"0.50000000","market":"ETH/USD","client_order_id":"plx-2"}]"#
    guard case .orders(let orders) = try sample.bench.answer(.openOrders(nil), body) else { return }
    let report = try #require(orders.first)
    #expect(report.instrument == sample.bench.instruments[1].id && report.side == .sell)
    #expect(report.filled?.text(decimals: 8) == "0.2" && report.status == .open)
    let bare = body.replacing(#""market":"ETH/USD","#, with: "")
    guard case .orders(let others) = try sample.bench.answer(.openOrders(sample.bitcoin), bare)
    else { return }
    #expect(others.first?.instrument == sample.bitcoin.id)
  }

  @Test("balances are rounded down")
  func balances() throws {
    let body =
      #"[{"currency":"btc","total":"1.000000009","available":"0.9","reserved":"0.100000009"}]"#
    let balance = Balance(
      asset: Asset(symbol: "BTC"),
      total: Notional(raw: 100_000_000),
      available: Notional(raw: 90_000_000)
    )
    #expect(
      try sample.bench.answer(.balances(cursor: nil), body) == .balances([balance], cursor: nil)
    )
  }

  @Test("fees come in per cent, as a list or alone, of the instruments that are ours")
  func fees() throws {
    let row =
      #"{"currency_pair":"btcusd","market":"btcusd","fees":{"maker":"0.300","taker":"0.4000001"}}"#
    let other = row.replacing("btcusd", with: "dogeusd")
    let report = FeeReport(
      instrument: sample.bitcoin.id,
      maker: Rate(basisPoints: 30),
      taker: Rate(raw: 400_001)
    )
    #expect(try sample.bench.answer(.fees(nil), "[\(row),\(other)]") == .fees([report]))
    #expect(try sample.bench.answer(.fees(sample.bitcoin), row) == .fees([report]))
    let newer = row.replacing(#""currency_pair":"btcusd","#, with: "")
    #expect(try sample.bench.answer(.fees(nil), "[\(newer)]") == .fees([report]))
    let ethereum = sample.bench.instruments[1]
    #expect(try sample.bench.answer(.fees(ethereum), "[\(row)]") == .fees([]))
  }

  @Test("a stream token comes with the user's number")
  func token() throws {
    let body = #"{"token":"abc","user_id":1337210,"valid_sec":60}"#
    #expect(
      try sample.bench.answer(.streamToken, body)
        == .streamToken(StreamToken(token: "abc", userID: "1337210"))
    )
  }

  @Test("cancelling all tells how many there were, and that it did not succeed")
  func cancelAll() throws {
    let body = #"{"canceled":[{"id":1},{"id":2}],"success":true}"#
    #expect(try sample.bench.answer(.cancelAll(nil), body) == .done(count: 2))
    let failed = body.replacing("true", with: "false")
    #expect(sample.bench.failure(.cancelAll(nil), failed)?.remedy == .unknownOutcome)
  }

  @Test("the clock is that of the answer's header")
  func clock() throws {
    let headers = [VenueRequest.Field("date", "Mon, 05 Jan 2026 14:00:00 GMT")]
    #expect(
      try sample.bench.answer(.serverTime, "{}", headers: headers)
        == .serverTime(Timestamp(nanoseconds: 1_767_621_600_000_000_000))
    )
    #expect(sample.bench.failure(.serverTime, "{}")?.code == "no-date")
  }

  @Test(
    "an answer to an order that cannot be read may hide one",
    arguments: [
      "", "{}", "[]", "null", "<html>", "{\"id\":1}", Answers.taken + "x",
      Answers.taken.replacing(#""type":"0""#, with: #""type":"9""#),
      Answers.taken.replacing("0.50000000", with: "-0.5"),
      Answers.taken.replacing("0.50000000", with: "1e60"),
      Answers.taken.replacing("2026-01-05", with: "2026-13-05"),
    ]
  )
  func unreadable(_ body: String) {
    let failure = sample.bench.failure(place, body)
    #expect(failure?.remedy == .unknownOutcome && failure?.code == "unreadable")
    let asked = sample.bench.failure(.streamToken, body)
    #expect(asked?.remedy == .retryLater(afterNanoseconds: nil))
  }

  @Test("an answer that is cut short is never taken for an order")
  func cut() {
    #expect(sample.bench.acceptedCuts(ofAnswer: Answers.taken, to: place) == 0)
    let order = Answers.order("Open", transactions: Answers.transactions)
    #expect(sample.bench.acceptedCuts(ofAnswer: order, to: lookUp) == 0)
  }

  @Test("spoilt answers are read or refused", arguments: [UInt64(1), 2, 3])
  func spoilt(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let actions: [AccountAction] = [
      place, .cancel(.venue("1"), sample.bitcoin), lookUp, .openOrders(nil), .fees(nil),
      .balances(cursor: nil), .streamToken, .cancelAll(nil),
      .fills(nil, order: nil, since: Timestamp(nanoseconds: 0), cursor: nil),
      .fills(sample.bitcoin, order: .venue("1"), since: nil, cursor: nil),
    ]
    let texts = [
      Answers.taken, Answers.cancelled,
      Answers.order("Canceled", transactions: Answers.transactions),
      "[" + Answers.trade(1) + "," + Answers.trade(2) + "]",
      #"[{"currency":"btc","total":"1.0","available":"0.9","reserved":"0.1"}]"#,
      #"{"canceled":[{"id":1},{"id":2}],"success":true}"#,
      #"{"status":"error","reason":{"__all__":["a","b"]},"response_code":"400.009"}"#,
    ]
    for text in texts {
      sample.bench.readSpoilt(text, copies: 250, as: actions, using: &generator)
    }
  }
}
