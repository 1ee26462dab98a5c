import Reactor
import TestSupport
import Testing

@testable import Codecs

@Suite("UTF-8")
struct UTF8ValidationTests {
  /// Agrees with the standard library, and what stands before the first wrong byte is text.
  private static func check(_ bytes: [UInt8]) {
    let invalid = firstInvalidUTF8(in: bytes.span)
    let isText = String(validating: bytes, as: UTF8.self) != nil
    guard isText == (invalid == nil) else {
      Issue.record("\(bytes): \(isText ? "is text" : "is no text")")
      return
    }
    guard let invalid else { return }
    // No longer beginning is text either.
    for end in 0...bytes.count where end >= invalid {
      let isText = String(validating: bytes[..<end], as: UTF8.self) != nil
      if isText != (end == invalid) { Issue.record("\(bytes): \(invalid) against \(end)") }
    }
  }

  @Test("every pair of bytes is told as the standard library tells it")
  func pairs() {
    Self.check([])
    for first in UInt8.min ... .max {
      Self.check([first])
      for second in UInt8.min ... .max { Self.check([first, second]) }
    }
  }

  /// Both sides of every border that RFC 3629 draws among bytes that follow.
  private static let borders: [UInt8] = [
    0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC2, 0xE0, 0xF0, 0xFF,
  ]

  @Test(
    "every long lead, with bytes at every border after it",
    arguments: 0xE0...0xFF as ClosedRange
  )
  func long(_ lead: UInt8) {
    for second in Self.borders {
      for third in Self.borders {
        Self.check([lead, second, third])
        for fourth in Self.borders { Self.check([lead, second, third, fourth, 0x41]) }
      }
    }
  }

  @Test("random text, whole and damaged, at every length", arguments: 0..<16 as Range<UInt64>)
  func random(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<300 {
      var text = ""
      for _ in 0..<Int.random(in: 0...12, using: &random) {
        let value = random.anyInteger(UInt32.self) >> 11
        if let scalar = Unicode.Scalar(value) { text.unicodeScalars.append(scalar) }
      }
      var bytes = Array(text.utf8)
      Self.check(bytes)
      guard !bytes.isEmpty else { continue }
      bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8(
        truncatingIfNeeded: random.next()
      )
      Self.check(bytes)
      Self.check(Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random))))
    }
  }

  @Test("a high bit is seen at every place of every length")
  func highBits() {
    for count in 0..<40 {
      var bytes = [UInt8](repeating: 0x7F, count: count)
      #expect(isASCII(bytes.span) && firstInvalidUTF8(in: bytes.span) == nil)
      for place in 0..<count {
        bytes[place] = 0x80
        #expect(!isASCII(bytes.span) && firstInvalidUTF8(in: bytes.span) == place)
        bytes[place] = 0x7F
      }
    }
  }
}
