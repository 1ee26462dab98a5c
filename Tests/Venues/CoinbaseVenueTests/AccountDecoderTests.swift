import Reactor
import Codecs
import Market
import TestSupport
import Testing
import Units
import VenueKit
import VenueTesting

@testable import CoinbaseVenue

private enum UserFrames {
  static func user(_ orders: String, type: String = "update", sequence: Int = 2) -> String {
    #"{"channel":"user","timestamp":"2026-04-07T14:30:06.5Z","sequence_num":\#(sequence),"events":[{"type":"\#(type)","orders":[\#(orders)]}]}"#
  }

  static func order(
    _ id: String = "a1",
    status: String = "OPEN",
    filled: String = "0",
    left: String = "0.001",
    average: String = "0",
    more: String = ""
  ) -> String {
    #"{"order_id":"\#(id)","client_order_id":"parallax-000001","cumulative_quantity":"\#(filled)","leaves_quantity":"\#(left)","avg_price":"\#(average)","total_fees":"0","status":"\#(status)","product_id":"BTC-USD","creation_time":"2026-04-07T14:29:55.123456Z","order_side":"BUY","order_type":"Limit","cancel_reason":"","reject_reason":"","time_in_force":"GOOD_UNTIL_CANCELLED"\#(more)}"#
  }
}

@Suite("Reading Coinbase's account frames")
struct AccountDecoderTests {
  private let bench = Account.bench

  private func report(_ status: OrderStatus, filled: Int64, worth: Int128) -> OrderReport {
    var report = OrderReport(status: status)
    report.instrument = Account.bitcoin.id
    report.venueOrderID = "a1"
    report.clientOrderID = "parallax-000001"
    report.side = .buy
    report.quantity = Quantity(raw: 100_000)
    report.filled = Quantity(raw: filled)
    report.filledNotional = Notional(raw: worth)
    report.venueTime = Timestamp(nanoseconds: 1_775_572_206_500_000_000)
    return report
  }

  @Test("a snapshot begins anew, and each order has come so far in all")
  func snapshot() throws {
    let events = try bench.connection(
      UserFrames.user(UserFrames.order("old")),
      UserFrames.user(UserFrames.order(), type: "snapshot", sequence: 7)
    )
    #expect(events.sequence == 7)
    #expect(events.events == [.snapshotBegins, .order(report(.open, filled: 0, worth: 0))])
    #expect(events.memory["old"] == nil)
  }

  @Test("what filled is worth the average price, rounded against us, or what the venue says")
  func worth() throws {
    let order = UserFrames.order(filled: "0.0004", left: "0.0006", average: "68900.333333333")
    let events = try bench.connection(UserFrames.user(order))
    // 27.5601333333332 paid, of which the hundred-millionth that was begun counts whole.
    #expect(events.events == [.order(report(.open, filled: 40_000, worth: 2_756_013_334))])
    let told = order.replacing("}", with: #","filled_value":"27.56"}"#)
    #expect(
      try bench.connection(UserFrames.user(told)).events
        == [.order(report(.open, filled: 40_000, worth: 2_756_000_000))]
    )
  }

