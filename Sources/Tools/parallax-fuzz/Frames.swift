import Codecs
import Market
import Units
import VenueKit

/// Names that the seeds use, at every venue.
let (fuzzInstruments, fuzzSymbols): ([Instrument], SymbolTable) = {
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
  return (registry.instruments, symbols)
}()

/// Reads a frame three times into storage that earlier frames have used, as a session does.
///
/// The readings agree, whatever the storage held; a space before the frame, which turns the quick
/// way of reading it into the careful one, changes nothing but places.
// One thread: libFuzzer calls its target from the thread that called libFuzzer.
final class FrameCheck: @unchecked Sendable {
  private let venue: any Venue
  private var first = MarketEvents()
  private var second = MarketEvents()
  private var spaced: [UInt8] = []

  init(_ venue: any Venue) { self.venue = venue }

  func run(_ frame: Span<UInt8>) {
    let error = read(frame, into: &first)
    leaveRemains(in: &second)
    precondition(error == read(frame, into: &second), "two readings of a frame fail alike")
    precondition(first.channel == second.channel, "two readings of a frame name one channel")
    if let error {
      precondition((0...frame.count).contains(error.offset), "an error names a place of the frame")
      return
    }
    precondition(isSame(movedBy: 0), "two readings of a frame say the same")
    checkEvents(first, frame.count)

    spaced.removeAll(keepingCapacity: true)
    spaced.append(UInt8(ascii: " "))
    for index in frame.indices { spaced.append(frame[index]) }
    guard read(spaced.span, into: &second) == nil, !isSame(movedBy: 1) else { return }
    precondition(hasRepeatedKey(frame), "a frame says the same by the quick way and the careful")
  }

  private func read(_ frame: Span<UInt8>, into events: inout MarketEvents) -> WireError? {
    do {
      try venue.decode(frame, symbols: fuzzSymbols, into: &events)
      return nil
    } catch {
      return error
    }
  }

  /// What a decoder has to clear.
  private func leaveRemains(in events: inout MarketEvents) {
    let one = Price(raw: 1)
    let id = InstrumentID(index: 0)
    events.events.append(.reconnectRequested)
    events.levels.append(LevelUpdate(side: .bid, price: one, quantity: .zero))
    events.farLevels.append(FarLevelUpdate(side: .ask, price: WidePrice(one), quantity: .zero))
    events.trades.append(
      Trade(instrument: id, id: 1, price: one, quantity: .zero, takerSide: nil, venueTime: nil)
    )
    events.channel = .candles
    events.connectionSequence = .max
  }

  private func isSame(movedBy distance: Int32) -> Bool {
    first.levels == second.levels && first.farLevels == second.farLevels
      && first.trades == second.trades && first.channel == second.channel
      && first.connectionSequence == second.connectionSequence
      && first.events.count == second.events.count
      && zip(first.events, second.events).allSatisfy { $0.moved(by: distance) == $1 }
  }
}

extension MarketEvent {
  /// The event as it would be with so many bytes more before it; words from the very start are
  /// the frame as a whole.
  fileprivate func moved(by distance: Int32) -> MarketEvent {
    switch self {
    case .refused(first: 0, let end): .refused(first: 0, end: end + distance)
    case .refused(let first, let end): .refused(first: first + distance, end: end + distance)
    case .unknownSymbol(let first, let end):
      .unknownSymbol(first: first + distance, end: end + distance)
    default: self
    }
  }
}

/// Whether an object of the frame has a key twice; which of the values counts is nobody's promise.
private func hasRepeatedKey(_ frame: Span<UInt8>) -> Bool {
  var reader = JSONReader(frame)
  do { return try hasRepeatedKey(&reader) } catch { return true }
}

private func hasRepeatedKey(_ reader: inout JSONReader) throws(WireError) -> Bool {
  var isFirst = true
  switch reader.peek() {
  case UInt8(ascii: "{"):
    var keys: Set<String> = []
    try reader.beginObject()
    while try reader.nextKey(&isFirst) {
      guard keys.insert(reader.text(reader.key)).inserted else { return true }
      if try hasRepeatedKey(&reader) { return true }
    }
  case UInt8(ascii: "["):
    try reader.beginArray()
    while try reader.nextElement(&isFirst) {
      if try hasRepeatedKey(&reader) { return true }
    }
  default: try reader.skipValue()
  }
  return false
}

/// Whatever events say lies within bounds.
func checkEvents(_ events: borrowing MarketEvents, _ count: Int) {
  for level in events.levels {
    precondition(level.price.raw > 0 && level.quantity.raw >= 0, "a level is positive")
    precondition(level.digits.count <= 63, "a level's digits can be combined")
  }
  for level in events.farLevels {
    precondition(level.price.raw > Int128(Int64.max), "a far level is beyond a price")
    precondition(level.quantity.raw >= 0, "a far level is not negative")
  }
  for trade in events.trades {
    precondition(trade.price.raw > 0 && trade.quantity.raw >= 0, "a trade is positive")
    precondition(isKnown(trade.instrument), "a trade is of an instrument")
  }
  var levels = 0
  var farLevels = 0
  var trades = 0
  for event in events.events {
    switch event {
    case .snapshot(let change), .update(let change):
      precondition(isKnown(change.instrument), "a change is of an instrument")
      precondition(change.levels.lowerBound >= levels, "no level belongs to two changes")
      levels = change.levels.upperBound
      precondition(levels <= events.levels.count, "a change's levels are there")
      guard !change.farLevels.isEmpty else { continue }
      precondition(change.farLevels.lowerBound >= farLevels, "no level belongs to two changes")
      farLevels = change.farLevels.upperBound
      precondition(farLevels <= events.farLevels.count, "a change's far levels are there")
    case .trades(let instrument, let first, let end, _):
      precondition(first == trades && first < end, "each trade belongs to one event")
      trades = Int(end)
      precondition(trades <= events.trades.count, "an event's trades are there")
      precondition(events.trades[Int(first)..<trades].allSatisfy { $0.instrument == instrument })
    case .unknownSymbol(let first, let end), .refused(let first, let end):
      precondition(first >= 0 && first <= end && Int(end) <= count, "words are of the frame")
    case .subscribed(let instrument?, _, let depth):
      precondition(isKnown(instrument) && depth ?? 0 >= 0, "a subscription is to an instrument")
    case .unsubscribed(let instrument?, _):
      precondition(isKnown(instrument), "a subscription is to an instrument")
    default: break
    }
  }
  precondition(trades == events.trades.count, "each trade belongs to one event")
}

private func isKnown(_ instrument: InstrumentID) -> Bool {
  fuzzInstruments.indices.contains(Int(instrument.index))
}
