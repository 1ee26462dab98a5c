import Codecs
import Market
import Testing
import Units

@testable import Simulator

@Suite("Simulated Gemini over sockets: the account")
struct GeminiAccountSocketTests {
  let bench = GeminiBench()

  /// A signed socket that hears of orders and balances.
  func opened() -> GeminiBench {
    #expect(bench.open(1, bench.handshake()).refusal == nil)
    #expect(
      bench.send(
        1,
        #"{"id":"1","method":"subscribe","params":["orders@account","balances@account"]}"#
      ) == [#"1 {"id":"1","status":200}"#]
    )
    return bench
  }

  static func place(
    _ side: String,
    _ price: String,
    _ quantity: String,
    _ more: String = #""timeInForce":"GTC""#
  ) -> String {
    #"{"id":"7","method":"order.place","params":{"symbol":"btcusd","side":"\#(side)","#
      + #""type":"LIMIT","price":"\#(price)","quantity":"\#(quantity)",\#(more)}}"#
  }

  // MARK: The current protocol

  @Test("a handshake is let in with a fresh signed nonce of time, else answered 401")
  func handshake() {
    let good = bench.handshake()
    #expect(bench.open(1, good).refusal == nil)
    #expect(bench.open(2, good).refusal?.status == 401)
    var forged = bench.handshake()
    forged.headers.removeAll { $0.name == "x-gemini-nonce" }
    forged.headers.append(.init("x-gemini-nonce", "1786313199"))
    #expect(bench.open(3, forged).refusal?.status == 401)
    #expect(bench.open(4, bench.handshake(secret: "x")).refusal?.status == 401)
    let counting = bench.handshake(
      key: bench.credentials.more["countingKey"],
      secret: bench.credentials.more["countingSecret"]
    )
    #expect(bench.open(5, counting).refusal?.status == 401)
    // One row of nonces per key: those of sockets count for requests, too.
    bench.later(1_000_000_000)
    #expect(bench.post("/v1/balances").status == 200)
  }

