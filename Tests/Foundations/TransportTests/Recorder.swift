import Reactor
import Units

@testable import Transport

/// Hears everything and keeps it, as a client and as a server.
final class Recorder: SocketHandler, FetchHandler, TimerHandler, ServerHandler {
  let network: any Network
  var opened: [SocketID] = []
  var messages: [String] = []
  var messageSizes: [Int] = []
  var ends: [SocketEnd] = []
  var answers: [FetchID: Result<HTTPResponse, FetchFailure>] = [:]
  var answerOrder: [FetchID] = []
  var fired = 0
  var requests: [ServerRequest] = []
  var upgrades: [ServerRequest] = []
  /// What a server answers; nil leaves the request open.
  var answer: (ServerRequest) -> HTTPResponse? = { _ in HTTPResponse(status: 200) }
  var refusal: (ServerRequest) -> HTTPResponse? = { _ in nil }
  /// What is sent back for a message.
  var echo: (String) -> [String] = { _ in [] }

  init(_ network: any Network) { self.network = network }

  func socketOpened(_ socket: SocketID, at _: Timestamp) { opened.append(socket) }

  func socketReceived(_ socket: SocketID, _ message: Span<UInt8>, at _: Timestamp) {
    var bytes: [UInt8] = []
    for index in message.indices { bytes.append(message[index]) }
    messageSizes.append(bytes.count)
    let text = String(decoding: bytes, as: UTF8.self)
    messages.append(text.count > 200 ? String(text.prefix(200)) : text)
    for reply in echo(text) { _ = network.send(Array(reply.utf8), on: socket) }
  }

  func socketEnded(_ socket: SocketID, _ end: SocketEnd, at _: Timestamp) { ends.append(end) }

  func fetched(
    _ fetch: FetchID,
    _ result: Result<HTTPResponse, FetchFailure>,
    at _: Timestamp
  ) {
    answers[fetch] = result
    answerOrder.append(fetch)
  }

  func timerFired(_: TimerID, at _: Timestamp) { fired += 1 }

  func requested(_ id: ServerRequestID, _ request: ServerRequest, at _: Timestamp) {
    requests.append(request)
    if let response = answer(request) { network.respond(response, to: id) }
  }

  func upgrading(_: SocketID, _ request: ServerRequest, at _: Timestamp) -> HTTPResponse? {
    upgrades.append(request)
    return refusal(request)
  }
}

extension LiveNetwork {
  /// Runs until `condition` holds; false when it did not within `seconds`.
  func run(until condition: () -> Bool, seconds: Int64 = 5) -> Bool {
    let end = now.advanced(byNanoseconds: seconds * 1_000_000_000)
    run { !condition() && now < end }
    return condition()
  }
}
