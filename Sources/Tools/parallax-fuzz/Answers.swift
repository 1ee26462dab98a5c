import Codecs
import Market
import Units
import VenueKit

/// Reads a body as an instrument list and as a book.
func checkAnswer(_ body: Span<UInt8>, _ venue: any Venue) {
  do {
    let listings = try venue.listings(in: body)
    let again = try venue.listings(in: body)
    precondition(listings == again, "two readings of a list agree")
    for listing in listings { checkListing(listing, type(of: venue).id) }
  } catch {
    precondition((0...body.count).contains(error.offset), "an error names a place of the body")
  }
  for symbol in ["btcusd", "nosuchpair"] {
    var events = MarketEvents()
    do {
      try venue.decodeBook(body, of: symbol, symbols: fuzzSymbols, into: &events)
      checkEvents(events, body.count)
    } catch {
      precondition((0...body.count).contains(error.offset), "an error names a place of the body")
    }
  }
}

/// What a program does with a listing: registers it, and asks for its rules.
private func checkListing(_ listing: InstrumentListing, _ venue: VenueID) {
  var registry = InstrumentRegistry()
  var symbols = SymbolTable()
  let instrument = registry.register(
    venue,
    wireSymbol: listing.wireSymbol,
    symbol: listing.symbol
  )
  for alias in listing.aliases { registry.addAlias(alias, for: instrument.id) }
  for name in [listing.wireSymbol] + listing.aliases where symbols.insert(name, instrument) {
    let found = PackedText(name).flatMap { symbols.find($0) }
    precondition(found?.instrument == instrument.id, "what was inserted is found")
  }
  do {
    let rules = try listing.rules(for: instrument)
    precondition(rules.tickSize.raw > 0 && rules.lotSize.raw > 0, "steps are positive")
    precondition((rules.minQuantity?.raw ?? 0) >= 0, "a minimum is not negative")
    registry.setRules(rules, of: instrument.id)
  } catch {
    precondition(!error.reason.isEmpty, "a refusal has its reason")
  }
}
