@testable import Terminal

/// Snapshots that tests draw.
enum DeskSamples {
  /// Four venues, one of them silent for longer than it should be, one not yet there.
  static let busy = DeskSnapshot(
    time: "2026-01-05 14:00:02Z",
    mode: "OBSERVE",
    uptimeNanoseconds: 7_512_000_000_000,
    feeds: [
      .init(
        venue: "kraken",
        state: "live",
        standing: .good,
        ageNanoseconds: 12_000_000,
        framesPerSecond: 103.24,
        latencyNanoseconds: 14_000_000,
        resyncs: 1
      ),
      .init(
        venue: "coinbase",
        state: "live",
        standing: .good,
        ageNanoseconds: 12_340_000_000,
        framesPerSecond: 0,
        latencyNanoseconds: 61_000_000,
        resyncs: 2,
        reconnects: 1,
        gaps: 3
      ),
      .init(
        venue: "gemini",
        state: "live",
        standing: .good,
        ageNanoseconds: 640_000_000,
        framesPerSecond: 12_345.6,
        latencyNanoseconds: -3_000_000
      ),
      .init(venue: "bitstamp", state: "connecting", standing: .waiting, reconnects: 1_204),
    ],
    assets: ["BTC/USD", "ETH/USD", "ETH/BTC", "SOL/USD"].map { name in
      .init(
        name: name,
        quotes: [
          .init(
            venue: "kraken",
            bid: "92835.1",
            bidSize: "0.5",
            ask: "92836.7",
            askSize: "1.2041",
            isBestBid: true,
            ageNanoseconds: 12_000_000
          ),
          .init(
            venue: "coinbase",
            bid: "92811.02",
            bidSize: "0.00004",
            ask: "92812.99",
            askSize: "12",
            ageNanoseconds: 12_340_000_000
          ),
          .init(
            venue: "gemini",
            bid: "92833.00",
            bidSize: "2.25",
            ask: "92835.90",
            askSize: "0.75",
            isBestAsk: true,
            ageNanoseconds: 640_000_000
          ),
          .init(venue: "bitstamp"),
        ]
      )
    },
    windows: [
      .init(
        pair: "BTC/USD",
        buyVenue: "gemini",
        sellVenue: "kraken",
        netBasisPoints: "+35.1",
        size: "0.05 BTC",
        ageNanoseconds: 400_000_000,
        isOpen: true
      ),
      .init(
        pair: "USD-ETH-BTC-USD",
        buyVenue: "kraken",
        sellVenue: "kraken",
        netBasisPoints: "+46.5",
        size: "1250.00 USD",
        ageNanoseconds: 125_000_000_000,
        isOpen: false
      ),
    ],
    counters: [
      .init("frames", 1_234_567), .init("windows", 10), .init("unreadable", 0),
    ],
    messages: [
      "13:59:48Z coinbase: a sequence number is missing, the books are asked for again",
      "13:59:58Z bitstamp: connecting, attempt 3", "14:00:01Z coinbase: silent for 11 s",
    ]
  )

  /// The moment after the start.
  static let empty = DeskSnapshot(time: "2026-01-05 14:00:00Z", mode: "OBSERVE")

  /// Everything longer than its place, and words that would move a cursor.
  static let long = DeskSnapshot(
    time: "2026-01-05 14:00:00.123456789Z and then some",
    mode: "A MODE WITH A LONG NAME",
    uptimeNanoseconds: .max,
    feeds: [
      .init(
        venue: "a-venue-with-a-long-name",
        state: "awaiting a snapshot since long",
        standing: .bad,
        ageNanoseconds: .max,
        framesPerSecond: .infinity,
        latencyNanoseconds: .min,
        resyncs: .max,
        reconnects: .max,
        gaps: .max
      )
    ],
    assets: [
      .init(
        name: "1000000BABYDOGE/USDT",
        quotes: [
          .init(
            venue: "börse-münchen-süd",
            bid: "123456789012345678901234567890.5",
            bidSize: "0.000000000000000001",
            ask: "0.00000000012345",
            askSize: "99999999999999999999",
            isBestBid: true,
            isBestAsk: true,
            ageNanoseconds: 0
          )
        ]
      )
    ],
    windows: [
      .init(
        pair: "USD-ETH-BTC-SOL-DOGE-USD",
        buyVenue: "a-venue-with-a-long-name",
        sellVenue: "取引所のとても長い名前",
        netBasisPoints: "+1234567890.1234",
        size: "123456789.123456789 BTC",
        ageNanoseconds: 1,
        isOpen: true
      )
    ],
    counters: (0..<30).map { .init("counter-\($0)", .max) },
    messages: [
      "\u{1B}[2Jcleared\r\n\u{202E}", String(repeating: "long ", count: 100),
      "取引所からのメッセージ" + String(repeating: "文", count: 200), "👩‍👩‍👧 cafe\u{301}",
    ]
  )
}
