import Testing
import Transport

@Suite("Addresses of servers")
struct EndpointTests {
  struct Good: Sendable {
    var text: String
    var scheme: Endpoint.Scheme
    var host: String
    var port: Int
    var target: String
    var description: String

    init(
      _ text: String,
      _ scheme: Endpoint.Scheme,
      _ host: String,
      _ port: Int,
      _ target: String,
      _ description: String
    ) {
      self.text = text
      self.scheme = scheme
      self.host = host
      self.port = port
      self.target = target
      self.description = description
    }
  }

  static let good = [
    Good("ws://a", .ws, "a", 80, "/", "ws://a/"),
    Good("wss://a", .wss, "a", 443, "/", "wss://a/"),
    Good("http://a/", .http, "a", 80, "/", "http://a/"),
    Good("https://a/b/c", .https, "a", 443, "/b/c", "https://a/b/c"),
    Good("WSS://ws.example.com/v2", .wss, "ws.example.com", 443, "/v2", "wss://ws.example.com/v2"),
    Good("wss://a:443/v2", .wss, "a", 443, "/v2", "wss://a/v2"),
    Good("ws://a:443", .ws, "a", 443, "/", "ws://a:443/"),
    Good("https://a:80", .https, "a", 80, "/", "https://a:80/"),
    Good("http://a:1", .http, "a", 1, "/", "http://a:1/"),
    Good("http://a:65535", .http, "a", 65_535, "/", "http://a:65535/"),
    Good("http://127.0.0.1:8080/x", .http, "127.0.0.1", 8_080, "/x", "http://127.0.0.1:8080/x"),
    Good("http://[::1]", .http, "::1", 80, "/", "http://[::1]/"),
    Good("ws://[2001:DB8::7]:99/x", .ws, "2001:db8::7", 99, "/x", "ws://[2001:db8::7]:99/x"),
    Good("http://a?x=1", .http, "a", 80, "/?x=1", "http://a/"),
    Good("http://a/b?x=1&y=/?", .http, "a", 80, "/b?x=1&y=/?", "http://a/b"),
    Good("http://a:81?x=:99", .http, "a", 81, "/?x=:99", "http://a:81/"),
    Good("http://a#part", .http, "a", 80, "/", "http://a/"),
    Good("http://a/b?x=1#part", .http, "a", 80, "/b?x=1", "http://a/b"),
    Good("http://a/b%20c", .http, "a", 80, "/b%20c", "http://a/b%20c"),
    Good("http://a/@b", .http, "a", 80, "/@b", "http://a/@b"),
    Good("http://a/?to=b@c", .http, "a", 80, "/?to=b@c", "http://a/"),
    Good("http://a/x://y", .http, "a", 80, "/x://y", "http://a/x://y"),
    Good("http://under_score-1.a", .http, "under_score-1.a", 80, "/", "http://under_score-1.a/"),
  ]

  @Test("a good URL gives its parts, and its text without the query", arguments: good)
  func reading(_ good: Good) throws {
    let endpoint = try Endpoint(good.text)
    #expect(endpoint.scheme == good.scheme)
    #expect(endpoint.host == good.host)
    #expect(endpoint.port == good.port)
    #expect(endpoint.target == good.target)
    #expect(endpoint.description == good.description)
  }

  static let bad: [(String, Endpoint.Failure)] = [
    ("", .scheme), ("a", .scheme), ("a:443", .scheme), ("://a", .scheme), ("ftp://a", .scheme),
    ("http:/a", .scheme), ("http//a", .scheme), (" http://a", .scheme), ("/x?u=http://a", .scheme),
    ("http://", .host), ("http:///x", .host), ("http://?x", .host), ("http://:80", .host),
    ("http:// a", .host), ("http://a b", .host), ("http://a%41", .host), ("http://ä", .host),
    ("http://a\r\nb", .host), ("http://a\u{0}", .host), ("http://a\\b", .host),
    ("http://[::1", .host), ("http://[]", .host), ("http://[::1%eth0]", .host),
    ("http://::1", .port), ("http://[::1]80", .port), ("http://[::1]a:80", .port),
    ("http://a:", .port), ("http://a:0", .port), ("http://a:65536", .port), ("http://a:-1", .port),
    ("http://a:80:80", .port), ("http://a:8o", .port), ("http://a: 80", .port),
    ("http://a:99999999999999999999", .port), ("http://a:٨٠", .port),
    ("http://me@a", .user), ("http://me:word@a", .user), ("http://@a", .user),
    ("http://me:80@[::1]:80/", .user), ("http://a@b@c", .user),
    ("http://a/b c", .target), ("http://a/ä", .target), ("http://a/\r\nhost: b", .target),
    ("http://a/\u{7F}", .target), ("http://a/?x=\t", .target), ("http://a?\n", .target),
  ]

