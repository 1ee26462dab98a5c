import Codecs
import Signing
public import VenueKit

extension Kraken {
  /// Puts the nonce first in the body and signs path, nonce, and body.
  ///
  /// `API-Sign` is base64 of HMAC-SHA-512, under the base64-decoded secret, of the path and
  /// SHA-256 of nonce and body, where the body is byte for byte what is sent.
  ///
  /// - Source: Kraken API documentation, "Spot REST Authentication", and its example.
  public func sign(
    _ request: VenueRequest,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> SignedRequest {
    guard request.needsKey else {
      return SignedRequest(method: request.method, target: request.target, headers: [])
    }
    var fields: [VenueRequest.Field] = [.init("nonce", String(stamp.nonce))]
    if case .form(let more) = request.body { fields += more }
    let body = Array(VenueRequest.encoded(fields).utf8)
    let hashed = Array(String(stamp.nonce).utf8) + body
    let message = Array(request.path.utf8) + SHA256.digest(hashed.span)
    let code = key.authenticate(message, .sha512, secret: .base64)
    return SignedRequest(
      method: request.method,
      target: request.target,
      headers: [
        .init("API-Key", key.name),
        .init("API-Sign", Base64.encode(code)),
        .init("Content-Type", "application/x-www-form-urlencoded"),
      ],
      body: body
    )
  }

  /// The socket itself is open to all; the token in each frame is the proof.
  public func privateHandshake(
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> SocketHandshake {
    SocketHandshake(address: Kraken.trading.privateSocket)
  }
}
