import CWebSockets

/// Our servers.
extension LiveNetwork {
  public func listen(
    _ request: ListenRequest,
    _ handler: any ServerHandler
  ) throws(ListenFailure) -> Int {
    let server = LiveServer(request, handler)
    // No virtual host is made under the name of one that is being destroyed.
    let name = "server-\(nextNumber())"
    let host = unsafe plx_lws_server_vhost(
      context,
      name,
      memory.protocols,
      request.address,
      Int32(request.port),
      request.certificateFile,
      request.keyFile
    )
    guard let host = unsafe host else {
      throw ListenFailure("cannot listen on \(request.address), port \(request.port)")
    }
    unsafe server.host = host
    let port = unsafe Int(lws_get_vhost_listen_port(host))
    guard port > 0 else {
      throw ListenFailure("cannot listen on \(request.address), port \(request.port)")
    }
    server.port = port
    servers.append(server)
    return port
  }

  public func stopListening(port: Int) {
    guard let index = servers.firstIndex(where: { $0.port == port }) else { return }
    // Whoever comes in the meantime finds no server, and is turned away.
    let server = servers.remove(at: index)
    turn.append(.endServer(server))
  }

  /// Destroys a server's virtual host, and with it the socket that listens and all that came to it.
  func end(_ server: LiveServer) {
    guard let host = unsafe server.host else { return }
    unsafe server.host = nil
    for (number, waiting) in requests where waiting.server === server {
      requests[number] = nil
      unsafe lws_set_opaque_user_data(waiting.wsi, nil)
      unsafe lws_set_timeout(waiting.wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_ASYNC)
    }
    let ended = sockets.values.filter { $0.server === server }.sorted { $0.number < $1.number }
    for socket in ended { end(socket, SocketEnd(.closedByUs, words: "the server has ended")) }
    unsafe plx_lws_end_server(host, server.listen.address, Int32(server.port))
  }

  public func respond(_ response: HTTPResponse, to request: ServerRequestID) {
    guard let waiting = requests[request.number], waiting.response == nil else { return }
    waiting.response = response
    unsafe lws_callback_on_writable(waiting.wsi)
  }

  private func server(of wsi: OpaquePointer) -> LiveServer? {
    let host = unsafe lws_get_vhost(wsi)
    return servers.first { server in unsafe server.host == host }
  }

  // MARK: Requests

  func requestBegins(_ wsi: OpaquePointer) -> Int32 {
    guard let server = unsafe server(of: wsi),
      let request = unsafe LiveNetwork.request(of: wsi, server.listen)
    else { return -1 }
    let number = nextNumber()
    let waiting = unsafe LiveRequest(number, server, wsi, request)
    waiting.isLast = server.listen.headerNames.contains { name in
      unsafe lws_hdr_custom_length(wsi, name + ":", Int32(name.utf8.count + 1)) < 0
        && request.headers.contains { $0.name == name }
    }
    requests[number] = waiting
    unsafe lws_set_opaque_user_data(wsi, UnsafeMutableRawPointer(bitPattern: UInt(number)))
    let length =
      request.headers.first { $0.name == "content-length" }
      .flatMap { Int($0.value) } ?? 0
    if length > server.listen.maximumBodyBytes { return -1 }
    if length == 0 { requestEnds(number) }
    return 0
  }

  func requestContinues(
    _ number: UInt64,
    _ input: UnsafeMutableRawPointer?,
    _ count: Int
  ) -> Int32 {
    guard let waiting = requests[number],
      waiting.request.body.count + count <= waiting.server.listen.maximumBodyBytes
    else { return -1 }
    unsafe waiting.request.body.append(
      contentsOf: UnsafeRawBufferPointer(start: input, count: count)
    )
    return 0
  }

  func requestEnds(_ number: UInt64) {
    // A body of no bytes is told to be complete, too.
    guard let waiting = requests[number], !waiting.isTold else { return }
    waiting.isTold = true
    waiting.server.handler.requested(ServerRequestID(number: number), waiting.request, at: now)
  }

  /// How much of an answer is written at once, in bytes.
  private static let pieceBytes = 65_536

