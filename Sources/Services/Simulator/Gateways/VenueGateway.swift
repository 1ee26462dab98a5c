import Market
public import Units

/// The outside of a simulated venue: the real venue's REST and WebSocket protocol over an
/// ``Exchange``, with no socket and no clock of its own.
///
/// Whoever hosts it hands over requests and frames as bytes and carries out the effects. Before any
/// call the host has set the exchange's time; after any call it takes the exchange's events and
/// gives them to ``publish(_:effects:)``. Written from the venue's documentation and recordings
/// alone: it shares no message code with the adapter of the same venue.
public protocol VenueGateway: AnyObject {
  /// The venue's name: `kraken`.
  static var venue: String { get }
  /// Paths, from the root on, where sockets are opened: the public one first, then the private.
  static var socketPaths: (market: String, account: String) { get }

  /// A venue with nothing in its books.
  init(_ settings: GatewaySettings)

  var exchange: Exchange { get }

  /// Opens an account and hands out a key for it.
  func addAccount(_ name: String, _ permissions: Set<KeyPermission>) -> Credentials

  /// Answers one HTTP request.
  func respond(to request: GatewayRequest) -> GatewayResponse

  /// Lets a socket in, or says with which answer the upgrade is refused.
  func open(
    _ socket: SocketNumber,
    _ request: GatewayRequest,
    effects: inout [GatewayEffect]
  ) -> GatewayResponse?

  /// Takes one text frame.
  func receive(_ frame: [UInt8], from socket: SocketNumber, effects: inout [GatewayEffect])

  /// The socket is gone, whoever closed it.
  func closed(_ socket: SocketNumber)

  /// Tells the sockets what happened at the exchange.
  func publish(_ events: [ExchangeEvent], effects: inout [GatewayEffect])

  /// Does what is due at ``Exchange/now``: heartbeats, batches, idle sockets.
  func advance(effects: inout [GatewayEffect])

  /// When ``advance(effects:)`` has something to do next; nil while nothing waits.
  var nextDeadline: Timestamp? { get }
}

/// How a gateway behaves.
public struct GatewaySettings: Sendable {
  /// Everything random follows from it.
  public var seed: UInt64
  /// Whether budgets are enforced as documented.
  public var limitsRates = true
  /// Whether subscriptions get books as deep as the real venue's.
  public var instruments: [SimulatedInstrument]
  /// How long a withdrawal takes, and then the deposit that follows, in nanoseconds.
  public var transferNanoseconds: Int64 = 60_000_000_000

  public init(seed: UInt64, instruments: [SimulatedInstrument]) {
    self.seed = seed
    self.instruments = instruments
  }
}

/// What a key may do.
public enum KeyPermission: String, Hashable, Sendable, CaseIterable {
  case view, trade, withdraw
}

/// A key of a simulated account; worthless anywhere else.
public struct Credentials: Hashable, Sendable {
  public var account: String
  public var key: String
  public var secret: String
  /// What else the venue's clients ask for, such as a user number, by the name they use.
  public var more: [String: String] = [:]

  public init(account: String, key: String, secret: String, more: [String: String] = [:]) {
    self.account = account
    self.key = key
    self.secret = secret
    self.more = more
  }
}

/// A socket of a gateway, by the number that its host gave it.
public struct SocketNumber: Hashable, Sendable, Comparable {
  public let value: Int
  public init(value: Int) { self.value = value }
  public static func < (lhs: Self, rhs: Self) -> Bool { lhs.value < rhs.value }
}

/// An HTTP request as it came.
public struct GatewayRequest: Hashable, Sendable {
  public var method: String
  /// Without the query, still percent-encoded.
  public var path: String
  /// What follows the question mark, still encoded; empty without one.
  public var query: String
  /// Names in lower case, in the order they came.
  public var headers: [Header]
  public var body: [UInt8]

  public struct Header: Hashable, Sendable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public init(
    method: String,
    path: String,
    query: String = "",
    headers: [Header] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }

  /// The first header of this lower-case name.
  public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }

  public var bodyText: String { String(decoding: body, as: UTF8.self) }
}

/// The answer to a request.
public struct GatewayResponse: Hashable, Sendable {
  public var status: Int
  public var headers: [GatewayRequest.Header]
  public var body: [UInt8]

  public init(
    status: Int = 200,
    headers: [GatewayRequest.Header] = [.init("content-type", "application/json")],
    body: [UInt8]
  ) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  public var bodyText: String { String(decoding: body, as: UTF8.self) }
}

/// What a gateway wants done to its sockets.
public enum GatewayEffect: Hashable, Sendable {
  /// Send one text frame.
  case send(SocketNumber, [UInt8])
  case close(SocketNumber, code: UInt16, reason: String)
}
