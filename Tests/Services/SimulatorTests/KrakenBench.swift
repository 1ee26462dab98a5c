import Codecs
import Market
import Signing
import Units

@testable import Simulator

/// Pieces of one text: a chain of `+` within an expectation takes the compiler too long.
func joined(_ pieces: String...) -> String { pieces.joined() }

/// A simulated Kraken with a market to trade against and one client, driven by hand.
final class KrakenBench {
  static let start: Int64 = 1_785_640_000_000_000_000

  let gateway: KrakenGateway
  let house: AccountID
  let credentials: Credentials
  private(set) var frames: [SocketNumber: [String]] = [:]
  private(set) var closed: [SocketNumber] = []
  private var nonce: UInt64 = 1_000
  private var lastSocket = 0

  static let bitcoin = Symbol(base: "BTC", quote: "USD")

  static func instrument(_ symbol: Symbol, tick: Int64) -> SimulatedInstrument {
    SimulatedInstrument(
      symbol: symbol,
      tickSize: Price(raw: tick),
      lotSize: Quantity(raw: 1),
      minQuantity: Quantity(raw: 5_000),
      minNotional: Notional(raw: 50_000_000),
      maker: Rate(basisPoints: 25),
      taker: Rate(basisPoints: 40)
    )
  }

  /// Bids from 62,999.9 down and asks from 63,000.1 up, a tick and 0.01 BTC each.
  init(
    seed: UInt64 = 1,
    levels: Int64 = 30,
    limitsRates: Bool = true,
    permissions: Set<KeyPermission> = [.view, .trade, .withdraw]
  ) throws {
    var settings = GatewaySettings(
      seed: seed,
      instruments: [
        KrakenBench.instrument(KrakenBench.bitcoin, tick: 1_000_000_000),
        KrakenBench.instrument(Symbol(base: "ETH", quote: "USDT"), tick: 100_000_000),
      ]
    )
    settings.limitsRates = limitsRates
    gateway = KrakenGateway(settings)
    house = gateway.exchange.addAccount("house", isHouse: true)
    credentials = gateway.addAccount("desk", permissions)
    gateway.exchange.advance(to: Timestamp(nanoseconds: KrakenBench.start))
    grant(10_000_000_000_000, "USD")
    grant(200_000_000, "BTC")
    for step in 1...max(1, levels) where step <= levels {
      try place(.buy, 630_000 - step, 1_000_000)
      try place(.sell, 630_000 + step, 1_000_000)
    }
    settle()
  }

  var account: AccountID { AccountID(index: 1) }

  func grant(_ raw: Int128, _ asset: String) {
    gateway.exchange.grant(Notional(raw: raw), of: Asset(symbol: asset), to: account)
  }

  /// Rests or matches an order of the market's own; the price is in ticks of 0.1.
  @discardableResult
  func place(
    _ side: OrderSide,
    _ ticks: Int64,
    _ quantity: Int64,
    isMarket: Bool = false
  ) throws(OrderRefusal) -> SimulatedOrder {
    try gateway.exchange.place(
      NewOrder(
        account: house,
        instrument: 0,
        side: side,
        limit: isMarket ? nil : Price(raw: ticks * 1_000_000_000),
        size: .base(Quantity(raw: quantity))
      )
    )
  }

  // MARK: Time

  var now: Timestamp { gateway.exchange.now }

  /// Lets time go by, with every deadline on the way kept.
  func wait(nanoseconds: Int64) {
    let end = now.advanced(byNanoseconds: nanoseconds)
    while let next = gateway.nextDeadline, next <= end {
      gateway.exchange.advance(to: max(next, now))
      settle()
    }
    gateway.exchange.advance(to: end)
    settle()
  }

  func wait(seconds: Int64) { wait(nanoseconds: seconds * 1_000_000_000) }

  /// Publishes what happened, and lets the gateway do what is due.
  func settle() {
    var effects: [GatewayEffect] = []
    gateway.publish(gateway.exchange.takeEvents(), effects: &effects)
    gateway.advance(effects: &effects)
    gateway.publish(gateway.exchange.takeEvents(), effects: &effects)
    take(effects)
  }

