import Codecs

extension Bitstamp {
  /// Two frames a symbol: the venue takes one channel at a time.
  public func subscriptions(to wireSymbols: [String]) -> [String] {
    ["diff_order_book_", "live_trades_"].flatMap { channel in
      wireSymbols.map { symbol in
        var json = JSONWriter()
        json.object {
          $0.field("event", "bts:subscribe")
          $0.object("data") { $0.field("channel", channel + symbol) }
        }
        return json.text
      }
    }
  }
}
