import Backtest
import Codecs
import Foundation
import Market
import Recording
import Terminal
import VenueCatalog
import VenueKit
import Words

/// `parallax instruments`: what a venue states of its own instruments.
enum InstrumentsCommand {
  static let syntax = CommandSyntax(
    name: "instruments",
    summary: "List a venue's spot instruments: tick, lot, minimums, status, as it states them.",
    positionals: "FILE|VENUE",
    positionalCount: 1...1,
    examples: [
      ("parallax instruments kraken", "Ask the venue now"),
      ("parallax instruments recording.plx.zst --symbol BTC/USD", "From a recording"),
      ("parallax instruments AssetPairs.json.gz --venue kraken --json", "From a saved answer"),
    ],
    options: Arguments.fileOptions + [
      CommandOption("symbol", value: "TEXT", "Only instruments whose name holds this"),
      CommandOption("json", "Print one JSON object"),
    ],
    notes: ["Exit status 4 when the venue does not answer."]
  )

  static let command = Command(syntax: syntax) { arguments, console throws(CommandFailure) in
    try run(arguments, console)
  }

  private struct Listed {
    var venue: VenueID
    var source: String
    var listings: [InstrumentListing] = []
    var problems: [String] = []
  }

  private static func run(
    _ arguments: Arguments,
    _ console: Console
  ) throws(CommandFailure) -> ExitCode {
    let name = arguments.positionals[0]
    var listed: Listed
    if let venue = KnownVenues.venue(named: name), !FileManager.default.fileExists(atPath: name) {
      listed = try ask(venue)
    } else {
      listed = try read(name, arguments)
    }
    if let wanted = arguments["symbol"]?.uppercased() {
      listed.listings.removeAll {
        !$0.symbol.description.contains(wanted) && !$0.wireSymbol.uppercased().contains(wanted)
      }
    }
    listed.listings.sort { ($0.symbol, $0.wireSymbol) < ($1.symbol, $1.wireSymbol) }
    console.print(arguments.has("json") ? json(listed) : text(listed, console.style))
    for problem in listed.problems { console.warning(problem) }
    if listed.listings.isEmpty {
      throw CommandFailure(.failure, "\(name) holds no instrument that fits")
    }
    return listed.problems.isEmpty ? .success : .partial
  }

  private static func ask(_ venue: any Venue) throws(CommandFailure) -> Listed {
    let address = venue.capabilities.instrumentList
    let body: [UInt8]
    do { body = try HTTPDownload.get(address, limit: venue.capabilities.maximumFrameBytes) } catch {
      throw CommandFailure(.unreachable, "\(address): \(error.description)")
    }
    do {
      return Listed(
        venue: venue.id,
        source: address,
        listings: try venue.listings(in: body.span)
      )
    } catch {
      throw CommandFailure(.failure, "\(address): \(error)")
    }
  }

  private static func read(_ path: String, _ arguments: Arguments) throws(CommandFailure) -> Listed
  {
    let options = try arguments.replayOptions(syntax.name)
    let given = options.files[0].venue ?? options.venue
    do {
      var reader = try RecordingReader(path: path, format: options.files[0].format)
      var listed: Listed?
      while let record = try reader.next() {
        guard record.kind == .response else { continue }
        let hint = reader.venueHint
        guard
          let venue = given.flatMap({ KnownVenues.venue(named: $0.rawValue) })
            ?? hint.flatMap({ KnownVenues.venue(hint: $0) })
        else { throw failure(.unknownVenue(path: path, hint: hint)) }
        let address = String(copying: reader.address)
        guard address.isEmpty || type(of: venue).resource(at: address) == .instruments else {
          continue
        }
        var now = listed ?? Listed(venue: venue.id, source: path)
        do { now.listings += try venue.listings(in: reader.payload) } catch {
          now.problems.append("\(path): \(printable(address)): \(error)")
        }
        listed = now
      }
      guard let listed else {
        throw CommandFailure(.failure, "\(path): holds no instrument list")
      }
      return listed
    } catch let error as RecordingError {
      throw CommandFailure(.failure, error.description)
    } catch let error as CommandFailure {
      throw error
    } catch {
      throw CommandFailure(.failure, "\(path): \(error)")
    }
  }

  private static func text(_ listed: Listed, _ style: Style) -> String {
    var table = TextTable([
      .init("symbol", .leading), .init("wire symbol", .leading), .init("tick size"),
      .init("lot size"), .init("min quantity"), .init("min notional"), .init("status", .leading),
    ])
    for listing in listed.listings {
      table.add([
        printable(listing.symbol.description), printable(listing.wireSymbol), listing.tickSize,
        listing.lotSize, listing.minQuantity ?? "–", listing.minNotional ?? "–",
        listing.status.rawValue
          + (listing.statusText == listing.status.rawValue
            ? "" : " (\(printable(listing.statusText)))"),
      ])
    }
    let count = "\(grouped(listed.listings.count)) spot instruments"
    return
      ([style.bold(listed.venue.rawValue) + "  \(count), from \(listed.source)"]
      + table.lines(style)).joined(separator: "\n")
  }

  private static func json(_ listed: Listed) -> String {
    var json = JSONWriter()
    json.object {
      $0.field("v", 1)
      $0.field("venue", listed.venue.rawValue)
      $0.field("source", listed.source)
      $0.array("instruments") {
        for listing in listed.listings {
          $0.object {
            $0.field("symbol", listing.symbol.description)
            $0.field("wire_symbol", listing.wireSymbol)
            $0.array("aliases") { for alias in listing.aliases { $0.string(alias) } }
            $0.field("tick_size", listing.tickSize)
            $0.field("lot_size", listing.lotSize)
            $0.field("min_quantity", listing.minQuantity)
            $0.field("min_notional", listing.minNotional)
            $0.field("status", listing.status.rawValue)
            $0.field("status_text", listing.statusText)
          }
        }
      }
    }
    return json.text
  }
}
