import Codecs
public import VenueKit

extension Bitstamp {
  private static let formType = "application/x-www-form-urlencoded"
  private static let host = "www.bitstamp.net"

  /// The request with the headers of authentication v2.
  ///
  /// The message is `BITSTAMP <key>`, method, host, path, query, content type, nonce, time in
  /// milliseconds, `v2`, and body, with nothing between them. The nonce is a random UUID, which may
  /// not come again within 150 s.
  ///
  /// - Source: Bitstamp's API documentation, "Authentication", whose sample this follows.
  public func sign(
    _ request: VenueRequest,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> SignedRequest {
    let query = request.query.isEmpty ? "" : "?" + form(request.query)
    var body = ""
    if case .form(let fields) = request.body { body = form(fields) }
    var headers: [VenueRequest.Field] = []
    if request.needsKey {
      let name = "BITSTAMP " + key.name
      let contentType = body.isEmpty ? "" : Bitstamp.formType
      let nonce = uuid(stamp.random)
      let time = String(stamp.nanoseconds / 1_000_000)
      let message =
        name + request.method.rawValue + Bitstamp.host + request.path + query + contentType
        + nonce + time + "v2" + body
      headers = [
        .init("X-Auth", name),
        .init(
          "X-Auth-Signature",
          Hex.encode(key.authenticate(Array(message.utf8), .sha256, secret: .utf8))
        ),
        .init("X-Auth-Nonce", nonce),
        .init("X-Auth-Timestamp", time),
        .init("X-Auth-Version", "v2"),
      ]
    }
    if !body.isEmpty { headers.append(.init("Content-Type", Bitstamp.formType)) }
    return SignedRequest(
      method: request.method,
      target: request.path + query,
      headers: headers,
      body: Array(body.utf8)
    )
  }

  /// The private channels are of the same socket as the public ones; each asks for a token.
  public func privateHandshake(
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> SocketHandshake {
    SocketHandshake(address: Bitstamp.trading.privateSocket)
  }

  /// Two frames an instrument, with the token and the user's number in each; none without them.
  public func privateSubscriptions(
    to wireSymbols: [String],
    token: StreamToken?,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> [String] {
    guard let token, let user = token.userID else { return [] }
    return wireSymbols.flatMap { symbol in
      ["private-my_orders_", "private-my_trades_"].map { channel in
        var json = JSONWriter()
        json.object {
          $0.field("event", "bts:subscribe")
          $0.object("data") {
            $0.field("channel", channel + symbol + "-" + user)
            $0.field("auth", token.token)
          }
        }
        return json.text
      }
    }
  }

  private func form(_ fields: [VenueRequest.Field]) -> String {
    PercentEncoding.form(fields.map { ($0.name, $0.value) })
  }

  /// A UUID of version 4 (RFC 9562, section 5.4), in lower case.
  private func uuid(_ random: UInt128) -> String {
    var bits = random & ~(0xF000 << 64) | 0x4000 << 64
    bits = bits & ~(0xC000 << 48) | 0x8000 << 48
    let bytes = (0..<16).map { UInt8(truncatingIfNeeded: bits >> (120 - 8 * UInt128($0))) }
    let text = Array(Hex.encode(bytes).utf8)
    return [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map {
      String(decoding: text[$0], as: UTF8.self)
    }.joined(separator: "-")
  }
}
