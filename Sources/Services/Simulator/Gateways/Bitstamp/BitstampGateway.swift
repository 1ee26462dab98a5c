import Codecs
import Market
import Units

/// Bitstamp's spot REST API v2 and WebSocket API v2 over an ``Exchange``.
///
/// REST answers below `/api/v2/`, with paths that end with a slash; sockets are opened at `/`, for
/// public and private channels alike. Written from the API's description of 2023, from recordings
/// of 2021 to 2023, and from what ccxt 4.5 sends and expects.
///
/// Not there: follow-up orders (`limit_price`), bank transfers, sub-accounts, derivatives.
public final class BitstampGateway: VenueGateway {
  public static let venue = "bitstamp"
  public static let socketPaths = (market: "/", account: "/")

  public let exchange: Exchange
  let settings: GatewaySettings
  let markets: [BitstampMarket]
  /// By ``BitstampMarket/symbol``.
  let marketNumbers: [String: Int]

  /// By the key's text.
  var keys: [String: BitstampKey] = [:]
  /// Client accounts, in the order they were opened.
  var accounts: [AccountID] = []
  /// All unsigned requests share these: nothing tells their clients apart.
  var publicLimits = BitstampLimits()

  var tapes: [BitstampTape]
  var books: [BitstampBook]
  /// When the cache of books moves on; nil while nothing has changed.
  var nextTick: Timestamp?
  var openOrders = BitstampOpenOrdersCache()
  var clientOrders = BitstampClientOrders()
  var tokens = BitstampTokens()

  var sockets: [SocketNumber: BitstampSocket] = [:]
  var subscribers = BitstampSubscribers()
  /// Whether anybody listens to the book of a pair, by its index.
  var watchedBooks: [Bool]
  /// When the next frame of a book is due; nil while nobody waits for one.
  var nextBooks: Timestamp?
  /// When the first socket is to be asked to move, or closed, or earlier.
  var nextSockets: Timestamp?
  var orderFeeds: [Int: BitstampOrderFeed] = [:]
  /// Diffs that are still to be lost on their way, for tests of clients.
  var diffsToLose = 0

  public init(_ settings: GatewaySettings) {
    self.settings = settings
    exchange = Exchange(name: BitstampGateway.venue, instruments: settings.instruments)
    let markets = settings.instruments.enumerated().map { BitstampMarket($1, index: $0) }
    self.markets = markets
    marketNumbers = Dictionary(
      markets.map { ($0.symbol, $0.index) },
      uniquingKeysWith: { first, _ in first }
    )
    tapes = Array(repeating: BitstampTape(), count: markets.count)
    books = Array(repeating: BitstampBook(), count: markets.count)
    watchedBooks = Array(repeating: false, count: markets.count)
  }

  public func addAccount(_ name: String, _ permissions: Set<KeyPermission>) -> Credentials {
    let account = exchange.addAccount(name)
    accounts.append(account)
    let seed = "\(settings.seed)/bitstamp/\(name)/\(account.index)"
    let key = BitstampSecrets.text(seed, "key").lowercased()
    let secret = BitstampSecrets.text(seed, "secret")
    keys[key] = BitstampKey(
      text: key,
      secret: secret,
      account: account,
      permissions: permissions
    )
    return Credentials(
      account: name,
      key: key,
      secret: secret,
      more: ["uid": String(userNumber(account))]
    )
  }

  // MARK: Numbers

  /// The user's number, as private channels name it.
  func userNumber(_ account: AccountID) -> Int64 { 1_337_210 + Int64(account.index) }

  /// Bitstamp's numbers of orders have sixteen digits.
  private static let firstOrder: Int64 = 1_458_532_827_000_000
  private static let firstTrade: Int64 = 216_000_000
  private static let firstTransfer: Int64 = 10_000_000

  func orderID(_ number: Int64) -> Int64 { BitstampGateway.firstOrder + number }

  func orderNumber(_ id: Int64) -> Int64? {
    id > BitstampGateway.firstOrder ? id - BitstampGateway.firstOrder : nil
  }

  func tradeID(_ number: Int64) -> Int64 { BitstampGateway.firstTrade + number }

  func transferID(_ number: Int64) -> Int64 { BitstampGateway.firstTransfer + number }

  func transferNumber(_ id: Int64) -> Int64? {
    id > BitstampGateway.firstTransfer ? id - BitstampGateway.firstTransfer : nil
  }

  /// The pair of a path or a channel.
  func market(_ symbol: some StringProtocol) throws(BitstampFailure) -> BitstampMarket {
    guard let index = marketNumbers[String(symbol)] else { throw .plain(.marketNotFound) }
    return markets[index]
  }

  // MARK: Requests

  /// The largest body that is read, in bytes.
  private static let largestBody = 65_536

  public func respond(to request: GatewayRequest) -> GatewayResponse {
    do throws(BitstampFailure) {
      return try answer(request)
    } catch {
      return response(error)
    }
  }

  private func response(_ failure: BitstampFailure) -> GatewayResponse {
    GatewayResponse(status: failure.status, body: failure.body.bytes)
  }

