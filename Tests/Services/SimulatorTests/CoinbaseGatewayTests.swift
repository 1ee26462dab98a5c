import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Coinbase: public REST and tokens")
struct CoinbaseGatewayTests {
  @Test("the list of products says what may be traded and how finely")
  func products() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 100_000)
    try desk.quote(.buy, 6_500_000, 40_000, .immediateOrCancel)
    let response = desk.request("GET", "/api/v3/brokerage/market/products")
    #expect(response.status == 200)
    let body = try JSONValue(response.body)
    #expect(body["num_products"] == .number("2"))
    let product = try #require(body["products"]?[0])
    #expect(product["product_id"]?.string == "BTC-USD")
    #expect(product["price"]?.string == "65000")
    #expect(product["price_increment"]?.string == "0.01")
    #expect(product["quote_increment"]?.string == "0.01")
    #expect(product["base_increment"]?.string == "0.00000001")
    #expect(product["base_min_size"]?.string == "0.00001")
    #expect(product["quote_min_size"]?.string == "1")
    #expect(product["volume_24h"]?.string == "0.0004")
    #expect(product["trading_disabled"] == .boolean(false))
    let one = desk.request("GET", "/api/v3/brokerage/market/products/ETH-USD")
    #expect(one.bodyText.hasPrefix("{\"product_id\":\"ETH-USD\",\"price\":\"\","))
    let none = desk.request(
      "GET",
      "/api/v3/brokerage/market/products",
      query: "product_type=FUTURE"
    )
    #expect(try JSONValue(none.body)["products"]?.elements?.isEmpty == true)
    let paged = desk.request("GET", "/api/v3/brokerage/market/products", query: "limit=1")
    #expect(try JSONValue(paged.body)["pagination"]?["has_next"] == .boolean(true))
  }

  @Test("a venue in maintenance says so on every product")
  func maintenance() throws {
    let desk = CoinbaseDesk()
    desk.gateway.exchange.setStatus(.closed)
    let response = desk.request("GET", "/api/v3/brokerage/market/products/BTC-USD")
    #expect(try JSONValue(response.body)["trading_disabled"] == .boolean(true))
    let order = try desk.order(
      "{\"limit_limit_gtc\":{\"base_size\":\"0.001\",\"limit_price\":\"60000\"}}"
    )
    #expect(order["error_response"]?["error"]?.string == "ORDER_ENTRY_DISABLED")
  }

  @Test("the book is told best first, with its middle and its spread")
  func book() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.buy, 6_892_366, 17_189_468)
    try desk.quote(.buy, 6_892_300, 5_795_895)
    try desk.quote(.sell, 6_892_367, 16_987_193)
    let response = desk.request(
      "GET",
      "/api/v3/brokerage/market/product_book",
      query: "product_id=BTC-USD&limit=50"
    )
    // The numbers of nautilus_trader's recording of 2026-04-07.
    let expected =
      "{\"pricebook\":{\"product_id\":\"BTC-USD\","
      + "\"bids\":[{\"price\":\"68923.66\",\"size\":\"0.17189468\"},"
      + "{\"price\":\"68923\",\"size\":\"0.05795895\"}],"
      + "\"asks\":[{\"price\":\"68923.67\",\"size\":\"0.16987193\"}],"
      + "\"time\":\"2026-08-09T21:05:48.170326Z\"},\"last\":\"68923.665\","
      + "\"mid_market\":\"68923.665\",\"spread_bps\":\"0.001450880372\","
      + "\"spread_absolute\":\"0.01\"}"
    #expect(response.bodyText == expected)
  }

  @Test("public answers are a second old unless a fresh one is asked for")
  func caching() throws {
    let desk = CoinbaseDesk()
    let path = "/api/v3/brokerage/market/product_book"
    let query = "product_id=BTC-USD"
    #expect(desk.request("GET", path, query: query).bodyText.contains("\"bids\":[]"))
    try desk.quote(.buy, 6_500_000, 100_000)
    #expect(desk.request("GET", path, query: query).bodyText.contains("\"bids\":[]"))
    let fresh = desk.request(
      "GET",
      path,
      query: query,
      headers: [.init("cache-control", "no-cache")]
    )
    #expect(!fresh.bodyText.contains("\"bids\":[]"))
    desk.wait(milliseconds: 1_000)
    #expect(!desk.request("GET", path, query: query).bodyText.contains("\"bids\":[]"))
  }

  @Test("trades come newest first, with the maker's side, and candles sum them up")
  func trades() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 6_500_000, 100_000)
    try desk.quote(.buy, 6_500_000, 40_000, .immediateOrCancel)
    desk.wait(milliseconds: 1_500)
    try desk.quote(.buy, 6_400_000, 40_000)
    try desk.quote(.sell, 6_400_000, 30_000, .immediateOrCancel)
    let response = desk.request(
      "GET",
      "/api/v3/brokerage/market/products/BTC-USD/ticker",
      query: "limit=1"
    )
    let expected =
      "{\"trades\":[{\"trade_id\":\"1000000002\",\"product_id\":\"BTC-USD\","
      + "\"price\":\"64000\",\"size\":\"0.0003\",\"time\":\"2026-08-09T21:05:49.670326Z\","
      + "\"side\":\"BUY\",\"bid\":\"\",\"ask\":\"\",\"exchange\":\"coinbase\"}],"
      + "\"best_bid\":\"64000\",\"best_ask\":\"65000\"}"
    #expect(response.bodyText == expected)
    let candles = desk.request(
      "GET",
      "/api/v3/brokerage/market/products/BTC-USD/candles",
      query: "granularity=FIVE_MINUTE&start=1786309200&end=1786309800"
    )
    #expect(
      candles.bodyText == "{\"candles\":[{\"start\":\"1786309500\",\"low\":\"64000\","
        + "\"high\":\"65000\",\"open\":\"65000\",\"close\":\"64000\",\"volume\":\"0.0007\"}]}"
    )
  }

  @Test(
    "requests that make no sense are refused in the venue's form",
    arguments: [
      ("/api/v3/brokerage/market/products/XYZ-USD", "", 404, "NOT_FOUND"),
      ("/api/v3/brokerage/market/product_book", "product_id=XYZ-USD", 404, "NOT_FOUND"),
      ("/api/v3/brokerage/market/product_book", "", 400, "INVALID_ARGUMENT"),
      ("/api/v3/brokerage/market/products", "limit=-1", 400, "INVALID_ARGUMENT"),
      (
        "/api/v3/brokerage/market/products/BTC-USD/ticker", "start=99999999999999999999", 400,
        "INVALID_ARGUMENT"
      ),
      (
        "/api/v3/brokerage/market/products/BTC-USD/candles", "granularity=ONE_YEAR", 400,
        "INVALID_ARGUMENT"
      ),
      ("/api/v3/brokerage/nothing", "", 404, "NOT_FOUND"),
      ("/", "", 404, "NOT_FOUND"), ("/v2/nothing", "", 404, "not_found"),
      ("/v2/exchange-rates", "currency=XYZ", 400, "validation_error"),
    ]
  )
  func refusals(_ path: String, _ query: String, _ status: Int, _ code: String) {
    let response = CoinbaseDesk().request("GET", path, query: query)
    #expect(response.status == status)
    #expect(response.bodyText.contains("\"\(code)\""))
  }

  @Test("time, currencies, and rates are those of the older interface")
  func version2() throws {
    let desk = CoinbaseDesk()
    try desk.quote(.sell, 5_000_000, 100_000)
    try desk.quote(.buy, 5_000_000, 40_000, .immediateOrCancel)
    #expect(
      desk.request("GET", "/v2/time").bodyText
        == "{\"data\":{\"iso\":\"2026-08-09T21:05:48Z\",\"epoch\":1786309548}}"
    )
    #expect(
      desk.request("GET", "/api/v3/brokerage/time").bodyText
        == "{\"iso\":\"2026-08-09T21:05:48Z\",\"epochSeconds\":\"1786309548\","
        + "\"epochMillis\":\"1786309548170\"}"
    )
    #expect(
      desk.request("GET", "/v2/currencies").bodyText
        == "{\"data\":[{\"id\":\"USD\",\"name\":\"US Dollar\",\"min_size\":\"0.01\"}]}"
    )
    let crypto = try JSONValue(desk.request("GET", "/v2/currencies/crypto").body)
    #expect(crypto["data"]?.elements?.compactMap { $0["code"]?.string } == ["BTC", "ETH"])
    #expect(
      desk.request("GET", "/v2/exchange-rates").bodyText
        == "{\"data\":{\"currency\":\"USD\",\"rates\":{\"BTC\":\"0.00002\",\"USD\":\"1\"}}}"
    )
  }

  // MARK: Tokens

  @Test("a token is good for the host of the request, the real one, or the local one as it is")
  func hosts() throws {
    let desk = CoinbaseDesk()
    let path = "/api/v3/brokerage/key_permissions"
    for host in ["api.coinbase.com", "127.0.0.1:8080", "http://127.0.0.1:8080"] {
      let token = try desk.token(uri: "GET \(host)\(path)")
      let response = desk.request("GET", path, token: token)
      #expect(response.status == 200)
      #expect(response.bodyText.hasPrefix("{\"can_view\":true,\"can_trade\":true,"))
    }
    // The query is no part of the claim.
    let accounts = "/api/v3/brokerage/accounts"
    #expect(try desk.signed("GET", accounts, query: "limit=250").status == 200)
  }

  @Test("a token that is wrong in anything gets 401 and plain text")
  func wrongTokens() throws {
    let desk = CoinbaseDesk()
    let path = "/api/v3/brokerage/accounts"
    let uri = "GET api.coinbase.com" + path
    let good = try desk.token(uri: uri)
    let other = desk.gateway.addAccount("bob", [.view])
    let wrong: [String?] = [
      nil, "", "a.b", "a.b.c", String(good.dropLast(4)) + "AAAA",
      String(repeating: "a", count: 5_000),
      try desk.token(uri: nil), try desk.token(uri: "POST api.coinbase.com" + path),
      try desk.token(uri: uri + "?limit=1"), try desk.token(uri: "GET example.com" + path),
      try desk.token(uri: uri, key: "organizations/none"),
      try desk.token(uri: uri, secret: other.secret), try desk.token(uri: uri, subject: other.key),
      try desk.token(uri: uri, age: 120), try desk.token(uri: uri, age: -31),
      try desk.token(uri: uri, life: 3_600),
    ]
    for token in wrong {
      let response = desk.request("GET", path, token: token)
      #expect(response.status == 401)
      #expect(response.bodyText == "Unauthorized")
    }
    #expect(desk.request("GET", path, token: good).status == 200)
    #expect(desk.request("GET", path, token: try desk.token(uri: uri, age: 119)).status == 200)
  }

  @Test("a key does only what it may")
  func permissions() throws {
    let desk = CoinbaseDesk(permissions: [.view])
    let response = try desk.signed("POST", "/api/v3/brokerage/orders", body: "{}")
    #expect(response.status == 403)
    #expect(
      response.bodyText == "{\"error\":\"PERMISSION_DENIED\","
        + "\"error_details\":\"Missing required scopes\",\"message\":\"Missing required scopes\"}"
    )
    let version2 = try desk.signed("POST", "/v2/accounts/BTC/addresses", body: "{}")
    #expect(version2.status == 403)
    #expect(version2.bodyText.contains("\"invalid_scope\""))
  }

  @Test("keys follow from the seed, and PEM is read by whoever reads SEC1")
  func keys() throws {
    let desk = CoinbaseDesk()
    #expect(desk.client == CoinbaseDesk().client)
    #expect(desk.client.secret.hasPrefix("-----BEGIN EC PRIVATE KEY-----\n"))
    #expect(desk.client.key.hasPrefix("organizations/"))
    let again = desk.gateway.addAccount("alice", [.view])
    #expect(again.key != desk.client.key)
    #expect(again.secret != desk.client.secret)
    #expect(again.more == desk.client.more)
  }

  @Test("thirty private and ten public requests a second, then 429")
  func rates() throws {
    let desk = CoinbaseDesk(limitsRates: true)
    let path = "/api/v3/brokerage/market/product_book"
    for _ in 0..<10 {
      #expect(desk.request("GET", path, query: "product_id=BTC-USD").status == 200)
    }
    let refused = desk.request("GET", path, query: "product_id=BTC-USD")
    #expect(refused.status == 429)
    #expect(
      refused.bodyText
        == "{\"errors\":[{\"id\":\"rate_limit_exceeded\",\"message\":\"Too many requests\"}]}"
    )
    for _ in 0..<30 {
      #expect(try desk.signed("GET", "/api/v3/brokerage/accounts").status == 200)
    }
    #expect(try desk.signed("GET", "/api/v3/brokerage/accounts").status == 429)
    desk.wait(milliseconds: 100)
    #expect(try desk.signed("GET", "/api/v3/brokerage/accounts").status == 200)
    #expect(desk.request("GET", path, query: "product_id=BTC-USD").status == 200)
  }
}
