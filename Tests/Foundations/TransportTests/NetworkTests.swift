import Reactor
import Testing
import Units

@testable import Transport

/// What every ``Network`` does, the real one and the one in memory alike.
@Suite("Sockets, requests, servers, and timers", .serialized)
struct NetworkTests {
  private static func endpoint(
    _ scheme: Endpoint.Scheme,
    _ port: Int,
    _ target: String = "/"
  ) -> Endpoint {
    Endpoint(scheme: scheme, host: "127.0.0.1", port: port, target: target)
  }

  @Test(
    "messages go both ways, whole and in order, short and long",
    arguments: NetworkKind.allCases
  )
  func messages(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.echo = { [$0, "and " + $0.prefix(10)] }
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    var request = SocketRequest(Self.endpoint(.ws, port, "/v2?depth=5"))
    request.headers = [HeaderField("origin", "test")]
    let socket = network.open(request, client)
    #expect(network.run(until: { !client.opened.isEmpty }))
    #expect(server.upgrades.first?.path == "/v2")
    #expect(server.upgrades.first?.query == "depth=5")
    #expect(server.upgrades.first?.headers.contains(HeaderField("origin", "test")) == true)
    let long = String(repeating: "x", count: 300_000)
    for text in ["one", "two", long, "three"] {
      #expect(network.send(Array(text.utf8), on: socket))
    }
    #expect(network.run(until: { client.messages.count == 8 }))
    #expect(server.messageSizes == [3, 3, 300_000, 5])
    #expect(client.messageSizes == [3, 7, 3, 7, 300_000, 14, 5, 9])
    network.close(socket, code: 1000, reason: "done")
    #expect(network.run(until: { !client.ends.isEmpty && !server.ends.isEmpty }))
    #expect(client.ends == [SocketEnd(.closedByUs, code: 1000, words: "done")])
    #expect(server.ends == [SocketEnd(.closedByPeer, code: 1000, words: "done")])
    #expect(!network.send([1], on: socket))
  }

  @Test(
    "a message longer than the limit ends the socket, and not the program",
    arguments: NetworkKind.allCases
  )
  func tooLong(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.echo = { _ in [String(repeating: "y", count: 100_000)] }
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    var request = SocketRequest(Self.endpoint(.ws, port))
    request.maximumMessageBytes = 50_000
    let socket = network.open(request, client)
    #expect(network.run(until: { !client.opened.isEmpty }))
    _ = network.send(Array("go".utf8), on: socket)
    #expect(network.run(until: { !client.ends.isEmpty }))
    #expect(client.ends.first?.cause == .tooLong)
    #expect(client.messages.isEmpty)
  }

  @Test(
    "a full queue refuses, and takes again once it has drained",
    arguments: NetworkKind.allCases
  )
  func backPressure(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    var request = SocketRequest(Self.endpoint(.ws, port))
    request.maximumBacklogBytes = 1_000
    let socket = network.open(request, client)
    #expect(network.run(until: { !client.opened.isEmpty }))
    let message = [UInt8](repeating: 0x61, count: 400)
    #expect(network.send(message, on: socket))
    #expect(network.send(message, on: socket))
    #expect(!network.send(message, on: socket))
    #expect(network.run(until: { server.messages.count == 2 }))
    #expect(network.send(message, on: socket))
  }

