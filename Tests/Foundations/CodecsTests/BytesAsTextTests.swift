import Codecs
import Testing

@Suite("Bytes as text")
struct BytesAsTextTests {
  @Test("bytes that are no text are replaced")
  func copying() {
    let bytes: [UInt8] = [0x61, 0xFF, 0x62]
    #expect(String(copying: bytes.span) == "a\u{FFFD}b")
    let none: [UInt8] = []
    #expect(String(copying: none.span) == "")
  }
}
