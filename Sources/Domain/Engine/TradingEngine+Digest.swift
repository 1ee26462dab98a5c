import Books
import Market
import Units

extension TradingEngine {
  /// The state as text, for a digest: two engines that saw the same events give the same.
  ///
  /// One line an instrument, in the order of venue and wire symbol: whether its book can be
  /// trusted, how many changes and trades it saw, and its levels; then one line a strategy.
  public func stateText() -> [UInt8] {
    var text: [UInt8] = []
    let order = registry.instruments.sorted {
      ($0.venue.rawValue, $0.wireSymbol) < ($1.venue.rawValue, $1.wireSymbol)
    }
    for instrument in order {
      let feed = feeds[Int(instrument.id.index)]
      let book = books[instrument.id]
      let line =
        "\(instrument.venue.rawValue) \(instrument.wireSymbol) \(book.sync.state) "
        + "\(feed.trades) \(feed.isStale) \(feed.foreignChanges)\n"
      text.append(contentsOf: line.utf8)
      text.append(contentsOf: book.digestText(baseDecimals: instrument.base.decimals))
      text.append(UInt8(ascii: "\n"))
    }
    text.append(contentsOf: scanners.stateText().utf8)
    return text
  }
}
