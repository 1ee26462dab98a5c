public import Codecs
public import Market
public import VenueKit

extension Kraken {
  public static func resource(at address: String) -> Resource {
    address.contains("/public/AssetPairs") ? .instruments : .other
  }

  /// Kraken's REST book has another text for the same numbers and no sequence: it cannot be joined
  /// with the feed, and nothing here needs it.
  public func decodeBook(
    _ body: Span<UInt8>,
    of wireSymbol: String,
    symbols: borrowing SymbolTable,
    into events: inout MarketEvents
  ) throws(WireError) {
    try begin(body, into: &events)
    events.channel = .book
    events.events.append(.ignored(.book))
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
