import Reactor
import TestSupport
import Testing
import Units

@testable import Recording

@Suite("Times read one after the other")
struct TimestampReaderTests {
  @Test("are what they are when read alone, in whatever order", arguments: 0..<20 as Range<UInt64>)
  func sequence(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var times = TimestampReader()
    var now = Int64.random(in: 0...4_000_000_000_000_000_000, using: &random)
    for _ in 0..<200 {
      now += Int64.random(in: -2_000_000_000...2_000_000_000, using: &random)
      var text = Timestamp(nanoseconds: max(0, now)).description
      switch Int.random(in: 0...9, using: &random) {
      case 0: text = String(text.dropLast(10)) + "Z"
      case 1: text = text.replacing("Z", with: "+00:00")
      case 2: text = String(text.prefix(Int.random(in: 0...29, using: &random)))
      case 3: text = text.replacing("T", with: " ")
      default: break
      }
      let bytes = Array((text + " {}").utf8)
      var alone = ByteScanner(bytes.span)
      var remembering = ByteScanner(bytes.span)
      let expected = alone.internetTime()
      #expect(times.internetTime(&remembering) == expected, "\(text)")
      if expected != nil {
        let places = (alone.position, remembering.position)
        #expect(places.0 == places.1)
      }
    }
  }

  @Test("nothing is remembered before the first")
  func zeros() {
    var times = TimestampReader()
    let bytes = [UInt8](repeating: 0, count: 19) + Array(".5Z".utf8)
    var scanner = ByteScanner(bytes.span)
    #expect(times.internetTime(&scanner) == nil)
  }
}
