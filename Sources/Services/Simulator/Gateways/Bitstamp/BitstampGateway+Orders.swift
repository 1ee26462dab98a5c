import Codecs
import Market
import Units

/// Placing orders: limit, market, and instant ones.
extension BitstampGateway {
  /// What an order's tag says it was: instant orders look different on the private channel.
  static let instantTag = "instant"
  static let dailyTag = "daily"

  /// More than this is too large, in units of the asset: sums of many orders stay far within 64
  /// bits.
  private static let largestQuantity: Int64 = 100_000_000_000_000_000
  private static let largestSum: Int128 = 10_000_000_000_000_000_000
  /// The longest `client_order_id` that is taken.
  private static let longestClientID = 255
  /// How far through the market a limit may reach, in percent.
  private static let priceBand: Int128 = 20

  // MARK: The three kinds

  func limitOrder(
    _ call: BitstampCall,
    _ side: OrderSide,
    _ market: BitstampMarket
  ) throws(BitstampFailure) -> BitstampValue {
    let quantity = try quantity(call, market)
    let price = try price(call, market)
    var order = NewOrder(
      account: call.account,
      instrument: market.index,
      side: side,
      limit: price,
      size: .base(quantity)
    )
    try apply(options: call.fields, to: &order)
    try checkBand(price, side, market)
    return try place(order, call, market, price: price, quantity: quantity)
  }

  func marketOrder(
    _ call: BitstampCall,
    _ side: OrderSide,
    _ market: BitstampMarket
  ) throws(BitstampFailure) -> BitstampValue {
    let quantity = try quantity(call, market)
    let best = try bestPrice(side, market)
    let order = NewOrder(
      account: call.account,
      instrument: market.index,
      side: side,
      limit: nil,
      size: .base(quantity)
    )
    return try place(order, call, market, price: best, quantity: quantity)
  }

  /// Spends or earns so much of the quote asset.
  func instantOrder(
    _ call: BitstampCall,
    _ side: OrderSide,
    _ market: BitstampMarket
  ) throws(BitstampFailure) -> BitstampValue {
    guard let text = call.fields["amount"] else {
      throw .refused(.missingAmount, "Missing amount and/or price POST parameters")
    }
    let sum = try decimal(
      text,
      "amount",
      .malformedAmount,
      places: market.quote.decimals,
      shown: market.priceDecimals
    )
    guard sum > 0 else { throw tooLow(market.priceDecimals) }
    guard sum <= BitstampGateway.largestSum else { throw .field("amount", .amountTooLarge, "") }
    let best = try bestPrice(side, market)
    var order = NewOrder(
      account: call.account,
      instrument: market.index,
      side: side,
      limit: nil,
      size: .quote(Notional(raw: sum))
    )
    order.tag = BitstampGateway.instantTag
    let scale = exchange.instruments[market.index].scale
    let lots = Int64(clamping: sum * scale.divisor / Int128(best.raw))
    let lot = exchange.instruments[market.index].lotSize
    let quantity = Quantity(raw: lots).roundedDown(toLot: lot)
    return try place(order, call, market, price: best, quantity: quantity)
  }

  // MARK: Fields

  private func tooLow(_ decimals: Int) -> BitstampFailure {
    let least = decimals == 0 ? "1" : "1E-\(decimals)"
    return .field(
      "amount",
      .amountTooLow,
      "Ensure this value is greater than or equal to \(least)."
    )
  }

  /// A decimal field in units of 10⁻ᵖˡᵃᶜᵉˢ, with at most `shown` decimals.
  private func decimal(
    _ text: String,
    _ name: String,
    _ code: BitstampCode,
    places: Int,
    shown: Int
  ) throws(BitstampFailure) -> Int128 {
    // Longer than any amount that fits: no need to read it.
    guard text.utf8.count <= 64 else { throw .refused(.malformedField) }
    let value: Int128
    do {
      value = try parseDecimal(text, places: places)
    } catch .tooPrecise {
      throw .tooPrecise(name, code, decimals: shown)
    } catch {
      throw .field(name, code, "Enter a number. Use \".\" as a decimal point.")
    }
    guard value % powerOfTen(max(0, places - shown)) == 0 else {
      throw .tooPrecise(name, code, decimals: shown)
    }
    return value
  }

