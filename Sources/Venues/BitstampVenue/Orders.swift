import Market
import Units
public import VenueKit

extension Bitstamp {
  /// The request for `action`; paths end with a slash.
  ///
  /// - Source: Bitstamp's API documentation, and the requests that gocryptotrader recorded.
  public func request(for action: AccountAction) throws(UnsupportedAction) -> VenueRequest {
    switch action {
    case .place(let order):
      let side = order.side == .buy ? "buy" : "sell"
      return post(side, try wireSymbol(of: order.instrument), try placing(order))
    case .cancel(let reference, _):
      guard case .venue = reference else {
        throw UnsupportedAction("Bitstamp cancels an order by its own number only")
      }
      return post("cancel_order", nil, [try naming(reference)])
    case .cancelAll(let instrument):
      return post("cancel_all_orders", try instrument.map(wireSymbol))
    case .order(let reference, _), .fills(_, order: let reference?, _, _):
      // The list of trades knows no order; an order tells its trades.
      return post("order_status", nil, [try naming(reference)])
    case .openOrders(let instrument):
      return post("open_orders", try instrument.map(wireSymbol) ?? "all")
    case .fills(let instrument, nil, _, let cursor):
      return post("user_transactions", try instrument.map(wireSymbol), try page(cursor))
    case .balances: return post("account_balances", nil)
    case .fees(let instrument): return post("fees/trading", try instrument.map(wireSymbol))
    case .streamToken: return post("websockets_token", nil)
    case .serverTime:
      // Any answer has the clock in its header; this one is small.
      return VenueRequest(
        .get,
        "/api/v2/ticker/btcusd/",
        needsKey: false,
        budget: Bitstamp.budget
      )
    }
  }

  /// Bitstamp takes no orders over its socket.
  public func frame(for action: AccountAction, id: UInt64, token: StreamToken?) -> String? { nil }

  private func post(
    _ path: String,
    _ part: String?,
    _ fields: [VenueRequest.Field] = []
  ) -> VenueRequest {
    VenueRequest(
      .post,
      "/api/v2/\(path)/" + (part.map { $0 + "/" } ?? ""),
      // An empty body must come without a content type, in the request and in its signature.
      body: fields.isEmpty ? .none : .form(fields),
      budget: Bitstamp.budget
    )
  }

  // MARK: Parameters

  private func placing(
    _ order: OrderRequest
  ) throws(UnsupportedAction) -> [VenueRequest.Field] {
    try Bitstamp.trading.check(order)
    var fields: [VenueRequest.Field] = [
      .init("amount", order.quantity.text(decimals: order.instrument.base.decimals)),
      .init("price", order.limit.description),
    ]
    let option: String? =
      switch order.timeInForce {
      case .immediateOrCancel: "ioc_order"
      case .fillOrKill: "fok_order"
      case .postOnly: "moc_order"
      case .goodTillCancelled: nil
      }
    if let option { fields.append(.init(option, "True")) }
    fields.append(try naming(.client(order.clientOrderID)))
    return fields
  }

  private func naming(
    _ reference: OrderReference
  ) throws(UnsupportedAction) -> VenueRequest.Field {
    switch reference {
    case .venue(let text):
      // Sixteen digits: more than a binary floating-point number holds.
      guard let number = UInt64(text), String(number) == text else {
        throw UnsupportedAction("\(text) is no number of an order at Bitstamp")
      }
      return .init("id", text)
    case .client(let id):
      try Bitstamp.trading.check(clientOrderID: id)
      return .init("client_order_id", id)
    }
  }

  /// The most that Bitstamp lists at once.
  static let transactionsPerPage = 1_000

  /// A page of transactions, newest first; a cursor is how many came before.
  ///
  /// `since_timestamp` is left out: Bitstamp refuses one that is thirty days old, and the pages end
  /// where the answer is old enough.
  private func page(_ cursor: String?) throws(UnsupportedAction) -> [VenueRequest.Field] {
    guard let offset = Int(cursor ?? "0"), (0...Bitstamp.lastOffset).contains(offset) else {
      throw UnsupportedAction("\(cursor ?? "") is no cursor of Bitstamp's transactions")
    }
    return [
      .init("offset", String(offset)),
      .init("limit", String(Bitstamp.transactionsPerPage)),
      .init("sort", "desc"),
    ]
  }

  /// The greatest offset that Bitstamp takes.
  static let lastOffset = 200_000

  /// The name of an instrument as a part of a path, which nothing else may slip into.
  private func wireSymbol(of instrument: Instrument) throws(UnsupportedAction) -> String {
    let name = instrument.wireSymbol
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isPlain, !name.isEmpty else {
      throw UnsupportedAction("\(name) is no instrument of Bitstamp")
    }
    return name
  }
}
