import Reactor
import Codecs
import TestSupport
import Testing

@Suite("Writing JSON")
struct JSONWriterTests {
  private static func written(_ body: (inout JSONWriter) -> Void) -> String {
    var json = JSONWriter()
    body(&json)
    return json.text
  }

  @Test("commas, nesting, and values of each kind")
  func writing() {
    let text = Self.written {
      $0.object {
        $0.field("text", "a\"b\\c\n\u{1}ü")
        $0.field("nothing", nil as String?)
        $0.field("count", -3)
        $0.field("yes", true)
        $0.field("measured", 0.5, decimals: 3)
        $0.array("list") {
          $0.integer(1)
          $0.array { _ in }
          $0.object { _ in }
          $0.null()
          $0.boolean(false)
          $0.string("")
        }
        $0.object("inner") {
          $0.key("k"); $0.null()
        }
      }
    }
    #expect(
      text == #"{"text":"a\"b\\c\n\u0001ü","nothing":null,"count":-3,"yes":true,"measured":0.500,"#
        + #""list":[1,[],{},null,false,""],"inner":{"k":null}}"#
    )
  }

  @Test("every character that JSON wants escaped is, and no other")
  func escapes() throws {
    for value in 0..<0x80 as Range<UInt32> {
      let text = String(Unicode.Scalar(value).map(Character.init) ?? "?")
      let json = Self.written { $0.string(text) }
      let isPlain = value >= 0x20 && text != "\"" && text != "\\"
      #expect(isPlain == (json == "\"\(text)\""), "character \(value)")
      #expect(json.utf8.allSatisfy { $0 >= 0x20 }, "character \(value)")
    }
  }

  @Test(
    "any text that is written, as value or as key, is read again",
    arguments: 0..<8 as Range<UInt64>
  )
  func roundTrip(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<200 {
      let scalars = (0..<Int.random(in: 0...20, using: &random)).compactMap { _ in
        Unicode.Scalar(random.anyInteger(UInt32.self) >> 11)
      }
      let text = String(String.UnicodeScalarView(scalars))
      let json = Self.written {
        $0.array { list in
          list.string(text); list.object { $0.field(text, 7) }
        }
      }
      try withReader(json) { reader throws(WireError) in
        try reader.beginArray()
        #expect(reader.text(try reader.anyString()) == text)
        var isFirst = false
        #expect(try reader.nextElement(&isFirst))
        try reader.beginObject()
        #expect(reader.text(try reader.anyString()) == text)
        try reader.expect(UInt8(ascii: ":"), as: .colon)
        #expect(try reader.unsignedInteger() == 7)
        try reader.expect(UInt8(ascii: "}"), as: .keyOrEnd)
        try reader.expect(UInt8(ascii: "]"), as: .commaOrEnd)
        try reader.expectEnd()
      }
    }
  }

  @Test("any nesting is one value to the reader", arguments: 0..<16 as Range<UInt64>)
  func nesting(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    func write(_ json: inout JSONWriter, _ depth: Int) {
      switch Int.random(in: 0..<(depth < 8 ? 7 : 5), using: &random) {
      case 0: json.string("s")
      case 1: json.integer(random.anyInteger(Int64.self))
      case 2: json.boolean(Bool.random(using: &random))
      case 3: json.null()
      case 4: json.number(Double.random(in: -10...10, using: &random), decimals: 2)
      case 5:
        json.array { json in
          for _ in 0..<Int.random(in: 0...3, using: &random) { write(&json, depth + 1) }
        }
      default:
        json.object { json in
          for index in 0..<Int.random(in: 0...3, using: &random) {
            json.key("k\(index)")
            write(&json, depth + 1)
          }
        }
      }
    }
    for _ in 0..<100 {
      var json = JSONWriter()
      write(&json, 0)
      let error = refusal(json.bytes) { reader throws(WireError) in
        try reader.skipValue()
        try reader.expectEnd()
      }
      #expect(error == nil, "\(json.text)")
    }
  }

  @Test("integers of any size are written digit for digit")
  func integers() {
    #expect(Self.written { $0.integer(Int128.min) } == "\(Int128.min)")
    #expect(Self.written { $0.integer(UInt64.max) } == "18446744073709551615")
  }

  @Test(
    "measurements have so many decimals, rounded to the nearest, away from zero at the middle",
    arguments: [
      (0, 0, "0"), (0, 2, "0.00"), (-0.0, 1, "0.0"), (1.005, 1, "1.0"), (0.25, 1, "0.3"),
      (-0.25, 1, "-0.3"), (-0.001, 2, "0.00"), (12.5, 0, "13"),
      (1e20, 1, "100000000000000000000.0"),
      (0.0625, 4, "0.0625"), (-1234.5, 2, "-1234.50"),
      (.infinity, 2, "null"), (.nan, 2, "null"), (1e300, 2, "null"), (-1e38, 3, "null"),
    ] as [(Double, Int, String)]
  )
  func measurements(_ value: Double, _ decimals: Int, _ text: String) {
    #expect(Self.written { $0.number(value, decimals: decimals) } == text)
  }

  @Test(
    "a decimal is a number with exactly its digits",
    arguments: [
      (Int128(0), 8, "0"), (1, 8, "0.00000001"), (123_000, 3, "123"), (-15, 1, "-1.5"),
      (Int128.max, 10, "17014118346046923173168730371.5884105727"),
    ]
  )
  func decimals(_ value: Int128, _ decimals: Int, _ text: String) {
    var json = JSONWriter()
    json.object {
      $0.key("a")
      $0.decimal(value, decimals: decimals)
    }
    #expect(json.text == "{\"a\":" + text + "}")
  }

  @Test("a value where a key is due is our mistake")
  func valueForKey() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter()
      json.object { $0.string("x") }
    }
  }

  @Test("a key outside of an object is our mistake")
  func keyInArray() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter()
      json.array { $0.field("x", 1) }
    }
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter()
      json.key("x")
    }
  }

  @Test("two keys for one value, or a key for none, are our mistakes")
  func keysAndValues() async {
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter()
      json.object {
        $0.key("a")
        $0.key("b")
        $0.null()
      }
    }
    await #expect(processExitsWith: .failure) {
      var json = JSONWriter()
      json.object { $0.key("a") }
    }
  }
}
