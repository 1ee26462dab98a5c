import Books
import Configuration
import Costs
import Engine
import Market
import Recording
import Strategies
import Units
import VenueKit
import Words

extension ReplayReport {
  /// The report as one page with pictures, which needs nothing but itself.
  public var html: String { HTMLReport(report: self).page }
}

/// A replay's report as a page of HTML.
struct HTMLReport {
  let report: ReplayReport

  var page: String {
    """
    <!doctype html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta http-equiv="Content-Security-Policy"
      content="default-src 'none'; style-src 'unsafe-inline'">
    <title>Parallax replay</title>
    <style>\(HTMLReport.style)</style>
    </head>
    <body>
    <main>
    <h1>Replay</h1>
    \(shiftNotice)
    \(overview)
    \(section("Windows", windows))
    \(section("Spread between venues", venueSpreads))
    \(section("Instruments", instruments))
    \(section("Spread, imbalance, update rate", pictures))
    \(section("Near misses", nearMisses))
    \(section("Files", files))
    \(section("Findings", findings))
    </main>
    </body>
    </html>

    """
  }

  private func section(_ title: String, _ content: String) -> String {
    content.isEmpty ? "" : "<section>\n<h2>\(title)</h2>\n\(content)\n</section>"
  }

  private func table(_ titles: [String], _ rows: [[String]], numbers: Set<Int> = []) -> String {
    func cells(_ row: [String], _ tag: String) -> String {
      row.enumerated().map { index, cell in
        "<\(tag)\(numbers.contains(index) ? #" class="number""# : "")>\(cell)</\(tag)>"
      }.joined()
    }
    let head = "<thead><tr>\(cells(titles.map(escaped), "th"))</tr></thead>"
    let body = rows.map { "<tr>\(cells($0, "td"))</tr>" }.joined(separator: "\n")
    return "<div class=\"scroll\"><table>\(head)<tbody>\n\(body)\n</tbody></table></div>"
  }

  // MARK: Overview

  private var shiftNotice: String {
    guard report.isTimeShifted else { return "" }
    let names = report.files.filter { $0.shiftNanoseconds != 0 }.map {
      "\(escaped(name($0.path))) by \(decimalText(Int128($0.shiftNanoseconds), decimals: 9)) s"
    }
    return #"<p class="notice" role="note"><strong>Time-shifted.</strong> Moved in time: "#
      + names.joined(separator: ", ")
      + ". Price differences that rest on a moved file are drift, not arbitrage.</p>"
  }

  private var overview: String {
    let totals = report.strategies.map(\.totals)
    let figures: [(String, String)] = [
      ("frames", "\(report.frames)"),
      ("instruments", "\(report.instruments.filter { $0.lastChange != nil }.count)"),
      ("windows", "\(totals.reduce(0) { $0 + $1.windows })"),
      ("eligible", "\(totals.reduce(0) { $0 + $1.eligible })"),
      ("gaps", "\(report.instruments.reduce(0) { $0 + $1.statistics.gaps })"),
      (
        "checksum failures",
        "\(report.instruments.reduce(0) { $0 + $1.statistics.checksumFailures })"
      ),
      ("unreadable", "\(report.files.reduce(0) { $0 + $1.unreadable.count })"),
    ]
    let list = figures.map { "<div><dt>\($0.0)</dt><dd>\($0.1)</dd></div>" }.joined()
    let first = report.files.compactMap(\.first).min()
    let last = report.files.compactMap(\.last).max()
    let span = first.flatMap { from in last.map { "<p class=\"muted\">\(from) to \($0)</p>" } }
    return (span ?? "") + "<dl class=\"cards\">\(list)</dl>"
  }

  private func name(_ path: String) -> String {
    printable(path.split(separator: "/").last.map(String.init) ?? path)
  }

  // MARK: Windows

