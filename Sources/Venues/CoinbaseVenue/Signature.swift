import Codecs
public import VenueKit

extension Coinbase {
  /// Adds a token of its own to every request: `Authorization: Bearer <JWT>`.
  public func sign(
    _ request: VenueRequest,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> SignedRequest {
    let body = Array(request.bodyText.utf8)
    var headers: [VenueRequest.Field] = []
    if request.needsKey {
      let token = Coinbase.webToken(for: request, with: key, stamp: stamp)
      headers.append(.init("Authorization", "Bearer " + token))
    }
    // Public answers are kept for a second otherwise.
    if !request.needsKey { headers.append(.init("Cache-Control", "no-cache")) }
    if !body.isEmpty { headers.append(.init("Content-Type", "application/json")) }
    return SignedRequest(
      method: request.method,
      target: request.target,
      headers: headers,
      body: body
    )
  }

  /// A JSON Web Token (RFC 7519), signed with ES256, that is good for two minutes.
  ///
  /// For a request its `uri` names method, host, and path, without scheme and query; for a frame of
  /// the socket there is none.
  ///
  /// - Source: Coinbase Developer Platform, "CDP API Key Authentication".
  static func webToken(
    for request: VenueRequest?,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> String {
    let now = stamp.nanoseconds / 1_000_000_000
    var header = JSONWriter()
    header.object {
      $0.field("alg", "ES256")
      $0.field("typ", "JWT")
      $0.field("kid", key.name)
      $0.field("nonce", hex(stamp.random))
    }
    var claims = JSONWriter()
    claims.object {
      $0.field("sub", key.name)
      $0.field("iss", "cdp")
      $0.field("nbf", now)
      $0.field("exp", now + lifetimeSeconds)
      if let request {
        $0.field("uri", request.method.rawValue + " " + host + request.path)
      }
    }
    let signed =
      Base64.encodeForURL(header.bytes) + "." + Base64.encodeForURL(claims.bytes)
    let signature = key.signES256(Array(signed.utf8))
    return signed + "." + Base64.encodeForURL(signature)
  }

  static let lifetimeSeconds: Int64 = 120

  /// The host that tokens name.
  static let host = "api.coinbase.com"

  private static func hex(_ value: UInt128) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }
}
