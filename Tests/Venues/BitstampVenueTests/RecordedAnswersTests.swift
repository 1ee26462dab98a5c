import Foundation
import Market
import Testing
import TestSupport
import Units
import VenueKit
import VenueTesting

@testable import BitstampVenue

private let answersFile = "bitstamp/rest_recorded_gct.json"
private let ordersFile = "bitstamp/ws_private_my_orders_gct.ndjson"
private let shapesFile = "bitstamp/shapes_hummingbot.json"

@Suite("Bitstamp's recorded answers and private frames")
struct RecordedAnswersTests {
  private let sample = Sample()

  private func bytes(_ file: String) throws -> [UInt8] {
    Array(try #require(FileManager.default.contents(atPath: Recordings.path(file))))
  }

  private func answer(_ action: AccountAction, _ path: String) throws -> AccountAnswer {
    let all = try recordedTexts(in: bytes(answersFile), name: "path", text: "data")
    let text = try #require(all.first { $0.name == "/api/v2/\(path)/" }).text
    return try sample.bench.answer(action, text)
  }

  @Test(
    "an order, its cancel, and what is open",
    .enabled(if: Recordings.has([answersFile]), "rest_recorded_gct.json is absent")
  )
  func orders() throws {
    let cancel = AccountAction.cancel(.venue("1453282316578816"), sample.bitcoin)
    guard case .order(let new) = try answer(.place(sample.order()), "buy/btcusd"),
      case .order(let gone) = try answer(cancel, "cancel_order"),
      case .orders(let open) = try answer(.openOrders(sample.bitcoin), "open_orders/btcusd")
    else {
      Issue.record("no orders")
      return
    }
    #expect(new.status == .pending && new.venueOrderID == "1234123412341234")
    #expect(new.quantity?.text(decimals: 8) == "45" && new.clientOrderID == "123456789")
    #expect(new.venueTime?.description == "2022-01-31T14:43:15.796000000Z")
    #expect(gone.status == .cancelled && gone.venueOrderID == "1453282316578816")
    #expect(open.map(\.venueOrderID) == ["1234123412341234"])
    #expect(open.first?.quantity?.text(decimals: 8) == "0.5" && open.first?.filled == .zero)
  }

  @Test(
    "transactions, fees, and the stream's token",
    .enabled(if: Recordings.has([answersFile]), "rest_recorded_gct.json is absent")
  )
  func account() throws {
    let action = AccountAction.fills(nil, order: nil, since: nil, cursor: nil)
    guard case .fills(let fills, nil) = try answer(action, "user_transactions/btcusd") else {
      Issue.record("no fills")
      return
    }
    let first = try #require(fills.first)
    #expect(first.tradeID == "50197020" && first.venueOrderID == "857979733")
    #expect(first.side == .buy && first.quantity.text(decimals: 8) == "0.94492494")
    #expect(first.price.description == "11170.21" && first.fee.text(decimals: 8) == "26.39")
    #expect(first.venueTime?.description == "2018-01-29T20:22:34.000000000Z")
    #expect(
      try answer(.streamToken, "websockets_token")
        == .streamToken(
          StreamToken(token: "HorseWalksIntoBarBtenderLongFace", userID: "1337210")
        )
    )
    guard case .fees(let fees) = try answer(.fees(nil), "fees/trading") else { return }
    #expect(fees.map(\.instrument) == [sample.bench.instruments[2].id, sample.bitcoin.id])
    #expect(fees.allSatisfy { $0.maker == Rate(basisPoints: 30) })
  }

  @Test(
    "the course of two market orders and a limit order",
    .enabled(if: Recordings.has([ordersFile]), "ws_private_my_orders_gct.ndjson is absent")
  )
  func privateOrders() throws {
    let lines = try bytes(ordersFile).split(separator: UInt8(ascii: "\n")).map(Array.init)
    let told = try lines.map { line -> String in
      guard case .order(let order)? = try sample.bench.events(line).first else { return "none" }
      let filled = order.filled?.text(decimals: 8) ?? "-"
      let quantity = order.quantity?.text(decimals: 8) ?? "-"
      return [order.clientOrderID ?? "-", order.status.rawValue, filled, quantity]
        .joined(separator: " ")
    }
    #expect(
      told == [
        "test_market_buy open - -",
        "test_market_buy open 0.00038666 0.00038667",
        "test_market_buy cancelled 0.00038666 0.00038667",
        "test_market_sell open - -",
        "test_market_sell open 0.00038678 0.00038679",
        "test_market_sell cancelled 0.00038678 0.00038679",
        "test_limit_sell open 0 0.00038692",
        "test_limit_sell filled 0.00038692 0.00038692",
      ]
    )
  }

  @Test(
    "a trade, fees, and an order's state by the shapes of 2024",
    .enabled(if: Recordings.has([shapesFile]), "shapes_hummingbot.json is absent")
  )
  func shapes() throws {
    let values = [
      "${exchange_trading_pair}": "ethusd", "${base_asset}/${quote_asset}": "BTC/USD",
      "${order_exchange_order_id}": "1762863651524616", "${order_client_order_id}": "plx-0001",
      "<expr:order.base_asset.lower()>": "btc", "<expr:order.quote_asset.lower()>": "usd",
      "${order_price_order_amount}": "5000", "${order_amount}": "0.1", "${order_price}": "50000",
      "${expected_fill_trade_id}": "30000", "${expected_fill_fee_flat_fees_amount}": "30",
      "coinalphahbot": "btcusd",
    ]
    let all = try recordedTexts(in: bytes(shapesFile), name: "shape_of", text: "value")
    func shape(_ name: String) throws -> String {
      // Longer names first: one placeholder begins as another does.
      values.sorted { ($1.key.count, $0.key) < ($0.key.count, $1.key) }.reduce(
        try #require(all.first { $0.name.contains(name) }).text
      ) { $0.replacing($1.key, with: $1.value) }
    }
    let trade = try shape("valid_message")
    guard case .fill(let fill)? = try sample.bench.events(trade).first else {
      Issue.record("\(trade)")
      return
    }
    #expect(fill.tradeID == "1" && fill.venueOrderID == "12345" && fill.side == .buy)
    #expect(fill.fee.text(decimals: 8) == "1.3176" && fill.quantity.text(decimals: 8) == "3600")

    guard
      case .fees(let fees) = try sample.bench.answer(.fees(nil), try shape("trading_fees_mock"))
    else { return }
    #expect(fees.map(\.taker) == [Rate(basisPoints: 200), Rate(basisPoints: 40)])

    let lookUp = AccountAction.order(.client("plx-0001"), sample.bitcoin)
    let finished = try shape("order_fills_request_full_fill_mock_response")
    guard case .order(let report) = try sample.bench.answer(lookUp, finished) else { return }
    #expect(report.status == .filled && report.filled?.text(decimals: 8) == "0.1")
    #expect(report.filledNotional?.text(decimals: 8) == "5000")
  }
}
