import Market
import Units

/// What was traded in one instrument lately: the last trades, and a day of minutes.
struct GeminiTape {
  /// Trades that can be asked for; the venue gives 500 at most to one request.
  static let keptTrades = 500
  /// Minutes of a day and the one that runs.
  static let keptMinutes = 24 * 60 + 1

  struct Entry {
    var trade: PublicTrade
    var event: Int64
  }

  struct Candle: Hashable {
    /// When it began.
    var start: Timestamp
    var open: Price
    var high: Price
    var low: Price
    var close: Price
    var quantity: Int128
    /// Price × quantity, exact.
    var products: Int128
  }

  /// Oldest first; twice as many as are kept, before the older half goes.
  private(set) var entries: [Entry] = []
  private(set) var minutes: [Candle] = []

  mutating func add(_ trade: PublicTrade, event: Int64, _ scale: NotionalScale) {
    entries.append(Entry(trade: trade, event: event))
    if entries.count >= 2 * GeminiTape.keptTrades {
      entries.removeFirst(entries.count - GeminiTape.keptTrades)
    }
    let start = GeminiTape.begin(of: trade.time, length: 60_000_000_000)
    let products = scale.product(trade.price, trade.quantity)
    if let last = minutes.last, last.start == start {
      minutes[minutes.count - 1].high = max(last.high, trade.price)
      minutes[minutes.count - 1].low = min(last.low, trade.price)
      minutes[minutes.count - 1].close = trade.price
      minutes[minutes.count - 1].quantity += Int128(trade.quantity.raw)
      minutes[minutes.count - 1].products += products
    } else {
      minutes.append(
        Candle(
          start: start,
          open: trade.price,
          high: trade.price,
          low: trade.price,
          close: trade.price,
          quantity: Int128(trade.quantity.raw),
          products: products
        )
      )
      if minutes.count > 2 * GeminiTape.keptMinutes {
        minutes.removeFirst(minutes.count - GeminiTape.keptMinutes)
      }
    }
  }

  private static func begin(of time: Timestamp, length: Int64) -> Timestamp {
    Timestamp(nanoseconds: time.nanoseconds - time.nanoseconds % length)
  }

  /// Oldest first, at most so many, of the trades after a moment or a trade.
  func last(
    _ count: Int,
    after time: Timestamp? = nil,
    afterTrade number: Int64 = 0
  ) -> [Entry] {
    let matching = entries.suffix(GeminiTape.keptTrades).filter { entry in
      entry.trade.number > number && entry.trade.time > time ?? Timestamp(nanoseconds: .min)
    }
    return Array(matching.suffix(count))
  }

  /// The last 24 hours as one; nil when nothing traded.
  func day(at now: Timestamp) -> Candle? {
    let from = now.advanced(byNanoseconds: -86_400_000_000_000)
    return GeminiTape.merged(minutes.suffix(GeminiTape.keptMinutes).filter { $0.start > from })
  }

  /// Candles of so many minutes, oldest first.
  func candles(minutes length: Int) -> [Candle] {
    var result: [Candle] = []
    for minute in minutes.suffix(GeminiTape.keptMinutes) {
      let start = GeminiTape.begin(of: minute.start, length: Int64(length) * 60_000_000_000)
      if let last = result.last, last.start == start {
        result[result.count - 1] = GeminiTape.joined(last, minute)
      } else {
        var candle = minute
        candle.start = start
        result.append(candle)
      }
    }
    return result
  }

  private static func merged(_ candles: [Candle]) -> Candle? {
    guard let first = candles.first else { return nil }
    return candles.dropFirst().reduce(first, joined)
  }

  private static func joined(_ earlier: Candle, _ later: Candle) -> Candle {
    Candle(
      start: earlier.start,
      open: earlier.open,
      high: max(earlier.high, later.high),
      low: min(earlier.low, later.low),
      close: later.close,
      quantity: earlier.quantity + later.quantity,
      products: earlier.products + later.products
    )
  }
}
