import Backtest
import Books
import Codecs
import Configuration
import Costs
import Engine
import Market
import Recording
import Strategies
import Terminal
import Units
import Words

/// A replay's report as a person reads it on a terminal.
struct ReplayText {
  let report: ReplayReport
  let style: Style
  /// The most windows that are listed; JSON has them all.
  static let maximumWindows = 40

  init(_ report: ReplayReport, _ style: Style) {
    self.report = report
    self.style = style
  }

  var text: String {
    var sections = [files] + report.instruments.filter(hasData).map(instrument)
    if !silent.isEmpty { sections.append(silent) }
    sections += report.strategies.map(strategy)
    if !report.fees.isEmpty, !report.strategies.isEmpty { sections.append(fees) }
    if !findings.isEmpty { sections.append((["Findings"] + findings).joined(separator: "\n")) }
    if let states = report.states { sections.append(text(of: states)) }
    return (sections + [ending]).joined(separator: "\n\n")
  }

  private func text(of states: StateReport) -> String {
    let (checked, matched) = (grouped(states.checked), grouped(states.matched))
    guard let mismatch = states.firstMismatch else {
      let words = states.checked == 0 ? "none to compare" : "all \(checked) as in the run"
      return style.bold("States") + "\n  \(words)"
    }
    return [
      style.bold("States"),
      "  " + style.red("\(matched) of \(checked) as in the run"),
      "  first difference at \(mismatch.time): expected \(mismatch.expected),",
      "    found \(mismatch.found)",
    ].joined(separator: "\n")
  }

  // MARK: Files

  private var files: String {
    var table = TextTable([
      .init("file", .leading), .init("venue", .leading), .init("format", .leading),
      .init("frames"), .init("bytes"), .init("events"), .init("span"), .init("frames/s"),
      .init("from (UTC)", .leading), .init("shift", .leading),
    ])
    for file in report.files {
      let seconds = Double(file.spanNanoseconds) / 1e9
      table.add([
        printable(shortName(file.path)), file.venue?.rawValue ?? "–", file.format.rawValue,
        grouped(file.frames), byteText(file.bytes), grouped(file.events),
        durationText(nanoseconds: file.spanNanoseconds),
        seconds > 0 ? rounded(Double(file.frames) / seconds, 1) : "–",
        file.first.map { $0.description } ?? "–", shift(file.shiftNanoseconds),
      ])
    }
    return ([style.bold("Files")] + table.lines(indent: 2, style)).joined(separator: "\n")
  }

  private func shortName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private func shift(_ nanoseconds: Int64) -> String {
    guard nanoseconds != 0 else { return "" }
    return (nanoseconds > 0 ? "+" : "") + decimalText(Int128(nanoseconds), decimals: 9) + " s"
  }

  // MARK: Instruments

  private func hasData(_ report: InstrumentReport) -> Bool {
    report.lastChange != nil || report.feed.trades > 0 || report.statistics != BookStatistics()
  }

  /// Instruments that were named and never had a book.
  private var silent: String {
    let names = report.instruments.filter { !hasData($0) }.map(\.instrument.description)
    guard !names.isEmpty else { return "" }
    return wrapped("Named, with no data: " + names.joined(separator: ", "), width: 96)
      .joined(separator: "\n")
  }

  private func instrument(_ item: InstrumentReport) -> String {
    let numbers = item.statistics
    var lines = [style.bold(item.instrument.description) + "  " + state(item) + shifted(item)]
    lines.append(
      "  updates \(grouped(numbers.updates))  trades \(grouped(item.feed.trades))"
        + "  snapshots \(grouped(numbers.snapshots))  gaps \(grouped(numbers.gaps))"
        + "  resyncs \(grouped(numbers.resyncs))  crossed \(grouped(numbers.crossedMoments))"
        + "  stale \(grouped(numbers.staleMoments))"
        + (numbers.ignored > 0 ? "  ignored \(grouped(numbers.ignored))" : "")
    )
    if numbers.checksumMatches + numbers.checksumFailures > 0 {
      let failures = "\(grouped(numbers.checksumFailures)) failed"
      lines.append(
        "  checksums \(grouped(numbers.checksumMatches)) match, "
          + (numbers.checksumFailures > 0 ? style.red(failures) : failures)
      )
    }
    for resync in item.resyncs {
      lines.append("  " + style.yellow("resync") + " at \(resync.time): \(resync.reason)")
    }
    guard let digest = item.digest else { return lines.joined(separator: "\n") }
    let far = item.farLevelCount > 0 ? " (\(grouped(item.farLevelCount)) beyond any trade)" : ""
    lines.append("  levels \(grouped(item.bidCount)) bids, \(grouped(item.askCount)) asks\(far)")
    let decimals = item.instrument.base.decimals
    lines += ladder(item, decimals)
    lines.append("  digest \(digest)")
    return lines.joined(separator: "\n")
  }

