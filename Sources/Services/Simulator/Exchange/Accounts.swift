public import Market
public import Units

/// What an account of a simulated venue holds.
public struct SimulatedAccount: Sendable {
  /// Its name, for the gateway: a user number, a portfolio.
  public let name: String
  /// A participant of the market's own: nothing is posted, and it never runs dry.
  public let isHouse: Bool
  /// By ticker.
  private var totals: [String: Int128] = [:]
  private var holds: [String: Int128] = [:]
  private(set) var assets: [Asset] = []

  init(name: String, isHouse: Bool) {
    self.name = name
    self.isHouse = isHouse
  }

  public func total(_ asset: Asset) -> Notional { Notional(raw: totals[asset.symbol] ?? 0) }

  public func held(_ asset: Asset) -> Notional { Notional(raw: holds[asset.symbol] ?? 0) }

  public func available(_ asset: Asset) -> Notional { total(asset) - held(asset) }

  /// Every asset that was ever held, in the order of tickers.
  public var balances: [Balance] {
    assets.map { Balance(asset: $0, total: total($0), available: available($0)) }
  }

  mutating func post(_ amount: Notional, _ asset: Asset) {
    if totals[asset.symbol] == nil {
      assets.append(asset)
      assets.sort { $0.symbol < $1.symbol }
    }
    totals[asset.symbol, default: 0] += amount.raw
  }

  mutating func hold(_ amount: Notional, _ asset: Asset) {
    holds[asset.symbol, default: 0] += amount.raw
  }
}
