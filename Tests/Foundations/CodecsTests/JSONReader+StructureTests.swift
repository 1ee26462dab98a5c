import Reactor
import Codecs
import TestSupport
import Testing
import Units

/// A message as a venue might send it, read with the general calls only.
private struct Message: Equatable {
  var kind = ""
  var sequence: UInt64 = 0
  var time = Timestamp(nanoseconds: 0)
  var levels: [[Int64?]] = []
  var isReplay: Bool?
  var note = ""

  init(_ reader: inout JSONReader) throws(WireError) {
    try reader.beginObject()
    var isFirstKey = true
    while try reader.nextKey(&isFirstKey) {
      if reader.keyIs("kind") {
        kind = reader.text(try reader.string())
      } else if reader.keyIs("sequence") {
        sequence = try reader.unsignedInteger()
      } else if reader.keyIs("time") {
        time = try reader.timestamp()
      } else if reader.keyIs("levels") {
        levels = try Message.levels(&reader)
      } else if reader.keyIs("replay") {
        isReplay = reader.consumeNull() ? nil : try reader.boolean()
      } else if reader.keyIs("note") {
        note = reader.text(try reader.anyString())
      } else {
        try reader.skipValue()
      }
    }
    try reader.expectEnd()
  }

  private static func levels(_ reader: inout JSONReader) throws(WireError) -> [[Int64?]] {
    var levels: [[Int64?]] = []
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      var level: [Int64?] = []
      try reader.beginArray()
      var isFirstNumber = true
      while try reader.nextElement(&isFirstNumber) {
        let isQuoted = reader.peek() == UInt8(ascii: "\"")
        level.append(isQuoted ? try reader.quotedDecimal(places: 2) : try reader.decimal(places: 2))
      }
      levels.append(level)
    }
    return levels
  }

  static let tokens = [
    "{", #""kind""#, ":", #""book""#, ",", #""other""#, ":", "{", #""a\n""#, ":", "[", "true", ",",
    "false", ",", "null", ",", "-1.5e+3", ",", #""\ud83d\ude00""#, ",", "{", "}", ",", "[", "]",
    "]",
    "}", ",", #""sequence""#, ":", "42", ",", #""time""#, ":", #""1970-01-01T00:00:01.5Z""#, ",",
    #""levels""#, ":", "[", "[", "1.25", ",", #""3""#, "]", ",", "[", #""0.10""#, ",", "7", "]",
    "]", ",", #""replay""#, ":", "false", ",", #""note""#, ":", #""a \"b\"""#, "}",
  ]

  static func expect(_ message: Message) {
    #expect(message.kind == "book" && message.sequence == 42 && message.isReplay == false)
    #expect(message.time == Timestamp(nanoseconds: 1_500_000_000))
    #expect(message.levels == [[125, 300], [10, 700]])
    #expect(message.note == #"a "b""#)
  }
}

@Suite("Reading JSON: objects, arrays, and values")
struct JSONReaderStructureTests {
  @Test("a message is read whatever white space surrounds its tokens")
  func whiteSpace() throws {
    for space in ["", " ", "\n", "\t", "\r\n", " \n\t\r "] {
      let text = space + Message.tokens.joined(separator: space) + space
      Message.expect(
        try withReader(text) { reader throws(WireError) in try Message(&reader) }
      )
    }
  }

  @Test("random white space changes nothing", arguments: 0..<10 as Range<UInt64>)
  func randomWhiteSpace(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<20 {
      let text = Message.tokens.map { token in
        let spaces = (0..<Int.random(in: 0...3, using: &random)).map { _ in
          [" ", "\n", "\t", "\r"][Int.random(in: 0...3, using: &random)]
        }
        return spaces.joined() + token
      }.joined()
      Message.expect(
        try withReader(text) { reader throws(WireError) in try Message(&reader) }
      )
    }
  }

  @Test("keys come in any order")
  func keyOrder() throws {
    var random = SeededGenerator(seed: 1)
    let members = [
      #""kind":"book""#, #""sequence":42"#, #""time":"1970-01-01T00:00:01.5Z""#,
      #""levels":[[1.25,"3"],["0.10",7]]"#, #""replay":false"#, #""note":"a \"b\"""#, #""x":[{}]"#,
    ]
    for _ in 0..<50 {
      let text = "{" + members.shuffled(using: &random).joined(separator: ",") + "}"
      Message.expect(
        try withReader(text) { reader throws(WireError) in try Message(&reader) }
      )
    }
  }

  @Test("a message cut after any byte is refused at or before the cut")
  func truncation() {
    for separator in ["", " "] {
      let bytes = Array(Message.tokens.joined(separator: separator).utf8)
      for length in 0..<bytes.count {
        let cut = Array(bytes[..<length])
        let error = refusal(cut) { reader throws(WireError) in try Message(&reader) }
        #expect(error.map { $0.offset <= length } == true, "\(length) bytes")
        let skipping = refusal(cut) { reader throws(WireError) in try reader.skipValue() }
        #expect(skipping.map { $0.offset <= length } == true, "\(length) bytes skipped")
      }
    }
  }

