import Market
import Units

/// One pair as Bitstamp names it and writes its numbers.
struct BitstampMarket: Sendable {
  /// Index into ``Exchange/instruments``.
  let index: Int
  /// `btcusd`: in paths and channels.
  let symbol: String
  /// `BTC/USD`.
  let name: String
  let base: Asset
  let quote: Asset
  let priceDecimals: Int
  let quantityDecimals: Int

  init(_ instrument: SimulatedInstrument, index: Int) {
    self.index = index
    base = instrument.base
    quote = instrument.quote
    symbol = base.symbol.lowercased() + quote.symbol.lowercased()
    name = base.symbol + "/" + quote.symbol
    priceDecimals = instrument.priceDecimals
    quantityDecimals = instrument.quantityDecimals
  }

  var baseName: String { base.symbol.lowercased() }
  var quoteName: String { quote.symbol.lowercased() }

  /// With all decimals of the pair: `60485.65`.
  func text(_ price: Price) -> String {
    paddedDecimal(Int128(price.raw), decimals: Price.decimals, places: priceDecimals)
  }

  /// With all decimals of the pair: `0.47645381`.
  func text(_ quantity: Quantity) -> String {
    paddedDecimal(Int128(quantity.raw), decimals: base.decimals, places: quantityDecimals)
  }

  /// As private orders write it: nothing is `0`, anything else has all decimals.
  func bareText(_ quantity: Quantity) -> String { quantity.isZero ? "0" : text(quantity) }

  func number(_ price: Price) -> BitstampValue {
    .decimal(Int128(price.raw), decimals: Price.decimals)
  }

  func number(_ quantity: Quantity) -> BitstampValue {
    .decimal(Int128(quantity.raw), decimals: base.decimals)
  }
}

/// What Bitstamp tells of a currency.
struct BitstampCurrency: Sendable {
  let name: String
  /// The networks that it moves over, by Bitstamp's words, and what a withdrawal costs.
  ///
  /// Costs are text in units of the asset. Empty for national currencies.
  let networks: [(network: String, fee: String)]
  let isFiat: Bool
  /// The number that lists of withdrawals give as `type`; nil where none is documented.
  let withdrawalType: Int64?

  /// The currency of a ticker; one that is not listed here moves over Ethereum for nothing.
  ///
  /// Names are those of the recorded list of pairs (2021-04-17); networks and types those of the
  /// API's description of 2023. That USDC moves over Solana here is our choice: the description
  /// names the network, and not which currencies it carries. Fees are of the usual order of
  /// magnitude, since no recording has them.
  init(_ ticker: String) {
    let known = BitstampCurrency.known[ticker]
    name = known?.name ?? ticker
    networks = known?.networks ?? [("ethereum", "0")]
    isFiat = known?.networks.isEmpty ?? false
    withdrawalType = known?.type
  }

  private struct Known {
    var name: String
    var type: Int64?
    var networks: [(network: String, fee: String)]

    init(_ name: String, _ type: Int64?, _ networks: [(network: String, fee: String)]) {
      self.name = name
      self.type = type
      self.networks = networks
    }
  }

  private static let known: [String: Known] = [
    "USD": Known("U.S. dollar", 2, []),
    "EUR": Known("Euro", 0, []),
    "GBP": Known("British Pound", 2, []),
    "BTC": Known("Bitcoin", 1, [("bitcoin", "0.00015")]),
    "BCH": Known("Bitcoin Cash", 17, [("bitcoin-cash", "0.0001")]),
    "ETH": Known("Ether", 16, [("ethereum", "0.0015")]),
    "LTC": Known("Litecoin", 15, [("litecoin", "0.001")]),
    "XRP": Known("XRP", 14, [("xrpl", "0.02")]),
    "XLM": Known("Stellar Lumen", 19, [("stellar", "0.005")]),
    "PAX": Known("Paxos Standard", 18, [("ethereum", "5")]),
    "LINK": Known("Chainlink", 20, [("ethereum", "0.35")]),
    "USDC": Known("USD Coin", 22, [("ethereum", "4"), ("solana", "1")]),
    "USDT": Known("Tether", 42, [("ethereum", "4")]),
    "GUSD": Known("Gemini Dollar", 31, [("ethereum", "5")]),
    "SOL": Known("Solana", nil, [("solana", "0.01")]),
    "ADA": Known("Cardano", 56, [("cardano", "0.5")]),
    "DOT": Known("Polkadot", nil, [("polkadot", "0.1")]),
    "NEAR": Known("NEAR Protocol", nil, [("near", "0.05")]),
    "AVAX": Known("Avalanche", nil, [("avalanche-c-chain", "0.01")]),
    "HBAR": Known("Hedera Hashgraph", 50, [("hedera", "0.5")]),
    "ALGO": Known("Algorand", 32, [("algorand", "0.1")]),
    "DOGE": Known("Dogecoin", nil, [("doge", "2")]),
    "SUI": Known("Sui", nil, [("sui", "0.05")]),
  ]
}