  private var windows: String {
    let rows = report.strategies.flatMap { strategy in
      strategy.windows.map { entry -> [String] in
        let window = entry.record.window
        let peak = entry.record.peak
        let asset = peak?.settlement
        let costs = peak.map { peak in
          peak.costs.filter { $0.amount != .zero }.map {
            "\(costName($0, entry.legs)) \($0.amount.text(decimals: peak.settlement.decimals))"
          }.joined(separator: "<br>")
        }
        return [
          clock(window.opened), milliseconds(window.durationNanoseconds),
          route(entry.legs) + shiftMark(entry.legs),
          peak.map { $0.net.text(decimals: $0.settlement.decimals) } ?? "–",
          basisPoints(window.peak.netReturn),
          peak.map { "\($0.size.text(decimals: $0.settlement.decimals)) \(asset?.symbol ?? "")" }
            ?? "–",
          peak.map { $0.gross.text(decimals: $0.settlement.decimals) } ?? "–", costs ?? "–",
          window.isEligible ? "eligible" : "too short",
          escaped(window.closing?.rawValue.replacing("_", with: " ") ?? "–"),
        ]
      }
    }
    guard !rows.isEmpty else {
      return report.strategies.isEmpty
        ? "" : "<p>None: no route paid for its costs at any moment.</p>"
    }
    return table(
      [
        "opened (UTC)", "ms", "route", "net", "net bp", "size", "gross", "costs", "capture",
        "ended",
      ],
      rows,
      numbers: [1, 3, 4, 5, 6, 7]
    )
  }

  private func costName(_ line: CostLine, _ legs: [RouteLeg]) -> String {
    guard let leg = line.kind.leg, leg < legs.count else {
      return escaped(line.kind.code.replacing("_", with: " "))
    }
    return "fee at \(escaped(report[legs[leg].instrument].instrument.venue.rawValue))"
  }

  private func route(_ legs: [RouteLeg]) -> String {
    legs.map { leg in
      let instrument = report[leg.instrument].instrument
      let side = leg.side == .buy ? "buy" : "sell"
      return escaped("\(side) \(instrument.symbol) at \(instrument.venue)")
    }.joined(separator: "<br>")
  }

  private func shiftMark(_ legs: [RouteLeg]) -> String {
    report.isTimeShifted(legs) ? #"<br><span class="warning">time-shifted</span>"# : ""
  }

  /// The time of day to the millisecond; the whole of it shows when pointed at.
  private func clock(_ time: Timestamp) -> String {
    let text = time.description
    return "<time title=\"\(text)\">\(text.dropFirst(11).prefix(12))</time>"
  }

  private func milliseconds(_ nanoseconds: Int64) -> String {
    measured(Double(nanoseconds) / 1e6, 1)
  }

  private func basisPoints(_ rate: Rate) -> String { measured(Double(rate.raw) / 1e4, 2) }

  private var nearMisses: String {
    let rows = report.strategies.flatMap { strategy in
      strategy.nearMisses.map { miss in
        [
          route(miss.legs) + shiftMark(miss.legs), basisPoints(miss.miss.gross),
          basisPoints(miss.miss.afterFees), clock(miss.miss.time),
        ]
      }
    }
    guard !rows.isEmpty else { return "" }
    return table(["route", "gross bp", "after fees bp", "time (UTC)"], rows, numbers: [1, 2])
  }

  // MARK: Instruments

  private var shown: [InstrumentReport] { report.instruments.filter { $0.lastChange != nil } }

