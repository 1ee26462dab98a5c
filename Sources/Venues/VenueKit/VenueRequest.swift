/// A request to a venue's REST interface, without proof of who asks.
public struct VenueRequest: Hashable, Sendable {
  public enum Method: String, Hashable, Sendable {
    case get = "GET"
    case post = "POST"
    case delete = "DELETE"
  }

  public enum Body: Hashable, Sendable {
    case none
    /// Fields in the order they are sent, percent-encoded when written.
    case form([Field])
    /// Members of one JSON object, values as JSON text.
    case json([Field])
  }

  public struct Field: Hashable, Sendable {
    public var name: String
    public var value: String
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var method: Method
  /// From the root on: `/0/private/AddOrder`.
  public var path: String
  public var query: [Field]
  public var body: Body
  public var needsKey: Bool
  /// The name of the ``RateBudget`` that it draws on.
  public var budget: String
  public var weight: Double

  public init(
    _ method: Method,
    _ path: String,
    query: [Field] = [],
    body: Body = .none,
    needsKey: Bool = true,
    budget: String,
    weight: Double = 1
  ) {
    self.method = method
    self.path = path
    self.query = query
    self.body = body
    self.needsKey = needsKey
    self.budget = budget
    self.weight = weight
  }
}

/// A request ready to be sent.
public struct SignedRequest: Hashable, Sendable {
  public var method: VenueRequest.Method
  /// Path and query, percent-encoded, as it goes on the request line.
  public var target: String
  public var headers: [VenueRequest.Field]
  public var body: [UInt8]

  public init(
    method: VenueRequest.Method,
    target: String,
    headers: [VenueRequest.Field],
    body: [UInt8] = []
  ) {
    self.method = method
    self.target = target
    self.headers = headers
    self.body = body
  }
}

/// An answer as it came, still bytes.
public struct VenueResponse: ~Copyable {
  public var status: Int
  /// Names in lower case.
  public var headers: [VenueRequest.Field]
  public var body: [UInt8]

  public init(status: Int, headers: [VenueRequest.Field] = [], body: [UInt8]) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
}

/// How a private socket is opened.
public struct SocketHandshake: Hashable, Sendable {
  public var address: String
  public var headers: [VenueRequest.Field]

  public init(address: String, headers: [VenueRequest.Field] = []) {
    self.address = address
    self.headers = headers
  }
}

/// What makes a request unlike the one before: time and chance, given from outside.
public struct RequestStamp: Hashable, Sendable {
  /// The venue's time as far as we know it, nanoseconds since 1970.
  public var nanoseconds: Int64
  /// Rises with every request of the key; nanoseconds of the clock or one more than the last.
  public var nonce: UInt64
  /// 128 random bits.
  public var random: UInt128

  public init(nanoseconds: Int64, nonce: UInt64, random: UInt128) {
    self.nanoseconds = nanoseconds
    self.nonce = nonce
    self.random = random
  }
}

/// A key that signs and cannot be read.
public protocol SigningKey: Sendable {
  /// The public half: the key's name at the venue. Not a secret, yet never logged whole.
  var name: String { get }
  /// HMAC of `message` with the secret as the venue hands it out, or base64-decoded first.
  func authenticate(_ message: [UInt8], _ digest: MessageDigest, secret: SecretForm) -> [UInt8]
  /// ECDSA over P-256 and SHA-256, as `r || s`, 64 bytes.
  func signES256(_ message: [UInt8]) -> [UInt8]
}

public enum MessageDigest: Hashable, Sendable { case sha256, sha384, sha512 }

/// How the text of a secret becomes bytes.
public enum SecretForm: Hashable, Sendable { case utf8, base64 }
