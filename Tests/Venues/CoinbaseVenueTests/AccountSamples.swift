import Market
import Units
import VenueKit
import VenueTesting

@testable import CoinbaseVenue

/// An adapter with two markets, and an order for the first.
enum Account {
  static let bench = AccountBench(
    Coinbase(),
    [("BTC-USD", "BTC/USD"), ("ADA-USDT", "ADA/USDT")]
  )
  static let bitcoin = bench.instruments[0]
  static let cardano = bench.instruments[1]

  static func order(
    _ side: OrderSide = .buy,
    _ timeInForce: TimeInForce = .immediateOrCancel,
    clientOrderID: String = "parallax-000001"
  ) -> OrderRequest {
    OrderRequest(
      instrument: bitcoin,
      side: side,
      limit: Price(raw: 650_001_000_000_000),
      quantity: Quantity(raw: 50_000),
      timeInForce: timeInForce,
      clientOrderID: clientOrderID
    )
  }
}
