import Reactor
import Codecs
import Market
import TestSupport
import Testing
import Units
import VenueKit
import VenueTesting

@testable import KrakenVenue

/// Frames after the documented shapes; those within an order's life leave out what did not change.
private enum Frames {
  static func update(_ rows: String, sequence: Int = 2, type: String = "update") -> String {
    #"{"channel":"executions","type":"\#(type)","data":[\#(rows)],"sequence":\#(sequence)}"#
  }

  static let pending = update(
    #"{"order_id":"O1","cl_ord_id":"parallax-000001","symbol":"BTC/USD","order_qty":0.01000000,"cum_cost":0.0,"time_in_force":"IOC","exec_type":"pending_new","side":"buy","order_type":"limit","limit_price":30000.1,"order_status":"pending_new","fee_usd_equiv":0.0,"fee_ccy_pref":"fciq","timestamp":"2026-05-05T10:00:00.100000Z"}"#
  )
  static let new = update(
    #"{"timestamp":"2026-05-05T10:00:00.200000Z","order_status":"new","exec_type":"new","order_id":"O1"}"#,
    sequence: 3
  )
  static let trade = update(
    #"{"order_id":"O1","exec_id":"TX1","exec_type":"trade","trade_id":3365,"last_qty":0.004,"last_price":30000.0,"liquidity_ind":"t","cost":120.0,"order_status":"partially_filled","cum_qty":0.004,"cum_cost":1.2e2,"avg_price":30000.0,"timestamp":"2026-05-05T10:00:00.300000Z","fees":[{"asset":"USD","qty":0.480000001},{"asset":"USD","qty":1e-8}]}"#,
    sequence: 4
  )
  static let cancelled = update(
    #"{"order_id":"O1","exec_type":"canceled","order_status":"canceled","reason":"Order not filled immediately","cum_qty":0.004,"cum_cost":120.0,"timestamp":"2026-05-05T10:00:00.400000Z"}"#,
    sequence: 5
  )
}

@Suite("Reading Kraken's account frames")
struct AccountDecoderTests {
  private let bench = Account.bench

  private func report(_ status: OrderStatus, _ milliseconds: Int64) -> OrderReport {
    var report = OrderReport(status: status)
    report.instrument = Account.bitcoin.id
    report.venueOrderID = "O1"
    report.clientOrderID = "parallax-000001"
    report.side = .buy
    report.quantity = Quantity(raw: 1_000_000)
    report.filledNotional = .zero
    report.venueTime = Timestamp(nanoseconds: 1_777_975_200_000_000_000 + milliseconds * 1_000_000)
    return report
  }

  @Test("an order's life is told in full, though its frames leave out what did not change")
  func life() throws {
    let pending = try bench.connection(Frames.pending)
    #expect(pending.sequence == 2)
    #expect(pending.events == [.order(report(.pending, 100))])

    let new = try bench.connection(Frames.pending, Frames.new)
    #expect(new.sequence == 3)
    #expect(new.events == [.order(report(.open, 200))])

    let trade = try bench.connection(Frames.pending, Frames.new, Frames.trade)
    var partly = report(.open, 300)
    partly.filled = Quantity(raw: 400_000)
    partly.filledNotional = Notional(raw: 12_000_000_000)
    let fill = Fill(
      instrument: Account.bitcoin.id,
      tradeID: "TX1",
      venueOrderID: "O1",
      clientOrderID: "parallax-000001",
      side: .buy,
      price: Price(raw: 300_000_000_000_000),
      quantity: Quantity(raw: 400_000),
      // 0.480000001 rounded up, and 0.00000001.
      fee: Notional(raw: 48_000_001 + 1),
      feeAsset: Account.bitcoin.quote,
      liquidity: .taker,
      venueTime: partly.venueTime
    )
    #expect(trade.events == [.fill(fill), .order(partly)])

    let end = try bench.connection(Frames.pending, Frames.new, Frames.trade, Frames.cancelled)
    partly.status = .cancelled
    partly.reason = "Order not filled immediately"
    partly.venueTime = report(.open, 400).venueTime
    #expect(end.events == [.order(partly)])
    #expect(end.memory.count == 0)
  }

