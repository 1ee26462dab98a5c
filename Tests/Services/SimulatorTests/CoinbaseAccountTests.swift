import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Coinbase: wallets, fees, transfers")
struct CoinbaseAccountTests {
  @Test("wallets tell what is free and what is held, page by page")
  func wallets() throws {
    let desk = CoinbaseDesk()
    _ = try desk.order(CoinbaseOrderTests.resting)
    let path = "/api/v3/brokerage/accounts"
    let body = try JSONValue(try desk.signed("GET", path).body)
    #expect(body["size"] == .number("3"))
    #expect(body["has_next"] == .boolean(false))
    let usd = try #require(body["accounts"]?[2])
    #expect(usd["currency"]?.string == "USD")
    #expect(usd["type"]?.string == "ACCOUNT_TYPE_FIAT")
    #expect(usd["available_balance"]?["value"]?.string == "99939.28")
    #expect(usd["hold"]?["value"]?.string == "60.72")
    #expect(usd["retail_portfolio_id"]?.string == desk.client.more["portfolio"])
    let first = try JSONValue(try desk.signed("GET", path, query: "limit=2").body)
    let cursor = try #require(first["cursor"]?.string)
    #expect(first["has_next"] == .boolean(true))
    let second = try JSONValue(
      try desk.signed("GET", path, query: "limit=2&cursor=\(cursor)").body
    )
    #expect(second["accounts"]?.elements?.count == 1)
    let id = try #require(usd["uuid"]?.string)
    let one = try desk.signed("GET", path + "/" + id)
    #expect(try JSONValue(one.body)["account"] == usd)
    #expect(try desk.signed("GET", path + "/none").status == 404)
    #expect(try desk.signed("GET", path, query: "cursor=9").status == 400)
  }

  @Test("the fee tier has the rates that are charged")
  func fees() throws {
    let desk = CoinbaseDesk()
    let response = try desk.signed("GET", "/api/v3/brokerage/transaction_summary")
    let tier = try #require(try JSONValue(response.body)["fee_tier"])
    #expect(tier["taker_fee_rate"]?.string == "0.012")
    #expect(tier["maker_fee_rate"]?.string == "0.006")
    let portfolios = try desk.signed("GET", "/api/v3/brokerage/portfolios")
    #expect(portfolios.bodyText.contains(desk.client.more["portfolio"] ?? "-"))
  }

  @Test("the older interface lists the same wallets with all that they hold")
  func olderWallets() throws {
    let desk = CoinbaseDesk()
    let body = try JSONValue(try desk.signed("GET", "/v2/accounts", query: "limit=2").body)
    #expect(body["data"]?[0]?["id"]?.string?.utf8.count == 36)
    #expect(body["data"]?[0]?["balance"]?["amount"]?.string == "2")
    let next = try #require(body["pagination"]?["next_starting_after"]?.string)
    let rest = try JSONValue(
      try desk.signed("GET", "/v2/accounts", query: "limit=2&starting_after=\(next)").body
    )
    #expect(rest["data"]?[0]?["type"]?.string == "fiat")
    #expect(rest["pagination"]?["next_starting_after"] == .null)
  }

  @Test("an address of each network, and new ones with a name")
  func addresses() throws {
    let desk = CoinbaseDesk()
    let path = "/v2/accounts/ETH/addresses"
    let list = try JSONValue(try desk.signed("GET", path).body)
    #expect(
      list["data"]?.elements?.compactMap { $0["network"]?.string } == [
        "ethereum", "base", "arbitrum", "optimism",
      ]
    )
    #expect(list["data"]?[0]?["address"]?.string == "sim-coinbase-0-ETH-ethereum")
    let made = try desk.signed("POST", path, body: "{\"name\":\"mine\"}")
    #expect(made.status == 201)
    #expect(try JSONValue(made.body)["data"]?["name"]?.string == "mine")
    let again = try JSONValue(try desk.signed("GET", path).body)
    #expect(again["data"]?.elements?.count == 5)
    #expect(again["data"]?[0]?["name"]?.string == "mine")
    #expect(try desk.signed("POST", path, body: "{\"network\":\"x\"}").status == 400)
    #expect(try desk.signed("GET", "/v2/accounts/XYZ/addresses").status == 404)
  }

  @Test("a withdrawal leaves at once, is done later, and is made once for each mark")
  func withdrawals() throws {
    let desk = CoinbaseDesk()
    let path = "/v2/accounts/BTC/transactions"
    let body =
      "{\"type\":\"send\",\"to\":\"sim-kraken-1-BTC-bitcoin\",\"amount\":\"0.5\","
      + "\"currency\":\"BTC\",\"network\":\"bitcoin\",\"idem\":\"once\"}"
    let response = try desk.signed("POST", path, body: body)
    #expect(response.status == 201)
    let sent = try #require(try JSONValue(response.body)["data"])
    #expect(sent["status"]?.string == "pending")
    #expect(sent["amount"]?["amount"]?.string == "-0.50005")
    #expect(sent["network"]?["transaction_amount"]?["amount"]?.string == "0.5")
    let again = try desk.signed("POST", path, body: body)
    #expect(try JSONValue(again.body)["data"]?["id"] == sent["id"])
    let account = desk.gateway.exchange.accounts[desk.account.index]
    #expect(account.total(CoinbaseDesk.btc) == Notional(raw: 149_995_000))
    desk.wait(milliseconds: 60_000)
    let id = try #require(sent["id"]?.string)
    let done = try JSONValue(try desk.signed("GET", path + "/" + id).body)
    #expect(done["data"]?["status"]?.string == "completed")
    #expect(done["data"]?["network"]?["hash"]?.string?.utf8.count == 64)
    let list = try JSONValue(try desk.signed("GET", path).body)
    #expect(list["data"]?.elements?.count == 1)
  }

  @Test(
    "a withdrawal that cannot be is refused",
    arguments: [
      "{}", "{\"type\":\"send\",\"to\":\"x\",\"amount\":\"3\",\"currency\":\"BTC\"}",
      "{\"type\":\"send\",\"to\":\"x\",\"amount\":\"-1\",\"currency\":\"BTC\"}",
      "{\"type\":\"send\",\"to\":\"x\",\"amount\":\"0.000000001\",\"currency\":\"BTC\"}",
      "{\"type\":\"send\",\"to\":\"x\",\"amount\":\"1\",\"currency\":\"ETH\"}",
      "{\"type\":\"send\",\"to\":\"\",\"amount\":\"1\",\"currency\":\"BTC\"}",
      "{\"type\":\"send\",\"to\":\"x\",\"amount\":\"1\",\"currency\":\"BTC\",\"network\":\"base\"}",
      "{\"type\":\"transfer\",\"to\":\"x\",\"amount\":\"1\",\"currency\":\"BTC\"}",
    ]
  )
  func refusedWithdrawals(_ body: String) throws {
    let desk = CoinbaseDesk()
    let response = try desk.signed("POST", "/v2/accounts/BTC/transactions", body: body)
    #expect(response.status == 400)
    #expect(response.bodyText.hasPrefix("{\"errors\":[{\"id\":\"validation_error\""))
  }
}
