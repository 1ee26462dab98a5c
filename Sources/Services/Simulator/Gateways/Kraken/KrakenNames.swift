import Market

/// Kraken's names for assets.
///
/// The assets of the first years have a letter before their ticker, `X` for coins and `Z` for
/// national currencies, and bitcoin and dogecoin have tickers of their own. Newer assets go by
/// their ticker alone. Source: AssetPairs as recorded on 2021-04-17 and 2025-11-11.
struct KrakenAsset: Hashable, Sendable {
  let asset: Asset

  init(_ asset: Asset) { self.asset = asset }

  private static let oldCoins: Set<String> = [
    "ETC", "ETH", "LTC", "MLN", "REP", "BTC", "DOGE", "XLM", "XMR", "XRP", "ZEC",
  ]
  private static let currencies: Set<String> = ["USD", "EUR", "GBP", "CAD", "JPY", "AUD"]

  /// `BTC`: what the socket says.
  var socketName: String { asset.symbol }

  /// `XBT`: the short name of REST.
  var altname: String {
    switch asset.symbol {
    case "BTC": "XBT"
    case "DOGE": "XDG"
    default: asset.symbol
    }
  }

  /// `XXBT`, `ZUSD`, `SOL`: the key in REST answers.
  var key: String {
    if KrakenAsset.oldCoins.contains(asset.symbol) { return "X" + altname }
    if isFiat { return "Z" + altname }
    return altname
  }

  var isFiat: Bool { KrakenAsset.currencies.contains(asset.symbol) }

  /// Decimal places that `Assets` states; never fewer than the exchange's own lots need.
  var decimals: Int { isFiat ? 4 : key.hasPrefix("X") ? 10 : max(8, asset.decimals) }

  var displayDecimals: Int { isFiat ? 2 : 5 }

  /// Decimal places that amounts are padded to: `160.2405`, `774.6366982600`.
  var padding: Int { isFiat ? 4 : key.hasPrefix("X") ? 10 : 8 }

  /// Whether a client may mean this asset by `name`.
  func goes(by name: String) -> Bool {
    name == key || name == altname || name == asset.symbol
  }
}

/// Kraken's names and number formats of one pair.
struct KrakenPair: Sendable {
  let index: Int
  let instrument: SimulatedInstrument
  let base: KrakenAsset
  let quote: KrakenAsset
  /// `BTC/USD`.
  let socketName: String
  /// `XBTUSD`.
  let altname: String
  /// `XBT/USD`.
  let wsname: String
  /// `XXBTZUSD` for two assets of the old kind; otherwise the short name (recorded: `XBTUSDT`).
  let key: String

  init(index: Int, _ instrument: SimulatedInstrument) {
    self.index = index
    self.instrument = instrument
    base = KrakenAsset(instrument.base)
    quote = KrakenAsset(instrument.quote)
    socketName = instrument.symbol.description
    altname = base.altname + quote.altname
    wsname = base.altname + "/" + quote.altname
    let isOld = base.key != base.altname && quote.key != quote.altname
    key = isOld ? base.key + quote.key : altname
  }

  var priceDecimals: Int { instrument.priceDecimals }
  var lotDecimals: Int { instrument.quantityDecimals }
  var baseDecimals: Int { instrument.base.decimals }
  var quoteDecimals: Int { instrument.quote.decimals }

  /// Places that REST pads prices to: five for `XBTUSDT` with a tick of 0.1.
  var restPricePlaces: Int { max(5, priceDecimals) }
  /// `cost_decimals`.
  var costDecimals: Int { min(5, quoteDecimals) }

  /// The word for which orders are taken now, as AssetPairs and the instrument channel have it.
  static func word(_ status: InstrumentStatus) -> String {
    switch status {
    case .open: "online"
    case .cancelOnly: "cancel_only"
    case .postOnly: "post_only"
    case .limitOnly: "limit_only"
    case .reduceOnly: "reduce_only"
    case .closed: "maintenance"
    }
  }
}

extension KrakenPair {
  /// With the decimals of the pair, as the socket and the checksum have it.
  func price(_ raw: Int64) -> String {
    paddedDecimal(Int128(raw), decimals: 10, places: priceDecimals)
  }

  func restPrice(_ raw: Int64) -> String {
    paddedDecimal(Int128(raw), decimals: 10, places: restPricePlaces)
  }

  func quantity(_ raw: Int128) -> String {
    paddedDecimal(raw, decimals: baseDecimals, places: lotDecimals)
  }

  /// An amount of the quote asset, with five places or, where they do not hold it, more.
  func cost(_ raw: Int128) -> String {
    KrakenText.exact(raw, decimals: quoteDecimals, atLeast: costDecimals)
  }

  /// Volume-weighted average of `products / quantity`, rounded down to `places`.
  func average(products: Int128, quantity: Int128, places: Int) -> String {
    let raw = quantity == 0 ? 0 : products / quantity
    return paddedDecimal(raw, decimals: 10, places: places)
  }
}