  @Test("a snapshot begins anew and forgets what was")
  func snapshot() throws {
    let row =
      #"{"order_id":"O2","symbol":"ETH/USDT","side":"sell","order_qty":2.0,"cum_qty":0.0,"exec_type":"pending_new","order_status":"new"}"#
    let events = try bench.connection(
      Frames.pending,
      Frames.update(row, sequence: 1, type: "snapshot")
    )
    #expect(events.events.first == .snapshotBegins)
    #expect(events.events.count == 2)
    #expect(events.memory["O1"] == nil)
    #expect(events.memory["O2"]?.instrument == Account.ether)
  }

  @Test(
    "each status has its meaning",
    arguments: [
      ("pending_new", OrderStatus.pending), ("new", .open), ("partially_filled", .open),
      ("filled", .filled), ("canceled", .cancelled), ("expired", .expired), ("triggered", .open),
      ("rejected", .rejected),
    ]
  )
  func statuses(_ word: String, _ status: OrderStatus) throws {
    let row = #"{"order_id":"O9","exec_type":"status","order_status":"\#(word)"}"#
    let events = try bench.connection(Frames.update(row))
    var report = OrderReport(status: status)
    report.venueOrderID = "O9"
    #expect(events.events == [.order(report)])
  }

  @Test("without a status the kind of event tells, or what was known")
  func kinds() throws {
    let amended = Frames.update(#"{"order_id":"O1","exec_type":"amended","order_qty":0.02}"#)
    let events = try bench.connection(Frames.pending, Frames.new, amended)
    guard case .order(let report)? = events.events.first else {
      Issue.record("another case")
      return
    }
    #expect(report.status == .open)
    #expect(report.quantity == Quantity(raw: 2_000_000))
    #expect(throws: WireError.self) { try bench.connection(amended) }
  }

  @Test("a fill in an instrument that the table lacks is not ours; one of nothing known is refused")
  func others() throws {
    let foreign = Frames.update(
      #"{"order_id":"O7","symbol":"FOO/USD","side":"buy","exec_id":"T","exec_type":"trade","last_qty":1,"last_price":1,"order_status":"partially_filled","fees":[{"asset":"USD","qty":0}]}"#
    )
    let events = try bench.connection(foreign)
    #expect(events.events.count == 1)
    guard case .order(let report)? = events.events.first else {
      Issue.record("another case")
      return
    }
    #expect(report.instrument == nil)
    // Its next fill leaves the symbol out, and is no more ours.
    let more = foreign.replacing(#""symbol":"FOO/USD","#, with: "")
    #expect(try bench.connection(foreign, more).events.count == 1)
    #expect(throws: WireError.self) { try bench.connection(more) }
  }

  @Test("a fill whose fees are of two assets is refused, not guessed at")
  func fees() throws {
    let frame = Frames.trade.replacing(
      #"{"asset":"USD","qty":1e-8}"#,
      with: #"{"asset":"BTC","qty":1}"#
    )
    #expect(throws: WireError.self) { try bench.connection(Frames.pending, frame) }
    let none = Frames.trade.replacing(#""fees":["#, with: #""fee":["#)
    #expect(throws: WireError.self) { try bench.connection(Frames.pending, none) }
  }

  // MARK: Answers

  @Test("answers to orders come back under the number of their request")
  func answers() throws {
    let accepted = try bench.events(
      #"{"method":"add_order","req_id":42,"success":true,"time_in":"2026-05-05T10:00:00.123Z","time_out":"2026-05-05T10:00:00.125Z","result":{"order_id":"OABCDE-12345-FGHIJ","cl_ord_id":"parallax-000001","order_userref":0}}"#
    )
    var report = OrderReport(status: .pending)
    report.venueOrderID = "OABCDE-12345-FGHIJ"
    report.clientOrderID = "parallax-000001"
    #expect(accepted == [.answered(id: 42, .success(.order(report)))])

    let refused = try bench.events(
      #"{"method":"add_order","req_id":99,"success":false,"error":"EOrder:Insufficient funds","time_in":"x","time_out":"x"}"#
    )
    #expect(
      refused == [
        .answered(
          id: 99,
          .failure(
            VenueFailure(
              .insufficientFunds,
              code: "EOrder:Insufficient funds",
              words: "EOrder:Insufficient funds"
            )
          )
        )
      ]
    )
    #expect(
      try bench.events(
        #"{"method":"cancel_order","req_id":7,"success":true,"result":{"order_id":"O1"}}"#
      ) == [.answered(id: 7, .success(.done(count: 1)))]
    )
    #expect(
      try bench.events(#"{"method":"cancel_all","req_id":8,"success":true,"result":{"count":2}}"#)
        == [.answered(id: 8, .success(.done(count: 2)))]
    )
  }

  @Test("a service that fails while an order is on its way leaves the outcome open")
  func unclear() throws {
    let events = try bench.events(
      #"{"method":"add_order","req_id":1,"success":false,"error":"EService:Timeout"}"#
    )
    guard case .answered(id: 1, .failure(let failure))? = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect(failure.remedy == .unknownOutcome)
  }

  @Test("an acceptance without an id is not one")
  func withoutID() {
    #expect(
      bench.refusal(Array(#"{"method":"add_order","req_id":1,"success":true,"result":{}}"#.utf8))
        != nil
    )
    #expect(
      bench.refusal(Array(#"{"method":"add_order","req_id":1,"result":{"order_id":"O"}}"#.utf8))
        != nil
    )
  }

  @Test("subscriptions, heartbeats, and refusals that concern no order")
  func control() throws {
    #expect(
      try bench.events(
        #"{"method":"subscribe","result":{"channel":"executions","snapshot":true},"success":true,"req_id":1}"#
      ) == [.subscribed("executions")]
    )
    #expect(try bench.events(#"{"channel":"heartbeat"}"#) == [.heartbeat])
    #expect(try bench.events(#"{"method":"pong","req_id":4}"#) == [.heartbeat])
    #expect(
      try bench.events(
        #"{"channel":"status","type":"update","data":[{"system":"online","connection_id":18446744073709551615}]}"#
      ) == [.ignored]
    )
    let refused = try bench.events(
      #"{"error":"EAPI:Invalid key","method":"subscribe","success":false,"req_id":3}"#
    )
    #expect(
      refused == [
        .refused(VenueFailure(.badKey, code: "EAPI:Invalid key", words: "EAPI:Invalid key"))
      ]
    )
    let rate = try bench.events(#"{"error":"Exceeded msg rate"}"#)
    #expect(
      rate == [
        .refused(
          VenueFailure(
            .retryLater(afterNanoseconds: nil),
            code: "Exceeded msg rate",
            words: "Exceeded msg rate"
          )
        )
      ]
    )
  }

