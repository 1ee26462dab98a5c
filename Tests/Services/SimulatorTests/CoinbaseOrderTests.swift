import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Coinbase: orders")
struct CoinbaseOrderTests {
  static let resting = "{\"limit_limit_gtc\":{\"base_size\":\"0.001\",\"limit_price\":\"60000\"}}"

  @Test("an accepted order is named, never how much of it was filled")
  func accepted() throws {
    let desk = CoinbaseDesk()
    let answer = try desk.order(Self.resting, client: "mine")
    #expect(answer["success"] == .boolean(true))
    let id = try #require(answer["order_id"]?.string)
    #expect(id.utf8.count == 36)
    #expect(
      answer["success_response"]
        == .object([
          .init("order_id", .string(id)), .init("product_id", .string("BTC-USD")),
          .init("side", .string("BUY")), .init("client_order_id", .string("mine")),
        ])
    )
    #expect(answer["order_configuration"] == (try JSONValue(Array(Self.resting.utf8))))
    // The same identifier again gives the first order and places nothing.
    let again = try desk.order(Self.resting, client: "mine")
    #expect(again["order_id"]?.string == id)
    #expect(desk.gateway.exchange.orders(of: desk.account).count == 1)
  }

  @Test(
    "each configuration is understood",
    arguments: [
      ("{\"sor_limit_ioc\":{\"base_size\":\"0.001\",\"limit_price\":\"65000\"}}", "FILLED"),
      ("{\"limit_limit_fok\":{\"base_size\":\"0.001\",\"limit_price\":\"65000\"}}", "FILLED"),
      ("{\"limit_limit_fok\":{\"base_size\":\"0.002\",\"limit_price\":\"65000\"}}", "CANCELLED"),
      ("{\"sor_limit_ioc\":{\"base_size\":\"0.002\",\"limit_price\":\"65000\"}}", "CANCELLED"),
      ("{\"limit_limit_gtc\":{\"base_size\":\"0.002\",\"limit_price\":\"65000\"}}", "OPEN"),
      (
        "{\"limit_limit_gtc\":{\"base_size\":\"0.001\",\"limit_price\":\"64999.99\","
          + "\"post_only\":true}}", "OPEN"
      ),
      (
        "{\"limit_limit_gtd\":{\"base_size\":\"0.001\",\"limit_price\":\"64000\","
          + "\"end_time\":\"2026-08-09T21:06:00Z\",\"post_only\":false}}", "OPEN"
      ),
      ("{\"market_market_ioc\":{\"quote_size\":\"10\"}}", "FILLED"),
      ("{\"market_market_ioc\":{\"base_size\":\"0.001\"}}", "FILLED"),
      (
        "{\"stop_limit_stop_limit_gtc\":{\"base_size\":\"0.001\",\"limit_price\":\"66100\","
          + "\"stop_price\":\"66000\",\"stop_direction\":\"STOP_DIRECTION_STOP_UP\"}}", "OPEN"
      ),
    ]
  )
  func configurations(_ configuration: String, _ status: String) throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 100_000)
    let answer = try desk.order(configuration)
    let id = try #require(answer["order_id"]?.string)
    let order = try desk.signed("GET", "/api/v3/brokerage/orders/historical/\(id)")
    #expect(try JSONValue(order.body)["order"]?["status"]?.string == status)
  }

  @Test(
    "a refusal is an answer of status 200 that says why",
    arguments: [
      (
        "{\"limit_limit_gtc\":{\"base_size\":\"10\",\"limit_price\":\"60000\"}}",
        "INSUFFICIENT_FUND", "PREVIEW_INSUFFICIENT_FUND"
      ),
      (
        "{\"limit_limit_gtc\":{\"base_size\":\"0.00000001\",\"limit_price\":\"60000\"}}",
        "UNKNOWN_FAILURE_REASON", "PREVIEW_INVALID_BASE_SIZE_TOO_SMALL"
      ),
      (
        "{\"limit_limit_gtc\":{\"base_size\":\"1000001\",\"limit_price\":\"60000\"}}",
        "UNKNOWN_FAILURE_REASON", "PREVIEW_INVALID_BASE_SIZE_TOO_LARGE"
      ),
      (
        "{\"limit_limit_gtc\":{\"base_size\":\"0.001\",\"limit_price\":\"60000.001\"}}",
        "INVALID_PRICE_PRECISION", "PREVIEW_INVALID_PRICE_PRECISION"
      ),
      (
        "{\"limit_limit_gtc\":{\"base_size\":\"0.000000001\",\"limit_price\":\"60000\"}}",
        "INVALID_SIZE_PRECISION", "PREVIEW_INVALID_SIZE_PRECISION"
      ),
      (
        "{\"limit_limit_gtc\":{\"base_size\":\"0.001\",\"limit_price\":\"65000\","
          + "\"post_only\":true}}", "INVALID_LIMIT_PRICE_POST_ONLY",
        "PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY"
      ),
      (
        "{\"limit_limit_gtc\":{\"base_size\":\"0.001\",\"limit_price\":\"0\"}}",
        "INVALID_LIMIT_PRICE", "PREVIEW_INVALID_LIMIT_PRICE"
      ),
      (
        "{\"limit_limit_gtc\":{\"base_size\":\"0.001\",\"limit_price\":\"99999999999\"}}",
        "INVALID_LIMIT_PRICE", "PREVIEW_INVALID_LIMIT_PRICE"
      ),
      (
        "{\"market_market_ioc\":{\"quote_size\":\"10.001\"}}", "UNKNOWN_FAILURE_REASON",
        "PREVIEW_INVALID_QUOTE_SIZE_PRECISION"
      ),
      (
        "{\"market_market_ioc\":{\"quote_size\":\"0.5\"}}", "UNKNOWN_FAILURE_REASON",
        "PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL"
      ),
      (
        "{\"market_market_fok\":{\"base_size\":\"1\"}}", "UNSUPPORTED_ORDER_CONFIGURATION",
        "UNKNOWN_PREVIEW_FAILURE_REASON"
      ),
    ]
  )
  func refusals(_ configuration: String, _ reason: String, _ preview: String) throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 100_000)
    let answer = try desk.order(configuration)
    #expect(answer["success"] == .boolean(false))
    #expect(answer["failure_reason"]?.string == "UNKNOWN_FAILURE_REASON")
    #expect(answer["order_id"]?.string == "")
    #expect(answer["error_response"]?["error"]?.string == reason)
    #expect(answer["error_response"]?["preview_failure_reason"]?.string == preview)
    #expect(answer["error_response"]?["new_order_failure_reason"]?.string == reason)
    #expect(answer["order_configuration"] == (try JSONValue(Array(configuration.utf8))))
    #expect(desk.gateway.exchange.orders(of: desk.account).isEmpty)
  }

  @Test("a market order without a book, an unknown product, and a stop on the wrong side")
  func moreRefusals() throws {
    let desk = CoinbaseDesk()
    let empty = try desk.order("{\"market_market_ioc\":{\"quote_size\":\"10\"}}")
    #expect(empty["error_response"]?["error"]?.string == "INVALID_NO_LIQUIDITY")
    let unknown = try desk.signed(
      "POST",
      "/api/v3/brokerage/orders",
      body: "{\"client_order_id\":\"a\",\"product_id\":\"XYZ-USD\",\"side\":\"BUY\","
        + "\"order_configuration\":\(Self.resting)}"
    )
    #expect(unknown.status == 200)
    #expect(unknown.bodyText.contains("\"error\":\"INVALID_PRODUCT_ID\""))
    try desk.quote(.sell, 6_500_000, 100_000)
    try desk.quote(.buy, 6_500_000, 1_000, .immediateOrCancel)
    let stop = try desk.order(
      "{\"stop_limit_stop_limit_gtc\":{\"base_size\":\"0.001\",\"limit_price\":\"66100\","
        + "\"stop_price\":\"66000\",\"stop_direction\":\"STOP_DIRECTION_STOP_DOWN\"}}"
    )
    #expect(
      stop["error_response"]?["preview_failure_reason"]?.string
        == "PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE"
    )
  }

  @Test(
    "what is no order at all is refused as a request",
    arguments: [
      "", "[]", "{", "{\"client_order_id\":\"a\"}", "{\"client_order_id\":\"a\",\"product_id\":1}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"buy\"}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"BUY\","
        + "\"order_configuration\":{}}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"BUY\","
        + "\"order_configuration\":{\"what\":{}}}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"BUY\",\"max_floor\":\"1\","
        + "\"order_configuration\":\(resting)}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"BUY\","
        + "\"order_configuration\":{\"sor_limit_ioc\":{\"base_size\":\"-1\",\"limit_price\":\"1\"}}}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"BUY\","
        + "\"order_configuration\":{\"sor_limit_ioc\":{\"base_size\":\"1e5\",\"limit_price\":\"1\"}}}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"BUY\","
        + "\"order_configuration\":{\"sor_limit_ioc\":{\"limit_price\":\"1\"}}}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"BUY\","
        + "\"order_configuration\":{\"sor_limit_ioc\":{\"base_size\":"
        + "\"99999999999999999999999999999999999999999\",\"limit_price\":\"1\"}}}",
      "{\"product_id\":\"BTC-USD\",\"side\":\"BUY\",\"order_configuration\":\(resting)}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"BUY\","
        + "\"retail_portfolio_id\":\"other\",\"order_configuration\":\(resting)}",
      "{\"client_order_id\":\"a\",\"product_id\":\"BTC-USD\",\"side\":\"BUY\","
        + "\"order_configuration\":{\"limit_limit_gtd\":{\"base_size\":\"1\",\"limit_price\":\"1\","
        + "\"end_time\":\"2020-01-01T00:00:00Z\"}}}",
    ]
  )
  func nonsense(_ body: String) throws {
    let desk = CoinbaseDesk()
    let response = try desk.signed("POST", "/api/v3/brokerage/orders", body: body)
    #expect(response.status == 400)
    #expect(response.bodyText.hasPrefix("{\"error\":"))
  }

  @Test("an order tells its fills, fees, and hold, in the order of the recorded body")
  func view() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 100_000)
    let answer = try desk.order(
      "{\"limit_limit_gtc\":{\"base_size\":\"0.002\",\"limit_price\":\"65000\","
        + "\"post_only\":false}}",
      client: "mine"
    )
    let id = try #require(answer["order_id"]?.string)
    let response = try desk.signed("GET", "/api/v3/brokerage/orders/historical/\(id)")
    let order = try #require(try JSONValue(response.body)["order"])
    #expect(order["completion_percentage"]?.string == "50.00")
    #expect(order["filled_size"]?.string == "0.001")
    #expect(order["average_filled_price"]?.string == "65000")
    #expect(order["fee"]?.string == "")
    #expect(order["number_of_fills"]?.string == "1")
    #expect(order["filled_value"]?.string == "65")
    #expect(order["total_fees"]?.string == "0.78")
    #expect(order["total_value_after_fees"]?.string == "65.78")
    #expect(order["outstanding_hold_amount"]?.string == "65.78")
    #expect(order["time_in_force"]?.string == "GOOD_UNTIL_CANCELLED")
    #expect(order["order_type"]?.string == "LIMIT")
    #expect(order["created_time"]?.string == "2026-08-09T21:05:48.170326Z")
    #expect(order["last_fill_time"]?.string == "2026-08-09T21:05:48.170326Z")
    let fills = try desk.signed(
      "GET",
      "/api/v3/brokerage/orders/historical/fills",
      query: "order_id=\(id)"
    )
    let fill = try #require(try JSONValue(fills.body)["fills"]?[0])
    #expect(fill["order_id"]?.string == id)
    #expect(fill["size"]?.string == "0.001")
    #expect(fill["commission"]?.string == "0.78")
    #expect(fill["liquidity_indicator"]?.string == "TAKER")
    #expect(fill["side"]?.string == "BUY")
    #expect(try JSONValue(fills.body)["cursor"]?.string == "")
  }

  @Test("a market order by amount pays its fee out of it, and its fills are told in quote")
  func amount() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 5_000_000, 100_000)
    let answer = try desk.order("{\"market_market_ioc\":{\"quote_size\":\"10.12\"}}")
    let id = try #require(answer["order_id"]?.string)
    let response = try desk.signed("GET", "/api/v3/brokerage/orders/historical/\(id)")
    let order = try #require(try JSONValue(response.body)["order"])
    #expect(order["status"]?.string == "FILLED")
    #expect(order["size_in_quote"] == .boolean(true))
    #expect(order["size_inclusive_of_fees"] == .boolean(true))
    #expect(order["filled_size"]?.string == "0.0002")
    #expect(order["total_value_after_fees"]?.string == "10.12")
    let fills = try desk.signed("GET", "/api/v3/brokerage/orders/historical/fills")
    let fill = try #require(try JSONValue(fills.body)["fills"]?[0])
    #expect(fill["size_in_quote"] == .boolean(true))
    #expect(fill["size"]?.string == "10")
  }

  @Test("cancelling answers for each order, and 200 even where there was nothing to cancel")
  func cancelling() throws {
    let desk = CoinbaseDesk()
    let id = try #require(try desk.order(Self.resting)["order_id"]?.string)
    let path = "/api/v3/brokerage/orders/batch_cancel"
    let body = "{\"order_ids\":[\"\(id)\",\"\(id)\",\"nothing\"]}"
    let response = try desk.signed("POST", path, body: body)
    #expect(
      response.bodyText == "{\"results\":[{\"success\":true,"
        + "\"failure_reason\":\"UNKNOWN_CANCEL_FAILURE_REASON\",\"order_id\":\"\(id)\"},"
        + "{\"success\":false,\"failure_reason\":\"DUPLICATE_CANCEL_REQUEST\","
        + "\"order_id\":\"\(id)\"},{\"success\":false,"
        + "\"failure_reason\":\"UNKNOWN_CANCEL_ORDER\",\"order_id\":\"nothing\"}]}"
    )
    let done = try desk.signed("POST", path, body: "{\"order_ids\":[\"\(id)\"]}")
    #expect(done.bodyText.contains("UNKNOWN_CANCEL_ORDER"))
    let ids = String(repeating: "\"a\",", count: 100) + "\"b\""
    #expect(try desk.signed("POST", path, body: "{\"order_ids\":[\(ids)]}").status == 400)
    // Another account's order is unknown to it.
    let theirs = try #require(try desk.order(Self.resting)["order_id"]?.string)
    let bob = desk.gateway.addAccount("bob", [.view, .trade])
    let token = try desk.token(
      uri: "POST api.coinbase.com" + path,
      key: bob.key,
      secret: bob.secret
    )
    let foreign = desk.request(
      "POST",
      path,
      body: "{\"order_ids\":[\"\(theirs)\"]}",
      token: token
    )
    #expect(foreign.bodyText.contains("UNKNOWN_CANCEL_ORDER"))
  }

  @Test("an edit changes price and size of a resting order, and says what it will not do")
  func editing() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 100_000)
    let id = try #require(try desk.order(Self.resting)["order_id"]?.string)
    let path = "/api/v3/brokerage/orders/edit"
    func edit(_ fields: String) throws -> String {
      try desk.signed("POST", path, body: "{\"order_id\":\"\(id)\"\(fields)}").bodyText
    }
    #expect(
      try edit(",\"price\":\"61000\",\"size\":\"0.002\"") == "{\"success\":true,\"errors\":[]}"
    )
    let response = try desk.signed("GET", "/api/v3/brokerage/orders/historical/\(id)")
    #expect(
      response.bodyText.contains(
        "{\"limit_limit_gtc\":{\"base_size\":\"0.002\",\"limit_price\":\"61000\"}}"
      )
    )
    #expect(try edit(",\"price\":\"61000\"").contains("INVALID_EDITED_SIZE"))
    #expect(
      try edit(",\"price\":\"61000\",\"size\":\"0.002\"")
        .contains("EDIT_REQUEST_EQUAL_TO_ORIGINAL_REQUEST")
    )
    #expect(
      try edit(",\"price\":\"61000.001\",\"size\":\"0.002\"").contains("INVALID_EDITED_PRICE")
    )
    #expect(
      try edit(",\"price\":\"61000\",\"size\":\"9\"").contains("PREVIEW_INSUFFICIENT_FUND")
    )
    let unknown = try desk.signed("POST", path, body: "{\"order_id\":\"x\"}")
    #expect(unknown.bodyText.contains("ORDER_NOT_FOUND"))
    let preview = try desk.signed(
      "POST",
      "/api/v3/brokerage/orders/edit_preview",
      body: "{\"order_id\":\"\(id)\",\"price\":\"62000\",\"size\":\"0.001\"}"
    )
    let expected = try JSONValue(preview.body)
    #expect(expected["errors"]?.elements?.isEmpty == true)
    #expect(expected["order_total"]?.string == "62.744")
    #expect(desk.gateway.exchange.orders(of: desk.account)[0].limit?.description == "61000")
  }

  @Test("a preview costs nothing and says what an order would come to, or why not")
  func preview() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 100_000)
    func preview(_ configuration: String) throws -> JSONValue {
      let response = try desk.signed(
        "POST",
        "/api/v3/brokerage/orders/preview",
        body: "{\"product_id\":\"BTC-USD\",\"side\":\"BUY\","
          + "\"order_configuration\":\(configuration)}"
      )
      return try JSONValue(response.body)
    }
    let good = try preview(Self.resting)
    #expect(good["errs"]?.elements?.isEmpty == true)
    #expect(good["order_total"]?.string == "60.72")
    #expect(good["commission_total"]?.string == "0.72")
    #expect(good["best_ask"]?.string == "65000")
    let amount = try preview("{\"market_market_ioc\":{\"quote_size\":\"101.2\"}}")
    #expect(amount["commission_total"]?.string == "1.2")
    let bad = try preview(
      "{\"limit_limit_gtc\":{\"base_size\":\"10\",\"limit_price\":\"60000\"}}"
    )
    #expect(bad["errs"] == .array([.string("PREVIEW_INSUFFICIENT_FUND")]))
    #expect(desk.gateway.exchange.orders(of: desk.account).isEmpty)
  }

  @Test("lists come newest first, page by page, and by what is asked for")
  func lists() throws {
    let desk = CoinbaseDesk()
    for _ in 0..<3 { _ = try desk.order(Self.resting) }
    try desk.quote(.sell, 6_500_000, 100_000)
    _ = try desk.order("{\"market_market_ioc\":{\"base_size\":\"0.001\"}}")
    let path = "/api/v3/brokerage/orders/historical/batch"
    func list(_ query: String) throws -> JSONValue {
      try JSONValue(try desk.signed("GET", path, query: query).body)
    }
    #expect(try list("")["orders"]?.elements?.count == 4)
    #expect(try list("order_status=OPEN")["orders"]?.elements?.count == 3)
    #expect(try list("order_status=FILLED")["orders"]?[0]?["order_type"]?.string == "MARKET")
    #expect(try list("product_ids=ETH-USD")["orders"]?.elements?.isEmpty == true)
    #expect(try list("start_date=2026-08-10T00:00:00Z")["orders"]?.elements?.isEmpty == true)
    let first = try list("limit=3")
    #expect(first["has_next"] == .boolean(true))
    let cursor = try #require(first["cursor"]?.string)
    let second = try list("limit=3&cursor=\(cursor)")
    #expect(second["orders"]?.elements?.count == 1)
    #expect(second["has_next"] == .boolean(false))
    #expect(second["cursor"]?.string == "")
    for query in ["cursor=x", "start_date=x", "limit=x", "order_status=OPEN,FILLED"] {
      #expect(try desk.signed("GET", path, query: query).status == 400)
    }
    let missing = try desk.signed("GET", "/api/v3/brokerage/orders/historical/none")
    #expect(missing.status == 404)
    #expect(missing.bodyText.contains("order with this orderID was not found"))
  }

  @Test("an order with an end expires")
  func expiry() throws {
    let desk = CoinbaseDesk()
    let answer = try desk.order(
      "{\"limit_limit_gtd\":{\"base_size\":\"0.001\",\"limit_price\":\"64000\","
        + "\"end_time\":\"2026-08-09T21:06:00Z\"}}"
    )
    let id = try #require(answer["order_id"]?.string)
    desk.wait(milliseconds: 12_000)
    let response = try desk.signed("GET", "/api/v3/brokerage/orders/historical/\(id)")
    let order = try #require(try JSONValue(response.body)["order"])
    #expect(order["status"]?.string == "EXPIRED")
    #expect(order["time_in_force"]?.string == "GOOD_UNTIL_DATE_TIME")
    #expect(order["outstanding_hold_amount"]?.string == "0")
  }
}
