import Codecs
import Market
import Signing
import Units

/// Coinbase Advanced Trade as its documentation and recordings show it: REST below
/// `/api/v3/brokerage` and `/v2`, a socket for the market at `/` and one for orders at `/user`.
///
/// The real venue has a host for each of the two sockets; here they are paths of one. Instruments
/// are products of their own: there are no aliases between USD and USDC, since an order is paid
/// from the wallet of its instrument's quote asset.
public final class CoinbaseGateway: VenueGateway {
  public static let venue = "coinbase"
  public static let socketPaths = (market: "/", account: "/user")

  /// How many client order identifiers of an account are remembered.
  static let keptClientIDs = 20_000

  public let exchange: Exchange
  let settings: GatewaySettings
  let identifiers: CoinbaseIdentifiers
  /// By name.
  var keys: [String: CoinbaseKey] = [:]
  /// The accounts that clients have, by name.
  var accounts: [String: AccountID] = [:]
  /// Products by identifier.
  let products: [String: Int]
  var history: [CoinbaseHistory]
  /// Orders by client identifier, and those in the order they came, by account.
  var clientIDs: [Int: [String: Int64]] = [:]
  var clientIDOrder: [Int: [String]] = [:]
  /// Withdrawals by the client's own mark, by account.
  var idempotence: [Int: [String: Int64]] = [:]
  /// Networks that a client has asked an address of, by wallet.
  var addresses: [String: [CoinbaseAddress]] = [:]
  /// Answers of the public API, for a second (fact sheet, section 3).
  var cache: [String: (until: Timestamp, answer: GatewayResponse)] = [:]
  /// 10 public requests a second; `/v2` has 10,000 an hour (fact sheet, section 8).
  var publicRequests = TokenBucket(capacity: 10, refillPerSecond: 10)
  var publicVersion2Requests = TokenBucket(capacity: 10_000, refillPerSecond: 10_000 / 3_600)
  var sockets = CoinbaseSockets()
  /// The first time that was ever told: heartbeats count from it.
  private(set) var started: Timestamp?

  public init(_ settings: GatewaySettings) {
    self.settings = settings
    exchange = Exchange(name: CoinbaseGateway.venue, instruments: settings.instruments)
    identifiers = CoinbaseIdentifiers(seed: settings.seed)
    products = Dictionary(
      settings.instruments.enumerated().map { ($0.element.coinbaseID, $0.offset) },
      uniquingKeysWith: { first, _ in first }
    )
    history = settings.instruments.indices.map { index in
      CoinbaseHistory(firstID: 1_000_000_001 + Int64(index) * 10_000_000)
    }
    sockets.prepare(for: settings.instruments.count)
  }

  public func addAccount(_ name: String, _ permissions: Set<KeyPermission>) -> Credentials {
    let account = accounts[name] ?? exchange.addAccount(name)
    accounts[name] = account
    let number = keys.values.count { $0.account == account }
    let keyName =
      "organizations/" + identifiers.named("organization/\(name)") + "/apiKeys/"
      + identifiers.named("key/\(name)/\(number)")
    let (key, pem) = CoinbaseDemonstrationKey.make(
      "\(settings.seed)/coinbase/\(name)/key/\(number)"
    )
    keys[keyName] = CoinbaseKey(
      name: keyName,
      account: account,
      permissions: permissions,
      key: key
    )
    return Credentials(
      account: name,
      key: keyName,
      secret: pem,
      more: ["portfolio": portfolio(of: account), "user": user(of: account)]
    )
  }

  /// The user's number.
  func user(of account: AccountID) -> String {
    identifiers.named("user/\(exchange.accounts[account.index].name)")
  }

  /// The one portfolio that an account has.
  func portfolio(of account: AccountID) -> String {
    identifiers.named("portfolio/\(exchange.accounts[account.index].name)")
  }