  @Test(
    "requests of every kind arrive as sent and are answered as told",
    arguments: NetworkKind.allCases
  )
  func requests(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.answer = { request in
      HTTPResponse(
        status: request.path == "/missing" ? 404 : 200,
        headers: [HeaderField("content-type", "text/plain"), HeaderField("retry-after", "7")],
        body: Array("\(request.method) \(request.path)?\(request.query) ".utf8) + request.body
      )
    }
    var listen = ListenRequest(port: 0)
    listen.headerNames = ["api-key"]
    let port = try network.listen(listen, server)
    let client = Recorder(network)
    let get = network.fetch(
      HTTPRequest(
        "GET",
        Self.endpoint(.http, port, "/a/b?x=1&y=a%20b"),
        headers: [
          HeaderField("api-key", "k")
        ]
      ),
      client
    )
    let post = network.fetch(
      HTTPRequest("POST", Self.endpoint(.http, port, "/post"), body: Array("body".utf8)),
      client
    )
    let empty = network.fetch(HTTPRequest("POST", Self.endpoint(.http, port, "/empty")), client)
    let delete = network.fetch(HTTPRequest("DELETE", Self.endpoint(.http, port, "/d")), client)
    let missing = network.fetch(HTTPRequest("GET", Self.endpoint(.http, port, "/missing")), client)
    #expect(network.run(until: { client.answers.count == 5 }))
    func body(_ id: FetchID) throws -> String {
      String(decoding: try #require(client.answers[id]).get().body, as: UTF8.self)
    }
    #expect(try body(get) == "GET /a/b?x=1&y=a%20b ")
    #expect(try body(post) == "POST /post? body")
    #expect(try body(empty) == "POST /empty? ")
    #expect(server.requests.count == 5)
    #expect(try body(delete) == "DELETE /d? ")
    #expect(try client.answers[missing]?.get().status == 404)
    #expect(try client.answers[get]?.get().header("retry-after") == "7")
    #expect(server.requests.contains { $0.headers.contains(HeaderField("api-key", "k")) })
  }

  @Test(
    "a connection serves one request after another, and large answers arrive whole",
    arguments: NetworkKind.allCases
  )
  func reuse(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.answer = { request in
      HTTPResponse(
        status: 200,
        body: [UInt8](repeating: 0x7A, count: request.query.isEmpty ? 5 : 3_000_000)
      )
    }
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    for round in 0..<50 {
      let target = round % 10 == 9 ? "/?large=1" : "/"
      let body: [UInt8] = round % 2 == 0 ? [] : Array("n=\(round)".utf8)
      let fetch = network.fetch(
        HTTPRequest(
          round % 2 == 0 ? "GET" : "POST",
          Self.endpoint(.http, port, target),
          body: body
        ),
        client
      )
      #expect(network.run(until: { client.answers[fetch] != nil }))
      let answer = try #require(client.answers[fetch]).get()
      #expect(answer.body.count == (round % 10 == 9 ? 3_000_000 : 5))
    }
    #expect(server.requests.map(\.body.count) == (0..<50).map { $0 % 2 == 0 ? 0 : $0 < 10 ? 3 : 4 })
  }

  @Test(
    "every stage has its time: no answer, no upgrade, nobody there",
    arguments: NetworkKind.allCases
  )
  func timeouts(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.answer = { _ in nil }
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    var slow = HTTPRequest("GET", Self.endpoint(.http, port))
    slow.timeoutNanoseconds = 100_000_000
    let unanswered = network.fetch(slow, client)
    let refused = network.fetch(HTTPRequest("GET", Self.endpoint(.http, 1)), client)
    #expect(network.run(until: { client.answers.count == 2 }))
    #expect(
      client.answers[unanswered]
        == .failure(
          FetchFailure(.timedOut, words: "no answer after 0 s", wasNeverSent: false)
        )
    )
    guard case .failure(let failure) = client.answers[refused] else {
      Issue.record("nobody listens on port 1")
      return
    }
    #expect(failure.cause == .unreachable)
    #expect(failure.wasNeverSent)
    _ = network.open(SocketRequest(Self.endpoint(.ws, 1)), client)
    #expect(network.run(until: { client.ends.count == 1 }))
    #expect(client.ends[0].cause == .unreachable)
    _ = network.open(
      SocketRequest(Endpoint(scheme: .ws, host: "no-such-host.invalid", port: 80)),
      client
    )
    #expect(network.run(until: { client.ends.count == 2 }))
    #expect(client.ends[1].cause == .unresolved)
  }

  @Test("a server lets in whom it wants", arguments: NetworkKind.allCases)
  func refusal(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.refusal = { $0.path == "/private" ? HTTPResponse(status: 403) : nil }
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    _ = network.open(SocketRequest(Self.endpoint(.ws, port, "/private")), client)
    #expect(network.run(until: { client.ends.count == 1 }))
    #expect(client.ends[0].cause == .refused)
    #expect(client.opened.isEmpty)
    _ = network.open(SocketRequest(Self.endpoint(.ws, port, "/public")), client)
    #expect(network.run(until: { client.opened.count == 1 }))
    #expect(server.opened.count == 1)
  }

  @Test(
    "timers go off when they are due, in order, and not when cancelled",
    arguments: NetworkKind.allCases
  )
  func timers(_ kind: NetworkKind) {
    let network = kind.makeNetwork()
    let recorder = Recorder(network)
    let start = network.now
    _ = network.wake(recorder, after: 20_000_000)
    let cancelled = network.wake(recorder, after: 10_000_000)
    network.cancel(cancelled)
    #expect(network.run(until: { recorder.fired == 1 }))
    let elapsed = network.now.nanoseconds(since: start)
    #expect(elapsed >= 20_000_000)
    #expect(!network.run(until: { recorder.fired == 2 }, seconds: 0))
  }

  @Test("no two readings of the clock are equal", arguments: NetworkKind.allCases)
  func clock(_ kind: NetworkKind) {
    let network = kind.makeNetwork()
    var last = network.now
    for _ in 0..<10_000 {
      let next = network.now
      #expect(next > last)
      last = next
    }
  }
}
