import Reactor
import Synchronization
import Transport
import Units

/// What the thread of a server and the thread that measures tell each other.
final class LoopbackControl: Sendable {
  struct State {
    var ports: [Int] = []
    var interrupt: (@Sendable () -> Void)?
    var isStopped = false
    var isOver = false
    /// Frames a second of each venue; nil for as many as the connection takes.
    var rate: Int? = 0
    /// When so many frames had been handed to the library, by venue.
    var stamps: [[Int64]] = []
    /// Frames handed to the library, by venue.
    var sent: [Int] = []
  }

  let state = Mutex(State())

  /// Only each of so many frames is stamped, where many are sent.
  let stampEvery: Int

  init(stampEvery: Int) { self.stampEvery = stampEvery }

  var ports: [Int] { state.withLock { $0.ports } }
  var isStopped: Bool { state.withLock { $0.isStopped } }
  var rate: Int? { state.withLock { $0.rate } }
  var sent: [Int] { state.withLock { $0.sent } }

  func setRate(_ rate: Int?) { state.withLock { $0.rate = rate } }

  /// When frame `number` of a venue, one that is stamped, was handed to the library.
  func stamp(_ venue: Int, _ number: Int) -> Int64 {
    state.withLock { $0.stamps[venue][number / stampEvery] }
  }

  /// Runs servers on a thread of their own until ``stop()``; returns when they listen.
  func start(_ make: @escaping @Sendable (LiveNetwork, LoopbackControl) -> [any ServerHandler]) {
    startThread { [self] in
      let network = LiveNetwork()
      let handlers = make(network, self)
      let ports = handlers.map { handler in
        var request = ListenRequest(port: 0)
        request.maximumBacklogBytes = 1 << 20
        return (try? network.listen(request, handler)) ?? 0
      }
      state.withLock {
        $0.ports = ports
        $0.interrupt = network.interrupt
        $0.stamps = ports.map { _ in [] }
        $0.sent = ports.map { _ in 0 }
      }
      network.run { !isStopped }
      state.withLock { $0.isOver = true }
    }
    while ports.isEmpty { pause(milliseconds: 1) }
    precondition(!ports.contains(0), "this machine has ports left")
  }

  func stop() {
    let interrupt = state.withLock { state in
      state.isStopped = true
      return state.interrupt
    }
    interrupt?()
    while !state.withLock({ $0.isOver }) { pause(milliseconds: 1) }
  }
}

/// A server that sends back what it gets.
final class EchoServer: ServerHandler {
  private unowned let network: LiveNetwork

  init(_ network: LiveNetwork) { self.network = network }

  func requested(_ id: ServerRequestID, _: ServerRequest, at _: Timestamp) {
    network.respond(HTTPResponse(status: 404), to: id)
  }

  func upgrading(_: SocketID, _: ServerRequest, at _: Timestamp) -> HTTPResponse? { nil }
  func socketOpened(_: SocketID, at _: Timestamp) {}

  func socketReceived(_ socket: SocketID, _ message: Span<UInt8>, at _: Timestamp) {
    var text: [UInt8] = []
    text.reserveCapacity(message.count)
    for index in message.indices { text.append(message[index]) }
    _ = network.send(text, on: socket)
  }

  func socketEnded(_: SocketID, _: SocketEnd, at _: Timestamp) {}
}

/// A venue of ours on loopback: it answers as the venue does, and sends frames made in advance.
final class LoopbackVenue: ServerHandler, TimerHandler {
  private unowned let network: LiveNetwork
  private let control: LoopbackControl
  /// Which of the control's venues this is.
  private let place: Int
  private let wire: LoopbackWire
  private let digits: Int
  private var feed: LoopbackFeed
  private let isStill: Bool
  private var socket: SocketID?
  private var number: Int
  private var frame = 0
  private var count = 0
  /// When the rate was set, and what had been sent then.
  private var pace: (rate: Int, since: Int64, count: Int) = (0, 0, 0)

  /// How often frames are sent, in nanoseconds.
  static let tickNanoseconds: Int64 = 1_000_000

  /// A venue at a place among the control's; one that `isStill` says nothing after its book.
  init(
    _ network: LiveNetwork,
    _ control: LoopbackControl,
    _ place: Int,
    _ feed: LoopbackFeed,
    isStill: Bool = false
  ) {
    self.isStill = isStill
    self.network = network
    self.control = control
    self.place = place
    self.feed = feed
    wire = feed.wire
    digits = wire.digits
    number = wire.firstNumber
  }

  func requested(_ id: ServerRequestID, _ request: ServerRequest, at _: Timestamp) {
    if request.path.contains("order_book") {
      feed.answer.setNumber(number, digits: digits)
      network.respond(HTTPResponse(status: 200, body: feed.answer.bytes), to: id)
    } else if request.path.lowercased().contains("time") {
      network.respond(HTTPResponse(status: 404), to: id)
    } else {
      let list = Array(wire.instrumentList.utf8)
      network.respond(HTTPResponse(status: 200, body: list), to: id)
    }
  }

  func upgrading(_: SocketID, _: ServerRequest, at _: Timestamp) -> HTTPResponse? { nil }
  func socketOpened(_: SocketID, at _: Timestamp) {}

  func socketReceived(_ socket: SocketID, _ message: Span<UInt8>, at _: Timestamp) {
    guard self.socket == nil else { return }
    var text: [UInt8] = []
    for index in message.indices { text.append(message[index]) }
    guard String(decoding: text, as: UTF8.self).contains(wire.subscription) else { return }
    self.socket = socket
    for index in feed.opening.indices { send(&feed.opening[index], on: socket) }
    if !isStill { _ = network.wake(self, after: LoopbackVenue.tickNanoseconds) }
  }

  func socketEnded(_ socket: SocketID, _: SocketEnd, at _: Timestamp) {
    if socket == self.socket { self.socket = nil }
  }

  func timerFired(_: TimerID, at _: Timestamp) {
    guard let socket else { return }
    _ = network.wake(self, after: LoopbackVenue.tickNanoseconds)
    guard let rate = control.rate else {
      while sendNext(on: socket) {}
      return
    }
    let now = ThreadClock.now
    if rate != pace.rate { pace = (rate, now, count) }
    // After a pause the rest is not made up for all at once.
    let due = pace.count + Int((now - pace.since) * Int64(rate) / 1_000_000_000)
    for _ in 0..<min(max(0, due - count), 10_000) where !sendNext(on: socket) { return }
  }

  private func sendNext(on socket: SocketID) -> Bool {
    if count % control.stampEvery == 0, control.rate != nil {
      let now = ThreadClock.now
      control.state.withLock {
        let index = count / control.stampEvery
        if index < $0.stamps[place].count {
          $0.stamps[place][index] = now
        } else {
          $0.stamps[place].append(now)
        }
      }
    }
    guard send(&feed.round[frame], on: socket) else { return false }
    frame = (frame + 1) % feed.round.count
    count += 1
    control.state.withLock { $0.sent[place] = count }
    return true
  }

  @discardableResult
  private func send(_ frame: inout LoopbackFrame, on socket: SocketID) -> Bool {
    if !frame.numbers.isEmpty { frame.setNumber(number, digits: digits) }
    guard network.send(frame.bytes, on: socket) else { return false }
    if !frame.numbers.isEmpty { number += 1 }
    return true
  }
}
