import Market
import Units

extension OrderBook {
  /// The book as text, one level a line, for a digest that anybody can compute again; UTF-8.
  ///
  /// `b <price> <quantity>` for bids, high to low, then `a <price> <quantity>` for asks, low to
  /// high; plain decimals without trailing zeros; lines joined by a newline, none at the end.
  public func digestText(baseDecimals: Int) -> [UInt8] {
    var text: [UInt8] = []
    text.reserveCapacity(levelCount * 32)
    func add(_ side: UInt8, _ price: Int128, _ quantity: Quantity) {
      if !text.isEmpty { text.append(UInt8(ascii: "\n")) }
      text.append(side)
      text.append(UInt8(ascii: " "))
      appendDecimal(price, decimals: Price.decimals, to: &text)
      text.append(UInt8(ascii: " "))
      appendDecimal(Int128(quantity.raw), decimals: baseDecimals, to: &text)
    }
    let (bid, ask) = (UInt8(ascii: "b"), UInt8(ascii: "a"))
    for level in farBids { add(bid, level.price.raw, level.quantity) }
    var cursor = bids.start
    while let level = bids.next(&cursor) { add(bid, Int128(level.price.raw), level.quantity) }
    cursor = asks.start
    while let level = asks.next(&cursor) { add(ask, Int128(level.price.raw), level.quantity) }
    for level in farAsks { add(ask, level.price.raw, level.quantity) }
    return text
  }
}
