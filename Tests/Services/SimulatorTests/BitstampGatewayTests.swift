import Codecs
import Market
import Signing
import Testing
import Units

@testable import Simulator

@Suite("Simulated Bitstamp: REST")
struct BitstampGatewayTests {
  // MARK: Public

  @Test("the older list of pairs is the recorded one, member by member")
  func tradingPairs() {
    let body = BitstampBench().get("trading-pairs-info/").bodyText
    let first =
      #"{"trading":"Enabled","base_decimals":8,"url_symbol":"btcusd","name":"BTC/USD","#
      + #""instant_and_market_orders":"Enabled","minimum_order":"10.0 USD","counter_decimals":2,"#
      + #""description":"Bitcoin / U.S. dollar"}"#
    #expect(body.hasPrefix("[" + first + ","))
  }

  @Test("the newer list names both currencies and the kind of market")
  func markets() throws {
    let bench = BitstampBench()
    let list = try #require(try bench.json(bench.get("markets/")).elements)
    #expect(list[1]["market_symbol"] == .string("xrpusd"))
    #expect(list[1]["counter_decimals"] == .number("5"))
    #expect(list[1]["minimum_order_value"] == .string("10"))
    #expect(list[1]["market_type"] == .string("SPOT"))
    #expect(bench.get("currencies/").bodyText.contains(#""currency":"XRP""#))
  }

