import Codecs

extension Coinbase {
  /// One frame a channel; the first must arrive within five seconds of connecting, and without
  /// `heartbeats` a quiet socket is closed after a minute or so.
  public func subscriptions(to wireSymbols: [String]) -> [String] {
    ["heartbeats", "level2", "market_trades"].map { frame("subscribe", $0, wireSymbols) }
  }

  public func unsubscriptions(from wireSymbols: [String]) -> [String] {
    ["level2", "market_trades"].map { frame("unsubscribe", $0, wireSymbols) }
  }

  private func frame(_ type: String, _ channel: String, _ wireSymbols: [String]) -> String {
    var json = JSONWriter()
    json.object {
      $0.field("type", type)
      $0.array("product_ids") { for symbol in wireSymbols { $0.string(symbol) } }
      $0.field("channel", channel)
    }
    return json.text
  }

  public func bookTarget(of wireSymbol: String) -> String {
    "/api/v3/brokerage/market/product_book?product_id=\(wireSymbol)&limit=250"
  }
}
