import Codecs
public import Market
import Units
public import VenueKit

extension Kraken {
  public func request(for action: AccountAction) throws(UnsupportedAction) -> VenueRequest {
    switch action {
    case .place(let order):
      try check(order)
      return trade("AddOrder", fields(of: order))
    case .cancel(let reference, _):
      return trade("CancelOrder", [try field(reference)], weight: Limit.cancel)
    case .cancelAll(nil): return trade("CancelAll", [], weight: Limit.cancel)
    case .cancelAll:
      throw UnsupportedAction("Kraken cancels all orders of the account, or orders by their ids")
    case .order(.venue(let id), _): return ask("QueryOrders", [.init("txid", id)])
    case .order(.client(let id), _):
      try check(clientOrderID: id)
      return ask("ClosedOrders", [.init("cl_ord_id", id)], weight: Limit.history)
    case .openOrders: return ask("OpenOrders", [])
    case .fills(_, let order, let since, let cursor):
      if case .client? = order {
        throw UnsupportedAction("Kraken's executions name the order by Kraken's id alone")
      }
      return ask("TradesHistory", history(since, cursor), weight: Limit.history)
    case .balances: return ask("BalanceEx", [])
    case .fees(let instrument?):
      return ask("TradeVolume", [.init("pair", Kraken.pair(instrument))])
    case .fees: throw UnsupportedAction("Kraken tells the fees of an instrument")
    case .streamToken: return ask("GetWebSocketsToken", [])
    case .serverTime:
      return VenueRequest(.get, "/0/public/Time", needsKey: false, budget: Limit.public)
    }
  }

  /// An order that is open shows in one list, one that is done in the other; `QueryOrders` takes no
  /// client id.
  ///
  /// The open ones come first: an order can pass from there to the others, and not back.
  /// - Source: Kraken API documentation, "Get Open Orders", "Get Closed Orders", "Query Orders
  ///   Info".
  public func search(
    for clientOrderID: String,
    of instrument: Instrument
  ) -> [AccountAction] {
    [.openOrders(instrument), .order(.client(clientOrderID), instrument)]
  }

  private func check(_ order: OrderRequest) throws(UnsupportedAction) {
    try Kraken.trading.check(order)
    try check(clientOrderID: order.clientOrderID)
  }

  /// Free text is of lower-case letters, digits, and `-`.
  ///
  /// - Source: the example `arb-20240509-00010` in "Spot Client Order Identifiers"; others have
  ///   seen capitals refused.
  private func check(clientOrderID: String) throws(UnsupportedAction) {
    try Kraken.trading.check(clientOrderID: clientOrderID)
    let isPlain = clientOrderID.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isPlain else {
      throw UnsupportedAction("a client id is of lower-case letters, digits, and - here")
    }
  }

  private func ask(
    _ method: String,
    _ fields: [VenueRequest.Field],
    weight: Double = 1
  ) -> VenueRequest {
    VenueRequest(
      .post,
      "/0/private/" + method,
      body: .form(fields),
      budget: Limit.private,
      weight: weight
    )
  }

  /// Placing and cancelling draw on the trading counter alone.
  private func trade(
    _ method: String,
    _ fields: [VenueRequest.Field],
    weight: Double = 1
  ) -> VenueRequest {
    var request = ask(method, fields, weight: weight)
    request.budget = Limit.orders
    return request
  }

  /// `fciq` takes the fee in the quote asset on both sides, so that what was bought is what came.
  private func fields(of order: OrderRequest) -> [VenueRequest.Field] {
    var fields: [VenueRequest.Field] = [
      .init("pair", Kraken.pair(order.instrument)),
      .init("type", order.side == .buy ? "buy" : "sell"),
      .init("ordertype", "limit"),
      .init("volume", order.quantity.text(decimals: order.instrument.base.decimals)),
      .init("price", order.limit.description),
      .init("timeinforce", order.timeInForce == .immediateOrCancel ? "IOC" : "GTC"),
      .init("oflags", order.timeInForce == .postOnly ? "post,fciq" : "fciq"),
      .init("cl_ord_id", order.clientOrderID),
    ]
    if let deadline = order.deadline {
      fields.append(.init("deadline", deadline.millisecondText))
    }
    return fields
  }

