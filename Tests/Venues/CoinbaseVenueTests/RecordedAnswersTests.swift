import Foundation
import Market
import TestSupport
import Testing
import Units
import VenueKit
import VenueTesting

@testable import CoinbaseVenue

private let file = "coinbase/fixtures_nautilus.json"

/// Bodies and frames that others keep for their tests.
@Suite(
  "Coinbase's account, as others recorded it",
  .enabled(if: Recordings.has([file]), "\(Recordings.path(file)) is absent")
)
struct RecordedAnswersTests {
  private struct Entry: Decodable {
    var name: String
    var raw: String
  }

  private let bench = Account.bench

  private func text(_ name: String) throws -> String {
    let data = try Data(contentsOf: URL(filePath: Recordings.path(file)))
    let entries = try JSONDecoder().decode([Entry].self, from: data)
    return try #require(entries.first { $0.name == name }).raw
  }

  @Test("one order, half of it filled")
  func order() throws {
    let body = try text("http_order.json")
    let action = AccountAction.order(.venue("0000-000000-000000"), Account.bitcoin)
    guard case .order(let report) = try bench.answer(action, body) else {
      Issue.record("no order")
      return
    }
    #expect(report.status == .open)
    #expect(report.clientOrderID == "11111-000000-000000")
    #expect(report.filled == Quantity(raw: 100_000))
    #expect(report.filledNotional == Notional(raw: 1_000_000_000_000))
  }

  @Test("accounts, what is held apart from what is free")
  func accounts() throws {
    let body = try text("http_accounts.json")
    #expect(
      try bench.answer(.balances(cursor: nil), body)
        == .balances(
          [
            Balance(
              asset: Asset(symbol: "BTC"),
              total: Notional(raw: 123_956_789),
              available: Notional(raw: 123_456_789)
            ),
            Balance(
              asset: Asset(symbol: "USD"),
              total: Notional(raw: 1_045_050_000_000),
              available: Notional(raw: 1_000_050_000_000)
            ),
          ],
          cursor: nil
        )
    )
  }

  @Test("the snapshot of open orders")
  func user() throws {
    let events = try bench.connection(try text("ws_user.json"))
    #expect(events.sequence == 1)
    #expect(events.events.first == .snapshotBegins)
    guard case .order(let report)? = events.events.last else {
      Issue.record("\(events.events)")
      return
    }
    #expect(report.status == .open)
    #expect(report.side == .buy)
    #expect(report.quantity == Quantity(raw: 100_000))
  }

  @Test("what the connection is subscribed to")
  func subscriptions() throws {
    #expect(
      try bench.events(text("ws_subscriptions.json"))
        == [.subscribed("level2"), .subscribed("market_trades")]
    )
  }
}
