public import Reactor
public import Units

/// The world outside, as one thread sees it: sockets, requests, servers, timers, and the time.
///
/// ``LiveNetwork`` is the real one; ``MemoryNetwork`` is its twin in memory, in virtual time. All
/// calls, and all calls of handlers, happen on the thread that runs it. A handler is held until its
/// socket or request has ended, and it is never called from within a call of its own.
public protocol Network: AnyObject {
  /// UTC; every call gives a later time than the one before.
  var now: Timestamp { get }

  /// Calls the handler once, after so many nanoseconds.
  func wake(_ handler: any TimerHandler, after nanoseconds: Int64) -> TimerID

  func cancel(_ timer: TimerID)

  /// Opens a WebSocket. The handler hears of it: opened, or ended.
  func open(_ request: SocketRequest, _ handler: any SocketHandler) -> SocketID

  /// Queues one text message; false, and nothing queued, where too much waits already or the
  /// socket is not open.
  func send(_ text: [UInt8], on socket: SocketID) -> Bool

  /// Closes a socket of either side; its handler hears of the end.
  func close(_ socket: SocketID, code: Int, reason: String)

  /// Asks over HTTP. The handler hears once: an answer or a failure.
  func fetch(_ request: HTTPRequest, _ handler: any FetchHandler) -> FetchID

  /// Serves HTTP and WebSocket.
  ///
  /// - Returns: the port.
  func listen(_ request: ListenRequest, _ handler: any ServerHandler) throws(ListenFailure) -> Int

  /// Ends a server of ours: its sockets end without a closing frame, and its requests unanswered.
  ///
  /// Nobody new gets in from now on. The port is free after the next turn, and by then everybody
  /// has heard of the ends.
  func stopListening(port: Int)

  /// Answers a request to a server of ours, now or later; nothing happens when it has gone.
  func respond(_ response: HTTPResponse, to request: ServerRequestID)
}

/// A WebSocket of either side, by a number that is never used again.
public struct SocketID: Hashable, Sendable {
  public let number: UInt64
  public init(number: UInt64) { self.number = number }
}

/// A request that we made.
public struct FetchID: Hashable, Sendable {
  public let number: UInt64
  public init(number: UInt64) { self.number = number }
}

/// A request that someone made to a server of ours.
public struct ServerRequestID: Hashable, Sendable {
  public let number: UInt64
  public init(number: UInt64) { self.number = number }
}

public protocol TimerHandler: AnyObject {
  func timerFired(_ timer: TimerID, at now: Timestamp)
}

/// Hears of one or more WebSockets that we opened.
public protocol SocketHandler: AnyObject {
  func socketOpened(_ socket: SocketID, at now: Timestamp)
  /// One whole message, lent for the time of the call.
  func socketReceived(_ socket: SocketID, _ message: Span<UInt8>, at now: Timestamp)
  func socketEnded(_ socket: SocketID, _ end: SocketEnd, at now: Timestamp)
}

public protocol FetchHandler: AnyObject {
  func fetched(_ fetch: FetchID, _ result: Result<HTTPResponse, FetchFailure>, at now: Timestamp)
}

/// Serves requests and WebSockets.
public protocol ServerHandler: AnyObject {
  /// Answer with ``Network/respond(_:to:)``.
  func requested(_ id: ServerRequestID, _ request: ServerRequest, at now: Timestamp)
  /// Lets a WebSocket in, or says why not.
  func upgrading(_ socket: SocketID, _ request: ServerRequest, at now: Timestamp) -> HTTPResponse?
  /// It is open: messages may be sent.
  func socketOpened(_ socket: SocketID, at now: Timestamp)
  func socketReceived(_ socket: SocketID, _ message: Span<UInt8>, at now: Timestamp)
  func socketEnded(_ socket: SocketID, _ end: SocketEnd, at now: Timestamp)
}