  @Test("a bad URL is refused, with the part that is bad", arguments: bad)
  func refusing(_ text: String, _ failure: Endpoint.Failure) {
    #expect(throws: failure) { _ = try Endpoint(text) }
  }

  @Test("a port with a sign is refused")
  func signedPort() {
    #expect(throws: Endpoint.Failure.port) { _ = try Endpoint("http://a:+80") }
  }

  @Test(
    "a query is never shown",
    arguments: ["?key=secret", "/?secret", "/v1?a=b?secret", "/v1/?a=b&secret#secret", "#secret"]
  )
  func secrecy(_ rest: String) throws {
    let endpoint = try Endpoint("wss://host.example:8443" + rest)
    #expect(!"\(endpoint)".contains("secret"))
    #expect(endpoint.description.hasPrefix("wss://host.example:8443/"))
  }

  @Test(
    "what can only be this machine is told",
    arguments: [
      ("localhost", true), ("127.0.0.1", true), ("127.8.9.10", true), ("::1", true),
      ("128.0.0.1", false), ("10.127.0.1", false), ("localhost.example.com", false),
      ("::2", false), ("example.com", false), ("0.0.0.0", false),
    ]
  )
  func loopback(_ host: String, _ isLoopback: Bool) {
    #expect(Endpoint(scheme: .ws, host: host).isLoopback == isLoopback)
  }

  @Test("a name that begins like a loopback address is not this machine")
  func loopbackName() {
    #expect(!Endpoint(scheme: .ws, host: "127.0.0.1.example.com").isLoopback)
  }

  @Test("the host header leaves the usual port out and puts IPv6 into brackets")
  func authority() {
    #expect(Endpoint(scheme: .wss, host: "a").authority == "a")
    #expect(Endpoint(scheme: .wss, host: "a", port: 443).authority == "a")
    #expect(Endpoint(scheme: .wss, host: "a", port: 80).authority == "a:80")
    #expect(Endpoint(scheme: .http, host: "::1").authority == "[::1]")
    #expect(Endpoint(scheme: .http, host: "::1", port: 81).authority == "[::1]:81")
  }

  @Test("another target leaves the place as it is")
  func otherTarget() throws {
    let endpoint = try Endpoint("https://a:8443/x?y=1")
    let other = endpoint.with(target: "/z?w=2")
    #expect(other == Endpoint(scheme: .https, host: "a", port: 8_443, target: "/z?w=2"))
    #expect(other.with(target: "/x?y=1") == endpoint)
  }

  @Test("schemes say whether they are encrypted")
  func schemes() {
    #expect(Endpoint.Scheme.wss.isSecure && Endpoint.Scheme.https.isSecure)
    #expect(!Endpoint.Scheme.ws.isSecure && !Endpoint.Scheme.http.isSecure)
  }

  @Test(
    "what no server can be at is refused",
    arguments: [
      "", "kraken.com", "wss:/a.b", "wss://a b", "wss://a.b:１", "wss://[::1", "wss://[abc]",
      "wss://a..b", "wss://-a.b", "wss://ä.b", "wss://a.b/\u{1B}[2J",
      "wss://a.b:99999999999999999999",
    ]
  )
  func nowhere(_ text: String) {
    #expect(throws: Endpoint.Failure.self) { try Endpoint(text) }
  }

  @Test(
    "a person gets the address back as written",
    arguments: [
      ("wss://WS.Kraken.com/v2", "wss://ws.kraken.com/v2"), ("https://a.b", "https://a.b"),
      ("https://a.b:443/", "https://a.b"), ("ws://[::1]:81?a=-1", "ws://[::1]:81/?a=-1"),
    ]
  )
  func text(_ given: String, _ shown: String) throws {
    #expect(try Endpoint(given).text == shown)
  }
}
