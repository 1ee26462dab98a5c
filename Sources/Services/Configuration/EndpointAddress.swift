/// Where something answers: `wss://ws.kraken.com/v2`, `http://127.0.0.1:8081`.
///
/// No user, no password, and no fragment: an address in a file is shown in messages, and must be
/// fit to be seen.
public struct EndpointAddress: Hashable, Sendable {
  /// How to talk there.
  public enum Scheme: String, CaseIterable, Hashable, Sendable {
    case ws, wss, http, https

    /// Where such a server listens when the address does not say.
    public var defaultPort: Int { isEncrypted ? 443 : 80 }

    public var isEncrypted: Bool { self == .wss || self == .https }
  }

  private static let longest = 2_048

  public let scheme: Scheme
  /// In small letters; an IPv6 address stands here without its brackets.
  public let host: String
  /// In 1...65535.
  public let port: Int
  /// With the query; empty, or starts with a slash or a question mark.
  public let path: String

  /// Reads `scheme://host[:port][/path][?query]`.
  ///
  /// - Returns: nil for anything else, and for letters that do not belong into an address.
  public init?(_ text: String) {
    guard text.utf8.count <= EndpointAddress.longest,
      text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      let colon = text.firstRange(of: "://"),
      let scheme = Scheme(rawValue: text[..<colon.lowerBound].lowercased())
    else { return nil }
    let rest = text[colon.upperBound...]
    guard !rest.contains("#"), !rest.contains("\\"), !rest.contains("\"") else { return nil }
    let authority = rest.prefix { $0 != "/" && $0 != "?" }
    guard let (host, port) = EndpointAddress.split(authority) else { return nil }
    self.scheme = scheme
    self.host = host
    self.port = port ?? scheme.defaultPort
    path = String(rest[authority.endIndex...])
  }

  /// Whether the host is this machine: `127.0.0.1`, `::1`, or `localhost`.
  public var isLoopback: Bool { ["127.0.0.1", "::1", "localhost"].contains(host) }

  /// `host:port`, an IPv6 address in brackets.
  public var authority: String { (host.contains(":") ? "[\(host)]" : host) + ":\(port)" }

  private static func split(_ text: Substring) -> (host: String, port: Int?)? {
    var host: Substring
    var rest: Substring
    if text.first == "[" {
      guard let end = text.firstIndex(of: "]") else { return nil }
      host = text[text.index(after: text.startIndex)..<end]
      rest = text[text.index(after: end)...]
      guard host.contains(":"), host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
        return nil
      }
    } else {
      host = text.prefix { $0 != ":" }
      rest = text[host.endIndex...]
      guard isName(host) else { return nil }
    }
    guard let colon = rest.popFirst() else { return (host.lowercased(), nil) }
    guard colon == ":", rest.allSatisfy({ $0.isASCII && $0.isNumber }), let port = Int(rest),
      (1...65_535).contains(port)
    else { return nil }
    return (host.lowercased(), port)
  }

  /// Labels of letters, digits, and hyphens, with a point between them.
  private static func isName(_ host: Substring) -> Bool {
    let labels = host.split(separator: ".", omittingEmptySubsequences: false)
    return host.count <= 253
      && labels.allSatisfy { label in
        (1...63).contains(label.count) && label.first != "-" && label.last != "-"
          && label.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
      }
  }
}

extension EndpointAddress: CustomStringConvertible {
  /// The address with its port only where it is not the usual one.
  public var description: String {
    let place =
      port == scheme.defaultPort ? String(authority.dropLast("\(port)".count + 1)) : authority
    return "\(scheme.rawValue)://\(place)\(path)"
  }
}
