import Market
import Units

/// The pairs that each simulated venue lists, with the rules and default fees of the real one.
///
/// Steps and minimums are the venues' own where a list was recorded: Coinbase and Gemini on
/// 2026-08-09, Kraken on 2021-04-17 (XBT/USDT again on 2025-11-11), Bitstamp on 2021-04-17. Nothing
/// was recorded of SOL at Kraken and Bitstamp, nor of USDT at Bitstamp: their steps are assumed
/// after the venue's other pairs. Kraken's minimums of BTC, ETH, and SOL are those that a public
/// program notes from the venue's list on 2026-07-03. Fees are the dearest tier, as in the
/// program's own fee table.
public enum VenueListings {
  /// What a venue lists; empty for a venue that is not simulated.
  public static func instruments(of venue: String) -> [SimulatedInstrument] {
    switch venue {
    case "kraken": kraken.map { $0.instrument(maker: 25, taker: 40, stable: (20, 20)) }
    case "coinbase": coinbase.map { $0.instrument(maker: 60, taker: 120, stable: (0, 120)) }
    case "gemini": gemini.map { $0.instrument(maker: 20, taker: 40, stable: (20, 40)) }
    case "bitstamp": bitstamp.map { $0.instrument(maker: 30, taker: 40, stable: (30, 40)) }
    default: []
    }
  }

  /// One line of a venue's list: powers of ten for the steps, and the minimums in units of theirs.
  private struct Row {
    let base: String
    let quote: String
    let tick: Int
    let lot: Int
    /// Of the base asset: a number, and how many of its digits are decimals.
    let quantity: (Int64, Int)
    /// Of the quote asset.
    let notional: (Int64, Int)

    init(
      _ base: String,
      _ quote: String,
      tick: Int,
      lot: Int,
      quantity: (Int64, Int) = (0, 0),
      notional: (Int64, Int) = (0, 0)
    ) {
      self.base = base
      self.quote = quote
      self.tick = tick
      self.lot = lot
      self.quantity = quantity
      self.notional = notional
    }

    func instrument(
      maker: Int64,
      taker: Int64,
      stable: (maker: Int64, taker: Int64)
    ) -> SimulatedInstrument {
      let (baseAsset, quoteAsset) = (Asset(symbol: base), Asset(symbol: quote))
      let isStable = base == "USDC" || base == "USDT"
      let lotSize = power(baseAsset.decimals - lot)
      return SimulatedInstrument(
        symbol: Symbol(base: base, quote: quote),
        tickSize: Price(raw: power(Price.decimals - tick)),
        lotSize: Quantity(raw: lotSize),
        minQuantity: Quantity(
          raw: max(lotSize, quantity.0 * power(baseAsset.decimals - quantity.1))
        ),
        minNotional: Notional(
          raw: Int128(notional.0) * Int128(power(quoteAsset.decimals - notional.1))
        ),
        maker: Rate(basisPoints: isStable ? stable.maker : maker),
        taker: Rate(basisPoints: isStable ? stable.taker : taker)
      )
    }

    private func power(_ exponent: Int) -> Int64 { Int64(powerOfTen(exponent)) }
  }

  /// Lots have eight decimals everywhere; the smallest cost of an order is half a dollar.
  private static let kraken: [Row] = [
    krakenRow("BTC", "USD", 1), krakenRow("ETH", "USD", 2), krakenRow("SOL", "USD", 2),
    krakenRow("ETH", "BTC", 5), krakenRow("SOL", "BTC", 7), krakenRow("SOL", "ETH", 6),
    krakenRow("BTC", "USDC", 2), krakenRow("ETH", "USDC", 2), krakenRow("SOL", "USDC", 2),
    krakenRow("BTC", "USDT", 1), krakenRow("ETH", "USDT", 2), krakenRow("SOL", "USDT", 2),
    krakenRow("USDC", "USD", 4), krakenRow("USDT", "USD", 4), krakenRow("USDC", "USDT", 4),
  ]

