import Foundation
import Market
import TestSupport
import Testing
import Units
import VenueKit
import VenueTesting

@testable import KrakenVenue

private let file = "kraken/fixtures_nautilus.json"

/// Bodies and frames that others keep for their tests, part of them recorded.
@Suite(
  "Kraken's account, as others recorded it",
  .enabled(if: Recordings.has([file]), "\(Recordings.path(file)) is absent")
)
struct RecordedAnswersTests {
  private struct Entry: Decodable {
    var name: String
    var raw: String
  }

  private let bench = AccountBench(
    Kraken(),
    [("BTC/USDT", "BTC/USDT"), ("ETH/USDT", "ETH/USDT")],
    aliases: [("XBTUSDT", "BTC/USDT"), ("ETHUSDT", "ETH/USDT")]
  )

  private func text(_ name: String) throws -> String {
    let data = try Data(contentsOf: URL(filePath: Recordings.path(file)))
    let entries = try JSONDecoder().decode([Entry].self, from: data)
    return try #require(entries.first { $0.name == name }).raw
  }

  @Test("an accepted order")
  func placed() throws {
    let answer = try bench.answer(.place(Account.order()), text("http_add_order_spot.json"))
    guard case .order(let report) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(report.venueOrderID == "OUF4EM-FRGI2-MQMWZD")
  }

  @Test("open orders, one of them a stop")
  func open() throws {
    let answer = try bench.answer(.openOrders(nil), text("http_open_orders.json"))
    guard case .orders(let orders) = answer else {
      Issue.record("\(answer)")
      return
    }
    #expect(orders.map(\.venueOrderID) == ["O26VBY-ISGAE-JP5TLU", "OYEQF4-FDE4C-NMUYUI"])
    #expect(orders.map(\.status) == [.open, .open])
    #expect(orders.map { $0.quantity?.raw } == [50_000_000, 100_000_000])
  }

  @Test("executions")
  func fills() throws {
    let action = AccountAction.fills(nil, order: nil, since: nil, cursor: nil)
    guard case .fills(let fills, nil) = try bench.answer(action, text("http_trades_history.json"))
    else {
      Issue.record("another case")
      return
    }
    #expect(fills.map(\.tradeID) == ["TCCCTY-WJ6EO-4FP4VZ", "TDCVFQ-TPEG4-6X7LSZ"])
    #expect(fills.map(\.fee.raw) == [2_360_000_000, 360_000_000])
    #expect(fills.map(\.liquidity) == [.maker, .taker])
  }

  @Test("the clock")
  func time() throws {
    #expect(
      try bench.answer(.serverTime, text("http_server_time.json"))
        == .serverTime(Timestamp(nanoseconds: 1_762_820_224_000_000_000))
    )
  }

  @Test("the answer to an order over the socket")
  func accepted() throws {
    let events = try bench.events(text("ws_add_order_response_success.json"))
    guard case .answered(id: 42, .success(.order(let report)))? = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect(report.venueOrderID == "OABCDE-12345-FGHIJ")
  }
}
