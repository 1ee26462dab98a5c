import Reactor
import Testing
import Units

@testable import Transport

@Suite("The network in memory: what goes wrong on the way")
struct MemoryConditionTests {
  /// A server, a client, and the port between them; opened sockets are told of in `client.opened`.
  private struct Scene {
    let network: MemoryNetwork
    let server: Recorder
    let client: Recorder
    let port: Int

    init(sockets: Int = 1) throws {
      network = MemoryNetwork(start: .start, seed: 1, link: MemoryNetworkTests.fixed)
      server = Recorder(network)
      client = Recorder(network)
      server.answer = { $0.path == "/never" ? nil : HTTPResponse(status: 200) }
      port = try network.listen(ListenRequest(port: 80), server)
      for _ in 0..<sockets { _ = network.open(SocketRequest(endpoint(.ws)), client) }
      let client = client
      network.run(while: { client.opened.count < sockets })
    }

    func endpoint(_ scheme: Endpoint.Scheme, _ target: String = "/") -> Endpoint {
      MemoryNetworkTests.endpoint(scheme, 80, target)
    }

    func fetch(_ target: String = "/") -> FetchID {
      network.fetch(HTTPRequest("GET", endpoint(.http, target)), client)
    }

    func pass(_ nanoseconds: Int64) {
      network.run(until: network.time.advanced(byNanoseconds: nanoseconds))
    }

    func cause(of fetch: FetchID) -> SocketEnd.Cause? { failure(of: fetch)?.cause }

    func failure(of fetch: FetchID) -> FetchFailure? {
      guard case .failure(let failure) = client.answers[fetch] else { return nil }
      return failure
    }
  }

  private static let second: Int64 = 1_000_000_000

  // MARK: Silence

  @Test("over a silent way nothing arrives, nobody is told, and after 40 s both ends give up")
  func silence() throws {
    let scene = try Scene()
    let socket = scene.client.opened[0]
    let heardLast = scene.network.time
    #expect(scene.network.send([0x61], on: socket))
    scene.network.setCondition(.silent, forPort: scene.port)
    #expect(scene.network.send([0x62], on: socket))
    #expect(scene.network.send([0x63], on: scene.server.opened[0]))
    scene.pass(39 * Self.second)
    #expect(scene.client.messages.isEmpty && scene.server.messages.isEmpty)
    #expect(scene.client.ends.isEmpty && scene.server.ends.isEmpty)
    scene.pass(2 * Self.second)
    let broken = SocketEnd(.closedByPeer, words: "without a closing frame")
    #expect(scene.client.ends == [broken])
    #expect(scene.server.ends == [broken])
    let end = try #require(scene.client.log.last)
    #expect(end.time == heardLast.advanced(byNanoseconds: 40 * Self.second))
    scene.network.run(while: { true })
    #expect(scene.network.isEmpty)
  }

  @Test("signs of life before the silence count, every 20 s")
  func signsOfLife() throws {
    let scene = try Scene()
    let opened = scene.network.time
    scene.pass(50 * Self.second)
    scene.network.setCondition(.silent, forPort: scene.port)
    scene.network.run(while: { true })
    let end = try #require(scene.client.log.last)
    #expect(end.time == opened.advanced(byNanoseconds: 80 * Self.second))
  }

  @Test("a silent socket takes bytes until its backlog is full")
  func silentBacklog() throws {
    let scene = try Scene()
    let socket = scene.client.opened[0]
    scene.network.setCondition(.silent, forPort: scene.port)
    let half = [UInt8](repeating: 0x61, count: 1 << 19)
    #expect(scene.network.send(half, on: socket))
    scene.pass(Self.second)
    #expect(scene.network.send(half, on: socket))
    scene.pass(Self.second)
    #expect(!scene.network.send([0x61], on: socket))
  }

  @Test("a connection that fell silent stays so when the way is well; new ones are well")
  func afterSilence() throws {
    let scene = try Scene()
    scene.network.setCondition(.silent, forPort: scene.port)
    let tried = scene.network.open(SocketRequest(scene.endpoint(.ws)), scene.client)
    scene.pass(Self.second)
    scene.network.setCondition(.normal, forPort: scene.port)
    #expect(scene.network.send([0x61], on: scene.client.opened[0]))
    scene.pass(Self.second)
    #expect(scene.server.messages.isEmpty)
    let fresh = scene.network.open(SocketRequest(scene.endpoint(.ws)), scene.client)
    scene.pass(Self.second)
    #expect(scene.client.opened.contains(fresh))
    #expect(scene.network.send([0x62], on: fresh))
    scene.pass(Self.second)
    #expect(scene.server.messages == ["b"])
    scene.pass(20 * Self.second)
    #expect(!scene.client.opened.contains(tried))
    #expect(scene.client.ends == [SocketEnd(.timedOut, words: "not open after 10 s")])
  }

