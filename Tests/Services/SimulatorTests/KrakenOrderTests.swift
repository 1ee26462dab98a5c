import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Kraken: orders by REST")
struct KrakenOrderTests {
  static let buy = "type=buy&ordertype=limit&volume=0.001&price="

  @Test("an order that rests is described, listed, and cancelled")
  func resting() throws {
    let bench = try KrakenBench()
    let answer = bench.order(Self.buy + "50000&cl_ord_id=first")
    let id = try bench.orderID(answer)
    #expect(
      answer
        == joined(
          "{\"error\":[],\"result\":{\"txid\":[\"\(id)\"],\"descr\":{\"order\":",
          "\"buy 0.00100000 XBTUSD @ limit 50000.0\"}}}"
        )
    )
    let row =
      joined(
        "\"\(id)\":{\"refid\":null,\"userref\":0,\"cl_ord_id\":\"first\",\"status\":\"open\",",
        "\"opentm\":1785640000,\"starttm\":0,\"expiretm\":0,\"descr\":{\"pair\":\"XBTUSD\",",
        "\"type\":\"buy\",\"ordertype\":\"limit\",\"price\":\"50000.0\",\"price2\":\"0\",",
        "\"leverage\":\"none\",\"order\":\"buy 0.00100000 XBTUSD @ limit 50000.0\",",
        "\"close\":\"\"},\"vol\":\"0.00100000\",\"vol_exec\":\"0.00000000\",",
        "\"cost\":\"0.00000\",\"fee\":\"0.00000\",\"price\":\"0.00000\",",
        "\"stopprice\":\"0.00000\",\"limitprice\":\"0.00000\",\"misc\":\"\",\"oflags\":\"fciq\"}"
      )
    #expect(bench.post("OpenOrders") == "{\"error\":[],\"result\":{\"open\":{\(row)}}}")
    #expect(bench.post("QueryOrders", "txid=\(id)") == "{\"error\":[],\"result\":{\(row)}}")
    #expect(bench.post("OpenOrders", "cl_ord_id=second").contains("\"open\":{}"))
    #expect(bench.post("CancelOrder", "txid=\(id)") == "{\"error\":[],\"result\":{\"count\":1}}")
    #expect(
      bench.post("CancelOrder", "cl_ord_id=first") == "{\"error\":[\"EOrder:Unknown order\"]}"
    )
    let closed = bench.post("ClosedOrders")
    #expect(closed.contains("\"status\":\"canceled\""))
    #expect(closed.contains("\"reason\":\"User requested\",\"closetm\":1785640000}}"))
    #expect(closed.hasSuffix(",\"count\":1}}"))
  }

  @Test("an order that takes is closed with its fills, and balances say the same")
  func taking() throws {
    let bench = try KrakenBench()
    let id = try bench.orderID(
      bench.order("type=buy&ordertype=limit&volume=0.015&price=64000&timeinforce=IOC")
    )
    let row = bench.post("QueryOrders", "trades=true&txid=\(id)")
    #expect(row.contains("\"status\":\"closed\""))
    #expect(row.contains("\"vol_exec\":\"0.01500000\",\"cost\":\"945.00200\","))
    #expect(row.contains("\"fee\":\"3.780008\",\"price\":\"63000.13333\""))
    #expect(row.contains("\"reason\":null,\"closetm\":1785640000"))
    let trades = bench.post("TradesHistory")
    #expect(trades.hasSuffix(",\"count\":2}}"))
    #expect(trades.contains("\"ordertxid\":\"\(id)\""))
    #expect(
      trades.contains("\"price\":\"63000.20000\",\"cost\":\"315.00100\",\"fee\":\"1.260004\"")
    )
    #expect(trades.contains("\"maker\":false,\"ledgers\":[\"L"))
    #expect(bench.post("Balance").contains("\"XXBT\":\"2.0150000000\""))
    #expect(bench.post("Balance").contains("\"ZUSD\":\"99051.217992\""))
    let first = try #require(try JSONValue(Array(trades.utf8))["result"]?["trades"]?.members?.first)
    #expect(bench.post("QueryTrades", "txid=\(first.name)").contains(first.name))
    #expect(bench.post("QueryTrades", "txid=nonsense") == #"{"error":["EQuery:Unknown trade"]}"#)
    let ledgers = bench.post("Ledgers", "asset=XBT")
    #expect(ledgers.contains("\"amount\":\"0.0100000000\",\"asset\":\"XXBT\""))
    #expect(ledgers.contains("\"balance\":\"2.0150000000\""))
    #expect(ledgers.contains("\"balance\":\"2.0100000000\""))
  }

  @Test("what is left of an immediate order is cancelled; all or nothing is nothing")
  func immediate() throws {
    let bench = try KrakenBench(levels: 1)
    let part = try bench.orderID(
      bench.order("type=buy&ordertype=limit&volume=0.02&price=64000&timeinforce=IOC")
    )
    let row = bench.post("QueryOrders", "txid=\(part)")
    #expect(row.contains("\"status\":\"canceled\""))
    #expect(row.contains("\"vol_exec\":\"0.01000000\""))
    let none = try bench.orderID(
      bench.order("type=sell&ordertype=limit&volume=0.02&price=60000&timeinforce=fok")
    )
    let nothing = bench.post("QueryOrders", "txid=\(none)")
    #expect(nothing.contains("\"vol_exec\":\"0.00000000\""))
    #expect(nothing.contains("\"reason\":\"Fill or kill\""))
  }

  @Test("market orders take a volume, or an amount of the quote asset")
  func market() throws {
    let bench = try KrakenBench()
    let sold = bench.order("type=sell&ordertype=market&volume=0.001")
    #expect(sold.contains("\"sell 0.00100000 XBTUSD @ market\""))
    let bought = bench.order("type=buy&ordertype=market&volume=63&oflags=viqc")
    #expect(bought.contains("\"buy 63.00000 XBTUSD @ market\""))
    let row = bench.post("QueryOrders", "txid=\(try bench.orderID(bought))")
    #expect(row.contains("\"oflags\":\"fciq,viqc\""))
    #expect(row.contains("\"status\":\"closed\""))
    #expect(bench.order(Self.buy + "50000&oflags=viqc").contains("Invalid arguments:viqc"))
  }

  @Test("a stop waits for its price and then takes; a take-profit with a limit rests")
  func triggers() throws {
    let bench = try KrakenBench()
    let stop = try bench.orderID(
      bench.order("type=sell&ordertype=stop-loss&volume=0.001&price=62999.5")
    )
    let profit = bench.order(
      "type=sell&ordertype=take-profit-limit&volume=0.001&price=64000&price2=63999.9"
    )
    #expect(
      profit.contains("\"sell 0.00100000 XBTUSD @ take profit 64000.0 -> limit 63999.9\"")
    )
    #expect(bench.post("QueryOrders", "txid=\(stop)").contains("\"status\":\"open\""))
    try bench.place(.sell, 0, 5_000_000, isMarket: true)
    bench.settle()
    #expect(bench.post("QueryOrders", "txid=\(stop)").contains("\"status\":\"closed\""))
    #expect(bench.post("OpenOrders").contains("\"price\":\"64000.0\",\"price2\":\"63999.9\""))
  }

  @Test(
    "wrong orders are refused with the venue's words",
    arguments: [
      ("type=buy&ordertype=limit&volume=0.00001&price=50000", "EOrder:Order minimum not met"),
      ("type=buy&ordertype=limit&volume=0.0001&price=100", "EOrder:Cost minimum not met"),
      ("type=buy&ordertype=limit&volume=9&price=50000", "EOrder:Insufficient funds"),
      ("type=sell&ordertype=limit&volume=3&price=70000", "EOrder:Insufficient funds"),
      ("type=buy&ordertype=limit&volume=0.001&price=50000.05", "EOrder:Invalid price"),
      ("type=buy&ordertype=limit&volume=0.001&price=-5", "EOrder:Invalid price"),
      ("type=buy&ordertype=limit&volume=0.001&price=9e9", "EOrder:Invalid price"),
      (
        "type=buy&ordertype=limit&volume=0.001&price=99999999999999999999999999999999999999999",
        "EOrder:Invalid price"
      ),
      ("type=buy&ordertype=limit&volume=0.001", "EGeneral:Invalid arguments:price"),
      ("type=hold&ordertype=limit&volume=1&price=1", "EGeneral:Invalid arguments:type"),
      ("type=buy&ordertype=iceberg&volume=1&price=1", "EGeneral:Invalid arguments:ordertype"),
      ("type=buy&ordertype=limit&volume=x&price=50000", "EGeneral:Invalid arguments:volume"),
      ("type=buy&ordertype=limit&volume=-1&price=50000", "EGeneral:Invalid arguments:volume"),
      (
        "type=buy&ordertype=limit&volume=99999999999999&price=1",
        "EGeneral:Invalid arguments:volume"
      ),
      ("type=buy&ordertype=limit&price=50000", "EGeneral:Invalid arguments:volume"),
      (
        "type=buy&ordertype=limit&volume=0.001&price=64000&oflags=post", "EOrder:Post only order"
      ),
      (
        "type=buy&ordertype=limit&volume=0.001&price=1&timeinforce=DAY",
        "EGeneral:Invalid arguments:timeinforce"
      ),
      (
        "type=buy&ordertype=limit&volume=0.001&price=50000&leverage=5",
        "EGeneral:Invalid arguments:leverage"
      ),
      (
        "type=buy&ordertype=limit&volume=0.001&price=50000&userref=1&cl_ord_id=a",
        "EGeneral:Invalid arguments:cl_ord_id"
      ),
      (
        "type=buy&ordertype=limit&volume=0.001&price=50000&cl_ord_id=nineteen-characters",
        "EGeneral:Invalid arguments:cl_ord_id"
      ),
      (
        "type=buy&ordertype=limit&volume=0.001&price=50000&deadline=2026-08-02T03:06:39Z",
        "EService:Deadline elapsed"
      ),
      (
        "type=buy&ordertype=limit&volume=0.001&price=50000&deadline=2026-08-02T03:07:50Z",
        "EGeneral:Invalid arguments:deadline"
      ),
      (
        "type=buy&ordertype=limit&volume=0.001&price=50000&deadline=soon",
        "EGeneral:Invalid arguments:deadline"
      ),
    ]
  )
  func refusals(_ fields: String, _ error: String) throws {
    let bench = try KrakenBench()
    #expect(bench.order(fields) == "{\"error\":[\"\(error)\"]}")
    #expect(bench.post("OpenOrders").contains("\"open\":{}"))
    #expect(bench.post("BalanceEx").contains("\"hold_trade\":\"0.0000\""))
  }

  @Test("a price between two ticks is another mistake than too many decimals")
  func ticks() throws {
    var settings = GatewaySettings(
      seed: 1,
      instruments: [KrakenBench.instrument(KrakenBench.bitcoin, tick: 5_000_000_000)]
    )
    settings.limitsRates = false
    let pair = KrakenPair(index: 0, settings.instruments[0])
    #expect(try KrakenOrderForm.price("50000.5", pair).raw == 500_005_000_000_000)
    let gateway = KrakenGateway(settings)
    _ = gateway.addAccount("desk", [.trade])
    gateway.exchange.grant(
      Notional(raw: 1_000_000_000_000),
      of: Asset(symbol: "USD"),
      to: AccountID(index: 0)
    )
    var fields = KrakenFields()
    fields["type"] = "buy"
    fields["ordertype"] = "limit"
    fields["volume"] = "0.001"
    fields["price"] = "50000.3"
    #expect(throws: KrakenError.tickSize) {
      try gateway.place(KrakenOrderForm(fields), pair, AccountID(index: 0))
    }
  }

  @Test("a client identifier is unique among open orders only")
  func clientIDs() throws {
    let bench = try KrakenBench()
    let uuid = "6d1b345e-2821-40e2-ad83-4ecb18a06876"
    let id = try bench.orderID(bench.order(Self.buy + "50000&cl_ord_id=\(uuid)"))
    #expect(
      bench.order(Self.buy + "50001&cl_ord_id=\(uuid)").contains("Invalid arguments:cl_ord_id")
    )
    #expect(bench.post("CancelOrder", "cl_ord_id=\(uuid)").contains("\"count\":1"))
    #expect(bench.order(Self.buy + "50001&cl_ord_id=\(uuid)").contains("\"txid\""))
    let both = bench.post("QueryOrders", "cl_ord_id=\(uuid)")
    #expect(both.contains(id))
    #expect(try JSONValue(Array(both.utf8))["result"]?.members?.count == 2)
  }

  @Test("a good-till-date order expires, and validation places nothing")
  func expiry() throws {
    let bench = try KrakenBench()
    let id = try bench.orderID(
      bench.order(Self.buy + "50000&timeinforce=GTD&expiretm=%2B60")
    )
    #expect(bench.post("QueryOrders", "txid=\(id)").contains("\"expiretm\":1785640060"))
    bench.wait(seconds: 61)
    #expect(bench.post("QueryOrders", "txid=\(id)").contains("\"status\":\"expired\""))
    #expect(
      bench.order(Self.buy + "50000&validate=true")
        == joined(
          "{\"error\":[],\"result\":{\"descr\":{\"order\":",
          "\"buy 0.00100000 XBTUSD @ limit 50000.0\"}}}"
        )
    )
    #expect(bench.order(Self.buy + "50000&volume=9&validate=true").contains("\"descr\""))
    #expect(bench.post("OpenOrders").contains("\"open\":{}"))
  }

  @Test("orders are amended, edited, batched, and cancelled together")
  func many() throws {
    let bench = try KrakenBench()
    let id = try bench.orderID(bench.order(Self.buy + "50000"))
    let amended = bench.post("AmendOrder", "txid=\(id)&order_qty=0.002&limit_price=50001")
    #expect(amended.contains("{\"error\":[],\"result\":{\"amend_id\":\"A"))
    let row = bench.post("QueryOrders", "txid=\(id)")
    #expect(row.contains("\"vol\":\"0.00200000\""))
    #expect(row.contains("@ limit 50001.0"))
    #expect(
      bench.post("AmendOrder", "txid=\(id)&limit_price=64000&post_only=true")
        == "{\"error\":[\"EOrder:Post only order\"]}"
    )
    let edited = bench.post("EditOrder", "txid=\(id)&pair=XBTUSD&price=50002")
    #expect(edited.contains("\"status\":\"ok\""))
    #expect(edited.contains("\"originaltxid\":\"\(id)\",\"volume\":\"0.00200000\""))
    let one =
      #"{"ordertype":"limit","type":"buy","volume":"0.001","price":"49000","userref":5}"#
    let bad = #"{"ordertype":"limit","type":"buy","volume":"0.001","price":"-1"}"#
    let batch = bench.post(
      "AddOrderBatch",
      "\"pair\":\"XBTUSD\",\"orders\":[\(one),\(bad)]",
      isJSON: true
    )
    #expect(batch.contains("{\"error\":[],\"result\":{\"orders\":[{\"txid\":\"O"))
    #expect(batch.hasSuffix(",{\"error\":\"EOrder:Invalid price\"}]}}"))
    #expect(bench.post("CancelOrder", "txid=5").contains("\"count\":1"))
    #expect(
      bench.post("CancelOrderBatch", "\"orders\":[\"\(id)\"]", isJSON: true)
        == "{\"error\":[\"EOrder:Unknown order\"]}"
    )
    #expect(bench.post("CancelAll") == "{\"error\":[],\"result\":{\"count\":1}}")
  }

  @Test("the dead man's switch cancels everything unless it is reset")
  func deadMan() throws {
    let bench = try KrakenBench()
    let id = try bench.orderID(bench.order(Self.buy + "50000"))
    #expect(
      bench.post("CancelAllOrdersAfter", "timeout=60")
        == joined(
          "{\"error\":[],\"result\":{\"currentTime\":\"2026-08-02T03:06:40Z\",",
          "\"triggerTime\":\"2026-08-02T03:07:40Z\"}}"
        )
    )
    bench.wait(seconds: 50)
    #expect(bench.post("CancelAllOrdersAfter", "timeout=60").contains("03:08:30Z"))
    bench.wait(seconds: 50)
    #expect(bench.post("OpenOrders").contains(id))
    bench.wait(seconds: 11)
    #expect(bench.post("OpenOrders").contains("\"open\":{}"))
    #expect(bench.post("QueryOrders", "txid=\(id)").contains("Cancelled by timeout"))
    #expect(bench.post("CancelAllOrdersAfter", "timeout=0").contains("\"triggerTime\":\"0\""))
    #expect(bench.post("CancelAllOrdersAfter", "timeout=86400").contains("arguments:timeout"))
  }

  @Test("young orders are dear to cancel: then new ones are refused until time has passed")
  func penalty() throws {
    let bench = try KrakenBench()
    var refused = 0
    for step in 0..<20 {
      let answer = bench.order(Self.buy + "50000.\(step % 10)")
      if answer.contains("EOrder:Rate limit exceeded") {
        refused += 1
      } else {
        _ = bench.post("CancelOrder", "txid=\(try bench.orderID(answer))")
      }
    }
    // Each pair costs nine of a hundred and twenty-five.
    #expect(refused == 6)
    bench.wait(seconds: 60)
    #expect(bench.order(Self.buy + "50000").contains("txid"))
  }

  @Test("at most eighty orders rest in one pair")
  func openLimit() throws {
    let bench = try KrakenBench(limitsRates: false)
    for step in 0..<80 {
      #expect(bench.order(Self.buy + "5\(1000 + step)").contains("txid"))
    }
    #expect(bench.order(Self.buy + "50000") == "{\"error\":[\"EOrder:Orders limit exceeded\"]}")
  }

  @Test("an order may live although the answer says that the service is unavailable")
  func unavailable() throws {
    let bench = try KrakenBench()
    bench.gateway.faults.unavailableAfterOrders = 1
    #expect(bench.order(Self.buy + "50000") == "{\"error\":[\"EService:Unavailable\"]}")
    #expect(bench.post("OpenOrders").contains("buy 0.00100000 XBTUSD"))
    #expect(bench.order(Self.buy + "50000").contains("txid"))
  }

  @Test("a market that is not open says how far it is")
  func status() throws {
    let bench = try KrakenBench()
    bench.gateway.exchange.setStatus(.cancelOnly)
    #expect(
      bench.order(Self.buy + "50000") == "{\"error\":[\"EService:Market in cancel_only mode\"]}"
    )
    bench.gateway.exchange.setStatus(.postOnly)
    #expect(
      bench.order(Self.buy + "50000") == "{\"error\":[\"EService:Market in post_only mode\"]}"
    )
    #expect(bench.order(Self.buy + "50000&oflags=post").contains("txid"))
    bench.gateway.exchange.setStatus(.limitOnly)
    #expect(
      bench.order("type=buy&ordertype=market&volume=0.001")
        == "{\"error\":[\"EService:Market in limit_only mode\"]}"
    )
    bench.gateway.exchange.setStatus(.closed)
    #expect(bench.order(Self.buy + "50000") == "{\"error\":[\"EService:Unavailable\"]}")
    #expect(bench.post("CancelAll") == "{\"error\":[\"EService:Unavailable\"]}")
  }
}
