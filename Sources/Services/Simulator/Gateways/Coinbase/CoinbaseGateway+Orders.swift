import Codecs
import Market
import Units

/// Placing, cancelling, editing, and trying out orders.
extension CoinbaseGateway {
  /// How many orders one request cancels at most (fact sheet, section 6).
  static let cancelledAtOnce = 100
  static let clientIDBytes = 128

  func createOrder(
    _ request: GatewayRequest,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    let body = try body(of: request)
    guard let client = body["client_order_id"]?.string, !client.isEmpty else {
      throw .invalid("client_order_id is required")
    }
    guard client.utf8.count <= CoinbaseGateway.clientIDBytes else {
      throw .invalid("client_order_id is too long")
    }
    // The same identifier again gives the first order, whatever else the request says.
    if let number = clientIDs[key.account.index]?[client], let order = exchange.order(number) {
      return accepted(order)
    }
    switch try form(body, for: key.account) {
    case .failure(let refusal): return refused(refusal, body)
    case .success(let new):
      if let refusal = refusal(of: new) { return refused(refusal, body) }
      do {
        let order = try exchange.place(new)
        remember(client, order.number, of: key.account)
        return accepted(order)
      } catch {
        return refused(
          CoinbaseRefusal(error, isMarket: new.limit == nil, isQuoteSized: false),
          body
        )
      }
    }
  }

  private func remember(_ client: String, _ number: Int64, of account: AccountID) {
    clientIDs[account.index, default: [:]][client] = number
    clientIDOrder[account.index, default: []].append(client)
    // Forgets a tenth at once, so that shifting the list is rare.
    let kept = CoinbaseGateway.keptClientIDs
    if clientIDOrder[account.index, default: []].count > kept + kept / 10 {
      let old = clientIDOrder[account.index, default: []].prefix(kept / 10)
      for client in old { clientIDs[account.index]?[client] = nil }
      clientIDOrder[account.index]?.removeFirst(kept / 10)
    }
  }

  private func accepted(_ order: SimulatedOrder) -> GatewayResponse {
    let id = identifiers.text(.order, order.number)
    return answer { body in
      body.field("success", true)
      body.field("failure_reason", CoinbaseRefusal.unknown)
      body.field("order_id", id)
      body.object("success_response") {
        $0.field("order_id", id)
        $0.field("product_id", exchange.instruments[order.instrument].coinbaseID)
        $0.field("side", order.side == .buy ? "BUY" : "SELL")
        $0.field("client_order_id", order.request.clientOrderID ?? "")
      }
      body.key("order_configuration")
      body.value(configuration(of: order))
    }
  }

  private func refused(_ refusal: CoinbaseRefusal, _ request: JSONValue) -> GatewayResponse {
    answer { body in
      body.field("success", false)
      body.field("failure_reason", CoinbaseRefusal.unknown)
      body.field("order_id", "")
      body.object("error_response") {
        $0.field("error", refusal.reason)
        $0.field("message", refusal.message)
        $0.field("error_details", "")
        $0.field("preview_failure_reason", refusal.preview)
        $0.field("new_order_failure_reason", refusal.reason)
      }
      body.key("order_configuration")
      body.value(request["order_configuration"] ?? .null)
    }
  }

  // MARK: Cancelling

  func cancelOrders(
    _ request: GatewayRequest,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    let body = try body(of: request)
    guard let ids = body["order_ids"]?.elements, !ids.isEmpty else {
      throw .invalid("order_ids is required")
    }
    guard ids.count <= CoinbaseGateway.cancelledAtOnce else {
      throw .invalid("number of order_ids must not exceed 100")
    }
    var seen: Set<String> = []
    return answer { body in
      body.array("results") { list in
        for id in ids {
          let text = id.string ?? ""
          let reason: String
          if !seen.insert(text).inserted {
            reason = "DUPLICATE_CANCEL_REQUEST"
          } else if let order = order(text, of: key.account),
            exchange.cancel(order.number) != nil
          {
            reason = "UNKNOWN_CANCEL_FAILURE_REASON"
          } else {
            reason = "UNKNOWN_CANCEL_ORDER"
          }
          list.object {
            $0.field("success", reason == "UNKNOWN_CANCEL_FAILURE_REASON")
            $0.field("failure_reason", reason)
            $0.field("order_id", text)
          }
        }
      }
    }
  }

