import Codecs
import Market

extension OrderBook {
  /// Levels a side that Kraken's checksum covers.
  static let checksumDepth = 10

  /// The CRC-32 over the digits of the best ten asks, low to high, then the best ten bids, high to
  /// low.
  ///
  /// Each level brings the CRC of its own digits, so that no digit is read twice.
  /// - Source: Kraken WebSocket v2, book checksum.
  public func checksum() -> UInt32 {
    let tables = CRC32.shared
    var crc: UInt32 = 0
    var cursor = asks.start
    for _ in 0..<OrderBook.checksumDepth {
      guard let digits = asks.nextDigits(&cursor) else { break }
      crc = tables.appending(digits, to: crc)
    }
    cursor = bids.start
    for _ in 0..<OrderBook.checksumDepth {
      guard let digits = bids.nextDigits(&cursor) else { break }
      crc = tables.appending(digits, to: crc)
    }
    return crc
  }
}
