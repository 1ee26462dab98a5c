import Market
import Units

/// An instrument by Gemini's names, and its numbers in the three forms that Gemini writes.
///
/// - REST and the order events: no trailing zeros, but cents where the quote is a national
///   currency: `4500.00`, `0.00847` (recorded in `rest_recorded_gct.json`).
/// - The older feed `v2/marketdata`: at least one decimal: `65.0`, `0.0` (recorded 2026-08-09).
/// - The current streams: padded beyond the step: `62145.38000`, `0.0162522200`. By how much
///   differs from symbol to symbol (recorded in `ws_gemini_com_samples.ndjson`, where most prices
///   have two places more than their step, and quantities two more and at least eight); so here.
struct GeminiSymbol {
  let instrument: SimulatedInstrument
  /// `btcusd`.
  let lower: String
  /// `BTCUSD`.
  let upper: String
  private let centPlaces: Int
  private let streamPricePlaces: Int
  private let streamQuantityPlaces: Int

  static let nationalCurrencies: Set<String> = [
    "USD", "EUR", "GBP", "SGD", "AUD", "CAD", "CHF", "JPY", "HKD",
  ]

  init(_ instrument: SimulatedInstrument) {
    self.instrument = instrument
    upper = (instrument.base.symbol + instrument.quote.symbol).uppercased()
    lower = upper.lowercased()
    centPlaces = GeminiSymbol.nationalCurrencies.contains(instrument.quote.symbol) ? 2 : 0
    streamPricePlaces = instrument.priceDecimals + 2
    streamQuantityPlaces = max(8, instrument.quantityDecimals + 2)
  }

  // MARK: REST

  func price(_ price: Price) -> String {
    padded(decimalText(Int128(price.raw), decimals: Price.decimals), to: centPlaces)
  }

  func quantity(_ quantity: Quantity) -> String {
    quantity.text(decimals: instrument.base.decimals)
  }

  /// An amount of the quote asset.
  func quoteAmount(_ amount: Notional) -> String {
    padded(amount.text(decimals: instrument.quote.decimals), to: centPlaces)
  }

  // MARK: The older feed

  func feedPrice(_ price: Price) -> String {
    padded(decimalText(Int128(price.raw), decimals: Price.decimals), to: 1)
  }

  func feedQuantity(_ quantity: Quantity) -> String {
    padded(quantity.text(decimals: instrument.base.decimals), to: 1)
  }

  // MARK: The current streams

  func streamPrice(_ price: Price) -> String {
    paddedDecimal(Int128(price.raw), decimals: Price.decimals, places: streamPricePlaces)
  }

  func streamQuantity(_ quantity: Quantity) -> String {
    paddedDecimal(
      Int128(quantity.raw),
      decimals: instrument.base.decimals,
      places: streamQuantityPlaces
    )
  }

  /// Plain decimal text with at least so many places.
  private func padded(_ text: String, to places: Int) -> String {
    guard places > 0 else { return text }
    let bytes = text.utf8
    let point = bytes.firstIndex(of: UInt8(ascii: "."))
    let present = point.map { bytes.distance(from: $0, to: bytes.endIndex) - 1 } ?? 0
    guard present < places else { return text }
    return text + (point == nil ? "." : "") + String(repeating: "0", count: places - present)
  }
}

/// Identifiers as large as the venue's own, from the exchange's small counters.
///
/// Gemini's order ids are beyond 2⁵³ (`73797746498585286` on its page of order events), its trade
/// and event ids are not (`2840141017904555`, `1764551741926942`, recorded 2026-08-09).
enum GeminiIdentifier {
  private static let firstOrder: Int64 = 73_797_746_000_000_000
  private static let firstTrade: Int64 = 2_840_141_000_000_000
  static let firstEvent: Int64 = 1_764_550_000_000_000
  /// From one number of an event to the next.
  ///
  /// Numbers belong to the whole venue: the only two frames of one symbol recorded in a row are
  /// 45,936 apart. Steps of one would make a lost frame look like none, since the next may begin at
  /// the last number or one after it.
  static let eventStep: Int64 = 10

  static func order(_ number: Int64) -> Int64 { firstOrder + number }
  static func trade(_ number: Int64) -> Int64 { firstTrade + number }

  /// The exchange's number behind the text of an order id; nil for that of an order it refused.
  static func orderNumber(_ text: String) -> Int64? {
    guard let value = Int64(text), value > firstOrder else { return nil }
    return value - firstOrder
  }

  static func tradeNumber(_ identifier: Int) -> Int64 {
    max(0, Int64(identifier) - firstTrade)
  }
}

extension Timestamp {
  var geminiMilliseconds: Int64 { nanoseconds / 1_000_000 }
  var geminiSeconds: Int64 { nanoseconds / 1_000_000_000 }
}
