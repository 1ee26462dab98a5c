import Transport
import Words

/// Reads the section of one venue.
struct VenueSettingsReader {
  static let mostSymbols = 512
  private static let mostCertificateBytes = 1 << 20

  let name: String
  /// Where relative paths start: empty, or ends in a slash.
  let folder: String

  /// Whether the venue is enabled, and its settings; nil when its symbols are wrong or not given.
  func read(_ field: Field, _ problems: inout Problems) -> (isEnabled: Bool, VenueSettings?) {
    let keys = [
      "enabled", "symbols", "socket", "rest", "allow_plaintext", "tls", "proxy", "rate_limit",
    ]
    guard let section = field.section(keys: keys, &problems) else { return (true, nil) }
    let isEnabled = section["enabled"].map { $0.boolean(&problems) ?? true } ?? true
    let plaintext = section["allow_plaintext"].map { $0.boolean(&problems) ?? true } ?? false
    let socket = section["socket"].flatMap {
      address($0, [.wss, .ws], "wss://ws.example.com/v2", plaintext, &problems)
    }
    let rest = section["rest"].flatMap {
      restRoot($0, plaintext, &problems)
    }
    let trust = section["tls"].map { tls($0, section, socket, rest, &problems) } ?? .system
    let proxy = section["proxy"].flatMap { self.proxy($0, &problems) }
    let rate = section["rate_limit"].flatMap { requestsPerSecond($0, &problems) }

    let symbols = (isEnabled ? section.required("symbols", &problems) : section["symbols"])
      .flatMap { self.symbols($0, &problems) }
    guard let symbols else { return (isEnabled, nil) }
    let settings = VenueSettings(
      name: name,
      symbols: symbols,
      socket: socket,
      rest: rest,
      trust: trust,
      proxy: proxy,
      requestsPerSecond: rate
    )
    return (isEnabled, settings)
  }

  // MARK: Symbols

  private func symbols(_ field: Field, _ problems: inout Problems) -> [String]? {
    guard let elements = field.list(limit: VenueSettingsReader.mostSymbols, &problems) else {
      return nil
    }
    guard !elements.isEmpty else {
      field.note("names no symbol; without one there is nothing to watch", &problems)
      return nil
    }
    var lines: [String: Int] = [:]
    var symbols: [String] = []
    for element in elements {
      guard let symbol = symbol(element, &problems) else { continue }
      if let line = lines[symbol] {
        element.note("\(quoted(symbol)) is given twice, first on line \(line)", &problems)
      } else {
        lines[symbol] = element.node.position.line
        symbols.append(symbol)
      }
    }
    return symbols
  }

  private func symbol(_ field: Field, _ problems: inout Problems) -> String? {
    guard case .scalar(let text, _) = field.node.content, !field.node.isNothing else {
      field.refuse(Rule("a symbol as BASE/QUOTE", example: "BTC/USD"), &problems)
      return nil
    }
    if isSymbol(text) { return text }
    let meant = String(text.uppercased().map { "-_:".contains($0) ? "/" : $0 })
    let example = isSymbol(meant) ? meant : "BTC/USD"
    field.refuse(Rule("a symbol as BASE/QUOTE", example: example), &problems)
    return nil
  }

  /// Two names of capital letters and digits with a slash between them.
  private func isSymbol(_ text: String) -> Bool {
    let halves = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    return halves.count == 2
      && halves.allSatisfy { half in
        (1...16).contains(half.count) && half.allSatisfy(\.isCapitalOrDigit)
      }
  }

  // MARK: Addresses

  private func address(
    _ field: Field,
    _ schemes: [Endpoint.Scheme],
    _ example: String,
    _ allowsPlaintext: Bool,
    _ problems: inout Problems
  ) -> Endpoint? {
    let forms = schemes.map { "\($0.rawValue)://" }.joined(separator: " or ")
    let rule = Rule("an address that starts with \(forms)", example: example)
    guard let text = field.text(as: rule, &problems) else { return nil }
    guard let address = VenueSettingsReader.endpoint(text), schemes.contains(address.scheme) else {
      field.refuse(rule, &problems)
      return nil
    }
    guard address.scheme.isSecure || address.isLoopback || allowsPlaintext else {
      let message =
        "\(quoted(text)) sends in plain text to another machine; use \(schemes[0].rawValue)://, "
        + "or say allow_plaintext: true beside it"
      field.note(message, &problems)
      return nil
    }
    return address
  }

  /// An address of a file is shown in messages, and must be fit to be seen: no user, no password,
  /// no fragment.
  private static func endpoint(_ text: String) -> Endpoint? {
    text.contains("#") || text.contains("\\") ? nil : try? Endpoint(text)
  }

