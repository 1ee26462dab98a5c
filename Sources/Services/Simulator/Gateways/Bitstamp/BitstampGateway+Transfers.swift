import Codecs
import Market
import Signing
import Units

/// Deposit addresses and withdrawals.
extension BitstampGateway {
  /// `btc_address`, `usdc_withdrawal`: nil for any other word, and for a currency nobody trades.
  func currencyRoute(_ word: String) -> BitstampRoute? {
    guard let cut = word.lastIndex(of: "_") else { return nil }
    let name = word[..<cut]
    guard let asset = assets.first(where: { $0.symbol.lowercased() == name }) else { return nil }
    switch word[cut...] {
    case "_address":
      return BitstampRoute(.view) { call throws(BitstampFailure) in
        try self.depositAddress(call, asset)
      }
    case "_withdrawal":
      return BitstampRoute(.withdraw) { call throws(BitstampFailure) in
        try self.withdraw(call, asset)
      }
    default: return nil
    }
  }

  /// The network that a call names; without a name the currency's first one.
  private func network(
    _ call: BitstampCall,
    _ asset: Asset
  ) throws(BitstampFailure) -> (network: String, fee: String) {
    let networks = BitstampCurrency(asset.symbol).networks
    guard let named = call.fields["network"] else {
      guard let first = networks.first else { throw .plain(.currencyNotFound) }
      return first
    }
    guard let route = networks.first(where: { $0.network == named }) else {
      throw .plain(.malformedField, "Invalid network selection")
    }
    return route
  }

  private func depositAddress(
    _ call: BitstampCall,
    _ asset: Asset
  ) throws(BitstampFailure) -> BitstampValue {
    let network = try network(call, asset).network
    let address = DepositAddress(
      venue: BitstampGateway.venue,
      account: call.account.index,
      asset: asset.symbol,
      network: network
    )
    let answer: BitstampValue = ["address": .text(address.text)]
    switch network {
    case "xrpl": return answer.adding("destination_tag", .integer(userNumber(call.account)))
    case "stellar", "hedera":
      return answer.adding("memo_id", .text(String(userNumber(call.account))))
    default: return answer
    }
  }

  /// The longest address that is taken.
  private static let longestAddress = 255

  private func withdraw(
    _ call: BitstampCall,
    _ asset: Asset
  ) throws(BitstampFailure) -> BitstampValue {
    guard let text = call.fields["amount"], let address = call.fields["address"] else {
      throw .refused(.missingField, "Missing amount and/or address POST parameters")
    }
    guard address.utf8.count <= BitstampGateway.longestAddress else {
      throw .field(
        "address",
        .malformedField,
        "Ensure this value has at most \(BitstampGateway.longestAddress) characters "
          + "(it has \(address.utf8.count))."
      )
    }
    let (network, feeText) = try network(call, asset)
    let raw: Int128
    let fee: Int128
    do {
      raw = try parseDecimal(text, places: asset.decimals)
      fee = try parseDecimal(feeText, places: asset.decimals)
    } catch .tooPrecise {
      throw .tooPrecise("amount", .malformedAmount, decimals: asset.decimals)
    } catch {
      throw .field("amount", .malformedAmount, "Enter a number. Use \".\" as a decimal point.")
    }
    guard raw > 0, raw < powerOfTen(30) else {
      throw .field("amount", .amountTooLow, "Ensure this value is greater than or equal to 0.")
    }
    do {
      let transfer = try exchange.withdraw(
        Notional(raw: raw),
        of: asset,
        fee: Notional(raw: fee),
        from: call.account,
        network: network,
        to: address,
        afterNanoseconds: settings.transferNanoseconds
      )
      return ["id": .integer(transferID(transfer.number))]
    } catch {
      let available = exchange.accounts[call.account.index].available(asset)
      throw .refused(
        .insufficientBalance,
        "You have only \(money(available, asset)) \(asset) available. "
          + "Check your account balance for details."
      )
    }
  }

  // MARK: Lists

