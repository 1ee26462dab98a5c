import Market
import Units

/// What traded in one instrument: the last trades, candles of a minute, and the last 24 hours.
struct CoinbaseHistory {
  /// As many as a client may ask for.
  static let keptTrades = 1_000
  /// Candles of a minute: a day, and what is being forgotten.
  static let keptMinutes = 1_500

  /// One candle; its start in whole seconds since 1970.
  struct Candle: Hashable {
    var start: Int64
    var open: Price
    var high: Price
    var low: Price
    var close: Price
    /// Of the base asset, in its units.
    var volume: Int128
    /// Sum of price × quantity.
    var products: Int128

    mutating func add(_ trade: PublicTrade) {
      high = max(high, trade.price)
      low = min(low, trade.price)
      close = trade.price
      volume = saturated(volume, Int128(trade.quantity.raw))
      products = saturated(products, Int128(trade.price.raw) * Int128(trade.quantity.raw))
    }

    mutating func add(_ later: Candle) {
      high = max(high, later.high)
      low = min(low, later.low)
      close = later.close
      volume = saturated(volume, later.volume)
      products = saturated(products, later.products)
    }
  }

  /// Oldest first, numbered for the venue by instrument.
  private(set) var trades: [(id: Int64, trade: PublicTrade)] = []
  private(set) var minutes: [Candle] = []
  private var lastID: Int64
  /// The day that ends in ``dayMinute``; nil before the first trade.
  private var day: Candle?
  private var dayMinute: Int64 = 0
  /// The lowest and the highest price that ever traded here.
  private(set) var extremes: (low: Price, high: Price)?

  /// - Parameter firstID: trades are numbered from it on, each instrument for itself.
  init(firstID: Int64) { lastID = firstID - 1 }

  mutating func add(_ trade: PublicTrade) -> Int64 {
    lastID += 1
    trades.append((lastID, trade))
    if trades.count > CoinbaseHistory.keptTrades * 2 {
      trades.removeFirst(CoinbaseHistory.keptTrades)
    }
    extremes = (
      min(extremes?.low ?? trade.price, trade.price),
      max(extremes?.high ?? trade.price, trade.price)
    )
    let minute = trade.time.nanoseconds / 60_000_000_000 * 60
    if minutes.last?.start == minute {
      minutes[minutes.count - 1].add(trade)
      if day != nil, dayMinute == minute { day?.add(trade) }
    } else {
      minutes.append(
        Candle(
          start: minute,
          open: trade.price,
          high: trade.price,
          low: trade.price,
          close: trade.price,
          volume: Int128(trade.quantity.raw),
          products: Int128(trade.price.raw) * Int128(trade.quantity.raw)
        )
      )
      if minutes.count > CoinbaseHistory.keptMinutes { minutes.removeFirst() }
      day = nil
    }
    return lastID
  }

  /// What traded in the 24 hours before `now`, to the minute; nil where nothing did.
  mutating func day(at now: Timestamp) -> Candle? {
    let minute = now.nanoseconds / 60_000_000_000 * 60
    if let day, dayMinute == minute { return day }
    day = CoinbaseHistory.sum(minutes.filter { $0.start > minute - 86_400 })
    dayMinute = minute
    return day
  }

  /// Candles of so many seconds that begin in `range`, oldest first; spans without a trade are
  /// absent.
  func candles(
    of seconds: Int64,
    in range: ClosedRange<Int64>,
    atMost count: Int
  ) -> [Candle] {
    var result: [Candle] = []
    for minute in minutes {
      let start = minute.start / seconds * seconds
      guard range.contains(start) else { continue }
      if result.last?.start == start {
        result[result.count - 1].add(minute)
      } else {
        var first = minute
        first.start = start
        result.append(first)
      }
    }
    return Array(result.suffix(count))
  }

  private static func sum(_ candles: [Candle]) -> Candle? {
    guard var total = candles.first else { return nil }
    for candle in candles.dropFirst() { total.add(candle) }
    return total
  }
}

extension CoinbaseHistory.Candle {
  /// By how much the price rose, in percent with twelve decimals, cut off.
  var changePercent: String {
    guard open.raw > 0 else { return "0" }
    let change = (Int128(close.raw) - Int128(open.raw)) * 100_000_000_000_000
    return decimalText(change / Int128(open.raw), decimals: 12)
  }
}

/// A sum of positive numbers that stops at the largest.
private func saturated(_ sum: Int128, _ more: Int128) -> Int128 {
  let (result, isTooBig) = sum.addingReportingOverflow(more)
  return isTooBig ? .max : result
}