  private func ladder(_ item: InstrumentReport, _ decimals: Int) -> [String] {
    var table = TextTable([.init("bid"), .init("quantity"), .init("ask"), .init("quantity")])
    for row in 0..<max(item.bestBids.count, item.bestAsks.count) {
      let bid = row < item.bestBids.count ? item.bestBids[row] : nil
      let ask = row < item.bestAsks.count ? item.bestAsks[row] : nil
      table.add([
        bid.map { "\($0.price)" } ?? "", bid.map { $0.quantity.text(decimals: decimals) } ?? "",
        ask.map { "\($0.price)" } ?? "", ask.map { $0.quantity.text(decimals: decimals) } ?? "",
      ])
    }
    return table.lines(indent: 4, style)
  }

  private func state(_ item: InstrumentReport) -> String {
    switch item.state {
    case .live: item.isCrossed ? style.red("crossed") : style.green("live")
    case .awaitingSnapshot: style.yellow("waiting for a snapshot")
    case .unusable(let reason): style.red("unusable: \(reason)")
    }
  }

  private func shifted(_ item: InstrumentReport) -> String {
    item.isTimeShifted ? "  " + style.yellow("time-shifted") : ""
  }

  // MARK: Strategies

  private func strategy(_ item: StrategyReport) -> String {
    let name = item.kind == .crossVenue ? "Cross-venue" : "Triangular"
    var lines = [
      style.bold(name)
        + "  \(grouped(item.routes)) routes, looked at \(grouped(item.evaluations)) times: "
        + "\(grouped(item.totals.windows)) windows, \(grouped(item.totals.eligible)) eligible, "
        + "\(grouped(item.totals.opportunities)) opportunities"
    ]
    if item.totals.windows == 0 { lines.append("  No opportunity.") }
    for entry in item.windows.prefix(ReplayText.maximumWindows) { lines += window(entry) }
    let hidden = item.totals.windows - min(item.windows.count, ReplayText.maximumWindows)
    if hidden > 0 { lines.append("  … and \(grouped(hidden)) windows more (--json has them)") }
    let misses = item.nearMisses.prefix(item.totals.windows == 0 ? 5 : 3)
    if !misses.isEmpty {
      lines.append("  Best at the touch:")
      for miss in misses {
        lines.append(
          "    gross \(signed(miss.miss.gross)) bp, \(signed(miss.miss.afterFees)) bp after fees: "
            + route(miss.legs) + " at \(miss.miss.time)" + shiftedMark(miss.legs)
        )
      }
    }
    return lines.joined(separator: "\n")
  }

  private func window(_ entry: StrategyReport.Entry) -> [String] {
    let window = entry.record.window
    let eligible = window.isEligible ? "eligible" : "too short to trade"
    var lines = [
      "  \(window.opened)  \(durationText(nanoseconds: window.durationNanoseconds)), \(eligible), "
        + "ended: \(window.closing?.rawValue ?? "–")" + shiftedMark(entry.legs),
      "    \(route(entry.legs))",
    ]
    guard let peak = entry.record.peak else { return lines }
    let asset = peak.settlement
    let net = peak.net.text(decimals: asset.decimals)
    let costs = peak.costs.filter { $0.amount != .zero }.map {
      "\(costName($0, entry.legs)) \($0.amount.text(decimals: asset.decimals))"
    }
    let delay = durationText(nanoseconds: peak.time.nanoseconds(since: window.opened))
    let size = peak.size.text(decimals: asset.decimals)
    let gross = peak.gross.text(decimals: asset.decimals)
    lines.append(
      "    at its peak, after \(delay): size \(size) \(asset), gross \(gross) − "
        + costs.joined(separator: " − ")
    )
    lines.append("    = net " + style.green("\(net) \(asset)") + " (\(signed(peak.netReturn)) bp)")
    return lines
  }

