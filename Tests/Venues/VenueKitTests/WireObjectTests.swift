import Codecs
import Market
import Testing
import Units
import VenueKit

@Suite("Reading an object by paths")
struct WireObjectTests {
  private func object(_ text: String) throws(WireError) -> WireObject {
    let bytes = Array(text.utf8)
    var reader = JSONReader(bytes.span)
    return try WireObject(&reader)
  }

  @Test("values lie under their paths, through objects and arrays")
  func paths() throws {
    let object = try object(
      #"{"a":"x\n","b":{"c":1.50,"d":[true,{"e":"f"}]},"n":null,"s":"","b2":false,"a2":"1","a2":"2"}"#
    )
    #expect(object.text("a") == "x\n")
    #expect(object.text("b.c") == "1.50")
    #expect(object.isTrue("b.d.0"))
    #expect(!object.isTrue("b2"))
    #expect(object.text("b.d.1.e") == "f")
    #expect(object.text("n") == nil)
    #expect(!object.has("n"))
    #expect(object.text("s") == nil)
    #expect(object.has("s"))
    #expect(object.text("a2") == "2")
  }

  @Test("what lies too deep is skipped and still checked")
  func depth() throws {
    let open = String(repeating: #"{"a":"#, count: 9)
    let close = String(repeating: "}", count: 9)
    #expect(try object(open + "1" + close).text("a.a.a.a.a.a.a.a.a") == nil)
    #expect(throws: WireError.self) { try object(open + "x" + close) }
    let lists = String(repeating: "[", count: 100_000)
    #expect(throws: WireError.self) { try object(#"{"a":"# + lists) }
  }

  @Test(
    "amounts keep every digit and round as said",
    arguments: [
      ("1.23", 123, 123), ("1.231", 123, 124), ("-1.231", -124, -123), ("1e-1", 10, 10),
      (#""1.5""#, 150, 150), ("1E-9", 0, 1), ("0", 0, 0),
    ]
  )
  func amounts(_ text: String, _ down: Int, _ up: Int) throws {
    let object = try object(#"{"x":\#(text)}"#)
    #expect(try object.amount("x", places: 2, rounding: .down) == Int128(down))
    #expect(try object.amount("x", places: 2, rounding: .up) == Int128(up))
    #expect(try object.amount("y", places: 2, rounding: .up) == nil)
  }

  @Test(
    "what is no amount is an error at its place",
    arguments: [#""x""#, #""1.2.3""#, #""1 ""#, "true", #""1e99""#, #""++1""#]
  )
  func wrong(_ text: String) throws {
    let object = try object(#"{"x":\#(text)}"#)
    do {
      _ = try object.amount("x", places: 2, rounding: .up)
      Issue.record("\(text) was read")
    } catch {
      #expect(error.expected == .numberInRange)
      #expect(error.offset == (text.hasPrefix("\"") ? 6 : 5))
    }
  }

  @Test("quantities are not negative, prices are above zero")
  func ranges() throws {
    let object = try object(#"{"n":"-0.5","z":"0","big":"99999999999999999999"}"#)
    let asset = Asset(symbol: "BTC")
    #expect(throws: WireError.self) { try object.quantity("n", of: asset, rounding: .down) }
    #expect(throws: WireError.self) { try object.quantity("big", of: asset, rounding: .down) }
    #expect(throws: WireError.self) { try object.price("z", rounding: .up) }
    #expect(throws: WireError.self) { try object.price("big", rounding: .up) }
    #expect(try object.quantity("z", of: asset, rounding: .down) == .zero)
  }

  @Test("sides and times")
  func others() throws {
    let object = try object(
      #"{"b":"BUY","s":"sell","x":"short","t":"2026-05-05T10:00:05Z","z":"0001-01-01T00:00:00Z","e":1705260547.4728658,"zero":0}"#
    )
    #expect(try object.side("b") == .buy)
    #expect(try object.side("s") == .sell)
    #expect(try object.side("none") == nil)
    #expect(throws: WireError.self) { try object.side("x") }
    #expect(object.time("t")?.nanoseconds == 1_777_975_205_000_000_000)
    #expect(object.time("z") == nil)
    #expect(object.epochSeconds("e")?.nanoseconds == 1_705_260_547_472_865_800)
    #expect(object.epochSeconds("zero") == nil)
    #expect(object.epochSeconds("b") == nil)
  }

  @Test("a member that should be there is missed at the object's end")
  func missing() throws {
    let object = try object(#"  {"x":1}"#)
    #expect(object.missing() == WireError(offset: 9, expected: .requiredField, found: nil))
    #expect(throws: object.missing()) { try object.required("y") }
  }
}
