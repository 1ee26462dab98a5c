import Testing
import Units
import VenueKit

@Suite("Writing requests")
struct RequestWritingTests {
  @Test("a query is percent-encoded on the request line")
  func target() {
    var request = VenueRequest(.get, "/a/b", budget: "x")
    #expect(request.target == "/a/b")
    request.query = [.init("n", "1 &2"), .init("m", "ü")]
    #expect(request.target == "/a/b?n=1%20%262&m=%C3%BC")
  }

  @Test("a body is its fields in order")
  func body() {
    var request = VenueRequest(.post, "/", budget: "x")
    #expect(request.bodyText == "")
    request.body = .form([.init("b", "1+1"), .init("a", "2")])
    #expect(request.bodyText == "b=1%2B1&a=2")
    request.body = .json([.init("b\"", "1"), .init("a", VenueRequest.jsonString("x\n"))])
    #expect(request.bodyText == #"{"b\"":1,"a":"x\n"}"#)
  }

  @Test("milliseconds are cut off, never rounded up")
  func milliseconds() {
    let time = Timestamp(nanoseconds: 1_777_975_205_123_999_999)
    #expect(time.millisecondText == "2026-05-05T10:00:05.123Z")
  }
}
