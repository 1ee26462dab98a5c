import Books
import Codecs
import Configuration
import Costs
import Engine
import Market
import Recording
import Strategies
import Units
import VenueKit

// The form is described in `Docs/Replay.md`; a field is never renamed or removed within a version.

extension ReplayReport {
  /// The version of ``json``.
  public static let jsonVersion = 1

  /// The whole report as one JSON object.
  ///
  /// Decimals are strings, times RFC 3339 in UTC.
  public var json: String {
    var json = JSONWriter()
    json.object {
      $0.field("v", ReplayReport.jsonVersion)
      $0.field("complete", isComplete)
      $0.field("interrupted", isInterrupted)
      $0.field("time_shifted", isTimeShifted)
      $0.field("from", from?.description)
      $0.field("to", to?.description)
      $0.array("files") { for file in files { write(file, &$0) } }
      $0.array("instruments") { for item in instruments { write(item, &$0) } }
      $0.array("strategies") { for item in strategies { write(item, &$0) } }
      $0.array("fees") { for item in fees { write(item, &$0) } }
      $0.array("rule_problems") { for item in ruleProblems { $0.string(item.description) } }
      $0.key("states")
      if let states { write(states, &$0) } else { $0.null() }
      $0.object("run") {
        $0.field("records", records)
        $0.field("frames", frames)
        $0.field("bytes", bytes)
        $0.field("seconds", elapsed / .seconds(1), decimals: 6)
      }
    }
    return json.text
  }

  // MARK: Files