  private func take(_ effects: [GatewayEffect]) {
    for effect in effects {
      switch effect {
      case .send(let socket, let bytes):
        frames[socket, default: []].append(String(decoding: bytes, as: UTF8.self))
      case .close(let socket, _, _): closed.append(socket)
      }
    }
  }

  // MARK: REST

  func get(_ path: String, _ query: String = "") -> String {
    gateway.respond(to: GatewayRequest(method: "GET", path: "/0/public/" + path, query: query))
      .bodyText
  }

  func nextNonce() -> UInt64 {
    nonce += 1
    return nonce
  }

  /// Signs and sends a form, as Kraken's documentation has it.
  func post(
    _ method: String,
    _ fields: String = "",
    nonce: UInt64? = nil,
    credentials: Credentials? = nil,
    isJSON: Bool = false
  ) -> String {
    let number = nonce ?? nextNonce()
    let form = "nonce=\(number)" + (fields.isEmpty ? "" : "&" + fields)
    let body = isJSON ? "{\"nonce\":\"\(number)\",\(fields)}" : form
    let keys = credentials ?? self.credentials
    let path = "/0/private/" + method
    let digest = SHA256.digest(Array((String(number) + body).utf8).span)
    let secret = Base64.decode(keys.secret) ?? []
    let sign = Base64.encode(HMAC.code(.sha512, key: secret, Array(path.utf8) + digest))
    let request = GatewayRequest(
      method: "POST",
      path: path,
      headers: [
        .init("api-key", keys.key), .init("api-sign", sign),
        .init(
          "content-type",
          isJSON ? "application/json" : "application/x-www-form-urlencoded"
        ),
      ],
      body: Array(body.utf8)
    )
    let text = gateway.respond(to: request).bodyText
    settle()
    return text
  }

  /// What AddOrder says of an order of 0.001 BTC unless told otherwise.
  func order(_ fields: String) -> String { post("AddOrder", "pair=XBTUSD&" + fields) }

  /// The identifier in an answer of AddOrder.
  func orderID(_ answer: String) throws -> String {
    let text = try JSONValue(Array(answer.utf8))["result"]?["txid"]?.elements?.first?.string
    return text ?? "none in \(answer)"
  }

  // MARK: Sockets

  func open(_ path: String = KrakenGateway.socketPaths.market) -> SocketNumber {
    lastSocket += 1
    let socket = SocketNumber(value: lastSocket)
    var effects: [GatewayEffect] = []
    _ = gateway.open(socket, GatewayRequest(method: "GET", path: path), effects: &effects)
    take(effects)
    return socket
  }

  /// Sends one frame and gives what came back on that socket.
  @discardableResult
  func send(_ text: String, to socket: SocketNumber) -> [String] {
    frames[socket] = []
    var effects: [GatewayEffect] = []
    gateway.receive(Array(text.utf8), from: socket, effects: &effects)
    take(effects)
    settle()
    return frames[socket] ?? []
  }

  /// What has come on a socket since the last call.
  func received(_ socket: SocketNumber) -> [String] {
    defer { frames[socket] = [] }
    return frames[socket] ?? []
  }

  /// A private socket and a token for it.
  func openPrivate() throws -> (socket: SocketNumber, token: String) {
    let answer = try JSONValue(Array(post("GetWebSocketsToken").utf8))
    return (open(KrakenGateway.socketPaths.account), answer["result"]?["token"]?.string ?? "")
  }

  /// Sends a trading method on a private socket.
  @discardableResult
  func call(
    _ method: String,
    _ params: String,
    _ socket: SocketNumber,
    _ token: String
  ) -> [String] {
    let rest = params.isEmpty ? "" : params + ","
    return send(
      "{\"method\":\"\(method)\",\"params\":{\(rest)\"token\":\"\(token)\"},\"req_id\":7}",
      to: socket
    )
  }
}
