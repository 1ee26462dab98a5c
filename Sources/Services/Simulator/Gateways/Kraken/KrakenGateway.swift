import Codecs
import Market
import Signing
public import Units

/// Kraken spot as a simulated venue: REST `/0/…` and WebSocket v2.
///
/// Its facts come from the documentation at docs.kraken.com, frames recorded in August 2026, and
/// recorded REST bodies; where the venue publishes nothing, the place says so.
///
/// Market data and private sockets live on two hosts at the venue and on two paths here.
public final class KrakenGateway: VenueGateway {
  public static let venue = "kraken"
  public static let socketPaths = (market: "/v2", account: "/auth/v2")

  public let exchange: Exchange
  /// What shall go wrong next.
  public var faults = KrakenFaults()

  let settings: GatewaySettings
  let numbers: KrakenNumbers
  let pairs: [KrakenPair]
  /// By every name that REST and the socket take.
  private let pairNames: [String: Int]
  /// Every asset of a pair, in the order of tickers.
  let assets: [KrakenAsset]

  // Clients.
  var keys: [String: KrakenKey] = [:]
  var tokens: [String: KrakenToken] = [:]
  var tokenCount = 0
  private var keyCount = 0
  /// By account index.
  var clients: [Int: KrakenClient] = [:]
  /// Trading counters by account and pair.
  var counters: [Int: KrakenCounter] = [:]
  var publicBudgets: [Int: TokenBucket] = [:]
  /// What was said of orders when they came, by number.
  var terms: [Int64: KrakenTerms] = [:]
  var termsKept = 1_024
  /// The saved name that a withdrawal went to, by its number.
  var withdrawalNames: [Int64: String] = [:]
  var lastLedger: Int64 = 0
  var lastAmend: Int64 = 0

  // Market.
  var tapes: [KrakenTape]
  /// When the book of an instrument last changed.
  var bookTimes: [Timestamp]
  var bookFeeds: [[KrakenBookFeed]]
  var tops: [KrakenTop]

  // Sockets.
  var sockets: [SocketNumber: KrakenSocket] = [:]
  var channels = KrakenChannels()
  /// Book snapshots that are being made, in the order they are due.
  var snapshots: [KrakenPendingSnapshot] = []
  private var socketBudget = TokenBucket(
    capacity: KrakenLimits.sockets,
    refillPerSecond: KrakenLimits.sockets / 600
  )

  public init(_ settings: GatewaySettings) {
    self.settings = settings
    exchange = Exchange(name: KrakenGateway.venue, instruments: settings.instruments)
    numbers = KrakenNumbers(seed: settings.seed)
    pairs = settings.instruments.enumerated().map { KrakenPair(index: $0.offset, $0.element) }
    var names: [String: Int] = [:]
    for pair in pairs {
      for name in [pair.key, pair.altname, pair.wsname, pair.socketName] where names[name] == nil {
        names[name] = pair.index
      }
    }
    pairNames = names
    var byTicker: [String: KrakenAsset] = [:]
    for pair in pairs {
      byTicker[pair.base.asset.symbol] = pair.base
      byTicker[pair.quote.asset.symbol] = pair.quote
    }
    assets = byTicker.values.sorted { $0.asset.symbol < $1.asset.symbol }
    tapes = Array(repeating: KrakenTape(), count: pairs.count)
    bookTimes = Array(repeating: Timestamp(nanoseconds: 0), count: pairs.count)
    bookFeeds = Array(repeating: [], count: pairs.count)
    tops = Array(repeating: KrakenTop(), count: pairs.count)
    channels = KrakenChannels(pairs: pairs.count)
  }

  // MARK: Names

  /// The pair of a REST name.
  func pair(_ name: String?) throws(KrakenError) -> KrakenPair {
    guard let name, let index = pairNames[name] ?? pairNames[name.uppercased()] else {
      throw .unknownPair
    }
    return pairs[index]
  }

  /// The pair of the socket's name for it.
  func pair(socketName: String) -> KrakenPair? {
    pairNames[socketName].map { pairs[$0] }.flatMap { $0.socketName == socketName ? $0 : nil }
  }

  func asset(_ name: String) -> KrakenAsset? { assets.first { $0.goes(by: name) } }

  // MARK: Clients

