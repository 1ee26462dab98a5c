import CWebSockets

/// What libwebsockets tells of requests that we made.
extension LiveNetwork {
  /// Adds our own headers to a request or to an upgrade.
  func appendHeaders(
    _ number: UInt64,
    _ wsi: OpaquePointer,
    _ input: UnsafeMutableRawPointer?,
    _ count: Int
  ) -> Int32 {
    guard
      let at = unsafe input?.assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
    else { return -1 }
    let end = unsafe at.pointee.map { unsafe $0 + count }
    func add(_ name: String, _ value: String) -> Bool {
      unsafe plx_lws_add_header(wsi, name + ":", value, Int32(value.utf8.count), at, end) == 0
    }
    guard add("user-agent", "parallax") else { return -1 }
    if let socket = sockets[number] {
      for field in socket.request.headers {
        guard add(field.name, field.value) else { return -1 }
      }
    } else if let fetch = fetches[number] {
      for field in fetch.request.headers {
        guard add(field.name, field.value) else { return -1 }
      }
      if !fetch.request.body.isEmpty || fetch.request.method != "GET" {
        guard add("content-length", String(fetch.request.body.count)) else { return -1 }
      }
      if !fetch.request.body.isEmpty {
        unsafe lws_client_http_body_pending(wsi, 1)
        unsafe lws_callback_on_writable(wsi)
      }
      fetch.isSent = true
    } else {
      return -1
    }
    return 0
  }

  func writeBody(_ number: UInt64, _ wsi: OpaquePointer) -> Int32 {
    guard let fetch = fetches[number] else { return -1 }
    let body = fetch.request.body
    guard !body.isEmpty else { return 0 }
    let pre = Int(plx_lws_pre)
    let isWritten = unsafe memory.withScratch(pre + body.count) { scratch in
      guard let base = scratch.baseAddress else { return false }
      unsafe body.withUnsafeBytes { bytes in
        if let source = bytes.baseAddress {
          unsafe (base + pre).copyMemory(from: source, byteCount: bytes.count)
        }
      }
      return unsafe lws_write(
        wsi,
        (base + pre).assumingMemoryBound(to: UInt8.self),
        body.count,
        LWS_WRITE_HTTP_FINAL
      ) >= body.count
    }
    unsafe lws_client_http_body_pending(wsi, 0)
    return isWritten ? 0 : -1
  }

  func answerBegins(_ number: UInt64, _ wsi: OpaquePointer) -> Int32 {
    // The answer to an upgrade is told here, too; what matters of it comes as established.
    if sockets[number] != nil { return 0 }
    guard let fetch = fetches[number] else { return -1 }
    unsafe fetch.wsi = wsi
    fetch.response.status = unsafe Int(lws_http_client_http_response(wsi))
    fetch.response.headers = unsafe LiveNetwork.headers(of: wsi, besides: LiveFetch.headerNames)
    return 0
  }

  func drainAnswer(_ wsi: OpaquePointer) -> Int32 {
    let size = LiveMemory.receiveBytes
    return unsafe memory.withScratch(Int(plx_lws_pre) + size) { scratch in
      var start = unsafe scratch.baseAddress.map {
        unsafe ($0 + Int(plx_lws_pre)).assumingMemoryBound(to: CChar.self)
      }
      var count = Int32(size)
      return unsafe lws_http_client_read(wsi, &start, &count) < 0 ? -1 : 0
    }
  }

  func answerContinues(_ number: UInt64, _ input: UnsafeMutableRawPointer?, _ count: Int) -> Int32 {
    guard let fetch = fetches[number] else { return -1 }
    guard fetch.response.body.count + count <= fetch.request.maximumBodyBytes else {
      let words = "an answer of more than \(fetch.request.maximumBodyBytes) bytes"
      fetch.knownFailure = fetch.failure(.tooLong, words)
      return -1
    }
    unsafe fetch.response.body.append(
      contentsOf: UnsafeRawBufferPointer(start: input, count: count)
    )
    return 0
  }

  func answerEnds(_ number: UInt64) {
    guard let fetch = fetches[number] else { return }
    fetch.isComplete = true
    end(fetch, .success(fetch.response))
  }

