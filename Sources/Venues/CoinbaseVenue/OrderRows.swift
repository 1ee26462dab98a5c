import Codecs
import Market
import Units
import VenueKit

extension Coinbase {
  /// A page of orders, and what it says of itself.
  struct OrderPage {
    var reports: [OrderReport] = []
    var isMore = false
    /// Whether no order was created after the one before it in the list.
    var isNewestFirst = true
  }

  /// Reads a page of orders, or only the one with a client id and then as of `instrument`.
  func orders(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    only wanted: (clientOrderID: String, instrument: Instrument)? = nil
  ) throws(WireError) -> OrderPage {
    var page = OrderPage()
    var tail = Tail()
    var hasOrders = false
    var last: Timestamp?
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      guard reader.keyIs("orders") else {
        try tail.read(&reader)
        continue
      }
      hasOrders = true
      try reader.beginArray()
      var isFirstRow = true
      while try reader.nextElement(&isFirstRow) {
        let row = try WireObject(&reader)
        if let created = row.time("created_time") {
          if let last, created > last { page.isNewestFirst = false }
          last = created
        } else {
          page.isNewestFirst = false
        }
        if let wanted, row.text("client_order_id") != wanted.clientOrderID { continue }
        page.reports.append(try order(row, symbols, wanted?.instrument))
      }
    }
    guard hasOrders else { throw reader.failure(.requiredField) }
    page.isMore = tail.isMore || tail.hasNext == true
    return page
  }

  /// One order as the lists give it; of `wanted`, whatever product it is listed under, where the
  /// caller knows whose order it is.
  ///
  /// - Source: a recorded body of List Orders of 2023-11-26. `fee` is empty there, and the size
  ///   asked for stands in `order_configuration`, under the configuration's name.
  func order(
    _ row: WireObject,
    _ symbols: borrowing SymbolTable,
    _ wanted: Instrument?
  ) throws(WireError) -> OrderReport {
    let side = try row.side("side")
    var report = OrderReport(status: .open)
    report.venueOrderID = try row.required("order_id")
    report.clientOrderID = row.text("client_order_id")
    report.side = side
    let product = try row.required("product_id")
    if let instrument = wanted ?? symbols.instrument(named: product) {
      let against = side ?? .buy
      report.instrument = instrument.id
      if let path = Coinbase.sizes.first(where: { row.text($0) != nil }) {
        report.quantity = try row.quantity(
          path,
          of: instrument.base,
          rounding: against.quantityRounding
        )
      }
      report.filled = try row.quantity(
        "filled_size",
        of: instrument.base,
        rounding: against.quantityRounding
      )
      report.filledNotional = try row.notional(
        "filled_value",
        of: instrument.quote,
        rounding: against.priceRounding
      )
    }
    report.status = try Coinbase.status(row, report.filled)
    report.reason = Coinbase.reason(row)
    report.venueTime = row.time("last_fill_time") ?? row.time("created_time")
    return report
  }

  private static let sizes = [
    "sor_limit_ioc", "limit_limit_gtc", "limit_limit_gtd", "limit_limit_fok", "market_market_ioc",
  ].map { "order_configuration.\($0).base_size" }

  /// The status of an order, in lists and in the stream of `user` alike.
  ///
  /// An order that failed after it had filled in part is no order that was never accepted.
  static func status(_ row: WireObject, _ filled: Quantity?) throws(WireError) -> OrderStatus {
    switch try row.required("status") {
    case "PENDING", "QUEUED": return .pending
    case "OPEN", "CANCEL_QUEUED", "EDIT_QUEUED": return .open
    case "FILLED": return .filled
    case "CANCELLED": return .cancelled
    case "EXPIRED": return .expired
    case "FAILED": return filled.map { $0.isZero } ?? true ? .rejected : .cancelled
    default: throw row.wrong("status", .knownField)
    }
  }

  /// The first of the fields about an end that says something.
  static func reason(_ row: WireObject) -> String? {
    ["reject_message", "cancel_message", "reject_reason", "cancel_reason"].lazy
      .compactMap { row.text($0) }
      .first { $0 != "REJECT_REASON_UNSPECIFIED" }
  }

  // MARK: Executions

  /// Reads a page of fills; what was not asked for is left out, and so are instruments that the
  /// table does not know.
  func fills(
    _ reader: inout JSONReader,
    _ symbols: borrowing SymbolTable,
    _ wanted: Instrument?,
    _ order: OrderReference?
  ) throws(WireError) -> AccountAnswer {
    var fills: [Fill] = []
    var tail = Tail()
    var rows = 0
    var hasFills = false
    try reader.beginObject()
    var isFirst = true
    while try reader.nextKey(&isFirst) {
      guard reader.keyIs("fills") else {
        try tail.read(&reader)
        continue
      }
      hasFills = true
      try reader.beginArray()
      var isFirstRow = true
      while try reader.nextElement(&isFirstRow) {
        rows += 1
        let row = try WireObject(&reader)
        if let order, try order != .venue(row.required("order_id")) { continue }
        guard let instrument = try instrument(row, symbols, wanted, isOfOrder: order != nil) else {
          continue
        }
        fills.append(try fill(row, instrument))
      }
    }
    guard hasFills else { throw reader.failure(.requiredField) }
    // A cursor comes with the last page too; an empty page is the end.
    return .fills(fills, cursor: rows > 0 && tail.isMore ? tail.cursor : nil)
  }

  /// The instrument of a fill; nil when it is another than the one asked for.
  ///
  /// A fill of the order asked for is of the order's instrument, whatever product it is listed
  /// under.
  private func instrument(
    _ row: WireObject,
    _ symbols: borrowing SymbolTable,
    _ wanted: Instrument?,
    isOfOrder: Bool
  ) throws(WireError) -> Instrument? {
    let product = try row.required("product_id")
    if let wanted { return isOfOrder || wanted.wireSymbol == product ? wanted : nil }
    return symbols.instrument(named: product)
  }

  /// One fill.
  ///
  /// - Source: a recorded body of List Fills of 2023-11-26. The commission is in the quote asset;
  ///   with `size_in_quote` so is the size.
  private func fill(
    _ row: WireObject,
    _ instrument: Instrument
  ) throws(WireError) -> Fill {
    // Others correct or take back what was told before; spot orders have none.
    if let type = row.text("trade_type"), type != "FILL" {
      throw row.wrong("trade_type", .knownField)
    }
    guard let side = try row.side("side"),
      let price = try row.price("price", rounding: side.priceRounding),
      let quantity = try size(row, price, side, instrument),
      let fee = try row.notional("commission", of: instrument.quote, rounding: .up)
    else { throw row.missing() }
    let liquidity: Fill.Liquidity? =
      switch row.text("liquidity_indicator") {
      case "MAKER": .maker
      case "TAKER": .taker
      default: nil
      }
    return Fill(
      instrument: instrument.id,
      tradeID: try row.required(row.text("trade_id") == nil ? "entry_id" : "trade_id"),
      venueOrderID: try row.required("order_id"),
      side: side,
      price: price,
      quantity: quantity,
      fee: fee,
      feeAsset: instrument.quote,
      liquidity: liquidity,
      venueTime: row.time("trade_time")
    )
  }

  /// The size in the base asset, divided out where it is told in the quote asset.
  private func size(
    _ row: WireObject,
    _ price: Price,
    _ side: OrderSide,
    _ instrument: Instrument
  ) throws(WireError) -> Quantity? {
    guard row.isTrue("size_in_quote") else {
      return try row.quantity("size", of: instrument.base, rounding: side.quantityRounding)
    }
    guard
      let value = try row.notional("size", of: instrument.quote, rounding: side.quantityRounding)
    else { return nil }
    let (product, overflow) = value.raw.multipliedReportingOverflow(
      by: instrument.notionalScale.divisor
    )
    guard !overflow, product >= 0,
      let raw = Int64(
        exactly: divide(product, by: Int128(price.raw), rounding: side.quantityRounding)
      )
    else { throw row.wrong("size", .numberInRange) }
    return Quantity(raw: raw)
  }
}
