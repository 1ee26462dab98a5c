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
  /// Everything heard, each with its time.
  var log: [Heard] = []
  /// What is done inside of calls, after they were noted.
  var whenOpened: (SocketID) -> Void = { _ in }
  var whenEnded: (SocketID) -> Void = { _ in }
  var whenFetched: (FetchID) -> Void = { _ in }
  var whenFired: (TimerID) -> Void = { _ in }
  /// Whether it is being called, and whether it was called then.
  private var isBusy = false
  var wasCalledWithinCall = false
  var requests: [ServerRequest] = []
  var requestIDs: [ServerRequestID] = []
  var upgrades: [ServerRequest] = []
  /// What a server answers; nil leaves the request open.
  var answer: (ServerRequest) -> HTTPResponse? = { _ in HTTPResponse(status: 200) }
  var refusal: (ServerRequest) -> HTTPResponse? = { _ in nil }
  /// What is sent back for a message.
  var echo: (String) -> [String] = { _ in [] }

  struct Heard: Equatable, CustomStringConvertible {
    var time: Timestamp
    var what: String
    var description: String { "\(time.nanoseconds) \(what)" }
  }

  init(_ network: any Network) { self.network = network }

  private func note<Result>(_ what: String, at time: Timestamp, _ body: () -> Result) -> Result {
    if isBusy { wasCalledWithinCall = true }
    isBusy = true
    defer { isBusy = false }
    log.append(Heard(time: time, what: what))
    return body()
  }

  func socketOpened(_ socket: SocketID, at now: Timestamp) {
    note("opened \(socket.number)", at: now) {
      opened.append(socket)
      whenOpened(socket)
    }
  }

  func socketReceived(_ socket: SocketID, _ message: Span<UInt8>, at now: Timestamp) {
    var bytes: [UInt8] = []
    for index in message.indices { bytes.append(message[index]) }
    messageSizes.append(bytes.count)
    let text = String(decoding: bytes, as: UTF8.self)
    let short = text.count > 200 ? String(text.prefix(200)) : text
    note("received \(socket.number) \(short)", at: now) {
      messages.append(short)
      for reply in echo(text) { _ = network.send(Array(reply.utf8), on: socket) }
    }
  }

  func socketEnded(_ socket: SocketID, _ end: SocketEnd, at now: Timestamp) {
    note("ended \(socket.number) \(end)", at: now) {
      ends.append(end)
      whenEnded(socket)
    }
  }

  func fetched(
    _ fetch: FetchID,
    _ result: Result<HTTPResponse, FetchFailure>,
    at now: Timestamp
  ) {
    let what =
      switch result {
      case .success(let response): "\(response.status), \(response.body.count) bytes"
      case .failure(let failure): "\(failure)"
      }
    note("fetched \(fetch.number) \(what)", at: now) {
      answers[fetch] = result
      answerOrder.append(fetch)
      whenFetched(fetch)
    }
  }

  func timerFired(_ timer: TimerID, at now: Timestamp) {
    note("fired \(timer.number)", at: now) {
      fired += 1
      whenFired(timer)
    }
  }

  func requested(_ id: ServerRequestID, _ request: ServerRequest, at now: Timestamp) {
    note("requested \(id.number) \(request.path)", at: now) {
      requests.append(request)
      requestIDs.append(id)
      if let response = answer(request) { network.respond(response, to: id) }
    }
  }

  func upgrading(
    _ socket: SocketID,
    _ request: ServerRequest,
    at now: Timestamp
  ) -> HTTPResponse? {
    note("upgrading \(socket.number) \(request.path)", at: now) {
      upgrades.append(request)
      return refusal(request)
    }
  }
}
