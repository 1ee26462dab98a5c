import Codecs
import Market
import Units

/// Gemini from outside: REST, the current sockets, the older market feeds, and order events.
///
/// All of them tell of one ``Exchange``. Everything is written from the venue's documentation
/// (developer.gemini.com, docs.gemini.com), from recorded frames, and from what public clients
/// send and read.
///
/// Paths of sockets: `/` is the current protocol (`wss://ws.gemini.com`), market data for anyone
/// and orders with signed handshake headers; `/v2/marketdata` and `/v1/multimarketdata` are the
/// older public feeds, `/v1/order/events` is the older private one.
public final class GeminiGateway: VenueGateway {
  public static let venue = "gemini"
  public static let socketPaths = (market: "/", account: "/")

  public let exchange: Exchange
  let settings: GatewaySettings
  let symbols: [GeminiSymbol]
  /// By the name in lower case.
  let instruments: [String: Int]

  var keys: [String: GeminiKey] = [:]
  /// 120 public requests a minute (developer.gemini.com/rate-limit).
  private var publicBudget = TokenBucket(capacity: 120, refillPerSecond: 2)

  var tapes: [GeminiTape]
  /// Counts every change of the venue; the sockets' update and event ids are made from it.
  var lastUpdate = GeminiIdentifier.firstEvent
  private var refusals: Int64 = 0
  /// Stop orders whose price was reached, while they live.
  var awake: Set<Int64> = []
  /// Live orders by their client's names, the latest one of a name.
  var liveNames: [GeminiOrderName: Int64] = [:]

  var sockets: [SocketNumber: GeminiSocket] = [:]
  /// Who hears what, in the order of socket numbers.
  var audiences: [GeminiStream: [SocketNumber]] = [:]
  /// What waits for the next beat of a depth stream.
  var batches: [GeminiStream: GeminiDepthBatch] = [:]
  /// The best levels that ticker streams were told last, by instrument.
  var tops: [GeminiTop?]
  /// What rests, as the multi-market feed's clients know it, by instrument; nil while it has none.
  var mirrors: [GeminiMirror?]
  /// When the streams of each pace beat next; nil while nothing waits.
  var nextBeats: [GeminiPace: Timestamp] = [:]
  /// Frames for sockets that came of answering a request over HTTP.
  var outbox: [GatewayEffect] = []

  public init(_ settings: GatewaySettings) {
    self.settings = settings
    exchange = Exchange(name: GeminiGateway.venue, instruments: settings.instruments)
    symbols = settings.instruments.map(GeminiSymbol.init)
    var instruments: [String: Int] = [:]
    for (index, symbol) in symbols.enumerated() { instruments[symbol.lower] = index }
    self.instruments = instruments
    tapes = symbols.map { _ in GeminiTape() }
    tops = symbols.map { _ in nil }
    mirrors = symbols.map { _ in nil }
  }

  public func addAccount(_ name: String, _ permissions: Set<KeyPermission>) -> Credentials {
    makeKeys(for: exchange.addAccount(name), name, permissions)
  }

  /// A number below all of the exchange's, for an order that it did not take.
  func nextRefusal() -> Int64 {
    refusals += 1
    return refusals - 1_000_000_000
  }

  // MARK: Requests

  public func respond(to request: GatewayRequest) -> GatewayResponse {
    do throws(GeminiError) {
      return try answer(request)
    } catch {
      return error.response
    }
  }

  private func answer(_ request: GatewayRequest) throws(GeminiError) -> GatewayResponse {
    guard exchange.status != .closed else { throw .maintenance }
    let parts = request.path.split(separator: "/").map { PercentEncoding.decode($0) ?? "" }
    switch request.method {
    case "GET", "HEAD":
      if parts.isEmpty { return exchangePage() }
      if settings.limitsRates, !publicBudget.take(at: exchange.now) { throw .rateLimit }
      guard let fields = PercentEncoding.fields(of: request.query) else {
        throw GeminiError(400, "Bad Request", "The query cannot be decoded")
      }
      let query = fields.map { JSONValue.Member($0.name, .string($0.value)) }
      return try answerPublic(request.path, parts, GeminiPayload(object: .object(query)))
    case "POST":
      guard let call = GeminiCall(request.path, parts) else {
        throw .unknownEndpoint(request.path)
      }
      let (key, payload) = try authenticate(request)
      try require(call.roles, of: key)
      return GatewayResponse(body: try answer(call, payload, key))
    default: throw .unknownEndpoint(request.path)
    }
  }

  func require(_ roles: [String], of key: GeminiKey) throws(GeminiError) {
    guard roles.isEmpty || key.roles.contains(where: roles.contains) else {
      throw .missingRole(roles, key: key.text, has: key.roles)
    }
  }

  private func answer(
    _ call: GeminiCall,
    _ payload: GeminiPayload,
    _ key: GeminiKey
  ) throws(GeminiError) -> [UInt8] {
    switch call {
    case .newOrder: try newOrder(payload, key)
    case .cancelOrder: try cancelOrder(payload, key)
    case .cancelAll: cancelAll(of: key.account, session: nil)
    case .cancelSession: cancelAll(of: key.account, session: key.text)
    case .orderStatus: try orderStatus(payload, key)
    case .orders: activeOrders(key)
    case .pastOrders: try pastOrders(payload, key)
    case .myTrades: try myTrades(payload, key)
    case .balances: balances(key)
    case .notionalVolume: notionalVolume(key)
    case .heartbeat: GeminiJSON.object { $0.field("result", "ok") }
    case .account: accountDetail(key)
    case .roles: roles(key)
    case .transfers: try transfers(payload, key)
    case .addresses(let network): try addresses(network, key)
    case .newAddress(let network): try newAddress(network, payload, key)
    case .approvedAddresses(let network): try approvedAddresses(network, key)
    case .withdraw(let currency, let network): try withdraw(currency, network, payload, key)
    case .feeEstimate(let currency, let network):
      try feeEstimate(currency, network, payload)
    }
  }
}
