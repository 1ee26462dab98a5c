public import Codecs
import Market
public import Reactor
public import Transport
public import Units

/// Serves one simulated venue to clients of a ``Transport/Network``: sockets, requests, and, under
/// `/control/`, what goes wrong.
///
/// All servers of one world share a ``WorldClock``, which moves it along.
public final class VenueServer: ServerHandler, TimerHandler {
  private let network: any Network
  private let venue: SimulatedVenue
  private let clock: WorldClock
  private var sockets: [SocketID: SocketNumber] = [:]
  private var socketIDs: [SocketNumber: SocketID] = [:]
  private var delayed: [TimerID: (ServerRequestID, HTTPResponse)] = [:]
  public private(set) var port = 0

  /// Headers that the venues' clients sign with, besides the well-known ones.
  static let headerNames = [
    "api-key", "api-sign", "x-gemini-apikey", "x-gemini-payload", "x-gemini-signature",
    "x-gemini-nonce", "x-auth", "x-auth-signature", "x-auth-nonce", "x-auth-timestamp",
    "x-auth-version", "x-auth-subaccount-id", "cb-version", "cb-access-key", "cb-access-sign",
    "cb-access-timestamp",
  ]

  public init(_ venue: SimulatedVenue, _ clock: WorldClock, _ network: any Network) {
    self.venue = venue
    self.clock = clock
    self.network = network
  }

  /// Starts to listen; port 0 takes any.
  public func start(_ listen: ListenRequest) throws(ListenFailure) {
    var listen = listen
    listen.headerNames = VenueServer.headerNames
    port = try network.listen(listen, self)
    clock.add(self)
  }

  /// Ends: its sockets close, and its port is free after the network's next turn.
  ///
  /// The venue goes on in the world's time, and another server may open it again.
  public func stop() {
    network.stopListening(port: port)
    for timer in delayed.keys { network.cancel(timer) }
    delayed.removeAll()
    clock.remove(self)
  }

  /// What clients need to know.
  public func description(host: String = "127.0.0.1") -> ServedVenue {
    let paths = type(of: venue.gateway).socketPaths
    return ServedVenue(
      venue: venue.name,
      rest: "http://\(host):\(port)",
      market: "ws://\(host):\(port)\(paths.market == "/" ? "" : paths.market)",
      account: "ws://\(host):\(port)\(paths.account == "/" ? "" : paths.account)",
      accounts: venue.accounts
    )
  }

  // MARK: Requests

  public func requested(_ id: ServerRequestID, _ request: ServerRequest, at now: Timestamp) {
    clock.advance(to: now)
    var request = request
    restoreKey(in: &request)
    if request.path.hasPrefix("/control/") {
      network.respond(control(request), to: id)
    } else if let (response, delay) = venue.respond(to: GatewayRequest(request), at: now) {
      let response = HTTPResponse(response)
      if delay > 0 {
        delayed[network.wake(self, after: delay)] = (id, response)
      } else {
        network.respond(response, to: id)
      }
    }
    clock.settle()
  }

  /// Gives a key that was read as a part of a header's name its letters back.
  private func restoreKey(in request: inout ServerRequest) {
    guard let place = request.headers.firstIndex(where: { $0.name == "x-auth" }),
      let account = venue.accounts.first(where: {
        request.headers[place].value == "bitstamp " + $0.key.lowercased()
      })
    else { return }
    request.headers[place].value = "BITSTAMP " + account.key
  }

  public func timerFired(_ timer: TimerID, at now: Timestamp) {
    guard let (id, response) = delayed.removeValue(forKey: timer) else { return }
    network.respond(response, to: id)
  }

  // MARK: Sockets

  public func upgrading(
    _ socket: SocketID,
    _ request: ServerRequest,
    at now: Timestamp
  ) -> HTTPResponse? {
    clock.advance(to: now)
    let number = venue.nextSocket()
    let refusal = venue.open(number, GatewayRequest(request), at: now)
    if refusal == nil {
      sockets[socket] = number
      socketIDs[number] = socket
    }
    return refusal.map { HTTPResponse($0) }
  }

  public func socketOpened(_: SocketID, at now: Timestamp) {
    clock.advance(to: now)
    clock.settle()
  }

  public func socketReceived(_ socket: SocketID, _ message: Span<UInt8>, at now: Timestamp) {
    guard let number = sockets[socket] else { return }
    clock.advance(to: now)
    var frame: [UInt8] = []
    frame.reserveCapacity(message.count)
    for index in message.indices { frame.append(message[index]) }
    venue.receive(frame, from: number, at: now)
    clock.settle()
  }

