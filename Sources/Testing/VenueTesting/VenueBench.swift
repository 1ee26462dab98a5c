public import Codecs
public import Market
import Units
public import VenueKit

/// An adapter with a few instruments, to be handed frames as text.
public struct VenueBench<V: Venue>: Sendable {
  public let instruments: [Instrument]
  private let venue: V
  private let symbols: SymbolTable

  /// Registers wire symbols with their `BASE/QUOTE` names; traps on a name of another form.
  public init(_ venue: V, _ names: [(wireSymbol: String, symbol: String)]) {
    var registry = InstrumentRegistry()
    var symbols = SymbolTable()
    for name in names {
      guard let symbol = Symbol(name.symbol) else {
        preconditionFailure("\(name.symbol) is not BASE/QUOTE")
      }
      let instrument = registry.register(V.id, wireSymbol: name.wireSymbol, symbol: symbol)
      symbols.insert(name.wireSymbol, instrument)
    }
    self.venue = venue
    self.symbols = symbols
    instruments = registry.instruments
  }

  public func decode(_ frame: [UInt8]) throws(WireError) -> MarketEvents {
    var events = MarketEvents()
    try venue.decode(frame.span, symbols: symbols, into: &events)
    return events
  }

  public func decode(_ frame: String) throws(WireError) -> MarketEvents {
    try decode(Array(frame.utf8))
  }

  public func book(_ body: String, of wireSymbol: String) throws(WireError) -> MarketEvents {
    var events = MarketEvents()
    let bytes = Array(body.utf8)
    try venue.decodeBook(bytes.span, of: wireSymbol, symbols: symbols, into: &events)
    return events
  }

  public func listings(_ body: String) throws(WireError) -> [InstrumentListing] {
    let bytes = Array(body.utf8)
    return try venue.listings(in: bytes.span)
  }

  /// What reading a frame failed with; nil when it did not.
  public func refusal(_ frame: [UInt8]) -> WireError? {
    do {
      _ = try decode(frame)
      return nil
    } catch {
      return error
    }
  }

  /// What reading a frame failed with, and where the caret stood that marks the place; the caret
  /// itself is not part of the frame.
  public func refusal(marked frame: String) -> (error: WireError?, offset: Int?) {
    let bytes = Array(frame.utf8)
    let place = bytes.firstIndex(of: UInt8(ascii: "^"))
    return (refusal(bytes.filter { $0 != UInt8(ascii: "^") }), place)
  }

  /// How many of the frame's beginnings, the whole not counted, are read without an error.
  ///
  /// Each is handed over in an array of its own, so that reading past its end is caught.
  public func acceptedCuts(of frame: String) -> Int {
    let bytes = Array(frame.utf8)
    return (0..<bytes.count).count { refusal(Array(bytes[..<$0])) == nil }
  }

  /// The bytes of the frame that an event names.
  public func words(_ first: Int32, _ end: Int32, of frame: String) -> String {
    String(decoding: Array(frame.utf8)[Int(first)..<Int(end)], as: UTF8.self)
  }
}

extension MarketEvents {
  /// Each level as `bid 1.5 2`, with quantities of eight decimals.
  public var levelTexts: [String] {
    levels.map { "\($0.side) \($0.price) \($0.quantity.text(decimals: 8))" }
  }
}
