import Market

extension Kraken {
  /// The asset of a name that balances use; nil for one that cannot be traded with.
  ///
  /// Old names carry a letter in front, X for coins and Z for currencies: a fixed list, since `XTZ`
  /// and `ZRX` are names as they stand. A suffix such as `.F` or `.S` marks what is staked or
  /// otherwise bound.
  ///
  /// - Source: `base`, `quote`, and `wsname` of `AssetPairs` recorded on 2021-04-17, and Kraken
  ///   support, "Cryptocurrency ticker symbols" and "Asset suffixes".
  static func balanceAsset(_ name: String) -> Asset? {
    if name.contains(".") { return nil }
    return Asset(symbol: asset(oldNames.contains(name) ? String(name.dropFirst()) : name))
  }

  static let oldNames: Set<String> = [
    "XETC", "XETH", "XLTC", "XMLN", "XREP", "XXBT", "XXDG", "XXLM", "XXMR", "XXRP", "XZEC",
    "ZAUD", "ZCAD", "ZEUR", "ZGBP", "ZJPY", "ZUSD",
  ]
}