  func quantity(
    _ call: BitstampCall,
    _ market: BitstampMarket
  ) throws(BitstampFailure) -> Quantity {
    guard let text = call.fields["amount"] else {
      throw .refused(.missingAmount, "Missing amount and/or price POST parameters")
    }
    let raw = try decimal(
      text,
      "amount",
      .malformedAmount,
      places: market.base.decimals,
      shown: market.quantityDecimals
    )
    guard raw > 0 else { throw tooLow(market.quantityDecimals) }
    guard raw <= BitstampGateway.largestQuantity else { throw .refused(.amountTooLarge) }
    return Quantity(raw: Int64(raw))
  }

  func price(
    _ call: BitstampCall,
    _ market: BitstampMarket
  ) throws(BitstampFailure) -> Price {
    guard let text = call.fields["price"] else {
      throw .refused(.missingPrice, "Missing amount and/or price POST parameters")
    }
    let raw = try decimal(
      text,
      "price",
      .malformedPrice,
      places: Price.decimals,
      shown: market.priceDecimals
    )
    guard raw > 0, let price = Int64(exactly: raw) else { throw .refused(.priceOutOfRange) }
    return Price(raw: price)
  }

  /// Reads the flags; at most one may be set.
  private func apply(
    options fields: BitstampFields,
    to order: inout NewOrder
  ) throws(BitstampFailure) {
    let names = ["ioc_order", "fok_order", "moc_order", "daily_order", "gtd_order"]
    let set = names.filter { fields.isSet($0) }
    guard set.count <= 1 else { throw .refused(.oneOptionOnly) }
    if fields["limit_price"] != nil {
      guard set.isEmpty else {
        throw .refused(.followUpWithOption, "Both limit_price and \(set[0]) cannot be set.")
      }
      throw .field("limit_price", .malformedField, "Follow-up orders are not available.")
    }
    switch set.first {
    case "ioc_order": order.timeInForce = .immediateOrCancel
    case "fok_order": order.timeInForce = .fillOrKill
    case "moc_order": order.timeInForce = .postOnly
    case "daily_order":
      order.expires = exchange.now.nextMidnight
      order.tag = BitstampGateway.dailyTag
    case "gtd_order":
      guard fields["expire_time"] != nil else { throw .refused(.missingExpiry) }
      let malformed = BitstampFailure.refused(.malformedExpiry)
      guard let milliseconds = try fields.number("expire_time", orElse: malformed),
        milliseconds < Int64.max / 1_000_000
      else { throw malformed }
      let end = Timestamp(nanoseconds: milliseconds * 1_000_000)
      guard end > exchange.now else { throw .refused(.pastExpiry) }
      // All of them end at midnight at the latest.
      order.expires = min(end, exchange.now.nextMidnight)
    default: break
    }
  }

  private func bestPrice(
    _ side: OrderSide,
    _ market: BitstampMarket
  ) throws(BitstampFailure) -> Price {
    guard let best = exchange.best(market.index, side == .buy ? .ask : .bid) else {
      throw noOrders(side, market)
    }
    return best.price
  }

  private func noOrders(_ side: OrderSide, _ market: BitstampMarket) -> BitstampFailure {
    side == .buy
      ? .refused(.noSellOrders, "No sell orders for currency pair \(market.name)")
      : .refused(.noBuyOrders, "No buy orders for currency pair \(market.name)")
  }

