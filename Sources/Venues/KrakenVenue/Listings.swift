public import Codecs
public import Market
public import VenueKit

extension Kraken {
  public static func resource(at address: String) -> Resource {
    if address.contains("/public/AssetPairs") { return .instruments }
    guard address.contains("/public/Depth?"),
      let start = address.firstRange(of: "pair=")?.upperBound
    else { return .other }
    let name = address[start...].prefix { $0 != "&" }
    guard let symbol = Symbol(runTogether: name) else { return .other }
    return .book(wireSymbol: Kraken.ticker(symbol.base) + "/" + Kraken.ticker(symbol.quote))
  }

  /// The ticker that the socket uses, of the one that REST uses.
  private static func ticker(_ name: String) -> String {
    switch name {
    case "XBT": "BTC"
    case "XDG": "DOGE"
    default: name
    }
  }

  /// Reads `Depth`.
  ///
  /// Its texts are padded in another way than the socket's, and nothing joins the two: it stands in
  /// for the book only while no socket is open.
  ///
  /// - Source: `GET /0/public/Depth`, recorded 2025-11-11.
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
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      guard reader.keyIs("result") else {
        try reader.skipValue()
        continue
      }
      try reader.beginObject()
      var isFirstPair = true
      // One pair was asked for; the name in the answer is another one than that in the request.
      while try reader.nextKey(&isFirstPair) {
        let levels = try reader.bookSides(
          bids: "bids",
          asks: "asks",
          quantityDecimals: Int(entry.quantityDecimals),
          into: &events
        )
        events.events.append(.snapshot(BookChange(instrument: entry.instrument, levels: levels)))
      }
    }
    try reader.expectEnd()
  }

  /// Reads `AssetPairs`.
  ///
  /// - Source: `GET /0/public/AssetPairs`; bodies of 2021 lack `tick_size`, `costmin`, and
  ///   `status`,
  ///   and hold `.d` dark-pool twins, which are left out.
  public func listings(in body: Span<UInt8>) throws(WireError) -> [InstrumentListing] {
    try checkText(body)
    var reader = JSONReader(body)
    var listings: [InstrumentListing] = []
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      guard reader.keyIs("result") else {
        try reader.skipValue()
        continue
      }
      try reader.beginObject()
      var isFirstPair = true
      while try reader.nextKey(&isFirstPair) {
        let name = reader.text(reader.key)
        let pair = try pair(&reader)
        if !name.hasSuffix(".d"), let listing = pair.listing(name) { listings.append(listing) }
      }
    }
    try reader.expectEnd()
    return listings
  }

  private struct Pair {
    var wsname: String?
    var altname: String?
    var priceDecimals = 0
    var lotDecimals = 0
    var tickSize: String?
    var minQuantity: String?
    var minNotional: String?
    var status = "online"

    func listing(_ name: String) -> InstrumentListing? {
      guard let parts = wsname?.split(separator: "/"), parts.count == 2 else { return nil }
      let symbol = Symbol(
        base: Kraken.asset(String(parts[0])),
        quote: Kraken.asset(String(parts[1]))
      )
      return InstrumentListing(
        wireSymbol: symbol.description,
        aliases: [name, altname].compactMap { $0 },
        symbol: symbol,
        tickSize: tickSize ?? step(decimals: priceDecimals),
        lotSize: step(decimals: lotDecimals),
        minQuantity: minQuantity,
        minNotional: minNotional,
        status: InstrumentStatus(kraken: status),
        statusText: status
      )
    }
  }

  private func pair(_ reader: inout JSONReader) throws(WireError) -> Pair {
    var pair = Pair()
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      _ = reader.peek()
      if reader.keyIs("wsname") {
        pair.wsname = reader.text(try reader.anyString())
      } else if reader.keyIs("altname") {
        pair.altname = reader.text(try reader.anyString())
      } else if reader.keyIs("pair_decimals") {
        pair.priceDecimals = Int(clamping: try reader.unsignedInteger())
      } else if reader.keyIs("lot_decimals") {
        pair.lotDecimals = Int(clamping: try reader.unsignedInteger())
      } else if reader.keyIs("tick_size") {
        pair.tickSize = try reader.plainDecimalText()
      } else if reader.keyIs("ordermin") {
        pair.minQuantity = try reader.plainDecimalText()
      } else if reader.keyIs("costmin") {
        pair.minNotional = try reader.plainDecimalText()
      } else if reader.keyIs("status") {
        pair.status = reader.text(try reader.string())
      } else {
        try reader.skipValue()
      }
    }
    return pair
  }

  /// Kraken's names of version 1 for two assets that the rest of the market names otherwise.
  static func asset(_ name: String) -> String {
    switch name {
    case "XBT": "BTC"
    case "XDG": "DOGE"
    default: name
    }
  }
}

extension InstrumentStatus {
  fileprivate init(kraken word: String) {
    self = word == "online" ? .open : InstrumentStatus(rawValue: word) ?? .closed
  }
}
