/// A header field of HTTP.
public struct HeaderField: Hashable, Sendable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }
}

/// How a secure connection is checked; the default is the only safe way.
public struct TransportSecurity: Hashable, Sendable {
  /// A file of certificates to trust besides the system's; PEM.
  public var authorityFile: String?
  /// Whether a certificate that signed itself is taken, from this one endpoint; its host name and
  /// its dates still count.
  public var allowsSelfSigned = false

  public init() {}
}

/// A proxy that is asked to `CONNECT`.
public struct Proxy: Hashable, Sendable {
  public var host: String
  public var port: Int

  public init(host: String, port: Int) {
    self.host = host
    self.port = port
  }
}

/// What to open a WebSocket with.
public struct SocketRequest: Hashable, Sendable {
  public var endpoint: Endpoint
  public var headers: [HeaderField] = []
  public var security = TransportSecurity()
  public var proxy: Proxy?
  /// How long the connection, the encryption, and the upgrade may take together, in nanoseconds.
  public var openNanoseconds: Int64 = 10_000_000_000
  /// The longest message that is taken, in bytes; a longer one closes the socket.
  public var maximumMessageBytes = 16 << 20
  /// How many bytes may wait to be written; ``Network/send(_:on:)`` refuses more.
  public var maximumBacklogBytes = 1 << 20

  public init(_ endpoint: Endpoint) { self.endpoint = endpoint }
}

/// Why a socket is no more, or never was.
public struct SocketEnd: Hashable, Sendable {
  public enum Cause: String, Hashable, Sendable {
    /// The name could not be resolved.
    case unresolved
    /// Nobody answered, or the connection broke.
    case unreachable
    /// Nothing came within the time.
    case timedOut = "timed_out"
    /// The certificate is not one to trust.
    case untrusted
    /// The answer to the upgrade was no.
    case refused
    /// The other side closed.
    case closedByPeer = "closed_by_peer"
    /// We closed.
    case closedByUs = "closed_by_us"
    /// A message was longer than we take.
    case tooLong = "too_long"
  }

  public var cause: Cause
  /// The closing code of the other side; 1006 where there was none.
  public var code: Int
  /// Words for a person.
  public var words: String

  public init(_ cause: Cause, code: Int = 1006, words: String = "") {
    self.cause = cause
    self.code = code
    self.words = words
  }
}

extension SocketEnd: CustomStringConvertible {
  public var description: String {
    let text = cause.rawValue.replacing("_", with: " ")
    let number = code == 1006 ? "" : " (\(code))"
    return words.isEmpty ? text + number : "\(text)\(number): \(words)"
  }
}

/// A request over HTTP.
public struct HTTPRequest: Hashable, Sendable {
  public var method: String
  public var endpoint: Endpoint
  public var headers: [HeaderField]
  public var body: [UInt8]
  public var security = TransportSecurity()
  public var proxy: Proxy?
  /// How long the whole of it may take, in nanoseconds.
  public var timeoutNanoseconds: Int64 = 10_000_000_000
  /// The longest answer that is taken, in bytes.
  public var maximumBodyBytes = 16 << 20

  public init(
    _ method: String,
    _ endpoint: Endpoint,
    headers: [HeaderField] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    self.endpoint = endpoint
    self.headers = headers
    self.body = body
  }
}

/// An answer over HTTP.
public struct HTTPResponse: Hashable, Sendable {
  public var status: Int
  /// Names in lower case.
  public var headers: [HeaderField]
  public var body: [UInt8]

  public init(status: Int, headers: [HeaderField] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// The first header of this lower-case name.
  public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// Why no answer came.
///
/// Whether the request was carried out is not known, unless it was never sent.
public struct FetchFailure: Error, Hashable, Sendable {
  public var cause: SocketEnd.Cause
  public var words: String
  /// Whether no byte of the request can have reached the other side.
  public var wasNeverSent: Bool

  public init(_ cause: SocketEnd.Cause, words: String = "", wasNeverSent: Bool) {
    self.cause = cause
    self.words = words
    self.wasNeverSent = wasNeverSent
  }
}

extension FetchFailure: CustomStringConvertible {
  public var description: String {
    let text = cause.rawValue.replacing("_", with: " ")
    return words.isEmpty ? text : "\(text): \(words)"
  }
}

/// A request as a server sees it.
public struct ServerRequest: Hashable, Sendable {
  public var method: String
  /// Without the query.
  public var path: String
  /// Without the question mark; empty where there is none.
  public var query: String
  /// Names in lower case.
  public var headers: [HeaderField]
  public var body: [UInt8]

  public init(
    method: String,
    path: String,
    query: String = "",
    headers: [HeaderField] = [],
    body: [UInt8] = []
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.headers = headers
    self.body = body
  }
}

/// Where and how to serve.
public struct ListenRequest: Hashable, Sendable {
  /// A numeric address: `127.0.0.1` unless something else was configured and protected.
  public var address = "127.0.0.1"
  /// Zero takes any port that is free.
  public var port: Int
  /// Certificate and key, PEM files; without them the server speaks in the clear.
  public var certificateFile: String?
  public var keyFile: String?
  /// Headers beyond the well-known ones that handlers want to see, in lower case.
  public var headerNames: [String] = []
  public var maximumBodyBytes = 1 << 20
  public var maximumMessageBytes = 1 << 20
  /// How many bytes may wait to be written to one socket before it is closed as too slow.
  public var maximumBacklogBytes = 32 << 20

  public init(port: Int) { self.port = port }
}

/// The port cannot be had.
public struct ListenFailure: Error, Hashable, Sendable, CustomStringConvertible {
  public var description: String

  public init(_ description: String) { self.description = description }
}
