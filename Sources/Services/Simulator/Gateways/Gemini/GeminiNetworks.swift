import Units

/// Which chains carry which assets, by Gemini's names (docs.gemini.com, "Network").
enum GeminiNetworks {
  static let all: [(name: String, native: String)] = [
    ("bitcoin", "BTC"), ("bitcoincash", "BCH"), ("litecoin", "LTC"), ("zcash", "ZEC"),
    ("dogecoin", "DOGE"), ("ethereum", "ETH"), ("solana", "SOL"), ("avalanche", "AVAX"),
    ("cosmos", "ATOM"), ("polkadot", "DOT"), ("tezos", "XTZ"), ("filecoin", "FIL"),
    ("xrpl", "XRP"),
  ]

  /// Tokens that live on another chain than Ethereum, alone or besides.
  private static let tokens: [String: [String]] = [
    "USDC": ["ethereum", "solana"], "PYUSD": ["ethereum", "solana"], "RLUSD": ["ethereum", "xrpl"],
    "BONK": ["solana"], "WIF": ["solana"], "JUP": ["solana"], "TRUMP": ["solana"],
    "PYTH": ["solana"], "ORCA": ["solana"],
  ]

  /// The chains of an asset, the usual one first; none for a national currency.
  static func of(_ ticker: String) -> [String] {
    if GeminiSymbol.nationalCurrencies.contains(ticker) { return [] }
    if let own = all.first(where: { $0.native == ticker }) { return [own.name] }
    return tokens[ticker] ?? ["ethereum"]
  }

  static func native(of name: String) -> String? {
    all.first { $0.name == name }?.native
  }

  /// What a withdrawal costs, in the asset itself: a chosen figure, since the venue's follows the
  /// chain's price of the hour.
  static func fee(_ ticker: String, _ network: String) -> String {
    switch (ticker, network) {
    case ("BTC", _): "0.0001"
    case ("ETH", _): "0.001"
    case ("SOL", _): "0.0001"
    case ("LTC", _), ("BCH", _), ("ZEC", _): "0.001"
    case ("USDC", "solana"), ("PYUSD", "solana"): "0.01"
    case ("USDC", _), ("USDT", _), ("GUSD", _), ("DAI", _), ("PYUSD", _): "1"
    default: "0"
    }
  }
}
