import Market
import Testing
import Units
import VenueKit
import VenueTesting

@testable import KrakenVenue

/// An adapter with two markets, and an order for the first.
enum Account {
  static let bench = AccountBench(
    Kraken(),
    [("BTC/USD", "BTC/USD"), ("ETH/USDT", "ETH/USDT")],
    aliases: [("XBTUSD", "BTC/USD"), ("XXBTZUSD", "BTC/USD"), ("ETHUSDT", "ETH/USDT")]
  )
  static let bitcoin = bench.instruments[0]
  static let ether = bench.instruments[1]
  static let token = StreamToken(token: "TOKEN")

  static func order(
    _ side: OrderSide = .buy,
    _ timeInForce: TimeInForce = .immediateOrCancel,
    limit: Int64 = 30_000_100_000_000,
    quantity: Int64 = 1_000_000,
    clientOrderID: String = "parallax-000001",
    deadline: Timestamp? = nil
  ) -> OrderRequest {
    OrderRequest(
      instrument: bitcoin,
      side: side,
      limit: Price(raw: limit * 10),
      quantity: Quantity(raw: quantity),
      timeInForce: timeInForce,
      clientOrderID: clientOrderID,
      deadline: deadline
    )
  }
}
