import Codecs

extension Coinbase {
  /// One frame a channel; the first must arrive within five seconds of connecting, and without
  /// `heartbeats` a quiet socket is closed after a minute or so.
  public func subscriptions(to wireSymbols: [String]) -> [String] {
    ["heartbeats", "level2", "market_trades"].map { channel in
      var json = JSONWriter()
      json.object {
        $0.field("type", "subscribe")
        $0.array("product_ids") { for symbol in wireSymbols { $0.string(symbol) } }
        $0.field("channel", channel)
      }
      return json.text
    }
  }
}