  func writeAnswer(_ number: UInt64, _ wsi: OpaquePointer) -> Int32 {
    guard let waiting = requests[number], let response = waiting.response else { return 0 }
    if !waiting.sentHead {
      waiting.sentHead = true
      guard unsafe writeHead(response, wsi, isLast: waiting.isLast) else { return -1 }
      unsafe lws_callback_on_writable(wsi)
      return 0
    }
    let rest = response.body.count - waiting.sentBytes
    let count = min(rest, LiveNetwork.pieceBytes)
    let isLast = count == rest
    let pre = Int(plx_lws_pre)
    let start = waiting.sentBytes
    let isWritten = unsafe memory.withScratch(pre + count) { scratch in
      guard let base = scratch.baseAddress else { return false }
      unsafe response.body.withUnsafeBytes { bytes in
        if count > 0, let source = bytes.baseAddress {
          unsafe (base + pre).copyMemory(from: source + start, byteCount: count)
        }
      }
      return unsafe lws_write(
        wsi,
        (base + pre).assumingMemoryBound(to: UInt8.self),
        count,
        isLast ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP
      ) >= count
    }
    guard isWritten else { return -1 }
    waiting.sentBytes += count
    guard isLast else {
      unsafe lws_callback_on_writable(wsi)
      return 0
    }
    requests[number] = nil
    unsafe lws_set_opaque_user_data(wsi, nil)
    return unsafe waiting.isLast || lws_http_transaction_completed(wsi) != 0 ? -1 : 0
  }

  private func writeHead(
    _ response: HTTPResponse,
    _ wsi: OpaquePointer,
    isLast: Bool
  ) -> Bool {
    let size = 8_192
    return unsafe memory.withScratch(Int(plx_lws_pre) + size) { scratch in
      guard let base = scratch.baseAddress else { return false }
      let start = unsafe (base + Int(plx_lws_pre)).assumingMemoryBound(to: UInt8.self)
      let end = unsafe start + size
      var at: UnsafeMutablePointer<UInt8>? = unsafe start
      guard
        unsafe lws_add_http_header_status(wsi, UInt32(response.status), &at, end) == 0
      else { return false }
      let headers = response.headers + (isLast ? [HeaderField("connection", "close")] : [])
      for field in headers where field.name.lowercased() != "content-length" {
        guard
          unsafe plx_lws_add_header(
            wsi,
            field.name + ":",
            field.value,
            Int32(field.value.utf8.count),
            &at,
            end
          ) == 0
        else { return false }
      }
      guard
        unsafe lws_add_http_header_content_length(wsi, UInt64(response.body.count), &at, end) == 0
      else { return false }
      return unsafe lws_finalize_write_http_header(wsi, start, &at, end) == 0
    }
  }

  // MARK: Upgrades

  func upgrades(_ wsi: OpaquePointer) -> Int32 {
    guard let server = unsafe server(of: wsi),
      let request = unsafe LiveNetwork.request(of: wsi, server.listen)
    else { return -1 }
    let number = nextNumber()
    let id = SocketID(number: number)
    if let refusal = server.handler.upgrading(id, request, at: now) {
      // The status is all that can be told at this place.
      let words = String(decoding: refusal.body.prefix(200), as: UTF8.self)
      unsafe lws_return_http_status(wsi, UInt32(refusal.status), words)
      return -1
    }
    let socket = LiveSocket(number, server)
    unsafe socket.wsi = wsi
    sockets[number] = socket
    unsafe lws_set_opaque_user_data(wsi, UnsafeMutableRawPointer(bitPattern: UInt(number)))
    return 0
  }

  // MARK: Reading

  private static let methods = [
    "GET", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "CONNECT", "HEAD",
  ]

  private static func request(of wsi: OpaquePointer, _ listen: ListenRequest) -> ServerRequest? {
    var uri: UnsafeMutablePointer<CChar>?
    var size: Int32 = 0
    let method = unsafe Int(lws_http_get_uri_and_method(wsi, &uri, &size))
    guard methods.indices.contains(method), let uri = unsafe uri else { return nil }
    let path = unsafe String(
      decoding: UnsafeRawBufferPointer(start: uri, count: Int(size)),
      as: UTF8.self
    )
    var parts: [String] = []
    var piece = [CChar](repeating: 0, count: 8_192)
    while unsafe lws_hdr_copy_fragment(
      wsi,
      &piece,
      Int32(piece.count),
      WSI_TOKEN_HTTP_URI_ARGS,
      Int32(parts.count)
    ) >= 0 {
      parts.append(encoded(string(piece)))
      if parts.count == 256 { return nil }
    }
    return ServerRequest(
      method: methods[method],
      path: path,
      query: parts.joined(separator: "&"),
      headers: unsafe headers(of: wsi, besides: listen.headerNames)
    )
  }

  /// libwebsockets decodes each `name=value`; handlers get it encoded again.
  private static func encoded(_ part: String) -> String {
    var result = ""
    var isName = true
    for byte in part.utf8 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "_"), UInt8(ascii: "~"), UInt8(ascii: "/"), UInt8(ascii: ","),
        UInt8(ascii: ":"):
        result.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "=") where isName:
        isName = false
        result += "="
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (byte < 16 ? "0" : "") + digits
      }
    }
    return result
  }
}
