import Reactor
import Testing
import Units

@testable import Transport

/// More of what every ``Network`` does: ends, limits, and calls from within calls.
@Suite("Sockets and requests at their edges", .serialized)
struct NetworkEdgeTests {
  private static func endpoint(
    _ scheme: Endpoint.Scheme,
    _ port: Int,
    _ target: String = "/"
  ) -> Endpoint {
    Endpoint(scheme: scheme, host: "127.0.0.1", port: port, target: target)
  }

  @Test("a server that closes is heard, after all it sent before", arguments: NetworkKind.allCases)
  func serverCloses(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.whenOpened = { socket in
      for text in ["one", "two"] { #expect(network.send(Array(text.utf8), on: socket)) }
      network.close(socket, code: 4001, reason: "enough")
      #expect(!network.send([0x61], on: socket))
    }
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    _ = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
    #expect(network.run(until: { !client.ends.isEmpty && !server.ends.isEmpty }))
    #expect(client.messages == ["one", "two"])
    #expect(client.ends == [SocketEnd(.closedByPeer, code: 4001, words: "enough")])
    #expect(server.ends == [SocketEnd(.closedByUs, code: 4001, words: "enough")])
  }

  @Test("a socket closed before it opened ends and never opens", arguments: NetworkKind.allCases)
  func closedEarly(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let port = try network.listen(ListenRequest(port: 0), Recorder(network))
    let client = Recorder(network)
    let socket = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
    #expect(!network.send([0x61], on: socket))
    network.close(socket, code: 1000, reason: "changed our mind")
    network.close(socket, code: 1000, reason: "twice")
    #expect(client.ends.isEmpty)
    #expect(network.run(until: { !client.ends.isEmpty }))
    #expect(client.ends == [SocketEnd(.closedByUs, words: "changed our mind")])
    #expect(!network.run(until: { client.ends.count > 1 || !client.opened.isEmpty }, seconds: 0))
  }

  @Test("a message too long for the server ends both sides", arguments: NetworkKind.allCases)
  func tooLongForServer(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    var listen = ListenRequest(port: 0)
    listen.maximumMessageBytes = 1_000
    let port = try network.listen(listen, server)
    let client = Recorder(network)
    let socket = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
    #expect(network.run(until: { !client.opened.isEmpty }))
    #expect(network.send([UInt8](repeating: 0x61, count: 1_000), on: socket))
    #expect(network.send([UInt8](repeating: 0x61, count: 1_001), on: socket))
    #expect(network.run(until: { !client.ends.isEmpty && !server.ends.isEmpty }))
    #expect(server.messageSizes == [1_000])
    #expect(
      server.ends == [SocketEnd(.tooLong, words: "a message of more than 1000 bytes")]
    )
    #expect(client.ends == [SocketEnd(.closedByPeer, words: "without a closing frame")])
  }

  @Test("bodies beyond a limit are not taken, on either side", arguments: NetworkKind.allCases)
  func longBodies(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.answer = { _ in HTTPResponse(status: 200, body: [UInt8](repeating: 0x61, count: 500)) }
    var listen = ListenRequest(port: 0)
    listen.maximumBodyBytes = 100
    let port = try network.listen(listen, server)
    let client = Recorder(network)
    var small = HTTPRequest("GET", Self.endpoint(.http, port))
    small.maximumBodyBytes = 499
    let answerTooLong = network.fetch(small, client)
    small.maximumBodyBytes = 500
    let fits = network.fetch(small, client)
    #expect(network.run(until: { client.answers.count == 2 }))
    let failure = FetchFailure(
      .tooLong,
      words: "an answer of more than 499 bytes",
      wasNeverSent: false
    )
    #expect(client.answers[answerTooLong] == .failure(failure))
    #expect(try client.answers[fits]?.get().body.count == 500)
    let body = [UInt8](repeating: 0x61, count: 101)
    let bodyTooLong = network.fetch(
      HTTPRequest("POST", Self.endpoint(.http, port), body: body),
      client
    )
    #expect(network.run(until: { client.answers.count == 3 }))
    guard case .failure(let refused) = client.answers[bodyTooLong] else {
      Issue.record("a body beyond the limit was taken")
      return
    }
    #expect(!refused.wasNeverSent)
    #expect(server.requests.count == 2)
  }

  @Test("a request can be answered later, and once", arguments: NetworkKind.allCases)
  func laterAnswer(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.answer = { _ in nil }
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    let fetch = network.fetch(HTTPRequest("GET", Self.endpoint(.http, port)), client)
    #expect(network.run(until: { !server.requestIDs.isEmpty }))
    let id = try #require(server.requestIDs.first)
    #expect(client.answers.isEmpty)
    network.respond(HTTPResponse(status: 201), to: id)
    network.respond(HTTPResponse(status: 500), to: id)
    network.respond(HTTPResponse(status: 500), to: ServerRequestID(number: 1_000_000))
    #expect(network.run(until: { client.answers[fetch] != nil }))
    #expect(try client.answers[fetch]?.get().status == 201)
    network.respond(HTTPResponse(status: 500), to: id)
    #expect(!network.run(until: { client.answerOrder.count > 1 }, seconds: 0))
  }