  private func costName(_ line: CostLine, _ legs: [RouteLeg]) -> String {
    guard let leg = line.kind.leg, leg < legs.count else {
      return line.kind.code.replacing("_", with: " ")
    }
    return "fee at \(report[legs[leg].instrument].instrument.venue)"
  }

  /// The orders of a route in words.
  private func route(_ legs: [RouteLeg]) -> String {
    legs.map { leg in
      let instrument = report[leg.instrument].instrument
      return "\(leg.side == .buy ? "buy" : "sell") \(instrument.symbol) at \(instrument.venue)"
    }.joined(separator: ", ")
  }

  private func shiftedMark(_ legs: [RouteLeg]) -> String {
    report.isTimeShifted(legs) ? "  " + style.yellow("time-shifted") : ""
  }

  private func signed(_ rate: Rate) -> String { (rate.raw >= 0 ? "+" : "") + hundredths(rate) }

  private var fees: String {
    let lines = report.fees.map {
      "  \($0.venue): taker \(hundredths($0.selected.taker)) bp, maker "
        + "\(hundredths($0.selected.maker)) bp (read \($0.read), \($0.certainty.rawValue))"
    }
    return ([style.bold("Fees")] + lines).joined(separator: "\n")
  }

  // MARK: Findings

  private var findings: [String] {
    var lines: [String] = []
    for file in report.files {
      let name = printable(shortName(file.path))
      if file.unreadable.count > 0 {
        lines.append("  \(name): \(grouped(file.unreadable.count)) frames could not be read")
        for frame in file.unreadable.first.prefix(8) {
          lines.append(
            "    frame \(frame.number) at \(timeText(frame.time)): \(frame.venue), "
              + "\(frame.channel.rawValue), \(frame.error)"
          )
        }
      }
      for finding in file.findings.first.prefix(8) {
        lines.append("  \(name): line \(finding.line): \(words(finding.problem))")
      }
      if file.findings.count > 8 {
        lines.append("  \(name): \(grouped(file.findings.count)) such findings in all")
      }
      for words in file.refusals.prefix(8) {
        lines.append("  \(name): the venue refused a request: \(quoted(words))")
      }
      let unknown = file.unknownSymbols.sorted { $0.key < $1.key }
      if !unknown.isEmpty {
        let names = unknown.prefix(8).map { "\(printable($0.key)) (\(grouped($0.value)))" }
        let more = unknown.count > 8 ? " and \(unknown.count - 8) more" : ""
        lines.append(
          "  \(name): not spot, or unknown: \(names.joined(separator: ", "))\(more)"
        )
      }
    }
    for problem in report.ruleProblems.prefix(8) { lines.append("  \(problem)") }
    return lines
  }

  private func timeText(_ time: Timestamp) -> String {
    time == Record.timeUnknown ? "no time" : time.description
  }

  private func words(_ problem: Finding.Problem) -> String {
    switch problem {
    case .malformed(let expected): "expected \(expected)"
    case .truncated: "the file ends within a record"
    case .tooLong: "longer than a record may be"
    case .damaged: "compressed bytes do not decode"
    }
  }

  private var ending: String {
    let seconds = max(1e-9, report.elapsed / .seconds(1))
    let text =
      "\(grouped(report.frames)) frames, \(byteText(report.bytes)) in "
      + "\(durationText(nanoseconds: Int64(seconds * 1e9))): "
      + "\(grouped(Int(Double(report.frames) / seconds))) frames/s, "
      + "\(byteText(Int(Double(report.bytes) / seconds)))/s"
    return report.isInterrupted ? style.yellow("Interrupted after ") + text : style.dim(text)
  }
}
