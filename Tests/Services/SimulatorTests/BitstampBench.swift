import Codecs
import Market
import Signing
import Testing
import Units

@testable import Simulator

/// A Bitstamp gateway with two pairs, one client, and the market's own participant.
final class BitstampBench {
  static let start: Int64 = 1_700_000_000_000_000_000
  static let usd = Asset(symbol: "USD")
  static let btc = Asset(symbol: "BTC")

  let gateway: BitstampGateway
  let client: Credentials
  let house: AccountID
  var effects: [GatewayEffect] = []
  private var nonce = 0

  init(_ permissions: Set<KeyPermission> = Set(KeyPermission.allCases), limits: Bool = true) {
    var settings = GatewaySettings(
      seed: 7,
      instruments: [
        BitstampBench.pair("BTC", "USD", tick: 100_000_000),
        BitstampBench.pair("XRP", "USD", tick: 100_000),
      ]
    )
    settings.limitsRates = limits
    gateway = BitstampGateway(settings)
    gateway.exchange.advance(to: Timestamp(nanoseconds: BitstampBench.start))
    client = gateway.addAccount("one", permissions)
    house = gateway.exchange.addAccount("house", isHouse: true)
    let account = AccountID(index: 0)
    // 10,000 dollars and 1 bitcoin.
    gateway.exchange.grant(Notional(raw: 1_000_000_000_000), of: Self.usd, to: account)
    gateway.exchange.grant(Notional(raw: 100_000_000), of: Self.btc, to: account)
    _ = gateway.exchange.takeEvents()
  }

  static func pair(_ base: String, _ quote: String, tick: Int64) -> SimulatedInstrument {
    SimulatedInstrument(
      symbol: Symbol(base: base, quote: quote),
      tickSize: Price(raw: tick),
      lotSize: Quantity(raw: 1),
      minQuantity: Quantity(raw: 1),
      minNotional: Notional(raw: 1_000_000_000),
      maker: Rate(basisPoints: 30),
      taker: Rate(basisPoints: 40)
    )
  }

  var now: Timestamp { gateway.exchange.now }

  /// Lets so many milliseconds pass, doing what falls due on the way.
  func wait(_ milliseconds: Int64) {
    let end = now.advanced(byNanoseconds: milliseconds * 1_000_000)
    while let next = gateway.nextDeadline, next <= end {
      gateway.exchange.advance(to: max(next, now))
      gateway.advance(effects: &effects)
      publish()
    }
    gateway.exchange.advance(to: end)
    gateway.advance(effects: &effects)
    publish()
  }

  func publish() { gateway.publish(gateway.exchange.takeEvents(), effects: &effects) }

  /// The house quotes: price in dollars, quantity in units of 10⁻⁸.
  @discardableResult
  func quote(_ side: OrderSide, _ price: Int64, _ quantity: Int64) throws -> SimulatedOrder {
    let order = try gateway.exchange.place(
      NewOrder(
        account: house,
        instrument: 0,
        side: side,
        limit: Price(raw: price * 10_000_000_000),
        size: .base(Quantity(raw: quantity))
      )
    )
    publish()
    return order
  }

  // MARK: Requests

  func get(_ path: String, query: String = "") -> GatewayResponse {
    let request = GatewayRequest(
      method: "GET",
      path: "/api/v2/" + path,
      query: query,
      headers: [.init("host", "127.0.0.1:8080")]
    )
    return gateway.respond(to: request)
  }

  /// A signed request; `change` may spoil it before it is signed, `spoil` after that.
  func post(
    _ path: String,
    _ body: String = "foo=bar",
    host: String = "www.bitstamp.net",
    method: String = "POST",
    change: (inout [String: String]) -> Void = { _ in },
    spoil: (inout GatewayRequest) -> Void = { _ in }
  ) -> GatewayResponse {
    nonce += 1
    let digits = String(nonce)
    var headers = [
      "x-auth": "BITSTAMP " + client.key,
      "x-auth-nonce": "f93c979d-b00d-43a9-9b9c-"
        + String(repeating: "0", count: 12 - digits.count) + digits,
      "x-auth-timestamp": String(now.nanoseconds / 1_000_000),
      "x-auth-version": "v2",
    ]
    if !body.isEmpty { headers["content-type"] = "application/x-www-form-urlencoded" }
    change(&headers)
    let message =
      (headers["x-auth"] ?? "") + method + host + "/api/v2/" + path
      + (headers["content-type"] ?? "") + (headers["x-auth-nonce"] ?? "")
      + (headers["x-auth-timestamp"] ?? "") + (headers["x-auth-version"] ?? "") + body
    let code = HMAC.code(.sha256, key: Array(client.secret.utf8), Array(message.utf8))
    headers["x-auth-signature"] = Hex.encode(code)
    headers["host"] = "127.0.0.1:8080"
    var request = GatewayRequest(
      method: method,
      path: "/api/v2/" + path,
      headers: headers.sorted { $0.key < $1.key }.map { .init($0.key, $0.value) },
      body: Array(body.utf8)
    )
    spoil(&request)
    defer { publish() }
    return gateway.respond(to: request)
  }

  /// The body of an answer as a tree.
  func json(_ response: GatewayResponse) throws -> JSONValue { try JSONValue(response.body) }

  /// Places an order and gives its number as the venue writes it.
  func order(_ path: String, _ body: String) throws -> String {
    let response = post(path, body)
    #expect(response.status == 200, "\(response.bodyText)")
    return try #require(try json(response)["id"]?.text)
  }

  // MARK: Sockets

  func connect(_ number: Int = 1) -> SocketNumber {
    let socket = SocketNumber(value: number)
    let refused = gateway.open(
      socket,
      GatewayRequest(method: "GET", path: "/"),
      effects: &effects
    )
    #expect(refused == nil)
    return socket
  }

  func say(_ text: String, _ socket: SocketNumber) {
    gateway.receive(Array(text.utf8), from: socket, effects: &effects)
  }

  func subscribe(_ channel: String, _ socket: SocketNumber) {
    say(#"{"event":"bts:subscribe","data":{"channel":"\#(channel)"}}"#, socket)
  }

  func subscribeOwn(_ channel: String, _ socket: SocketNumber) throws {
    let token = try #require(try json(post("websockets_token/"))["token"]?.text)
    say(
      #"{"event":"bts:subscribe","data":{"channel":"\#(channel)","auth":"\#(token)"}}"#,
      socket
    )
  }

  /// The frames sent since the last call.
  func frames() -> [String] {
    defer { effects.removeAll() }
    return effects.map { effect in
      switch effect {
      case .send(_, let bytes): String(decoding: bytes, as: UTF8.self)
      case .close(let socket, let code, _): "closed \(socket.value) \(code)"
      }
    }
  }
}
