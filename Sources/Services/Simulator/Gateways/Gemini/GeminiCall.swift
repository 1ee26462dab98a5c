/// A private entry point, by its path.
enum GeminiCall {
  case newOrder, cancelOrder, cancelAll, cancelSession, orderStatus, orders, pastOrders, myTrades
  case balances, notionalVolume, heartbeat, account, roles, transfers
  case addresses(network: String)
  case newAddress(network: String)
  case approvedAddresses(network: String)
  case withdraw(currency: String, network: String?)
  case feeEstimate(currency: String, network: String?)

  private static let fixed: [String: GeminiCall] = [
    "/v1/order/new": .newOrder,
    "/v1/order/cancel": .cancelOrder,
    "/v1/order/cancel/all": .cancelAll,
    "/v1/order/cancel/session": .cancelSession,
    "/v1/order/status": .orderStatus,
    "/v1/orders": .orders,
    "/v1/orders/history": .pastOrders,
    "/v1/mytrades": .myTrades,
    "/v1/balances": .balances,
    "/v1/notionalvolume": .notionalVolume,
    "/v1/heartbeat": .heartbeat,
    "/v1/account": .account,
    "/v1/roles": .roles,
    "/v1/transfers": .transfers,
    "/v2/transfers": .transfers,
  ]

  /// The call of this path, whose `parts` stand between its slashes; nil where there is none.
  init?(_ path: String, _ parts: [String]) {
    if let call = GeminiCall.fixed[path] {
      self = call
      return
    }
    switch parts.count {
    case 3 where parts[0] == "v1" && parts[1] == "addresses":
      self = .addresses(network: parts[2])
    case 3 where parts[0] == "v1" && parts[1] == "withdraw":
      self = .withdraw(currency: parts[2], network: nil)
    case 4 where parts[0] == "v1" && parts[1] == "deposit" && parts[3] == "newAddress":
      self = .newAddress(network: parts[2])
    case 4 where parts[0] == "v1" && parts[1] == "approvedAddresses" && parts[2] == "account":
      self = .approvedAddresses(network: parts[3])
    case 4 where parts[0] == "v1" && parts[1] == "withdraw" && parts[3] == "feeEstimate":
      self = .feeEstimate(currency: parts[2], network: nil)
    case 4 where parts[0] == "v2" && parts[1] == "withdraw":
      self = .withdraw(currency: parts[3], network: parts[2])
    case 5 where parts[0] == "v2" && parts[1] == "withdraw" && parts[4] == "feeEstimate":
      self = .feeEstimate(currency: parts[3], network: parts[2])
    default: return nil
    }
  }

  /// Of which roles a key must have one; none where any key will do.
  ///
  /// Source: the "Roles" of each entry point in developer.gemini.com's REST reference.
  var roles: [String] {
    switch self {
    case .newOrder, .cancelOrder, .cancelAll, .cancelSession, .heartbeat: ["Trader"]
    case .orderStatus, .orders, .pastOrders, .myTrades, .notionalVolume: ["Trader", "Auditor"]
    case .balances, .transfers, .addresses, .feeEstimate: ["Trader", "FundManager", "Auditor"]
    case .newAddress, .approvedAddresses, .withdraw: ["FundManager"]
    case .account, .roles: []
    }
  }
}
