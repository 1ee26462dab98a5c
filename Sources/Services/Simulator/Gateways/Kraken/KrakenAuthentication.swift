import Codecs
import Market
import Signing
import Units

/// A key of an account, and what the venue remembers of its use.
struct KrakenKey: Sendable {
  let account: AccountID
  let secret: [UInt8]
  let permissions: Set<KeyPermission>
  var lastNonce: UInt64 = 0
  var counter = KrakenCounter(
    maximum: KrakenLimits.callMaximum,
    decayPerSecond: KrakenLimits.callDecay
  )
  /// Bad signatures and nonces since the last good call.
  var badCalls = 0
  var lockedUntil: Timestamp?
  var tokens: [String] = []
}

/// A token for private sockets.
struct KrakenToken: Sendable {
  let key: String
  let account: AccountID
  let expires: Timestamp
  /// Sockets that it is in use on: it stays good while one of them lives.
  var sockets: Set<SocketNumber> = []
}

/// The parameters of a private call: a form, or the members of a JSON object.
struct KrakenFields: Sendable {
  private var values: [String: String] = [:]
  /// The object, when the body was JSON: for batches.
  private(set) var json: JSONValue?

  init() {}

  /// Reads a body as its content type says; nil when it is neither a form nor an object.
  init?(_ request: GatewayRequest) {
    if request.header("content-type")?.lowercased().contains("json") == true {
      guard let object = try? JSONValue(request.body), let members = object.members else {
        return nil
      }
      json = object
      for member in members where values[member.name] == nil {
        values[member.name] =
          member.value.text ?? member.value.boolean.map { $0 ? "true" : "false" }
      }
    } else {
      guard let fields = PercentEncoding.fields(of: request.bodyText) else { return nil }
      for field in fields where values[field.name] == nil { values[field.name] = field.value }
    }
  }

  init?(query: String) {
    guard let fields = PercentEncoding.fields(of: query) else { return nil }
    for field in fields where values[field.name] == nil { values[field.name] = field.value }
  }

  /// The members of an object within a batch.
  init?(_ value: JSONValue) {
    guard let members = value.members else { return nil }
    for member in members where values[member.name] == nil {
      values[member.name] = member.value.text ?? member.value.boolean.map { $0 ? "true" : "false" }
    }
  }

  /// A field that is there and not empty.
  subscript(_ name: String) -> String? {
    get { values[name].flatMap { $0.isEmpty ? nil : $0 } }
    set { values[name] = newValue }
  }

  /// Clients send `true`, `True`, and `1`.
  func isTrue(_ name: String) -> Bool {
    let text = values[name]?.lowercased()
    return text == "true" || text == "1"
  }

  func integer(_ name: String) throws(KrakenError) -> Int? {
    guard let text = self[name] else { return nil }
    guard let value = Int(text) else { throw .invalidArguments(name) }
    return value
  }
}

extension KrakenGateway {
  /// Checks key, signature, nonce, permission, and budget of a private call, in this order.
  ///
  /// The signature is HMAC-SHA512 under the decoded secret over the path and the SHA-256 of nonce
  /// and body. Source: docs.kraken.com, Spot REST authentication.
  func authenticate(
    _ request: GatewayRequest,
    _ fields: KrakenFields?,
    _ needed: KeyPermission,
    cost: Double
  ) throws(KrakenError) -> (key: String, account: AccountID) {
    guard let name = request.header("api-key"), var key = keys[name] else { throw .invalidKey }
    defer { keys[name] = key }
    let now = exchange.now
    if let until = key.lockedUntil, now < until { throw .temporaryLockout }
    let isSigned = hasSignature(request, fields?["nonce"] ?? "", key.secret)
    guard isSigned else {
      noteBadCall(&key)
      throw .invalidSignature
    }
    guard let nonce = fields?["nonce"].flatMap({ UInt64($0) }), nonce > key.lastNonce else {
      noteBadCall(&key)
      throw .invalidNonce
    }
    key.lastNonce = nonce
    key.badCalls = 0
    guard key.permissions.contains(needed) else { throw .permissionDenied }
    if settings.limitsRates, cost > 0, !key.counter.tryAdd(cost, at: now) { throw .rateLimit }
    return (name, key.account)
  }

  private func hasSignature(_ request: GatewayRequest, _ nonce: String, _ secret: [UInt8]) -> Bool {
    guard let text = request.header("api-sign"), let given = Base64.decode(text) else {
      return false
    }
    let digest = SHA256.digest((Array(nonce.utf8) + request.body).span)
    let code = HMAC.code(.sha512, key: secret, Array(request.path.utf8) + digest)
    return given == code
  }

  private func noteBadCall(_ key: inout KrakenKey) {
    key.badCalls += 1
    if settings.limitsRates, key.badCalls >= KrakenLimits.badCalls {
      key.badCalls = 0
      key.lockedUntil = exchange.now.advanced(byNanoseconds: KrakenLimits.lockoutNanoseconds)
    }
  }

  /// Makes a token for private sockets; the oldest of a key's tokens gives way.
  func makeToken(_ keyName: String, _ account: AccountID) -> KrakenJSON {
    tokenCount += 1
    let bytes = SHA256.krakenBytes("\(settings.seed)/kraken/token/\(tokenCount)", count: 32)
    let text = String(Base64.encode(bytes).prefix { $0 != "=" })
    let now = exchange.now
    tokens[text] = KrakenToken(
      key: keyName,
      account: account,
      expires: now.advanced(byNanoseconds: KrakenLimits.tokenNanoseconds)
    )
    var kept = (keys[keyName]?.tokens ?? []).filter { isGood($0) }
    kept.append(text)
    if kept.count > KrakenLimits.tokensPerKey { tokens[kept.removeFirst()] = nil }
    keys[keyName]?.tokens = kept
    return .object([
      "token": .string(text), "expires": .integer(KrakenLimits.tokenNanoseconds / 1_000_000_000),
    ])
  }

  /// Forgets a token that has run out.
  private func isGood(_ text: String) -> Bool {
    guard let token = tokens[text] else { return false }
    if !token.sockets.isEmpty || exchange.now < token.expires { return true }
    tokens[text] = nil
    return false
  }

  /// Whose socket it is, by the token it shows; from then on the token lives as long as the socket.
  func authenticate(
    _ token: String?,
    _ socket: SocketNumber,
    _ needed: KeyPermission
  ) throws(KrakenError) -> AccountID {
    guard let token, isGood(token), let known = tokens[token] else { throw .invalidSession }
    guard keys[known.key]?.permissions.contains(needed) == true else { throw .permissionDenied }
    tokens[token]?.sockets.insert(socket)
    sockets[socket]?.tokens.insert(token)
    return known.account
  }
}