  public func socketEnded(_ socket: SocketID, _: SocketEnd, at _: Timestamp) {
    guard let number = sockets.removeValue(forKey: socket) else { return }
    socketIDs[number] = nil
    venue.closed(number)
  }

  /// Carries out what the venue wants done to its sockets.
  func carryOut(at now: Timestamp) {
    for effect in venue.takeEffects(at: now) {
      switch effect {
      case .send(let number, let frame):
        guard let socket = socketIDs[number] else { continue }
        // A client that takes nothing more is dropped, as venues do.
        if !network.send(frame, on: socket) {
          network.close(socket, code: 1008, reason: "too slow")
        }
      case .close(let number, let code, let reason):
        guard let socket = socketIDs[number] else { continue }
        network.close(socket, code: Int(code), reason: reason)
      }
    }
  }

  // MARK: Control

  private func control(_ request: ServerRequest) -> HTTPResponse {
    switch (request.method, request.path) {
    case ("GET", "/control/faults"): return faults()
    case ("POST", "/control/faults"):
      do throws(WireError) {
        let change = try JSONValue(request.body)
        do throws(FaultSettings.Refusal) {
          venue.faultSettings = try venue.faultSettings.changed(by: change)
          return faults()
        } catch {
          return VenueServer.refusal(400, error.description)
        }
      } catch {
        return VenueServer.refusal(400, "the body is not JSON: \(error)")
      }
    case ("POST", "/control/disconnect"):
      for socket in socketIDs.values {
        network.close(socket, code: 1001, reason: "going away")
      }
      return VenueServer.json { $0.field("closed", socketIDs.count) }
    case ("POST", "/control/status"):
      let text = String(decoding: request.body, as: UTF8.self)
        .trimmingPrefix { $0.isWhitespace || $0 == "\"" }
        .prefix { $0.isLetter || $0 == "_" }
      guard let status = ExchangeStatus(rawValue: String(text)) else {
        let names = ExchangeStatus.allCases.map(\.rawValue).joined(separator: ", ")
        return VenueServer.refusal(400, "\(text) is none of \(names)")
      }
      venue.exchange.setStatus(status)
      return VenueServer.json { $0.field("status", status.rawValue) }
    default:
      return VenueServer.refusal(404, "there is no \(request.method) \(request.path)")
    }
  }

  private func faults() -> HTTPResponse {
    VenueServer.json { json in
      json.key("settings")
      venue.faultSettings.write(to: &json)
      json.object("counts") { json in
        for (name, count) in venue.faultCounts.sorted(by: { $0.key < $1.key }) {
          json.field(name, count)
        }
      }
    }
  }

  private static func refusal(_ status: Int, _ words: String) -> HTTPResponse {
    var response = json { $0.field("error", words) }
    response.status = status
    return response
  }

  private static func json(_ body: (inout JSONWriter) -> Void) -> HTTPResponse {
    var writer = JSONWriter()
    writer.object(body)
    return HTTPResponse(
      status: 200,
      headers: [HeaderField("content-type", "application/json")],
      body: writer.bytes
    )
  }
}

/// Where a served venue is, and the keys to it.
public struct ServedVenue: Hashable, Sendable {
  public var venue: String
  public var rest: String
  public var market: String
  public var account: String
  public var accounts: [Credentials]

  /// One object: `{venue, rest, ws, wsPrivate, accounts: [{account, key, secret, …}]}`.
  public func write(to json: inout JSONWriter) {
    json.object { json in
      json.field("venue", venue)
      json.field("rest", rest)
      json.field("ws", market)
      json.field("wsPrivate", account)
      json.array("accounts") { json in
        for account in accounts {
          json.object { json in
            json.field("account", account.account)
            json.field("key", account.key)
            json.field("secret", account.secret)
            for (name, value) in account.more.sorted(by: { $0.key < $1.key }) {
              json.field(name, value)
            }
          }
        }
      }
    }
  }
}

extension GatewayRequest {
  init(_ request: ServerRequest) {
    self.init(
      method: request.method,
      path: request.path,
      query: request.query,
      headers: request.headers.map { Header($0.name, $0.value) },
      body: request.body
    )
  }
}

extension HTTPResponse {
  init(_ response: GatewayResponse) {
    self.init(
      status: response.status,
      headers: response.headers.map { HeaderField($0.name, $0.value) },
      body: response.body
    )
  }
}
