import Codecs
import Market
import Signing
import Units

/// Addresses, deposits, and withdrawals.
extension GeminiGateway {
  // MARK: Addresses

  /// One address for each asset that the chain carries: an address of the simulated world names
  /// its asset.
  func addresses(_ network: String, _ key: GeminiKey) throws(GeminiError) -> [UInt8] {
    let found = try tokens(on: network)
    return GeminiJSON.array { writer in
      for (asset, chain) in found { writeAddress(asset, chain, label: asset.symbol, key, &writer) }
    }
  }

  /// The path names a chain, and then the asset is the chain's own unless `currency` says
  /// otherwise; or, as older clients do, an asset, and then the chain is its usual one.
  func newAddress(
    _ name: String,
    _ payload: GeminiPayload,
    _ key: GeminiKey
  ) throws(GeminiError) -> [UInt8] {
    let found = try tokens(on: name)
    let wanted =
      payload.text("currency")?.uppercased() ?? GeminiNetworks.native(of: name.lowercased())
    guard let pair = found.first(where: { $0.asset.symbol == wanted }) ?? found.first else {
      throw unknownNetwork(name)
    }
    var writer = JSONWriter()
    writeAddress(pair.asset, pair.network, label: payload.text("label"), key, &writer)
    return writer.bytes
  }

  private func tokens(
    on name: String
  ) throws(GeminiError) -> [(asset: Asset, network: String)] {
    let network = name.lowercased()
    let found = assets.filter { GeminiNetworks.of($0.symbol).contains(network) }
      .map { (asset: $0, network: network) }
    if !found.isEmpty { return found }
    if let asset = asset(name), let usual = GeminiNetworks.of(asset.symbol).first {
      return [(asset: asset, network: usual)]
    }
    throw unknownNetwork(name)
  }

  private func unknownNetwork(_ name: String) -> GeminiError {
    GeminiError(400, "InvalidNetwork", "Invalid network: '\(name)'")
  }

  private func writeAddress(
    _ asset: Asset,
    _ network: String,
    label: String?,
    _ key: GeminiKey,
    _ writer: inout JSONWriter
  ) {
    let address = DepositAddress(
      venue: GeminiGateway.venue,
      account: key.account.index,
      asset: asset.symbol,
      network: network
    )
    writer.object { writer in
      writer.field("network", network)
      writer.field("currency", asset.symbol)
      writer.field("address", address.text)
      if let label { writer.field("label", label) }
      writer.field("timestamp", exchange.now.geminiMilliseconds)
    }
  }

  /// The list is not enforced here, so it is empty: any address may be withdrawn to.
  func approvedAddresses(_ network: String, _ key: GeminiKey) throws(GeminiError) -> [UInt8] {
    _ = try tokens(on: network)
    return GeminiJSON.object { $0.array("approvedAddresses") { _ in } }
  }

  // MARK: Withdrawals

  /// A withdrawal as asked for, checked as far as that needs no balance.
  private struct Draft {
    var asset: Asset
    var network: String
    var address: String
    var amount: Notional
    var fee: Notional
  }

  /// Reads a withdrawal, and over which chain it goes.
  ///
  /// That is as the path says (`/v2`), else as the address itself says, else the asset's usual one.
  /// How the venue's older call tells chains apart is not documented.
  private func draft(
    _ currency: String,
    _ network: String?,
    _ payload: GeminiPayload
  ) throws(GeminiError) -> Draft {
    guard let asset = asset(currency), let usual = GeminiNetworks.of(asset.symbol).first else {
      throw GeminiError(400, "InvalidCurrency", "Invalid currency: \(currency)")
    }
    guard let address = payload.text("address"), !address.isEmpty, address.utf8.count <= 256 else {
      throw GeminiError(400, "InvalidAddress", "A valid address is required")
    }
    let chains = GeminiNetworks.of(asset.symbol)
    let chain = network?.lowercased() ?? DepositAddress(address)?.network ?? usual
    guard chains.contains(chain) else { throw unknownNetwork(chain) }
    let text = payload.text("amount") ?? ""
    let raw: Int128?
    do { raw = try parseDecimal(text, places: asset.decimals) } catch { raw = nil }
    guard let raw, raw > 0, raw <= Int128(Int64.max) else {
      throw GeminiError(
        400,
        "InvalidQuantity",
        "Invalid quantity for currency \(asset.symbol): \(text)"
      )
    }
    let fee: Int128
    do {
      fee = try parseDecimal(GeminiNetworks.fee(asset.symbol, chain), places: asset.decimals)
    } catch {
      fee = 0
    }
    return Draft(
      asset: asset,
      network: chain,
      address: address,
      amount: Notional(raw: raw),
      fee: Notional(raw: fee)
    )
  }

