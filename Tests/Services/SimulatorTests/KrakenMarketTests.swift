import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Kraken: market data by REST")
struct KrakenMarketTests {
  @Test("a pair goes by all its names, and answers by its long one")
  func names() throws {
    let bench = try KrakenBench()
    for name in ["XBTUSD", "XXBTZUSD", "XBT/USD", "BTC/USD"] {
      let answer = bench.get("Depth", "pair=\(name)&count=1")
      #expect(answer.hasPrefix("{\"error\":[],\"result\":{\"XXBTZUSD\":{\"asks\":[["))
    }
    #expect(bench.get("Depth", "pair=ETHUSDT&count=1").contains("\"ETHUSDT\":{\"asks\":[]"))
    #expect(bench.get("Depth", "pair=NOPE") == "{\"error\":[\"EQuery:Unknown asset pair\"]}")
    #expect(bench.get("Nothing") == "{\"error\":[\"EGeneral:Unknown method\"]}")
  }

  @Test("a depth is padded to five decimals with quantities of three")
  func depth() throws {
    let bench = try KrakenBench()
    #expect(
      bench.get("Depth", "pair=XBTUSD&count=1")
        == joined(
          "{\"error\":[],\"result\":{\"XXBTZUSD\":{",
          "\"asks\":[[\"63000.10000\",\"0.010\",1785640000]],",
          "\"bids\":[[\"62999.90000\",\"0.010\",1785640000]]}}}"
        )
    )
    #expect(bench.get("Depth", "pair=XBTUSD&count=501").contains("EGeneral:Invalid arguments"))
    #expect(bench.get("Depth", "pair=XBTUSD&count=x").contains("EGeneral:Invalid arguments:count"))
  }

  @Test("pairs and assets state the rules that orders obey")
  func lists() throws {
    let bench = try KrakenBench()
    #expect(
      bench.get("AssetPairs", "pair=XBTUSD")
        == joined(
          "{\"error\":[],\"result\":{\"XXBTZUSD\":{\"altname\":\"XBTUSD\",",
          "\"wsname\":\"XBT/USD\",\"aclass_base\":\"currency\",\"base\":\"XXBT\",",
          "\"aclass_quote\":\"currency\",\"quote\":\"ZUSD\",\"lot\":\"unit\",",
          "\"cost_decimals\":5,\"pair_decimals\":1,\"lot_decimals\":8,\"lot_multiplier\":1,",
          "\"leverage_buy\":[],\"leverage_sell\":[],\"fees\":[[0,0.4]],",
          "\"fees_maker\":[[0,0.25]],\"fee_volume_currency\":\"ZUSD\",\"margin_call\":80,",
          "\"margin_stop\":40,\"ordermin\":\"0.00005\",\"costmin\":\"0.5\",",
          "\"tick_size\":\"0.1\",\"status\":\"online\"}}}"
        )
    )
    #expect(
      bench.get("Assets", "asset=XBT,ZUSD")
        == joined(
          "{\"error\":[],\"result\":{\"XXBT\":{\"aclass\":\"currency\",\"altname\":\"XBT\",",
          "\"decimals\":10,\"display_decimals\":5,\"status\":\"enabled\"},",
          "\"ZUSD\":{\"aclass\":\"currency\",\"altname\":\"USD\",\"decimals\":4,",
          "\"display_decimals\":2,\"status\":\"enabled\"}}}"
        )
    )
    #expect(bench.get("Assets", "asset=NOPE") == "{\"error\":[\"EQuery:Unknown asset\"]}")
  }

  @Test("time and status have the venue's forms")
  func time() throws {
    let bench = try KrakenBench()
    #expect(
      bench.get("Time")
        == joined(
          "{\"error\":[],\"result\":{\"unixtime\":1785640000,",
          "\"rfc1123\":\"Sun, 02 Aug 26 03:06:40 +0000\"}}"
        )
    )
    let online = bench.get("SystemStatus")
    #expect(
      online
        == joined(
          "{\"error\":[],\"result\":{\"status\":\"online\",",
          "\"timestamp\":\"2026-08-02T03:06:40Z\"}}"
        )
    )
    bench.gateway.exchange.setStatus(.cancelOnly)
    #expect(bench.get("SystemStatus").contains("\"status\":\"cancel_only\""))
    #expect(bench.get("AssetPairs", "pair=XBTUSD").contains("\"status\":\"cancel_only\""))
  }

  @Test("trades, ticker, and candles add up")
  func trades() throws {
    let bench = try KrakenBench()
    try bench.place(.buy, 0, 2_000_000, isMarket: true)
    bench.settle()
    #expect(
      bench.get("Trades", "pair=XBTUSD")
        == joined(
          "{\"error\":[],\"result\":{\"XXBTZUSD\":[",
          "[\"63000.10000\",\"0.01000000\",1785640000,\"b\",\"m\",\"\",1],",
          "[\"63000.20000\",\"0.01000000\",1785640000,\"b\",\"m\",\"\",2]],",
          "\"last\":\"1785640000000000000\"}}"
        )
    )
    #expect(bench.get("Trades", "pair=XBTUSD&count=1").contains(",2]],"))
    #expect(
      bench.get("Trades", "pair=XBTUSD&since=1785640000000000000").contains("\"XXBTZUSD\":[]")
    )
    #expect(bench.get("Trades", "pair=XBTUSD&since=1785639999").contains(",1],"))
    #expect(
      bench.get("Ticker", "pair=XBTUSD")
        == joined(
          "{\"error\":[],\"result\":{\"XXBTZUSD\":{\"a\":[\"63000.30000\",\"0\",\"0.010\"],",
          "\"b\":[\"62999.90000\",\"0\",\"0.010\"],\"c\":[\"63000.20000\",\"0.01000000\"],",
          "\"v\":[\"0.02000000\",\"0.02000000\"],\"p\":[\"63000.15000\",\"63000.15000\"],",
          "\"t\":[2,2],\"l\":[\"63000.10000\",\"63000.10000\"],",
          "\"h\":[\"63000.20000\",\"63000.20000\"],\"o\":\"63000.10000\"}}}"
        )
    )
    #expect(
      bench.get("OHLC", "pair=XBTUSD&interval=5")
        == joined(
          "{\"error\":[],\"result\":{\"XXBTZUSD\":[[1785639900,\"63000.1\",\"63000.2\",",
          "\"63000.1\",\"63000.2\",\"63000.1\",\"0.02000000\",2]],\"last\":0}}"
        )
    )
    #expect(bench.get("OHLC", "pair=XBTUSD&interval=2").contains("Invalid arguments:interval"))
    bench.wait(seconds: 86_500)
    #expect(bench.get("Ticker", "pair=XBTUSD").contains("\"t\":[0,0]"))
  }

  @Test("public calls beyond one a second are refused once the burst is used up")
  func budget() throws {
    let bench = try KrakenBench()
    for _ in 0..<10 { #expect(bench.get("Depth", "pair=XBTUSD").hasPrefix("{\"error\":[]")) }
    #expect(
      bench.get("Depth", "pair=XBTUSD") == "{\"error\":[\"EGeneral:Too many requests\"]}"
    )
    #expect(bench.get("Depth", "pair=ETHUSDT").hasPrefix("{\"error\":[]"))
    bench.wait(seconds: 1)
    #expect(bench.get("Depth", "pair=XBTUSD").hasPrefix("{\"error\":[]"))
    let free = try KrakenBench(limitsRates: false)
    for _ in 0..<50 { #expect(free.get("Time").hasPrefix("{\"error\":[]")) }
  }

  @Test("identifiers have the venue's form and lead back to what they stand for")
  func identifiers() throws {
    let numbers = KrakenNumbers(seed: 3)
    var seen: Set<String> = []
    for number in (1...3_000).map(Int64.init) + [1 << 40, .max] {
      let text = numbers.text(.order, number)
      #expect(text.wholeMatch(of: /O[A-Z2-7]{5}-[A-Z2-7]{5}-[A-Z2-7]{6}/) != nil)
      #expect(numbers.number(.order, text) == number)
      #expect(numbers.number(.trade, text) == nil)
      seen.insert(text)
    }
    #expect(seen.count == 3_002)
    #expect(numbers.number(.order, "OAAAAA-AAAAA-AAAAAA") == nil)
    #expect(numbers.number(.order, "") == nil)
    #expect(numbers.number(.order, "OÄÄÄÄÄ-AAAAA-AAAA") == nil)
    #expect(KrakenNumbers(seed: 4).number(.order, numbers.text(.order, 1)) == nil)
  }

  @Test(
    "numbers in JSON's notation become plain text",
    arguments: [
      ("1e-05", "0.00001"), ("1.5E2", "150"), ("0.001", "0.001"), ("2.50", "2.50"),
      ("1e+3", "1000"), ("1e99", nil), ("1e", nil), ("x", "x"), ("1.2.3e4", nil),
    ]
  )
  func plain(_ text: String, _ expected: String?) {
    #expect(KrakenText.plain(text) == expected)
  }

  @Test("small steps are in exponent form, as recorded")
  func steps() {
    #expect(KrakenText.step(1, decimals: 8) == "1e-08")
    #expect(KrakenText.step(5_000, decimals: 8) == "5e-05")
    #expect(KrakenText.step(10_000, decimals: 8) == "0.0001")
    #expect(KrakenText.step(15, decimals: 8) == "1.5e-07")
    #expect(KrakenText.step(1_000_000_000, decimals: 10) == "0.1")
    #expect(KrakenText.exact(1_234_500_000, decimals: 8, atLeast: 4) == "12.3450")
    #expect(KrakenText.exact(1_234_567_891, decimals: 8, atLeast: 4) == "12.34567891")
    #expect(KrakenText.exact(150_000_000, decimals: 8, atLeast: 10) == "1.5000000000")
  }
}
