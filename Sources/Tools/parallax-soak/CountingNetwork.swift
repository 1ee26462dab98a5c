import Reactor
import Transport
import Units

/// A network that notes when sockets are opened, by port.
final class CountingNetwork: Network {
  private let network: any Network
  private(set) var openings: [Int: [Timestamp]] = [:]

  init(_ network: any Network) { self.network = network }

  /// Forgets the openings so far.
  func startCounting() { openings.removeAll() }

  func open(_ request: SocketRequest, _ handler: any SocketHandler) -> SocketID {
    openings[request.endpoint.port, default: []].append(network.now)
    return network.open(request, handler)
  }

  // MARK: Passed on

  var now: Timestamp { network.now }

  func wake(_ handler: any TimerHandler, after nanoseconds: Int64) -> TimerID {
    network.wake(handler, after: nanoseconds)
  }

  func cancel(_ timer: TimerID) { network.cancel(timer) }

  func send(_ text: [UInt8], on socket: SocketID) -> Bool { network.send(text, on: socket) }

  func close(_ socket: SocketID, code: Int, reason: String) {
    network.close(socket, code: code, reason: reason)
  }

  func fetch(_ request: HTTPRequest, _ handler: any FetchHandler) -> FetchID {
    network.fetch(request, handler)
  }

  func listen(
    _ request: ListenRequest,
    _ handler: any ServerHandler
  ) throws(ListenFailure) -> Int { try network.listen(request, handler) }

  func stopListening(port: Int) { network.stopListening(port: port) }

  func respond(_ response: HTTPResponse, to request: ServerRequestID) {
    network.respond(response, to: request)
  }
}