  private static func krakenRow(_ base: String, _ quote: String, _ tick: Int) -> Row {
    let least: (Int64, Int) =
      switch base {
      case "BTC": (5, 5)
      case "ETH": (1, 3)
      case "SOL": (6, 2)
      default: (5, 0)
      }
    let cost: (Int64, Int) =
      switch quote {
      case "BTC": (2, 5)
      case "ETH": (2, 4)
      default: (5, 1)
      }
    return Row(base, quote, tick: tick, lot: 8, quantity: least, notional: cost)
  }

  /// A pair with USDC is another name of the pair with USD here, not a book of its own.
  private static let coinbase: [Row] = [
    Row("BTC", "USD", tick: 2, lot: 8, quantity: (1, 8), notional: (1, 0)),
    Row("ETH", "USD", tick: 2, lot: 8, quantity: (1, 8), notional: (1, 0)),
    Row("SOL", "USD", tick: 2, lot: 8, quantity: (1, 8), notional: (1, 0)),
    Row("ETH", "BTC", tick: 6, lot: 8, quantity: (1, 8), notional: (1, 5)),
    Row("SOL", "BTC", tick: 7, lot: 3, quantity: (1, 3), notional: (16, 6)),
    Row("SOL", "ETH", tick: 5, lot: 4, quantity: (1, 4), notional: (22, 5)),
    Row("BTC", "USDT", tick: 2, lot: 8, quantity: (1, 8), notional: (1, 0)),
    Row("ETH", "USDT", tick: 2, lot: 8, quantity: (1, 8), notional: (1, 0)),
    Row("SOL", "USDT", tick: 2, lot: 3, quantity: (1, 3), notional: (1, 0)),
    Row("USDT", "USD", tick: 5, lot: 2, quantity: (1, 2), notional: (1, 0)),
    Row("USDT", "USDC", tick: 4, lot: 2, quantity: (1, 2), notional: (1, 0)),
  ]

  /// No smallest cost.
  private static let gemini: [Row] = [
    Row("BTC", "USD", tick: 2, lot: 8, quantity: (1, 5)),
    Row("ETH", "USD", tick: 2, lot: 6, quantity: (1, 3)),
    Row("SOL", "USD", tick: 3, lot: 6, quantity: (1, 3)),
    Row("ETH", "BTC", tick: 5, lot: 6, quantity: (1, 3)),
    Row("SOL", "BTC", tick: 7, lot: 6, quantity: (1, 3)),
    Row("SOL", "ETH", tick: 6, lot: 6, quantity: (1, 3)),
    Row("BTC", "USDC", tick: 2, lot: 8, quantity: (1, 5)),
    Row("ETH", "USDC", tick: 2, lot: 6, quantity: (1, 3)),
    Row("SOL", "USDC", tick: 3, lot: 6, quantity: (1, 3)),
    Row("BTC", "USDT", tick: 2, lot: 8, quantity: (1, 5)),
    Row("ETH", "USDT", tick: 2, lot: 6, quantity: (1, 3)),
    Row("USDC", "USD", tick: 5, lot: 6, quantity: (1, 1)),
    Row("USDT", "USD", tick: 5, lot: 6, quantity: (1, 1)),
    Row("USDT", "USDC", tick: 5, lot: 6, quantity: (1, 1)),
  ]

  /// A smallest cost alone: 10 of the quote currency, as the fact sheet has it for today.
  private static let bitstamp: [Row] = [
    Row("BTC", "USD", tick: 2, lot: 8, notional: (10, 0)),
    Row("ETH", "USD", tick: 2, lot: 8, notional: (10, 0)),
    Row("SOL", "USD", tick: 3, lot: 8, notional: (10, 0)),
    Row("ETH", "BTC", tick: 8, lot: 8, notional: (1, 3)),
    Row("BTC", "USDC", tick: 2, lot: 8, notional: (10, 0)),
    Row("ETH", "USDC", tick: 2, lot: 8, notional: (10, 0)),
    Row("BTC", "USDT", tick: 2, lot: 8, notional: (10, 0)),
    Row("ETH", "USDT", tick: 2, lot: 8, notional: (10, 0)),
    Row("USDC", "USD", tick: 5, lot: 5, notional: (10, 0)),
    Row("USDT", "USD", tick: 5, lot: 5, notional: (10, 0)),
  ]
}
