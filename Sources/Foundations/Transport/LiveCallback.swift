import CWebSockets

/// Everything that libwebsockets has to tell comes here, for sockets, requests, and servers alike.
///
/// - Returns: 0 to go on, -1 to close the connection.
func liveCallback(
  _ wsi: OpaquePointer?,
  _ reason: lws_callback_reasons,
  _ user: UnsafeMutableRawPointer?,
  _ input: UnsafeMutableRawPointer?,
  _ count: Int
) -> Int32 {
  guard let wsi = unsafe wsi,
    let network = unsafe NetworkHolder.network(of: lws_get_context(wsi))
  else { return 0 }
  let opaque = unsafe lws_get_opaque_user_data(wsi)
  let number = UInt64(UInt(bitPattern: opaque))
  switch reason {
  // Sockets that we opened, and sockets of our servers.
  case LWS_CALLBACK_CLIENT_RECEIVE, LWS_CALLBACK_RECEIVE:
    return unsafe network.received(number, wsi, input, count)
  case LWS_CALLBACK_CLIENT_WRITEABLE, LWS_CALLBACK_SERVER_WRITEABLE:
    return unsafe network.writable(number, wsi)
  case LWS_CALLBACK_CLIENT_ESTABLISHED:
    return unsafe network.established(number, wsi)
  case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
    unsafe network.peerCloses(number, input, count)
    return 0
  case LWS_CALLBACK_CLIENT_CLOSED, LWS_CALLBACK_CLOSED:
    network.closed(number)
    return 0
  case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
    unsafe network.connectionFailed(number, input, count)
    return 0
  case LWS_CALLBACK_OPENSSL_PERFORM_SERVER_CERT_VERIFICATION:
    unsafe network.judged(number, user)
    return 0

  // Requests that we made.
  case LWS_CALLBACK_CLIENT_APPEND_HANDSHAKE_HEADER:
    return unsafe network.appendHeaders(number, wsi, input, count)
  case LWS_CALLBACK_CLIENT_HTTP_WRITEABLE:
    return unsafe network.writeBody(number, wsi)
  case LWS_CALLBACK_ESTABLISHED_CLIENT_HTTP:
    return unsafe network.answerBegins(number, wsi)
  case LWS_CALLBACK_RECEIVE_CLIENT_HTTP:
    return unsafe network.drainAnswer(wsi)
  case LWS_CALLBACK_RECEIVE_CLIENT_HTTP_READ:
    return unsafe network.answerContinues(number, input, count)
  case LWS_CALLBACK_COMPLETED_CLIENT_HTTP:
    network.answerEnds(number)
    return 0
  case LWS_CALLBACK_CLOSED_CLIENT_HTTP:
    network.fetchClosed(number)
    return 0

  // Requests to our servers.
  case LWS_CALLBACK_HTTP:
    return unsafe network.requestBegins(wsi)
  case LWS_CALLBACK_HTTP_BODY:
    return unsafe network.requestContinues(number, input, count)
  case LWS_CALLBACK_HTTP_BODY_COMPLETION:
    network.requestEnds(number)
    return 0
  case LWS_CALLBACK_HTTP_WRITEABLE:
    return unsafe network.writeAnswer(number, wsi)
  case LWS_CALLBACK_CLOSED_HTTP:
    network.requests[number] = nil
    return 0
  case LWS_CALLBACK_FILTER_PROTOCOL_CONNECTION:
    return unsafe network.upgrades(wsi)
  case LWS_CALLBACK_ESTABLISHED:
    return unsafe network.established(number, wsi)
  default:
    return 0
  }
}
