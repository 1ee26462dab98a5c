/// Where a simulated venue takes deposits: the address says by itself whose it is.
///
/// `sim-kraken-3-USDC-solana`: so a withdrawal from one simulated venue can arrive at another.
struct DepositAddress: Hashable, Sendable {
  var venue: String
  var account: Int
  var asset: String
  var network: String

  var text: String { "sim-\(venue)-\(account)-\(asset)-\(network.lowercased())" }

  init(venue: String, account: Int, asset: String, network: String) {
    self.venue = venue
    self.account = account
    self.asset = asset
    self.network = network
  }

  /// Reads ``text``; nil for an address of another world.
  init?(_ text: String) {
    let parts = text.split(separator: "-", maxSplits: 4).map(String.init)
    guard parts.count == 5, parts[0] == "sim", let account = Int(parts[2]) else { return nil }
    self.init(venue: parts[1], account: account, asset: parts[3], network: parts[4])
  }
}
