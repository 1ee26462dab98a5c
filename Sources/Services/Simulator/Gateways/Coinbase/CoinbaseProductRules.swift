import Market
import Units

/// What the venue says of a product beyond what an instrument knows.
struct CoinbaseProductRules {
  /// Steps of amounts in the quote asset: a cent for currencies, the tick for anything finer.
  let quoteIncrement: String
  let quoteStep: Int128
  /// The largest order; BTC-USD's of the recorded list are 150,000,000 USD and 3,400 BTC.
  let quoteMaximum: Notional
  let baseMaximum: Quantity

  init(_ instrument: SimulatedInstrument) {
    // As many places as the price has, at least two: a market order's amount follows it.
    let places = min(max(instrument.priceDecimals, 2), instrument.quote.decimals)
    quoteStep = powerOfTen(instrument.quote.decimals - places)
    quoteIncrement = decimalText(quoteStep, decimals: instrument.quote.decimals)
    quoteMaximum = Notional(raw: 150_000_000 * powerOfTen(instrument.quote.decimals))
    // A million of the base asset, or what 64 bits hold at most.
    let most = 1_000_000 * powerOfTen(instrument.base.decimals)
    baseMaximum = Quantity(raw: Int64(clamping: most))
      .roundedDown(toLot: instrument.lotSize)
  }
}

/// Currencies as the venue names them.
enum CoinbaseCurrency {
  static let currencies: Set<String> = ["USD", "EUR", "GBP", "CAD", "AUD", "SGD", "JPY", "CHF"]

  private static let names: [String: String] = [
    "USD": "US Dollar", "EUR": "Euro", "GBP": "British Pound", "CAD": "Canadian Dollar",
    "AUD": "Australian Dollar", "SGD": "Singapore Dollar", "JPY": "Japanese Yen",
    "CHF": "Swiss Franc", "BTC": "Bitcoin", "ETH": "Ethereum", "SOL": "Solana", "USDC": "USDC",
    "USDT": "Tether", "LTC": "Litecoin", "XRP": "XRP", "DOGE": "Dogecoin", "ADA": "Cardano",
  ]

  static func isFiat(_ asset: Asset) -> Bool { currencies.contains(asset.symbol) }

  static func name(_ asset: Asset) -> String { names[asset.symbol] ?? asset.symbol }
}
