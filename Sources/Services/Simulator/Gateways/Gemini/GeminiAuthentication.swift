import Codecs
import Signing
import Units

/// A key of a simulated Gemini account.
struct GeminiKey {
  let text: String
  let secret: [UInt8]
  let account: AccountID
  let permissions: Set<KeyPermission>
  /// Nonces are seconds near the server's time; otherwise they only count up.
  let isTimeBased: Bool
  /// In steps of 10⁻⁹.
  var lastNonce: Int128?
  /// 600 private requests a minute (developer.gemini.com/rate-limit).
  var requests = TokenBucket(capacity: 600, refillPerSecond: 10)
  /// The sockets' budget of orders: a weight of 30,000 a minute.
  var orders = TokenBucket(capacity: 30_000, refillPerSecond: 500)

  /// Gemini's names of what the key may do.
  var roles: [String] {
    var names: [String] = []
    if permissions.contains(.view) { names.append("Auditor") }
    if permissions.contains(.withdraw) { names.append("FundManager") }
    if permissions.contains(.trade) { names.append("Trader") }
    return names
  }
}

extension GeminiGateway {
  /// Makes the account's two keys: one whose nonces are seconds, as sockets demand and Gemini
  /// recommends, and one of the older kind, whose nonces only count up.
  func makeKeys(
    for account: AccountID,
    _ name: String,
    _ permissions: Set<KeyPermission>
  ) -> Credentials {
    func make(_ kind: String, isTimeBased: Bool) -> (key: String, secret: String) {
      let source = "\(settings.seed)/gemini/\(name)/\(account.index)/\(kind)"
      let key = "account-" + SHA256.hex(Array((source + "/key").utf8)).prefix(20)
      let digest = SHA256.digest(Array((source + "/secret").utf8).span)
      let secret = Base64.encodeForURL(Array(digest.prefix(21)))
      keys[key] = GeminiKey(
        text: key,
        secret: Array(secret.utf8),
        account: account,
        permissions: permissions,
        isTimeBased: isTimeBased
      )
      return (key, secret)
    }
    let timed = make("time", isTimeBased: true)
    let counted = make("count", isTimeBased: false)
    return Credentials(
      account: name,
      key: timed.key,
      secret: timed.secret,
      more: ["countingKey": counted.key, "countingSecret": counted.secret]
    )
  }

  /// Checks a private request: headers, signature, endpoint, budget, nonce, in this order.
  ///
  /// The payload travels in a header, and the signature is over its Base64 text; the body is
  /// ignored (docs.gemini.com/rest/authentication).
  func authenticate(
    _ request: GatewayRequest
  ) throws(GeminiError) -> (key: GeminiKey, payload: GeminiPayload) {
    let (key, payload) = try checkSignature(request)
    guard let bytes = Base64.decode(payload), let object = json(bytes), object.members != nil
    else { throw .invalidJSON("The JSON provided is invalid") }
    guard let endpoint = object["request"]?.string else {
      throw GeminiError(400, "EndpointNotFound", "No endpoint was specified")
    }
    guard endpoint == request.path else {
      throw GeminiError(400, "EndpointMismatch", "EndpointMismatch")
    }
    if settings.limitsRates, keys[key]?.requests.take(at: exchange.now) == false {
      throw .rateLimit
    }
    let known = try useNonce(object["nonce"]?.text, of: key)
    return (known, GeminiPayload(object: object))
  }

  /// Checks the headers of the current sockets' handshake: the payload is the nonce itself, and
  /// only keys with nonces of time are let in (developer.gemini.com/websocket/authentication).
  func authenticateHandshake(_ request: GatewayRequest) throws(GeminiError) -> GeminiKey {
    let (key, payload) = try checkSignature(request)
    guard let nonce = request.header("x-gemini-nonce"),
      Base64.decode(payload) == Array(nonce.utf8)
    else { throw .badNonce("X-GEMINI-NONCE is not what X-GEMINI-PAYLOAD holds") }
    guard keys[key]?.isTimeBased == true else {
      throw .badNonce("API key \(key) does not use a time-based nonce")
    }
    return try useNonce(nonce, of: key)
  }

  private func checkSignature(
    _ request: GatewayRequest
  ) throws(GeminiError) -> (key: String, payload: String) {
    guard let text = request.header("x-gemini-apikey") else {
      throw .missingHeader("X-GEMINI-APIKEY", "MissingApikeyHeader")
    }
    guard let payload = request.header("x-gemini-payload") else {
      throw .missingHeader("X-GEMINI-PAYLOAD", "MissingPayloadHeader")
    }
    guard let signature = request.header("x-gemini-signature") else {
      throw .missingHeader("X-GEMINI-SIGNATURE", "MissingSignatureHeader")
    }
    guard let key = keys[text] else {
      throw GeminiError(400, "InvalidApiKey", "Invalid API key")
    }
    let code = HMAC.code(.sha384, key: key.secret, Array(payload.utf8))
    guard Hex.decode(signature) == code else {
      throw GeminiError(400, "InvalidSignature", "InvalidSignature")
    }
    return (text, payload)
  }

  private func json(_ bytes: [UInt8]) -> JSONValue? {
    do { return try JSONValue(bytes) } catch { return nil }
  }

  /// Takes a nonce for good, or says what is wrong with it.
  ///
  /// The texts are those that users of ccxt and others met (ccxt 14602 and 3603).
  private func useNonce(_ text: String?, of name: String) throws(GeminiError) -> GeminiKey {
    guard var key = keys[name] else {
      throw GeminiError(400, "InvalidApiKey", "Invalid API key")
    }
    guard let text else { throw .badNonce("The nonce was not present") }
    let nonce: Int128
    do { nonce = try parseDecimal(text, places: 9) } catch {
      throw .badNonce("Nonce '\(text)' is not a number")
    }
    if key.isTimeBased {
      let now = exchange.now
      guard (nonce - Int128(now.nanoseconds)).magnitude <= 30_000_000_000 else {
        throw .badNonce(
          "Nonce '\(text)' is not within 30 seconds of server time '\(now.geminiSeconds)''"
        )
      }
    }
    guard nonce > key.lastNonce ?? -1 else {
      throw .badNonce("Nonce '\(text)' has not increased since your last call to the Gemini API.")
    }
    key.lastNonce = nonce
    keys[name] = key
    return key
  }
}
