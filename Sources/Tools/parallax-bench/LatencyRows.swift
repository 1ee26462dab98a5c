import KrakenVenue
import Market
import Reactor
import Transport
import Units
import VenueKit

/// From a venue's write to an opportunity, beside half of a bare round trip and the decoder's time.
struct LatencyRows {
  /// How many frames of each kind are timed in a repetition.
  var frames = 600
  /// How many go before them, untimed, until both threads and their memory are warm.
  var warmUp = 100
  var repetitions = 5

  func rows() throws(LoopbackFailure) -> [Row] {
    var trips = (p50: Times(), p99: Times())
    var opportunities = (p50: Times(), p99: Times())
    var limits = (p50: Times(), p99: Times())
    for _ in 0..<repetitions {
      let decoding = decodeNanoseconds()
      let trip = Percentiles(try roundTrips())
      let found = Percentiles(try opportunityLatencies())
      trips.p50.add(trip.p50)
      trips.p99.add(trip.p99)
      opportunities.p50.add(found.p50)
      opportunities.p99.add(found.p99)
      limits.p50.add(trip.p50 / 2 + decoding)
      limits.p99.add(trip.p99 / 2 + decoding)
    }
    return [
      Row("ping-pong/p50", "ns", trips.p50),
      Row("ping-pong/p99", "ns", trips.p99),
      Row("one-way-and-decode/p50", "ns", limits.p50),
      Row("one-way-and-decode/p99", "ns", limits.p99),
      Row("frame-to-opportunity/p50", "ns", opportunities.p50)
        .against("one-way-and-decode/p50", opportunities.p50.ratio(to: limits.p50)),
      Row("frame-to-opportunity/p99", "ns", opportunities.p99)
        .against("one-way-and-decode/p99", opportunities.p99.ratio(to: limits.p99)),
    ]
  }

  /// The decoder alone, on the frames that open and close a window.
  private func decodeNanoseconds() -> Double {
    let feed = LoopbackFeed(openingWindowsWithSeed: 1)
    var registry = InstrumentRegistry()
    var symbols = SymbolTable()
    let symbol = Symbol(base: "BTC", quote: "USD")
    symbols.insert(
      "BTC/USD",
      registry.register(Kraken.id, wireSymbol: "BTC/USD", symbol: symbol)
    )
    var events = MarketEvents()
    let venue = Kraken()
    let count = 20_000
    let start = ThreadClock.spent
    for index in 0..<count {
      let frame = feed.round[index % 2].bytes
      precondition(LatencyRows.decode(frame.span, venue, symbols, &events), "frames can be read")
    }
    return Double(ThreadClock.spent - start) / Double(count)
  }

  private static func decode(
    _ frame: Span<UInt8>,
    _ venue: Kraken,
    _ symbols: borrowing SymbolTable,
    _ events: inout MarketEvents
  ) -> Bool {
    (try? venue.decode(frame, symbols: symbols, into: &events)) != nil
  }

  /// A text there and back over the bare library, at the pace of the frames.
  private func roundTrips() throws(LoopbackFailure) -> [Int64] {
    let control = LoopbackControl(stampEvery: 1)
    control.start { network, _ in [EchoServer(network)] }
    defer { control.stop() }
    let network = LiveNetwork()
    let client = PingClient(network, rounds: warmUp + frames)
    let endpoint = Endpoint(scheme: .ws, host: "127.0.0.1", port: control.ports[0])
    _ = network.open(SocketRequest(endpoint), client)
    let end = ThreadClock.now + 10_000_000_000
    network.run { !client.isOver && ThreadClock.now < end }
    guard client.trips.count == warmUp + frames else {
      throw LoopbackFailure("not every ping came back")
    }
    return Array(client.trips.dropFirst(warmUp))
  }

  private func opportunityLatencies() throws(LoopbackFailure) -> [Int64] {
    let feeds = [
      LoopbackFeed(openingWindowsWithSeed: 1), LoopbackFeed(.coinbase, frames: 2),
    ]
    let control = LoopbackControl(stampEvery: 1)
    control.start { network, control in
      [
        LoopbackVenue(network, control, 0, LoopbackFeed(openingWindowsWithSeed: 1)),
        LoopbackVenue(network, control, 1, LoopbackFeed(.coinbase, frames: 2), isStill: true),
      ]
    }
    defer { control.stop() }
    let desk = LoopbackDesk(control, feeds)
    try desk.start()
    control.setRate(1_000)
    let end = ThreadClock.now + 4_000_000_000
    desk.network.run { desk.latencies.count < warmUp + frames && ThreadClock.now < end }
    guard desk.latencies.count >= warmUp + frames else {
      throw LoopbackFailure(
        "found \(desk.latencies.count) bargains of \(warmUp + frames)",
        desk.problems
      )
    }
    control.setRate(0)
    try desk.stop()
    return Array(desk.latencies.dropFirst(warmUp))
  }
}

/// Sends a text, waits for it to come back, and sends the next one a moment later.
private final class PingClient: SocketHandler, TimerHandler {
  private unowned let network: LiveNetwork
  private let rounds: Int
  private let text = [UInt8](repeating: UInt8(ascii: "x"), count: 250)
  private var socket: SocketID?
  private var start: Int64 = 0
  private(set) var trips: [Int64] = []
  private(set) var isOver = false

  init(_ network: LiveNetwork, rounds: Int) {
    self.network = network
    self.rounds = rounds
  }

  func socketOpened(_ socket: SocketID, at now: Timestamp) {
    self.socket = socket
    timerFired(TimerID(number: 0), at: now)
  }

  func timerFired(_: TimerID, at _: Timestamp) {
    guard let socket else { return }
    start = ThreadClock.now
    _ = network.send(text, on: socket)
  }

  func socketReceived(_ socket: SocketID, _: Span<UInt8>, at _: Timestamp) {
    trips.append(ThreadClock.now - start)
    if trips.count == rounds {
      network.close(socket, code: 1000, reason: "over")
    } else {
      _ = network.wake(self, after: LoopbackVenue.tickNanoseconds)
    }
  }

  func socketEnded(_: SocketID, _: SocketEnd, at _: Timestamp) { isOver = true }
}

/// Where half, and where 99 of 100, of some times lie, in nanoseconds.
struct Percentiles {
  let p50: Double
  let p99: Double

  init(_ values: [Int64]) {
    let sorted = values.sorted()
    func at(_ share: Double) -> Double {
      sorted.isEmpty ? 0 : Double(sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))])
    }
    p50 = at(0.5)
    p99 = at(0.99)
  }
}
