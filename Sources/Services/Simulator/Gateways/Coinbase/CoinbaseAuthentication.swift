import Codecs
import Signing
import Units

/// A key of an account: its name, and the private half that the client was given.
struct CoinbaseKey {
  let name: String
  let account: AccountID
  let permissions: Set<KeyPermission>
  let key: P256Key
  /// 30 requests a second (fact sheet, section 8).
  var requests = TokenBucket(capacity: 30, refillPerSecond: 30)
  /// 10,000 requests an hour to `/v2`.
  var version2Requests = TokenBucket(capacity: 10_000, refillPerSecond: 10_000 / 3_600)

  init(name: String, account: AccountID, permissions: Set<KeyPermission>, key: P256Key) {
    self.name = name
    self.account = account
    self.permissions = permissions
    self.key = key
  }
}

/// Checks tokens: JWT of ES256, made by the client for two minutes (fact sheet, section 5).
enum CoinbaseToken {
  static let maximumBytes = 4_096
  /// How long a token lives.
  static let lifetimeSeconds = 120
  /// How far a client's clock may be off: the venue refuses beyond half a minute.
  static let toleranceSeconds = 30

  /// The name of the key that signed the token; nil where anything about the token is wrong, since
  /// the venue does not say what.
  ///
  /// `uris` is what the claim `uri` may be; nil on a socket, where there is none.
  static func signer(
    of token: String,
    _ keys: [String: CoinbaseKey],
    at now: Timestamp,
    uris: [String]?
  ) -> String? {
    guard token.utf8.count <= maximumBytes else { return nil }
    let parts = token.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 3, let header = object(parts[0]), let claims = object(parts[1]),
      let signature = Base64.decode(parts[2]), header["alg"]?.string == "ES256",
      let name = header["kid"]?.string, let key = keys[name], claims["sub"]?.string == name,
      let issuer = claims["iss"]?.string, issuer == "cdp" || issuer == "coinbase-cloud",
      key.key.verify(signature, of: Array((parts[0] + "." + parts[1]).utf8)),
      let start = claims["nbf"]?.integer, let end = claims["exp"]?.integer
    else { return nil }
    let seconds = Int(now.nanoseconds / 1_000_000_000)
    guard start <= seconds + toleranceSeconds, end > seconds,
      end <= seconds + lifetimeSeconds + toleranceSeconds
    else { return nil }
    guard let uris else { return name }
    let claimed =
      claims["uri"]?.string.map { [$0] } ?? claims["uris"]?.elements?.compactMap(\.string) ?? []
    return claimed.contains(where: uris.contains) ? name : nil
  }

  private static func object(_ part: String) -> JSONValue? {
    guard let bytes = Base64.decode(part), let value = try? JSONValue(bytes),
      value.members != nil
    else { return nil }
    return value
  }
}

/// The private key of a demonstration account, from a seed.
enum CoinbaseDemonstrationKey {
  /// A private key of P-256 as PEM, the scalar taken from 32 bytes.
  ///
  /// SEC1 (RFC 5915): version 1, the scalar, and the curve's name; the public half may be left out.
  static func pem(_ scalar: [UInt8]) -> String {
    let curve: [UInt8] = [0xA0, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]
    let content: [UInt8] = [0x02, 0x01, 0x01, 0x04, 0x20] + scalar + curve
    let text = Base64.encode([0x30, UInt8(content.count)] + content)
    let lines = stride(from: 0, to: text.count, by: 64).map { start in
      text.dropFirst(start).prefix(64)
    }
    return "-----BEGIN EC PRIVATE KEY-----\n" + lines.joined(separator: "\n")
      + "\n-----END EC PRIVATE KEY-----\n"
  }

  /// The first of a row of digests that OpenSSL takes: all but one in 2³² is below the order.
  static func make(_ seed: String) -> (key: P256Key, pem: String) {
    var attempt = 0
    while true {
      let pem = pem(SHA256.digest(Array("\(seed)/\(attempt)".utf8).span))
      if let key = try? P256Key(pem: pem) { return (key, pem) }
      attempt += 1
    }
  }
}
