import Reactor
import Units

/// Who hears of a socket: whoever opened it, or the server that it came to.
enum SocketListener {
  case client(any SocketHandler)
  case server(any ServerHandler)

  func opened(_ socket: SocketID, at now: Timestamp) {
    switch self {
    case .client(let handler): handler.socketOpened(socket, at: now)
    case .server(let handler): handler.socketOpened(socket, at: now)
    }
  }

  func received(_ socket: SocketID, _ message: Span<UInt8>, at now: Timestamp) {
    switch self {
    case .client(let handler): handler.socketReceived(socket, message, at: now)
    case .server(let handler): handler.socketReceived(socket, message, at: now)
    }
  }

  func ended(_ socket: SocketID, _ end: SocketEnd, at now: Timestamp) {
    switch self {
    case .client(let handler): handler.socketEnded(socket, end, at: now)
    case .server(let handler): handler.socketEnded(socket, end, at: now)
    }
  }
}

/// A WebSocket of either side.
@safe
final class LiveSocket {
  enum State { case opening, open, closing }

  let number: UInt64
  let request: SocketRequest
  let listener: SocketListener
  /// The server that it came to.
  let server: LiveServer?
  let maximumMessageBytes: Int
  let maximumBacklogBytes: Int
  var state = State.opening
  var wsi: OpaquePointer?
  /// Addresses of the host that have not been tried.
  var candidates: [String] = []
  var timer: TimerID?
  /// Pieces of a message that has not ended.
  var incoming: [UInt8] = []
  var outgoing: [[UInt8]] = []
  /// The first of ``outgoing`` that has not been written.
  var firstOutgoing = 0
  var backlog = 0
  var closing: (code: Int, reason: String)?
  /// Why it is about to end, where that is known before it has.
  var knownEnd: SocketEnd?

  init(_ number: UInt64, _ request: SocketRequest, _ handler: any SocketHandler) {
    self.number = number
    self.request = request
    listener = .client(handler)
    server = nil
    maximumMessageBytes = request.maximumMessageBytes
    maximumBacklogBytes = request.maximumBacklogBytes
  }

  init(_ number: UInt64, _ server: LiveServer) {
    let listen = server.listen
    self.number = number
    self.server = server
    request = SocketRequest(Endpoint(scheme: .ws, host: listen.address))
    listener = .server(server.handler)
    maximumMessageBytes = listen.maximumMessageBytes
    maximumBacklogBytes = listen.maximumBacklogBytes
  }

  var openSeconds: Int64 { request.openNanoseconds / 1_000_000_000 }

  func detach() { unsafe wsi = nil }

  /// Takes the next message to be written.
  func takeOutgoing() -> [UInt8]? {
    guard firstOutgoing < outgoing.count else { return nil }
    let message = outgoing[firstOutgoing]
    firstOutgoing += 1
    backlog -= message.count
    if firstOutgoing == outgoing.count {
      outgoing.removeAll(keepingCapacity: outgoing.count < 1_024)
      firstOutgoing = 0
    } else if firstOutgoing >= 1_024 {
      outgoing.removeFirst(firstOutgoing)
      firstOutgoing = 0
    }
    return message
  }

  var hasOutgoing: Bool { firstOutgoing < outgoing.count }
}

/// A request that we made.
@safe
final class LiveFetch {
  let number: UInt64
  let request: HTTPRequest
  let handler: any FetchHandler
  var wsi: OpaquePointer?
  /// Addresses of the host that have not been tried.
  var candidates: [String] = []
  var timer: TimerID?
  var response = HTTPResponse(status: 0)
  /// Why it is about to fail, where that is known before it has.
  var knownFailure: FetchFailure?
  /// Whether the request line has been handed to the connection.
  var isSent = false
  var isComplete = false

  init(_ number: UInt64, _ request: HTTPRequest, _ handler: any FetchHandler) {
    self.number = number
    self.request = request
    self.handler = handler
  }

  var timeoutSeconds: Int64 { request.timeoutNanoseconds / 1_000_000_000 }

  func detach() { unsafe wsi = nil }

  func failure(_ cause: SocketEnd.Cause, _ words: String) -> FetchFailure {
    FetchFailure(cause, words: words, wasNeverSent: !isSent)
  }
}

/// A request to a server of ours.
@safe
final class LiveRequest {
  let number: UInt64
  let server: LiveServer
  let wsi: OpaquePointer
  var request: ServerRequest
  var response: HTTPResponse?
  var sentHead = false
  /// Whether the handler has it.
  var isTold = false
  /// Whether the connection ends with the answer.
  var isLast = false
  var sentBytes = 0

  init(_ number: UInt64, _ server: LiveServer, _ wsi: OpaquePointer, _ request: ServerRequest) {
    self.number = number
    self.server = server
    unsafe self.wsi = wsi
    self.request = request
  }
}

/// A port of ours.
@safe
final class LiveServer {
  let listen: ListenRequest
  let handler: any ServerHandler
  var port = 0
  var host: OpaquePointer?

  init(_ listen: ListenRequest, _ handler: any ServerHandler) {
    self.listen = listen
    self.handler = handler
  }
}
