/// The simulated venues that there are.
public enum GatewayCatalog {
  /// In the order of their names.
  public static var all: [any VenueGateway.Type] {
    [BitstampGateway.self, CoinbaseGateway.self, GeminiGateway.self, KrakenGateway.self]
  }

  public static var names: [String] { all.map { $0.venue } }

  public static func gateway(named name: String) -> (any VenueGateway.Type)? {
    all.first { $0.venue == name }
  }
}
