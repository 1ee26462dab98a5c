import Codecs
public import VenueKit

extension Gemini {
  /// The request with its parameters, its path, and the nonce in a header, and an empty body.
  ///
  /// The nonce is the stamp's as seconds with nine decimals: keys with time-based nonces want
  /// seconds within 30 of the venue's clock and refuse milliseconds.
  ///
  /// - Source: Gemini's page on private API invocation, and its sample code.
  public func sign(
    _ request: VenueRequest,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> SignedRequest {
    var target = request.path
    if !request.query.isEmpty {
      target += "?" + PercentEncoding.form(request.query.map { ($0.name, $0.value) })
    }
    guard request.needsKey else {
      return SignedRequest(method: request.method, target: target, headers: [])
    }
    var json = JSONWriter()
    json.string(request.path)
    var payload = #"{"request":"# + json.text + #","nonce":"# + seconds(stamp.nonce)
    if case .json(let fields) = request.body {
      for field in fields { payload += #",""# + field.name + #"":"# + field.value }
    }
    payload += "}"
    let text = Base64.encode(Array(payload.utf8))
    return SignedRequest(
      method: request.method,
      target: target,
      headers: [
        .init("Content-Type", "text/plain"),
        .init("Content-Length", "0"),
        .init("Cache-Control", "no-cache"),
        .init("X-GEMINI-APIKEY", key.name),
        .init("X-GEMINI-PAYLOAD", text),
        .init("X-GEMINI-SIGNATURE", signature(of: text, key)),
      ]
    )
  }

  /// The current socket is opened with the nonce alone, in whole seconds, as the payload.
  ///
  /// - Source: Gemini's page on WebSocket authentication, and its sample code.
  public func privateHandshake(
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> SocketHandshake {
    let nonce = String(stamp.nonce / 1_000_000_000)
    let text = Base64.encode(Array(nonce.utf8))
    return SocketHandshake(
      address: Gemini.trading.privateSocket,
      headers: [
        .init("X-GEMINI-APIKEY", key.name),
        .init("X-GEMINI-NONCE", nonce),
        .init("X-GEMINI-PAYLOAD", text),
        .init("X-GEMINI-SIGNATURE", signature(of: text, key)),
      ]
    )
  }

  /// One frame for all instruments: orders with their fills, and balances.
  ///
  /// Its id is 0.
  public func privateSubscriptions(
    to wireSymbols: [String],
    token: StreamToken?,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> [String] {
    [#"{"id":"0","method":"subscribe","params":["orders@account","balances@account"]}"#]
  }

  /// Of the text in base64, not of what it stands for.
  private func signature(of text: String, _ key: some SigningKey) -> String {
    Hex.encode(key.authenticate(Array(text.utf8), .sha384, secret: .utf8))
  }

  private func seconds(_ nanoseconds: UInt64) -> String {
    let (whole, fraction) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(fraction)
    return "\(whole)." + String(repeating: "0", count: 9 - digits.utf8.count) + digits
  }
}
