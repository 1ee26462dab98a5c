import Codecs
import Market
import Signing
import Testing
import Units

@testable import Simulator

@Suite("Simulated Kraken: keys, budgets, and funding")
struct KrakenAccountTests {
  @Test("a key, its signature, and its nonce are checked in this order")
  func signature() throws {
    let bench = try KrakenBench()
    #expect(bench.post("Balance").hasPrefix("{\"error\":[],"))
    var nobody = bench.credentials
    nobody.key = "nobody"
    #expect(bench.post("Balance", credentials: nobody) == #"{"error":["EAPI:Invalid key"]}"#)
    var forged = bench.credentials
    forged.secret = Base64.encode([1, 2, 3])
    #expect(
      bench.post("Balance", nonce: 1, credentials: forged)
        == #"{"error":["EAPI:Invalid signature"]}"#
    )
    #expect(bench.post("Balance", nonce: 1) == #"{"error":["EAPI:Invalid nonce"]}"#)
    let same = bench.nextNonce()
    #expect(bench.post("Balance", nonce: same).hasPrefix("{\"error\":[],"))
    #expect(bench.post("Balance", nonce: same) == #"{"error":["EAPI:Invalid nonce"]}"#)
    #expect(bench.post("Dance") == #"{"error":["EGeneral:Unknown method"]}"#)
    #expect(bench.post("Balance", nonce: .max).hasPrefix("{\"error\":[],"))
    #expect(bench.post("Balance").contains("EAPI:Invalid nonce"))
  }

  @Test("the signature is the one of Kraken's published example")
  func publishedExample() {
    let secret =
      "kQH5HW/8p1uGOVjbgWA7FunAmGO8lsSUXNsu3eow76sz84Q18fWxnyRzBHCd3pd5nE9qa99HAZtuZuj6F1huXg=="
    let body = "nonce=1616492376594&ordertype=limit&pair=XBTUSD&price=37500&type=buy&volume=1.25"
    let digest = SHA256.digest(Array(("1616492376594" + body).utf8).span)
    let key = Base64.decode(secret) ?? []
    let code = HMAC.code(.sha512, key: key, Array("/0/private/AddOrder".utf8) + digest)
    #expect(
      Base64.encode(code)
        == joined(
          "4/dpxb3iT4tp/ZCVEwSnEsLxx0bqyhLpdfOpc6fn7OR8",
          "+UClSV5n9E6aSS8MPtnRfp32bAb0nmbRn6H8ndwLUQ=="
        )
    )
  }

  @Test("a key may do what it was made for")
  func permissions() throws {
    let bench = try KrakenBench(permissions: [.view])
    #expect(bench.post("Balance").hasPrefix("{\"error\":[],"))
    let denied = #"{"error":["EGeneral:Permission denied"]}"#
    #expect(bench.order(KrakenOrderTests.buy + "50000") == denied)
    #expect(bench.post("Withdraw", "asset=XBT&key=a&amount=1") == denied)
    let (socket, token) = try bench.openPrivate()
    let answer = bench.call("cancel_all", "", socket, token)
    #expect(answer.first?.contains(#""error":"EGeneral:Permission denied""#) == true)
    let other = bench.gateway.addAccount("desk", [.trade])
    #expect(bench.post("Balance", credentials: other) == denied)
    #expect(bench.gateway.exchange.accounts.count == 2)
  }

  @Test("calls are counted, and history counts twice")
  func counter() throws {
    let bench = try KrakenBench()
    for _ in 0..<10 { #expect(bench.post("TradesHistory").hasPrefix("{\"error\":[],")) }
    let limit = #"{"error":["EAPI:Rate limit exceeded"]}"#
    #expect(bench.post("Balance") == limit)
    #expect(bench.order(KrakenOrderTests.buy + "50000").contains("txid"))
    bench.wait(seconds: 2)
    #expect(bench.post("TradesHistory") == limit)
    #expect(bench.post("Balance").hasPrefix("{\"error\":[],"))
    #expect(bench.post("Balance") == limit)
  }

  @Test("twenty bad calls in a row lock a key out for a quarter of an hour")
  func lockout() throws {
    let bench = try KrakenBench()
    for _ in 0..<20 { #expect(bench.post("Balance", nonce: 0).contains("Invalid nonce")) }
    #expect(bench.post("Balance") == #"{"error":["EGeneral:Temporary lockout"]}"#)
    bench.wait(seconds: 901)
    #expect(bench.post("Balance").hasPrefix("{\"error\":[],"))
  }

  @Test("a token runs out after fifteen minutes unless a socket uses it")
  func tokens() throws {
    let bench = try KrakenBench()
    #expect(bench.post("GetWebSocketsToken").hasSuffix("\",\"expires\":900}}"))
    let (socket, token) = try bench.openPrivate()
    let (_, unused) = try bench.openPrivate()
    let subscribe = "\"channel\":\"balances\""
    #expect(bench.call("subscribe", subscribe, socket, token).count == 2)
    bench.wait(seconds: 900)
    #expect(bench.call("cancel_all", "", socket, token).first?.contains("true") == true)
    let late = bench.open(KrakenGateway.socketPaths.account)
    #expect(
      bench.call("cancel_all", "", late, unused).first?.hasPrefix(
        #"{"error":"ESession:Invalid session","method":"cancel_all","req_id":7,"#
      ) == true
    )
    #expect(bench.call("cancel_all", "", late, token).first?.contains("true") == true)
    bench.gateway.closed(socket)
    bench.gateway.closed(late)
    let again = bench.open(KrakenGateway.socketPaths.account)
    #expect(bench.call("cancel_all", "", again, token).first?.contains("session") == true)
  }

  @Test("fees are stated as they are charged")
  func fees() throws {
    let bench = try KrakenBench()
    #expect(
      bench.post("TradeVolume", "pair=XBTUSD")
        == joined(
          "{\"error\":[],\"result\":{\"currency\":\"ZUSD\",\"volume\":\"0.0000\",",
          "\"fees\":{\"XXBTZUSD\":{\"fee\":\"0.4000\",\"minfee\":\"0.4000\",",
          "\"maxfee\":\"0.4000\",\"nextfee\":null,\"tiervolume\":\"0.0000\",",
          "\"nextvolume\":null}},\"fees_maker\":{\"XXBTZUSD\":{\"fee\":\"0.2500\",",
          "\"minfee\":\"0.2500\",\"maxfee\":\"0.2500\",\"nextfee\":null,",
          "\"tiervolume\":\"0.0000\",\"nextvolume\":null}}}}"
        )
    )
  }

  @Test("balances show what orders hold")
  func holds() throws {
    let bench = try KrakenBench()
    _ = bench.order(KrakenOrderTests.buy + "50000")
    #expect(
      bench.post("BalanceEx")
        == joined(
          "{\"error\":[],\"result\":{",
          "\"XXBT\":{\"balance\":\"2.0000000000\",\"hold_trade\":\"0.0000000000\"},",
          "\"ZUSD\":{\"balance\":\"100000.0000\",\"hold_trade\":\"50.2000\"}}}"
        )
    )
  }

  @Test("a withdrawal to another simulated venue leaves, is listed, and can be called off")
  func withdrawals() throws {
    let bench = try KrakenBench()
    let key = "sim-gemini-3-BTC-bitcoin"
    #expect(
      bench.post("WithdrawInfo", "asset=XBT&key=\(key)&amount=0.5")
        == joined(
          "{\"error\":[],\"result\":{\"method\":\"Bitcoin\",\"limit\":\"2.0000000000\",",
          "\"amount\":\"0.4999800000\",\"fee\":\"0.0000200000\"}}"
        )
    )
    let answer = bench.post("Withdraw", "asset=XBT&key=\(key)&amount=0.5")
    let reference = try #require(
      try JSONValue(Array(answer.utf8))["result"]?["refid"]?.string
    )
    #expect(bench.post("Balance").contains("\"XXBT\":\"1.5000000000\""))
    let row = bench.post("WithdrawStatus", "asset=XBT")
    #expect(row.contains("\"refid\":\"\(reference)\",\"txid\":null,\"info\":\"\(key)\""))
    #expect(row.contains("\"amount\":\"0.4999800000\",\"fee\":\"0.0000200000\""))
    #expect(row.contains("\"status\":\"Pending\",\"key\":\"\(key)\",\"network\":\"Bitcoin\""))
    #expect(
      bench.post("WithdrawCancel", "asset=XBT&refid=\(reference)")
        == "{\"error\":[],\"result\":true}"
    )
    #expect(bench.post("Balance").contains("\"XXBT\":\"2.0000000000\""))
    _ = bench.post("Withdraw", "asset=XBT&key=\(key)&amount=0.5")
    bench.wait(seconds: 61)
    #expect(bench.post("WithdrawStatus").contains("\"status\":\"Success\""))
    #expect(bench.post("WithdrawCancel", "asset=XBT&refid=x").contains("Unknown reference"))
  }

  @Test(
    "withdrawals go to saved addresses, for amounts that are there",
    arguments: [
      ("asset=XBT&key=home&amount=1", "EFunding:Unknown withdraw key"),
      ("asset=XBT&key=cold&amount=5", "EFunding:Invalid amount"),
      ("asset=XBT&key=cold&amount=0.00001", "EFunding:Invalid amount"),
      ("asset=XBT&key=cold&amount=-1", "EFunding:Invalid amount"),
      ("asset=XBT&key=cold&amount=1e60", "EFunding:Invalid amount"),
      ("asset=XBT&key=cold&amount=1&address=elsewhere", "EFunding:Invalid address"),
      ("asset=NOPE&key=cold&amount=1", "EFunding:Unknown asset"),
      ("asset=ZUSD&key=cold&amount=1", "EFunding:Unknown withdraw key"),
      ("key=cold&amount=1", "EGeneral:Invalid arguments:asset"),
    ]
  )
  func refusedWithdrawals(_ fields: String, _ error: String) throws {
    let bench = try KrakenBench()
    bench.gateway.saveWithdrawalAddress(
      "bc1qexample",
      as: "cold",
      asset: "BTC",
      network: "Bitcoin",
      for: bench.account
    )
    #expect(bench.post("Withdraw", fields) == "{\"error\":[\"\(error)\"]}")
    #expect(bench.post("WithdrawAddresses").contains("\"key\":\"cold\",\"verified\":true"))
  }

  @Test("a deposit has an address of the account's own, and is seen before it counts")
  func deposits() throws {
    let bench = try KrakenBench()
    #expect(
      bench.post("DepositMethods", "asset=XBT").contains("\"method\":\"Bitcoin\",\"limit\":false")
    )
    #expect(bench.post("DepositMethods", "asset=ZUSD").contains("EFunding:No funding method"))
    let answer = bench.post("DepositAddresses", "asset=XBT&method=Bitcoin&new=true")
    let text = "sim-kraken-1-BTC-bitcoin"
    #expect(
      answer
        == joined(
          "{\"error\":[],\"result\":[{\"address\":\"\(text)\",\"expiretm\":\"0\",",
          "\"new\":true}]}"
        )
    )
    bench.gateway.exchange.deposit(
      Notional(raw: 100_000_000),
      of: Asset(symbol: "BTC"),
      to: bench.account,
      network: "Bitcoin",
      address: text,
      afterNanoseconds: 1_000_000_000
    )
    #expect(bench.post("DepositStatus").contains("\"status\":\"Settled\""))
    #expect(bench.post("Balance").contains("\"XXBT\":\"2.0000000000\""))
    bench.wait(seconds: 2)
    #expect(bench.post("DepositStatus").contains("\"status\":\"Success\""))
    #expect(bench.post("Balance").contains("\"XXBT\":\"3.0000000000\""))
    #expect(bench.post("Ledgers", "type=deposit").contains("\"amount\":\"1.0000000000\""))
  }

  @Test("history comes latest first, fifty at a time, between two times")
  func pages() throws {
    let bench = try KrakenBench(limitsRates: false)
    for step in 0..<60 {
      let id = try bench.orderID(bench.order(KrakenOrderTests.buy + "5\(1000 + step)"))
      _ = bench.post("CancelOrder", "txid=\(id)")
      bench.wait(seconds: 1)
    }
    func prices(_ fields: String) throws -> [String] {
      let answer = try JSONValue(Array(bench.post("ClosedOrders", fields).utf8))
      return (answer["result"]?["closed"]?.members ?? []).compactMap {
        $0.value["descr"]?["price"]?.string
      }
    }
    #expect(try prices("").count == 50)
    #expect(try prices("").first == "51059.0")
    #expect(try prices("ofs=50").count == 10)
    #expect(
      try prices("start=1785640050&end=1785640055") == [
        "51055.0", "51054.0", "51053.0", "51052.0", "51051.0",
      ]
    )
    #expect(bench.post("ClosedOrders", "ofs=-1").contains("Invalid arguments:ofs"))
    #expect(bench.post("ClosedOrders", "start=x").contains("Invalid arguments:start"))
  }

  @Test("broken bodies are refused, never trapped on")
  func hostile() throws {
    let bench = try KrakenBench()
    for body in ["", "%", "nonce=%zz", "nonce=99999999999999999999999", "&&&=", "nonce"] {
      for type in ["application/json", "application/x-www-form-urlencoded"] {
        let digest = SHA256.digest(Array(body.utf8).span)
        let secret = Base64.decode(bench.credentials.secret) ?? []
        let code = HMAC.code(.sha512, key: secret, Array("/0/private/AddOrder".utf8) + digest)
        let request = GatewayRequest(
          method: "POST",
          path: "/0/private/AddOrder",
          headers: [
            .init("api-key", bench.credentials.key), .init("api-sign", Base64.encode(code)),
            .init("content-type", type),
          ],
          body: Array(body.utf8)
        )
        #expect(bench.gateway.respond(to: request).bodyText.hasPrefix("{\"error\":[\"EAPI:"))
      }
    }
    for path in ["", "/", "/0", "/0/", "/0/private", "/1/public/Time", "//", "/0/x/y/z"] {
      let answer = bench.gateway.respond(to: GatewayRequest(method: "GET", path: path))
      #expect(answer.bodyText == #"{"error":["EGeneral:Unknown method"]}"#)
    }
  }
}
