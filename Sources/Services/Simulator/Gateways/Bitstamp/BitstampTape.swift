import Market
import Units

/// What has been traded in one pair: the trades of the last day, and candles of a minute.
struct BitstampTape: Sendable {
  /// How many trades are kept.
  static let mostTrades = 20_000
  /// How many minutes are kept: one week.
  static let mostMinutes = 10_080

  struct Candle: Hashable, Sendable {
    /// Seconds since 1970.
    var start: Int64
    var open: Price
    var high: Price
    var low: Price
    var close: Price
    /// In units of the base asset.
    var volume: Int128
    /// Sum of price × quantity.
    var products: Int128

    mutating func add(_ other: Candle) {
      high = max(high, other.high)
      low = min(low, other.low)
      close = other.close
      volume += other.volume
      products += other.products
    }
  }

  private(set) var trades: [PublicTrade] = []
  private(set) var minutes: [Candle] = []

  init() {}

  mutating func add(_ trade: PublicTrade) {
    trades.append(trade)
    if trades.count > BitstampTape.mostTrades * 5 / 4 {
      trades.removeFirst(trades.count - BitstampTape.mostTrades)
    }
    let start = trade.time.nanoseconds / 60_000_000_000 * 60
    let quantity = Int128(trade.quantity.raw)
    let candle = Candle(
      start: start,
      open: trade.price,
      high: trade.price,
      low: trade.price,
      close: trade.price,
      volume: quantity,
      products: Int128(trade.price.raw) * quantity
    )
    if let last = minutes.indices.last, minutes[last].start >= start {
      minutes[last].add(candle)
    } else {
      minutes.append(candle)
      if minutes.count > BitstampTape.mostMinutes * 5 / 4 {
        minutes.removeFirst(minutes.count - BitstampTape.mostMinutes)
      }
    }
  }

  /// Everything from `start`, in seconds since 1970, on, as one candle; nil without a trade.
  func summary(since start: Int64) -> Candle? {
    var result: Candle?
    for minute in minutes[firstMinute(from: start)...] {
      if result == nil { result = minute } else { result?.add(minute) }
    }
    return result
  }

  /// Candles of `step` seconds that start in `range`, oldest first.
  func candles(step: Int64, in range: ClosedRange<Int64>) -> [Candle] {
    var result: [Candle] = []
    for minute in minutes[firstMinute(from: range.lowerBound)...] {
      var candle = minute
      candle.start = minute.start / step * step
      guard candle.start <= range.upperBound else { break }
      guard candle.start >= range.lowerBound else { continue }
      if let last = result.indices.last, result[last].start == candle.start {
        result[last].add(minute)
      } else {
        result.append(candle)
      }
    }
    return result
  }

  /// Trades from `time` on, newest first.
  func trades(since time: Timestamp) -> [PublicTrade] {
    var result: [PublicTrade] = []
    for trade in trades.reversed() {
      guard trade.time >= time else { break }
      result.append(trade)
    }
    return result
  }

  private func firstMinute(from start: Int64) -> Int {
    var (low, high) = (0, minutes.count)
    while low < high {
      let middle = (low + high) / 2
      if minutes[middle].start < start { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