  /// What the venue allows in an instrument now: the stricter of the two statuses.
  func status(of index: Int) -> InstrumentStatus {
    exchange.status == .open ? exchange.instruments[index].status : exchange.status
  }

  /// How long the venue has been running.
  var runningNanoseconds: Int64 {
    started.map { exchange.now.nanoseconds(since: $0) } ?? 0
  }

  /// Notes when the first call came.
  func noteStart() {
    if started == nil { started = exchange.now }
  }

  // MARK: Requests

  public func respond(to request: GatewayRequest) -> GatewayResponse {
    noteStart()
    let isVersion2 = request.path == "/v2" || request.path.hasPrefix("/v2/")
    do {
      return try route(request, isVersion2: isVersion2)
    } catch {
      return error.response(isVersion2: isVersion2)
    }
  }

  private func route(
    _ request: GatewayRequest,
    isVersion2: Bool
  ) throws(CoinbaseError) -> GatewayResponse {
    guard request.body.count <= 65_536 else { throw .invalid("request is too large") }
    guard let query = CoinbaseQuery(request.query) else { throw .invalid("invalid query") }
    var parts: [String] = []
    for part in request.path.split(separator: "/") {
      guard let text = PercentEncoding.decode(part.replacing("+", with: "%2B")) else {
        throw .notFound("Not found")
      }
      parts.append(text)
    }
    if isVersion2 {
      return try answerVersion2(Array(parts.dropFirst()), query, request)
    }
    guard parts.starts(with: ["api", "v3", "brokerage"]) else { throw .notFound("Not found") }
    parts.removeFirst(3)
    if let answer = try answerPublic(parts, query, request) { return answer }
    return try answerPrivate(parts, query, request)
  }

  /// The key that signed a request, if it may do this.
  func authenticate(
    _ request: GatewayRequest,
    for permission: KeyPermission,
    isVersion2: Bool = false
  ) throws(CoinbaseError) -> CoinbaseKey {
    let scheme = "bearer "
    guard let value = request.header("authorization"), value.lowercased().hasPrefix(scheme),
      let name = CoinbaseToken.signer(
        of: String(value.dropFirst(scheme.count)),
        keys,
        at: exchange.now,
        uris: uris(of: request)
      ), var key = keys[name]
    else { throw .unauthorized }
    if settings.limitsRates {
      let isTaken =
        isVersion2
        ? key.version2Requests.take(at: exchange.now) : key.requests.take(at: exchange.now)
      keys[name] = key
      guard isTaken else { throw .tooManyRequests }
    }
    guard key.permissions.contains(permission) else { throw .forbidden }
    return key
  }

  /// What the claim `uri` may be: the real host, or the one that the client used.
  ///
  /// A client that takes only `https://` off its address leaves `http://` before a local host.
  private func uris(of request: GatewayRequest) -> [String] {
    var hosts = ["api.coinbase.com"]
    if let host = request.header("host") { hosts += [host, "http://" + host] }
    return hosts.map { request.method + " " + $0 + request.path }
  }

  /// Takes a public request off its budget; all clients share one address.
  func admitPublic(isVersion2: Bool) throws(CoinbaseError) {
    guard settings.limitsRates else { return }
    let isTaken =
      isVersion2
      ? publicVersion2Requests.take(at: exchange.now) : publicRequests.take(at: exchange.now)
    guard isTaken else { throw .tooManyRequests }
  }

  /// Reads the body of a request as an object.
  func body(of request: GatewayRequest) throws(CoinbaseError) -> JSONValue {
    let value: JSONValue
    do {
      value = try JSONValue(request.body)
    } catch {
      throw .malformed("syntax error (line 1:\(error.offset + 1)): unexpected token")
    }
    guard value.members != nil else {
      throw .malformed("syntax error (line 1:1): unexpected token")
    }
    return value
  }

  func answer(_ write: (inout JSONWriter) -> Void) -> GatewayResponse {
    var writer = JSONWriter()
    writer.object(write)
    return GatewayResponse(body: writer.bytes)
  }
}
