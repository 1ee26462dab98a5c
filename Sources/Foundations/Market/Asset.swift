/// Something that can be owned: a coin, a token, or a national currency.
///
/// USD, USDC, and USDT are different assets, whatever they are worth.
public struct Asset: Hashable, Sendable {
  /// The ticker that most of the market uses: `BTC`, never `XBT`.
  public let symbol: String
  /// Decimal places of the asset's ``Units/Quantity``.
  ///
  /// The finest of the venues' lots and, for tokens that also trade on a chain, the chain's own
  /// unit, so that no venue's quantity needs rounding. In 0...12.
  public let decimals: Int

  public init(symbol: String, decimals: Int) {
    precondition((0...12).contains(decimals), "an asset has 0 to 12 decimals")
    self.symbol = symbol
    self.decimals = decimals
  }
}

extension Asset: CustomStringConvertible {
  public var description: String { symbol }
}

extension Asset {
  /// Decimal places of an asset that ``scales`` does not list; every lot of the four spot venues
  /// fits it (checked on their recorded instrument lists of 2021 and 2026).
  public static let usualDecimals = 8

  /// Assets whose unit differs from ``usualDecimals``, and why.
  ///
  /// - SOL: lamports.
  /// - Tokens priced far below a cent rest in amounts that overflow 64 bits at eight decimals.
  ///   BONK's own unit has five, and Gemini's lots of BONK, PEPE, and SHIB have six.
  static let scales: [String: Int] = [
    "SOL": 9,
    "BONK": 6, "FLOKI": 5, "MOG": 5, "PEPE": 6, "SHIB": 6, "TURBO": 5, "WEN": 5,
  ]

  /// The asset of this ticker, with the scale that the whole program uses for it.
  public init(symbol: String) {
    self.init(symbol: symbol, decimals: Asset.scales[symbol] ?? Asset.usualDecimals)
  }

  /// Tickers that a run-together wire symbol may be split at when no instrument list is at hand.
  ///
  /// Only a fallback for replaying a capture alone: with a list, the venue's own base and quote are
  /// used. Longer names first, so that `USDT` wins over `USD`.
  static let quotes = [
    "GUSD", "RLUSD", "USDT", "USDC", "PYUSD", "EURC", "EURT", "USD", "EUR", "GBP", "SGD", "AUD",
    "CAD", "CHF", "JPY", "BTC", "ETH", "DAI", "PAX", "SOL", "BCH", "LTC",
  ].sorted { ($1.count, $0) < ($0.count, $1) }
}

/// Base and quote by ticker: `BTC/USD`.
public struct Symbol: Hashable, Sendable, Comparable {
  public let base: String
  public let quote: String

  public init(base: String, quote: String) {
    self.base = base
    self.quote = quote
  }

  /// Reads `BTC/USD`; nil unless there is exactly one slash with something on both sides.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else { return nil }
    self.init(base: parts[0].uppercased(), quote: parts[1].uppercased())
  }

  /// Splits a symbol without a separator, such as `btcusd`, at a quote that Parallax knows.
  ///
  /// - Returns: nil when no known quote ends it.
  public init?(runTogether text: some StringProtocol) {
    let upper = text.uppercased()
    guard
      let quote = Asset.quotes.first(where: { upper.hasSuffix($0) && upper.count > $0.count })
    else { return nil }
    self.init(base: String(upper.dropLast(quote.count)), quote: quote)
  }

  public static func < (lhs: Symbol, rhs: Symbol) -> Bool {
    (lhs.base, lhs.quote) < (rhs.base, rhs.quote)
  }
}

extension Symbol: CustomStringConvertible {
  public var description: String { base + "/" + quote }
}
