/// Every instrument the program knows, by a dense number that is never reused.
public struct InstrumentRegistry: Sendable {
  public private(set) var instruments: [Instrument] = []
  private var byWireSymbol: [Name: InstrumentID] = [:]
  private var bySymbol: [Name: InstrumentID] = [:]

  private struct Name: Hashable {
    var venue: VenueID
    var text: String
  }

  public init() {}

  public subscript(id: InstrumentID) -> Instrument { instruments[Int(id.index)] }

  public func instrument(_ venue: VenueID, wireSymbol: String) -> Instrument? {
    byWireSymbol[Name(venue: venue, text: wireSymbol)].map { self[$0] }
  }

  public func instrument(_ venue: VenueID, _ symbol: Symbol) -> Instrument? {
    bySymbol[Name(venue: venue, text: symbol.description)].map { self[$0] }
  }

  /// The instrument of this wire symbol, added if it is new.
  @discardableResult
  public mutating func register(
    _ venue: VenueID,
    wireSymbol: String,
    symbol: Symbol
  ) -> Instrument {
    if let known = instrument(venue, wireSymbol: wireSymbol) { return known }
    let id = InstrumentID(index: Int32(instruments.count))
    let new = Instrument(
      id: id,
      venue: venue,
      symbol: symbol,
      base: Asset(symbol: symbol.base),
      quote: Asset(symbol: symbol.quote),
      wireSymbol: wireSymbol
    )
    instruments.append(new)
    byWireSymbol[Name(venue: venue, text: wireSymbol)] = id
    bySymbol[Name(venue: venue, text: symbol.description)] = id
    return new
  }

  /// Sets what an instrument's orders must obey.
  public mutating func setRules(_ rules: TradingRules, of id: InstrumentID) {
    instruments[Int(id.index)].rules = rules
  }

  /// Lets a second wire name stand for an instrument, such as Kraken's REST name.
  public mutating func addAlias(_ wireSymbol: String, for id: InstrumentID) {
    byWireSymbol[Name(venue: self[id].venue, text: wireSymbol)] = id
  }
}
