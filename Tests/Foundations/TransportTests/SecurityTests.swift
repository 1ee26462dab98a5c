import Foundation
import TestSupport
import Testing
import Units

@testable import Transport

@Suite("Secure connections", .serialized)
struct SecurityTests {
  private static func file(_ name: String) -> String {
    Recordings.project.appending(path: "Fixtures/tls/\(name)").path
  }

  /// What a refusal is called: now and then libwebsockets tells of the failed handshake alone, and
  /// then its reason is not known.
  private static let refusals: [SocketEnd.Cause?] = [.untrusted, .unreachable]

  /// What becomes of a socket and of a request to a server with this certificate.
  private static func attempt(
    _ certificate: String,
    host: String = "localhost",
    _ change: (inout TransportSecurity) -> Void = { $0.authorityFile = file("authority.pem") }
  ) throws -> (socket: SocketEnd?, fetch: Result<HTTPResponse, FetchFailure>?) {
    let network = LiveNetwork()
    let server = Recorder(network)
    var listen = ListenRequest(port: 0)
    listen.certificateFile = file(certificate + ".pem")
    listen.keyFile = file(certificate + ".key")
    let port = try network.listen(listen, server)
    let client = Recorder(network)
    var request = SocketRequest(Endpoint(scheme: .wss, host: host, port: port))
    change(&request.security)
    _ = network.open(request, client)
    #expect(network.run(until: { !client.opened.isEmpty || !client.ends.isEmpty }))
    var get = HTTPRequest("GET", Endpoint(scheme: .https, host: host, port: port))
    change(&get.security)
    let fetch = network.fetch(get, client)
    #expect(network.run(until: { client.answers[fetch] != nil }))
    return (client.ends.first, client.answers[fetch])
  }

  @Test("a certificate of a trusted authority for the right host is taken")
  func good() throws {
    let result = try Self.attempt("good")
    #expect(result.socket == nil)
    #expect(try result.fetch?.get().status == 200)
  }

  @Test(
    "a wrong host, an expired date, and an unknown authority are refused",
    arguments: ["other-name", "expired", "self-signed"]
  )
  func refused(_ certificate: String) throws {
    let result = try Self.attempt(certificate)
    #expect(Self.refusals.contains(result.socket?.cause), "\(String(describing: result.socket))")
    guard case .failure(let failure) = result.fetch else {
      Issue.record("a request went through")
      return
    }
    #expect(Self.refusals.contains(failure.cause), "\(failure)")
    #expect(failure.wasNeverSent)
  }

  @Test("without its authority, a good certificate is refused")
  func unknownAuthority() throws {
    #expect(Self.refusals.contains(try Self.attempt("good") { _ in }.socket?.cause))
  }

  @Test("a certificate that signed itself is taken only where that was allowed")
  func selfSigned() throws {
    let allowed = try Self.attempt("self-signed") { $0.allowsSelfSigned = true }
    #expect(allowed.socket == nil)
    #expect(try allowed.fetch?.get().status == 200)
    // The allowance is for the signature alone.
    for certificate in ["expired", "other-name"] {
      let other = try Self.attempt(certificate) {
        $0.allowsSelfSigned = true
        $0.authorityFile = Self.file("authority.pem")
      }
      #expect(Self.refusals.contains(other.socket?.cause), "\(certificate)")
    }
  }
}
