import Codecs
import Market
import Units

/// Orders over HTTP.
extension GeminiGateway {
  /// The most that one order may ask for: many such orders at one price still add up to 64 bits.
  static let largestQuantity = Quantity(raw: .max / 4096)

  // MARK: New orders

  func newOrder(_ payload: GeminiPayload, _ key: GeminiKey) throws(GeminiError) -> [UInt8] {
    var new = try readOrder(payload, key.account)
    new.tag = key.text
    do throws(OrderRefusal) {
      return text(try exchange.place(new))
    } catch {
      tellRefusal(new, GeminiGateway.rejection(error))
      throw refusal(error, new)
    }
  }

  private func readOrder(
    _ payload: GeminiPayload,
    _ account: AccountID
  ) throws(GeminiError) -> NewOrder {
    let name = payload.text("symbol") ?? ""
    guard let index = instruments[name.lowercased()] else {
      let known = symbols.map { "'\($0.upper)'" }.joined(separator: ", ")
      throw GeminiError(
        400,
        "InvalidSymbol",
        "Received bad symbol '\(name)' but expected a supported symbol from [\(known)]"
      )
    }
    let upper = symbols[index].upper
    let clientOrderID = try clientOrderID(payload)
    let type = payload.text("type") ?? ""
    guard type == "exchange limit" || type == "exchange stop limit" else {
      throw GeminiError(
        400,
        "InvalidOrderType",
        "Invalid order type for symbol \(upper): '\(type)'"
      )
    }
    let side: OrderSide
    switch payload.text("side")?.lowercased() {
    case "buy": side = .buy
    case "sell": side = .sell
    default: throw .invalid("Side", upper, "'\(payload.text("side") ?? "")'")
    }
    let quantity = try quantity(payload.text("amount") ?? "", index)
    let limit = try price(payload.text("price") ?? "", index)
    var new = NewOrder(
      account: account,
      instrument: index,
      side: side,
      limit: limit,
      size: .base(quantity)
    )
    new.clientOrderID = clientOrderID
    let option = try option(payload)
    if type == "exchange stop limit" {
      guard option == nil else {
        throw GeminiError(
          400,
          "UnsupportedOption",
          "No options can be applied to stop-limit orders"
        )
      }
      new.trigger = try trigger(payload, side, limit, index)
    } else if let option {
      new.timeInForce = option
    }
    return new
  }

  /// Up to 100 characters (docs.gemini.com, "Client Order ID").
  private func clientOrderID(_ payload: GeminiPayload) throws(GeminiError) -> String? {
    guard let value = payload["client_order_id"] else { return nil }
    guard let text = value.string else {
      throw GeminiError(
        400,
        "ClientOrderIdMustBeString",
        "The Client Order ID must be a string"
      )
    }
    guard text.utf8.count <= 100 else {
      throw GeminiError(
        400,
        "ClientOrderIdTooLong",
        "The Client Order ID must be under 100 characters"
      )
    }
    guard GeminiGateway.isPlainClientOrderID(text) else {
      throw GeminiError(
        400,
        "InvalidClientOrderId",
        "The Client Order ID may hold letters, digits, and :-_.# only"
      )
    }
    return text
  }

