import Market
import Node
import Reactor
import Recording
import TestSupport
import Testing
import Units

@Suite("A recording on a thread of its own")
struct RecordingTapTests {
  private static let kraken = VenueID(rawValue: "kraken")
  private static let start: Int64 = 1_767_610_800_000_000_000

  private static func put(_ text: String, _ number: Int, _ tap: RecordingTap) {
    let payload = Array(text.utf8)
    let record = Record(
      time: Timestamp(nanoseconds: start + Int64(number)),
      kind: .frame,
      connection: number % 3
    )
    tap.record(record, of: kraken, payload.span, address: "")
  }

  @Test("holds what was seen, in order, once it is closed")
  func order() throws {
    let folder = try Scratch()
    let tap = try RecordingTap(directory: folder.path, venues: [Self.kraken])
    for number in 0..<5_000 { Self.put("{\"n\":\(number)}", number, tap) }
    tap.close()
    #expect(tap.failure == nil)
    #expect(tap.dropped == 0)
    #expect(tap.written == 5_000)
    var reader = try RecordingReader(path: folder.path + "/kraken/2026-01-05/11.plx.zst")
    var count = 0
    while let record = try reader.next() {
      #expect(record.time.nanoseconds == Self.start + Int64(count))
      #expect(record.connection == count % 3)
      count += 1
    }
    #expect(count == 5_000)
  }

  @Test("says why it cannot write, and does not hang")
  func failing() throws {
    let folder = try Scratch()
    // A file where the venue's folder should be.
    _ = folder.file("", name: "kraken")
    let tap = try RecordingTap(directory: folder.path, venues: [Self.kraken])
    Self.put("{}", 0, tap)
    for _ in 0..<2_000 where tap.failure == nil { pause(milliseconds: 1) }
    #expect(tap.failure != nil)
    tap.close()
    #expect(tap.written == 0)
  }
}
