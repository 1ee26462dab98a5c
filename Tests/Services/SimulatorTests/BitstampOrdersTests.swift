import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Bitstamp: orders and account")
struct BitstampOrdersTests {
  private func bench() throws -> BitstampBench {
    let bench = BitstampBench()
    try bench.quote(.sell, 50_000, 1_000_000)
    try bench.quote(.buy, 49_000, 1_000_000)
    return bench
  }

  private func status(_ id: String, _ bench: BitstampBench) throws -> JSONValue {
    try bench.json(bench.post("order_status/", "id=" + id))
  }

  // MARK: Placing

  @Test("a limit order is answered as accepted, with nothing of its fills")
  func limit() throws {
    let bench = try bench()
    let response = bench.post("buy/btcusd/", "amount=0.01&price=50000&client_order_id=a")
    #expect(
      response.bodyText
        == #"{"id":"1458532827000003","market":"BTC/USD","datetime":"2023-11-14 "#
        + #"22:13:20.000000","type":"0","price":"50000.00","amount":"0.01000000","#
        + #""client_order_id":"a"}"#
    )
    #expect(
      bench.post("order_status/", "id=1458532827000003").bodyText
        == #"{"id":1458532827000003,"datetime":"2023-11-14 22:13:20","type":"0","#
        + #""status":"Finished","market":"BTC/USD","transactions":[{"tid":216000001,"#
        + #""price":"50000.00","usd":"500.00000000","btc":"0.01000000","fee":"2","#
        + #""datetime":"2023-11-14 22:13:20.000000","type":2}],"#
        + #""amount_remaining":"0.00000000","client_order_id":"a"}"#
    )
    let short = bench.post("order_status/", "client_order_id=a&omit_transactions=True")
    #expect(try bench.json(short)["transactions"] == nil)
  }

  @Test(
    "flags end orders as documented",
    arguments: [
      ("ioc_order=True", "Canceled", 1, "0.01000000"),
      ("fok_order=True", "Canceled", 0, "0.02000000"),
      ("moc_order=True", "Canceled", 0, "0.02000000"),
      ("daily_order=True", "Open", 1, "0.01000000"), ("", "Open", 1, "0.01000000"),
      ("ioc_order=False", "Open", 1, "0.01000000"),
    ]
  )
  func flags(_ flag: String, _ status: String, _ fills: Int, _ left: String) throws {
    let bench = try bench()
    let id = try bench.order("buy/btcusd/", "amount=0.02&price=50000&" + flag)
    let order = try self.status(id, bench)
    #expect(order["status"] == .string(status))
    #expect(order["transactions"]?.elements?.count == fills)
    #expect(order["amount_remaining"] == .string(left))
  }

  @Test("an order good till date ends at its time, or at midnight")
  func expiry() throws {
    let bench = try bench()
    let end = bench.now.nanoseconds / 1_000_000 + 5_000
    let soon = try bench.order(
      "buy/btcusd/",
      "amount=0.01&price=48000&gtd_order=true&expire_time=\(end)"
    )
    let late = try bench.order(
      "buy/btcusd/",
      "amount=0.01&price=48000&gtd_order=true&expire_time=\(end + 900_000_000)"
    )
    bench.wait(5_001)
    #expect(try status(soon, bench)["status"] == .string("Expired"))
    #expect(try status(late, bench)["status"] == .string("Open"))
    // Midnight comes 6,400 seconds after the start.
    bench.wait(6_395_000)
    #expect(try status(late, bench)["status"] == .string("Expired"))
  }

  @Test("market orders are sized in the base asset, instant orders in the quote asset")
  func marketOrders() throws {
    let bench = try bench()
    let market = bench.post("sell/market/btcusd/", "amount=0.001")
    #expect(try bench.json(market)["price"] == .string("49000.00"))
    let instant = try bench.order("buy/instant/btcusd/", "amount=100")
    let order = try status(instant, bench)
    #expect(order["status"] == .string("Finished"))
    // 100 dollars pay 99.60 worth of bitcoin and the fee of 0.4 percent.
    #expect(order["transactions"]?.elements?[0]["btc"] == .string("0.00199203"))
    #expect(bench.post("buy/instant/xrpusd/", "amount=100").bodyText.contains("500.004"))
    #expect(bench.post("sell/market/xrpusd/", "amount=100").bodyText.contains("500.005"))
  }

  @Test(
    "what cannot be taken is refused with the venue's code and words",
    arguments: [
      ("price=50000", "400.005", "Missing amount and/or price POST parameters"),
      ("amount=1", "400.006", "Missing amount and/or price POST parameters"),
      ("amount=x&price=1", "400.026", #"Enter a number. Use \".\" as a decimal point."#),
      ("amount=1&price=1e5", "400.041", #"Enter a number. Use \".\" as a decimal point."#),
      ("amount=0.123456789&price=1", "400.026", "no more than 8 decimal places."),
      ("amount=1&price=50000.001", "400.041", "no more than 2 decimal places."),
      ("amount=0&price=1", "400.046", "greater than or equal to 1E-8."),
      ("amount=-1&price=1", "400.046", "greater than or equal to 1E-8."),
      ("amount=99999999999&price=1", "400.038", "Provided order amount is too large."),
      ("amount=99999999999999999999999999999999999&price=1", "400.026", "Enter a number."),
      ("amount=1&price=99999999999", "400.021", "Provided price is out of range."),
      ("amount=1&price=0", "400.021", "Provided price is out of range."),
      ("amount=0.0001&price=49000", "400.020", "Minimum order size is 10.0 USD."),
      (
        "amount=1&price=49000", "400.009",
        "You have only 10000.00000000 USD available. Check your account balance for details."
      ),
      ("amount=1&price=60000.01", "400.021", "Price is more than 20% above market price."),
      (
        "amount=1&price=1&ioc_order=True&fok_order=True", "400.024",
        "Only one of optional parameters can be set."
      ),
      ("amount=1&price=1&limit_price=2", "400.007", "Follow-up orders are not available."),
      ("amount=1&price=1&limit_price=2&ioc_order=True", "400.025", "cannot be set."),
      ("amount=1&price=1&gtd_order=True", "400.022", "expire_time"),
      ("amount=1&price=1&gtd_order=True&expire_time=x", "400.023", "expire_time"),
      ("amount=1&price=1&gtd_order=True&expire_time=9223372036854775807", "400.023", "expire"),
      ("amount=1&price=1&gtd_order=True&expire_time=5", "400.032", "future"),
    ] as [(String, String, String)]
  )
  func refusals(_ body: String, _ code: String, _ words: String) throws {
    let bench = try bench()
    let response = bench.post("buy/btcusd/", body)
    #expect(response.status == 400)
    #expect(response.bodyText.hasPrefix(#"{"status":"error","reason":{"#))
    #expect(response.bodyText.contains(#""response_code":"\#(code)""#), "\(response.bodyText)")
    #expect(response.bodyText.contains(words), "\(response.bodyText)")
    #expect(bench.gateway.exchange.accounts[0].held(BitstampBench.usd).raw == 0)
  }

  @Test("sales below the band, or of what is not there, are refused")
  func saleRefusals() throws {
    let bench = try bench()
    let low = bench.post("sell/btcusd/", "amount=0.01&price=39199.99")
    #expect(low.bodyText.contains("Price is more than 20% below market price."))
    #expect(
      bench.post("sell/btcusd/", "amount=2&price=50000").bodyText
        == #"{"status":"error","reason":{"__all__":["You have only 1.00000000 BTC available. "#
        + #"Check your account balance for details."]},"response_code":"400.009","#
        + #""response_explanation":"Insufficient balance for provided user."}"#
    )
    #expect(bench.post("sell/nopair/", "amount=2&price=50000").status == 404)
  }

  @Test("a client's identifier may come twice, and then finds the younger order")
  func duplicates() throws {
    let bench = try bench()
    let first = try bench.order("buy/btcusd/", "amount=0.01&price=48000&client_order_id=x")
    let second = try bench.order("buy/btcusd/", "amount=0.01&price=48000&client_order_id=x")
    let found = try bench.json(bench.post("order_status/", "client_order_id=x"))
    #expect(first != second)
    #expect(found["id"]?.text == second)
    let long = "client_order_id=" + String(repeating: "x", count: 256)
    #expect(
      bench.post("buy/btcusd/", "amount=0.01&price=48000&" + long).bodyText.contains("400.008")
    )
  }

  @Test("orders of one account may trade with each other")
  func selfTrade() throws {
    let bench = try bench()
    let sale = try bench.order("sell/btcusd/", "amount=0.01&price=49500")
    let purchase = try bench.order("buy/btcusd/", "amount=0.01&price=49500")
    #expect(try status(sale, bench)["status"] == .string("Finished"))
    #expect(try status(purchase, bench)["transactions"]?.elements?.count == 1)
  }

  @Test("a halted market and a halted venue take no orders")
  func halts() throws {
    let bench = try bench()
    bench.gateway.exchange.setStatus(.cancelOnly)
    let refused = bench.post("buy/btcusd/", "amount=0.01&price=48000")
    #expect(refused.status == 500)
    #expect(refused.bodyText.contains("Order could not be placed."))
    #expect(refused.bodyText.contains("500.012"))
  }

  // MARK: Asking and ending

  @Test("the list of open orders is ten seconds old at most, and no younger")
  func openOrders() throws {
    let bench = try bench()
    #expect(bench.post("open_orders/all/").bodyText == "[]")
    let id = try bench.order("buy/btcusd/", "amount=0.01&price=48000&client_order_id=q")
    #expect(bench.post("open_orders/all/").bodyText == "[]")
    #expect(bench.post("open_orders/xrpusd/").bodyText == "[]")
    #expect(
      bench.post("open_orders/btcusd/").bodyText
        == #"[{"id":"\#(id)","datetime":"2023-11-14 22:13:20","type":"0","price":"48000.00","#
        + #""amount":"0.01000000","amount_at_create":"0.01000000","market":"BTC/USD","#
        + #""client_order_id":"q"}]"#
    )
    bench.wait(9_999)
    #expect(bench.post("open_orders/all/").bodyText == "[]")
    bench.wait(1)
    #expect(bench.post("open_orders/all/").bodyText.contains(#""currency_pair":"BTC/USD""#))
  }

  @Test("cancelling tells what was left, as numbers")
  func cancel() throws {
    let bench = try bench()
    let id = try bench.order("buy/btcusd/", "amount=0.02&price=50000")
    #expect(
      bench.post("cancel_order/", "id=" + id).bodyText
        == #"{"id":\#(id),"amount":0.01,"price":50000,"type":0,"market":"BTC/USD"}"#
    )
    let again = bench.post("cancel_order/", "id=" + id)
    #expect(again.status == 404)
    #expect(again.bodyText.hasPrefix(#"{"status":"error","reason":"Order not found.","#))
    #expect(bench.post("cancel_order/").bodyText.contains("400.035"))
    let unknown = bench.post("order_status/", "id=1")
    #expect(unknown.status == 200)
    #expect(unknown.bodyText == #"{"status":"error","reason":"Order not found."}"#)
  }

  @Test("orders of others can be neither seen nor ended")
  func others() throws {
    let bench = try bench()
    let house = "1458532827000001"
    #expect(bench.post("order_status/", "id=" + house).bodyText.contains("Order not found."))
    #expect(bench.post("cancel_order/", "id=" + house).status == 404)
    #expect(bench.gateway.exchange.levels(0, .ask).count == 1)
  }

  @Test("all orders are cancelled together, or those of one market")
  func cancelAll() throws {
    let bench = try bench()
    for price in [47_000, 48_000] {
      _ = try bench.order("buy/btcusd/", "amount=0.01&price=\(price)")
    }
    #expect(
      bench.post("cancel_all_orders/xrpusd/").bodyText == #"{"canceled":[],"success":true}"#
    )
    let list = try bench.json(bench.post("cancel_all_orders/"))["canceled"]
    #expect(list?.elements?.count == 2)
    #expect(list?.elements?[0]["currency_pair"] == .string("BTC/USD"))
  }

  @Test("an order can be replaced by one of another price and amount")
  func replace() throws {
    let bench = try bench()
    let id = try bench.order("buy/btcusd/", "amount=0.01&price=48000&client_order_id=r")
    #expect(
      bench.post("replace_order/", "id=\(id)&amount=0.02&price=48500").bodyText
        == #"{"order_id":\#(id),"order_type":"0","market":"BTC/USD","amount":"0.02000000","#
        + #""price":"48500.00","datetime":"2023-11-14T22:13:20.000000Z","#
        + #""orig_order_id":\#(id),"orig_client_order_id":"r","status":"Open"}"#
    )
    #expect(bench.gateway.exchange.best(0, .bid)?.price == Price(raw: 490_000_000_000_000))
    let dear = bench.post("replace_order/", "id=\(id)&amount=9&price=48500")
    #expect(dear.bodyText.contains("400.009"))
    #expect(bench.post("replace_order/", "id=7&amount=1&price=1").status == 404)
  }

  @Test("orders that were done a month ago are forgotten")
  func old() throws {
    let bench = try bench()
    let id = try bench.order("buy/btcusd/", "amount=0.01&price=48000&ioc_order=True")
    bench.wait(30 * 86_400_000)
    #expect(try status(id, bench)["status"] == .string("Canceled"))
    bench.wait(1)
    #expect(try status(id, bench)["reason"] == .string("Order not found."))
  }

  // MARK: Account

  @Test("balances and fees are those of the exchange")
  func account() throws {
    let bench = try bench()
    _ = try bench.order("sell/btcusd/", "amount=0.25&price=51000")
    #expect(
      bench.post("account_balances/").bodyText
        == #"[{"currency":"btc","total":"1.00000000","available":"0.75000000","#
        + #""reserved":"0.25000000"},{"currency":"usd","total":"10000.00000000","#
        + #""available":"10000.00000000","reserved":"0.00000000"},{"currency":"xrp","#
        + #""total":"0.00000000","available":"0.00000000","reserved":"0.00000000"}]"#
    )
    #expect(
      bench.post("fees/trading/btcusd/").bodyText
        == #"{"currency_pair":"btcusd","market":"btcusd","fees":{"maker":"0.3000","#
        + #""taker":"0.4000"}}"#
    )
    #expect(try bench.json(bench.post("fees/trading/")).elements?.count == 2)
    #expect(
      bench.post("fees/withdrawal/btc/").bodyText
        == #"[{"currency":"btc","fee":"0.00015","network":"bitcoin"}]"#
    )
    #expect(bench.post("fees/withdrawal/doge/").status == 404)
    #expect(
      bench.post("balance/btcusd/").bodyText
        == #"{"btc_available":"0.75000000","btc_balance":"1.00000000","#
        + #""btc_reserved":"0.25000000","btc_withdrawal_fee":"0.00015","btcusd_fee":"0.4000","#
        + #""usd_available":"10000.00000000","usd_balance":"10000.00000000","#
        + #""usd_reserved":"0.00000000"}"#
    )
  }

  @Test("transactions are listed youngest first, by page, by time, and by number")
  func transactions() throws {
    let bench = try bench()
    _ = try bench.order("buy/btcusd/", "amount=0.001&price=50000")
    bench.wait(2_000)
    _ = try bench.order("sell/btcusd/", "amount=0.001&price=49000")
    let second =
      #"{"id":216000002,"datetime":"2023-11-14 22:13:22.000000","type":"2","#
      + #""order_id":1458532827000004,"fee":"0.196","usd":"49.00000000","#
      + #""btc":"-0.00100000","btc_usd":49000}"#
    let first =
      #"{"id":216000001,"datetime":"2023-11-14 22:13:20.000000","type":"2","#
      + #""order_id":1458532827000003,"fee":"0.2","usd":"-50.00000000","#
      + #""btc":"0.00100000","btc_usd":50000}"#
    #expect(bench.post("user_transactions/").bodyText == "[\(second),\(first)]")
    #expect(bench.post("user_transactions/btcusd/", "limit=1").bodyText == "[\(second)]")
    #expect(bench.post("user_transactions/", "offset=1").bodyText == "[\(first)]")
    #expect(
      bench.post("user_transactions/", "sort=asc&since_timestamp=1700000001").bodyText
        == "[\(second)]"
    )
    #expect(bench.post("user_transactions/", "since_id=216000002").bodyText == "[\(second)]")
    #expect(bench.post("user_transactions/xrpusd/").bodyText == "[]")
    for (field, code) in [
      ("limit=1001", "400.011"), ("limit=0", "400.011"), ("offset=200001", "400.010"),
      ("sort=up", "400.012"), ("since_timestamp=x", "400.013"), ("until_timestamp=x", "400.034"),
    ] {
      #expect(bench.post("user_transactions/", field).bodyText.contains(code))
    }
  }

  // MARK: Transfers

  @Test("a deposit address says whose it is")
  func address() throws {
    let bench = try bench()
    #expect(
      bench.post("btc_address/").bodyText == #"{"address":"sim-bitstamp-0-BTC-bitcoin"}"#
    )
    #expect(
      bench.post("xrp_address/", "network=xrpl").bodyText
        == #"{"address":"sim-bitstamp-0-XRP-xrpl","destination_tag":1337210}"#
    )
    #expect(
      bench.post("btc_address/", "network=solana").bodyText.contains("Invalid network selection")
    )
    #expect(bench.post("usd_address/").status == 404)
    #expect(bench.post("doge_address/").status == 404)
  }

  @Test("a withdrawal leaves the balance at once, and is done after its time")
  func withdrawal() throws {
    let bench = try bench()
    let body = "amount=0.1&address=sim-kraken-1-BTC-bitcoin&network=bitcoin"
    #expect(bench.post("btc_withdrawal/", body).bodyText == #"{"id":10000001}"#)
    #expect(bench.post("account_balances/btc/").bodyText.contains(#""total":"0.89985000""#))
    func state() throws -> JSONValue? {
      try bench.json(bench.post("withdrawal-requests/", "timedelta=50000000")).elements?[0]
    }
    #expect(try state()?["status"] == .number("0"))
    #expect(try state()?["transaction_id"] == .null)
    bench.wait(30_000)
    #expect(try state()?["status"] == .number("1"))
    bench.wait(30_000)
    #expect(try state()?["status"] == .number("2"))
    #expect(try state()?["address"] == .string("sim-kraken-1-BTC-bitcoin"))
    #expect(try state()?["type"] == .number("1"))
    let list = try bench.json(bench.post("crypto-transactions/"))
    #expect(list["withdrawals"]?.elements?[0]["amount"] == .number("0.1"))
    #expect(
      bench.post("user_transactions/").bodyText
        == #"[{"id":10000001,"datetime":"2023-11-14 22:13:20.000000","type":"1","#
        + #""fee":"0.00015000","btc":"-0.10000000"}]"#
    )
    #expect(bench.post("withdrawal/cancel/", "id=10000001").status == 404)
  }

  @Test("a withdrawal that has not left can be called off; a bad one is refused")
  func withdrawalRefusals() throws {
    let bench = try bench()
    _ = bench.post("btc_withdrawal/", "amount=0.1&address=a")
    #expect(
      bench.post("withdrawal/cancel/", "id=10000001").bodyText
        == #"{"id":"10000001","amount":0.1,"currency":"BTC","account_currency":"BTC","type":"1"}"#
    )
    #expect(bench.post("account_balances/btc/").bodyText.contains(#""total":"1.00000000""#))
    let dear = bench.post("btc_withdrawal/", "amount=1&address=a")
    #expect(dear.bodyText.contains("You have only 1.00000000 BTC available. Check your account"))
    for body in ["amount=1", "address=a", "amount=x&address=a", "amount=0&address=a"] {
      #expect(bench.post("btc_withdrawal/", body).status == 400)
    }
    let huge = "amount=9999999999999999999999999999&address=a"
    #expect(bench.post("btc_withdrawal/", huge).status == 400)
  }
}