  public func addAccount(
    _ name: String,
    _ permissions: Set<KeyPermission>
  ) -> Credentials {
    let known = exchange.accounts.firstIndex { $0.name == name && !$0.isHouse }
    let account = known.map { AccountID(index: $0) } ?? exchange.addAccount(name)
    if clients[account.index] == nil { clients[account.index] = KrakenClient() }
    keyCount += 1
    let origin = "\(settings.seed)/kraken/\(name)/\(keyCount)"
    let key = Base64.encode(SHA256.krakenBytes(origin + "/key", count: 42))
    let secret = SHA256.krakenBytes(origin + "/secret", count: 64)
    keys[key] = KrakenKey(account: account, secret: secret, permissions: permissions)
    return Credentials(account: name, key: key, secret: Base64.encode(secret))
  }

  // MARK: Requests

  public func respond(to request: GatewayRequest) -> GatewayResponse {
    guard request.body.count <= KrakenLimits.bodyBytes else {
      return KrakenGateway.refusal(.invalidArguments(), status: 413)
    }
    let parts = request.path.split(separator: "/", maxSplits: 2, omittingEmptySubsequences: true)
    guard parts.count == 3, parts[0] == "0" else {
      return KrakenGateway.refusal(.unknownMethod, status: 404)
    }
    do throws(KrakenError) {
      let result: KrakenJSON
      switch parts[1] {
      case "public": result = try answerPublic(String(parts[2]), request)
      case "private": result = try answerPrivate(String(parts[2]), request)
      default: throw KrakenError.unknownMethod
      }
      let body = KrakenJSON.object(["error": .array([]), "result": result])
      return GatewayResponse(body: body.bytes)
    } catch {
      return KrakenGateway.refusal(error)
    }
  }

  /// Kraken refuses with HTTP 200 and a list of errors.
  static func refusal(_ error: KrakenError, status: Int = 200) -> GatewayResponse {
    let body = KrakenJSON.object(["error": .array([.string(error.text)])])
    return GatewayResponse(status: status, body: body.bytes)
  }

  // MARK: Sockets

  public func open(
    _ socket: SocketNumber,
    _ request: GatewayRequest,
    effects: inout [GatewayEffect]
  ) -> GatewayResponse? {
    let isPrivate = request.path == KrakenGateway.socketPaths.account
    guard isPrivate || request.path == KrakenGateway.socketPaths.market else {
      return KrakenGateway.refusal(.unknownMethod, status: 404)
    }
    if settings.limitsRates, !socketBudget.take(at: exchange.now) {
      return KrakenGateway.refusal(.tooManyRequests, status: 429)
    }
    // Recorded: 2950167385101900187, 7204881492680171915; above 2^63 at times.
    let origin = "\(settings.seed)/kraken/connection/\(socket.value)"
    let number = SHA256.krakenBytes(origin, count: 8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    sockets[socket] = KrakenSocket(isPrivate: isPrivate, connection: number, now: exchange.now)
    effects.append(.send(socket, statusFrame(number).bytes))
    return nil
  }

  public func closed(_ socket: SocketNumber) {
    guard let state = sockets.removeValue(forKey: socket) else { return }
    for token in state.tokens { tokens[token]?.sockets.remove(socket) }
    channels.remove(socket)
    for index in bookFeeds.indices { leaveBook(socket, index) }
    snapshots.removeAll { $0.socket == socket }
  }

  /// The first frame of a socket, and the one that says that the venue's status has changed.
  func statusFrame(_ connection: UInt64) -> KrakenJSON {
    .object([
      "channel": .string("status"), "type": .string("update"),
      "data": .array([
        .object([
          "version": .string("2.0.10"), "system": .string(KrakenPair.word(exchange.status)),
          "api_version": .string("v2"), "connection_id": .integer(connection),
        ])
      ]),
    ])
  }

  // MARK: Time

  public func advance(effects: inout [GatewayEffect]) {
    sendSnapshots(&effects)
    pullDeadMansSwitches()
    for socket in sockets.keys.sorted() { beat(socket, &effects) }
  }

  public var nextDeadline: Timestamp? {
    var next: Timestamp?
    func consider(_ time: Timestamp?) {
      if let time { next = min(next ?? time, time) }
    }
    consider(snapshots.first?.due)
    for client in clients.values { consider(client.deadMan) }
    for socket in sockets.values { consider(socket.nextTurn) }
    return next
  }
}

/// Trouble that whoever hosts the venue may order; each is used up by happening.
public struct KrakenFaults: Hashable, Sendable {
  /// Book frames that are made and never sent.
  public var lostBookFrames = 0
  /// Book frames that carry a wrong checksum.
  public var wrongChecksums = 0
  /// Orders that are taken and then answered with `EService:Unavailable`.
  public var unavailableAfterOrders = 0

  public init() {}
}
