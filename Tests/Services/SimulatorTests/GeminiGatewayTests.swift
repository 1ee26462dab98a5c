import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Gemini over HTTP: market and keys")
struct GeminiGatewayTests {
  let bench = GeminiBench()

  // MARK: Market

  @Test("symbols are lower case, details upper case, and the tick is the quantity's step")
  func symbols() {
    #expect(bench.get("/v1/symbols").bodyText == #"["btcusd","ethbtc"]"#)
    #expect(
      bench.get("/v1/symbols/details/BTCUSD").bodyText
        == #"{"symbol":"BTCUSD","quote_currency":"USD","tick_size":0.00000001,"#
        + #""quote_increment":0.01,"min_order_size":"0.00001","status":"open","#
        + #""wrap_enabled":false,"product_type":"spot","contract_type":"vanilla","#
        + #""contract_price_currency":"USD","base_currency":"BTC"}"#
    )
    let all = bench.get("/v1/symbols/details/all").bodyText
    #expect(all.hasPrefix(#"[{"symbol":"BTCUSD""#))
    #expect(all.contains(#""symbol":"ETHBTC","quote_currency":"BTC","tick_size":0.000001,"#))
  }

  @Test("an instrument that is not open says so, and the venue's own state counts")
  func status() throws {
    var instruments = GeminiBench.instruments
    instruments[0].status = .postOnly
    let bench = GeminiBench(instruments: instruments)
    #expect(bench.get("/v1/symbols/details/btcusd").bodyText.contains(#""status":"post_only""#))
    bench.gateway.exchange.setStatus(.cancelOnly)
    #expect(bench.get("/v1/symbols/details/btcusd").bodyText.contains(#""status":"cancel_only""#))
  }

  @Test("the book has 50 levels a side unless asked otherwise, and 0 asks for all")
  func book() throws {
    for cents in 1...60 {
      try bench.rest(.buy, "100.\(cents < 10 ? "0" : "")\(cents)", "1.5")
    }
    try bench.rest(.sell, "101.5", "2")
    let text = bench.get("/v1/book/btcusd", "limit_bids=1").bodyText
    #expect(
      text == #"{"bids":[{"price":"100.60","amount":"1.5","timestamp":"1786313190"}],"#
        + #""asks":[{"price":"101.50","amount":"2","timestamp":"1786313190"}]}"#
    )
    func count(_ query: String) throws -> Int? {
      try JSONValue(bench.get("/v1/book/btcusd", query).body)["bids"]?.elements?.count
    }
    #expect(try count("") == 50)
    #expect(try count("limit_bids=0") == 60)
    #expect(bench.get("/v1/book/btcusd", "limit_bids=-1").status == 400)
    #expect(bench.get("/v1/book/btcusd", "limit_bids=99999999999999999999").status == 400)
  }

  @Test("trades are told newest first, of the taker's side, after a moment or a trade")
  func trades() throws {
    try bench.rest(.sell, "100", "1")
    try bench.rest(.buy, "100", "0.25")
    _ = bench.published()
    bench.later(2_000_000_000)
    try bench.rest(.buy, "100", "0.5")
    _ = bench.published()
    let last =
      #"{"timestamp":1786313192,"timestampms":1786313192000,"tid":2840141000000002,"#
      + #""price":"100.00","amount":"0.5","exchange":"gemini","type":"buy"}"#
    let text = bench.get("/v1/trades/btcusd").bodyText
    #expect(text.hasPrefix("[" + last + ","))
    #expect(bench.get("/v1/trades/btcusd", "limit_trades=1").bodyText == "[\(last)]")
    #expect(bench.get("/v1/trades/btcusd", "timestamp=1786313190").bodyText == "[\(last)]")
    #expect(bench.get("/v1/trades/btcusd", "timestamp=1786313190000").bodyText == "[\(last)]")
    #expect(bench.get("/v1/trades/btcusd", "since_tid=2840141000000001").bodyText == "[\(last)]")
    #expect(bench.get("/v1/trades/btcusd", "timestamp=soon").bodyText.contains("InvalidTimestamp"))
  }

  @Test("tickers tell the day's range, volume, and change")
  func tickers() throws {
    try bench.rest(.sell, "100", "1")
    try bench.rest(.buy, "100", "1")
    try bench.rest(.sell, "110", "2")
    try bench.rest(.buy, "110", "1")
    try bench.rest(.buy, "99.5", "1")
    _ = bench.published()
    #expect(
      bench.get("/v1/pubticker/btcusd").bodyText
        == #"{"bid":"99.50","ask":"110.00","volume":{"BTC":"2","USD":"210","#
        + #""timestamp":1786313190000},"last":"110.00"}"#
    )
    #expect(
      bench.get("/v2/ticker/btcusd").bodyText
        == #"{"symbol":"BTCUSD","open":"100.00","high":"110.00","low":"100.00","#
        + #""close":"110.00","changes":["110.00"],"bid":"99.50","ask":"110.00"}"#
    )
    #expect(
      bench.get("/v1/pricefeed").bodyText.hasPrefix(
        #"[{"pair":"BTCUSD","price":"110.00","percentChange24h":"0.1000"}"#
      )
    )
    #expect(
      bench.get("/v2/candles/btcusd/1m").bodyText
        == "[[1786313160000,100.00,110.00,100.00,110.00,2.00000000]]"
    )
    #expect(bench.get("/v2/candles/btcusd/2m").status == 400)
    bench.later(86_400_000_000_000)
    #expect(bench.get("/v1/pubticker/btcusd").bodyText.contains(#""BTC":"0","USD":"0""#))
  }

  @Test("the website's page names pairs and currencies where ccxt looks for them")
  func page() throws {
    let text = bench.get("/").bodyText
    let parts = text.split(separator: "=\"currencyData\">", maxSplits: 1)
    let json = try #require(parts.last?.split(separator: "</script>").first)
    let data = try JSONValue(Array(json.utf8))
    #expect(
      data["tradingPairs"]?.elements?.first?.elements?.prefix(4).compactMap(\.text)
        == ["BTCUSD", "2", "8", "0.00001"]
    )
    let names = data["currencies"]?.elements?.compactMap { $0.elements?.first?.string }
    #expect(names == ["BTC", "ETH", "USD"])
  }

  @Test("networks of a token, and free symbols")
  func networks() {
    #expect(bench.get("/v1/network/btc").bodyText == #"{"token":"BTC","network":["bitcoin"]}"#)
    #expect(bench.get("/v1/network/nope").status == 400)
    #expect(bench.get("/v1/feepromos").bodyText == #"{"symbols":[]}"#)
  }

  @Test("an unknown symbol and an unknown path have the venue's words")
  func unknown() {
    let symbol = bench.get("/v1/pubticker/bla")
    #expect(symbol.status == 400)
    #expect(
      symbol.bodyText
        == #"{"result":"error","reason":"Bad Request","message":"Supplied value 'bla' is not a"#
        + #" valid symbol.  Please correct your API request to use one of the supported symbols:"#
        + #" [btcusd, ethbtc]"}"#
    )
    let path = bench.get("/v1/nothing")
    #expect(path.status == 404)
    #expect(path.bodyText.contains(#""reason":"EndpointNotFound""#))
    #expect(bench.post("/v1/nothing").status == 404)
    #expect(bench.get("/v1/balances").status == 404)
  }

  // MARK: Keys

  @Test("the same seed and name give the same keys; an account has one of each kind")
  func keys() {
    let other = GeminiBench()
    #expect(other.credentials == bench.credentials)
    #expect(bench.credentials.key.hasPrefix("account-"))
    #expect(bench.credentials.more["countingKey"] != bench.credentials.key)
  }

  @Test("what is wrong with a request is named: header, key, signature, payload, endpoint")
  func authentication() {
    let path = "/v1/balances"
    let good = bench.signed(path, payload: "{\"request\":\"\(path)\",\"nonce\":1786313190}")
    func reason(_ request: GatewayRequest) -> String? {
      let response = bench.gateway.respond(to: request)
      #expect(response.status == 400)
      return (try? JSONValue(response.body))?["reason"]?.string
    }
    for (name, wanted) in [
      ("x-gemini-apikey", "MissingApikeyHeader"), ("x-gemini-payload", "MissingPayloadHeader"),
      ("x-gemini-signature", "MissingSignatureHeader"),
    ] {
      var request = good
      request.headers.removeAll { $0.name == name }
      #expect(reason(request) == wanted)
    }
    let payload = "{\"request\":\"\(path)\",\"nonce\":1786313190}"
    #expect(reason(bench.signed(path, payload: payload, key: "account-x")) == "InvalidApiKey")
    #expect(reason(bench.signed(path, payload: payload, secret: "x")) == "InvalidSignature")
    #expect(reason(bench.signed(path, payload: "[]")) == "InvalidJson")
    #expect(reason(bench.signed(path, payload: "{\"nonce\":1}")) == "EndpointNotFound")
    #expect(
      reason(bench.signed(path, payload: "{\"request\":\"/v1/orders\",\"nonce\":1}"))
        == "EndpointMismatch"
    )
    #expect(bench.gateway.respond(to: good).status == 200)
  }

  @Test("a nonce of time is seconds within 30 of the server's, and must increase")
  func timedNonces() {
    let path = "/v1/balances"
    func answer(_ nonce: String) -> String {
      let payload = "{\"request\":\"\(path)\",\"nonce\":\(nonce)}"
      return bench.gateway.respond(to: bench.signed(path, payload: payload)).bodyText
    }
    #expect(
      answer("1786313190000")
        == #"{"result":"error","reason":"InvalidNonce","message":"Nonce '1786313190000' is not"#
        + #" within 30 seconds of server time '1786313190''"}"#
    )
    #expect(answer("1786313221").contains("is not within 30 seconds"))
    #expect(answer("1786313190.5").hasPrefix("["))
    #expect(answer("\"1786313190.6\"").hasPrefix("["))
    #expect(
      answer("1786313190.6").contains(
        "Nonce '1786313190.6' has not increased since your last call to the Gemini API."
      )
    )
    #expect(answer("1786313190").contains("has not increased"))
    #expect(answer("\"-1\"").contains("InvalidNonce"))
    #expect(answer("\"x\"").contains("InvalidNonce"))
    #expect(answer("1" + String(repeating: "0", count: 60)).contains("InvalidNonce"))
    #expect(answer("null").contains("InvalidNonce"))
  }

  @Test("a counting key takes any nonce that increases, also milliseconds")
  func countingNonces() throws {
    let path = "/v1/balances"
    let key = try #require(bench.credentials.more["countingKey"])
    let secret = try #require(bench.credentials.more["countingSecret"])
    func status(_ nonce: String) -> Int {
      let payload = "{\"request\":\"\(path)\",\"nonce\":\"\(nonce)\"}"
      return bench.gateway.respond(
        to: bench.signed(path, payload: payload, key: key, secret: secret)
      ).status
    }
    #expect(status("7") == 200)
    #expect(status("1786313190000") == 200)
    #expect(status("1786313190000") == 400)
    #expect(status("1786313189999") == 400)
  }

  @Test("a key without the role is told which roles would do")
  func roles() {
    let bench = GeminiBench([.view])
    let refused = bench.order("buy", "100", "1")
    #expect(refused.status == 403)
    #expect(refused.bodyText.contains(#""reason":"MissingRole""#))
    #expect(refused.bodyText.contains("one of these roles [Trader] to API key account-"))
    #expect(refused.bodyText.contains("currently has roles [Auditor]"))
    #expect(bench.post("/v1/balances").status == 200)
    #expect(
      bench.post("/v1/withdraw/btc", #","address":"a","amount":"1""#).status == 403
    )
    #expect(
      bench.post("/v1/roles").bodyText
        == #"{"isAuditor":true,"isFundManager":false,"isTrader":false}"#
    )
  }

  @Test("beyond the budget of 120 public and 600 private requests a minute comes 429")
  func rates() {
    let bench = GeminiBench(limitsRates: true)
    let open = (1...121).map { _ in bench.get("/v1/symbols").status }
    #expect(open.prefix(120).allSatisfy { $0 == 200 })
    #expect(open.last == 429)
    let own = (1...601).map { _ in bench.post("/v1/heartbeat") }
    #expect(own.prefix(600).allSatisfy { $0.bodyText == #"{"result":"ok"}"# })
    #expect(own.last?.status == 429)
    #expect(own.last?.bodyText.contains(#""reason":"RateLimit""#) == true)
    bench.later(1_000_000_000)
    #expect(bench.get("/v1/symbols").status == 200)
    #expect(bench.post("/v1/heartbeat").status == 200)
  }

  @Test("during maintenance every request is answered with 503, and sockets are closed")
  func maintenance() {
    bench.open(1, "/v2/marketdata")
    bench.gateway.exchange.setStatus(.closed)
    #expect(bench.published() == ["1 close 1001 Maintenance"])
    #expect(bench.get("/v1/symbols").status == 503)
    #expect(bench.post("/v1/balances").bodyText.contains(#""reason":"Maintenance""#))
    let upgrade = GatewayRequest(method: "GET", path: "/")
    #expect(bench.open(2, upgrade).refusal?.status == 503)
  }
}
