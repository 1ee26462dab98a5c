import Codecs
import Market
import Signing
import Testing
import Units

@testable import Simulator

/// A simulated Coinbase with a book in BTC-USD, and a client of it.
final class CoinbaseDesk {
  static let start = Timestamp(nanoseconds: 1_786_309_548_170_326_000)
  static let usd = Asset(symbol: "USD")
  static let btc = Asset(symbol: "BTC")

  let gateway: CoinbaseGateway
  let client: Credentials
  let account: AccountID
  let house: AccountID
  var effects: [GatewayEffect] = []
  private var requests = 0

  static func instrument(_ base: String, _ quote: String) -> SimulatedInstrument {
    SimulatedInstrument(
      symbol: Symbol(base: base, quote: quote),
      tickSize: Price(raw: 100_000_000),
      lotSize: Quantity(raw: 1),
      minQuantity: Quantity(raw: 1_000),
      minNotional: Notional(raw: 100_000_000),
      maker: Rate(basisPoints: 60),
      taker: Rate(basisPoints: 120)
    )
  }

  init(limitsRates: Bool = false, permissions: Set<KeyPermission> = [.view, .trade, .withdraw]) {
    var settings = GatewaySettings(
      seed: 7,
      instruments: [Self.instrument("BTC", "USD"), Self.instrument("ETH", "USD")]
    )
    settings.limitsRates = limitsRates
    gateway = CoinbaseGateway(settings)
    gateway.exchange.advance(to: Self.start)
    client = gateway.addAccount("alice", permissions)
    account = AccountID(index: 0)
    house = gateway.exchange.addAccount("house", isHouse: true)
    gateway.exchange.grant(Notional(raw: 10_000_000_000_000), of: Self.usd, to: account)
    gateway.exchange.grant(Notional(raw: 200_000_000), of: Self.btc, to: account)
  }

  // MARK: The market

  /// Places an order of the house: price in cents, quantity in satoshis.
  @discardableResult
  func quote(
    _ side: OrderSide,
    _ cents: Int64,
    _ quantity: Int64,
    _ timeInForce: TimeInForce = .goodTillCancelled,
    instrument: Int = 0
  ) throws -> SimulatedOrder {
    var order = NewOrder(
      account: house,
      instrument: instrument,
      side: side,
      limit: Price(raw: cents * 100_000_000),
      size: .base(Quantity(raw: quantity))
    )
    order.timeInForce = timeInForce
    let placed = try gateway.exchange.place(order)
    publish()
    return placed
  }

  func publish() {
    gateway.publish(gateway.exchange.takeEvents(), effects: &effects)
  }

  func wait(milliseconds: Int64) {
    let now = gateway.exchange.now.advanced(byNanoseconds: milliseconds * 1_000_000)
    gateway.exchange.advance(to: now)
    publish()
    gateway.advance(effects: &effects)
  }

  // MARK: REST

  func request(
    _ method: String,
    _ path: String,
    query: String = "",
    body: String = "",
    token: String? = nil,
    headers: [GatewayRequest.Header] = []
  ) -> GatewayResponse {
    var headers = headers + [.init("host", "127.0.0.1:8080")]
    if let token { headers.append(.init("authorization", "Bearer " + token)) }
    let response = gateway.respond(
      to: GatewayRequest(
        method: method,
        path: path,
        query: query,
        headers: headers,
        body: Array(body.utf8)
      )
    )
    publish()
    return response
  }

  /// A signed request, as the venue's own documentation signs it.
  func signed(
    _ method: String,
    _ path: String,
    query: String = "",
    body: String = ""
  ) throws -> GatewayResponse {
    let token = try token(uri: method + " api.coinbase.com" + path)
    return request(method, path, query: query, body: body, token: token)
  }

  func order(_ configuration: String, side: String = "BUY", client: String = "") throws -> JSONValue
  {
    requests += 1
    let id = client.isEmpty ? "order-\(requests)" : client
    let body =
      "{\"client_order_id\":\"\(id)\",\"product_id\":\"BTC-USD\",\"side\":\"\(side)\","
      + "\"order_configuration\":\(configuration)}"
    let response = try signed("POST", "/api/v3/brokerage/orders", body: body)
    #expect(response.status == 200)
    return try JSONValue(response.body)
  }

  /// A token; what is nil is left as it should be.
  func token(
    uri: String?,
    key: String? = nil,
    secret: String? = nil,
    age: Int64 = 0,
    life: Int64 = 120,
    subject: String? = nil
  ) throws -> String {
    let now = gateway.exchange.now.nanoseconds / 1_000_000_000 - age
    let name = key ?? client.key
    var claims = JSONWriter()
    claims.object {
      $0.field("sub", subject ?? name)
      $0.field("iss", "cdp")
      $0.field("nbf", now)
      $0.field("exp", now + life)
      if let uri { $0.field("uri", uri) }
    }
    var header = JSONWriter()
    header.object {
      $0.field("alg", "ES256")
      $0.field("typ", "JWT")
      $0.field("kid", name)
      $0.field("nonce", "00")
    }
    let text = Base64.encodeForURL(header.bytes) + "." + Base64.encodeForURL(claims.bytes)
    let signature = try P256Key(pem: secret ?? client.secret).sign(Array(text.utf8))
    return text + "." + Base64.encodeForURL(signature)
  }

  // MARK: Sockets

  func open(_ number: Int, path: String = "/") {
    let refusal = gateway.open(
      SocketNumber(value: number),
      GatewayRequest(method: "GET", path: path),
      effects: &effects
    )
    #expect(refusal == nil)
  }

  func send(_ text: String, from number: Int = 1) {
    gateway.receive(Array(text.utf8), from: SocketNumber(value: number), effects: &effects)
    publish()
  }

  func subscribe(_ channel: String, _ products: [String] = ["BTC-USD"], from number: Int = 1) {
    let list = products.map { "\"\($0)\"" }.joined(separator: ",")
    send(
      "{\"type\":\"subscribe\",\"product_ids\":[\(list)],\"channel\":\"\(channel)\"}",
      from: number
    )
  }

  func subscribeUser(from number: Int = 1) throws {
    send(
      "{\"type\":\"subscribe\",\"channel\":\"user\",\"jwt\":\"\(try token(uri: nil))\"}",
      from: number
    )
  }

  /// The frames that a socket was sent since the last call.
  func frames(to number: Int = 1) -> [String] {
    defer { effects.removeAll() }
    return effects.compactMap { effect in
      guard case .send(SocketNumber(value: number), let bytes) = effect else { return nil }
      return String(decoding: bytes, as: UTF8.self)
    }
  }

  /// The same as trees, with only some channel's.
  func events(_ channel: String, to number: Int = 1) throws -> [JSONValue] {
    try frames(to: number).map { try JSONValue(Array($0.utf8)) }
      .filter { $0["channel"]?.string == channel }
  }
}

extension JSONValue {
  subscript(_ index: Int) -> JSONValue? {
    guard let elements, elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}
