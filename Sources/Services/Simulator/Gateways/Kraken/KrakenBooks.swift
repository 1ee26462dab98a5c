import Codecs
import Market
import Units

/// The best levels of one book as far as a subscription sees them, and what changed in them.
///
/// Kraken's rules (recorded, 4,629 frames): a level that is gone is sent with quantity zero; the
/// level that thereby moves into view at the far end is sent in the same frame; a level pushed out
/// by a better one is not mentioned, the client cuts to its depth by itself.
struct KrakenWindow: Sendable {
  let depth: Int
  private(set) var bids: [Level]
  private(set) var asks: [Level]
  /// Levels to be told, in order.
  private var toldBids: [Level] = []
  private var toldAsks: [Level] = []

  init(depth: Int, bids: [Level], asks: [Level]) {
    self.depth = depth
    self.bids = bids
    self.asks = asks
  }

  var hasNews: Bool { !toldBids.isEmpty || !toldAsks.isEmpty }

  /// Takes a change at the exchange; beyond the last level that is seen, nothing is known.
  mutating func apply(_ side: BookSide, _ level: Level) {
    if side == .bid {
      if KrakenWindow.apply(level, to: &bids, isBid: true) { toldBids.append(level) }
    } else {
      if KrakenWindow.apply(level, to: &asks, isBid: false) { toldAsks.append(level) }
    }
  }

  /// Whether the change is one that the client has to hear of.
  private static func apply(_ level: Level, to levels: inout [Level], isBid: Bool) -> Bool {
    var (low, high) = (0, levels.count)
    while low < high {
      let middle = (low + high) / 2
      let isBetter =
        isBid ? levels[middle].price > level.price : levels[middle].price < level.price
      if isBetter { low = middle + 1 } else { high = middle }
    }
    guard low < levels.count else { return false }
    if levels[low].price == level.price {
      guard levels[low].quantity != level.quantity else { return false }
      if level.quantity.isZero { levels.remove(at: low) } else { levels[low] = level }
      return true
    }
    guard !level.quantity.isZero else { return false }
    levels.insert(level, at: low)
    return true
  }

  /// Fills the window up from the exchange's book, or cuts it, after all changes were applied.
  mutating func settle(_ side: BookSide, _ book: () -> [Level]) {
    let count = side == .bid ? bids.count : asks.count
    if count > depth {
      if side == .bid { bids.removeLast(count - depth) } else { asks.removeLast(count - depth) }
    } else if count < depth {
      let more = book().dropFirst(count)
      if side == .bid {
        bids += more
        toldBids += more
      } else {
        asks += more
        toldAsks += more
      }
    }
  }

  /// What is to be told, and forgets it.
  mutating func takeNews() -> (bids: [Level], asks: [Level]) {
    defer { (toldBids, toldAsks) = ([], []) }
    return (toldBids, toldAsks)
  }

  /// The checksum of the ten best levels a side, asks first.
  ///
  /// Over the digits as they stand on the wire, points and leading zeros left out. Source: Kraken
  /// WebSocket v2, book checksum; check value 3726153463 of the recorded snapshot of 2026-08-02.
  func checksum(_ pair: KrakenPair) -> UInt32 {
    var text: [UInt8] = []
    for level in asks.prefix(10) { KrakenWindow.digits(of: level, pair, to: &text) }
    for level in bids.prefix(10) { KrakenWindow.digits(of: level, pair, to: &text) }
    return CRC32.shared.checksum(text.span)
  }

  private static func digits(of level: Level, _ pair: KrakenPair, to text: inout [UInt8]) {
    for number in [pair.price(level.price.raw), pair.quantity(Int128(level.quantity.raw))] {
      var isLeading = true
      for byte in number.utf8 where byte != UInt8(ascii: ".") {
        if isLeading, byte == UInt8(ascii: "0") { continue }
        isLeading = false
        text.append(byte)
      }
    }
  }

  /// The `data` of a book frame.
  static func frame(
    _ type: String,
    _ pair: KrakenPair,
    bids: [Level],
    asks: [Level],
    checksum: UInt32,
    time: Timestamp
  ) -> KrakenJSON {
    .object([
      "channel": .string("book"), "type": .string(type),
      "data": .array([
        .object([
          "symbol": .string(pair.socketName), "bids": levels(bids, pair),
          "asks": levels(asks, pair), "checksum": .integer(checksum),
          "timestamp": .string(KrakenText.micros(time)),
        ])
      ]),
    ])
  }

  private static func levels(_ levels: [Level], _ pair: KrakenPair) -> KrakenJSON {
    .array(
      levels.map {
        .object([
          "price": .number(pair.price($0.price.raw)),
          "qty": .number(pair.quantity(Int128($0.quantity.raw))),
        ])
      }
    )
  }
}
