import Backtest
import Books
import Codecs
import Engine
import Market
import Terminal
import Units
import Words

/// One order book for a person or as JSON: asks above, bids below, the best in the middle.
struct LadderText {
  private let instrument: Instrument
  private let book: OrderBook
  private let report: InstrumentReport
  private let asks: [Level]
  private let bids: [Level]
  private let now: Timestamp

  init(_ instrument: Instrument, _ result: ReplayResult, depth: Int) {
    self.instrument = instrument
    book = result.engine.books[instrument.id]
    report = result.report[instrument.id]
    asks = book.asks.levels(limit: depth)
    bids = book.bids.levels(limit: depth)
    now = result.engine.now
  }

  private var decimals: Int { instrument.base.decimals }

  func text(_ style: Style) -> String {
    var lines = [style.bold("\(instrument.venue) \(instrument.symbol)") + "  at \(now)"]
    let state =
      switch book.sync.state {
      case .live where book.isCrossed: style.red("crossed")
      case .live: style.green("live")
      case .awaitingSnapshot: style.yellow("waiting for a snapshot")
      case .unusable(let reason): style.red("unusable: \(reason)")
      }
    lines.append("book: \(state)" + lastChange)
    guard !asks.isEmpty || !bids.isEmpty else { return lines.joined(separator: "\n") }

    var table = TextTable([
      .init(""), .init("price \(instrument.quote)"), .init("quantity \(instrument.base)"),
      .init("cumulative \(instrument.base)"),
    ])
    for (level, sum) in zip(asks, cumulative(asks)).reversed() { table.add(row("ask", level, sum)) }
    for (level, sum) in zip(bids, cumulative(bids)) { table.add(row("bid", level, sum)) }
    var rows = table.lines(style)
    if let middle {
      rows.insert(style.dim(middle), at: 1 + asks.count)
    }
    lines += rows
    let rest = report.bidCount + report.askCount - bids.count - asks.count
    if rest > 0 {
      lines.append(
        style.dim("\(grouped(report.bidCount)) bids and \(grouped(report.askCount)) asks in all")
      )
    }
    return lines.joined(separator: "\n")
  }

  private var lastChange: String {
    guard let last = book.lastChange else { return "" }
    return ", last change \(durationText(nanoseconds: now.nanoseconds(since: last))) before"
  }

  /// Spread and mid, exactly.
  private var middle: String? {
    guard let bid = book.bids.best, let ask = book.asks.best, bid.price.raw > 0 else { return nil }
    let spread = Int128(ask.price.raw) - Int128(bid.price.raw)
    let mid = decimalText((Int128(ask.price.raw) + Int128(bid.price.raw)) * 5, decimals: 11)
    let share = Rate(Notional(raw: spread), of: Notional(raw: Int128(bid.price.raw)))
    return "  spread \(decimalText(spread, decimals: Price.decimals)) "
      + "(\(hundredths(share)) bp), mid \(mid)"
  }

  private func row(_ side: String, _ level: Level, _ sum: Int128) -> [String] {
    [
      side, "\(level.price)", level.quantity.text(decimals: decimals),
      decimalText(sum, decimals: decimals),
    ]
  }

  private func cumulative(_ levels: [Level]) -> [Int128] {
    var sum: Int128 = 0
    return levels.map {
      sum += Int128($0.quantity.raw)
      return sum
    }
  }

  func write(to json: inout JSONWriter) {
    json.object {
      $0.field("venue", instrument.venue.rawValue)
      $0.field("symbol", instrument.symbol.description)
      $0.field("wire_symbol", instrument.wireSymbol)
      $0.field("time", now.nanoseconds > .min ? now.description : nil)
      $0.field("state", report.stateText)
      $0.field("last_change", book.lastChange?.description)
      $0.field("bid_levels", report.bidCount)
      $0.field("ask_levels", report.askCount)
      $0.field("digest", report.digest)
      for (name, levels) in [("bids", bids), ("asks", asks)] {
        $0.array(name) {
          for (level, sum) in zip(levels, cumulative(levels)) {
            $0.array {
              $0.string("\(level.price)")
              $0.string(level.quantity.text(decimals: decimals))
              $0.string(decimalText(sum, decimals: decimals))
            }
          }
        }
      }
    }
  }
}

/// Basis points with two decimals, for a person; rounded half away from zero.
func hundredths(_ rate: Rate) -> String {
  let half: Int64 = rate.raw < 0 ? -50 : 50
  let units = (rate.raw + half) / 100
  let whole = units.magnitude / 100
  let rest = units.magnitude % 100
  return (units < 0 ? "-" : "") + "\(whole)." + (rest < 10 ? "0\(rest)" : "\(rest)")
}
