// What the other side sees of a message: as over a real connection, names are in lower case, the
// transport adds its own headers, and those that nobody asked for are left out.

extension ServerRequest {
  init(upgrade request: SocketRequest, _ listen: ListenRequest) {
    let own = [
      HeaderField("host", request.endpoint.authority), HeaderField("user-agent", "parallax"),
      HeaderField("upgrade", "websocket"), HeaderField("connection", "upgrade"),
    ]
    let headers = (own + request.headers).seen(besides: listen.headerNames)
    self.init("GET", request.endpoint.target, headers, [])
  }

  init(_ request: HTTPRequest, _ listen: ListenRequest) {
    var own = [
      HeaderField("host", request.endpoint.authority), HeaderField("user-agent", "parallax"),
    ]
    if !request.body.isEmpty || request.method != "GET" {
      own.append(HeaderField("content-length", String(request.body.count)))
    }
    let headers = (own + request.headers).seen(besides: listen.headerNames)
    self.init(request.method, request.endpoint.target, headers, request.body)
  }

  private init(_ method: String, _ target: String, _ headers: [HeaderField], _ body: [UInt8]) {
    let path = target.prefix { $0 != "?" }
    self.init(
      method: method,
      path: ServerRequest.decoded(path),
      query: String(target.dropFirst(path.count + 1)),
      headers: headers,
      body: body
    )
  }

  /// A path without its percent signs, as libwebsockets gives it to servers.
  private static func decoded(_ path: Substring) -> String {
    var bytes: [UInt8] = []
    var rest = path.utf8[...]
    while let byte = rest.popFirst() {
      let digits = String(decoding: rest.prefix(2), as: UTF8.self)
      if byte == UInt8(ascii: "%"), digits.utf8.count == 2, digits.allSatisfy(\.isHexDigit),
        let value = UInt8(digits, radix: 16)
      {
        bytes.append(value)
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}

extension HTTPResponse {
  var asSeenByClients: HTTPResponse {
    var fields = headers.filter { $0.name.lowercased() != "content-length" }
    fields.append(HeaderField("content-length", String(body.count)))
    let seen = fields.seen(besides: LiveFetch.headerNames)
    return HTTPResponse(status: status, headers: seen, body: body)
  }
}

extension [HeaderField] {
  fileprivate func seen(besides names: [String]) -> [HeaderField] {
    compactMap { field in
      let name = field.name.lowercased()
      guard wellKnownNames.contains(name) || names.contains(name) else { return nil }
      return HeaderField(name, field.value)
    }
  }
}

/// Headers that libwebsockets hands over without being asked.
private let wellKnownNames: Set<String> = [
  "accept", "accept-charset", "accept-encoding", "accept-language", "accept-ranges",
  "access-control-allow-origin", "access-control-request-headers", "age", "allow",
  "authorization", "cache-control", "connection", "content-disposition", "content-encoding",
  "content-language", "content-length", "content-location", "content-range", "content-type",
  "cookie", "date", "dnt", "etag", "expect", "expires", "forwarded", "from", "host",
  "http2-settings", "if-match", "if-modified-since", "if-none-match", "if-range",
  "if-unmodified-since", "last-modified", "link", "location", "max-forwards", "origin", "pragma",
  "proxy-authenticate", "proxy-authorization", "range", "referer", "refresh", "replay-nonce",
  "retry-after", "sec-websocket-accept", "sec-websocket-extensions", "sec-websocket-key",
  "sec-websocket-protocol", "sec-websocket-version", "server", "set-cookie",
  "strict-transport-security", "te", "transfer-encoding", "upgrade", "user-agent", "vary", "via",
  "www-authenticate", "x-auth-token", "x-forwarded-for",
]