  private func write(_ file: FileTally, _ json: inout JSONWriter) {
    json.object {
      $0.field("path", file.path)
      $0.field("format", file.format.rawValue)
      $0.field("venue", file.venue?.rawValue)
      $0.field("shift_ns", file.shiftNanoseconds)
      $0.field("frames", file.frames)
      $0.field("bytes", file.bytes)
      $0.field("events", file.events)
      $0.field("sent", file.sent)
      $0.field("responses", file.responses)
      $0.field("connections", file.connections)
      $0.field("disconnections", file.disconnections)
      $0.field("first", file.first?.description)
      $0.field("last", file.last?.description)
      $0.field("span_ns", file.spanNanoseconds)
      let seconds = Double(file.spanNanoseconds) / 1e9
      $0.field("frames_per_second", seconds > 0 ? Double(file.frames) / seconds : 0, decimals: 3)
      $0.object("ignored") {
        for (channel, count) in file.ignored.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
          $0.field(channel.rawValue, count)
        }
      }
      $0.object("unknown_symbols") {
        for (name, count) in file.unknownSymbols.sorted(by: { $0.key < $1.key }) {
          $0.field(name, count)
        }
      }
      $0.array("refusals") { for words in file.refusals { $0.string(words) } }
      $0.object("unreadable") {
        $0.field("count", file.unreadable.count)
        $0.array("first") { for frame in file.unreadable.first { write(frame, &$0) } }
      }
      $0.object("findings") {
        $0.field("count", file.findings.count)
        $0.field("truncated", file.findings.isTruncated)
        $0.array("first") { for finding in file.findings.first { write(finding, &$0) } }
      }
    }
  }

  private func write(_ frame: UnreadableFrames.Frame, _ json: inout JSONWriter) {
    json.object {
      $0.field("frame", frame.number)
      $0.field("time", frame.time == Record.timeUnknown ? nil : frame.time.description)
      $0.field("venue", frame.venue.rawValue)
      $0.field("channel", frame.channel.rawValue)
      $0.field("offset", frame.error.offset)
      $0.field("expected", frame.error.expected.description)
      $0.key("found")
      if let found = frame.error.found { $0.integer(found) } else { $0.null() }
    }
  }

  private func write(_ finding: Finding, _ json: inout JSONWriter) {
    json.object {
      $0.field("line", finding.line)
      $0.field("offset", finding.offset)
      switch finding.problem {
      case .malformed(let expected):
        $0.field("problem", "malformed")
        $0.field("expected", expected)
      case .truncated: $0.field("problem", "truncated")
      case .tooLong: $0.field("problem", "too_long")
      case .damaged: $0.field("problem", "damaged")
      }
    }
  }

  // MARK: Instruments

  private func write(_ item: InstrumentReport, _ json: inout JSONWriter) {
    let decimals = item.instrument.base.decimals
    json.object {
      $0.field("venue", item.instrument.venue.rawValue)
      $0.field("symbol", item.instrument.symbol.description)
      $0.field("wire_symbol", item.instrument.wireSymbol)
      $0.field("time_shifted", item.isTimeShifted)
      $0.field("state", item.stateText)
      $0.field("updates", item.statistics.updates)
      $0.field("trades", item.feed.trades)
      $0.field("replayed_trades", item.feed.replayedTrades)
      $0.field("snapshots", item.statistics.snapshots)
      $0.field("ignored", item.statistics.ignored)
      $0.field("foreign", item.feed.foreignChanges)
      $0.field("gaps", item.statistics.gaps)
      $0.field("checksum_matches", item.statistics.checksumMatches)
      $0.field("checksum_failures", item.statistics.checksumFailures)
      $0.field("resyncs", item.statistics.resyncs)
      $0.array("first_resyncs") {
        for resync in item.resyncs {
          $0.object {
            $0.field("time", resync.time.description)
            $0.field("reason", resync.reason.code)
            $0.field("detail", resync.reason.description)
          }
        }
      }
      $0.field("crossed_moments", item.statistics.crossedMoments)
      $0.field("stale_moments", item.statistics.staleMoments)
      $0.key("depth")
      if let depth = item.depth { $0.integer(depth) } else { $0.null() }
      $0.field("bid_levels", item.bidCount)
      $0.field("ask_levels", item.askCount)
      $0.field("far_levels", item.farLevelCount)
      for (name, levels) in [("best_bids", item.bestBids), ("best_asks", item.bestAsks)] {
        $0.array(name) {
          for level in levels {
            $0.array {
              $0.string(level.price.description)
              $0.string(level.quantity.text(decimals: decimals))
            }
          }
        }
      }
      $0.field("digest", item.digest)
      $0.field("last_change", item.lastChange?.description)
      $0.field("venue_time", item.venueTime?.description)
    }
  }

  // MARK: Strategies

  private func write(_ item: StrategyReport, _ json: inout JSONWriter) {
    json.object {
      $0.field("strategy", item.kind.rawValue)
      $0.field("routes", item.routes)
      $0.field("evaluations", item.evaluations)
      $0.field("windows_total", item.totals.windows)
      $0.field("windows_eligible", item.totals.eligible)
      $0.field("opportunities_total", item.totals.opportunities)
      $0.array("windows") { for entry in item.windows { write(entry, &$0) } }
      $0.array("near_misses") {
        for miss in item.nearMisses {
          $0.object {
            $0.field("time_shifted", isTimeShifted(miss.legs))
            $0.array("legs") { for leg in miss.legs { write(leg, &$0) } }
            $0.field("gross_bp", miss.miss.gross.basisPointsText)
            $0.field("after_fees_bp", miss.miss.afterFees.basisPointsText)
            $0.field("time", miss.miss.time.description)
          }
        }
      }
    }
  }

  private func write(_ leg: RouteLeg, _ json: inout JSONWriter) {
    json.object { writeOrder(leg, &$0) }
  }

  private func writeOrder(_ leg: RouteLeg, _ json: inout JSONWriter) {
    let instrument = self[leg.instrument].instrument
    json.field("venue", instrument.venue.rawValue)
    json.field("symbol", instrument.symbol.description)
    json.field("side", leg.side == .buy ? "buy" : "sell")
  }

  private func write(_ entry: StrategyReport.Entry, _ json: inout JSONWriter) {
    let window = entry.record.window
    json.object {
      $0.field("number", window.number)
      $0.field("time_shifted", isTimeShifted(entry.legs))
      $0.field("opened", window.opened.description)
      $0.field("closed", window.closed?.description)
      $0.field("closing", window.closing?.rawValue)
      $0.field("duration_ns", window.durationNanoseconds)
      $0.field("eligible", window.isEligible)
      $0.field("evaluations", window.evaluations)
      $0.array("route") { for leg in entry.legs { write(leg, &$0) } }
      $0.key("peak")
      if let peak = entry.record.peak { write(peak, &$0) } else { $0.null() }
    }
  }

  private func write(_ peak: Opportunity, _ json: inout JSONWriter) {
    let decimals = peak.settlement.decimals
    json.object {
      $0.field("time", peak.time.description)
      $0.field("settlement", peak.settlement.symbol)
      $0.field("size", peak.size.text(decimals: decimals))
      $0.field("gross", peak.gross.text(decimals: decimals))
      $0.array("costs") {
        for cost in peak.costs {
          $0.object {
            $0.field("kind", cost.kind.code)
            $0.key("leg")
            if let leg = cost.kind.leg { $0.integer(leg) } else { $0.null() }
            $0.field("amount", cost.amount.text(decimals: decimals))
          }
        }
      }
      $0.field("net", peak.net.text(decimals: decimals))
      $0.field("net_bp", peak.netReturn.basisPointsText)
      $0.array("legs") { for leg in peak.legs { write(leg, &$0) } }
    }
  }

  private func write(_ leg: Opportunity.Leg, _ json: inout JSONWriter) {
    let instrument = self[leg.instrument].instrument
    json.object {
      writeOrder(RouteLeg(instrument: leg.instrument, side: leg.side), &$0)
      $0.field("limit_price", leg.limitPrice.description)
      $0.field("average_price", leg.averagePrice.description)
      $0.field("quantity", leg.quantity.text(decimals: instrument.base.decimals))
      $0.field("notional", leg.notional.text(decimals: instrument.quote.decimals))
      $0.field("fee", leg.fee.text(decimals: instrument.quote.decimals))
    }
  }

  // MARK: States

  private func write(_ states: StateReport, _ json: inout JSONWriter) {
    json.object {
      $0.field("checked", states.checked)
      $0.field("matched", states.matched)
      $0.key("first_mismatch")
      guard let mismatch = states.firstMismatch else { return $0.null() }
      $0.object {
        $0.field("time", mismatch.time.description)
        $0.field("expected", mismatch.expected)
        $0.field("found", mismatch.found)
      }
    }
  }

  // MARK: Fees

  private func write(_ fees: VenueFees, _ json: inout JSONWriter) {
    json.object {
      $0.field("venue", fees.venue)
      $0.field("maker_bp", fees.selected.maker.basisPointsText)
      $0.field("taker_bp", fees.selected.taker.basisPointsText)
      $0.field("read", fees.read.description)
      $0.field("source", fees.source)
      $0.field("certainty", fees.certainty.rawValue)
    }
  }
}
