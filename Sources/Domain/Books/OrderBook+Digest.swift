import Market
import Units

extension OrderBook {
  /// The book as text, one level a line, for a digest that anybody can compute again.
  ///
  /// `b <price> <quantity>` for bids, high to low, then `a <price> <quantity>` for asks, low to
  /// high; plain decimals without trailing zeros; lines joined by a newline, none at the end.
  public func digestText(baseDecimals: Int) -> String {
    var lines: [String] = []
    lines.reserveCapacity(levelCount)
    func add(_ side: String, _ price: WidePrice, _ quantity: Quantity) {
      lines.append("\(side) \(price) \(quantity.text(decimals: baseDecimals))")
    }
    for level in farBids { add("b", level.price, level.quantity) }
    for level in bids.levels() { add("b", WidePrice(level.price), level.quantity) }
    for level in asks.levels() { add("a", WidePrice(level.price), level.quantity) }
    for level in farAsks { add("a", level.price, level.quantity) }
    return lines.joined(separator: "\n")
  }
}
