import Testing

@testable import parallax_bench

/// A taste of each row that goes over sockets, so that none of them rots between two benchmarks.
///
/// Each row requires by itself that all frames were read and no book was found wrong.
@Suite("Rows over sockets", .serialized)
struct SocketRowsTests {
  @Test("the time to an opportunity is given beside half a round trip and the decoder's time")
  func latency() throws {
    let rows = try LatencyRows(frames: 10, warmUp: 2, repetitions: 1).rows()
    #expect(rows.allSatisfy { $0.median > 0 })
    let compared = rows.filter { $0.name.hasPrefix("frame-to-opportunity") }
    #expect(compared.map(\.against) == ["one-way-and-decode/p50", "one-way-and-decode/p99"])
    #expect(compared.allSatisfy { $0.ratio ?? 0 > 0 })
  }

  @Test("a saturating feed of Kraken is taken, its checksums and all")
  func saturation() throws {
    let row = try LoadRows(seconds: 0.05, repetitions: 1).saturation()
    #expect(row.median > 0)
  }

  @Test("four venues feed one desk")
  func fourVenues() throws {
    let rows = try LoadRows(seconds: 0.1, repetitions: 1).fourVenues()
    #expect(rows.map(\.name).contains("four-venues/knee"))
    #expect(rows.allSatisfy { $0.median > 0 })
  }
}