  @Test("frames of version 1 are refused")
  func version1() {
    #expect(
      bench.refusal(Array(#"[[{}],"ownTrades",{"sequence":1}]"#.utf8))?.expected
        == .currentProtocol
    )
    #expect(bench.refusal(Array(#"{"event":"heartbeat"}"#.utf8))?.expected == .currentProtocol)
  }

  // MARK: Hostile input

  @Test("no beginning of a frame passes for the frame")
  func cuts() {
    #expect(bench.acceptedCuts(ofFrame: Frames.pending) == 0)
    #expect(bench.acceptedCuts(ofFrame: Frames.trade) == 0)
  }

  @Test("spoilt frames and answers are read or refused, and nothing else", arguments: 1...8)
  func spoilt(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let actions: [AccountAction] = [
      .place(Account.order()), .order(.venue("O1"), Account.bitcoin), .balances(cursor: nil),
      .fills(nil, order: nil, since: nil, cursor: nil), .fees(Account.bitcoin), .serverTime,
    ]
    let whole = Frames.pending.replacing(
      #""exec_type":"pending_new""#,
      with:
        #""exec_type":"trade","exec_id":"T","last_qty":1,"last_price":1,"fees":[{"asset":"USD","qty":1}]"#
    )
    let texts = [
      whole, Frames.trade,
      #"{"error":[],"result":{"ZUSD":{"balance":"100.0000","hold_trade":"25.00000000001"}}}"#,
      #"{"error":[],"result":{"count":120,"trades":{"T":{"ordertxid":"O1","pair":"XXBTZUSD","time":1688585840.8921,"type":"sell","price":"29500.50","fee":"23.6","vol":"0.5","maker":true}}}}"#,
      #"{"error":[],"result":{"O1":{"status":"closed","opentm":1.5,"descr":{"pair":"XBTUSD","type":"buy"},"vol":"1","vol_exec":"1","cost":"9"}}}"#,
      #"{"error":[],"result":{"fees":{"X":{"fee":"0.26"}},"fees_maker":{"X":{"fee":"0.16"}}}}"#,
    ]
    for text in texts { bench.readSpoilt(text, copies: 400, as: actions, using: &generator) }
  }
}