  private func field(
    _ reference: OrderReference
  ) throws(UnsupportedAction) -> VenueRequest.Field {
    switch reference {
    case .venue(let id): return .init("txid", id)
    case .client(let id):
      try check(clientOrderID: id)
      return .init("cl_ord_id", id)
    }
  }

  /// `start` is exclusive and in seconds: the second before the one asked for, so that
  /// nothing of it is missed.
  private func history(_ since: Timestamp?, _ cursor: String?) -> [VenueRequest.Field] {
    var fields: [VenueRequest.Field] = [.init("consolidate_taker", "false")]
    if let since {
      fields.append(.init("start", String(max(0, since.nanoseconds / 1_000_000_000 - 1))))
    }
    if let cursor { fields.append(.init("ofs", cursor)) }
    return fields
  }

  /// REST's name of a pair: `XBTUSD` for BTC/USD.
  ///
  /// - Source: `altname` in `AssetPairs`; it is the two names of version 1 run together for each of
  ///   the 304 pairs recorded on 2021-04-17.
  static func pair(_ instrument: Instrument) -> String {
    name(instrument.base) + name(instrument.quote)
  }

  private static func name(_ asset: Asset) -> String {
    switch asset.symbol {
    case "BTC": "XBT"
    case "DOGE": "XDG"
    default: asset.symbol
    }
  }
}

// MARK: - Over the socket

extension Kraken {
  public func frame(for action: AccountAction, id: UInt64, token: StreamToken?) -> String? {
    guard let token = token?.token else { return nil }
    switch action {
    case .place(let order):
      guard isAcceptable(order) else { return nil }
      return frame("add_order", id, token) { write(order, &$0) }
    case .cancel(.venue(let order), _):
      return frame("cancel_order", id, token) { $0.array("order_id") { $0.string(order) } }
    case .cancel(.client(let order), _):
      return frame("cancel_order", id, token) { $0.array("cl_ord_id") { $0.string(order) } }
    case .cancelAll(nil): return frame("cancel_all", id, token) { _ in }
    default: return nil
    }
  }

  /// What is not acceptable goes to ``request(for:)``, which says why.
  private func isAcceptable(_ order: OrderRequest) -> Bool {
    do {
      try check(order)
      return true
    } catch {
      return false
    }
  }

  private func frame(
    _ method: String,
    _ id: UInt64,
    _ token: String,
    _ parameters: (inout JSONWriter) -> Void
  ) -> String {
    var json = JSONWriter()
    json.object {
      $0.field("method", method)
      $0.object("params") {
        parameters(&$0)
        $0.field("token", token)
      }
      $0.field("req_id", id)
    }
    return json.text
  }

  private func write(_ order: OrderRequest, _ json: inout JSONWriter) {
    json.field("order_type", "limit")
    json.field("side", order.side == .buy ? "buy" : "sell")
    json.field("symbol", order.instrument.wireSymbol)
    json.key("order_qty")
    json.decimal(Int128(order.quantity.raw), decimals: order.instrument.base.decimals)
    json.key("limit_price")
    json.decimal(Int128(order.limit.raw), decimals: Price.decimals)
    json.field("time_in_force", order.timeInForce == .immediateOrCancel ? "ioc" : "gtc")
    if order.timeInForce == .postOnly { json.field("post_only", true) }
    json.field("fee_preference", "quote")
    json.field("cl_ord_id", order.clientOrderID)
    if let deadline = order.deadline { json.field("deadline", deadline.millisecondText) }
  }

  /// Only `executions`: `balances` tells totals and no holds, and what orders may use is asked for.
  public func privateSubscriptions(
    to wireSymbols: [String],
    token: StreamToken?,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> [String] {
    guard let token else { return [] }
    var json = JSONWriter()
    json.object {
      $0.field("method", "subscribe")
      $0.object("params") {
        $0.field("channel", "executions")
        $0.field("snap_orders", true)
        $0.field("snap_trades", false)
        $0.field("order_status", true)
        $0.field("token", token.token)
      }
    }
    return [json.text]
  }
}
