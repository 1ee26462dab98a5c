import Codecs
import Signing
import Units

/// One key of the simulated venue: whose it is, what it may do, and which nonces it has used.
struct BitstampKey: Sendable {
  let text: String
  let secret: [UInt8]
  let account: AccountID
  let permissions: Set<KeyPermission>
  var nonces = BitstampNonces()
  var limits = BitstampLimits()

  init(text: String, secret: String, account: AccountID, permissions: Set<KeyPermission>) {
    self.text = text
    self.secret = Array(secret.utf8)
    self.account = account
    self.permissions = permissions
  }
}

/// The nonces of the last 150 seconds.
struct BitstampNonces: Sendable {
  /// How long a nonce may not come again, and how far a timestamp may be off.
  static let memoryMilliseconds: Int64 = 150_000
  /// As many as a key can spend in that time at 400 a second, and a little more.
  static let most = 65_536

  private var used: Set<String> = []
  /// In the order they came; those before `first` are forgotten.
  private var queue: [(nonce: String, time: Timestamp)] = []
  private var first = 0

  init() {}

  /// Whether the nonce is new; then it is used from now on.
  mutating func use(_ nonce: String, at now: Timestamp) -> Bool {
    let end = now.advanced(byNanoseconds: -BitstampNonces.memoryMilliseconds * 1_000_000)
    while first < queue.count,
      queue[first].time < end || queue.count - first >= BitstampNonces.most
    {
      used.remove(queue[first].nonce)
      first += 1
    }
    if first > 1_024, first * 2 > queue.count {
      queue.removeFirst(first)
      first = 0
    }
    guard used.insert(nonce).inserted else { return false }
    queue.append((nonce, now))
    return true
  }
}

/// The request budgets: 400 a second, and 10,000 in ten minutes (API description of 2023).
struct BitstampLimits: Sendable {
  private var second = TokenBucket(capacity: 400, refillPerSecond: 400)
  private var tenMinutes = TokenBucket(capacity: 10_000, refillPerSecond: 10_000.0 / 600)

  enum Verdict: Sendable { case fine, tooFast, tooMany }

  mutating func take(at now: Timestamp) -> Verdict {
    guard second.take(at: now) else { return .tooFast }
    return tenMinutes.take(at: now) ? .fine : .tooMany
  }
}

/// The headers of a signed request, checked in form only.
///
/// The message that is signed has nothing between its parts: `BITSTAMP <key>`, method, host, path,
/// query, content type, nonce, timestamp, `v2`, body (API description of 2023, "Authentication").
struct BitstampAuthorization: Sendable {
  let key: String
  let nonce: String
  let timestamp: String
  private let signature: [UInt8]

  /// The longest URL that is taken.
  private static let longestURL = 2_000

  init(_ request: GatewayRequest, at now: Timestamp) throws(BitstampFailure) {
    let length = request.path.utf8.count + request.query.utf8.count
    guard length <= BitstampAuthorization.longestURL else {
      throw .authentication(.urlTooLong)
    }
    guard let owner = request.header("x-auth") else { throw .authentication(.missingKey) }
    guard let signed = request.header("x-auth-signature") else {
      throw .authentication(.missingSignature)
    }
    guard let nonce = request.header("x-auth-nonce") else {
      throw .authentication(.missingNonce)
    }
    guard let timestamp = request.header("x-auth-timestamp") else {
      throw .authentication(.missingTimestamp)
    }
    guard let version = request.header("x-auth-version") else {
      throw .authentication(.missingVersion)
    }
    guard version == "v2" else { throw .authentication(.version) }
    let prefix = "BITSTAMP "
    let key = owner.dropFirst(prefix.count)
    guard owner.hasPrefix(prefix), key.utf8.count == 32,
      key.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isLetter || (48...57).contains($0) })
    else { throw .authentication(.keyFormat) }
    guard timestamp.utf8.count <= 16, let sent = Int64(timestamp), sent >= 0 else {
      throw .authentication(.timestampFormat)
    }
    let difference = now.nanoseconds / 1_000_000 - sent
    guard abs(difference) <= BitstampNonces.memoryMilliseconds else {
      throw .authentication(.timestampOutOfBounds)
    }
    guard BitstampAuthorization.isNonce(nonce) else { throw .authentication(.nonce) }
    let contentType = request.header("content-type")
    if request.body.isEmpty {
      guard contentType == nil else { throw .authentication(.needlessContentType) }
    } else {
      let kind = contentType?.split(separator: ";").first
      guard kind == "application/x-www-form-urlencoded" else {
        throw .authentication(.contentType)
      }
    }
    // The documented samples send lower case in one language and upper case in another.
    guard let signature = Hex.decode(signed) else { throw .authentication(.signature) }
    self.key = String(key)
    self.nonce = nonce
    self.timestamp = timestamp
    self.signature = signature
  }

  /// 36 characters of lower-case hexadecimal and hyphens, as UUIDs are written.
  private static func isNonce(_ text: String) -> Bool {
    text.utf8.count == 36
      && text.utf8.allSatisfy {
        (48...57).contains($0) || (97...102).contains($0) || $0 == UInt8(ascii: "-")
      }
  }

  /// Whether `secret` signed the request.
  ///
  /// The host in the message is the one that the client used: Bitstamp's own name, the request's
  /// `Host`, or that with `http://` before it, since ccxt takes nothing but `https://` off its URL.
  /// A query is accepted with its question mark and without it: no source says which is right.
  func isSigned(_ request: GatewayRequest, by secret: [UInt8]) -> Bool {
    var hosts = ["www.bitstamp.net"]
    if let host = request.header("host") { hosts += [host, "http://" + host] }
    let queries = request.query.isEmpty ? [""] : [request.query, "?" + request.query]
    for host in hosts {
      for query in queries {
        let head =
          "BITSTAMP " + key + request.method + host + request.path + query
          + (request.header("content-type") ?? "") + nonce + timestamp + "v2"
        let message = Array(head.utf8) + request.body
        if HMAC.code(.sha256, key: secret, message) == signature { return true }
      }
    }
    return false
  }

  /// The answer with the header by which a client can tell that it comes from the venue.
  func signed(_ response: GatewayResponse, by secret: [UInt8]) -> GatewayResponse {
    var response = response
    let type = response.headers.first { $0.name == "content-type" }?.value ?? ""
    let message = Array((nonce + timestamp + type).utf8) + response.body
    let code = Hex.encode(HMAC.code(.sha256, key: secret, message))
    response.headers.append(.init("x-server-auth-signature", code))
    return response
  }
}

/// Keys, secrets, and tokens that follow from the seed alone.
enum BitstampSecrets {
  /// 32 letters and digits.
  static func text(_ parts: String...) -> String {
    let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    let digest = SHA256.digest(Array(parts.joined(separator: "/").utf8).span)
    return String(decoding: digest.map { alphabet[Int($0) % alphabet.count] }, as: UTF8.self)
  }

  /// A number below `bound`.
  static func number(_ parts: String..., below bound: UInt64) -> UInt64 {
    let digest = SHA256.digest(Array(parts.joined(separator: "/").utf8).span)
    return digest.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) } % max(1, bound)
  }
}
