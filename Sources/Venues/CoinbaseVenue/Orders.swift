import Codecs
import Market
import Units
public import VenueKit

extension Coinbase {
  static let root = "/api/v3/brokerage"

  public func request(for action: AccountAction) throws(UnsupportedAction) -> VenueRequest {
    switch action {
    case .place(let order):
      try Coinbase.trading.check(order)
      return post("/orders", fields(of: order))
    case .cancel(.venue(let id), _):
      let ids = "[" + VenueRequest.jsonString(id) + "]"
      return post("/orders/batch_cancel", [.init("order_ids", ids)])
    case .cancel(.client, _):
      throw UnsupportedAction("Coinbase cancels orders by its own ids alone")
    case .cancelAll:
      throw UnsupportedAction("Coinbase cancels orders by their ids")
    case .order(.venue(let id), _):
      // An id that is more than one segment of a path would be another request.
      guard Coinbase.isPlain(id) else {
        throw UnsupportedAction("an order id is of letters, digits, and -")
      }
      return get("/orders/historical/" + id, [])
    case .order(.client(let id), _):
      // Of all products: the one of the order may be listed under the name that it is an alias of.
      try Coinbase.trading.check(clientOrderID: id)
      return get("/orders/historical/batch", [page])
    case .openOrders(let instrument):
      return get(
        "/orders/historical/batch",
        [.init("order_status", "OPEN")] + product(instrument) + [page]
      )
    case .fills(let instrument, let order, let since, let cursor):
      return get("/orders/historical/fills", try fills(instrument, order, since, cursor))
    case .balances(let cursor):
      return get("/accounts", [page] + (cursor.map { [.init("cursor", $0)] } ?? []))
    case .fees: return get("/transaction_summary", [.init("product_type", "SPOT")])
    case .streamToken: throw UnsupportedAction("Coinbase's frames are signed, without a token")
    case .serverTime:
      return VenueRequest(.get, Coinbase.root + "/time", needsKey: false, budget: Limit.public)
    }
  }

  private var page: VenueRequest.Field { .init("limit", String(Limit.page)) }

  private func product(_ instrument: Instrument?) -> [VenueRequest.Field] {
    instrument.map { [.init("product_id", $0.wireSymbol)] } ?? []
  }

  private func get(_ path: String, _ query: [VenueRequest.Field]) -> VenueRequest {
    VenueRequest(.get, Coinbase.root + path, query: query, budget: Limit.private)
  }

  private func post(_ path: String, _ fields: [VenueRequest.Field]) -> VenueRequest {
    VenueRequest(.post, Coinbase.root + path, body: .json(fields), budget: Limit.private)
  }

  private static func isPlain(_ id: String) -> Bool {
    !id.isEmpty
      && id.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// The configuration's name decides how long the order waits; all numbers are strings.
  ///
  /// - Source: Coinbase Developer Platform, "Create Order"; recorded requests of others.
  private func fields(of order: OrderRequest) -> [VenueRequest.Field] {
    let name =
      switch order.timeInForce {
      case .immediateOrCancel: "sor_limit_ioc"
      case .fillOrKill: "limit_limit_fok"
      case .goodTillCancelled, .postOnly: "limit_limit_gtc"
      }
    var json = JSONWriter()
    json.object {
      $0.object(name) {
        $0.field("base_size", order.quantity.text(decimals: order.instrument.base.decimals))
        $0.field("limit_price", order.limit.description)
        switch order.timeInForce {
        case .goodTillCancelled: $0.field("post_only", false)
        case .postOnly: $0.field("post_only", true)
        case .immediateOrCancel, .fillOrKill: break
        }
      }
    }
    return [
      .init("client_order_id", VenueRequest.jsonString(order.clientOrderID)),
      .init("product_id", VenueRequest.jsonString(order.instrument.wireSymbol)),
      .init("side", order.side == .buy ? #""BUY""# : #""SELL""#),
      .init("order_configuration", json.text),
    ]
  }

  private func fills(
    _ instrument: Instrument?,
    _ order: OrderReference?,
    _ since: Timestamp?,
    _ cursor: String?
  ) throws(UnsupportedAction) -> [VenueRequest.Field] {
    var fields: [VenueRequest.Field] = []
    switch order {
    case nil: fields = product(instrument)
    case .venue(let id)?: fields = [.init("order_id", id)]
    case .client?:
      throw UnsupportedAction("Coinbase's fills name the order by Coinbase's id alone")
    }
    if let since {
      fields.append(.init("start_sequence_timestamp", since.millisecondText))
    }
    fields.append(page)
    if let cursor { fields.append(.init("cursor", cursor)) }
    return fields
  }

  // MARK: The socket

  /// Orders go over REST alone.
  public func frame(for action: AccountAction, id: UInt64, token: StreamToken?) -> String? { nil }

  /// `user` without product ids tells of every order; `heartbeats` keep a quiet socket open.
  ///
  /// Each frame proves itself with a token of its own.
  public func privateSubscriptions(
    to wireSymbols: [String],
    token: StreamToken?,
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> [String] {
    var stamp = stamp
    return ["user", "heartbeats"].map { channel in
      var json = JSONWriter()
      json.object {
        $0.field("type", "subscribe")
        $0.field("channel", channel)
        $0.field("jwt", Coinbase.webToken(for: nil, with: key, stamp: stamp))
      }
      stamp.random &+= 1
      return json.text
    }
  }

  public func privateHandshake(
    with key: some SigningKey,
    stamp: RequestStamp
  ) -> SocketHandshake {
    SocketHandshake(address: Coinbase.trading.privateSocket)
  }
}
