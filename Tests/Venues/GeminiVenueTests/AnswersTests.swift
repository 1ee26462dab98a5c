import Reactor
import Market
import Testing
import TestSupport
import Units
import VenueKit
import VenueTesting

@testable import GeminiVenue

/// Answers written after the documented shapes; none is a recording.
private enum Answers {
  static func order(
    live: Bool = false,
    cancelled: Bool = false,
    executed: String = "0",
    left: String = "0.5",
    average: String = "0.00",
    more: String = ""
  ) -> String {
    #"{"order_id":"9007199254740993","id":"9007199254740993","client_order_id":"plx-0001","#
      + #""symbol":"btcusd","exchange":"gemini","avg_execution_price":"\#(average)","side":"buy","#
      + #""type":"exchange limit","timestamp":"1767621600","timestampms":1767621600123,"#
      + #""is_live":\#(live),"is_cancelled":\#(cancelled),"is_hidden":false,"was_forced":false,"#
      + #""executed_amount":"\#(executed)","options":["immediate-or-cancel"],"price":"65000.10","#
      + #""original_amount":"0.5","remaining_amount":"\#(left)"\#(more)}"#
  }

  static func trade(_ id: Int, _ milliseconds: Int, price: String = "65000.00") -> String {
    #"{"price":"\#(price)","amount":"0.25","timestamp":1767621600,"timestampms":\#(milliseconds),"#
      + #""type":"Buy","aggressor":true,"fee_currency":"USD","fee_amount":"65.000000001","#
      + #""tid":\#(id),"order_id":"9007199254740993","exchange":"gemini","is_auction_fill":false}"#
  }
}

@Suite("Reading Gemini's answers")
struct AnswersTests {
  private let sample = Sample()
  private var place: AccountAction { .place(sample.order()) }
  private var lookUp: AccountAction { .order(.client("plx-0001"), sample.bitcoin) }

  private func report(_ answer: AccountAnswer) throws -> OrderReport {
    guard case .order(let report) = answer else { throw Unexpected(answer: answer) }
    return report
  }

  private struct Unexpected: Error { var answer: AccountAnswer }

  @Test(
    "what is live, cancelled, and left tells how far an order has come",
    arguments: [
      (Answers.order(live: true), OrderStatus.open, "0"),
      (Answers.order(live: true, executed: "0.25", left: "0.25"), .open, "0.25"),
      (Answers.order(executed: "0.5", left: "0"), .filled, "0.5"),
      (Answers.order(executed: "0.5", left: "0.00000000"), .filled, "0.5"),
      (Answers.order(cancelled: true, executed: "0.2", left: "0.3"), .cancelled, "0.2"),
      (Answers.order(), .pending, "0"),
    ]
  )
  func states(_ body: String, _ status: OrderStatus, _ filled: String) throws {
    let report = try report(sample.bench.answer(place, body))
    #expect(report.status == status)
    #expect(report.filled?.text(decimals: 8) == filled)
    #expect(report.quantity?.text(decimals: 8) == "0.5")
    #expect(report.venueOrderID == "9007199254740993" && report.clientOrderID == "plx-0001")
    #expect(report.instrument == sample.bitcoin.id && report.side == .buy)
    #expect(report.venueTime?.nanoseconds == 1_767_621_600_123_000_000)
  }

  @Test("the rest of an immediate order is cancelled for a reason")
  func reason() throws {
    let body = Answers.order(
      cancelled: true,
      executed: "0.2",
      left: "0.3",
      average: "65000.05",
      more: #","reason":"ImmediateOrCancelWouldPost""#
    )
    let report = try report(sample.bench.answer(place, body))
    #expect(report.reason == "ImmediateOrCancelWouldPost")
    // 0.2 × 65000.05, from the average that the venue states.
    #expect(report.filledNotional?.text(decimals: 8) == "13000.01")
  }

  @Test("a cancel of a filled order succeeds and says that it is not cancelled")
  func cancelFilled() throws {
    let action = AccountAction.cancel(.venue("9007199254740993"), sample.bitcoin)
    let answer = try sample.bench.answer(action, Answers.order(executed: "0.5", left: "0"))
    #expect(try report(answer).status == .filled)
  }

