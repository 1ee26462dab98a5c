import Reactor
import Testing
import Units

@testable import Transport

@Suite("The network in memory: time, delays, and order")
struct MemoryNetworkTests {
  static func endpoint(_ scheme: Endpoint.Scheme, _ port: Int, _ target: String = "/") -> Endpoint {
    Endpoint(scheme: scheme, host: "127.0.0.1", port: port, target: target)
  }

  /// Connecting takes 300, the way there 20, the way back 7.
  static let fixed = LinkSettings(
    connect: Latency(baseNanoseconds: 300),
    toServer: Latency(baseNanoseconds: 20),
    toClient: Latency(baseNanoseconds: 7)
  )

  /// Delays that vary much more than what lies between two messages.
  static let wild: LinkSettings = {
    let latency = Latency(
      baseNanoseconds: 1_000_000,
      jitterNanoseconds: 5_000_000,
      tailPerMillion: 50_000,
      tailNanoseconds: 100_000_000,
      maximumNanoseconds: 400_000_000
    )
    return LinkSettings(connect: latency, toServer: latency, toClient: latency)
  }()

  // MARK: Time

  @Test("time stands still but for readings and events")
  func time() {
    let network = MemoryNetwork(start: .start, seed: 1)
    #expect(network.nextDeadline == nil)
    #expect(!network.step())
    #expect(network.now == .start)
    #expect(network.now == Timestamp.start.advanced(byNanoseconds: 1))
    #expect(network.time == Timestamp.start.advanced(byNanoseconds: 1))
    network.run(until: Timestamp.start.advanced(byNanoseconds: 1_000))
    #expect(network.now == Timestamp.start.advanced(byNanoseconds: 1_000))
    network.run(until: .start)
    #expect(network.now == Timestamp.start.advanced(byNanoseconds: 1_001))
  }