  @Test("an empty object and an empty array have nothing in them")
  func empty() throws {
    try withReader(" { } [ ] ") { reader throws(WireError) in
      var isFirst = true
      try reader.beginObject()
      #expect(try !reader.nextKey(&isFirst))
      isFirst = true
      try reader.beginArray()
      #expect(try !reader.nextElement(&isFirst))
      try reader.expectEnd()
    }
  }

  private static func readObject(_ reader: inout JSONReader) throws(WireError) {
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) { _ = try reader.unsignedInteger() }
    try reader.expectEnd()
  }

  @Test(
    "an object out of order is refused where it goes wrong",
    arguments: [
      ("[", .object, 0), ("", .object, 0), ("{", .keyOrEnd, 1), ("{,", .keyOrEnd, 1),
      ("{1:1}", .keyOrEnd, 1), (#"{"a""#, .colon, 4), (#"{"a",1}"#, .colon, 4),
      (#"{"a":1"#, .commaOrEnd, 6), (#"{"a":1 "b":2}"#, .commaOrEnd, 7), (#"{"a":1,}"#, .string, 7),
      (#"{"a":1,,"b":2}"#, .string, 7), (#"{"a":1]"#, .commaOrEnd, 6),
      (#"{"a":}"#, .unsignedInteger, 5), (#"{"a\n":1}"#, .plainString, 3),
      (#"{"a":1} x"#, .endOfFrame, 8), (#"{"a":1}}"#, .endOfFrame, 7),
    ] as [(String, WireError.Expected, Int)]
  )
  func objects(_ text: String, _ expected: WireError.Expected, _ offset: Int) {
    let error = refusal(text) { reader throws(WireError) in try Self.readObject(&reader) }
    #expect(error == expecting(expected, at: offset, of: text))
  }

  private static func readArray(_ reader: inout JSONReader) throws(WireError) {
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) { _ = try reader.unsignedInteger() }
    try reader.expectEnd()
  }

  @Test(
    "an array out of order is refused where it goes wrong",
    arguments: [
      ("{", .array, 0), ("", .array, 0), ("[", .unsignedInteger, 1), ("[,1]", .unsignedInteger, 1),
      ("[1", .commaOrEnd, 2), ("[1 2]", .commaOrEnd, 3), ("[1,]", .value, 3), ("[1, ]", .value, 4),
      ("[1,,2]", .unsignedInteger, 3), ("[1}", .commaOrEnd, 2), ("[1]]", .endOfFrame, 3),
    ] as [(String, WireError.Expected, Int)]
  )
  func arrays(_ text: String, _ expected: WireError.Expected, _ offset: Int) {
    let error = refusal(text) { reader throws(WireError) in try Self.readArray(&reader) }
    #expect(error == expecting(expected, at: offset, of: text))
  }

  private static func skipAll(_ reader: inout JSONReader) throws(WireError) {
    try reader.skipValue()
    try reader.expectEnd()
  }

  @Test(
    "every legal value is skipped whole",
    arguments: [
      "0", "-0", "1", "-1", "10", "1.5", "-0.5", "1e5", "1E5", "1e+5", "1e-5", "1.5E-10", "0e0",
      "123456789012345678901234567890", "true", "false", "null", "{}", "[]", " [ ] ", "[[]]",
      "[{}]",
      #""""#, #""a""#, #""ü€😀""#, #""\"\\\/\b\f\n\r\t""#, #""\u0000\uFFFF\uabCD\ud800""#,
      #"{"":0}"#, #"{"a":1,"a":2}"#, #"{"a\u0000":[1,{"b":null}]}"#, "[1,2,3]",
      "\t\r\n [ 1 , 2 ] \n", #""12345678901234567890""#, "\"\u{7F}\"",
    ]
  )
  func legal(_ text: String) {
    #expect(refusal(text) { reader throws(WireError) in try Self.skipAll(&reader) } == nil)
  }

  @Test(
    "leading zeros are let through, as the one departure from JSON",
    arguments: ["01", "-00.5"]
  )
  func leadingZeros(_ text: String) {
    #expect(refusal(text) { reader throws(WireError) in try Self.skipAll(&reader) } == nil)
  }

  @Test(
    "what is not JSON is refused where it stops being it",
    arguments: [
      ("", .value, 0), (" ", .value, 1), ("x", .value, 0), ("+1", .value, 0), ("-", .value, 0),
      ("--1", .value, 0), (".5", .value, 0), ("-.5", .value, 0), ("1.", .digit, 2),
      ("1.e5", .digit, 2), ("1e", .digit, 2), ("1e+", .digit, 3), ("1e-x", .digit, 3),
      ("1.5.5", .endOfFrame, 3), ("1 2", .endOfFrame, 2), ("0x10", .endOfFrame, 1),
      ("tru", .value, 0), ("True", .value, 0), ("truex", .endOfFrame, 4), ("fals", .value, 0),
      ("nul", .value, 0), ("NaN", .value, 0), ("Infinity", .value, 0), ("undefined", .value, 0),
      ("]", .value, 0), ("}", .value, 0), (",", .value, 0), (":", .value, 0), ("'a'", .value, 0),
      ("[", .value, 1), ("[1", .commaOrEnd, 2), ("[1,", .value, 3), ("[1,]", .value, 3),
      ("[,]", .value, 1), ("[1 1]", .commaOrEnd, 3), ("[1}", .commaOrEnd, 2),
      (
        "[]]",
        .endOfFrame, 2
      ),
      ("{", .keyOrEnd, 1), ("{1:2}", .keyOrEnd, 1), ("{a:1}", .keyOrEnd, 1),
      (#"{"a"}"#, .colon, 4), (#"{"a":}"#, .value, 5), (#"{"a":1,}"#, .string, 7),
      (#"{"a":1 "b":1}"#, .commaOrEnd, 7), (#"{"a" 1}"#, .colon, 5), ("{,}", .keyOrEnd, 1),
      (#"{"a":1]"#, .commaOrEnd, 6), (#"""#, .string, 1), (#""abc"#, .string, 4),
      (#""\"#, .escape, 2), (#""\x""#, .escape, 2), (#""\'""#, .escape, 2), (#""\u""#, .escape, 3),
      (#""\u12G4""#, .escape, 5), (#""\u123""#, .escape, 6), (#""\U0041""#, .escape, 2),
      ("\"\n\"", .controlFreeString, 1), ("\"abc\u{1}\"", .controlFreeString, 4),
      ("\"\t\"", .controlFreeString, 1), ("\u{FEFF}1", .value, 0), ("\u{B}1", .value, 0),
      ("\u{A0}1", .value, 0), ("// x\n1", .value, 0), ("[1/**/]", .commaOrEnd, 2),
    ] as [(String, WireError.Expected, Int)]
  )
  func illegal(_ text: String, _ expected: WireError.Expected, _ offset: Int) {
    let error = refusal(text) { reader throws(WireError) in try Self.skipAll(&reader) }
    #expect(error == expecting(expected, at: offset, of: text))
  }

  private static func nested(
    _ depth: Int,
    _ open: String,
    _ inner: String,
    _ close: String
  )
    -> String
  {
    String(repeating: open, count: depth) + inner + String(repeating: close, count: depth)
  }

  @Test(
    "nesting is read to its bound, whatever is innermost, and refused at the bracket beyond",
    arguments: ["", "1", #""a""#, " "]
  )
  func nesting(_ inner: String) {
    let depth = JSONReader.maximumDepth
    let legal = Self.nested(depth, "[", inner, "]")
    #expect(refusal(legal) { reader throws(WireError) in try Self.skipAll(&reader) } == nil)
    let deep = Self.nested(depth + 1, "[", inner, "]")
    let error = refusal(deep) { reader throws(WireError) in try Self.skipAll(&reader) }
    #expect(error == expecting(.nesting, at: depth, of: deep))
  }

  @Test("nested objects have the same bound")
  func nestedObjects() {
    let depth = JSONReader.maximumDepth
    let legal = Self.nested(depth, #"{"a":"#, "1", "}")
    #expect(refusal(legal) { reader throws(WireError) in try Self.skipAll(&reader) } == nil)
    let deep = Self.nested(depth + 1, #"{"a":"#, "1", "}")
    let error = refusal(deep) { reader throws(WireError) in try Self.skipAll(&reader) }
    #expect(error == expecting(.nesting, at: 5 * depth, of: deep))
  }

  @Test("a million opening brackets are refused, not followed")
  func manyBrackets() {
    let bytes = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
    let error = refusal(bytes) { reader throws(WireError) in try reader.skipValue() }
    #expect(error?.expected == .nesting)
  }

  @Test("true and false are read, and nothing else is a boolean")
  func booleans() throws {
    try withReader(" true false 1") { reader throws(WireError) in
      #expect(try reader.boolean())
      #expect(try !reader.boolean())
    }
    for text in ["", "1", "tru", "TRUE", "null", #""true""#] {
      let error = refusal(text) { reader throws(WireError) in try reader.boolean() }
      #expect(error == expecting(.boolean, at: 0, of: text), "\(text)")
    }
  }

  @Test("null is consumed when it comes next, and only then")
  func nulls() throws {
    try withReader(" null nul") { reader in
      #expect(reader.consumeNull() && reader.offset == 5)
      #expect(!reader.consumeNull() && reader.offset == 6)
    }
  }

  @Test("white space is the four bytes of JSON and no other")
  func whiteSpaceBytes() throws {
    for byte in UInt8.min ... .max {
      let isSpace = [0x20, 0x09, 0x0A, 0x0D].contains(byte)
      let next = try withReader([byte, UInt8(ascii: "1")]) { $0.peek() }
      #expect(next == (isSpace ? UInt8(ascii: "1") : byte), "byte \(byte)")
    }
  }
}