  static func isPlainClientOrderID(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 100
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "-"),
          UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "#"):
          true
        default: false
        }
      }
  }

  /// At most one execution option (docs.gemini.com, "Order execution options").
  private func option(_ payload: GeminiPayload) throws(GeminiError) -> TimeInForce? {
    guard let value = payload["options"] else { return nil }
    guard let options = value.elements else {
      throw GeminiError(400, "OptionsMustBeArray", "The options parameter must be an array")
    }
    guard options.count <= 1 else {
      throw GeminiError(
        400,
        "ConflictingOptions",
        "New orders using a combination of order execution options are not supported"
      )
    }
    switch options.first?.string {
    case nil where options.isEmpty: return nil
    case "immediate-or-cancel": return .immediateOrCancel
    case "fill-or-kill": return .fillOrKill
    case "maker-or-cancel": return .postOnly
    default:
      throw GeminiError(
        400,
        "UnsupportedOption",
        "Option '\(options.first?.text ?? "")' is not supported"
      )
    }
  }

  /// A buy waits for the market to rise to the stop price, and its limit is not below it; a sale
  /// the reverse.
  private func trigger(
    _ payload: GeminiPayload,
    _ side: OrderSide,
    _ limit: Price,
    _ index: Int
  ) throws(GeminiError) -> NewOrder.Trigger {
    let text = payload.text("stop_price") ?? ""
    let stop: Price?
    do { stop = try Price(text) } catch { stop = nil }
    guard let stop, stop > .zero, side == .buy ? stop <= limit : stop >= limit else {
      throw GeminiError(
        400,
        "InvalidStopPrice",
        "Invalid stop price for symbol \(symbols[index].upper): \(text)"
      )
    }
    return NewOrder.Trigger(price: stop, whenRising: side == .buy)
  }

  private func quantity(_ text: String, _ index: Int) throws(GeminiError) -> Quantity {
    let symbol = symbols[index]
    let quantity: Quantity?
    do {
      quantity = try Quantity(text, decimals: symbol.instrument.base.decimals)
    } catch {
      quantity = nil
    }
    guard let quantity, quantity <= GeminiGateway.largestQuantity else {
      throw .invalid("Quantity", symbol.upper, text)
    }
    return quantity
  }

  private func price(_ text: String, _ index: Int) throws(GeminiError) -> Price {
    do { return try Price(text) } catch {
      throw .invalid("Price", symbols[index].upper, text)
    }
  }

  /// What REST says to an order that the exchange does not take.
  private func refusal(_ refusal: OrderRefusal, _ new: NewOrder) -> GeminiError {
    let symbol = symbols[new.instrument]
    let price = new.limit.map(symbol.price) ?? ""
    var amount = ""
    if case .base(let quantity) = new.size { amount = symbol.quantity(quantity) }
    switch refusal {
    case .insufficientFunds:
      return GeminiError(
        406,
        "InsufficientFunds",
        "Failed to place \(new.side == .buy ? "buy" : "sell") order on symbol '\(symbol.upper)'"
          + " for price \(money(price, symbol.instrument.quote))"
          + " and quantity \(amount) \(symbol.instrument.base.symbol) due to insufficient funds"
      )
    case .unknownInstrument: return GeminiError(400, "InvalidSymbol", "InvalidSymbol")
    case .notOpen: return .marketNotOpen(symbol.upper)
    case .offTick, .priceOutOfRange: return .invalid("Price", symbol.upper, price)
    case .offLot, .belowMinQuantity, .belowMinNotional:
      return .invalid("Quantity", symbol.upper, amount)
    case .nothingToTakeFrom, .unsupported:
      return GeminiError(400, "InvalidOrderType", "Invalid order type for \(symbol.upper)")
    }
  }

  private func money(_ price: String, _ quote: Asset) -> String {
    quote.symbol == "USD" ? "$\(price)" : "\(price) \(quote.symbol)"
  }

  /// The same refusal in the words of order events (developer.gemini.com/websocket/streams).
  static func rejection(_ refusal: OrderRefusal) -> String {
    switch refusal {
    case .insufficientFunds: "InsufficientFunds"
    case .unknownInstrument: "UnknownInstrument"
    case .notOpen: "MarketNotOpen"
    case .offTick: "LimitPriceOffTick"
    case .offLot, .belowMinQuantity, .belowMinNotional: "InvalidQuantity"
    case .priceOutOfRange, .unsupported: "InvalidPrice"
    case .nothingToTakeFrom: "InsufficientLiquidity"
    }
  }

  // MARK: Cancelling

  /// A client's own order, or that there is none.
  private func find(
    _ payload: GeminiPayload,
    _ key: GeminiKey
  ) throws(GeminiError) -> SimulatedOrder {
    guard let identifier = payload.text("order_id") else {
      throw GeminiError(400, "MissingOrderField", "A required order_id field was not specified")
    }
    guard let order = order(identifier, of: key.account) else { throw .orderNotFound(identifier) }
    return order
  }

  func order(_ identifier: String, of account: AccountID) -> SimulatedOrder? {
    guard let number = GeminiIdentifier.orderNumber(identifier),
      let order = exchange.order(number), order.account == account
    else { return nil }
    return order
  }

  /// An order that is done is answered as it is, without an error (recorded by gocryptotrader).
  func cancelOrder(_ payload: GeminiPayload, _ key: GeminiKey) throws(GeminiError) -> [UInt8] {
    let order = try find(payload, key)
    return text(exchange.cancel(order.number) ?? order)
  }

  /// Cancels what lives, of one key's session or of the whole account; returns the numbers.
  func cancelLive(of account: AccountID, session: String?) -> [Int64] {
    exchange.orders(of: account)
      .filter { !$0.status.isFinal && (session == nil || $0.request.tag == session) }
      .compactMap { exchange.cancel($0.number)?.number }
  }

  func cancelAll(of account: AccountID, session: String?) -> [UInt8] {
    let numbers = cancelLive(of: account, session: session)
    return GeminiJSON.object { writer in
      writer.field("result", "ok")
      writer.object("details") { writer in
        writer.array("cancelledOrders") { writer in
          for number in numbers { writer.integer(GeminiIdentifier.order(number)) }
        }
        writer.array("cancelRejects") { _ in }
      }
    }
  }

  // MARK: Asking

  /// One object for an `order_id`; for a `client_order_id` an array, since such ids can repeat.
  func orderStatus(_ payload: GeminiPayload, _ key: GeminiKey) throws(GeminiError) -> [UInt8] {
    let withTrades = payload.boolean("include_trades")
    guard let name = payload.text("client_order_id") else {
      return text(try find(payload, key), withTrades: withTrades)
    }
    guard payload["order_id"] == nil else {
      throw .invalidJSON("client_order_id cannot be used in combination with order_id")
    }
    let matching = exchange.orders(of: key.account).filter { $0.request.clientOrderID == name }
    guard !matching.isEmpty else { throw .orderNotFound(name) }
    return GeminiJSON.array { writer in
      for order in matching { write(order, &writer, withTrades: withTrades) }
    }
  }

  func activeOrders(_ key: GeminiKey) -> [UInt8] {
    GeminiJSON.array { writer in
      for order in exchange.orders(of: key.account) where !order.status.isFinal {
        write(order, &writer)
      }
    }
  }

  /// Orders that are done, newest first.
  func pastOrders(_ payload: GeminiPayload, _ key: GeminiKey) throws(GeminiError) -> [UInt8] {
    let limit = try payload.integer("limit_orders", 50, in: 1...500)
    let after = try payload.timestamp()
    let index = try instrument(payload)
    let orders = exchange.orders(of: key.account).reversed().filter {
      $0.status.isFinal && (index == nil || $0.instrument == index)
        && $0.created >= after ?? Timestamp(nanoseconds: 0)
    }
    return GeminiJSON.array { writer in
      for order in orders.prefix(limit) { write(order, &writer) }
    }
  }

  /// Newest first; 50 unless asked otherwise, 500 at most.
  func myTrades(_ payload: GeminiPayload, _ key: GeminiKey) throws(GeminiError) -> [UInt8] {
    let limit = try payload.integer("limit_trades", 50, in: 1...500)
    let after = try payload.timestamp()
    let index = try instrument(payload)
    let fills = exchange.fills(of: key.account).reversed().lazy.filter {
      (index == nil || $0.instrument == index) && $0.time >= after ?? Timestamp(nanoseconds: 0)
    }
    return GeminiJSON.array { writer in
      for fill in fills.prefix(limit) { write(fill, &writer) }
    }
  }

  /// The instrument that a list is narrowed to; nil without one.
  private func instrument(_ payload: GeminiPayload) throws(GeminiError) -> Int? {
    guard let name = payload.text("symbol") else { return nil }
    guard let index = instruments[name.lowercased()] else {
      throw GeminiError(400, "InvalidSymbol", "Invalid symbol: '\(name)'")
    }
    return index
  }
}
