import Codecs
import Market
import Signing
import Units

@testable import Simulator

/// A Gemini gateway with two pairs, a client, and a market maker.
final class GeminiBench {
  let gateway: GeminiGateway
  let credentials: Credentials
  let client: AccountID
  let house: AccountID
  private var nonces: Int64 = 0

  static let start = Timestamp(nanoseconds: 1_786_313_190_000_000_000)

  static let instruments = [
    SimulatedInstrument(
      symbol: Symbol(base: "BTC", quote: "USD"),
      tickSize: Price(raw: 100_000_000),
      lotSize: Quantity(raw: 1),
      minQuantity: Quantity(raw: 1_000),
      minNotional: .zero,
      maker: Rate(basisPoints: 20),
      taker: Rate(basisPoints: 40)
    ),
    SimulatedInstrument(
      symbol: Symbol(base: "ETH", quote: "BTC"),
      tickSize: Price(raw: 100_000),
      lotSize: Quantity(raw: 100),
      minQuantity: Quantity(raw: 100_000),
      minNotional: .zero,
      maker: Rate(basisPoints: 20),
      taker: Rate(basisPoints: 40)
    ),
  ]

  init(
    _ permissions: Set<KeyPermission> = Set(KeyPermission.allCases),
    limitsRates: Bool = false,
    instruments: [SimulatedInstrument] = GeminiBench.instruments
  ) {
    var settings = GatewaySettings(seed: 7, instruments: instruments)
    settings.limitsRates = limitsRates
    gateway = GeminiGateway(settings)
    gateway.exchange.advance(to: GeminiBench.start)
    credentials = gateway.addAccount("desk", permissions)
    client = AccountID(index: 0)
    house = gateway.exchange.addAccount("house", isHouse: true)
    gateway.exchange.grant(
      Notional(raw: 10_000_000_000_000),
      of: Asset(symbol: "USD"),
      to: client
    )
    gateway.exchange.grant(Notional(raw: 200_000_000), of: Asset(symbol: "BTC"), to: client)
  }

  // MARK: The market

  @discardableResult
  func rest(
    _ side: OrderSide,
    _ price: String,
    _ quantity: String,
    instrument: Int = 0,
    account: AccountID? = nil
  ) throws -> SimulatedOrder {
    let base = gateway.symbols[instrument].instrument.base
    return try gateway.exchange.place(
      NewOrder(
        account: account ?? house,
        instrument: instrument,
        side: side,
        limit: try Price(price),
        size: .base(try Quantity(quantity, decimals: base.decimals))
      )
    )
  }

  func later(_ nanoseconds: Int64) {
    let time = gateway.exchange.now.advanced(byNanoseconds: nanoseconds)
    gateway.exchange.advance(to: time)
  }

  /// What the gateway sends of what happened since the last call.
  func published() -> [String] {
    var effects: [GatewayEffect] = []
    gateway.publish(gateway.exchange.takeEvents(), effects: &effects)
    return effects.map(GeminiBench.text)
  }

  func advanced() -> [String] {
    var effects: [GatewayEffect] = []
    gateway.advance(effects: &effects)
    return effects.map(GeminiBench.text)
  }

  static func text(_ effect: GatewayEffect) -> String {
    switch effect {
    case .send(let socket, let frame):
      "\(socket.value) \(String(decoding: frame, as: UTF8.self))"
    case .close(let socket, let code, let reason): "\(socket.value) close \(code) \(reason)"
    }
  }

  // MARK: Requests

  func get(_ path: String, _ query: String = "") -> GatewayResponse {
    gateway.respond(to: GatewayRequest(method: "GET", path: path, query: query))
  }

  /// A nonce that nobody used: microseconds within the second of the exchange.
  func nonce() -> String {
    nonces += 1
    let seconds = gateway.exchange.now.nanoseconds / 1_000_000_000
    let digits = String(nonces)
    return "\(seconds)." + String(repeating: "0", count: 6 - digits.utf8.count) + digits
  }

  /// Signs a payload: Base64 in a header, HMAC-SHA384 over that text.
  func signed(
    _ path: String,
    payload: String,
    key: String? = nil,
    secret: String? = nil
  ) -> GatewayRequest {
    let text = Base64.encode(Array(payload.utf8))
    let code = HMAC.code(
      .sha384,
      key: Array((secret ?? credentials.secret).utf8),
      Array(text.utf8)
    )
    return GatewayRequest(
      method: "POST",
      path: path,
      headers: [
        .init("content-type", "text/plain"), .init("x-gemini-apikey", key ?? credentials.key),
        .init("x-gemini-payload", text), .init("x-gemini-signature", Hex.encode(code)),
      ]
    )
  }

  /// Signs and sends a payload whose further `members` have a comma before them.
  func post(_ path: String, _ members: String = "") -> GatewayResponse {
    let payload = "{\"request\":\"\(path)\",\"nonce\":\(nonce())\(members)}"
    return gateway.respond(to: signed(path, payload: payload))
  }

  func order(
    _ side: String,
    _ price: String,
    _ amount: String,
    _ more: String = ""
  ) -> GatewayResponse {
    post(
      "/v1/order/new",
      ",\"symbol\":\"btcusd\",\"amount\":\"\(amount)\",\"price\":\"\(price)\""
        + ",\"side\":\"\(side)\",\"type\":\"exchange limit\"" + more
    )
  }

  // MARK: Sockets

  /// Opens a socket; the refusal, or else what was sent at once.
  func open(
    _ number: Int,
    _ request: GatewayRequest
  ) -> (refusal: GatewayResponse?, sent: [String]) {
    var effects: [GatewayEffect] = []
    let refusal = gateway.open(SocketNumber(value: number), request, effects: &effects)
    return (refusal, effects.map(GeminiBench.text))
  }

  @discardableResult
  func open(_ number: Int, _ path: String, _ query: String = "") -> [String] {
    open(number, GatewayRequest(method: "GET", path: path, query: query)).sent
  }

  /// The handshake of the current protocol.
  func handshake(key: String? = nil, secret: String? = nil) -> GatewayRequest {
    let nonce = nonce()
    var request = signed("/", payload: nonce, key: key, secret: secret)
    request.method = "GET"
    request.headers.append(.init("x-gemini-nonce", nonce))
    return request
  }

  /// The handshake of the older order events.
  func orderEvents(_ query: String = "") -> GatewayRequest {
    let path = "/v1/order/events"
    let payload = "{\"request\":\"\(path)\",\"nonce\":\(nonce())}"
    var request = signed(path, payload: payload)
    request.method = "GET"
    request.query = query
    return request
  }

  @discardableResult
  func send(_ number: Int, _ frame: String) -> [String] {
    var effects: [GatewayEffect] = []
    gateway.receive(Array(frame.utf8), from: SocketNumber(value: number), effects: &effects)
    return effects.map(GeminiBench.text)
  }
}