  func feeEstimate(
    _ currency: String,
    _ network: String?,
    _ payload: GeminiPayload
  ) throws(GeminiError) -> [UInt8] {
    let draft = try draft(currency, network, payload)
    return GeminiJSON.object { writer in
      writer.field("currency", draft.asset.symbol)
      writer.field("fee", draft.fee.text(decimals: draft.asset.decimals))
      writer.field("isOverride", false)
      writer.field("monthlyLimit", 1)
      writer.field("monthlyRemaining", 1)
    }
  }

  func withdraw(
    _ currency: String,
    _ network: String?,
    _ payload: GeminiPayload,
    _ key: GeminiKey
  ) throws(GeminiError) -> [UInt8] {
    let draft = try draft(currency, network, payload)
    let amount = draft.amount.text(decimals: draft.asset.decimals)
    let transfer: Transfer
    do {
      transfer = try exchange.withdraw(
        draft.amount,
        of: draft.asset,
        fee: draft.fee,
        from: key.account,
        network: draft.network,
        to: draft.address,
        afterNanoseconds: settings.transferNanoseconds
      )
    } catch {
      throw GeminiError(
        406,
        "InsufficientFunds",
        "Failed to withdraw \(amount) \(draft.asset.symbol) due to insufficient funds"
      )
    }
    return GeminiJSON.object { writer in
      writer.field("address", draft.address)
      writer.field("amount", amount)
      writer.field("fee", draft.fee.text(decimals: draft.asset.decimals))
      writer.field("withdrawalId", withdrawalID(transfer))
      writer.field(
        "message",
        "You have requested a transfer of \(amount) \(draft.asset.symbol) to \(draft.address)."
          + " This withdrawal will be sent to the blockchain within the next 60 seconds."
      )
    }
  }

  /// An identifier of the form that the venue uses: 32 hexadecimal digits in five groups.
  private func withdrawalID(_ transfer: Transfer) -> String {
    let text = "\(settings.seed)/gemini/transfer/\(transfer.number)"
    let digits = Array(SHA256.hex(Array(text.utf8)))
    let ends = [8, 12, 16, 20, 32]
    var start = 0
    return ends.map { end in
      defer { start = end }
      return String(digits[start..<end])
    }.joined(separator: "-")
  }

  private func transactionHash(_ transfer: Transfer) -> String {
    SHA256.hex(Array("\(settings.seed)/gemini/hash/\(transfer.number)".utf8))
  }

  // MARK: History

  /// Newest first.
  func transfers(_ payload: GeminiPayload, _ key: GeminiKey) throws(GeminiError) -> [UInt8] {
    let limit = try payload.integer("limit_transfers", 10, in: 1...50)
    let after = try payload.timestamp() ?? Timestamp(nanoseconds: 0)
    let currency = payload.text("currency")?.uppercased()
    let rows = exchange.transfers(of: key.account).reversed().filter {
      $0.created >= after && (currency == nil || $0.asset.symbol == currency)
    }
    return GeminiJSON.array { writer in
      for transfer in rows.prefix(limit) { write(transfer, &writer) }
    }
  }

  private func write(_ transfer: Transfer, _ writer: inout JSONWriter) {
    let isDeposit = transfer.kind == .deposit
    let decimals = transfer.asset.decimals
    writer.object { writer in
      writer.field("type", isDeposit ? "Deposit" : "Withdrawal")
      writer.field("status", statusText(transfer))
      writer.field("timestampms", transfer.created.geminiMilliseconds)
      writer.field("eid", GeminiIdentifier.firstEvent + transfer.number)
      writer.field("currency", transfer.asset.symbol)
      writer.field("amount", transfer.amount.text(decimals: decimals))
      if !isDeposit {
        writer.field("feeAmount", transfer.fee.text(decimals: decimals))
        writer.field("feeCurrency", transfer.asset.symbol)
      }
      if transfer.status == .done { writer.field("txHash", transactionHash(transfer)) }
      writer.field("destination", transfer.address)
      if !isDeposit { writer.field("withdrawalId", withdrawalID(transfer)) }
    }
  }

  /// The venue's words: a deposit is advanced when it is credited, a withdrawal is complete.
  private func statusText(_ transfer: Transfer) -> String {
    switch transfer.status {
    case .pending: "Pending"
    case .done: transfer.kind == .deposit ? "Advanced" : "Complete"
    case .failed, .cancelled: "Canceled"
    }
  }
}
