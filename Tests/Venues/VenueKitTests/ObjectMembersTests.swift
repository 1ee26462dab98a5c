import Codecs
import Testing
import Units
import VenueKit

@Suite("Reading answers about an account")
struct ObjectMembersTests {
  /// The amount in a text, in steps of 10⁻², or what was expected instead.
  private func amount(_ text: String, _ rounding: Rounding) -> String {
    let bytes = Array(text.utf8)
    var reader = JSONReader(bytes.span)
    do { return String(try reader.amount(places: 2, rounding: rounding)) } catch {
      return "\(error.expected)"
    }
  }

  @Test(
    "digits beyond the asset's are rounded up or down, never to the nearest",
    arguments: [
      (#""1.23""#, "123", "123"), ("1.2", "120", "120"), ("7", "700", "700"),
      (#""1.231""#, "124", "123"), (#""-1.231""#, "-123", "-124"), ("1e-3", "1", "0"),
      ("-1E-3", "0", "-1"), (#""0.000""#, "0", "0"), ("1e-38", "1", "0"),
      ("1.5e2", "15000", "15000"),
      (#""1.23000000000000000000000000000000000000""#, "123", "123"),
      (
        "1\(String(repeating: "0", count: 28))", "1\(String(repeating: "0", count: 30))",
        "1\(String(repeating: "0", count: 30))"
      ),
    ]
  )
  func rounds(_ text: String, _ up: String, _ down: String) {
    #expect(amount(text, .up) == up)
    #expect(amount(text, .down) == down)
  }

  @Test(
    "what is no number, or too large to be summed, is refused",
    arguments: [
      (#""""#, WireError.Expected.value), ("true", .value), (#""1,5""#, .number),
      (#"" 1""#, .value), ("1.", .digit), ("1e39", .numberInRange), ("1e29", .numberInRange),
      ("-1e29", .numberInRange), ("1e-39", .numberInRange), ("", .value),
      (String(repeating: "9", count: 60), .numberInRange),
      (#""1.230000000000000000000000000000000000000000""#, .numberInRange),
    ]
  )
  func refuses(_ text: String, _ expected: WireError.Expected) {
    #expect(amount(text, .up) == expected.description)
  }

  @Test("members are found in any order; null is none, and identifiers keep their digits")
  func members() throws {
    let bytes = Array(
      #" { "b" : "x\"y", "id":18446744073709551615, "none":null, "yes":true, "o":{"id":1} }"#.utf8
    )
    var reader = JSONReader(bytes.span)
    let members = try reader.members()
    try reader.expectEnd()
    #expect(members.names == ["b", "id", "none", "o", "yes"])
    #expect(try reader.text(at: members["b"]) == "x\"y")
    #expect(try reader.text(at: members["id"]) == "18446744073709551615")
    #expect(try reader.text(at: members["none"]) == nil)
    #expect(try reader.text(at: members["missing"]) == nil)
    #expect(try reader.boolean(at: members["yes"]) == true)
    #expect(try reader.boolean(at: members["none"]) == nil)
  }

  @Test("quantities and prices are never negative, and fit 63 bits")
  func signs() throws {
    for text in ["-1", #""-0.1""#, "99999999999999999999"] {
      let bytes = Array(text.utf8)
      var reader = JSONReader(bytes.span)
      #expect(throws: WireError.self) {
        try reader.quantity(at: 0, decimals: 8, rounding: .up)
      }
      #expect(throws: WireError.self) { try reader.price(at: 0, rounding: .up) }
    }
  }
}
