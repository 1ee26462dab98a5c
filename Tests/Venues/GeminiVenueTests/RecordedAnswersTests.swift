import Foundation
import Market
import Testing
import TestSupport
import Units
import VenueKit
import VenueTesting

@testable import GeminiVenue

private let answersFile = "gemini/rest_recorded_gct.json"
private let shapesFile = "gemini/shapes_hummingbot.json"

@Suite("Gemini's recorded answers")
struct RecordedAnswersTests {
  private let sample = Sample()

  private func texts(_ file: String, name: String, text: String) throws -> [RecordedText] {
    let data = try #require(FileManager.default.contents(atPath: Recordings.path(file)))
    return try recordedTexts(in: Array(data), name: name, text: text)
  }

  private func answer(
    _ action: AccountAction,
    _ path: String,
    _ index: Int = 0
  ) throws -> AccountAnswer {
    let all = try texts(answersFile, name: "path", text: "data").filter { $0.name == path }
    try #require(all.count > index)
    return try sample.bench.answer(action, all[index].text)
  }

  @Test(
    "an order, its cancel, and what is open",
    .enabled(if: Recordings.has([answersFile]), "rest_recorded_gct.json is absent")
  )
  func orders() throws {
    let place = AccountAction.place(sample.order())
    guard case .order(let new) = try answer(place, "/v1/order/new"),
      case .order(let gone) = try answer(
        .cancel(.venue("265555413"), sample.bitcoin),
        "/v1/order/cancel"
      )
    else {
      Issue.record("no orders")
      return
    }
    #expect(new.status == .open && new.venueOrderID == "265555413" && new.filled == .zero)
    #expect(new.quantity?.raw == 100_000_000 && new.filledNotional == .zero)
    #expect(gone.status == .cancelled && gone.reason == "Requested" && gone.filled == .zero)
    #expect(gone.venueTime?.nanoseconds == 1_565_673_596_842_000_000)
    #expect(try answer(.openOrders(nil), "/v1/orders") == .orders([]))
  }

  @Test(
    "orders that were refused",
    .enabled(if: Recordings.has([answersFile]), "rest_recorded_gct.json is absent"),
    arguments: [(1, "InvalidSymbol"), (2, "InvalidOrderType"), (3, "InvalidOrderType")]
  )
  func refusals(_ index: Int, _ reason: String) throws {
    let place = AccountAction.place(sample.order())
    let failure = #expect(throws: VenueFailure.self) { try answer(place, "/v1/order/new", index) }
    #expect(failure?.remedy == .permanent && failure?.code == reason)
  }

  @Test(
    "trades, balances, and fees",
    .enabled(if: Recordings.has([answersFile]), "rest_recorded_gct.json is absent")
  )
  func account() throws {
    let action = AccountAction.fills(sample.bitcoin, order: nil, since: nil, cursor: nil)
    guard case .fills(let fills, nil) = try answer(action, "/v1/mytrades"),
      case .balances(let balances, nil) = try answer(.balances(cursor: nil), "/v1/balances")
    else {
      Issue.record("no trades, no balances")
      return
    }
    #expect(fills.first?.tradeID == "72877196" && fills.first?.venueOrderID == "72877194")
    #expect(fills.allSatisfy { $0.price.description == "4365.44" && $0.liquidity == .taker })
    #expect(fills.allSatisfy { $0.fee.text(decimals: 8) == "10.9136" })
    #expect(fills.count == 15)
    #expect(balances.map(\.asset.symbol) == ["BTC", "USD", "ETH", "BCH", "LTC", "ZEC"])
    #expect(balances.map { $0.total.text(decimals: 8) }[1] == "234354.69")
    let fees = FeeReport(
      instrument: nil,
      maker: Rate(basisPoints: 10),
      taker: Rate(basisPoints: 35)
    )
    #expect(try answer(.fees(nil), "/v1/notionalvolume") == .fees([fees]))
  }

  @Test(
    "balance events of the current socket",
    .enabled(if: Recordings.has([shapesFile]), "shapes_hummingbot.json is absent")
  )
  func balanceEvents() throws {
    let frames = try texts(shapesFile, name: "shape_of", text: "value")
      .filter { $0.name.hasSuffix("balance_event") }
      .map { $0.text.replacing("${WS_EVENT_BALANCE_UPDATE}", with: "balanceUpdate") }
    let balances = try frames.flatMap { frame -> [Balance] in
      guard case .balances(let balances)? = try sample.bench.events(frame).first else { return [] }
      return balances
    }
    let told = balances.map {
      "\($0.asset) \($0.total.text(decimals: 8)) \($0.available.text(decimals: 8))"
    }
    #expect(told == ["USD 300 207.39", "BTC 1.5 0", "USD -0.002 -0.002"])
  }

  @Test(
    "an order's state and a fill by the shapes of 2026",
    .enabled(if: Recordings.has([shapesFile]), "shapes_hummingbot.json is absent")
  )
  func shapes() throws {
    let values = [
      "\"${is_live}\"": "false", "\"${is_cancelled}\"": "false", "\"${event_ts_ns}\"": "7",
      "${exchange_trading_pair}": "btcusd", "${exchange_order_id}": "9007199254740993",
      "${client_order_id}": "plx-0001", "${side}": "sell", "${avg_execution_price}": "100",
      "${executed_amount}": "0.5", "${remaining_amount}": "0", "${original_amount}": "0.5",
      "${price}": "100", "${status}": "FILLED", "${fill_z}": "0.25", "${last_price}": "100",
      "${trade_id}": "11",
    ]
    func shape(_ name: String) throws -> String {
      let found = try texts(shapesFile, name: "shape_of", text: "value").first { $0.name == name }
      return values.reduce(try #require(found).text) {
        $0.replacing($1.key, with: $1.value)
      }
    }
    let body = try shape("order_status_response_template")
    let lookUp = AccountAction.order(.venue("9007199254740993"), sample.bitcoin)
    guard case .order(let report) = try sample.bench.answer(lookUp, body) else { return }
    #expect(report.status == .filled && report.side == .sell && report.filled?.raw == 50_000_000)
    #expect(report.filledNotional?.text(decimals: 8) == "50")

    guard case .order(let event)? = try sample.bench.events(try shape("make_fill_event")).last
    else { return }
    #expect(event.status == .filled && event.filled?.raw == 100_000_000 && event.side == .buy)
  }
}