  @Test("at its end nothing is left of an order; its quantity is what it was before")
  func end() throws {
    let open = UserFrames.user(UserFrames.order())
    let done = UserFrames.user(
      UserFrames.order(status: "CANCELLED", filled: "0.0004", left: "0", average: "68900")
    )
    let events = try bench.connection(open, done)
    #expect(events.events == [.order(report(.cancelled, filled: 40_000, worth: 2_756_000_000))])
    #expect(events.memory.count == 0)
    // Without the beginning it is not known.
    guard case .order(let alone)? = try bench.connection(done).events.first else {
      Issue.record("another case")
      return
    }
    #expect(alone.quantity == nil)
    let filled = UserFrames.user(
      UserFrames.order(status: "FILLED", filled: "0.001", left: "0", average: "68900")
    )
    #expect(
      try bench.connection(filled).events
        == [.order(report(.filled, filled: 100_000, worth: 6_890_000_000))]
    )
  }

  @Test("a snapshot of fifty orders goes on in the next frame")
  func longSnapshot() throws {
    let fifty = (1...50).map { UserFrames.order("o\($0)") }.joined(separator: ",")
    let first = UserFrames.user(fifty, type: "snapshot", sequence: 1)
    let second = UserFrames.user(UserFrames.order("o51"), type: "snapshot", sequence: 2)
    let events = try bench.connection(first, second)
    #expect(events.events.count == 1)
    #expect(!events.events.contains(.snapshotBegins))
    #expect(events.memory.count == 51)
    let again = try bench.connection(first, second, second)
    #expect(again.events.first == .snapshotBegins)
    #expect(again.memory.count == 1)
  }

  @Test("why an order ended")
  func reasons() throws {
    let order = UserFrames.order(status: "FAILED").replacing(
      #""reject_reason":"""#,
      with: #""reject_reason":"insufficient funds""#
    )
    guard case .order(let report)? = try bench.connection(UserFrames.user(order)).events.first
    else {
      Issue.record("another case")
      return
    }
    #expect(report.status == .rejected)
    #expect(report.reason == "insufficient funds")
  }

  @Test("an order of an instrument that the table lacks is told without amounts")
  func foreign() throws {
    let order = UserFrames.order().replacing("BTC-USD", with: "FOO-USD")
    guard case .order(let report)? = try bench.connection(UserFrames.user(order)).events.first
    else {
      Issue.record("another case")
      return
    }
    #expect(report.instrument == nil)
    #expect(report.filled == nil)
    #expect(report.venueOrderID == "a1")
  }

  @Test("heartbeats, subscriptions, other channels, and refusals")
  func control() throws {
    let beat = try bench.connection(
      #"{"channel":"heartbeats","timestamp":"2026-08-09T21:05:48.856364007Z","sequence_num":35,"events":[{"current_time":"2026-08-09 21:05:48.854840045 +0000 UTC m=+41691.26","heartbeat_counter":41691}]}"#
    )
    #expect(beat.events == [.heartbeat])
    #expect(beat.sequence == 35)
    #expect(
      try bench.events(
        #"{"channel":"subscriptions","timestamp":"2026-04-07T14:30:00Z","sequence_num":0,"events":[{"subscriptions":{"user":["merchant"],"heartbeats":["heartbeats"]}}]}"#
      ) == [.subscribed("user"), .subscribed("heartbeats")]
    )
    #expect(try bench.events(#"{"channel":"ticker","sequence_num":1,"events":[]}"#) == [.ignored])
    #expect(
      try bench.events(#"{"type":"error","message":"authentication failure"}"#)
        == [.refused(VenueFailure(.badKey, code: "error", words: "authentication failure"))]
    )
    #expect(
      try bench.events(#"{"type":"error","message":"channel is invalid"}"#)
        == [.refused(VenueFailure(.permanent, code: "error", words: "channel is invalid"))]
    )
  }

  @Test("frames of the former feed are refused")
  func former() {
    let frame = Array(#"{"type":"received","order_id":"x"}"#.utf8)
    #expect(bench.refusal(frame)?.expected == .currentProtocol)
  }

  // MARK: Hostile input

  @Test("no beginning of a frame passes for the frame")
  func cuts() {
    #expect(bench.acceptedCuts(ofFrame: UserFrames.user(UserFrames.order())) == 0)
  }

  @Test("amounts beyond range are refused", arguments: ["1e30", "-1", "1e-99", "x", "0x1"])
  func range(_ amount: String) {
    let frame = UserFrames.user(UserFrames.order(filled: amount))
    #expect(bench.refusal(Array(frame.utf8)) != nil)
  }

  @Test("spoilt frames and answers are read or refused, and nothing else", arguments: 1...8)
  func spoilt(_ seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let actions: [AccountAction] = [
      .place(Account.order()), .cancel(.venue("1"), Account.bitcoin),
      .order(.client("parallax-000001"), Account.bitcoin), .openOrders(nil),
      .fills(nil, order: nil, since: nil, cursor: nil), .balances(cursor: nil), .fees(nil),
      .serverTime,
    ]
    let texts = [
      UserFrames.user(
        UserFrames.order(filled: "0.0004", average: "68900.333333333"),
        type: "snapshot"
      ),
      #"{"success":true,"order_id":"1","success_response":{"order_id":"1"}}"#,
      #"{"orders":[{"order_id":"1","product_id":"BTC-USD","side":"SELL","client_order_id":"p","status":"FILLED","created_time":"2023-11-26T10:19:47Z","filled_size":"10","filled_value":"3.92"}],"has_next":false,"cursor":""}"#,
      #"{"fills":[{"trade_id":"1","order_id":"1","trade_type":"FILL","price":"0.392","size":"10","commission":"0.03","product_id":"BTC-USD","size_in_quote":true,"side":"SELL"}],"cursor":"1"}"#,
      #"{"accounts":[{"currency":"BTC","available_balance":{"value":"1.2"},"hold":{"value":"0.005"}}],"has_next":false,"cursor":""}"#,
      #"{"fee_tier":{"taker_fee_rate":"0.006","maker_fee_rate":"0.004"},"epochMillis":"1777975205123"}"#,
    ]
    for text in texts { bench.readSpoilt(text, copies: 400, as: actions, using: &generator) }
  }
}