  @Test("an order is acknowledged without itself, and its events follow")
  func place() {
    let bench = opened()
    let ack = bench.send(
      1,
      Self.place("BUY", "99.5", "0.5", #""timeInForce":"MOC","clientOrderId":"plx-1""#)
    )
    #expect(ack == [#"1 {"id":"7","status":200}"#])
    let order =
      #"1 {"E":1786313190000000000,"s":"btcusd","i":73797746000000001,"c":"plx-1","S":"BUY","#
      + #""o":"LIMIT","X":"@","p":"99.50","q":"0.5","z":"0.5","T":1786313190000000000}"#
    func event(_ status: String) -> String {
      order.split(separator: "@", maxSplits: 1).joined(separator: status)
    }
    #expect(
      bench.published() == [
        event("NEW"), event("OPEN"),
        #"1 {"e":"balanceUpdate","E":1786313190000,"u":1786313190000,"B":[{"a":"USD","#
          + #""f":"99950.051","c":"100000"}]}"#,
      ]
    )
    #expect(
      bench.send(
        1,
        #"{"id":"8","method":"order.cancel","params":{"orderId":"73797746000000001"}}"#
      ) == [#"1 {"id":"8","status":200}"#]
    )
    let frames = bench.published()
    #expect(frames.first?.contains(#""X":"CANCELED","#) == true)
    #expect(frames.first?.contains(#""z":"0.5","r":"Requested","T":"#) == true)
    #expect(frames.last?.contains(#""f":"100000","c":"100000""#) == true)
    #expect(
      bench.send(
        1,
        #"{"id":"9","method":"order.cancel","params":{"orderId":73797746000000001}}"#
      ) == [
        #"1 {"id":"9","status":400,"error":{"code":-1013,"#
          + #""msg":"Invalid parameters - order not found or already filled"}}"#
      ]
    )
  }

  @Test("Z is the last execution in a fill and the total in a cancellation")
  func fills() throws {
    let bench = opened()
    try bench.rest(.sell, "100", "0.5")
    try bench.rest(.sell, "101", "0.25")
    _ = bench.published()
    bench.send(1, Self.place("BUY", "101", "1", #""timeInForce":"IOC""#))
    let orders = bench.published().filter { $0.contains(#""X":"#) }
    #expect(orders.count == 4)
    #expect(orders[0].contains(#""X":"NEW""#))
    #expect(
      orders[1].contains(
        #""X":"PARTIALLY_FILLED","p":"101.00","q":"1","z":"0.5","Z":"0.5","L":"100.00","#
          + #""t":2840141000000001,"T":1786313190000000000,"n":"0.20"}"#
      )
    )
    #expect(orders[2].contains(#""z":"0.25","Z":"0.25","L":"101.00""#))
    #expect(
      orders[3].contains(
        #""X":"CANCELED","p":"101.00","q":"1","z":"0.25","Z":"0.75","#
          + #""r":"ImmediateOrCancelWouldPost""#
      )
    )
  }

  @Test("a maker's last fill leaves out what is zero and says that it made")
  func makerFill() throws {
    let bench = opened()
    bench.send(1, Self.place("SELL", "100", "1"))
    _ = bench.published()
    try bench.rest(.buy, "100", "1")
    let orders = bench.published().filter { $0.contains(#""X":"#) }
    #expect(orders.count == 1)
    #expect(orders[0].contains(#""X":"FILLED","p":"100.00","q":"1","Z":"1","L":"100.00","#))
    #expect(orders[0].contains(#""m":true,"n":"0.20"}"#))
  }

  @Test(
    "what the exchange refuses is acknowledged all the same, and rejected by event",
    arguments: [
      ("BUY", "100", "2000", "InsufficientFunds"), ("BUY", "100.001", "1", "LimitPriceOffTick"),
      ("BUY", "100", "0.000001", "InvalidQuantity"), ("BUY", "0", "1", "InvalidPrice"),
    ]
  )
  func rejections(_ side: String, _ price: String, _ quantity: String, _ reason: String) {
    let bench = opened()
    let frames = bench.send(1, Self.place(side, price, quantity))
    #expect(frames.count == 2)
    #expect(frames[0] == #"1 {"id":"7","status":200}"#)
    #expect(frames[1].contains(#""X":"REJECTED""#))
    #expect(frames[1].contains(#""r":"\#(reason)""#))
    #expect(bench.published().isEmpty)
  }

  @Test("a client's name may not be that of an order that lives")
  func duplicates() {
    let bench = opened()
    let order = Self.place("BUY", "99", "1", #""clientOrderId":"a""#)
    bench.send(1, order)
    _ = bench.published()
    #expect(bench.send(1, order).last?.contains(#""r":"DuplicateOrder""#) == true)
    bench.send(1, #"{"id":"8","method":"order.cancel_all"}"#)
    _ = bench.published()
    #expect(bench.send(1, order).count == 1)
    #expect(bench.gateway.liveNames.isEmpty)
  }

  @Test(
    "parameters that cannot be read are refused at once",
    arguments: [
      (#""symbol":"xyz""#, "unknown symbol"), (#""type":"MARKET""#, "type must be LIMIT"),
      (#""side":"HOLD""#, "side"), (#""price":"1e5""#, "price"), (#""quantity":"-1""#, "quantity"),
      (#""quantity":"99999999999999999999999""#, "quantity"),
      (#""timeInForce":"DAY""#, "timeInForce"), (#""clientOrderId":7"#, "clientOrderId"),
    ]
  )
  func parameters(_ member: String, _ words: String) {
    let bench = opened()
    let frame =
      #"{"id":"7","method":"order.place","params":{\#(member),"symbol":"btcusd","side":"BUY","#
      + #""type":"LIMIT","price":"100","quantity":"1","timeInForce":"GTC"}}"#
    let answer = bench.send(1, frame)
    #expect(answer.count == 1)
    #expect(answer[0].contains(#""status":400,"error":{"code":-1013"#))
    #expect(answer[0].contains(words))
  }

  @Test("a key without the trader's role may listen and not trade; orders have a budget")
  func permissions() {
    let viewer = GeminiBench([.view])
    _ = viewer.open(1, viewer.handshake())
    let subscribe = #"{"id":"1","method":"subscribe","params":["orders@account"]}"#
    #expect(viewer.send(1, subscribe) == [#"1 {"id":"1","status":200}"#])
    #expect(viewer.send(1, Self.place("BUY", "99", "1"))[0].contains(#""status":403"#))
    let limited = GeminiBench(limitsRates: true)
    _ = limited.open(1, limited.handshake())
    let cancel = #"{"id":"8","method":"order.cancel","params":{"orderId":"1"}}"#
    for _ in 0..<30_000 { limited.send(1, cancel) }
    #expect(limited.send(1, cancel)[0].contains(#""status":429"#))
  }

  @Test("orders placed over HTTP are told here, and balances each second on demand")
  func both() {
    let bench = opened()
    _ = bench.order("buy", "99", "1")
    #expect(bench.published().filter { $0.contains(#""X":"#) }.count == 2)
    // A refusal over HTTP has no exchange event; it waits for the next occasion.
    _ = bench.order("buy", "99", "100000")
    #expect(bench.gateway.nextDeadline == bench.gateway.exchange.now)
    #expect(bench.advanced().first?.contains(#""r":"InsufficientFunds""#) == true)
    bench.send(1, #"{"id":"2","method":"subscribe","params":["balances@account@1s"]}"#)
    bench.later(1_000_000_000)
    let frames = bench.advanced()
    #expect(frames.count == 1)
    #expect(frames[0].contains(#""B":[{"a":"BTC","f":"2","c":"2"},{"a":"USD","#))
    bench.later(1_000_000_000)
    #expect(bench.advanced().count == 1)
  }

  // MARK: The older order events

  @Test("the older private feed acknowledges its filters and tells the live orders first")
  func olderStart() {
    _ = bench.order("buy", "99", "1", #","client_order_id":"a""#)
    _ = bench.published()
    let (refusal, sent) = bench.open(
      1,
      bench.orderEvents("eventTypeFilter=initial&eventTypeFilter=fill&symbolFilter=BTCUSD")
    )
    #expect(refusal == nil)
    #expect(sent.count == 2)
    #expect(sent[0].hasPrefix(#"1 {"type":"subscription_ack","accountId":19433282,"#))
    #expect(
      sent[0].hasSuffix(
        #""symbolFilter":["btcusd"],"apiSessionFilter":[],"eventTypeFilter":["initial","fill"]}"#
      )
    )
    #expect(
      sent[1].hasPrefix(
        #"1 [{"type":"initial","order_id":"73797746000000001","account_name":"primary","#
          + #""client_order_id":"a","api_session":"account-"#
      )
    )
    #expect(sent[1].hasSuffix(#""price":"99.00","socket_sequence":0}]"#))
    // Nothing else passes the filter.
    _ = bench.order("buy", "98", "1")
    #expect(bench.published().isEmpty)
  }

  @Test("an order's life is told as accepted, booked, fill, and closed, without a gap")
  func olderLife() throws {
    #expect(bench.open(1, bench.orderEvents("heartbeat=true")).sent.last == "1 []")
    _ = bench.order("sell", "100", "1", #","options":["maker-or-cancel"]"#)
    try bench.rest(.buy, "100", "0.25")
    _ = bench.order("buy", "99", "0.5")
    _ = bench.post("/v1/order/cancel/all")
    let frames = bench.published()
    func values(_ name: String) throws -> [String] {
      try frames.compactMap { frame in
        let json = try JSONValue(Array(frame.dropFirst(2).utf8))
        return json.elements?.first?[name]?.text
      }
    }
    #expect(
      try values("type") == [
        "accepted", "booked", "fill", "accepted", "booked", "cancelled", "closed", "cancelled",
        "closed",
      ]
    )
    #expect(try values("socket_sequence") == (1...9).map(String.init))
    #expect(frames[0].contains(#""behavior":"maker-or-cancel","order_type":"exchange limit""#))
    #expect(
      frames[2].contains(
        #""fill":{"trade_id":"2840141000000001","liquidity":"Maker","price":"100.00","#
          + #""amount":"0.25","fee":"0.05","fee_currency":"USD"},"socket_sequence":3}]"#
      )
    )
    #expect(frames[5].contains(#""reason":"Requested""#))
    bench.later(5_000_000_000)
    let heartbeat = bench.advanced()
    #expect(heartbeat.count == 1)
    #expect(heartbeat[0].contains(#""type":"heartbeat","timestampms":1786313195000,"#))
    #expect(heartbeat[0].hasSuffix(#""socket_sequence":10}"#))
  }

  @Test("a refused order is told as rejected; a stop order is booked once its price was reached")
  func olderRejections() throws {
    _ = bench.open(1, bench.orderEvents())
    _ = bench.order("buy", "99", "100000")
    let rejected = bench.advanced()
    #expect(rejected.count == 1)
    #expect(rejected[0].contains(#""type":"rejected","#))
    #expect(rejected[0].contains(#""is_live":false,"#))
    #expect(rejected[0].contains(#""reason":"InsufficientFunds","#))
    _ = bench.post(
      "/v1/order/new",
      #","symbol":"btcusd","amount":"1","price":"103","stop_price":"102","side":"buy","#
        + #""type":"exchange stop limit""#
    )
    #expect(bench.published().count == 1)
    try bench.rest(.sell, "102", "0.5")
    try bench.rest(.buy, "102", "0.5")
    let frames = bench.published()
    #expect(frames.count == 1)
    #expect(frames[0].contains(#"[{"type":"booked""#))
    _ = bench.post("/v1/order/cancel/all")
    _ = bench.published()
    #expect(bench.gateway.awake.isEmpty)
  }

  @Test("the older private feed wants a signature and a role")
  func olderRefusals() {
    let plain = GatewayRequest(method: "GET", path: "/v1/order/events")
    let refusal = bench.open(1, plain).refusal
    #expect(refusal?.status == 400)
    #expect(refusal?.bodyText.contains("MissingApikeyHeader") == true)
    let manager = GeminiBench([.withdraw])
    #expect(manager.open(1, manager.orderEvents()).refusal?.status == 403)
  }
}
