import Market
import Units

/// What happened in one instrument: its latest trades, and a day of minutes.
struct KrakenTape: Sendable {
  /// Trades that REST can give at most (`count` of Trades).
  static let keptTrades = 1_000
  /// A day of minutes.
  static let keptMinutes = 1_440

  /// Trades within one minute.
  struct Minute: Hashable, Sendable {
    /// Minutes since 1970.
    var number: Int64
    var open: Int64
    var high: Int64
    var low: Int64
    var close: Int64
    var volume: Int128 = 0
    /// Sum of price × quantity.
    var products: Int128 = 0
    var count = 0
  }

  /// A sum over some minutes; nil prices before the first trade.
  struct Summary: Sendable {
    var open: Int64?
    var high: Int64 = 0
    var low: Int64 = 0
    var close: Int64 = 0
    var volume: Int128 = 0
    var products: Int128 = 0
    var count = 0
  }

  private(set) var trades: [PublicTrade] = []
  private(set) var minutes: [Minute] = []

  mutating func add(_ trade: PublicTrade) {
    trades.append(trade)
    if trades.count > 2 * KrakenTape.keptTrades {
      trades.removeFirst(trades.count - KrakenTape.keptTrades)
    }
    let number = trade.time.nanoseconds / 60_000_000_000
    let price = trade.price.raw
    if minutes.last?.number != number {
      minutes.append(Minute(number: number, open: price, high: price, low: price, close: price))
      if minutes.count > 2 * KrakenTape.keptMinutes {
        minutes.removeFirst(minutes.count - KrakenTape.keptMinutes)
      }
    }
    let last = minutes.count - 1
    minutes[last].high = max(minutes[last].high, price)
    minutes[last].low = min(minutes[last].low, price)
    minutes[last].close = price
    minutes[last].volume += Int128(trade.quantity.raw)
    minutes[last].products +=
      Int128(price) * Int128(trade.quantity.raw)
    minutes[last].count += 1
  }

  /// The latest trades, oldest first.
  func latest(_ count: Int) -> ArraySlice<PublicTrade> { trades.suffix(count) }

  /// The minutes from `first` on, added up.
  func summary(from first: Int64) -> Summary {
    var result = Summary()
    for minute in minutes.reversed() {
      guard minute.number >= first else { break }
      if result.open == nil {
        result.close = minute.close
        result.high = minute.high
        result.low = minute.low
      }
      result.open = minute.open
      result.high = max(result.high, minute.high)
      result.low = min(result.low, minute.low)
      result.volume += minute.volume
      result.products += minute.products
      result.count += minute.count
    }
    return result
  }

  /// The last 24 hours up to `now`.
  func day(at now: Timestamp) -> Summary {
    summary(from: now.nanoseconds / 60_000_000_000 - Int64(KrakenTape.keptMinutes) + 1)
  }

  /// Since midnight UTC.
  func today(at now: Timestamp) -> Summary {
    summary(from: now.nanoseconds / 86_400_000_000_000 * Int64(KrakenTape.keptMinutes))
  }

  /// Candles of `interval` minutes, oldest first; a candle without a trade is left out.
  func candles(interval: Int64) -> [(start: Int64, candle: Minute)] {
    var result: [(start: Int64, candle: Minute)] = []
    for minute in minutes.suffix(KrakenTape.keptMinutes) {
      let start = minute.number / interval * interval
      if result.last?.start != start {
        var first = minute
        first.number = start
        result.append((start: start, candle: first))
        continue
      }
      let last = result.count - 1
      result[last].candle.high = max(result[last].candle.high, minute.high)
      result[last].candle.low = min(result[last].candle.low, minute.low)
      result[last].candle.close = minute.close
      result[last].candle.volume += minute.volume
      result[last].candle.products += minute.products
      result[last].candle.count += minute.count
    }
    return result
  }
}
