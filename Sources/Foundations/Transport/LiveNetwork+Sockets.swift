import CWebSockets

/// What libwebsockets tells of WebSockets.
extension LiveNetwork {
  func established(_ number: UInt64, _ wsi: OpaquePointer) -> Int32 {
    guard let socket = sockets[number] else { return -1 }
    unsafe socket.wsi = wsi
    if socket.state == .closing { return -1 }
    opened(socket)
    return 0
  }

  func received(
    _ number: UInt64,
    _ wsi: OpaquePointer,
    _ input: UnsafeMutableRawPointer?,
    _ count: Int
  ) -> Int32 {
    guard let socket = sockets[number], socket.state == .open else { return 0 }
    let isWhole =
      unsafe lws_is_final_fragment(wsi) != 0
      && lws_remaining_packet_payload(wsi) == 0
    let piece = unsafe UnsafeBufferPointer(
      start: input?.assumingMemoryBound(to: UInt8.self),
      count: count
    )
    guard socket.incoming.count + count <= socket.maximumMessageBytes else {
      let words = "a message of more than \(socket.maximumMessageBytes) bytes"
      socket.knownEnd = SocketEnd(.tooLong, words: words)
      return -1
    }
    let id = SocketID(number: number)
    if isWhole, socket.incoming.isEmpty {
      unsafe socket.listener.received(id, Span(_unsafeElements: piece), at: now)
      return 0
    }
    unsafe socket.incoming.append(contentsOf: piece)
    guard isWhole else { return 0 }
    let message = socket.incoming
    socket.incoming.removeAll(keepingCapacity: message.count < 1 << 20)
    socket.listener.received(id, message.span, at: now)
    return 0
  }

  func writable(_ number: UInt64, _ wsi: OpaquePointer) -> Int32 {
    guard let socket = sockets[number] else { return -1 }
    while let message = socket.takeOutgoing() {
      let pre = Int(plx_lws_pre)
      let isWritten = unsafe memory.withScratch(pre + message.count) { scratch in
        unsafe scratch.baseAddress.map { base in
          unsafe message.withUnsafeBytes { bytes in
            if let source = bytes.baseAddress {
              unsafe (base + pre).copyMemory(from: source, byteCount: bytes.count)
            }
          }
          return unsafe lws_write(
            wsi,
            (base + pre).assumingMemoryBound(to: UInt8.self),
            message.count,
            LWS_WRITE_TEXT
          ) >= message.count
        } ?? false
      }
      guard isWritten else { return -1 }
      if socket.hasOutgoing, unsafe lws_send_pipe_choked(wsi) != 0 {
        unsafe lws_callback_on_writable(wsi)
        return 0
      }
    }
    if let (code, reason) = socket.closing {
      unsafe plx_lws_close_reason(wsi, Int32(code), reason, min(reason.utf8.count, 120))
      return -1
    }
    return 0
  }

  func peerCloses(_ number: UInt64, _ input: UnsafeMutableRawPointer?, _ count: Int) {
    guard let socket = sockets[number] else { return }
    let bytes = unsafe UnsafeRawBufferPointer(start: input, count: count)
    let code = unsafe count >= 2 ? Int(bytes[0]) << 8 | Int(bytes[1]) : 1_005
    let words = unsafe String(decoding: bytes.dropFirst(2), as: UTF8.self)
    socket.knownEnd = SocketEnd(.closedByPeer, code: code, words: words)
  }

  func closed(_ number: UInt64) {
    guard let socket = sockets[number] else { return }
    unsafe socket.wsi = nil
    if let (code, reason) = socket.closing {
      end(socket, SocketEnd(.closedByUs, code: code, words: reason))
    } else {
      end(socket, socket.knownEnd ?? SocketEnd(.closedByPeer, words: "without a closing frame"))
    }
  }

  /// What could not be opened: the words are libwebsockets's.
  func connectionFailed(_ number: UInt64, _ input: UnsafeMutableRawPointer?, _ count: Int) {
    let words =
      unsafe input.map {
        unsafe String(decoding: UnsafeRawBufferPointer(start: $0, count: count), as: UTF8.self)
      } ?? "the connection failed"
    let cause = LiveNetwork.cause(of: words)
    if let socket = sockets[number] {
      unsafe socket.wsi = nil
      if cause == .unreachable, socket.knownEnd == nil, !socket.candidates.isEmpty {
        turn.append(.connectAgain(number, to: socket.candidates.removeFirst()))
        return
      }
      end(socket, socket.knownEnd ?? SocketEnd(cause, words: words))
    } else if let fetch = fetches[number] {
      unsafe fetch.wsi = nil
      if cause == .unreachable, fetch.knownFailure == nil, !fetch.isSent,
        !fetch.candidates.isEmpty
      {
        turn.append(.connectAgain(number, to: fetch.candidates.removeFirst()))
        return
      }
      let failure = fetch.knownFailure ?? fetch.failure(cause, words)
      end(fetch, .failure(failure))
    }
  }

  /// OpenSSL has looked at a certificate of the other side: what it found wrong, if anything.
  func judged(_ number: UInt64, _ store: UnsafeMutableRawPointer?) {
    guard let error = unsafe plx_certificate_error(store) else {
      sockets[number]?.knownEnd = nil
      fetches[number]?.knownFailure = nil
      return
    }
    let words = unsafe String(cString: error)
    sockets[number]?.knownEnd = SocketEnd(.untrusted, words: words)
    if let fetch = fetches[number] { fetch.knownFailure = fetch.failure(.untrusted, words) }
  }

  private static func cause(of words: String) -> SocketEnd.Cause {
    // The library tells causes apart only by its words.
    if words.contains("HS: ") { return .refused }
    if words.lowercased().contains("timed out") || words.lowercased().contains("timeout") {
      return .timedOut
    }
    return .unreachable
  }
}