  @Test("trades that come with an order are what it was worth, and its fills")
  func trades() throws {
    let trades =
      #","trades":["# + Answers.trade(1, 1_767_621_600_200) + ","
      + Answers.trade(2, 1_767_621_600_300, price: "65000.02") + "]"
    let body =
      "[" + Answers.order(executed: "0.5", left: "0", average: "65000", more: trades) + "]"
    let report = try report(sample.bench.answer(lookUp, body))
    #expect(report.filledNotional?.text(decimals: 8) == "32500.005")

    let action = AccountAction.fills(
      sample.bitcoin,
      order: .client("plx-0001"),
      since: Timestamp(nanoseconds: 1_767_621_600_250_000_000),
      cursor: nil
    )
    guard case .fills(let fills, nil) = try sample.bench.answer(action, body) else {
      Issue.record("no fills")
      return
    }
    #expect(fills.map(\.tradeID) == ["2"])
    #expect(fills.first?.clientOrderID == "plx-0001")
  }

  @Test("a fee with more digits than the asset has is rounded up, a balance down")
  func rounding() throws {
    let action = AccountAction.fills(sample.bitcoin, order: nil, since: nil, cursor: nil)
    let answer = try sample.bench.answer(action, "[" + Answers.trade(5, 1_767_621_600_200) + "]")
    guard case .fills(let fills, nil) = answer, let fill = fills.first else {
      Issue.record("\(answer)")
      return
    }
    #expect(fill.fee.text(decimals: 8) == "65.00000001" && fill.feeAsset == Asset(symbol: "USD"))
    #expect(fill.side == .buy && fill.liquidity == .taker && fill.tradeID == "5")
    #expect(fill.price.description == "65000" && fill.quantity.raw == 25_000_000)
    #expect(fill.venueTime?.nanoseconds == 1_767_621_600_200_000_000)

    let body =
      #"[{"type":"exchange","currency":"USD","amount":"10.123456789","available":"-0.000000001"}]"#
    let balance = Balance(
      asset: Asset(symbol: "USD"),
      total: Notional(raw: 1_012_345_678),
      available: Notional(raw: -1)
    )
    #expect(
      try sample.bench.answer(.balances(cursor: nil), body) == .balances([balance], cursor: nil)
    )
  }

  @Test("a sale that is finer than the asset's unit counts as more sold, at less")
  func against() throws {
    let body = Answers.trade(5, 1_767_621_600_200, price: "65000.00000000009")
      .replacing(#""Buy""#, with: #""Sell""#).replacing("0.25", with: "0.1234567891")
    let action = AccountAction.fills(sample.bitcoin, order: nil, since: nil, cursor: nil)
    guard case .fills(let fills, _) = try sample.bench.answer(action, "[\(body)]") else { return }
    #expect(fills.first?.quantity.raw == 12_345_679 && fills.first?.price.description == "65000")
  }

  @Test("looking for a client id that is not there finds no order, and one that repeats finds all")
  func lookUps() throws {
    #expect(sample.bench.failure(lookUp, "[]")?.remedy == .unknownOrder)
    let order = Answers.order(live: true)
    guard case .orders(let orders) = try sample.bench.answer(lookUp, "[\(order),\(order)]") else {
      Issue.record("one order")
      return
    }
    #expect(orders.count == 2)
  }

  @Test("open orders are those of one instrument, and null is none")
  func openOrders() throws {
    let body = "[" + Answers.order(live: true) + "]"
    func count(_ instrument: Instrument?, _ body: String) throws -> Int? {
      guard case .orders(let orders) = try sample.bench.answer(.openOrders(instrument), body)
      else { return nil }
      return orders.count
    }
    #expect(try count(nil, body) == 1)
    #expect(try count(sample.bitcoin, body) == 1)
    #expect(try count(sample.bench.instruments[1], body) == 0)
    #expect(try count(nil, "null") == 0)
  }

  @Test("an instrument that is not ours leaves an order without its amounts")
  func unknownInstrument() throws {
    let body = "[" + Answers.order(live: true).replacing("btcusd", with: "dogeusd") + "]"
    guard case .orders(let orders) = try sample.bench.answer(.openOrders(nil), body) else { return }
    #expect(orders.first?.instrument == nil && orders.first?.quantity == nil)
    #expect(orders.first?.venueOrderID == "9007199254740993")
  }

  @Test("a full page of trades is followed by one from its newest on")
  func pages() throws {
    func cursor(_ count: Int, since: Int64?, after: String? = nil) throws -> String? {
      let rows = (0..<count).map { Answers.trade($0, 1_767_621_600_000 + $0) }
      let action = AccountAction.fills(
        sample.bitcoin,
        order: nil,
        since: since.map { Timestamp(nanoseconds: $0) },
        cursor: after
      )
      let answer = try sample.bench.answer(action, "[" + rows.joined(separator: ",") + "]")
      guard case .fills(_, let cursor) = answer else { return nil }
      return cursor
    }
    #expect(try cursor(500, since: 0) == "1767621600499")
    #expect(try cursor(499, since: 0) == nil)
    // Without a beginning Gemini tells the most recent, and there is nothing after those.
    #expect(try cursor(500, since: nil) == nil)
    // A page that does not move on is not asked for again.
    #expect(try cursor(500, since: 0, after: "1767621600499") == "1767621600500")
    #expect(try cursor(500, since: 0, after: "9223372036854775807") != nil)
  }

  @Test("fees come in basis points")
  func fees() throws {
    let body = #"{"api_maker_fee_bps":10,"api_taker_fee_bps":"37.5","web_maker_fee_bps":100}"#
    let report = FeeReport(
      instrument: nil,
      maker: Rate(basisPoints: 10),
      taker: Rate(raw: 375_000)
    )
    #expect(try sample.bench.answer(.fees(nil), body) == .fees([report]))
  }

  @Test("cancelling all tells how many there were")
  func cancelAll() throws {
    let body = #"{"result":"ok","details":{"cancelledOrders":[1,2,3],"cancelRejects":[]}}"#
    #expect(try sample.bench.answer(.cancelAll(nil), body) == .done(count: 3))
    #expect(try sample.bench.answer(.cancelAll(nil), #"{"result":"ok"}"#) == .done(count: nil))
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
      "", "{}", "[]", "null", "<html>", "{\"order_id\":1}", Answers.order() + "x",
      Answers.order().replacing("\"buy\"", with: "\"lend\""),
      Answers.order().replacing("\"0.5\"", with: "\"-0.5\""),
      Answers.order().replacing("\"0.5\"", with: "\"999999999999\""),
      Answers.order().replacing("\"0.5\"", with: "\"1e60\""),
    ]
  )
  func unreadable(_ body: String) {
    let failure = sample.bench.failure(place, body)
    #expect(failure?.remedy == .unknownOutcome && failure?.code == "unreadable")
    let asked = sample.bench.failure(.fees(nil), body)
    #expect(asked?.remedy == .retryLater(afterNanoseconds: nil))
  }

  @Test("an answer that is cut short is never taken for an order")
  func cut() {
    let order = Answers.order(cancelled: true, executed: "0.2", left: "0.3")
    #expect(sample.bench.acceptedCuts(ofAnswer: order, to: place) == 0)
  }

  @Test("spoilt answers and frames are read or refused", arguments: [UInt64(1), 2, 3])
  func spoilt(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let trades = #","trades":["# + Answers.trade(1, 1_767_621_600_200) + "]"
    let actions: [AccountAction] = [
      place, lookUp, .openOrders(nil), .balances(cursor: nil), .fees(nil), .cancelAll(nil),
      .fills(sample.bitcoin, order: nil, since: Timestamp(nanoseconds: 0), cursor: nil),
      .fills(nil, order: .venue("1"), since: nil, cursor: nil),
    ]
    let texts = [
      Answers.order(executed: "0.25", left: "0.25", average: "65000.05", more: trades),
      "[" + Answers.trade(1, 1_767_621_600_200) + "]",
      #"[{"type":"exchange","currency":"USD","amount":"10.12345678","available":"1"}]"#,
      #"{"api_maker_fee_bps":10,"api_taker_fee_bps":"37.5"}"#,
      #"{"result":"error","reason":"InvalidNonce","message":"no"}"#,
    ]
    for text in texts {
      sample.bench.readSpoilt(text, copies: 300, as: actions, using: &generator)
    }
  }
}
