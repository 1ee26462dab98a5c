public import Codecs
public import Market
public import VenueKit

extension Bitstamp {
  public static func resource(at address: String) -> Resource {
    let parts = address.prefix { $0 != "?" }.split(separator: "/")
    if let place = parts.firstIndex(of: "order_book"), place + 1 < parts.count {
      return .book(wireSymbol: String(parts[place + 1]))
    }
    return parts.contains("trading-pairs-info") ? .instruments : .other
  }

  /// Reads the whole book, which the diffs of the socket are then joined to.
  ///
  /// - Source: `GET /api/v2/order_book/{pair}/`, ten answers recorded 2021-04-17.
  public func decodeBook(
    _ body: Span<UInt8>,
    of wireSymbol: String,
    symbols: borrowing SymbolTable,
    into events: inout MarketEvents
  ) throws(WireError) {
    try begin(body, into: &events)
    events.channel = .book
    guard let packed = PackedText(wireSymbol), let entry = symbols.find(packed) else { return }
    var reader = JSONReader(body)
    let change = try book(&reader, entry, &events)
    try reader.expectEnd()
    events.events.append(.snapshot(change))
  }

  /// Reads the list of trading pairs.
  ///
  /// - Source: `GET /api/v2/trading-pairs-info/`, recorded 2021-04-17 and 2022-01-05.
  public func listings(in body: Span<UInt8>) throws(WireError) -> [InstrumentListing] {
    try checkText(body)
    var reader = JSONReader(body)
    var listings: [InstrumentListing] = []
    try reader.beginArray()
    var isFirst = true
    while try reader.nextElement(&isFirst) {
      if let listing = try listing(&reader) { listings.append(listing) }
    }
    try reader.expectEnd()
    return listings
  }

  private func listing(_ reader: inout JSONReader) throws(WireError) -> InstrumentListing? {
    var texts: [String: String] = [:]
    var decimals: [String: Int] = [:]
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      let name = reader.text(reader.key)
      switch name {
      case "url_symbol", "name", "minimum_order", "trading":
        texts[name] = reader.text(try reader.string())
      case "base_decimals", "counter_decimals":
        let start = reader.offset
        let value = try reader.unsignedInteger()
        guard value <= 38 else { throw reader.failure(.numberInRange, at: start) }
        decimals[name] = Int(value)
      default: try reader.skipValue()
      }
    }
    guard let wireSymbol = texts["url_symbol"], let symbol = texts["name"].flatMap({ Symbol($0) }),
      let base = decimals["base_decimals"], let counter = decimals["counter_decimals"]
    else { return nil }
    let trading = texts["trading", default: "Disabled"]
    return InstrumentListing(
      wireSymbol: wireSymbol,
      symbol: symbol,
      tickSize: step(decimals: counter),
      lotSize: step(decimals: base),
      // A notional with its currency behind: "25.0 USD".
      minNotional: texts["minimum_order"]?.split(separator: " ").first.map(String.init),
      status: trading == "Enabled" ? .open : .closed,
      statusText: trading
    )
  }
}