  func fetchClosed(_ number: UInt64) {
    guard let fetch = fetches[number] else { return }
    unsafe fetch.wsi = nil
    if let failure = fetch.knownFailure {
      end(fetch, .failure(failure))
      return
    }
    // Without a stated length, the end of the connection is the end of the answer.
    if fetch.response.status != 0, fetch.response.header("content-length") == nil {
      answerEnds(number)
    } else {
      end(fetch, .failure(fetch.failure(.closedByPeer, "the connection ended before the answer")))
    }
  }

  /// The well-known headers of a message, and those of others that are asked for by name.
  static func headers(of wsi: OpaquePointer, besides names: [String]) -> [HeaderField] {
    var fields: [HeaderField] = []
    for token in 0..<Int(WSI_TOKEN_COUNT.rawValue) {
      let token = lws_token_indexes(UInt32(token))
      let size = unsafe lws_hdr_total_length(wsi, token)
      guard size > 0, let text = unsafe lws_token_to_string(token) else { continue }
      let name = unsafe text.withMemoryRebound(to: CChar.self, capacity: 1) {
        unsafe String(cString: $0)
      }
      // Others are parts of the request line.
      guard name.hasSuffix(":"), !name.hasPrefix(":") else { continue }
      var value = [CChar](repeating: 0, count: Int(size) + 1)
      guard unsafe lws_hdr_copy(wsi, &value, Int32(value.count), token) >= 0 else { continue }
      fields.append(HeaderField(String(name.dropLast()), string(value)))
    }
    for name in names {
      if let value = unsafe custom(name + ":", of: wsi) {
        fields.append(HeaderField(name, value))
      } else if knownNames.contains(where: { $0.hasPrefix(name) && $0 != name + ":" }) {
        fields.append(contentsOf: unsafe swallowed(name, of: wsi))
      }
    }
    return fields
  }

  /// The headers that libwebsockets knows by itself, each with its colon.
  private static let knownNames: [String] = (0..<WSI_TOKEN_COUNT.rawValue).compactMap { token in
    guard let text = unsafe lws_token_to_string(lws_token_indexes(token)) else { return nil }
    let name = unsafe text.withMemoryRebound(to: CChar.self, capacity: 1) {
      unsafe String(cString: $0)
    }
    return name.hasSuffix(":") ? name : nil
  }

  /// The value of a header that libwebsockets does not know by itself.
  private static func custom(_ key: String, of wsi: OpaquePointer) -> String? {
    let count = Int32(key.utf8.count)
    let size = unsafe lws_hdr_custom_length(wsi, key, count)
    guard size >= 0 else { return nil }
    var value = [CChar](repeating: 0, count: Int(size) + 1)
    guard unsafe lws_hdr_custom_copy(wsi, &value, Int32(value.count), key, count) >= 0 else {
      return nil
    }
    return string(value)
  }

  /// A header that was taken for a part of the next one's name, and that next one.
  ///
  /// Both names, and the value of the first, come in small letters. What an earlier request of the
  /// connection left in memory could be taken for it, so such a connection serves no other.
  private static func swallowed(_ name: String, of wsi: OpaquePointer) -> [HeaderField] {
    var found: UnsafePointer<CChar>?
    let count = unsafe plx_lws_swallowed(wsi, name + ": ", &found)
    guard count > 0 else { return [] }
    let key = unsafe String(
      decoding: UnsafeRawBufferPointer(start: found, count: Int(count)),
      as: UTF8.self
    )
    guard let end = key.firstRange(of: "\r\n"), let value = unsafe custom(key, of: wsi) else {
      return []
    }
    return [
      HeaderField(name, String(key[..<end.lowerBound].dropFirst(name.utf8.count + 2))),
      HeaderField(String(key[end.upperBound...].dropLast()), value),
    ]
  }

  static func string(_ value: [CChar]) -> String {
    String(decoding: value.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension LiveFetch {
  /// Headers of answers that libwebsockets does not know and venues send.
  static let headerNames = ["x-server-auth-signature", "x-ratelimit-remaining"]
}
