import Testing

@testable import Words

@Suite("Words for people")
struct WordsTests {
  @Test("the nearest word is near, or there is none")
  func spelling() {
    let words = ["maker", "taker", "volume"]
    #expect(nearest(to: "makre", in: words) == "maker")
    #expect(nearest(to: "Taker", in: words) == "taker")
    #expect(nearest(to: "volum", in: words) == "volume")
    #expect(nearest(to: "price", in: words) == nil)
    #expect(nearest(to: "", in: words) == nil)
    #expect(nearest(to: "a", in: []) == nil)
  }

  @Test("control characters cannot reach a terminal")
  func quoting() {
    #expect(quoted("a\u{1B}[2Jb") == #""a\u{1b}[2Jb""#)
    #expect(quoted(String(repeating: "x", count: 61)).hasSuffix("…\""))
    #expect(printable("fine – µ") == "fine – µ")
  }
}
