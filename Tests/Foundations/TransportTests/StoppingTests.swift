import Reactor
import Testing
import Units

@testable import Transport

@Suite("A server that ends", .serialized)
struct StoppingTests {
  private static func endpoint(_ scheme: Endpoint.Scheme, _ port: Int) -> Endpoint {
    Endpoint(scheme: scheme, host: "127.0.0.1", port: port, target: "/")
  }

  @Test(
    "takes its sockets and requests with it, and frees its port",
    arguments: NetworkKind.allCases
  )
  func stops(_ kind: NetworkKind) throws {
    let network = kind.makeNetwork()
    let server = Recorder(network)
    server.answer = { _ in nil }
    let port = try network.listen(ListenRequest(port: 0), server)
    let client = Recorder(network)
    _ = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
    let fetch = network.fetch(HTTPRequest("GET", Self.endpoint(.http, port)), client)
    #expect(
      network.run(until: {
        !client.opened.isEmpty && !server.opened.isEmpty && !server.requests.isEmpty
      })
    )
    network.stopListening(port: port)
    #expect(
      network.run(until: {
        !client.ends.isEmpty && !server.ends.isEmpty && client.answers[fetch] != nil
      })
    )
    #expect(client.ends.first?.cause == .closedByPeer)
    #expect(server.ends.first?.cause == .closedByUs)
    guard case .failure = client.answers[fetch] else {
      Issue.record("the request has an answer")
      return
    }
    #expect(!client.wasCalledWithinCall && !server.wasCalledWithinCall)
    // Nobody is there any more.
    _ = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
    #expect(network.run(until: { client.ends.count == 2 }))
    #expect(client.ends.last?.cause == .unreachable)
    // An answer to what has gone is no harm.
    network.respond(HTTPResponse(status: 200), to: server.requestIDs[0])
    network.stopListening(port: port)
  }

  // In memory alone: libwebsockets does not serve a port again within one context.
  @Test("may begin again on the same port, many times")
  func again() throws {
    let network = NetworkKind.memory.makeNetwork()
    let server = Recorder(network)
    let other = try network.listen(ListenRequest(port: 0), Recorder(network))
    let port = try network.listen(ListenRequest(port: 0), server)
    network.stopListening(port: port)
    for round in 1...20 {
      let client = Recorder(network)
      #expect(network.run(until: { client.fired == 0 }))
      let timer = network.wake(client, after: 20_000_000)
      #expect(network.run(until: { client.fired == 1 }), "\(timer)")
      #expect(try network.listen(ListenRequest(port: port), server) == port)
      _ = network.open(SocketRequest(Self.endpoint(.ws, port)), client)
      _ = network.open(SocketRequest(Self.endpoint(.ws, other)), client)
      #expect(network.run(until: { client.opened.count == 2 }), "round \(round)")
      network.stopListening(port: port)
      #expect(network.run(until: { client.ends.count == 1 }), "round \(round)")
    }
  }

  @Test("listens at its own address, and at no other of the machine")
  func address() throws {
    let network = LiveNetwork()
    let port = try network.listen(ListenRequest(port: 0), Recorder(network))
    let other = Endpoint(scheme: .ws, host: "127.0.0.2", port: port, target: "/")
    let client = Recorder(network)
    _ = network.open(SocketRequest(other), client)
    #expect(network.run(until: { !client.ends.isEmpty || !client.opened.isEmpty }))
    #expect(client.opened.isEmpty && client.ends.first?.cause == .unreachable)
  }
}
