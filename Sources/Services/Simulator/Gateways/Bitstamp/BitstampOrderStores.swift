import Market
import Units

/// Answers to `open_orders`, kept for ten seconds (API description of 2023).
struct BitstampOpenOrdersCache {
  static let nanoseconds: Int64 = 10_000_000_000

  struct Key: Hashable {
    var account: AccountID
    /// Nil for all pairs.
    var instrument: Int?
  }

  private var answers: [Key: (value: BitstampValue, time: Timestamp)] = [:]

  init() {}

  /// What is kept for `key`; where nothing is, `make` says it.
  ///
  /// At most one answer a key is kept, so that there are never more than accounts times pairs.
  mutating func answer(
    _ key: Key,
    at now: Timestamp,
    orElse make: () -> BitstampValue
  ) -> BitstampValue {
    if let kept = answers[key],
      now.nanoseconds(since: kept.time) < BitstampOpenOrdersCache.nanoseconds
    {
      return kept.value
    }
    let value = make()
    answers[key] = (value, now)
    return value
  }
}

/// Which order carries a client's identifier; of several with the same one, the youngest.
///
/// Identifiers are not unique: since November 2023 duplicates are taken (changelog of 2023-10-12).
struct BitstampClientOrders {
  /// How many identifiers are kept, over all accounts.
  static let most = 50_000

  private struct Key: Hashable {
    var account: AccountID
    var text: String
  }

  private var numbers: [Key: Int64] = [:]
  private var queue: [(key: Key, number: Int64)] = []

  init() {}

  mutating func remember(_ text: String, _ account: AccountID, _ number: Int64) {
    let key = Key(account: account, text: text)
    numbers[key] = number
    queue.append((key, number))
    guard queue.count > BitstampClientOrders.most * 5 / 4 else { return }
    for old in queue.prefix(queue.count - BitstampClientOrders.most)
    where numbers[old.key] == old.number {
      numbers[old.key] = nil
    }
    queue.removeFirst(queue.count - BitstampClientOrders.most)
  }

  func number(_ text: String, _ account: AccountID) -> Int64? {
    numbers[Key(account: account, text: text)]
  }
}

/// Tokens that let a socket subscribe to private channels, each for sixty seconds.
struct BitstampTokens {
  static let validSeconds: Int64 = 60
  /// How many are kept.
  static let most = 10_000

  private var owners: [String: (account: AccountID, end: Timestamp)] = [:]
  private var queue: [String] = []
  private var count: UInt64 = 0

  init() {}

  mutating func make(for account: AccountID, seed: UInt64, at now: Timestamp) -> String {
    while let oldest = queue.first,
      queue.count >= BitstampTokens.most || owners[oldest].map({ $0.end <= now }) ?? true
    {
      owners[oldest] = nil
      queue.removeFirst()
    }
    count += 1
    let token = BitstampSecrets.text("\(seed)", "bitstamp", "token", "\(count)")
    let end = now.advanced(byNanoseconds: BitstampTokens.validSeconds * 1_000_000_000)
    owners[token] = (account, end)
    queue.append(token)
    return token
  }

  /// Whose token it is; nil when there is none, or it has ended.
  func account(_ token: String, at now: Timestamp) -> AccountID? {
    guard let owner = owners[token], now < owner.end else { return nil }
    return owner.account
  }
}
