import Codecs
import Market
import Units
import VenueKit

extension Kraken {
  /// Reads the orders of a map from ids to orders, or of the one under `name` in it.
  func orders(
    _ reader: inout JSONReader,
    under name: StaticString,
    _ symbols: borrowing SymbolTable,
    _ instrument: Instrument?
  ) throws(WireError) -> [OrderReport] {
    var found: [OrderReport]?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      if reader.keyIs(name) {
        found = try orders(&reader, symbols, instrument)
      } else {
        try reader.skipValue()
      }
    }
    guard let found else { throw reader.failure(.requiredField) }
    return found
  }

  func orders(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ instrument: Instrument?
  ) throws(WireError) -> [OrderReport] {
    var orders: [OrderReport] = []
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      let id = reader.text(reader.key)
      orders.append(try order(id, WireObject(&reader), symbols, instrument))
    }
    return orders
  }

  /// One order as `QueryOrders`, `OpenOrders`, and `ClosedOrders` give it.
  ///
  /// - Source: recorded bodies of `QueryOrders` and `OpenOrders`; a market order may count its
  ///   volume in the quote asset (`viqc`), and then has no quantity.
  private func order(
    _ id: String,
    _ row: WireObject,
    _ symbols: borrowing SymbolTable,
    _ wanted: Instrument?
  ) throws(WireError) -> OrderReport {
    let side = try row.side("descr.type")
    var report = OrderReport(status: .open)
    report.venueOrderID = id
    report.clientOrderID = row.text("cl_ord_id")
    report.side = side
    if let instrument = instrument(try row.required("descr.pair"), symbols, wanted) {
      let against = (side ?? .buy).quantityRounding
      report.instrument = instrument.id
      let isInQuote = row.text("oflags")?.contains("viqc") ?? false
      if !isInQuote {
        report.quantity = try row.quantity("vol", of: instrument.base, rounding: against)
        report.filled = try row.quantity("vol_exec", of: instrument.base, rounding: against)
      }
      report.filledNotional = try row.notional(
        "cost",
        of: instrument.quote,
        rounding: (side ?? .buy).priceRounding
      )
    }
    report.status = try status(row, report)
    report.reason = row.text("reason")
    report.venueTime = row.epochSeconds("closetm") ?? row.epochSeconds("opentm")
    return report
  }

  /// `closed` is what filled; an order whose rest was cancelled is `canceled`, or closed with less
  /// than its volume.
  private func status(_ row: WireObject, _ report: OrderReport) throws(WireError) -> OrderStatus {
    switch try row.required("status") {
    case "pending": return .pending
    case "open": return .open
    case "closed":
      if let quantity = report.quantity, let filled = report.filled, filled < quantity {
        return .cancelled
      }
      return .filled
    case "canceled", "cancelled": return .cancelled
    case "expired": return .expired
    default: throw row.wrong("status", .knownField)
    }
  }

  /// The instrument that a REST name of a pair means: `XBTUSD` and `XXBTZUSD` are BTC/USD.
  ///
  /// Where the table has no such alias, the name is split wherever that gives a symbol it has, or
  /// the one asked for.
  private func instrument(
    _ pair: String,
    _ symbols: borrowing SymbolTable,
    _ wanted: Instrument?
  ) -> Instrument? {
    if let known = symbols.instrument(named: pair) { return known }
    if let wanted, Kraken.pair(wanted) == pair { return wanted }
    let letters = Array(pair)
    // The longest name of a pair that Kraken lists is well below.
    guard letters.count <= 24 else { return nil }
    for split in letters.indices.dropFirst() {
      guard let base = Kraken.balanceAsset(String(letters[..<split])),
        let quote = Kraken.balanceAsset(String(letters[split...]))
      else { continue }
      let symbol = Symbol(base: base.symbol, quote: quote.symbol)
      if let known = symbols.instrument(named: symbol.description) { return known }
      if let wanted, wanted.symbol == symbol { return wanted }
    }
    return nil
  }

  // MARK: Executions

  /// Reads a page of `TradesHistory`: of all pairs and orders, so what was not asked for is left
  /// out here, and with it what was traded in instruments that the table does not know.
  func fills(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ wanted: Instrument?,
    _ order: OrderReference?,
    _ cursor: String?
  ) throws(WireError) -> AccountAnswer {
    var fills: [Fill] = []
    var rows = 0
    var total: UInt64?
    var hasTrades = false
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      if reader.keyIs("count") {
        total = try reader.unsignedInteger()
      } else if reader.keyIs("trades") {
        hasTrades = true
        try reader.beginObject()
        var isFirstTrade = true
        while try reader.nextKey(&isFirstTrade) {
          rows += 1
          let id = reader.text(reader.key)
          guard let fill = try fill(id, WireObject(&reader), symbols, wanted) else { continue }
          if let order, order != .venue(fill.venueOrderID) { continue }
          fills.append(fill)
        }
      } else {
        try reader.skipValue()
      }
    }
    guard hasTrades else { throw reader.failure(.requiredField) }
    let seen = (cursor.flatMap { UInt64($0) } ?? 0).addingReportingOverflow(UInt64(rows))
    let isMore = total.map { seen.partialValue < $0 } ?? (rows >= Kraken.historyPage)
    let next = rows > 0 && isMore && !seen.overflow ? String(seen.partialValue) : nil
    return .fills(fills, cursor: next)
  }

  /// Rows of one page of a history.
  static let historyPage = 50

  /// One execution; nil when it is of another instrument than the one asked for.
  ///
  /// The fee is in the quote asset, as every order of ours asks for.
  /// - Source: Kraken API documentation, "Get Trades History".
  private func fill(
    _ id: String,
    _ row: WireObject,
    _ symbols: borrowing SymbolTable,
    _ wanted: Instrument?
  ) throws(WireError) -> Fill? {
    guard let instrument = instrument(try row.required("pair"), symbols, wanted),
      wanted.map({ $0.id == instrument.id }) ?? true
    else { return nil }
    guard let side = try row.side("type"),
      let price = try row.price("price", rounding: side.priceRounding),
      let quantity = try row.quantity(
        "vol",
        of: instrument.base,
        rounding: side.quantityRounding
      ),
      let fee = try row.notional("fee", of: instrument.quote, rounding: .up)
    else { throw row.missing() }
    return Fill(
      instrument: instrument.id,
      tradeID: id,
      venueOrderID: try row.required("ordertxid"),
      clientOrderID: row.text("cl_ord_id"),
      side: side,
      price: price,
      quantity: quantity,
      fee: fee,
      feeAsset: instrument.quote,
      liquidity: row.has("maker") ? (row.isTrue("maker") ? .maker : .taker) : nil,
      venueTime: row.epochSeconds("time")
    )
  }
}
