import Testing

@testable import Configuration

/// What a text is refused for, one line each; empty when it is read.
private func complaints(_ text: String, limits: Document.Limits = .init()) -> [String] {
  complaints(Array(text.utf8), limits: limits)
}

private func complaints(_ bytes: [UInt8], limits: Document.Limits = .init()) -> [String] {
  do throws(ConfigurationErrors) {
    _ = try Document(bytes, file: "f", limits: limits)
    return []
  } catch {
    return error.problems.map(\.description)
  }
}

@Suite("A document")
struct DocumentTests {
  @Test("every node knows its line and column")
  func places() throws {
    let document = try Document(Array("a: 1\nü: [x,\n  'y z']\n".utf8), file: "f")
    guard case .mapping(let entries) = document.root.content,
      case .sequence(let elements) = entries[1].value.content
    else {
      Issue.record("a map that ends in a list")
      return
    }
    #expect(entries.map(\.key) == ["a", "ü"])
    #expect(
      entries.map(\.position) == [Position(line: 1, column: 1), Position(line: 2, column: 1)]
    )
    #expect(entries[0].value.position == Position(line: 1, column: 4))
    #expect(elements.map(\.position.description) == ["2:5", "3:3"])
    #expect(elements[0].content == .scalar(text: "x", isPlain: true))
    #expect(elements[1].content == .scalar(text: "y z", isPlain: false))
  }

  @Test(
    "an empty text is a value left out",
    arguments: ["", "# only words\n", "---\n", "~", "null"]
  )
  func empty(_ text: String) throws {
    #expect(try Document(Array(text.utf8), file: "f").root.isNothing)
  }

  @Test("a quoted null is text")
  func quotedNull() throws {
    #expect(try !Document(Array("'null'".utf8), file: "f").root.isNothing)
  }

  @Test(
    "what could hide a value is refused, in place",
    arguments: [
      ("a: 1\nb: 2\na: 3\n", ["f:3:1: the key \"a\" is given twice, first on line 1"]),
      ("a: {b: 1, b: 2}\n", ["f:1:11: the key \"b\" is given twice, first on line 1"]),
      ("a: &x 1\n", ["f:1:4: anchors (&) are not supported"]),
      (
        "a: &x 1\nb: *x\n",
        ["f:1:4: anchors (&) are not supported", "f:2:4: aliases (*) are not supported"]
      ),
      ("? *x\n: 1\n", ["f:1:3: aliases (*) are not supported"]),
      ("a: !!int 1\n", ["f:1:4: tags (!) are not supported"]),
      ("a: ! 1\n", ["f:1:4: tags (!) are not supported"]),
      (
        "a: !!seq [1]\nb: &m {c: 1}\n",
        ["f:1:4: tags (!) are not supported", "f:2:4: anchors (&) are not supported"]
      ),
      ("%TAG !e! x:\n---\na: 1\n", ["f:1:1: %TAG is not supported"]),
      ("? [a]\n: 1\n", ["f:1:3: a list or a map cannot be a key"]),
      ("a: 1\n---\nb: 2\n", ["f:2:1: a second document is not supported"]),
    ]
  )
  func refused(_ text: String, _ expected: [String]) {
    #expect(complaints(text) == expected)
  }

  @Test(
    "a syntax error names the place where reading stopped",
    arguments: [
      ("a: [1\nb: 2\n", "f:2:2:"), ("a: 1\n  b: 2\n", "f:2:4:"), ("a: \"x\n", "f:2:1:"),
      ("\ta: 1\n", "f:1:1:"), ("a: b: c\n", "f:1:5:"), ("}", "f:1:1:"), ("a: *", "f:1:5:"),
    ]
  )
  func syntax(_ text: String, _ place: String) {
    let found = complaints(text)
    #expect(found.count == 1)
    #expect(found.first?.hasPrefix(place + " ") == true, "\(found)")
  }

  @Test("a byte that is not text is found by line and column")
  func notText() {
    #expect(complaints(Array("a: 1\nü: ".utf8) + [0xFF]).first?.hasPrefix("f:2:4: ") == true)
    #expect(complaints(Array("a: \u{1}".utf8)).first?.hasPrefix("f:1:4: ") == true)
  }

  @Test("each limit holds at its edge")
  func limits() {
    var limits = Document.Limits(bytes: 6)
    #expect(complaints("a: 123", limits: limits) == [])
    #expect(complaints("a: 1234", limits: limits) == ["f: is larger than 6 bytes"])

    limits = Document.Limits(depth: 3)
    #expect(complaints("[[1]]", limits: limits) == [])
    #expect(complaints("[[[1]]]", limits: limits) == ["f:1:4: is nested deeper than 3 levels"])

    limits = Document.Limits(nodes: 4)
    #expect(complaints("[1, 2, 3]", limits: limits) == [])
    #expect(complaints("[1, 2, 3, 4]", limits: limits) == ["f:1:11: has more than 4 values"])
  }

  @Test(
    "a text made to cost much is refused soon",
    arguments: ["[", "{", "- ", "? ", "a: {", "'", "&a ", "!", "%", "[a,", "\n\n", "{a: b}"]
  )
  func costly(_ unit: String) {
    let bytes = Array(String(repeating: unit, count: (1 << 20) / unit.utf8.count).utf8)
    let started = ContinuousClock.now
    _ = complaints(bytes)
    #expect(ContinuousClock.now - started < .seconds(5))
  }

  @Test("bytes at random never crash the reader", arguments: 0..<16)
  func random(_ seed: UInt64) {
    var generator = SplitMix(state: seed)
    let alphabet = Array("ab:-?[]{},&*!|>'\"%@`#~ \n\t\r0.\u{7}\u{85}ü".utf8) + [0, 0xFF, 0xC3]
    for _ in 0..<500 {
      let count = Int.random(in: 0...120, using: &generator)
      let bytes = (0..<count).map { _ in alphabet[Int(generator.next() % UInt64(alphabet.count))] }
      guard let document = try? Document(bytes, file: "f") else { continue }
      // What was read can be read further.
      var problems = Problems(file: "f")
      _ = Field(document).section(keys: ["a"], &problems)?["a"]?.date(&problems)
    }
  }

  @Test("a built-in file with bytes changed is read or refused", arguments: 0..<8)
  func mutated(_ seed: UInt64) {
    var generator = SplitMix(state: seed)
    for _ in 0..<40 {
      var bytes = PackageResources.fees_yaml
      for _ in 0..<3 {
        bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8(generator.next() & 0x7F)
      }
      guard let document = try? Document(bytes, file: "f") else { continue }
      _ = try? FeeConfiguration(document)
    }
  }
}

/// A small generator, so that a failure comes back with its seed.
struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