  /// An order of this account by the venue's identifier.
  func order(_ id: String, of account: AccountID) -> SimulatedOrder? {
    guard let number = identifiers.number(.order, id), let order = exchange.order(number),
      order.account == account
    else { return nil }
    return order
  }

  // MARK: Editing

  func editOrder(
    _ request: GatewayRequest,
    _ key: CoinbaseKey,
    isPreview: Bool
  ) throws(CoinbaseError) -> GatewayResponse {
    let body = try body(of: request)
    guard let id = body["order_id"]?.string, !id.isEmpty else {
      throw .invalid("order_id is required")
    }
    let order = order(id, of: key.account)
    let (reason, preview) = try edit(order, body, isPreview: isPreview)
    if isPreview {
      return answer { answer in
        write(editErrors: reason, preview, to: &answer)
        guard let order else { return }
        let changed = changedAmounts(order, body)
        let instrument = exchange.instruments[order.instrument]
        let total = instrument.scale.notional(
          changed.limit,
          changed.quantity,
          rounding: .up
        )
        let fee = instrument.taker.share(of: total, rounding: .up)
        let decimals = instrument.quote.decimals
        answer.field("slippage", "0")
        answer.field("order_total", (total + fee).text(decimals: decimals))
        answer.field("commission_total", fee.text(decimals: decimals))
        answer.field("quote_size", total.text(decimals: decimals))
        answer.field("base_size", changed.quantity.text(decimals: instrument.base.decimals))
        answer.field("best_bid", exchange.best(order.instrument, .bid)?.price.description ?? "")
        answer.field("best_ask", exchange.best(order.instrument, .ask)?.price.description ?? "")
        answer.field("average_filled_price", order.averagePrice?.description ?? "0")
      }
    }
    return answer { answer in
      answer.field("success", reason == nil)
      write(editErrors: reason, preview, to: &answer)
    }
  }

  private func write(
    editErrors reason: String?,
    _ preview: String?,
    to answer: inout JSONWriter
  ) {
    answer.array("errors") { list in
      guard let reason else { return }
      list.object {
        $0.field("edit_failure_reason", reason)
        $0.field("preview_failure_reason", preview ?? "UNKNOWN_PREVIEW_FAILURE_REASON")
      }
    }
  }

  /// What the two fields would make of an order, or what it is where they cannot be read.
  private func changedAmounts(
    _ order: SimulatedOrder,
    _ body: JSONValue
  ) -> (limit: Price, quantity: Quantity) {
    let fields = CoinbaseFields(body.members ?? [])
    let decimals = exchange.instruments[order.instrument].base.decimals
    let limit = (try? fields.price("price")) ?? order.limit ?? .zero
    let quantity =
      fields.text("size").flatMap { try? Quantity($0, decimals: decimals) } ?? order.quantity
    return (limit, quantity)
  }

  /// Changes an order, or says why not: the reason of the edit, and that of its check.
  private func edit(
    _ order: SimulatedOrder?,
    _ body: JSONValue,
    isPreview: Bool
  ) throws(CoinbaseError) -> (reason: String?, preview: String?) {
    guard let order else { return ("ORDER_NOT_FOUND", nil) }
    guard kind(of: order) == .resting else { return ("ONLY_LIMIT_ORDER_EDITS_SUPPORTED", nil) }
    guard order.status == .open else { return ("ONLY_OPEN_ORDERS_CAN_BE_EDITED", nil) }
    let fields = CoinbaseFields(body.members ?? [])
    // Both have to be sent (fact sheet, section 6).
    guard fields.text("price") != nil else { return ("INVALID_EDITED_PRICE", nil) }
    guard fields.text("size") != nil else { return ("INVALID_EDITED_SIZE", nil) }
    let limit: Price
    let quantity: Quantity
    do {
      limit = try fields.price("price")
      let raw = try CoinbaseFields.units(
        fields.text("size") ?? "",
        exchange.instruments[order.instrument].base.decimals,
        tooPrecise: .sizePrecision
      )
      quantity = Quantity(raw: Int64(clamping: raw))
    } catch {
      switch error {
      case .error(let error): throw error
      case .refusal(let refusal):
        let isPrice = refusal == .pricePrecision || refusal == .limitPrice
        return (isPrice ? "INVALID_EDITED_PRICE" : "INVALID_EDITED_SIZE", refusal.preview)
      }
    }
    guard limit != order.limit || quantity != order.quantity else {
      return ("EDIT_REQUEST_EQUAL_TO_ORIGINAL_REQUEST", nil)
    }
    guard quantity > order.filled else { return ("CANNOT_EDIT_TO_BELOW_FILLED_SIZE", nil) }
    let rules = CoinbaseProductRules(exchange.instruments[order.instrument])
    guard quantity <= rules.baseMaximum else {
      return ("INVALID_EDITED_SIZE", CoinbaseRefusal.baseTooLarge.preview)
    }
    if order.request.timeInForce == .postOnly, wouldTake(order.instrument, order.side, limit) {
      return ("INVALID_EDITED_PRICE", CoinbaseRefusal.wouldTake.preview)
    }
    guard !isPreview else { return (nil, nil) }
    do {
      _ = try exchange.amend(order.number, limit: limit, quantity: quantity)
      return (nil, nil)
    } catch {
      let refusal = CoinbaseRefusal(error, isMarket: false, isQuoteSized: false)
      let reason: String =
        switch error {
        case .offTick, .priceOutOfRange: "INVALID_EDITED_PRICE"
        case .offLot, .belowMinQuantity, .belowMinNotional: "INVALID_EDITED_SIZE"
        default: "COMMANDER_REJECTED_EDIT_ORDER"
        }
      return (reason, refusal.preview)
    }
  }

