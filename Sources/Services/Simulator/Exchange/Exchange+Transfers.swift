public import Market
public import Units

extension Exchange {
  /// Starts a withdrawal: `amount + fee` leaves the balance now, and it is done after the delay.
  public func withdraw(
    _ amount: Notional,
    of asset: Asset,
    fee: Notional,
    from account: AccountID,
    network: String,
    to address: String,
    afterNanoseconds delay: Int64
  ) throws(OrderRefusal) -> Transfer {
    let needed = amount + fee
    let available = accounts[account.index].available(asset)
    guard amount.raw > 0 else { throw .belowMinQuantity }
    guard needed <= available else {
      throw .insufficientFunds(asset, needed: needed, available: available)
    }
    accounts[account.index].post(-needed, asset)
    events.append(.balance(account, asset))
    return add(.withdrawal, amount, asset, fee, account, network, address, delay)
  }

  /// Starts a deposit: it is credited after the delay.
  @discardableResult
  public func deposit(
    _ amount: Notional,
    of asset: Asset,
    to account: AccountID,
    network: String,
    address: String,
    afterNanoseconds delay: Int64
  ) -> Transfer {
    add(.deposit, amount, asset, .zero, account, network, address, delay)
  }

  /// Calls off a withdrawal that has not left; nil when there is none.
  public func cancelTransfer(_ number: Int64) -> Transfer? {
    guard
      let index = transferLog.firstIndex(where: {
        $0.number == number && $0.kind == .withdrawal && $0.status == .pending
      })
    else { return nil }
    transferLog[index].status = .cancelled
    let transfer = transferLog[index]
    accounts[transfer.account.index].post(transfer.amount + transfer.fee, transfer.asset)
    events.append(.balance(transfer.account, transfer.asset))
    events.append(.transfer(transfer))
    return transfer
  }

  private func add(
    _ kind: Transfer.Kind,
    _ amount: Notional,
    _ asset: Asset,
    _ fee: Notional,
    _ account: AccountID,
    _ network: String,
    _ address: String,
    _ delay: Int64
  ) -> Transfer {
    let transfer = Transfer(
      number: nextTransferNumber(),
      kind: kind,
      account: account,
      asset: asset,
      amount: amount,
      fee: fee,
      network: network,
      address: address,
      created: now,
      due: now.advanced(byNanoseconds: delay)
    )
    transferLog.append(transfer)
    events.append(.transfer(transfer))
    return transfer
  }

  func complete(_ index: Int) {
    transferLog[index].status = .done
    let transfer = transferLog[index]
    if transfer.kind == .deposit {
      accounts[transfer.account.index].post(transfer.amount, transfer.asset)
      events.append(.balance(transfer.account, transfer.asset))
    }
    events.append(.transfer(transfer))
  }
}
