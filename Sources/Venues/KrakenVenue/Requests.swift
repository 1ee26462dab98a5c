import Codecs

extension Kraken {
  public func subscriptions(to wireSymbols: [String]) -> [String] {
    ["book", "trade"].map { frame("subscribe", $0, wireSymbols) }
  }

  public func unsubscriptions(from wireSymbols: [String]) -> [String] {
    ["book", "trade"].map { frame("unsubscribe", $0, wireSymbols) }
  }

  /// An unsubscription names the depth, too: each depth of a book is a subscription of its own.
  private func frame(_ method: String, _ channel: String, _ wireSymbols: [String]) -> String {
    var json = JSONWriter()
    json.object {
      $0.field("method", method)
      $0.object("params") {
        $0.field("channel", channel)
        $0.array("symbol") { for symbol in wireSymbols { $0.string(symbol) } }
        if channel == "book" { $0.field("depth", Kraken.depth) }
        if method == "subscribe" { $0.field("snapshot", true) }
      }
    }
    return json.text
  }

  /// REST has names of its own; the one without a slash is an alias of every pair.
  public func bookTarget(of wireSymbol: String) -> String {
    let name = wireSymbol.split(separator: "/").map { part in
      switch part {
      case "BTC": "XBT"
      case "DOGE": "XDG"
      default: String(part)
      }
    }.joined()
    return "/0/public/Depth?pair=\(name)&count=100"
  }
}
