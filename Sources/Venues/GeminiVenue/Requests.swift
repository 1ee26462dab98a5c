import Codecs

extension Gemini {
  /// One frame for the current socket; the whole book comes first where the address asks for it.
  public func subscriptions(to wireSymbols: [String]) -> [String] {
    [frame("subscribe", wireSymbols)]
  }

  public func unsubscriptions(from wireSymbols: [String]) -> [String] {
    [frame("unsubscribe", wireSymbols)]
  }

  private func frame(_ method: String, _ wireSymbols: [String]) -> String {
    var json = JSONWriter()
    json.object {
      $0.field("id", method)
      $0.field("method", method)
      $0.array("params") {
        for symbol in wireSymbols {
          $0.string(symbol.lowercased() + "@depth@100ms")
          $0.string(symbol.lowercased() + "@trade")
        }
      }
    }
    return json.text
  }

  public func bookTarget(of wireSymbol: String) -> String {
    "/v1/book/\(wireSymbol.lowercased())?limit_bids=250&limit_asks=250"
  }
}
