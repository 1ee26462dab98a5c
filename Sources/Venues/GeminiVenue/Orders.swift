import Codecs
import Market
import Units
public import VenueKit

extension Gemini {
  /// The request for `action`: every private one is a POST whose parameters travel in a header.
  ///
  /// - Source: Gemini's REST documentation; the answers recorded by the project gocryptotrader.
  public func request(for action: AccountAction) throws(UnsupportedAction) -> VenueRequest {
    switch action {
    case .place(let order): return post("/v1/order/new", try placing(order))
    case .cancel(let reference, _):
      return post("/v1/order/cancel", [.init("order_id", try orderNumber(reference))])
    case .cancelAll(nil): return post("/v1/order/cancel/all")
    case .cancelAll:
      throw UnsupportedAction("Gemini cancels all orders of the account, or one")
    case .order(let reference, _): return post("/v1/order/status", try naming(reference))
    case .openOrders: return post("/v1/orders")
    case .fills(_, let reference?, _, _):
      // The list of trades knows no order; an order tells its trades.
      return post("/v1/order/status", try naming(reference))
    case .fills(let instrument?, nil, let since, let cursor):
      return post("/v1/mytrades", try listing(instrument, since: since, cursor: cursor))
    case .fills(nil, nil, _, _):
      throw UnsupportedAction("Gemini's trades do not name their instrument: ask for one at a time")
    case .balances: return post("/v1/balances")
    case .fees: return post("/v1/notionalvolume")
    case .streamToken: throw UnsupportedAction("Gemini signs the socket's handshake")
    case .serverTime:
      // Any answer has the clock in its header; this one is small.
      return VenueRequest(
        .get,
        "/v1/symbols/details/btcusd",
        needsKey: false,
        budget: "public"
      )
    }
  }

  private func post(_ path: String, _ fields: [VenueRequest.Field] = []) -> VenueRequest {
    VenueRequest(.post, path, body: .json(fields), budget: "private")
  }

  // MARK: Parameters

  private func placing(
    _ order: OrderRequest
  ) throws(UnsupportedAction) -> [VenueRequest.Field] {
    try Gemini.trading.check(order)
    var fields: [VenueRequest.Field] = [
      .init("client_order_id", quoted(order.clientOrderID)),
      .init("symbol", quoted(order.instrument.wireSymbol.lowercased())),
      .init("amount", quoted(order.quantity.text(decimals: order.instrument.base.decimals))),
      .init("price", quoted(order.limit.description)),
      .init("side", order.side == .buy ? #""buy""# : #""sell""#),
      .init("type", #""exchange limit""#),
    ]
    let option: String? =
      switch order.timeInForce {
      case .immediateOrCancel: "immediate-or-cancel"
      case .fillOrKill: "fill-or-kill"
      case .postOnly: "maker-or-cancel"
      case .goodTillCancelled: nil
      }
    if let option { fields.append(.init("options", "[" + quoted(option) + "]")) }
    return fields
  }

  /// Which order, and its trades with it: they are what its fills were worth, exactly.
  private func naming(
    _ reference: OrderReference
  ) throws(UnsupportedAction) -> [VenueRequest.Field] {
    let trades = VenueRequest.Field("include_trades", "true")
    switch reference {
    case .venue: return [.init("order_id", try orderNumber(reference)), trades]
    case .client(let id):
      try Gemini.trading.check(clientOrderID: id)
      return [.init("client_order_id", quoted(id)), trades]
    }
  }

  private func listing(
    _ instrument: Instrument,
    since: Timestamp?,
    cursor: String?
  ) throws(UnsupportedAction) -> [VenueRequest.Field] {
    var fields: [VenueRequest.Field] = [
      .init("symbol", quoted(instrument.wireSymbol.lowercased())),
      .init("limit_trades", String(Gemini.tradesPerPage)),
    ]
    if let cursor {
      guard let milliseconds = UInt64(cursor) else {
        throw UnsupportedAction("\(cursor) is no cursor of Gemini's trades")
      }
      fields.append(.init("timestamp", String(milliseconds)))
    } else if let since {
      fields.append(.init("timestamp", String(max(0, since.nanoseconds / 1_000_000))))
    }
    return fields
  }

  /// The most that Gemini lists at once.
  static let tradesPerPage = 500

  // MARK: Frames

  /// A frame of the current socket that places or cancels; whether the venue has done it, only the
  /// order's own event says.
  ///
  /// Ids count from 1: 0 is the subscription's.
  public func frame(for action: AccountAction, id: UInt64, token: StreamToken?) -> String? {
    guard id > 0 else { return nil }
    do {
      var json = JSONWriter()
      switch action {
      case .place(let order):
        try Gemini.trading.check(order)
        let validity =
          switch order.timeInForce {
          case .immediateOrCancel: "IOC"
          case .fillOrKill: "FOK"
          case .postOnly: "MOC"
          case .goodTillCancelled: "GTC"
          }
        json.object {
          $0.field("id", String(id))
          $0.field("method", "order.place")
          $0.object("params") {
            $0.field("symbol", order.instrument.wireSymbol.lowercased())
            $0.field("side", order.side == .buy ? "BUY" : "SELL")
            $0.field("type", "LIMIT")
            $0.field("timeInForce", validity)
            $0.field("price", order.limit.description)
            $0.field("quantity", order.quantity.text(decimals: order.instrument.base.decimals))
            $0.field("clientOrderId", order.clientOrderID)
          }
        }
      case .cancel(let reference, _):
        let number = try orderNumber(reference)
        json.object {
          $0.field("id", String(id))
          $0.field("method", "order.cancel")
          $0.object("params") { $0.field("orderId", number) }
        }
      default: return nil
      }
      return json.text
    } catch {
      // What REST refuses to write, the socket does too.
      return nil
    }
  }

  // MARK: Checks

  /// Gemini's own number of an order, which has more digits than a binary floating-point number.
  private func orderNumber(_ reference: OrderReference) throws(UnsupportedAction) -> String {
    guard case .venue(let text) = reference else {
      throw UnsupportedAction("Gemini cancels an order by its own number only")
    }
    guard let number = UInt64(text), String(number) == text else {
      throw UnsupportedAction("\(text) is no number of an order at Gemini")
    }
    return text
  }

  private func quoted(_ text: String) -> String {
    var json = JSONWriter()
    json.string(text)
    return json.text
  }
}
