import Reactor
import Units

/// A port of a ``MemoryNetwork``: who listens on it, and what the way there is like.
final class MemoryPort {
  let number: Int
  var settings: LinkSettings
  var condition = LinkCondition.normal
  var server: (listen: ListenRequest, handler: any ServerHandler)?
  /// Counts the times at which all that was under way was lost; a link of an earlier count is dead.
  var generation = 0
  var links: [UInt64: MemoryLink] = [:]
  /// Only this port draws from it, so that ports do not disturb each other.
  var generator: SeededGenerator

  init(_ number: Int, _ settings: LinkSettings, seed: UInt64) {
    self.number = number
    self.settings = settings
    var source = SeededGenerator(seed: seed ^ UInt64(truncatingIfNeeded: number) << 40)
    generator = source.fork()
  }

  /// Links in the order they were made.
  var orderedLinks: [MemoryLink] { links.values.sorted { $0.number < $1.number } }
}

/// The connection of one socket or of one request, from its client to a port.
final class MemoryLink {
  enum Direction { case toServer, toClient }

  let number: UInt64
  let port: MemoryPort
  private let generation: Int
  /// The ends, as long as they are there.
  var clientSocket: MemorySocket?
  var serverSocket: MemorySocket?
  var fetch: MemoryFetch?
  /// The request of it that the server has and has not answered.
  var serverRequest: UInt64?

  private var connectGenerator: SeededGenerator
  private var toServerGenerator: SeededGenerator
  private var toClientGenerator: SeededGenerator
  private var lastToServer = Timestamp(nanoseconds: .min)
  private var lastToClient = Timestamp(nanoseconds: .min)

  init(_ number: UInt64, _ port: MemoryPort) {
    self.number = number
    self.port = port
    generation = port.generation
    var generator = port.generator.fork()
    connectGenerator = generator.fork()
    toServerGenerator = generator.fork()
    toClientGenerator = generator.fork()
  }

  /// Whether nothing arrives over it any more.
  var isDead: Bool { generation != port.generation }

  func connectNanoseconds() -> Int64 { port.settings.connect.draw(&connectGenerator) }

  /// When what is sent now arrives: never before what was sent earlier.
  func arrival(_ direction: Direction, from time: Timestamp) -> Timestamp {
    switch direction {
    case .toServer:
      let delay = port.settings.toServer.draw(&toServerGenerator)
      lastToServer = max(lastToServer, time.advanced(byNanoseconds: delay))
      return lastToServer
    case .toClient:
      let delay = port.settings.toClient.draw(&toClientGenerator)
      lastToClient = max(lastToClient, time.advanced(byNanoseconds: delay))
      return lastToClient
    }
  }

  /// Leaves the port's list when neither end is there.
  func leaveIfOver() {
    if clientSocket == nil, serverSocket == nil, fetch == nil, serverRequest == nil {
      port.links[number] = nil
    }
  }
}

/// One end of a WebSocket in memory.
final class MemorySocket {
  enum State { case opening, open, closing }

  let number: UInt64
  let request: SocketRequest
  let listener: SocketListener
  let isClient: Bool
  let maximumMessageBytes: Int
  let maximumBacklogBytes: Int
  var state = State.opening
  var link: MemoryLink?
  /// The time by which it must have opened, closed, or heard something.
  var timer: TimerID?
  /// Bytes that were sent and have not arrived.
  var backlog = 0
  var closing: (code: Int, reason: String)?
  var lastHeard = Timestamp(nanoseconds: 0)

  init(_ number: UInt64, _ request: SocketRequest, _ handler: any SocketHandler) {
    self.number = number
    self.request = request
    listener = .client(handler)
    isClient = true
    maximumMessageBytes = request.maximumMessageBytes
    maximumBacklogBytes = request.maximumBacklogBytes
  }

  init(_ number: UInt64, _ listen: ListenRequest, _ handler: any ServerHandler) {
    self.number = number
    request = SocketRequest(Endpoint(scheme: .ws, host: listen.address))
    listener = .server(handler)
    isClient = false
    maximumMessageBytes = listen.maximumMessageBytes
    maximumBacklogBytes = listen.maximumBacklogBytes
  }

  var peer: MemorySocket? { isClient ? link?.serverSocket : link?.clientSocket }

  /// The way of what it sends.
  var direction: MemoryLink.Direction { isClient ? .toServer : .toClient }

  /// When it takes a silent peer for gone: LiveNetwork asks for a sign of life every so often, and
  /// the last answer came just before the silence that begins now.
  func hangup(silentSince now: Timestamp) -> Timestamp {
    let ping = Int64(LiveMemory.pingSeconds) * 1_000_000_000
    let hangup = Int64(LiveMemory.hangupSeconds) * 1_000_000_000
    let silence = max(0, now.nanoseconds(since: lastHeard))
    return lastHeard.advanced(byNanoseconds: silence / ping * ping + hangup)
  }
}

/// A request that we made, in memory.
final class MemoryFetch {
  let number: UInt64
  let request: HTTPRequest
  let handler: any FetchHandler
  var link: MemoryLink?
  var timer: TimerID?
  /// Whether any of it can have reached the server.
  var isSent = false

  init(_ number: UInt64, _ request: HTTPRequest, _ handler: any FetchHandler) {
    self.number = number
    self.request = request
    self.handler = handler
  }

  func failure(_ cause: SocketEnd.Cause, _ words: String) -> FetchFailure {
    FetchFailure(cause, words: words, wasNeverSent: !isSent)
  }
}
