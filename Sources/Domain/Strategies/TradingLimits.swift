public import Market
public import Units

/// How much may be traded: what is owned where, and the largest size of one opportunity.
///
/// What nobody stated is unlimited, as in observe mode, where no balance is known.
public struct TradingLimits: Sendable {
  private struct Account: Hashable {
    var venue: VenueID
    var asset: String
  }

  private var numbers: [Account: Int] = [:]
  private var maximumSizes: [String: Int128] = [:]
  /// By account number.
  private var available: [Int128] = []
  private var maximum: [Int128] = []

  static let unlimited = Int128.max

  public init() {}

  /// States how much of an asset is free at a venue, in the asset's units; nil lifts the limit.
  public mutating func setAvailable(_ amount: Notional?, of asset: String, at venue: VenueID) {
    let number = account(of: asset, at: venue)
    available[number] = amount.map { max(0, $0.raw) } ?? TradingLimits.unlimited
  }

  /// States the largest size of one opportunity that is counted in `asset`; nil lifts the limit.
  ///
  /// For a cross-venue pair it bounds the notional of the purchase, for a cycle the amount started
  /// with.
  public mutating func setMaximumSize(_ amount: Notional?, of asset: String) {
    let size = amount.map { max(0, $0.raw) } ?? TradingLimits.unlimited
    maximumSizes[asset] = size
    for (account, number) in numbers where account.asset == asset { maximum[number] = size }
  }

  /// The dense number of an asset at a venue.
  mutating func account(of asset: String, at venue: VenueID) -> Int {
    let account = Account(venue: venue, asset: asset)
    if let number = numbers[account] { return number }
    numbers[account] = available.count
    available.append(TradingLimits.unlimited)
    maximum.append(maximumSizes[asset] ?? TradingLimits.unlimited)
    return available.count - 1
  }

  func available(_ account: Int) -> Int128 { available[account] }

  func maximumSize(_ account: Int) -> Int128 { maximum[account] }
}