  @Test("servers see well-known headers and those they named", arguments: NetworkKind.allCases)
  func headers(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.answer = { _ in
      HTTPResponse(
        status: 200,
        headers: [HeaderField("Retry-After", "7"), HeaderField("x-unheard-of", "1")],
        body: [0x61]
      )
    }
    var listen = ListenRequest(port: 0)
    listen.headerNames = ["api-key"]
    let port = try network.listen(listen, server)
    let client = Recorder(network)
    let sent = [
      HeaderField("API-Key", "k"), HeaderField("api-other", "o"),
      HeaderField("Content-Type", "application/json"),
    ]
    let fetch = network.fetch(
      HTTPRequest("POST", Self.endpoint(.http, port), headers: sent, body: [0x7B, 0x7D]),
      client
    )
    #expect(network.run(until: { client.answers[fetch] != nil }))
    func values(_ name: String) -> [String] {
      server.requests.flatMap { $0.headers.filter { $0.name == name }.map(\.value) }
    }
    #expect(values("api-key") == ["k"])
    #expect(values("api-other").isEmpty)
    #expect(values("content-type") == ["application/json"])
    #expect(values("content-length") == ["2"])
    #expect(values("user-agent") == ["parallax"])
    #expect(values("host") == ["127.0.0.1:\(port)"])
    let answer = try #require(client.answers[fetch]).get()
    #expect(answer.header("retry-after") == "7")
    #expect(answer.header("x-unheard-of") == nil)
    #expect(answer.header("content-length") == "1")
  }

  @Test("paths come decoded, queries as they are", arguments: NetworkKind.allCases)
  func paths(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    let target = "/a%2Cb/c?x=1%2B2&y=a/b:c"
    _ = network.fetch(HTTPRequest("GET", Self.endpoint(.http, port, target)), client)
    #expect(network.run(until: { client.answers.count == 1 }))
    #expect(server.requests.map(\.path) == ["/a,b/c"])
    #expect(server.requests.map(\.query) == ["x=1%2B2&y=a/b:c"])
  }

  @Test("no handler is called from within a call of its own", arguments: NetworkKind.allCases)
  func noReentrance(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.echo = { [$0] }
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    var isClosed = false
    client.whenFired = { timer in
      network.cancel(timer)
      _ = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
      _ = network.open(SocketRequest(Self.endpoint(.ws, 1)), client)
    }
    client.whenOpened = { socket in
      #expect(network.send([0x61], on: socket))
      _ = network.fetch(HTTPRequest("GET", Self.endpoint(.http, port)), client)
      _ = network.fetch(HTTPRequest("GET", Self.endpoint(.http, 1)), client)
    }
    client.whenFetched = { _ in
      guard !isClosed, client.answerOrder.count == 2 else { return }
      isClosed = true
      network.close(client.opened[0], code: 1000, reason: "")
    }
    _ = network.wake(client, after: 0)
    #expect(network.run(until: { client.ends.count == 2 && server.ends.count == 1 }))
    #expect(client.answers.count == 2)
    #expect(client.messages == ["a"])
    #expect(!client.wasCalledWithinCall)
    #expect(!server.wasCalledWithinCall)
  }

  @Test("a handler is held until all it waits for has ended", arguments: NetworkKind.allCases)
  func holding(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let port = try network.listen(ListenRequest(port: 0), Recorder(network))
    weak var held: Recorder?
    var socket: SocketID?
    do {
      let client = Recorder(network)
      held = client
      socket = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
      _ = network.fetch(HTTPRequest("GET", Self.endpoint(.http, port)), client)
      _ = network.wake(client, after: 1)
    }
    let isServed = network.run(until: {
      held?.opened.count == 1 && held?.answers.count == 1 && held?.fired == 1
    })
    #expect(isServed)
    network.close(try #require(socket), code: 1000, reason: "")
    #expect(network.run(until: { held == nil }))
  }

  @Test("nobody listens where somebody does already, or where no port is")
  func listening() throws {
    let network = NetworkKind.memory.makeNetwork()
    let server = Recorder(network)
    #expect(try network.listen(ListenRequest(port: 0), server) == 49_152)
    #expect(try network.listen(ListenRequest(port: 49_153), server) == 49_153)
    #expect(try network.listen(ListenRequest(port: 0), server) == 49_154)
    for port in [49_152, 49_153, -1, 65_536] {
      #expect(throws: ListenFailure("cannot listen on 127.0.0.1, port \(port)")) {
        _ = try network.listen(ListenRequest(port: port), server)
      }
    }
  }
}