  @Test("the book comes from a cache that is one to two seconds old")
  func cachedBook() throws {
    let bench = BitstampBench()
    try bench.quote(.sell, 100, 1_000)
    let first =
      #"{"timestamp":"1700000000","microtimestamp":"1700000000000000","#
      + #""bids":[],"asks":[["100.00","0.00001000"]]}"#
    #expect(bench.get("order_book/btcusd/").bodyText == first)
    bench.wait(200)
    try bench.quote(.buy, 99, 2_000)
    bench.wait(1_700)
    #expect(bench.get("order_book/btcusd/").bodyText == first)
    bench.wait(200)
    #expect(
      bench.get("order_book/btcusd/", query: "group=1").bodyText
        == #"{"timestamp":"1700000001","microtimestamp":"1700000001000000","#
        + #""bids":[["99.00","0.00002000"]],"asks":[["100.00","0.00001000"]]}"#
    )
  }

  @Test("a book by orders names each of them")
  func bookByOrders() throws {
    let bench = BitstampBench()
    try bench.quote(.sell, 100, 1_000)
    try bench.quote(.sell, 100, 2_000)
    let body = bench.get("order_book/btcusd/", query: "group=2").bodyText
    #expect(
      body.contains(
        #"[["100.00","0.00001000","1458532827000001"],["100.00","0.00002000","1458532827000002"]]"#
      )
    )
    #expect(bench.get("order_book/btcusd/", query: "group=3").status == 400)
  }

  @Test("trades, tickers, and candles tell of what was traded")
  func trades() throws {
    let bench = BitstampBench()
    try bench.quote(.sell, 50_000, 1_000_000)
    _ = try bench.order("buy/market/btcusd/", "amount=0.01")
    #expect(
      bench.get("transactions/btcusd/", query: "time=hour").bodyText
        == #"[{"date":"1700000000","tid":"216000001","price":"50000.00","type":"0","#
        + #""amount":"0.01000000"}]"#
    )
    #expect(bench.get("transactions/btcusd/", query: "time=week").status == 400)
    let ticker = try bench.json(bench.get("ticker/btcusd/"))
    #expect(ticker["last"] == .string("50000.00"))
    #expect(ticker["volume"] == .string("0.01000000"))
    #expect(ticker["vwap"] == .string("50000.00"))
    #expect(ticker["pair"] == nil)
    #expect(try bench.json(bench.get("ticker/")).elements?[0]["pair"] == .string("BTC/USD"))
    #expect(
      bench.get("ohlc/btcusd/", query: "step=60&limit=10").bodyText
        == #"{"data":{"pair":"BTC/USD","ohlc":[{"timestamp":"1699999980","open":"50000.00","#
        + #""high":"50000.00","low":"50000.00","close":"50000.00","volume":"0.01000000"}]}}"#
    )
    bench.wait(61_000)
    #expect(bench.get("transactions/btcusd/", query: "time=minute").bodyText == "[]")
  }

  @Test("unknown pairs, paths, and methods are refused, and a missing slash is put right")
  func unknown() {
    let bench = BitstampBench()
    let pair = bench.get("order_book/abcdef/")
    #expect(pair.status == 404)
    #expect(pair.bodyText.contains(#""response_code":"404.007""#))
    #expect(bench.get("nonsense/").status == 404)
    #expect(bench.post("markets/").status == 405)
    #expect(bench.get("account_balances/").status == 405)
    let moved = bench.get("order_book/btcusd")
    #expect(moved.status == 301)
    #expect(moved.headers.contains(.init("location", "/api/v2/order_book/btcusd/")))
  }

  // MARK: Authentication

  @Test("a signed request is answered, and the answer is signed with the key's secret")
  func signed() throws {
    let bench = BitstampBench()
    let response = bench.post("account_balances/btc/")
    #expect(
      response.bodyText
        == #"{"currency":"btc","total":"1.00000000","available":"1.00000000","#
        + #""reserved":"0.00000000"}"#
    )
    let message =
      "f93c979d-b00d-43a9-9b9c-000000000001" + "1700000000000" + "application/json"
      + response.bodyText
    let code = HMAC.code(.sha256, key: Array(bench.client.secret.utf8), Array(message.utf8))
    #expect(
      response.headers.contains(.init("x-server-auth-signature", Hex.encode(code)))
    )
  }

  @Test(
    "the host in the message is Bitstamp's or the one that the client used",
    arguments: ["www.bitstamp.net", "127.0.0.1:8080", "http://127.0.0.1:8080"]
  )
  func hosts(_ host: String) {
    #expect(BitstampBench().post("account_balances/", host: host).status == 200)
    #expect(BitstampBench().post("account_balances/", host: "example.org").status == 403)
  }

  @Test("upper-case signatures and calls without a body are taken")
  func variants() {
    let bench = BitstampBench()
    let upper = bench.post(
      "account_balances/",
      spoil: { request in
        for index in request.headers.indices
        where request.headers[index].name == "x-auth-signature" {
          request.headers[index].value = request.headers[index].value.uppercased()
        }
      }
    )
    #expect(upper.status == 200)
    #expect(bench.post("account_balances/", "").status == 200)
    #expect(bench.post("my_markets/", "", method: "GET").status == 200)
  }

  @Test(
    "what is wrong with a request's headers has its own code",
    arguments: [
      ("API0012", "x-auth", nil), ("API0014", "x-auth-nonce", nil),
      ("API0015", "x-auth-timestamp", nil), ("API0016", "x-auth-version", nil),
      ("API0010", "x-auth-version", "v1"), ("API0011", "x-auth", "BITSTAMP abc"),
      ("API0011", "x-auth", "KEY"),
      ("API0001", "x-auth", "BITSTAMP abcdefghijklmnopqrstuvwxyz012345"),
      ("API0018", "x-auth-timestamp", "now"),
      ("API0018", "x-auth-timestamp", "99999999999999999999999"),
      ("API0017", "x-auth-timestamp", "1699999849000"),
      ("API0017", "x-auth-timestamp", "1700000150001"),
      ("API0004", "x-auth-nonce", "F93C979D-B00D-43A9-9B9C-000000000001"),
      ("API0004", "x-auth-nonce", "1"), ("API0019", "content-type", "application/json"),
      ("API0019", "content-type", nil),
    ] as [(String, String, String?)]
  )
  func headers(_ code: String, _ name: String, _ value: String?) {
    let response = BitstampBench().post("account_balances/", change: { $0[name] = value })
    #expect(response.status == 403)
    #expect(response.bodyText.hasSuffix(#","code":"\#(code)"}"#), "\(response.bodyText)")
  }

  @Test("a content type without a body, and a missing or wrong signature, are refused")
  func signatures() {
    let bench = BitstampBench()
    let typed = bench.post(
      "account_balances/",
      "",
      change: { $0["content-type"] = "application/x-www-form-urlencoded" }
    )
    #expect(typed.bodyText.contains("API0020"))
    let changed = bench.post("account_balances/", spoil: { $0.body.append(65) })
    #expect(
      changed.bodyText
        == #"{"status":"error","reason":"Invalid signature","code":"API0005"}"#
    )
    let unsigned = bench.post(
      "account_balances/",
      spoil: { request in request.headers.removeAll { $0.name == "x-auth-signature" } }
    )
    #expect(unsigned.bodyText.contains("API0013"))
  }

  @Test("a nonce is good once in 150 seconds")
  func nonces() {
    let bench = BitstampBench()
    let nonce = "f93c979d-b00d-43a9-9b9c-aaaaaaaaaaaa"
    func call() -> GatewayResponse {
      bench.post("account_balances/", change: { $0["x-auth-nonce"] = nonce })
    }
    #expect(call().status == 200)
    #expect(call().bodyText == #"{"status":"error","reason":"Invalid nonce","code":"API0004"}"#)
    bench.wait(149_000)
    #expect(call().status == 403)
    bench.wait(2_000)
    #expect(call().status == 200)
  }

  @Test("a key does what it may and nothing else")
  func permissions() {
    let bench = BitstampBench([.view])
    #expect(bench.post("account_balances/").status == 200)
    let refused = bench.post("buy/btcusd/", "amount=1&price=1")
    #expect(
      refused.bodyText == #"{"status":"error","reason":"No permission found","code":"API0003"}"#
    )
    #expect(bench.post("btc_withdrawal/", "amount=1&address=a").status == 403)
  }

  @Test("more than 400 requests a second, or 10,000 in ten minutes, are refused")
  func limits() {
    let bench = BitstampBench()
    let quick = (0..<401).map { _ in bench.get("status/").status }
    #expect(quick == Array(repeating: 200, count: 400) + [429])
    for _ in 0..<26 {
      bench.wait(1_000)
      for _ in 0..<400 { _ = bench.get("status/") }
    }
    bench.wait(1_000)
    for _ in 0..<30 { _ = bench.get("status/") }
    let late = bench.get("status/")
    #expect(late.bodyText.contains(#""response_code":"400.002""#), "\(late.bodyText)")
    let free = BitstampBench(limits: false)
    #expect((0..<401).allSatisfy { _ in free.get("status/").status == 200 })
  }

  @Test("revoked keys are unknown from then on")
  func revoke() {
    let bench = BitstampBench()
    #expect(
      bench.post("revoke_all_api_keys/").bodyText
        == #"{"revoked_api_keys":["\#(bench.client.key)"]}"#
    )
    #expect(bench.post("account_balances/").bodyText.contains("API0001"))
  }

  @Test("the whole venue can be away")
  func maintenance() {
    let bench = BitstampBench()
    bench.gateway.exchange.setStatus(.closed)
    let answer = bench.get("markets/")
    #expect(answer.status == 503)
    #expect(answer.bodyText.hasPrefix(#"{"error":"Bitstamp.net is under scheduled maintenance."#))
    bench.gateway.exchange.setStatus(.open)
    #expect(bench.get("markets/").status == 200)
  }

  @Test("hostile requests get an answer")
  func hostile() {
    let bench = BitstampBench()
    for path in ["/", "", "/api/v2/", "/api/v2//", "/api/v1/ticker/", "/api/v2/a/b/c/d/e/"] {
      let request = GatewayRequest(method: "GET", path: path)
      #expect(bench.gateway.respond(to: request).status == 404)
    }
    #expect(bench.get("ohlc/btcusd/", query: "step=%zz").status == 400)
    let range = "step=60&limit=5&start=9223372036854775807&end=0"
    #expect(bench.get("ohlc/btcusd/", query: range).status == 200)
    #expect(bench.get("ohlc/btcusd/", query: "step=60&limit=99999999999999999999").status == 400)
    #expect(bench.post("user_transactions/", "offset=-1").status == 400)
    #expect(bench.post("buy/btcusd/", String(repeating: "a", count: 70_000)).status == 400)
    #expect(bench.post("cancel_order/", "id=9223372036854775808").status == 400)
    #expect(bench.post("cancel_order/", "id=0").status == 404)
  }
}
