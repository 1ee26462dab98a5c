public import Codecs
public import Market
public import VenueKit

extension Coinbase {
  public static func resource(at address: String) -> Resource {
    let path = address.prefix { $0 != "?" }
    if path.hasSuffix("/product_book"), let start = address.firstRange(of: "product_id=") {
      return .book(wireSymbol: String(address[start.upperBound...].prefix { $0 != "&" }))
    }
    return path.hasSuffix("/products") || path.contains("/market/products/")
      ? .instruments : .other
  }

  /// Reads `product_book`.
  ///
  /// It carries no sequence number and cannot be joined with the feed: it stands in for the book
  /// only while no socket is open.
  ///
  /// - Source: `GET /api/v3/brokerage/market/product_book`, recorded 2026-04-07.
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
      guard reader.keyIs("pricebook") else {
        try reader.skipValue()
        continue
      }
      let start = events.levels.count
      try reader.beginObject()
      var isFirstKey = true
      while try reader.nextKey(&isFirstKey) {
        let side: BookSide? = reader.keyIs("bids") ? .bid : reader.keyIs("asks") ? .ask : nil
        guard let side else {
          try reader.skipValue()
          continue
        }
        try reader.namedLevels(
          side,
          price: "price",
          quantity: "size",
          quantityDecimals: decimals,
          into: &events
        )
      }
      let change = BookChange(instrument: entry.instrument, levels: start..<events.levels.count)
      events.events.append(.snapshot(change))
    }
    try reader.expectEnd()
  }

  /// Reads `products`, or one product.
  ///
  /// - Source: `GET /api/v3/brokerage/market/products`, recorded 2026-08-09.
  public func listings(in body: Span<UInt8>) throws(WireError) -> [InstrumentListing] {
    try checkText(body)
    var reader = JSONReader(body)
    var listings: [InstrumentListing] = []
    var single = Product()
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      guard reader.keyIs("products") else {
        try product(&reader, &single)
        continue
      }
      try reader.beginArray()
      var isFirstProduct = true
      while try reader.nextElement(&isFirstProduct) {
        var item = Product()
        try reader.beginObject()
        var isFirstKey = true
        while try reader.nextKey(&isFirstKey) { try product(&reader, &item) }
        if let listing = item.listing { listings.append(listing) }
      }
    }
    try reader.expectEnd()
    if let listing = single.listing { listings.append(listing) }
    return listings
  }

  private struct Product {
    var id: String?
    var base: String?
    var quote: String?
    var tickSize: String?
    var lotSize: String?
    var minQuantity: String?
    var minNotional: String?
    var status = "online"
    var type = "SPOT"
    var flags: Set<String> = []

    var listing: InstrumentListing? {
      guard type == "SPOT", let id, let base, let quote, let tickSize, let lotSize else {
        return nil
      }
      return InstrumentListing(
        wireSymbol: id,
        symbol: Symbol(base: base, quote: quote),
        tickSize: tickSize,
        lotSize: lotSize,
        minQuantity: minQuantity,
        minNotional: minNotional,
        status: marketStatus,
        statusText: ([status] + flags.sorted()).joined(separator: " ")
      )
    }

    /// The strictest of the flags.
    private var marketStatus: InstrumentStatus {
      guard status == "online",
        flags.isDisjoint(with: ["trading_disabled", "is_disabled", "view_only", "auction_mode"])
      else { return .closed }
      if flags.contains("cancel_only") { return .cancelOnly }
      if flags.contains("post_only") { return .postOnly }
      return flags.contains("limit_only") ? .limitOnly : .open
    }
  }

  private static let flagNames: Set<String> = [
    "trading_disabled", "is_disabled", "view_only", "auction_mode", "cancel_only", "post_only",
    "limit_only",
  ]

  /// Reads the value of the product's key that was read last.
  private func product(
    _ reader: inout JSONReader,
    _ product: inout Product
  ) throws(WireError) {
    _ = reader.peek()
    if reader.keyIs("product_id") {
      product.id = reader.text(try reader.string())
    } else if reader.keyIs("base_currency_id") {
      product.base = reader.text(try reader.string())
    } else if reader.keyIs("quote_currency_id") {
      product.quote = reader.text(try reader.string())
    } else if reader.keyIs("price_increment") {
      product.tickSize = try reader.plainDecimalText()
    } else if reader.keyIs("base_increment") {
      product.lotSize = try reader.plainDecimalText()
    } else if reader.keyIs("base_min_size") {
      product.minQuantity = try reader.plainDecimalText()
    } else if reader.keyIs("quote_min_size") {
      product.minNotional = try reader.plainDecimalText()
    } else if reader.keyIs("status") {
      product.status = reader.text(try reader.anyString())
    } else if reader.keyIs("product_type") {
      product.type = reader.text(try reader.string())
    } else if case let name = reader.text(reader.key), Coinbase.flagNames.contains(name) {
      if try reader.boolean() { product.flags.insert(name) }
    } else {
      try reader.skipValue()
    }
  }
}
