import Codecs
import Market
import Units
import VenueKit

extension Bitstamp {
  /// What several fills come to.
  struct FillSum {
    private(set) var filled: Quantity? = .zero
    private(set) var worth: Notional? = .zero

    mutating func add(_ quantity: Quantity, worth added: Notional) {
      if let filled {
        let (sum, overflow) = filled.raw.addingReportingOverflow(quantity.raw)
        self.filled = overflow ? nil : Quantity(raw: sum)
      }
      if let worth {
        let (sum, overflow) = worth.raw.addingReportingOverflow(added.raw)
        self.worth = overflow ? nil : Notional(raw: sum)
      }
    }
  }

  /// One transaction of an order; its amounts are under the names of the two currencies.
  func transaction(
    _ reader: inout JSONReader,
    _ instrument: Instrument,
    _ side: OrderSide,
    _ order: OrderReport,
    _ sum: inout FillSum
  ) throws(WireError) -> Fill {
    let members = try reader.members()
    let end = reader.offset
    let quantity = try reader.required(
      reader.quantity(
        at: members[instrument.base.symbol.lowercased()],
        decimals: instrument.base.decimals,
        rounding: side.quantityRounding
      )
    )
    let price = try reader.required(
      reader.price(at: members["price"], rounding: side.priceRounding)
    )
    let worth = try reader.notional(
      at: members[instrument.quote.symbol.lowercased()],
      decimals: instrument.quote.decimals,
      rounding: side.priceRounding
    )
    sum.add(
      quantity,
      worth: worth
        ?? instrument.notionalScale.notional(price, quantity, rounding: side.priceRounding)
    )
    let fill = Fill(
      instrument: instrument.id,
      tradeID: try reader.required(reader.text(at: members["tid"])),
      venueOrderID: order.venueOrderID ?? "",
      clientOrderID: order.clientOrderID,
      side: side,
      price: price,
      quantity: quantity,
      fee: try fee(&reader, members["fee"], instrument),
      feeAsset: instrument.quote,
      venueTime: try calendarTime(&reader, members["datetime"])
    )
    reader.offset = end
    return fill
  }

  /// A page of transactions, newest first; it ends the pages once it reaches behind `since`.
  func fills(
    _ reader: inout JSONReader,
    _ instrument: Instrument?,
    _ symbols: borrowing SymbolTable,
    since: Timestamp?,
    after cursor: String?
  ) throws(WireError) -> AccountAnswer {
    var oldest: Timestamp?
    let found = try rows(&reader) { reader throws(WireError) in
      try trade(&reader, instrument, symbols, &oldest)
    }
    let fills = recent(found.compactMap(\.self), since)
    let next = min(cursor.flatMap { Int($0) } ?? 0, Bitstamp.lastOffset) + found.count
    var isLast = found.count < Bitstamp.transactionsPerPage || next > Bitstamp.lastOffset
    if let since, let oldest, oldest < since { isLast = true }
    return .fills(fills, cursor: isLast ? nil : String(next))
  }

  func recent(_ fills: [Fill], _ since: Timestamp?) -> [Fill] {
    guard let since else { return fills }
    return fills.filter { $0.venueTime.map { $0 >= since } ?? true }
  }

  /// One transaction of the account; nil for a deposit and the like, and for a trade of an
  /// instrument that is not ours.
  ///
  /// Signed amounts are under the names of the currencies, the price under both: `"usd":"-70.68"`,
  /// `"btc":"0.00659209"`, `"btc_usd":10722.35` is a purchase.
  private func trade(
    _ reader: inout JSONReader,
    _ expected: Instrument?,
    _ symbols: borrowing SymbolTable,
    _ oldest: inout Timestamp?
  ) throws(WireError) -> Fill? {
    let members = try reader.members()
    let end = reader.offset
    defer { reader.offset = end }
    let time = try calendarTime(&reader, members["datetime"])
    if let time, oldest.map({ time < $0 }) ?? true { oldest = time }
    guard try reader.required(reader.text(at: members["type"])) == "2" else { return nil }
    let instrument = expected ?? pair(of: members).flatMap { symbols.instrument(named: $0) }
    guard let instrument else { return nil }
    let base = instrument.base.symbol.lowercased()
    let amount = try reader.required(
      // Downwards is towards less for a purchase and towards more for a sale.
      reader.notional(at: members[base], decimals: instrument.base.decimals, rounding: .down)
    )
    guard let size = Int64(exactly: amount.raw.magnitude), size > 0 else {
      throw reader.failure(.numberInRange, at: members[base] ?? 0)
    }
    let side: OrderSide = amount.raw > 0 ? .buy : .sell
    return Fill(
      instrument: instrument.id,
      tradeID: try reader.required(reader.text(at: members["id"])),
      venueOrderID: try reader.required(reader.text(at: members["order_id"])),
      side: side,
      price: try reader.required(
        reader.price(
          at: members[base + "_" + instrument.quote.symbol.lowercased()],
          rounding: side.priceRounding
        )
      ),
      quantity: Quantity(raw: size),
      fee: try fee(&reader, members["fee"], instrument),
      feeAsset: instrument.quote,
      venueTime: time
    )
  }

  /// `btcusd` for a transaction with the members `btc`, `usd`, and `btc_usd`.
  private func pair(of members: ObjectMembers) -> String? {
    for name in members.names {
      let parts = name.split(separator: "_", omittingEmptySubsequences: false).map(String.init)
      if parts.count == 2, members.contains(parts[0]), members.contains(parts[1]) {
        return parts[0] + parts[1]
      }
    }
    return nil
  }

  /// Fees are taken in the quote asset.
  func fee(
    _ reader: inout JSONReader,
    _ start: Int?,
    _ instrument: Instrument
  ) throws(WireError) -> Notional {
    try reader.required(
      reader.notional(at: start, decimals: instrument.quote.decimals, rounding: .up)
    )
  }
}