  @Test("closing a silent socket takes 5 s on our side; the other finds out by itself")
  func closingInSilence() throws {
    let scene = try Scene()
    let opened = scene.network.time
    scene.network.setCondition(.silent, forPort: scene.port)
    scene.pass(Self.second)
    scene.network.close(scene.client.opened[0], code: 1000, reason: "done")
    let closed = scene.network.time
    scene.network.run(while: { scene.client.ends.isEmpty })
    #expect(scene.client.ends == [SocketEnd(.closedByUs, code: 1000, words: "done")])
    #expect(scene.network.time == closed.advanced(byNanoseconds: 5 * Self.second))
    #expect(scene.server.ends.isEmpty)
    scene.network.run(while: { true })
    #expect(scene.server.ends == [SocketEnd(.closedByPeer, words: "without a closing frame")])
    // The server had heard of the opening 7 ns before the client did.
    let hangup = opened.advanced(byNanoseconds: 40 * Self.second - 7)
    #expect(scene.server.log.last?.time == hangup)
  }

  // MARK: Time-outs

  @Test("time-outs come exactly at their time and say what may have been sent")
  func timeouts() throws {
    let scene = try Scene(sockets: 0)
    let sent = scene.fetch("/never")
    scene.pass(1_000)
    scene.network.setCondition(.silent, forPort: scene.port)
    let start = scene.network.time
    let unsent = scene.fetch()
    var open = SocketRequest(scene.endpoint(.ws))
    open.openNanoseconds = 3_500_000_001
    _ = scene.network.open(open, scene.client)
    scene.network.run(while: { true })
    #expect(
      scene.failure(of: sent)
        == FetchFailure(.timedOut, words: "no answer after 10 s", wasNeverSent: false)
    )
    #expect(
      scene.failure(of: unsent)
        == FetchFailure(.timedOut, words: "no answer after 10 s", wasNeverSent: true)
    )
    #expect(scene.client.ends == [SocketEnd(.timedOut, words: "not open after 3 s")])
    #expect(
      scene.client.log.map(\.time) == [
        start.advanced(byNanoseconds: 3_500_000_001),
        Timestamp.start.advanced(byNanoseconds: 10 * Self.second),
        start.advanced(byNanoseconds: 10 * Self.second),
      ]
    )
    #expect(scene.network.isEmpty)
  }

  @Test("a server still gets the request of a client that gave up, and its answer goes nowhere")
  func givingUp() throws {
    let scene = try Scene(sockets: 0)
    scene.server.answer = { _ in nil }
    var request = HTTPRequest("POST", scene.endpoint(.http))
    request.timeoutNanoseconds = 310
    let fetch = scene.network.fetch(request, scene.client)
    scene.network.run(while: { scene.client.answers.isEmpty })
    #expect(scene.cause(of: fetch) == .timedOut)
    #expect(scene.server.requests.isEmpty)
    #expect(scene.failure(of: fetch)?.wasNeverSent == false)
    scene.pass(10)
    #expect(scene.server.requests.map(\.method) == ["POST"])
    scene.network.respond(HTTPResponse(status: 200), to: scene.server.requestIDs[0])
    scene.network.run(while: { true })
    #expect(scene.client.answerOrder == [fetch])
    #expect(scene.network.isEmpty)
  }

  @Test("a server's socket learns that its client gave up while it opened")
  func halfOpened() throws {
    let scene = try Scene(sockets: 0)
    var open = SocketRequest(scene.endpoint(.ws))
    open.openNanoseconds = 325
    _ = scene.network.open(open, scene.client)
    scene.network.run(while: { true })
    #expect(scene.client.ends.map(\.cause) == [.timedOut])
    #expect(scene.client.opened.isEmpty)
    #expect(scene.server.opened.count == 1)
    #expect(scene.server.ends == [SocketEnd(.closedByPeer, words: "without a closing frame")])
    #expect(scene.network.isEmpty)
  }

  // MARK: Refusing

  @Test("a refusing port takes no new connection, and those that are there go on")
  func refusing() throws {
    let scene = try Scene()
    scene.network.setCondition(.refusing, forPort: scene.port)
    let start = scene.network.time
    _ = scene.network.open(SocketRequest(scene.endpoint(.ws)), scene.client)
    let fetch = scene.fetch()
    scene.pass(1_000)
    #expect(scene.client.ends == [SocketEnd(.unreachable, words: "connection refused")])
    #expect(scene.client.log[1].time == start.advanced(byNanoseconds: 300))
    #expect(
      scene.failure(of: fetch)
        == FetchFailure(.unreachable, words: "connection refused", wasNeverSent: true)
    )
    #expect(scene.network.send([0x61], on: scene.client.opened[0]))
    scene.pass(1_000)
    #expect(scene.server.messages == ["a"])
    scene.network.setCondition(.normal, forPort: scene.port)
    _ = scene.network.open(SocketRequest(scene.endpoint(.ws)), scene.client)
    scene.pass(1_000)
    #expect(scene.client.opened.count == 2)
  }

  // MARK: Resetting

  @Test("a reset is heard by both ends at once, and what was under way is lost")
  func resetting() throws {
    let scene = try Scene(sockets: 2)
    let (first, second) = (scene.client.opened[0], scene.client.opened[1])
    let waiting = scene.fetch("/never")
    scene.pass(1_000)
    _ = scene.network.open(SocketRequest(scene.endpoint(.ws)), scene.client)
    let connecting = scene.fetch()
    scene.pass(100)
    #expect(scene.network.send([0x61], on: first))
    scene.network.close(second, code: 1000, reason: "done")
    scene.client.log.removeAll()
    scene.server.log.removeAll()
    let reset = scene.network.time
    scene.network.setCondition(.resetting, forPort: scene.port)
    #expect(scene.client.log.isEmpty && scene.server.log.isEmpty)
    scene.pass(10)
    let broken = SocketEnd(.closedByPeer, words: "without a closing frame")
    #expect(
      scene.client.ends == [
        broken, SocketEnd(.closedByUs, code: 1000, words: "done"),
        SocketEnd(.unreachable, words: "the connection was reset"),
      ]
    )
    #expect(scene.server.ends == [broken, broken])
    #expect(scene.cause(of: waiting) == .closedByPeer)
    #expect(scene.failure(of: waiting)?.wasNeverSent == false)
    #expect(scene.cause(of: connecting) == .unreachable)
    #expect(scene.failure(of: connecting)?.wasNeverSent == true)
    // At once but for one nanosecond a reading.
    let isAtOnce = (scene.client.log + scene.server.log).allSatisfy {
      $0.time.nanoseconds(since: reset) < 10
    }
    #expect(isAtOnce)
    #expect(scene.server.messages.isEmpty)
    scene.network.run(while: { true })
    #expect(scene.network.isEmpty)
  }

  @Test("while a port resets, new connections break before the server hears of them")
  func stillResetting() throws {
    let scene = try Scene(sockets: 0)
    scene.network.setCondition(.resetting, forPort: scene.port)
    let fetch = scene.fetch()
    _ = scene.network.open(SocketRequest(scene.endpoint(.ws)), scene.client)
    scene.network.run(while: { true })
    #expect(scene.client.ends == [SocketEnd(.unreachable, words: "the connection was reset")])
    #expect(scene.cause(of: fetch) == .closedByPeer)
    #expect(scene.failure(of: fetch)?.wasNeverSent == false)
    #expect(scene.server.log.isEmpty)
    scene.network.setCondition(.normal, forPort: scene.port)
    let again = scene.fetch()
    scene.network.run(while: { true })
    #expect(try scene.client.answers[again]?.get().status == 200)
    #expect(scene.network.isEmpty)
  }

  @Test("conditions hold for one port alone, and can be said before anyone listens there")
  func otherPorts() throws {
    let scene = try Scene(sockets: 0)
    scene.network.setCondition(.refusing, forPort: 81)
    _ = try scene.network.listen(ListenRequest(port: 81), scene.server)
    let refused = scene.network.fetch(
      HTTPRequest("GET", MemoryNetworkTests.endpoint(.http, 81)),
      scene.client
    )
    let taken = scene.fetch()
    scene.network.run(while: { true })
    #expect(scene.cause(of: refused) == .unreachable)
    #expect(try scene.client.answers[taken]?.get().status == 200)
  }

  @Test("a way can break from within a handler, even while the server lets a socket in")
  func breakingInside() throws {
    for condition in [LinkCondition.silent, .resetting] {
      let scene = try Scene(sockets: 0)
      scene.server.refusal = { _ in
        scene.network.setCondition(condition, forPort: scene.port)
        return nil
      }
      _ = scene.network.open(SocketRequest(scene.endpoint(.ws)), scene.client)
      scene.network.run(while: { true })
      #expect(scene.client.ends.map(\.cause) == [condition == .silent ? .timedOut : .unreachable])
      #expect(scene.server.opened.isEmpty)
      #expect(scene.server.ends.map(\.cause) == [.closedByPeer])
      #expect(!scene.server.wasCalledWithinCall)
      #expect(scene.network.isEmpty)
    }
  }

  @Test("two ends that close at the same time both hear that they closed")
  func bothClose() throws {
    let scene = try Scene()
    scene.network.close(scene.client.opened[0], code: 1000, reason: "client")
    scene.network.close(scene.server.opened[0], code: 1001, reason: "server")
    scene.network.run(while: { true })
    #expect(scene.client.ends == [SocketEnd(.closedByUs, code: 1000, words: "client")])
    #expect(scene.server.ends == [SocketEnd(.closedByUs, code: 1001, words: "server")])
    #expect(scene.network.isEmpty)
  }
}
