import ReferenceBooks
import Testing

/// One handle of the C library, loaded with frames.
@safe
private struct Reference: ~Copyable {
  private let handle: OpaquePointer

  init(venue: Int, book: Int, depth: Int = 0, frames: [String]) throws {
    let handle = unsafe plx_reference_create(Int32(venue), Int32(book), depth)
    unsafe self.handle = try #require(unsafe handle)
    let bytes = frames.flatMap(\.utf8)
    var offsets = [0]
    for frame in frames { offsets.append(offsets[offsets.count - 1] + frame.utf8.count) }
    #expect(unsafe plx_reference_load(self.handle, bytes, offsets, frames.count))
  }

  deinit { unsafe plx_reference_destroy(handle) }

  func seed(_ symbol: String, _ body: String) -> Bool {
    let symbolBytes = symbol.utf8.map(CChar.init)
    let bodyBytes = Array(body.utf8)
    return unsafe plx_reference_seed(
      handle,
      symbolBytes,
      symbolBytes.count,
      bodyBytes,
      bodyBytes.count
    )
  }

  @discardableResult
  func run(from first: Int = 0) -> UInt64 { unsafe plx_reference_run(handle, first, .max) }

  func reset() { unsafe plx_reference_reset(handle) }

  var counts: plx_reference_counts_t { unsafe plx_reference_counts(handle) }

  /// The levels of the first instrument, best first, as price and quantity.
  func levels(_ side: Int) -> [[Int64]] {
    var prices = [Int64](repeating: 0, count: 16)
    var quantities = prices
    let count = unsafe plx_reference_levels(handle, 0, Int32(side), &prices, &quantities, 16)
    return (0..<count).map { [prices[$0], quantities[$0]] }
  }

  /// The digest of the first instrument, and the same sum made here from its levels.
  var digests: [UInt64] {
    let sum = [0, 1].reduce(into: UInt64(0)) { sum, side in
      for level in levels(side) {
        sum &+= plx_reference_mix_level(Int32(side), level[0], level[1])
      }
    }
    return [unsafe plx_reference_instrument(handle, 0).digest, sum]
  }
}

private let venues = (
  coinbase: Int(plx_venue_coinbase),
  kraken: Int(plx_venue_kraken),
  gemini: Int(plx_venue_gemini),
  bitstamp: Int(plx_venue_bitstamp)
)