  private func restRoot(
    _ field: Field,
    _ allowsPlaintext: Bool,
    _ problems: inout Problems
  ) -> Endpoint? {
    let example = "https://api.example.com"
    guard
      let address = address(field, [.https, .http], example, allowsPlaintext, &problems)
    else { return nil }
    guard !address.target.contains("?") else {
      field.note("is the root of many addresses and has no query", &problems)
      return nil
    }
    var target = address.target
    while target.last == "/" { target.removeLast() }
    return address.with(target: target.isEmpty ? "/" : target)
  }

  private func proxy(_ field: Field, _ problems: inout Problems) -> Endpoint? {
    let rule = Rule("a proxy as http://host:port", example: "http://proxy.example.com:3128")
    guard let text = field.text(as: rule, &problems) else { return nil }
    guard let address = VenueSettingsReader.endpoint(text), address.scheme == .http,
      text.hasSuffix(":\(address.port)")
    else {
      field.refuse(rule, &problems)
      return nil
    }
    return address
  }

  // MARK: Certificates

  private func tls(
    _ field: Field,
    _ venue: Section,
    _ socket: Endpoint?,
    _ rest: Endpoint?,
    _ problems: inout Problems
  ) -> TrustSettings {
    let keys = ["ca", "allow_self_signed", "host"]
    guard let section = field.section(keys: keys, &problems) else { return .system }
    let certificates = section["ca"].flatMap { self.certificates($0, &problems) }
    let allows = section["allow_self_signed"].map { $0.boolean(&problems) ?? false } ?? false
    guard allows else {
      if let host = section["host"] {
        host.note("is only read together with allow_self_signed: true", &problems)
      }
      return TrustSettings(certificates: certificates, selfSignedHost: nil)
    }
    guard let named = section["host"] else {
      let message =
        "allow_self_signed needs the key \"host\": the host of this venue's socket or rest, "
        + "whose certificate nobody vouches for"
      section["allow_self_signed"]?.note(message, &problems)
      return TrustSettings(certificates: certificates, selfSignedHost: nil)
    }
    let host = named.text(as: Rule("a host", example: "venue.example.com"), &problems)?.lowercased()
    guard venue["socket"] != nil || venue["rest"] != nil else {
      let message =
        "allow_self_signed holds for an address of your own; give socket or rest as well"
      named.note(message, &problems)
      return TrustSettings(certificates: certificates, selfSignedHost: nil)
    }
    let hosts = [socket, rest].compactMap { $0?.host }
    // Where an address is wrong, that is the problem to be told.
    if let host, !hosts.isEmpty, !hosts.contains(host) {
      let choices = hosts[0] == hosts[hosts.count - 1] ? [hosts[0]] : hosts
      let message =
        "\(quoted(host)) is not the host of socket or rest, \(choices.joined(separator: " or "))"
      named.note(message, &problems)
    }
    return TrustSettings(certificates: certificates, selfSignedHost: host)
  }

  private func certificates(_ field: Field, _ problems: inout Problems) -> String? {
    let rule = Rule("a file of certificates", example: "ca.pem")
    guard let text = field.text(as: rule, &problems) else { return nil }
    let path = resolved(text, from: folder)
    do throws(FileError) {
      let bytes = try readFile(path, limit: VenueSettingsReader.mostCertificateBytes)
      guard bytes.count <= VenueSettingsReader.mostCertificateBytes else {
        field.note("\(quoted(path)) is larger than a list of certificates is", &problems)
        return nil
      }
      guard String(decoding: bytes, as: UTF8.self).contains("-----BEGIN CERTIFICATE-----") else {
        field.note("\(quoted(path)) holds no certificate in PEM form", &problems)
        return nil
      }
      return path
    } catch {
      field.note("\(quoted(path)) cannot be read: \(error.text)", &problems)
      return nil
    }
  }

  // MARK: Rates

  private func requestsPerSecond(_ field: Field, _ problems: inout Problems) -> ExactDecimal? {
    guard let section = field.section(keys: ["requests_per_second"], &problems) else { return nil }
    let rule = Rule("requests per second from 0.001 to 1000", example: "5")
    return section.required("requests_per_second", &problems)?.decimal(as: rule, &problems) {
      guard let steps = $0.inSteps(decimals: 3) else { return false }
      return (1...1_000_000).contains(steps)
    }
  }
}

/// A path of a file that names others: relative ones start at its folder.
func resolved(_ path: String, from folder: String) -> String {
  path.hasPrefix("/") ? path : folder + path
}
