import Market

/// The private endpoints by path.
extension BitstampGateway {
  /// What answers a private path; nil where there is nothing.
  func privateRoute(_ parts: [String]) -> BitstampRoute? {
    switch parts.count {
    case 1: oneWordRoute(parts[0])
    case 2: twoWordRoute(parts[0], parts[1])
    case 3 where parts[0] == "buy": tradeRoute(.buy, parts[1], parts[2])
    case 3 where parts[0] == "sell": tradeRoute(.sell, parts[1], parts[2])
    case 3 where parts[0] == "fees": feeRoute(parts[1], parts[2])
    default: nil
    }
  }

  private func oneWordRoute(_ word: String) -> BitstampRoute? {
    switch word {
    case "account_balances":
      return BitstampRoute(.view) { call throws(BitstampFailure) in self.balances(call) }
    case "balance":
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        self.wideBalance(call, self.markets)
      }
    case "user_transactions":
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        try self.userTransactions(call, nil)
      }
    case "crypto-transactions":
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        try self.cryptoTransactions(call)
      }
    case "open_orders":
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        self.openOrders(call, nil)
      }
    case "order_status":
      return BitstampRoute(.view) { call throws(BitstampFailure) in try self.orderStatus(call) }
    case "cancel_order":
      return BitstampRoute(.trade) { call throws(BitstampFailure) in try self.cancelOrder(call) }
    case "cancel_all_orders":
      return BitstampRoute(.trade) { call throws(BitstampFailure) in self.cancelAll(call, nil) }
    case "replace_order":
      return BitstampRoute(.trade) { call throws(BitstampFailure) in
        try self.replaceOrder(call)
      }
    case "my_trading_pairs":
      return BitstampRoute(.view) { _ throws(BitstampFailure) in self.tradablePairs() }
    case "my_markets":
      return BitstampRoute(.view, method: "GET") { _ throws(BitstampFailure) in
        self.tradablePairs()
      }
    case "websockets_token":
      return BitstampRoute(.view) { call throws(BitstampFailure) in self.socketToken(call) }
    case "withdrawal-requests":
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        try self.withdrawalRequests(call)
      }
    case "revoke_all_api_keys":
      return BitstampRoute(.trade) { call throws(BitstampFailure) in self.revokeKeys(call) }
    default: return currencyRoute(word)
    }
  }

  private func twoWordRoute(_ first: String, _ second: String) -> BitstampRoute? {
    switch (first, second) {
    case ("open_orders", "all"):
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        self.openOrders(call, nil)
      }
    case ("open_orders", _):
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        self.openOrders(call, try self.market(second))
      }
    case ("user_transactions", _):
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        try self.userTransactions(call, try self.market(second))
      }
    case ("cancel_all_orders", _):
      return BitstampRoute(.trade) { call throws(BitstampFailure) in
        self.cancelAll(call, try self.market(second))
      }
    case ("account_balances", _):
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        self.balance(call, of: try self.currency(second))
      }
    case ("balance", _):
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        self.wideBalance(call, [try self.market(second)])
      }
    case ("fees", "trading"):
      return BitstampRoute(.view) { _ throws(BitstampFailure) in
        .list(self.markets.map { self.tradingFee($0) })
      }
    case ("fees", "withdrawal"):
      return BitstampRoute(.view) { _ throws(BitstampFailure) in
        .list(self.assets.flatMap { self.withdrawalFees($0) })
      }
    case ("withdrawal", "cancel"):
      return BitstampRoute(.withdraw) { call throws(BitstampFailure) in
        try self.cancelWithdrawal(call)
      }
    case ("buy", _), ("sell", _):
      let side: OrderSide = first == "buy" ? .buy : .sell
      return BitstampRoute(.trade) { call throws(BitstampFailure) in
        try self.limitOrder(call, side, try self.market(second))
      }
    default: return nil
    }
  }

  private func feeRoute(_ kind: String, _ last: String) -> BitstampRoute? {
    switch kind {
    case "trading":
      return BitstampRoute(.view) { _ throws(BitstampFailure) in
        self.tradingFee(try self.market(last))
      }
    case "withdrawal":
      return BitstampRoute(.view) { _ throws(BitstampFailure) in
        .list(self.withdrawalFees(try self.currency(last)))
      }
    default: return nil
    }
  }

  private func tradeRoute(
    _ side: OrderSide,
    _ kind: String,
    _ last: String
  ) -> BitstampRoute? {
    switch kind {
    case "market":
      return BitstampRoute(.trade) { call throws(BitstampFailure) in
        try self.marketOrder(call, side, try self.market(last))
      }
    case "instant":
      return BitstampRoute(.trade) { call throws(BitstampFailure) in
        try self.instantOrder(call, side, try self.market(last))
      }
    default: return nil
    }
  }
}