  /// Refuses a buy far above the market, and a sale far below it.
  func checkBand(
    _ price: Price,
    _ side: OrderSide,
    _ market: BitstampMarket
  ) throws(BitstampFailure) {
    let opposite = exchange.best(market.index, side == .buy ? .ask : .bid)?.price
    guard let present = opposite ?? exchange.lastPrices[market.index] else { return }
    let (wanted, limit) = (Int128(price.raw) * 100, Int128(present.raw))
    let band = BitstampGateway.priceBand
    if side == .buy, wanted > limit * (100 + band) {
      throw .refused(.priceOutOfRange, "Price is more than \(band)% above market price.")
    }
    if side == .sell, wanted < limit * (100 - band) {
      throw .refused(.priceOutOfRange, "Price is more than \(band)% below market price.")
    }
  }

  // MARK: Placing

  /// Places the order and answers that it was accepted, which says nothing of fills.
  private func place(
    _ order: NewOrder,
    _ call: BitstampCall,
    _ market: BitstampMarket,
    price: Price,
    quantity: Quantity
  ) throws(BitstampFailure) -> BitstampValue {
    var order = order
    // Own orders trade with each other: transactions have a member that says so.
    order.selfTrade = .allow
    if let clientID = call.fields["client_order_id"] {
      guard clientID.utf8.count <= BitstampGateway.longestClientID else {
        throw .refused(.malformedClientOrderID)
      }
      order.clientOrderID = clientID
    }
    let placed: SimulatedOrder
    do {
      placed = try exchange.place(order)
    } catch {
      throw failure(error, order, market)
    }
    if let clientID = order.clientOrderID {
      clientOrders.remember(clientID, call.account, placed.number)
    }
    let answer: BitstampValue = [
      "id": .text(String(orderID(placed.number))),
      "market": .text(market.name),
      "datetime": .text(placed.created.bitstampDateTime()),
      "type": order.side == .buy ? "0" : "1",
      "price": .text(market.text(price)),
      "amount": .text(market.text(quantity)),
    ]
    return answer.adding("client_order_id", order.clientOrderID.map(BitstampValue.text))
  }

  /// The venue's words for what the exchange refuses.
  func failure(
    _ refusal: OrderRefusal,
    _ order: NewOrder,
    _ market: BitstampMarket
  ) -> BitstampFailure {
    let instrument = exchange.instruments[market.index]
    switch refusal {
    case .insufficientFunds(let asset, let needed, let available):
      return .refused(
        .insufficientBalance,
        shortage(order, asset, needed: needed, available: available)
      )
    case .unknownInstrument: return .plain(.marketNotFound)
    case .notOpen:
      return instrument.status == .open
        ? .refused(.matchingBlocked, "Order could not be placed.") : .refused(.marketDisabled)
    case .offTick: return .tooPrecise("price", .malformedPrice, decimals: market.priceDecimals)
    case .offLot:
      return .tooPrecise("amount", .malformedAmount, decimals: market.quantityDecimals)
    case .belowMinQuantity: return tooLow(market.quantityDecimals)
    case .belowMinNotional:
      let least = sum(instrument.minNotional, of: market.quote)
      return .refused(
        .belowMinimum,
        "Minimum order size is \(least) \(market.quote.symbol)."
      )
    case .priceOutOfRange: return .refused(.priceOutOfRange)
    case .nothingToTakeFrom: return noOrders(order.side, market)
    case .unsupported: return .refused(.malformedField)
    }
  }

  private func shortage(
    _ order: NewOrder,
    _ asset: Asset,
    needed: Notional,
    available: Notional
  ) -> String {
    let left = paddedDecimal(available.raw, decimals: asset.decimals, places: asset.decimals)
    let check = "Check your account balance for details."
    if order.side == .buy, order.limit != nil {
      let need = paddedDecimal(needed.raw, decimals: asset.decimals, places: asset.decimals)
      return "You need \(need) \(asset) to open that order. You have only \(left) \(asset) "
        + "available. " + check
    }
    return "You have only \(left) \(asset) available. " + check
  }
}
