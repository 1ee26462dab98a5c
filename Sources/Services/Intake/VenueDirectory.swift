import Codecs
import Configuration
import Costs
import Engine
import Market
import Units
import VenueCatalog
import VenueKit

/// One venue: its adapter, its symbols, and what its own list says of them.
///
/// Instruments are registered when a frame first names them, not when a list does: a list names
/// hundreds that nobody asked for.
struct VenueDirectory: Sendable {
  let venue: any Venue
  private(set) var symbols = SymbolTable()
  private var listings: [String: InstrumentListing] = [:]
  private var bySymbol: [Symbol: String] = [:]
  private let fees: VenueFees?
  /// Wire symbols that name nothing tradable here: derivatives, for example.
  private var refused: Set<String> = []
  /// Instruments whose stated rules do not fit our scales, and why.
  private(set) var ruleProblems: [ListingError] = []

  static let maximumNames = 65_536

  init(_ venue: any Venue, fees: VenueFees?) {
    self.venue = venue
    self.fees = fees
    symbols.stopsAtUnknown = true
  }

  /// Takes a venue's list; rules of instruments already known change at once.
  mutating func take(_ list: [InstrumentListing], _ engine: inout TradingEngine) {
    for listing in list where listings.count < VenueDirectory.maximumNames {
      listings[listing.wireSymbol] = listing
      // Of several of one symbol, the one that is open.
      if bySymbol[listing.symbol] == nil || listing.status == .open {
        bySymbol[listing.symbol] = listing.wireSymbol
      }
      for alias in listing.aliases { listings[alias] = listing }
      refused.remove(listing.wireSymbol)
      if let known = engine.registry.instrument(venue.id, wireSymbol: listing.wireSymbol) {
        setRules(listing, of: known, &engine)
      }
    }
  }

  func listing(_ name: String) -> InstrumentListing? { listings[name] }

  func listing(_ symbol: Symbol) -> InstrumentListing? { bySymbol[symbol].flatMap { listings[$0] } }

  /// Registers the instrument that a frame names for the first time.
  ///
  /// - Returns: false when the name stands for nothing that is traded here.
  mutating func learn(_ name: String, _ engine: inout TradingEngine) -> Bool {
    guard !refused.contains(name) else { return false }
    let listing = listings[name]
    guard let symbol = listing?.symbol ?? VenueDirectory.symbol(of: name),
      VenueDirectory.isPlain(name), VenueDirectory.isPlain(symbol.description)
    else {
      if refused.count < VenueDirectory.maximumNames { refused.insert(name) }
      // From here on a frame may name what is never added.
      symbols.stopsAtUnknown = false
      return false
    }
    let instrument = engine.register(
      venue.id,
      wireSymbol: name,
      symbol: symbol,
      rule: venue.capabilities.integrity,
      fees: instrumentFees(of: symbol, name)
    )
    if let listing { setRules(listing, of: instrument, &engine) }
    return symbols.insert(name, instrument)
  }

  private mutating func setRules(
    _ listing: InstrumentListing,
    of instrument: Instrument,
    _ engine: inout TradingEngine
  ) {
    do {
      engine.setRules(try listing.rules(for: instrument), of: instrument.id)
    } catch {
      if ruleProblems.count < VenueDirectory.maximumNames { ruleProblems.append(error) }
    }
  }

  /// Whether a name can be shown anywhere, visible ASCII and nothing else, and found in a frame.
  private static func isPlain(_ name: String) -> Bool {
    PackedText(name) != nil && name.utf8.allSatisfy { (0x21...0x7E).contains($0) }
  }

  /// Base and quote of a name, when no list is at hand.
  private static func symbol(of name: String) -> Symbol? {
    let separated = name.split(whereSeparator: { "/-_".contains($0) }).joined(separator: "/")
    return Symbol(separated) ?? Symbol(runTogether: name)
  }

  /// What the account pays; a rate that cannot be a fee is told, and leaves the instrument alone.
  private mutating func instrumentFees(of symbol: Symbol, _ name: String) -> InstrumentFees? {
    guard let tier = fees?.tier(for: symbol.description) else { return nil }
    do {
      return try InstrumentFees(maker: tier.maker, taker: tier.taker)
    } catch {
      let value = "\(tier.maker.basisPointsText), \(tier.taker.basisPointsText)"
      let reason = "is no fee in basis points; the instrument is left alone"
      if ruleProblems.count < VenueDirectory.maximumNames {
        ruleProblems.append(
          ListingError(wireSymbol: name, field: "maker, taker", value: value, reason: reason)
        )
      }
      return nil
    }
  }
}
