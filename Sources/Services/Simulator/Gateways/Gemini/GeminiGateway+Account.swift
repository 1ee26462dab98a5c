import Codecs
import Market
import Units

/// What an account is and has.
extension GeminiGateway {
  func balances(_ key: GeminiKey) -> [UInt8] {
    let pending = pendingDeposits(key.account)
    return GeminiJSON.array { writer in
      for balance in exchange.accounts[key.account.index].balances {
        let decimals = balance.asset.decimals
        writer.object { writer in
          writer.field("type", "exchange")
          writer.field("currency", balance.asset.symbol)
          writer.field("amount", balance.total.text(decimals: decimals))
          writer.field("available", balance.available.text(decimals: decimals))
          writer.field("availableForWithdrawal", balance.available.text(decimals: decimals))
          if let amount = pending[balance.asset.symbol] {
            writer.field("pendingDeposit", amount.text(decimals: decimals))
          }
        }
      }
    }
  }

  private func pendingDeposits(_ account: AccountID) -> [String: Notional] {
    var amounts: [String: Notional] = [:]
    for transfer in exchange.transfers(of: account)
    where transfer.kind == .deposit && transfer.status == .pending {
      amounts[transfer.asset.symbol, default: .zero] += transfer.amount
    }
    return amounts
  }

  /// Fees in basis points, and what was traded; the whole account has one pair of fees here.
  func notionalVolume(_ key: GeminiKey) -> [UInt8] {
    let first = symbols.first?.instrument
    let maker = (first?.maker.raw ?? 0) / 10_000
    let taker = (first?.taker.raw ?? 0) / 10_000
    let now = exchange.now
    let date = String(now.description.prefix(10))
    let from = now.advanced(byNanoseconds: -30 * 86_400_000_000_000)
    var volume = 0.0
    for fill in exchange.fills(of: key.account)
    where fill.time > from && symbols[fill.instrument].instrument.quote.symbol == "USD" {
      var divisor = 1.0
      for _ in 0..<symbols[fill.instrument].instrument.quote.decimals { divisor *= 10 }
      volume += Double(fill.notional.raw) / divisor
    }
    return GeminiJSON.object { writer in
      writer.field("date", date)
      writer.field("last_updated_ms", now.geminiMilliseconds)
      for channel in ["web", "api", "fix"] {
        writer.field("\(channel)_maker_fee_bps", maker)
        writer.field("\(channel)_taker_fee_bps", taker)
        writer.field("\(channel)_auction_fee_bps", maker)
      }
      writer.field("block_maker_fee_bps", 0)
      writer.field("block_taker_fee_bps", 50)
      writer.field("notional_30d_volume", volume, decimals: 2)
      writer.array("notional_1d_volume") { _ in }
    }
  }

  func accountDetail(_ key: GeminiKey) -> [UInt8] {
    let name = exchange.accounts[key.account.index].name
    return GeminiJSON.object { writer in
      writer.object("account") { writer in
        writer.field("accountName", name)
        writer.field("shortName", "primary")
        writer.field("type", "exchange")
        writer.field("created", "0")
      }
      writer.array("users") { writer in
        writer.object { writer in
          writer.field("name", name)
          writer.field("lastSignIn", exchange.now.description)
          writer.field("status", "Active")
          writer.field("countryCode", "US")
          writer.field("isVerified", true)
        }
      }
      writer.field("memo_reference_code", "GEM\(accountNumber(key.account))")
    }
  }

  func accountNumber(_ account: AccountID) -> Int { 19_433_282 + account.index }

  func roles(_ key: GeminiKey) -> [UInt8] {
    GeminiJSON.object { writer in
      writer.field("isAuditor", key.permissions.contains(.view))
      writer.field("isFundManager", key.permissions.contains(.withdraw))
      writer.field("isTrader", key.permissions.contains(.trade))
    }
  }
}
