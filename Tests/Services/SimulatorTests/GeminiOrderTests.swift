import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Gemini over HTTP: orders and transfers")
struct GeminiOrderTests {
  let bench = GeminiBench()

  func field(_ response: GatewayResponse, _ name: String) throws -> String? {
    try JSONValue(response.body)[name]?.text
  }

  // MARK: Orders

  @Test("a limit order rests, is found, and is cancelled")
  func resting() throws {
    let placed = bench.order("buy", "4500", "1", #","client_order_id":"plx-1""#)
    #expect(
      placed.bodyText
        == #"{"order_id":"73797746000000001","id":"73797746000000001","symbol":"btcusd","#
        + #""exchange":"gemini","avg_execution_price":"0.00","side":"buy","#
        + #""type":"exchange limit","timestamp":"1786313190","timestampms":1786313190000,"#
        + #""is_live":true,"is_cancelled":false,"is_hidden":false,"was_forced":false,"#
        + #""executed_amount":"0","client_order_id":"plx-1","options":[],"price":"4500.00","#
        + #""original_amount":"1","remaining_amount":"1"}"#
    )
    #expect(bench.post("/v1/orders").bodyText == "[\(placed.bodyText)]")
    let identifier = #","order_id":"73797746000000001""#
    #expect(bench.post("/v1/order/status", identifier) == placed)
    #expect(
      bench.post("/v1/order/status", #","client_order_id":"plx-1""#).bodyText
        == "[\(placed.bodyText)]"
    )
    let number = bench.post("/v1/order/cancel", #","order_id":73797746000000001"#)
    #expect(number.bodyText.contains(#""is_live":false,"is_cancelled":true,"#))
    #expect(number.bodyText.contains(#""reason":"Requested","options":[],"#))
    #expect(bench.post("/v1/orders").bodyText == "[]")
    #expect(bench.post("/v1/order/cancel", identifier) == number)
    #expect(bench.post("/v1/orders/history").bodyText == "[\(number.bodyText)]")
  }

  @Test("an immediate order's answer is its final state")
  func immediate() throws {
    try bench.rest(.sell, "100", "1")
    let options = #","options":["immediate-or-cancel"]"#
    let answer = bench.order("buy", "101", "1.5", options)
    #expect(answer.status == 200)
    #expect(try field(answer, "executed_amount") == "1")
    #expect(try field(answer, "remaining_amount") == "0.5")
    #expect(try field(answer, "avg_execution_price") == "100.00")
    #expect(answer.bodyText.contains(#""is_live":false,"is_cancelled":true,"#))
    #expect(answer.bodyText.contains(#""reason":"ImmediateOrCancelWouldPost","#))
    #expect(answer.bodyText.contains(#""options":["immediate-or-cancel"]"#))
    let whole = bench.order("sell", "100", "1", #","options":["fill-or-kill"]"#)
    #expect(whole.bodyText.contains(#""reason":"FillOrKillWouldNotFill""#))
    try bench.rest(.sell, "100", "1")
    let maker = bench.order("buy", "100", "1", #","options":["maker-or-cancel"]"#)
    #expect(maker.bodyText.contains(#""reason":"MakerOrCancelWouldTake""#))
    #expect(try field(maker, "executed_amount") == "0")
  }

  @Test("a filled order is not cancelled any more, and no error either")
  func cancelFilled() throws {
    try bench.rest(.sell, "100", "1")
    let filled = bench.order("buy", "100", "1")
    let identifier = try #require(try field(filled, "order_id"))
    let answer = bench.post("/v1/order/cancel", #","order_id":"\#(identifier)""#)
    #expect(answer == filled)
    #expect(answer.bodyText.contains(#""is_live":false,"is_cancelled":false,"#))
  }

  @Test("fills are told newest first with their fee in the quote asset")
  func fills() throws {
    try bench.rest(.sell, "100", "1")
    _ = bench.order("buy", "100", "0.5", #","client_order_id":"a""#)
    let own = bench.order("sell", "101", "0.25")
    try bench.rest(.buy, "101", "0.25")
    // The house's sale at 100 was the better one.
    #expect(try field(own, "executed_amount") == "0")
    try bench.rest(.buy, "101", "0.5")
    let text = bench.post("/v1/mytrades", #","symbol":"btcusd""#).bodyText
    #expect(
      text
        == #"[{"price":"101.00","amount":"0.25","timestamp":1786313190,"#
        + #""timestampms":1786313190000,"type":"Sell","aggressor":false,"fee_currency":"USD","#
        + #""fee_amount":"0.0505","tid":2840141000000004,"order_id":"73797746000000003","#
        + #""exchange":"gemini","is_auction_fill":false,"is_clearing_fill":false,"#
        + #""symbol":"BTCUSD"},{"price":"100.00","amount":"0.5","timestamp":1786313190,"#
        + #""timestampms":1786313190000,"type":"Buy","aggressor":true,"fee_currency":"USD","#
        + #""fee_amount":"0.20","tid":2840141000000001,"order_id":"73797746000000002","#
        + #""exchange":"gemini","is_auction_fill":false,"is_clearing_fill":false,"#
        + #""symbol":"BTCUSD","client_order_id":"a"}]"#
    )
    #expect(bench.post("/v1/mytrades", #","symbol":"ethbtc""#).bodyText == "[]")
    let status = bench.post(
      "/v1/order/status",
      #","client_order_id":"a","include_trades":true"#
    )
    #expect(status.bodyText.contains(#""remaining_amount":"0","trades":[{"price":"100.00""#))
  }

  @Test(
    "an order that cannot be is refused with the venue's status and reason",
    arguments: [
      (#""symbol":"LTC_BTC""#, 400, "InvalidSymbol"),
      (#""type":"MARKET""#, 400, "InvalidOrderType"),
      (#""side":"hold""#, 400, "InvalidSide"),
      (#""amount":"0.000001""#, 400, "InvalidQuantity"),
      (#""amount":"-1""#, 400, "InvalidQuantity"),
      (#""amount":"1e3""#, 400, "InvalidQuantity"),
      (#""amount":"92233720368""#, 400, "InvalidQuantity"),
      (#""amount":"99999999999999999999999999999999999999999""#, 400, "InvalidQuantity"),
      (#""amount":true"#, 400, "InvalidQuantity"),
      (#""price":"100.001""#, 400, "InvalidPrice"),
      (#""price":"0""#, 400, "InvalidPrice"),
      (#""price":"99999999999999999999""#, 400, "InvalidPrice"),
      (#""price":"900000000""#, 400, "InvalidPrice"),
      (#""price":null"#, 400, "InvalidPrice"),
      (#""amount":"2000""#, 406, "InsufficientFunds"),
      (#""options":"fill-or-kill""#, 400, "OptionsMustBeArray"),
      (#""options":["fill-or-kill","maker-or-cancel"]"#, 400, "ConflictingOptions"),
      (#""options":["auction-only"]"#, 400, "UnsupportedOption"),
      (#""client_order_id":7"#, 400, "ClientOrderIdMustBeString"),
      (#""client_order_id":"a b""#, 400, "InvalidClientOrderId"),
      (
        #""client_order_id":""# + String(repeating: "x", count: 101) + #"""#, 400,
        "ClientOrderIdTooLong"
      ),
    ]
  )
  func refusals(_ member: String, _ status: Int, _ reason: String) throws {
    // The first member of a name counts.
    let response = bench.post(
      "/v1/order/new",
      "," + member + #","symbol":"btcusd","amount":"1","price":"100","side":"buy","#
        + #""type":"exchange limit""#
    )
    #expect(response.status == status)
    #expect(try field(response, "reason") == reason)
    #expect(bench.gateway.exchange.orders(of: bench.client).isEmpty)
  }

  @Test("refusals name what was wrong")
  func words() {
    #expect(
      bench.order("buy", "65000.1", "100").bodyText.contains(
        "Failed to place buy order on symbol 'BTCUSD' for price $65000.10 and quantity 100 BTC"
          + " due to insufficient funds"
      )
    )
    let request = #","symbol":"LTC_BTC""#
    #expect(
      bench.post("/v1/order/new", request).bodyText.contains(
        "Received bad symbol 'LTC_BTC' but expected a supported symbol from ['BTCUSD', 'ETHBTC']"
      )
    )
    #expect(
      bench.order("buy", "100.001", "1").bodyText.contains(
        "Invalid price for symbol BTCUSD: 100.001"
      )
    )
    #expect(
      bench.order("buy", "100", "0.000001").bodyText.contains(
        "Invalid quantity for symbol BTCUSD: 0.000001"
      )
    )
  }

  @Test("an unknown order is 404, and nobody sees another's")
  func unknown() throws {
    for text in ["1", "x", "73797746000000009", "-5", "99999999999999999999999"] {
      let answer = bench.post("/v1/order/cancel", #","order_id":"\#(text)""#)
      #expect(answer.status == 404)
      #expect(try field(answer, "reason") == "OrderNotFound")
    }
    let other = bench.gateway.exchange.addAccount("other")
    bench.gateway.exchange.grant(
      Notional(raw: 100_000_000_000_000),
      of: Asset(symbol: "USD"),
      to: other
    )
    let foreign = try bench.rest(.buy, "100", "1", account: other)
    let identifier = GeminiIdentifier.order(foreign.number)
    #expect(bench.post("/v1/order/status", #","order_id":"\#(identifier)""#).status == 404)
    #expect(bench.post("/v1/order/status", #","client_order_id":"x""#).status == 404)
    #expect(try field(bench.post("/v1/order/cancel"), "reason") == "MissingOrderField")
  }

  @Test("cancelling all takes the account's orders, the session's only those of one key")
  func cancelAll() throws {
    try bench.rest(.buy, "98", "0.5", account: bench.client)
    _ = bench.order("buy", "99", "1")
    let empty = #""cancelRejects":[]}}"#
    #expect(
      bench.post("/v1/order/cancel/session").bodyText
        == #"{"result":"ok","details":{"cancelledOrders":[73797746000000002],"# + empty
    )
    #expect(
      bench.post("/v1/order/cancel/all").bodyText
        == #"{"result":"ok","details":{"cancelledOrders":[73797746000000001],"# + empty
    )
    #expect(
      bench.post("/v1/order/cancel/all").bodyText
        == #"{"result":"ok","details":{"cancelledOrders":[],"# + empty
    )
  }

  @Test("a stop limit order waits for its price, and takes no options")
  func stops() throws {
    let stop =
      #","symbol":"btcusd","amount":"1","price":"103","stop_price":"102","side":"buy","#
      + #""type":"exchange stop limit""#
    let placed = bench.post("/v1/order/new", stop)
    #expect(placed.bodyText.contains(#""type":"exchange stop limit""#))
    #expect(placed.bodyText.contains(#""options":[],"stop_price":"102.00","price":"103.00""#))
    #expect(placed.bodyText.contains(#""is_live":true"#))
    #expect(bench.gateway.exchange.levels(0, .bid).isEmpty)
    try bench.rest(.sell, "102", "2")
    try bench.rest(.buy, "102", "1")
    let after = bench.post("/v1/order/status", #","order_id":"73797746000000001""#)
    #expect(try field(after, "executed_amount") == "1")
    let optioned = bench.post("/v1/order/new", stop + #","options":["fill-or-kill"]"#)
    #expect(try field(optioned, "reason") == "UnsupportedOption")
    let above = bench.post("/v1/order/new", #","stop_price":"104""# + stop)
    #expect(try field(above, "reason") == "InvalidStopPrice")
  }

  @Test("a market that is not open takes no orders")
  func closedMarket() throws {
    bench.gateway.exchange.setStatus(.cancelOnly)
    let answer = bench.order("buy", "100", "1")
    #expect(answer.status == 400)
    #expect(try field(answer, "reason") == "MarketNotOpen")
  }

  // MARK: Money

  @Test("a buy holds its limit and the fee; balances show what is left")
  func balances() {
    _ = bench.order("buy", "1000", "1")
    #expect(
      bench.post("/v1/balances").bodyText
        == #"[{"type":"exchange","currency":"BTC","amount":"2","available":"2","#
        + #""availableForWithdrawal":"2"},{"type":"exchange","currency":"USD","#
        + #""amount":"100000","available":"98996","availableForWithdrawal":"98996"}]"#
    )
  }

  @Test("fees are told in basis points, with the volume of 30 days")
  func fees() throws {
    try bench.rest(.sell, "100", "1")
    _ = bench.order("buy", "100", "1")
    let answer = bench.post("/v1/notionalvolume")
    #expect(try field(answer, "api_maker_fee_bps") == "20")
    #expect(try field(answer, "api_taker_fee_bps") == "40")
    #expect(try field(answer, "notional_30d_volume") == "100.00")
    #expect(try field(answer, "date") == "2026-08-09")
  }

  @Test("addresses name the asset and the chain; older clients ask by currency")
  func addresses() throws {
    let made = bench.post("/v1/deposit/bitcoin/newAddress", #","label":"desk""#)
    #expect(
      made.bodyText
        == #"{"network":"bitcoin","currency":"BTC","address":"sim-gemini-0-BTC-bitcoin","#
        + #""label":"desk","timestamp":1786313190000}"#
    )
    let older = bench.post("/v1/deposit/ETH/newAddress")
    #expect(try field(older, "address") == "sim-gemini-0-ETH-ethereum")
    let listed = bench.post("/v1/addresses/ethereum")
    #expect(listed.bodyText.contains(#""address":"sim-gemini-0-ETH-ethereum""#))
    #expect(bench.post("/v1/addresses/nowhere").status == 400)
    #expect(
      bench.post("/v1/approvedAddresses/account/bitcoin").bodyText == #"{"approvedAddresses":[]}"#
    )
  }

  @Test("a withdrawal costs its fee, is pending for a while, and is then complete")
  func withdrawals() throws {
    let body = #","address":"sim-kraken-0-BTC-bitcoin","amount":"0.5""#
    #expect(
      bench.post("/v1/withdraw/btc/feeEstimate", body).bodyText
        == #"{"currency":"BTC","fee":"0.0001","isOverride":false,"monthlyLimit":1,"#
        + #""monthlyRemaining":1}"#
    )
    let answer = bench.post("/v1/withdraw/btc", body)
    #expect(try field(answer, "amount") == "0.5")
    #expect(try field(answer, "withdrawalId")?.utf8.count == 36)
    #expect(bench.post("/v1/balances").bodyText.contains(#""amount":"1.4999""#))
    #expect(bench.post("/v1/transfers").bodyText.contains(#""status":"Pending""#))
    bench.later(60_000_000_000)
    let rows = bench.post("/v1/transfers").bodyText
    #expect(rows.contains(#""type":"Withdrawal","status":"Complete""#))
    #expect(rows.contains(#""feeAmount":"0.0001""#))
    #expect(rows.contains(#""txHash":""#))
    let much = bench.post("/v1/withdraw/btc", #","address":"a","amount":"1.5""#)
    #expect(much.status == 406)
    #expect(try field(much, "reason") == "InsufficientFunds")
    for bad in ["0", "-1", "x", "1e2", "99999999999999999999999999999999999999"] {
      let answer = bench.post("/v1/withdraw/btc", #","address":"a","amount":"\#(bad)""#)
      #expect(try field(answer, "reason") == "InvalidQuantity")
    }
    #expect(bench.post("/v1/withdraw/usd", body).status == 400)
    let chain = bench.post("/v2/withdraw/solana/BTC", body)
    #expect(try field(chain, "reason") == "InvalidNetwork")
  }

  @Test("a deposit that is under way is told as pending")
  func deposits() {
    bench.gateway.exchange.deposit(
      Notional(raw: 100_000_000),
      of: Asset(symbol: "BTC"),
      to: bench.client,
      network: "bitcoin",
      address: "sim-gemini-0-BTC-bitcoin",
      afterNanoseconds: 1_000_000_000
    )
    #expect(bench.post("/v1/balances").bodyText.contains(#""pendingDeposit":"1""#))
    bench.later(1_000_000_000)
    #expect(bench.post("/v1/balances").bodyText.contains(#""currency":"BTC","amount":"3""#))
    #expect(
      bench.post("/v1/transfers").bodyText.contains(#""type":"Deposit","status":"Advanced""#)
    )
  }
}