  /// 0 open, 2 finished, 3 canceled, 4 failed; 1 in process from half of its time on.
  private func statusNumber(_ transfer: Transfer) -> Int64 {
    switch transfer.status {
    case .pending:
      let whole = transfer.due.nanoseconds(since: transfer.created)
      return exchange.now.nanoseconds(since: transfer.created) * 2 >= whole ? 1 : 0
    case .done: return 2
    case .cancelled: return 3
    case .failed: return 4
    }
  }

  /// What stands for the chain's transaction.
  private func chainID(_ transfer: Transfer) -> String {
    SHA256.hex(Array("\(settings.seed)/bitstamp/transfer/\(transfer.number)".utf8))
  }

  func withdrawalRequests(_ call: BitstampCall) throws(BitstampFailure) -> BitstampValue {
    let (offset, limit) = try page(call.fields)
    let id = try call.fields.number("id", orElse: .plain(.malformedID, "Invalid id"))
    let span = try call.fields.number(
      "timedelta",
      orElse: .plain(.malformedField, "Invalid timedelta")
    )
    // ccxt names this as the largest span that is taken; without one, a day.
    let seconds = span ?? 86_400
    guard seconds <= 50_000_000 else { throw .plain(.malformedField, "Timedelta too large") }
    let start = exchange.now.advanced(byNanoseconds: -seconds * 1_000_000_000)
    let found = exchange.transfers(of: call.account).reversed().filter {
      $0.kind == .withdrawal && (id.map { $0 } == nil || transferID($0.number) == id)
        && (id != nil || $0.created >= start)
    }
    return .list(
      found.dropFirst(offset).prefix(limit).map { transfer in
        let isDone = transfer.status == .done
        return [
          "id": .integer(transferID(transfer.number)),
          "currency": .text(transfer.asset.symbol),
          "network": .text(transfer.network),
          "amount": .text(money(transfer.amount, transfer.asset)),
          "address": .text(transfer.address),
          "datetime": .text(transfer.created.bitstampDateTime(fraction: false)),
          "type": BitstampCurrency(transfer.asset.symbol).withdrawalType
            .map(BitstampValue.integer) ?? .null,
          "status": .integer(statusNumber(transfer)),
          "txid": .integer(transferID(transfer.number)),
          "transaction_id": isDone ? .text(chainID(transfer)) : .null,
        ]
      }
    )
  }

  /// Members as in the API's description of 2023.
  func cryptoTransactions(_ call: BitstampCall) throws(BitstampFailure) -> BitstampValue {
    let (offset, limit) = try page(call.fields)
    func list(_ kind: Transfer.Kind) -> BitstampValue {
      let done = exchange.transfers(of: call.account).reversed().filter {
        $0.kind == kind && $0.status == .done
      }
      return .list(
        done.dropFirst(offset).prefix(limit).map { transfer in
          [
            "network": .text(transfer.network),
            "currency": .text(transfer.asset.symbol),
            "destinationAddress": .text(transfer.address),
            "txid": .text(chainID(transfer)),
            "amount": .decimal(transfer.amount.raw, decimals: transfer.asset.decimals),
            "datetime": .integer(transfer.due.nanoseconds / 1_000_000_000),
          ]
        }
      )
    }
    return [
      "deposits": list(.deposit),
      "withdrawals": list(.withdrawal),
      "ripple_iou_transactions": [],
    ]
  }

  func cancelWithdrawal(_ call: BitstampCall) throws(BitstampFailure) -> BitstampValue {
    let invalid = BitstampFailure.plain(.malformedID, "Invalid id")
    guard let id = try call.fields.number("id", orElse: invalid) else {
      throw .plain(.missingID, "Missing parameters: id.")
    }
    guard let number = transferNumber(id),
      exchange.transfers(of: call.account).contains(where: { $0.number == number }),
      let transfer = exchange.cancelTransfer(number)
    else { throw .plain(.notFound, "No active withdrawal with id=\(id) found.") }
    return [
      "id": .text(String(id)),
      "amount": .decimal(transfer.amount.raw, decimals: transfer.asset.decimals),
      "currency": .text(transfer.asset.symbol),
      "account_currency": .text(transfer.asset.symbol),
      "type": BitstampCurrency(transfer.asset.symbol).withdrawalType
        .map { .text(String($0)) } ?? .null,
    ]
  }
}