@Suite("The C++ yardstick")
struct ReferenceBooksTests {
  @Test("keeps Coinbase's books", arguments: [plx_book_map, plx_book_vector])
  func coinbase(book: Int) throws {
    let reference = try Reference(
      venue: venues.coinbase,
      book: book,
      frames: [
        #"{"channel":"subscriptions","timestamp":"2026-01-05T14:00:00Z","sequence_num":0,"events":[]}"#,
        #"{"channel":"l2_data","timestamp":"2026-01-05T14:00:00.1Z","sequence_num":1,"events":[{"type":"snapshot","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"t","price_level":"100.5","new_quantity":"1"},{"side":"bid","event_time":"t","price_level":"100","new_quantity":"2.5"},{"side":"offer","event_time":"t","price_level":"101.25","new_quantity":"0.00000001"}]}]}"#,
        #"{"channel":"l2_data","timestamp":"2026-01-05T14:00:00.2Z","sequence_num":2,"events":[{"type":"update","product_id":"BTC-USD","updates":[{"side":"bid","event_time":"t","price_level":"100.5","new_quantity":"0"},{"side":"offer","event_time":"t","price_level":"101","new_quantity":"3"},{"side":"bid","event_time":"t","price_level":"100.25","new_quantity":"4"}]}]}"#,
      ]
    )
    reference.run()
    #expect(
      reference.levels(0) == [[1_002_500_000_000, 400_000_000], [1_000_000_000_000, 250_000_000]]
    )
    #expect(reference.levels(1) == [[1_010_000_000_000, 300_000_000], [1_012_500_000_000, 1]])
    #expect(Set(reference.digests).count == 1)
    #expect(reference.counts.frames == 3)
    #expect(reference.counts.books == 2)
    #expect(reference.counts.levels == 6)
    #expect(reference.counts.errors == 0)
  }

  @Test("cuts Kraken's books to their depth", arguments: [plx_book_map, plx_book_vector])
  func kraken(book: Int) throws {
    let reference = try Reference(
      venue: venues.kraken,
      book: book,
      depth: 2,
      frames: [
        #"{"channel":"heartbeat"}"#,
        #"{"method":"subscribe","result":{"channel":"book","depth":2},"success":true}"#,
        #"{"channel":"book","type":"snapshot","data":[{"symbol":"BTC/USD","bids":[{"price":9.0,"qty":1.00000000},{"price":8.0,"qty":2.00000000}],"asks":[{"price":10.0,"qty":1.50000000},{"price":11.0,"qty":2.50000000}],"checksum":4294967295,"timestamp":"2026-01-05T14:00:00.000001Z"}]}"#,
        #"{"channel":"book","type":"update","data":[{"symbol":"BTC/USD","bids":[{"price":9.5,"qty":3.00000000}],"asks":[{"price":10.0,"qty":0.00000000},{"price":12.0,"qty":0.10000000}],"checksum":1,"timestamp":"2026-01-05T14:00:00.000002Z"}]}"#,
      ]
    )
    reference.run()
    #expect(reference.levels(0).map { $0[0] } == [95_000_000_000, 90_000_000_000])
    #expect(reference.levels(1).map { $0[0] } == [110_000_000_000, 120_000_000_000])
    #expect(reference.counts.errors == 0)
  }

  @Test("reads Gemini's keys in either order", arguments: [plx_book_map, plx_book_vector])
  func gemini(book: Int) throws {
    let reference = try Reference(
      venue: venues.gemini,
      book: book,
      frames: [
        #"{"auction_events":[],"changes":[["buy","65206.28","0.05"],["sell","65206.29","1"],["sell","12345678912.34","1"]],"symbol":"BTCUSD","trades":[],"type":"l2_updates"}"#,
        #"{"changes":[["buy","65206.28","0.0"]],"symbol":"BTCUSD","type":"l2_updates"}"#,
        #"{"type":"l2_updates","symbol":"BTCUSD","changes":[["buy","65205","2"]]}"#,
        #"{"timestamp":1786313195331,"type":"heartbeat"}"#,
      ]
    )
    reference.run()
    #expect(reference.levels(0) == [[652_050_000_000_000, 200_000_000]])
    #expect(reference.levels(1) == [[652_062_900_000_000, 100_000_000]])
    #expect(reference.counts.skipped == 1)
    #expect(reference.counts.errors == 0)
  }

  @Test("joins Bitstamp's diffs to a snapshot", arguments: [plx_book_map, plx_book_vector])
  func bitstamp(book: Int) throws {
    let reference = try Reference(
      venue: venues.bitstamp,
      book: book,
      frames: [
        #"{"event":"bts:subscription_succeeded","channel":"diff_order_book_btcusd","data":{}}"#,
        #"{"data":{"timestamp":"1618677692","microtimestamp":"1618677692795262","bids":[["7.00","1.00000000"]],"asks":[]},"channel":"diff_order_book_btcusd","event":"data"}"#,
        #"{"channel":"diff_order_book_btcusd","data":{"timestamp":"1618677692","microtimestamp":"1618677692795263","bids":[],"asks":[["9.00","0.00000000"],["9.50","2.00000000"]]},"event":"data"}"#,
      ]
    )
    let body =
      #"{"timestamp": "1618677692", "microtimestamp": "1618677692795262", "bids": [["8.00", "1.00000000"]], "asks": [["9.00", "1.00000000"]]}"#
    let isSeeded = reference.seed("btcusd", body)
    #expect(isSeeded)
    let first = reference.run()
    #expect(reference.levels(0) == [[80_000_000_000, 100_000_000]])
    #expect(reference.levels(1) == [[95_000_000_000, 200_000_000]])
    #expect(reference.counts.stale == 1)
    #expect(reference.counts.errors == 0)
    reference.reset()
    #expect(reference.levels(1) == [[90_000_000_000, 100_000_000]])
    #expect(reference.run() == first)
  }

  @Test(
    "counts what is no frame of the venue, and goes on",
    arguments: [
      "", "[", "nonsense", #"{"channel":"l2_data"}"#,
      #"{"channel":"l2_data","timestamp":"2026-01-05","sequence_num":1,"events":[]}"#,
      #"{"channel":"l2_data","timestamp":"2026-01-05T14:00:00Z","sequence_num":1,"events":[{"type":"update","product_id":"A","updates":[{"side":"bid","event_time":"t","price_level":"1x","new_quantity":"1"}]}]}"#,
      #"{"channel":"l2_data","timestamp":"2026-01-05T14:00:00Z","sequence_num":1,"events":[{"type":"update","product_id":"A","updates":[{"side":"bid","event_time":"t","price_level":"1.","new_quantity":"1"}]}]}"#,
      #"{"channel":"l2_data","timestamp":"2026-01-05T14:00:00Z","sequence_num":1,"events":[{"type":"update","product_id":"A","updates":[{"side":"both","event_time":"t","price_level":"1","new_quantity":"1"}]}]}"#,
    ]
  )
  func malformed(frame: String) throws {
    let reference = try Reference(
      venue: venues.coinbase,
      book: plx_book_vector,
      frames: [frame, #"{"channel":"heartbeats"}"#]
    )
    reference.run()
    #expect(reference.counts.errors == 1)
    #expect(reference.counts.frames == 2)
  }

  @Test("gives one hash whatever the book")
  func oneHash() throws {
    let frames = [
      #"{"changes":[["buy","1.5","0.05"],["sell","1.75","1"]],"symbol":"A","trades":[],"type":"l2_updates"}"#
    ]
    let hashes = try [plx_book_none, plx_book_map, plx_book_vector].map { book in
      try Reference(venue: venues.gemini, book: book, frames: frames).run()
    }
    #expect(Set(hashes).count == 1)
  }

  @Test("scans every byte")
  func scan() {
    let bytes = (0..<77).map { UInt8($0) }
    let expected = stride(from: 0, to: 77, by: 8).reduce(into: UInt64(0)) { sum, start in
      for (i, byte) in bytes[start..<min(start + 8, 77)].enumerated() {
        sum &+= UInt64(byte) << UInt64(8 * i)
      }
    }
    #expect(unsafe plx_memory_scan(bytes, bytes.count) == expected)
  }
}
