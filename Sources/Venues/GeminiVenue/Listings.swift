public import Codecs
public import Market
public import VenueKit

extension Gemini {
  public static func resource(at address: String) -> Resource {
    if address.contains("/v1/symbols/details") { return .instruments }
    guard let start = address.firstRange(of: "/v1/book/")?.upperBound else { return .other }
    return .book(wireSymbol: String(address[start...].prefix { $0 != "?" }))
  }

  /// Reads `book`.
  ///
  /// It carries no sequence and cannot be joined with the feed: it stands in for the book only
  /// while no socket is open. Levels' timestamps mean nothing.
  ///
  /// - Source: `GET /v1/book/{symbol}`, recorded 2021-04-17.
  public func decodeBook(
    _ body: Span<UInt8>,
    of wireSymbol: String,
    symbols: borrowing SymbolTable,
    into events: inout MarketEvents
  ) throws(WireError) {
    try begin(body, into: &events)
    events.channel = .book
    guard let packed = PackedText(wireSymbol), let entry = symbols.find(packed) else { return }
    let decimals = Int(entry.quantityDecimals)
    var reader = JSONReader(body)
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      let side: BookSide? = reader.keyIs("bids") ? .bid : reader.keyIs("asks") ? .ask : nil
      guard let side else {
        try reader.skipValue()
        continue
      }
      try reader.namedLevels(
        side,
        price: "price",
        quantity: "amount",
        quantityDecimals: decimals,
        into: &events
      )
    }
    try reader.expectEnd()
    let change = BookChange(instrument: entry.instrument, levels: 0..<events.levels.count)
    events.events.append(.snapshot(change))
  }

  /// Reads the details of one symbol, or a list of them.
  ///
  /// The names mislead: `tick_size` is the step of the quantity, `quote_increment` that of the
  /// price.
  ///
  /// - Source: `GET /v1/symbols/details/{symbol}`, 347 answers recorded 2026-08-09.
  public func listings(in body: Span<UInt8>) throws(WireError) -> [InstrumentListing] {
    try checkText(body)
    var reader = JSONReader(body)
    var listings: [InstrumentListing] = []
    if reader.peek() == UInt8(ascii: "[") {
      try reader.beginArray()
      var isFirst = true
      while try reader.nextElement(&isFirst) {
        if let listing = try listing(&reader) { listings.append(listing) }
      }
    } else if let listing = try listing(&reader) {
      listings.append(listing)
    }
    try reader.expectEnd()
    return listings
  }

  /// One object of details; nil for what is not spot, or lacks a name or a step.
  private func listing(_ reader: inout JSONReader) throws(WireError) -> InstrumentListing? {
    var texts: [String: String] = [:]
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      let name = reader.text(reader.key)
      switch name {
      case "tick_size", "quote_increment", "min_order_size":
        texts[name] = try reader.plainDecimalText()
      case "symbol", "base_currency", "quote_currency", "status", "product_type":
        texts[name] = reader.text(try reader.string())
      default: try reader.skipValue()
      }
    }
    guard texts["product_type", default: "spot"] == "spot", let symbol = texts["symbol"],
      let base = texts["base_currency"], let quote = texts["quote_currency"],
      let priceStep = texts["quote_increment"], let quantityStep = texts["tick_size"]
    else { return nil }
    let status = texts["status", default: "closed"]
    return InstrumentListing(
      wireSymbol: symbol.uppercased(),
      aliases: [symbol.lowercased()],
      symbol: Symbol(base: base, quote: quote),
      tickSize: priceStep,
      lotSize: quantityStep,
      minQuantity: texts["min_order_size"],
      status: InstrumentStatus(rawValue: status) ?? .closed,
      statusText: status
    )
  }
}