  private var instruments: String {
    let rows = shown.map { item -> [String] in
      let decimals = item.instrument.base.decimals
      func touch(_ level: Level?) -> String {
        level.map { "\($0.price) × \($0.quantity.text(decimals: decimals))" } ?? "–"
      }
      let numbers = item.statistics
      let checksums =
        numbers.checksumMatches + numbers.checksumFailures > 0
        ? "\(numbers.checksumMatches) / \(numbers.checksumFailures)" : "–"
      return [
        escaped(item.instrument.description)
          + (item.isTimeShifted ? #"<br><span class="warning">time-shifted</span>"# : ""),
        escaped(item.stateText.replacing("_", with: " ")), "\(numbers.updates)",
        "\(item.feed.trades)", "\(numbers.snapshots)", "\(numbers.gaps)", checksums,
        "\(numbers.resyncs)", "\(numbers.crossedMoments)", "\(numbers.staleMoments)",
        "\(item.bidCount) + \(item.askCount)", touch(item.bestBids.first),
        touch(item.bestAsks.first), #"<code>\#(item.digest ?? "–")</code>"#,
      ]
    }
    guard !rows.isEmpty else { return "<p>No book had a snapshot.</p>" }
    return table(
      [
        "instrument", "book", "updates", "trades", "snapshots", "gaps", "checksums ok / failed",
        "resyncs", "crossed", "stale", "levels", "best bid", "best ask", "digest (SHA-256)",
      ],
      rows,
      numbers: Set(2...12)
    )
  }

  // MARK: Pictures

  private func picture(
    _ title: String,
    _ unit: String,
    _ lines: [LinePicture.Line]
  ) -> LinePicture? {
    guard let series = report.series, let origin = series.origin, !lines.isEmpty else { return nil }
    return LinePicture(
      title: title,
      unit: unit,
      lines: lines,
      origin: origin,
      binWidthNanoseconds: series.widthNanoseconds,
      binCount: series.binCount
    )
  }

  /// For each symbol at several venues: what the better direction of each pair would gain.
  private var venueSpreads: String {
    guard let series = report.series else { return "" }
    let bySymbol = Dictionary(grouping: series.spreads.keys.sorted()) {
      report[$0.buyer].instrument.symbol
    }
    return bySymbol.sorted { $0.key < $1.key }.compactMap { symbol, pairs -> String? in
      let lines = pairs.filter { $0.buyer < $0.seller }.map { pair -> LinePicture.Line in
        let back = MarketSeries.Pair(buyer: pair.seller, seller: pair.buyer)
        let venues = [pair.buyer, pair.seller].map { report[$0].instrument.venue.rawValue }
        return LinePicture.Line(
          name: venues.joined(separator: " – "),
          bins: HTMLReport.better(series.spreads[pair]?.bins, series.spreads[back]?.bins)
        )
      }
      var picture = picture("\(symbol), best direction at the touch", "bp before costs", lines)
      picture?.marks = marks(symbol)
      if let fee = cheapestFees(pairs) {
        picture?.levels = [(fee, "cheapest taker fees")]
      }
      return picture?.html
    }.joined(separator: "\n")
  }

  private static func better(
    _ lhs: [MarketSeries.Bin?]?,
    _ rhs: [MarketSeries.Bin?]?
  ) -> [MarketSeries.Bin?] {
    let (lhs, rhs) = (lhs ?? [], rhs ?? [])
    return (0..<max(lhs.count, rhs.count)).map { index in
      let left = index < lhs.count ? lhs[index] : nil
      let right = index < rhs.count ? rhs[index] : nil
      guard var best = left, let right else { return left ?? right }
      if right.most > best.most { best = right }
      best.last = best.most
      return best
    }
  }

  private func marks(_ symbol: Symbol) -> [LinePicture.Mark] {
    report.strategies.filter { $0.kind == .crossVenue }.flatMap(\.windows).filter { entry in
      entry.legs.first.map { report[$0.instrument].instrument.symbol == symbol } ?? false
    }.compactMap { entry in
      let window = entry.record.window
      return window.closed.map {
        LinePicture.Mark(
          from: window.opened,
          to: $0,
          name: "window of \(milliseconds(window.durationNanoseconds)) ms"
        )
      }
    }
  }

  /// The least sum of taker fees of these pairs, in basis points.
  private func cheapestFees(_ pairs: [MarketSeries.Pair]) -> Double? {
    pairs.compactMap { pair -> Double? in
      let rates = [pair.buyer, pair.seller].compactMap { id -> Int64? in
        let instrument = report[id].instrument
        return report.fees.first { $0.venue == instrument.venue.rawValue }?
          .tier(for: instrument.symbol.description).taker.raw
      }
      return rates.count == 2 ? Double(rates[0] + rates[1]) / 1e4 : nil
    }.min()
  }

  private var pictures: String {
    guard let series = report.series else { return "" }
    let symbols = Dictionary(grouping: shown) { $0.instrument.symbol }.sorted { $0.key < $1.key }
    func lines(
      _ items: [InstrumentReport],
      _ source: [InstrumentID: MarketSeries.Line],
      isRate: Bool = false
    ) -> [LinePicture.Line] {
      items.compactMap { item in
        source[item.instrument.id].map {
          LinePicture.Line(
            name: item.instrument.venue.rawValue,
            bins: $0.bins,
            isRate: isRate
          )
        }
      }
    }
    let figures = symbols.flatMap { symbol, items -> [String] in
      [
        picture("\(symbol) spread at each venue", "bp of the bid", lines(items, series.ownSpreads)),
        picture(
          "\(symbol) book imbalance",
          "(bids − asks) ÷ (bids + asks), ten levels a side",
          lines(items, series.imbalances)
        ),
        picture(
          "\(symbol) book updates",
          "a second",
          lines(items, series.updates, isRate: true)
        ),
      ].compactMap { $0?.html }
    }
    let omitted =
      series.omittedLines > 0
      ? "<p class=\"muted\">Of each kind, \(MarketSeries.maximumLines) lines are drawn.</p>"
      : ""
    return omitted + figures.joined(separator: "\n")
  }

  // MARK: Files and findings

  private var files: String {
    table(
      ["file", "venue", "format", "frames", "bytes", "events", "span s", "from (UTC)", "shift s"],
      report.files.map { file in
        [
          escaped(name(file.path)), file.venue?.rawValue ?? "–", file.format.rawValue,
          "\(file.frames)", "\(file.bytes)", "\(file.events)",
          measured(Double(file.spanNanoseconds) / 1e9, 3), file.first?.description ?? "–",
          decimalText(Int128(file.shiftNanoseconds), decimals: 9),
        ]
      },
      numbers: [3, 4, 5, 6, 8]
    )
  }

  private var findings: String {
    var lines: [String] = []
    for file in report.files {
      let name = escaped(name(file.path))
      if file.unreadable.count > 0 {
        lines.append("\(name): \(file.unreadable.count) frames could not be read")
      }
      for frame in file.unreadable.first {
        lines.append(
          "\(name): frame \(frame.number), \(frame.venue), \(frame.channel.rawValue): "
            + escaped("\(frame.error)")
        )
      }
      if file.findings.count > 0 {
        lines.append("\(name): \(file.findings.count) findings in the file itself")
      }
    }
    for item in report.instruments {
      for resync in item.resyncs {
        lines.append(
          escaped("\(item.instrument): resync at \(resync.time): \(resync.reason)")
        )
      }
    }
    lines += report.ruleProblems.map { escaped($0.description) }
    return lines.isEmpty ? "" : "<ul>\(lines.map { "<li>\($0)</li>" }.joined(separator: "\n"))</ul>"
  }

  // MARK: Style

  private static let style = """
    :root { color-scheme: dark; }
    body { margin: 0; background: #0A0E0B; color: #E8F0EA;
      font: 14px/1.5 Inter, system-ui, sans-serif; font-variant-numeric: tabular-nums; }
    main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 64px; }
    h1 { font-size: 22px; margin: 0 0 4px; }
    h2 { font-size: 16px; margin: 36px 0 10px; }
    .muted, th, figcaption span, .cards dt { color: #9AABA0; font-weight: 400; }
    .warning { color: #FBBF24; }
    .notice { border: 1px solid #FBBF24; border-radius: 6px; padding: 10px 14px; color: #FBBF24; }
    .cards { display: flex; flex-wrap: wrap; gap: 10px; margin: 16px 0; }
    .cards div { background: #121814; border: 1px solid #263029; border-radius: 6px;
      padding: 8px 16px; min-width: 84px; }
    .cards dd { margin: 0; font-size: 20px; }
    .scroll { overflow-x: auto; }
    table { border-collapse: collapse; white-space: nowrap; }
    th, td { text-align: left; padding: 5px 12px 5px 0; border-bottom: 1px solid #263029;
      vertical-align: top; }
    .number { text-align: right; }
    code { font: 12px/1.5 'JetBrains Mono', ui-monospace, monospace; }
    figure { margin: 0 0 20px; padding: 12px 14px; background: #121814;
      border: 1px solid #263029; border-radius: 6px; }
    figcaption { margin-bottom: 6px; }
    svg { width: 100%; height: auto; display: block; }
    svg text { fill: #9AABA0; font-size: 11px; }
    .line { fill: none; stroke-width: 1.5; vector-effect: non-scaling-stroke; }
    .grid { stroke: #263029; } .zero { stroke: #5F7366; }
    .level { stroke: #FBBF24; stroke-dasharray: 3 3; }
    .mark { fill: #A3E635; opacity: 0.16; }
    .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 8px 0 0;
      padding: 0; }
    .legend svg { width: 36px; height: 8px; display: inline-block; margin-right: 6px;
      vertical-align: middle; }
    @media print { :root { color-scheme: light; } body, figure, .cards div { background: #fff;
      color: #000; } }
    """
}