  // MARK: Trying out

  func previewOrder(
    _ request: GatewayRequest,
    _ key: CoinbaseKey
  ) throws(CoinbaseError) -> GatewayResponse {
    let body = try body(of: request)
    var errors: [String] = []
    var order: NewOrder?
    switch try form(body, for: key.account) {
    case .failure(let refusal): errors.append(refusal.preview)
    case .success(let new):
      order = new
      if let refusal = refusal(of: new) {
        let isNamed = refusal.preview != CoinbaseRefusal.unsupported.preview
        errors.append(isNamed ? refusal.preview : "PREVIEW_INVALID_ORDER_CONFIG")
      }
    }
    let cost = order.map(self.cost)
    return answer { answer in
      answer.field("order_total", cost?.total ?? "0")
      answer.field("commission_total", cost?.fee ?? "0")
      answer.array("errs") { list in errors.forEach { list.string($0) } }
      answer.array("warning") { _ in }
      answer.field("quote_size", cost?.quote ?? "0")
      answer.field("base_size", cost?.base ?? "0")
      let index = order?.instrument
      answer.field(
        "best_bid",
        index.flatMap { exchange.best($0, .bid)?.price.description } ?? ""
      )
      answer.field(
        "best_ask",
        index.flatMap { exchange.best($0, .ask)?.price.description } ?? ""
      )
      answer.field("is_max", false)
      answer.field("order_margin_total", "0")
      answer.field("leverage", "0")
      answer.field("long_leverage", "0")
      answer.field("short_leverage", "0")
      answer.field("slippage", "0")
      answer.field("preview_id", identifiers.named("preview/\(request.bodyText)"))
    }
  }

  /// What an order would come to at its limit, or at the best price.
  private func cost(
    _ order: NewOrder
  ) -> (total: String, fee: String, quote: String, base: String) {
    let instrument = exchange.instruments[order.instrument]
    let best = exchange.best(order.instrument, order.side == .buy ? .ask : .bid)?.price
    let price = order.limit ?? best ?? .zero
    let decimals = (quote: instrument.quote.decimals, base: instrument.base.decimals)
    switch order.size {
    case .quote(let total):
      // The fee is paid out of the amount.
      let net = Rate.one + instrument.taker.raw
      let value = Notional(raw: total.raw * Int128(Rate.one) / Int128(net))
      let bought =
        price.raw > 0 ? value.raw * instrument.scale.divisor / Int128(price.raw) : 0
      return (
        total.text(decimals: decimals.quote), (total - value).text(decimals: decimals.quote),
        total.text(decimals: decimals.quote), decimalText(bought, decimals: decimals.base)
      )
    case .base(let quantity):
      let value = instrument.scale.notional(price, quantity, rounding: .up)
      let fee = instrument.taker.share(of: value, rounding: .up)
      let total = order.side == .buy ? value + fee : value - fee
      return (
        total.text(decimals: decimals.quote), fee.text(decimals: decimals.quote),
        value.text(decimals: decimals.quote), quantity.text(decimals: decimals.base)
      )
    }
  }
}