  @Test("timers go off exactly when they are due, equal ones in the order they were set")
  func timers() {
    let network = MemoryNetwork(start: .start, seed: 1)
    let recorder = Recorder(network)
    let late = network.wake(recorder, after: 5_000)
    let first = network.wake(recorder, after: 1_000)
    let second = network.wake(recorder, after: 1_000)
    let cancelled = network.wake(recorder, after: 500)
    let negative = network.wake(recorder, after: -7)
    network.cancel(cancelled)
    #expect(network.nextDeadline == .start)
    network.run(until: Timestamp.start.advanced(byNanoseconds: 4_999))
    #expect(
      recorder.log == [
        heard(0, "fired \(negative.number)"), heard(1_000, "fired \(first.number)"),
        heard(1_001, "fired \(second.number)"),
      ]
    )
    network.cancel(first)
    #expect(network.nextDeadline == Timestamp.start.advanced(byNanoseconds: 5_000))
    network.run(until: Timestamp.start.advanced(byNanoseconds: 5_000))
    #expect(recorder.log.last == heard(5_000, "fired \(late.number)"))
  }

  @Test("readings that go past an event delay it, and never change the order of events")
  func overtaking() {
    let network = MemoryNetwork(start: .start, seed: 1)
    let recorder = Recorder(network)
    var late: TimerID?
    recorder.whenFired = { _ in
      guard recorder.fired == 1 else { return }
      for _ in 0..<10 { _ = network.now }
      // Counts from the last reading, so it comes after what was due meanwhile.
      late = network.wake(recorder, after: 0)
    }
    let busy = network.wake(recorder, after: 100)
    let passed = network.wake(recorder, after: 105)
    let ahead = network.wake(recorder, after: 200)
    network.run(while: { true })
    #expect(
      recorder.log == [
        heard(100, "fired \(busy.number)"), heard(111, "fired \(passed.number)"),
        heard(112, "fired \(late?.number ?? 0)"), heard(200, "fired \(ahead.number)"),
      ]
    )
  }

  // MARK: Delays

  @Test("opening, a message each way, and closing take exactly what the link takes")
  func socketTimes() throws {
    let network = MemoryNetwork(start: .start, seed: 1, link: Self.fixed)
    let server = Recorder(network)
    server.echo = { [$0] }
    let port = try network.listen(ListenRequest(port: 80), server)
    let client = Recorder(network)
    let socket = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
    network.run(until: Timestamp.start.advanced(byNanoseconds: 1_000))
    #expect(network.send([0x61], on: socket))
    network.run(until: Timestamp.start.advanced(byNanoseconds: 2_000))
    network.close(socket, code: 1000, reason: "done")
    network.run(while: { true })
    let other = try #require(server.opened.first).number
    #expect(
      client.log == [
        heard(327, "opened \(socket.number)"), heard(1_027, "received \(socket.number) a"),
        heard(2_027, "ended \(socket.number) closed by us (1000): done"),
      ]
    )
    #expect(
      server.log == [
        heard(320, "upgrading \(other) /"), heard(321, "opened \(other)"),
        heard(1_020, "received \(other) a"),
        heard(2_020, "ended \(other) closed by peer (1000): done"),
      ]
    )
  }

  @Test("a request takes its connection and both ways; a change of the link counts at once")
  func fetchTimes() throws {
    let network = MemoryNetwork(start: .start, seed: 1, link: Self.fixed)
    let server = Recorder(network)
    let port = try network.listen(ListenRequest(port: 80), server)
    let client = Recorder(network)
    _ = network.fetch(HTTPRequest("GET", Self.endpoint(.http, port)), client)
    network.run(until: Timestamp.start.advanced(byNanoseconds: 310))
    #expect(server.log.isEmpty)
    var slow = Self.fixed
    slow.toClient = Latency(baseNanoseconds: 1_000)
    network.setLink(slow, forPort: port)
    network.run(while: { true })
    #expect(server.log.map(\.time) == [Timestamp.start.advanced(byNanoseconds: 320)])
    #expect(client.log.map(\.time) == [Timestamp.start.advanced(byNanoseconds: 1_320)])
  }

  @Test("messages stay in order and within the bounds of the delays; requests overtake each other")
  func order() throws {
    let network = MemoryNetwork(start: .start, seed: 5, link: Self.wild)
    let server = Recorder(network)
    server.echo = { [$0] }
    let port = try network.listen(ListenRequest(port: 80), server)
    let client = Recorder(network)
    let socket = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
    var fetches: [FetchID] = []
    #expect(network.run(until: { !client.opened.isEmpty }))
    client.log.removeAll()
    let start = network.time
    for number in 0..<500 {
      network.run(until: start.advanced(byNanoseconds: Int64(number) * 100_000))
      #expect(network.send(Array("\(number)".utf8), on: socket))
      fetches.append(network.fetch(HTTPRequest("GET", Self.endpoint(.http, port)), client))
    }
    network.run(while: { client.messages.count < 500 || client.answers.count < 500 })
    #expect(server.messages == (0..<500).map { "\($0)" })
    #expect(client.messages == server.messages)
    #expect(client.answerOrder != fetches)
    #expect(Set(client.answerOrder) == Set(fetches))
    let echoes = client.log.filter { $0.what.hasPrefix("received") }
    for (number, echo) in echoes.enumerated() {
      let taken = echo.time.nanoseconds(since: start) - Int64(number) * 100_000
      #expect(taken >= 2_000_000 && taken <= 801_000_000)
    }
  }

  // MARK: Determinism

  /// A day of sockets, requests, faults, and timers, as everyone heard it.
  private static func day(seed: UInt64) throws -> [Recorder.Heard] {
    let network = MemoryNetwork(start: .start, seed: seed, link: wild)
    let all = Recorder(network)
    var random = SeededGenerator(seed: 11)
    all.echo = { $0.count < 4 ? [$0 + "+"] : [] }
    let port = try network.listen(ListenRequest(port: 80), all)
    for step in 0..<400 {
      network.run(until: Timestamp.start.advanced(byNanoseconds: Int64(step) * 250_000_000))
      switch random.next() % 8 {
      case 0, 1: _ = network.open(SocketRequest(endpoint(.ws, port)), all)
      case 2, 3: _ = network.fetch(HTTPRequest("GET", endpoint(.http, port)), all)
      case 4:
        if let socket = all.opened.randomElement(using: &random) {
          _ = network.send(Array("\(step)".utf8), on: socket)
        }
      case 5:
        if let socket = all.opened.randomElement(using: &random) {
          network.close(socket, code: 1000, reason: "\(step)")
        }
      case 6: _ = network.wake(all, after: Int64(random.next() % 1_000_000_000))
      default:
        let condition = LinkCondition.allCases.randomElement(using: &random) ?? .normal
        network.setCondition(condition, forPort: port)
      }
    }
    network.setCondition(.normal, forPort: port)
    network.run(until: Timestamp.start.advanced(byNanoseconds: 200_000_000_000))
    return all.log
  }

  @Test("a seed gives the same day again, and another seed another day")
  func determinism() throws {
    let first = try Self.day(seed: 42)
    let second = try Self.day(seed: 42)
    let other = try Self.day(seed: 43)
    #expect(first.count > 300)
    #expect(first == second)
    #expect(first != other)
  }

  @Test("what happens at one port leaves the delays of another as they were")
  func independence() throws {
    // Numbers of sockets differ, since they count everything.
    func times(_ log: [Recorder.Heard]) -> [Timestamp] { log.map(\.time) }
    let alone = MemoryNetwork(start: .start, seed: 9, link: Self.wild)
    let shared = MemoryNetwork(start: .start, seed: 9, link: Self.wild)
    var heard: [[Timestamp]] = []
    for network in [alone, shared] {
      let recorder = Recorder(network)
      _ = try network.listen(ListenRequest(port: 80), recorder)
      _ = try network.listen(ListenRequest(port: 81), Recorder(network))
      for step in 1...20 {
        if network === shared {
          _ = network.fetch(HTTPRequest("GET", Self.endpoint(.http, 81)), Recorder(network))
        }
        _ = network.fetch(HTTPRequest("GET", Self.endpoint(.http, 80)), recorder)
        network.run(until: Timestamp.start.advanced(byNanoseconds: Int64(step) * 1_000_000_000))
      }
      heard.append(times(recorder.log))
    }
    #expect(heard[0].count == 40)
    #expect(heard[0] == heard[1])
  }

  // MARK: Places

  @Test("hosts that were mapped lead here, by name and port; others are not known")
  func routes() throws {
    let network = MemoryNetwork(start: .start, seed: 1)
    let server = Recorder(network)
    let port = try network.listen(ListenRequest(port: 0), server)
    network.route(host: "ws.example.com", port: 443, to: port)
    network.route(host: "198.51.100.7", port: 80, to: port)
    network.route(host: "nowhere.example.com", port: 443, to: 5)
    let client = Recorder(network)
    let good = [
      "wss://ws.example.com/v2", "wss://WS.Example.Com", "ws://198.51.100.7",
      "ws://localhost:\(port)", "ws://[::1]:\(port)", "wss://127.3.2.1:\(port)",
    ]
    for text in good { _ = network.open(SocketRequest(try Endpoint(text)), client) }
    #expect(network.run(until: { client.opened.count == good.count }))
    #expect(server.upgrades.first?.path == "/v2")
    #expect(server.upgrades.first?.headers.contains(HeaderField("host", "ws.example.com")) == true)
    let bad: [(String, SocketEnd.Cause)] = [
      ("wss://ws.example.com:444", .unreachable), ("wss://example.com", .unresolved),
      ("ws://198.51.100.8", .unreachable), ("wss://nowhere.example.com", .unreachable),
      ("ws://localhost:5", .unreachable), ("ws://[2001:db8::1]", .unreachable),
    ]
    for (text, cause) in bad {
      let endpoint = try Endpoint(text)
      let ends = client.ends.count
      _ = network.open(SocketRequest(endpoint), client)
      let fetch = network.fetch(HTTPRequest("GET", endpoint), client)
      #expect(network.run(until: { client.ends.count > ends && client.answers[fetch] != nil }))
      #expect(client.ends.last?.cause == cause, "\(text)")
      guard case .failure(let failure) = client.answers[fetch] else {
        Issue.record("\(text) was answered")
        continue
      }
      #expect(failure.cause == cause)
      #expect(failure.wasNeverSent)
    }
  }

  // MARK: Limits

  @Test("bytes count as waiting until they have arrived")
  func backPressure() throws {
    let network = MemoryNetwork(start: .start, seed: 1, link: Self.fixed)
    let server = Recorder(network)
    let port = try network.listen(ListenRequest(port: 80), server)
    let client = Recorder(network)
    var request = SocketRequest(Self.endpoint(.ws, port))
    request.maximumBacklogBytes = 10
    let socket = network.open(request, client)
    #expect(network.run(until: { !client.opened.isEmpty }))
    let start = network.time
    #expect(network.send([UInt8](repeating: 0x61, count: 6), on: socket))
    network.run(until: start.advanced(byNanoseconds: 10))
    #expect(network.send([UInt8](repeating: 0x61, count: 4), on: socket))
    #expect(!network.send([0x61], on: socket))
    network.run(until: start.advanced(byNanoseconds: 19))
    #expect(!network.send([0x61], on: socket))
    network.run(until: start.advanced(byNanoseconds: 20))
    #expect(!network.send([UInt8](repeating: 0x61, count: 7), on: socket))
    #expect(network.send([UInt8](repeating: 0x61, count: 6), on: socket))
    network.run(while: { true })
    #expect(server.messageSizes == [6, 4, 6])
  }

  @Test("ten thousand sockets and requests leave nothing behind")
  func nothingLeft() throws {
    let network = MemoryNetwork(start: .start, seed: 1, link: Self.wild)
    let server = Recorder(network)
    server.echo = { [$0] }
    server.answer = { $0.path == "/never" ? nil : HTTPResponse(status: 200) }
    let port = try network.listen(ListenRequest(port: 80), server)
    let client = Recorder(network)
    client.whenOpened = { socket in
      #expect(network.send([0x61], on: socket))
      if socket.number % 3 > 0 { network.close(socket, code: 1000, reason: "") }
    }
    for round in 0..<10 {
      for number in 0..<1_000 {
        var open = SocketRequest(Self.endpoint(.ws, port))
        open.openNanoseconds = 250_000_000
        let socket = network.open(open, client)
        if number % 50 == 0 { network.close(socket, code: 1000, reason: "") }
        let target = number % 10 == 0 ? "/never" : "/"
        var request = HTTPRequest("GET", Self.endpoint(.http, port, target))
        request.timeoutNanoseconds = 250_000_000
        _ = network.fetch(request, client)
      }
      network.run(until: network.time.advanced(byNanoseconds: 10_000_000))
      let condition = LinkCondition.allCases[round % LinkCondition.allCases.count]
      network.setCondition(condition, forPort: port)
      network.run(until: network.time.advanced(byNanoseconds: 1_000_000_000))
      network.setCondition(.normal, forPort: port)
      for socket in client.opened + server.opened {
        network.close(socket, code: 1000, reason: "")
      }
      network.run(while: { true })
      #expect(client.ends.count == (round + 1) * 1_000)
      #expect(client.answers.count == (round + 1) * 1_000)
      #expect(server.ends.count == server.opened.count)
      let isEmpty = network.isEmpty
      #expect(isEmpty, "after round \(round)")
    }
    #expect(client.opened.count > 5_000)
    #expect(client.messages.count > 1_000)
  }

  private func heard(_ nanoseconds: Int64, _ what: String) -> Recorder.Heard {
    Recorder.Heard(time: Timestamp.start.advanced(byNanoseconds: nanoseconds), what: what)
  }
}
