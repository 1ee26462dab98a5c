import Codecs

extension Kraken {
  public func subscriptions(to wireSymbols: [String]) -> [String] {
    ["book", "trade"].map { channel in
      var json = JSONWriter()
      json.object {
        $0.field("method", "subscribe")
        $0.object("params") {
          $0.field("channel", channel)
          $0.array("symbol") { for symbol in wireSymbols { $0.string(symbol) } }
          if channel == "book" { $0.field("depth", Kraken.depth) }
          $0.field("snapshot", true)
        }
      }
      return json.text
    }
  }
}
