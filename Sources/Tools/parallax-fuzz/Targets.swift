import Codecs
import Configuration
import Foundation
import Market
import Recording
import Units
import VenueCatalog
import VenueKit

/// What is fed with hostile bytes.
enum FuzzTarget {
  /// A venue's frames.
  case frames(any Venue)
  /// A venue's REST answers: instrument lists and books.
  case answers(any Venue)
  /// Recordings of all formats.
  case recording
  /// An operator's fees.
  case configuration
  /// Any JSON, and decimal text.
  case json

  /// The target of this name: `kraken`, `kraken-rest`, `recording`, `configuration`, `json`.
  init?(_ name: String) {
    switch name {
    case "recording": self = .recording
    case "configuration": self = .configuration
    case "json": self = .json
    default:
      let venue = name.hasSuffix("-rest") ? String(name.dropLast(5)) : name
      guard let found = KnownVenues.venue(named: venue) else { return nil }
      self = name == venue ? .frames(found) : .answers(found)
    }
  }

  func run(_ bytes: Span<UInt8>) {
    switch self {
    case .frames(let venue): checkFrame(bytes, venue)
    case .answers(let venue): checkAnswer(bytes, venue)
    case .recording: checkFile(bytes) { path in readRecording(path) }
    case .configuration: checkFile(bytes) { path in _ = try? FeeConfiguration.load(path: path) }
    case .json: checkJSON(bytes)
    }
  }
}

// MARK: - Frames

/// Names that the seeds use, at every venue.
private let symbols: SymbolTable = {
  var registry = InstrumentRegistry()
  var symbols = SymbolTable()
  for (wire, base, quote) in [
    ("BTC/USD", "BTC", "USD"), ("BTC-USD", "BTC", "USD"), ("BTCUSD", "BTC", "USD"),
    ("btcusd", "BTC", "USD"), ("SOL/USD", "SOL", "USD"), ("SOLUSD", "SOL", "USD"),
    ("BONK-USD", "BONK", "USD"), ("bonkusd", "BONK", "USD"),
  ] {
    let instrument = registry.register(
      VenueID(rawValue: "any"),
      wireSymbol: wire,
      symbol: Symbol(base: base, quote: quote)
    )
    symbols.insert(wire, instrument)
  }
  return symbols
}()

/// Reads a frame twice: both readings agree, and whatever they say lies within bounds.
private func checkFrame(_ frame: Span<UInt8>, _ venue: any Venue) {
  var first = MarketEvents()
  var second = MarketEvents()
  let one = outcome(frame, venue, &first)
  let two = outcome(frame, venue, &second)
  precondition(one == two, "two readings of a frame differ")
  if let error = one {
    precondition((0...frame.count).contains(error.offset), "an error names a place of the frame")
    return
  }
  precondition(first.events == second.events && first.levels == second.levels)
  check(first, frame.count)
}

private func outcome(
  _ frame: Span<UInt8>,
  _ venue: any Venue,
  _ events: inout MarketEvents
) -> WireError? {
  do {
    try venue.decode(frame, symbols: symbols, into: &events)
    return nil
  } catch {
    return error
  }
}

private func check(_ events: borrowing MarketEvents, _ count: Int) {
  for level in events.levels {
    precondition(level.price.raw > 0 && level.quantity.raw >= 0, "a level is positive")
  }
  for trade in events.trades {
    precondition(trade.price.raw >= 0 && trade.quantity.raw >= 0, "a trade is not negative")
  }
  for event in events.events {
    switch event {
    case .snapshot(let change), .update(let change):
      precondition(change.levels.upperBound <= events.levels.count)
      precondition(change.farLevels.upperBound <= events.farLevels.count)
    case .trades(_, let first, let end, _):
      precondition(first <= end && Int(end) <= events.trades.count)
    case .unknownSymbol(let first, let end), .refused(let first, let end):
      precondition(first >= 0 && first <= end && Int(end) <= count)
    default: break
    }
  }
}

// MARK: - Answers

private func checkAnswer(_ body: Span<UInt8>, _ venue: any Venue) {
  do {
    for listing in try venue.listings(in: body) {
      var registry = InstrumentRegistry()
      let instrument = registry.register(
        venue.id,
        wireSymbol: listing.wireSymbol,
        symbol: listing.symbol
      )
      if let rules = try? listing.rules(for: instrument) {
        precondition(rules.tickSize.raw > 0 && rules.lotSize.raw > 0, "steps are positive")
      }
    }
  } catch {
    precondition((0...body.count).contains(error.offset), "an error names a place of the body")
  }
  var events = MarketEvents()
  do {
    try venue.decodeBook(body, of: "btcusd", symbols: symbols, into: &events)
    check(events, body.count)
  } catch {
    precondition((0...body.count).contains(error.offset), "an error names a place of the body")
  }
}

// MARK: - Files

private let file = "/dev/shm/parallax-fuzz-\(ProcessInfo.processInfo.processIdentifier)"

private func checkFile(_ bytes: Span<UInt8>, _ read: (String) -> Void) {
  var copy: [UInt8] = []
  for index in bytes.indices { copy.append(bytes[index]) }
  guard FileManager.default.createFile(atPath: file, contents: Data(copy)) else { return }
  read(file)
}

private func readRecording(_ path: String) {
  do {
    var reader = try RecordingReader(path: path)
    var records = 0
    while try reader.next() != nil {
      records += 1
      _ = reader.payload.count + reader.address.count
    }
    precondition(records <= 1 << 24, "a small file has few records")
  } catch {
    return
  }
}

// MARK: - JSON

/// What is skipped as one value is JSON to Foundation too, but for what Parallax says it lets
/// through.
private func checkJSON(_ bytes: Span<UInt8>) {
  if let invalid = firstInvalidUTF8(in: bytes) {
    precondition(invalid < bytes.count)
    return
  }
  var reader = JSONReader(bytes)
  do {
    try reader.skipValue()
    try reader.expectEnd()
  } catch {
    precondition((0...bytes.count).contains(error.offset), "an error names a place of the text")
  }
  let text = String(copying: bytes)
  if let value = try? parseDecimal(text, places: 8) {
    precondition(value >= 0 || text.hasPrefix("-"))
  }
}
