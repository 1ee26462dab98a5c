public import Market
public import Units

/// A deposit or a withdrawal of a client.
public struct Transfer: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable { case deposit, withdrawal }

  public enum Status: String, Hashable, Sendable { case pending, done, failed, cancelled }

  public let number: Int64
  public let kind: Kind
  public let account: AccountID
  public let asset: Asset
  /// What arrives; a withdrawal costs ``fee`` on top.
  public let amount: Notional
  public let fee: Notional
  public let network: String
  public let address: String
  public let created: Timestamp
  /// When it is done, unless it is cancelled before.
  public let due: Timestamp
  public internal(set) var status = Status.pending
}
