import Codecs

extension Bitstamp {
  /// Two frames a symbol: the venue takes one channel at a time.
  public func subscriptions(to wireSymbols: [String]) -> [String] {
    frames("bts:subscribe", wireSymbols)
  }

  public func unsubscriptions(from wireSymbols: [String]) -> [String] {
    frames("bts:unsubscribe", wireSymbols)
  }

  private func frames(_ event: String, _ wireSymbols: [String]) -> [String] {
    ["diff_order_book_", "live_trades_"].flatMap { channel in
      wireSymbols.map { symbol in
        var json = JSONWriter()
        json.object {
          $0.field("event", event)
          $0.object("data") { $0.field("channel", channel + symbol) }
        }
        return json.text
      }
    }
  }

  public func bookTarget(of wireSymbol: String) -> String {
    "/api/v2/order_book/\(wireSymbol)/?group=1"
  }
}
