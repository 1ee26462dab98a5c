import Market
public import Units

extension MarketModel: MarketDriver {}

/// What a simulated world is made of.
public struct WorldSettings: Sendable {
  /// Everything random follows from it.
  public var seed: UInt64
  /// Names of ``GatewayCatalog``.
  public var venues: [String]
  public var market: MarketSettings
  public var faults = FaultSettings.none
  /// Whether the venues enforce their budgets.
  public var limitsRates = true
  /// What every venue charges, where it is not its dearest tier.
  public var fees: (maker: Rate, taker: Rate)?
  /// What each account starts with, in whole units.
  public var grants: [(asset: String, amount: Int64)] = [
    ("BTC", 2), ("ETH", 50), ("SOL", 1_000), ("USD", 100_000), ("USDC", 100_000),
    ("USDT", 100_000),
  ]

  public init(seed: UInt64, venues: [String]) {
    self.seed = seed
    self.venues = venues
    market = MarketSettings.realistic(seed: seed)
  }
}

extension SimulatedWorld {
  /// The accounts that every venue of a world has, and what their keys may do.
  public static let accounts: [(name: String, permissions: Set<KeyPermission>)] = [
    ("demo", [.view, .trade]), ("second", [.view, .trade]), ("reader", [.view]),
    ("owner", [.view, .trade, .withdraw]),
  ]

  /// A world of the venues named; names that ``GatewayCatalog`` does not have are left out.
  public convenience init(_ settings: WorldSettings, at start: Timestamp) {
    var venues: [SimulatedVenue] = []
    for (index, name) in settings.venues.enumerated() {
      guard let type = GatewayCatalog.gateway(named: name) else { continue }
      var instruments = VenueListings.instruments(of: name)
      if let fees = settings.fees {
        for index in instruments.indices {
          (instruments[index].maker, instruments[index].taker) = fees
        }
      }
      var gatewaySettings = GatewaySettings(seed: settings.seed, instruments: instruments)
      gatewaySettings.limitsRates = settings.limitsRates
      let gateway = type.init(gatewaySettings)
      gateway.exchange.advance(to: start)
      let accounts = SimulatedWorld.accounts.map { account in
        let id = AccountID(index: gateway.exchange.accounts.count)
        let credentials = gateway.addAccount(account.name, account.permissions)
        for grant in settings.grants {
          let asset = Asset(symbol: grant.asset)
          let amount = Notional(raw: Int128(grant.amount) * powerOfTen(asset.decimals))
          gateway.exchange.grant(amount, of: asset, to: id)
        }
        return credentials
      }
      venues.append(
        SimulatedVenue(
          gateway,
          accounts: accounts,
          settings.faults,
          seed: settings.seed &* 31 &+ UInt64(index)
        )
      )
    }
    self.init(
      venues,
      market: MarketModel(venues.map(\.exchange), settings: settings.market),
      at: start
    )
  }
}
