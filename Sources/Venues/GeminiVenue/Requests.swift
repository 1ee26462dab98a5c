import Codecs

extension Gemini {
  /// One frame for the v2 socket; `l2` brings books and trades, and heartbeats come unasked.
  public func subscriptions(to wireSymbols: [String]) -> [String] {
    var json = JSONWriter()
    json.object {
      $0.field("type", "subscribe")
      $0.array("subscriptions") {
        $0.object {
          $0.field("name", "l2")
          $0.array("symbols") { for symbol in wireSymbols { $0.string(symbol) } }
        }
      }
    }
    return [json.text]
  }
}
