/// Where something listens: the part of a URL up to the path, and the path.
public struct Endpoint: Hashable, Sendable {
  public enum Scheme: String, Hashable, Sendable {
    case ws, wss, http, https

    public var isSecure: Bool { self == .wss || self == .https }
    var usualPort: Int { isSecure ? 443 : 80 }
  }

  public var scheme: Scheme
  /// A name or a numeric address; an IPv6 address without its brackets.
  public var host: String
  public var port: Int
  /// Path and query, starting with a slash, percent-encoded.
  public var target: String

  /// Why a text is no address.
  public enum Failure: Error, Hashable, Sendable {
    case scheme, host, port, user, target
  }

  public init(scheme: Scheme, host: String, port: Int? = nil, target: String = "/") {
    self.scheme = scheme
    self.host = host
    self.port = port ?? scheme.usualPort
    self.target = target
  }

  /// Reads `wss://host:port/path?query`; a user or a password in it is refused.
  public init(_ text: String) throws(Failure) {
    guard text.utf8.count <= Endpoint.longest else { throw .target }
    guard let colon = text.firstRange(of: "://"),
      let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased())
    else { throw .scheme }
    let rest = text[colon.upperBound...]
    let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
    let authority = rest[..<end]
    guard !authority.contains("@") else { throw .user }
    let (host, port) = try Endpoint.split(authority)
    guard Endpoint.isHost(host) else { throw .host }
    var target = String(rest[end...].prefix { $0 != "#" })
    if !target.hasPrefix("/") { target = "/" + target }
    guard target.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .target }
    self.init(scheme: scheme, host: host, port: port, target: target)
  }

  private static func split(
    _ authority: Substring
  ) throws(Failure) -> (host: String, port: Int?) {
    var host = authority
    var rest = authority[authority.endIndex...]
    if authority.hasPrefix("[") {
      guard let close = authority.firstIndex(of: "]") else { throw .host }
      host = authority[authority.index(after: authority.startIndex)..<close]
      guard host.contains(":") else { throw .host }
      rest = authority[authority.index(after: close)...]
    } else if let colon = authority.firstIndex(of: ":") {
      host = authority[..<colon]
      rest = authority[colon...]
    }
    guard !rest.isEmpty else { return (String(host).lowercased(), nil) }
    guard rest.hasPrefix(":"), rest.dropFirst().utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let port = Int(rest.dropFirst()), (1...65_535).contains(port)
    else { throw .port }
    return (String(host).lowercased(), port)
  }

  /// Whether a text can be a host: an address, or labels of letters, digits, hyphens, and
  /// underscores with a point between them.
  private static func isHost(_ host: String) -> Bool {
    if host.contains(":") {
      return host.allSatisfy { $0.isHexDigit || $0 == ":" || $0 == "." }
    }
    return host.utf8.count <= 253
      && host.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
        (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
          && label.allSatisfy {
            $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_")
          }
      }
  }

  /// The longest text that is read, in bytes.
  public static let longest = 2_048

  /// Whether it can only be this machine.
  public var isLoopback: Bool {
    if host == "localhost" || host == "::1" { return true }
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }

  /// Host and port as a `Host` header has them: the port left out where it is the usual one.
  public var authority: String {
    let name = host.contains(":") ? "[\(host)]" : host
    return port == scheme.usualPort ? name : "\(name):\(port)"
  }

  /// The address as a person writes it, with its query: for settings, and never for a log.
  public var text: String {
    "\(scheme.rawValue)://\(authority)" + (target == "/" ? "" : target)
  }

  /// The same place with another path and query.
  public func with(target: String) -> Endpoint {
    Endpoint(scheme: scheme, host: host, port: port, target: target)
  }
}

extension Endpoint: CustomStringConvertible {
  /// Without the query, which may hold what is nobody's business.
  public var description: String {
    "\(scheme.rawValue)://\(authority)\(target.prefix { $0 != "?" })"
  }
}