  private func answer(_ request: GatewayRequest) throws(BitstampFailure) -> GatewayResponse {
    guard exchange.status != .closed else { throw .maintenance }
    guard request.body.count <= BitstampGateway.largestBody else {
      throw .plain(.malformedField)
    }
    let root = "/api/v2/"
    guard request.path.hasPrefix(root) else { throw .plain(.notFound) }
    guard request.path.hasSuffix("/") else { return redirect(request) }
    let parts = request.path.dropFirst(root.count).split(separator: "/").map(String.init)
    if let handler = publicHandler(parts) {
      guard request.method == "GET" else {
        throw .plain(.methodNotAllowed, request.method + " method not allowed.")
      }
      if let late = verdict(publicLimits.take(at: exchange.now)) { return late }
      guard let fields = BitstampFields(request.query) else { throw .plain(.malformedField) }
      return GatewayResponse(body: try handler(fields).bytes)
    }
    guard let route = privateRoute(parts) else { throw .plain(.notFound) }
    guard request.method == route.method else {
      throw .plain(.methodNotAllowed, request.method + " method not allowed.")
    }
    return try signedAnswer(request, route)
  }

  /// A path without its last slash is answered with the one that has it.
  private func redirect(_ request: GatewayRequest) -> GatewayResponse {
    let query = request.query.isEmpty ? "" : "?" + request.query
    return GatewayResponse(
      status: 301,
      headers: [
        .init("content-type", "text/html; charset=utf-8"),
        .init("location", request.path + "/" + query),
      ],
      body: []
    )
  }

  /// What a budget's verdict means: too fast is refused at the edge, too many by the venue.
  ///
  /// The sources name both ways and say of neither when it is taken; the text of the first is ours.
  private func verdict(_ verdict: BitstampLimits.Verdict) -> GatewayResponse? {
    guard settings.limitsRates else { return nil }
    switch verdict {
    case .fine: return nil
    case .tooFast:
      return GatewayResponse(
        status: 429,
        headers: [.init("content-type", "text/plain")],
        body: Array("Too Many Requests".utf8)
      )
    case .tooMany: return response(.plain(.rateLimit))
    }
  }

  private func signedAnswer(
    _ request: GatewayRequest,
    _ route: BitstampRoute
  ) throws(BitstampFailure) -> GatewayResponse {
    let authorization = try BitstampAuthorization(request, at: exchange.now)
    guard let key = keys[authorization.key] else { throw .authentication(.unknownKey) }
    guard authorization.isSigned(request, by: key.secret) else {
      throw .authentication(.signature)
    }
    guard keys[authorization.key]?.nonces.use(authorization.nonce, at: exchange.now) == true
    else { throw .authentication(.nonce) }
    // No account here has sub-accounts.
    guard request.header("x-auth-subaccount-id") == nil else { throw .plain(.accountNotFound) }
    let limits = keys[authorization.key]?.limits.take(at: exchange.now) ?? .fine
    if let late = verdict(limits) { return authorization.signed(late, by: key.secret) }
    guard key.permissions.contains(route.permission) else {
      throw .authentication(.permission)
    }
    do throws(BitstampFailure) {
      guard let fields = BitstampFields(request.bodyText) else { throw .plain(.malformedField) }
      let call = BitstampCall(account: key.account, key: key.text, fields: fields)
      let body = try route.run(call).bytes
      return authorization.signed(GatewayResponse(body: body), by: key.secret)
    } catch {
      return authorization.signed(response(error), by: key.secret)
    }
  }
}

/// A private endpoint: how it is called, what the key must be allowed, and what it does.
struct BitstampRoute {
  var method = "POST"
  var permission: KeyPermission
  var run: (BitstampCall) throws(BitstampFailure) -> BitstampValue

  init(
    _ permission: KeyPermission,
    method: String = "POST",
    _ run: @escaping (BitstampCall) throws(BitstampFailure) -> BitstampValue
  ) {
    self.method = method
    self.permission = permission
    self.run = run
  }
}

/// A private call whose signature is right.
struct BitstampCall {
  let account: AccountID
  let key: String
  let fields: BitstampFields
}

/// The fields of a form or a query; of two with the same name the last one counts.
struct BitstampFields {
  private let values: [String: String]

  init?(_ text: String) {
    guard let fields = PercentEncoding.fields(of: text) else { return nil }
    values = Dictionary(fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }

  /// The value of a field; nil where it is missing or empty.
  subscript(_ name: String) -> String? {
    values[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Whether an option is set: `True`, in any case, or `1`.
  func isSet(_ name: String) -> Bool {
    guard let value = self[name]?.lowercased() else { return false }
    return value == "true" || value == "1"
  }

  /// A whole number that is not negative; nil where the field is missing.
  func number(
    _ name: String,
    orElse failure: BitstampFailure
  ) throws(BitstampFailure) -> Int64? {
    guard let text = self[name] else { return nil }
    guard text.utf8.allSatisfy({ (48...57).contains($0) }), let value = Int64(text) else {
      throw failure
    }
    return value
  }
}
