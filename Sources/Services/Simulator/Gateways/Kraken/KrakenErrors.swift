import Market

/// What Kraken says when it refuses something: `<severity><category>:<text>`.
///
/// Source: docs.kraken.com, errors of Spot REST and of WebSocket v2.
struct KrakenError: Error, Hashable, Sendable {
  var text: String

  init(_ text: String) { self.text = text }

  static let invalidKey = KrakenError("EAPI:Invalid key")
  static let invalidSignature = KrakenError("EAPI:Invalid signature")
  static let invalidNonce = KrakenError("EAPI:Invalid nonce")
  static let rateLimit = KrakenError("EAPI:Rate limit exceeded")
  static let permissionDenied = KrakenError("EGeneral:Permission denied")
  static let temporaryLockout = KrakenError("EGeneral:Temporary lockout")
  static let tooManyRequests = KrakenError("EGeneral:Too many requests")
  static let unknownMethod = KrakenError("EGeneral:Unknown method")
  static let unknownPair = KrakenError("EQuery:Unknown asset pair")
  static let unknownAsset = KrakenError("EQuery:Unknown asset")
  static let unavailable = KrakenError("EService:Unavailable")
  static let deadlineElapsed = KrakenError("EService:Deadline elapsed")
  static let insufficientFunds = KrakenError("EOrder:Insufficient funds")
  static let orderMinimum = KrakenError("EOrder:Order minimum not met")
  static let costMinimum = KrakenError("EOrder:Cost minimum not met")
  static let tickSize = KrakenError("EOrder:Tick size check failed")
  static let invalidPrice = KrakenError("EOrder:Invalid price")
  static let unknownOrder = KrakenError("EOrder:Unknown order")
  static let postOnly = KrakenError("EOrder:Post only order")
  static let ordersLimit = KrakenError("EOrder:Orders limit exceeded")
  static let orderRateLimit = KrakenError("EOrder:Rate limit exceeded")
  static let invalidSession = KrakenError("ESession:Invalid session")
  static let unknownWithdrawKey = KrakenError("EFunding:Unknown withdraw key")
  static let invalidAmount = KrakenError("EFunding:Invalid amount")
  static let unknownFundingAsset = KrakenError("EFunding:Unknown asset")
  static let noFundingMethod = KrakenError("EFunding:No funding method")
  static let unknownReference = KrakenError("EFunding:Unknown reference id")

  /// `EGeneral:Invalid arguments:volume`.
  static func invalidArguments(_ field: String? = nil) -> KrakenError {
    KrakenError("EGeneral:Invalid arguments" + (field.map { ":" + $0 } ?? ""))
  }

  /// What a market that is not fully open says.
  static func notOpen(_ status: InstrumentStatus) -> KrakenError {
    status == .closed || status == .open
      ? .unavailable : KrakenError("EService:Market in \(KrakenPair.word(status)) mode")
  }

  init(_ refusal: OrderRefusal) {
    switch refusal {
    case .insufficientFunds: self = .insufficientFunds
    case .unknownInstrument: self = .unknownPair
    case .notOpen(let status): self = .notOpen(status)
    case .offTick: self = .tickSize
    case .offLot: self = .invalidArguments("volume")
    case .belowMinQuantity: self = .orderMinimum
    case .belowMinNotional: self = .costMinimum
    case .priceOutOfRange: self = .invalidPrice
    case .nothingToTakeFrom: self = KrakenError("EOrder:Insufficient liquidity")
    case .unsupported: self = .invalidArguments()
    }
  }
}

/// Why orders end, in the words of an order's `reason`; `User requested` is recorded.
enum KrakenReason {
  static func text(_ end: OrderEnd?) -> String? {
    switch end {
    case nil: nil
    case .requested: "User requested"
    case .immediateRemainder: "Immediate or cancel"
    case .wouldNotFill: "Fill or kill"
    case .wouldTake: "Post only order"
    case .selfTrade: "Self trade prevention"
    case .expired: "Order expired"
    case .noLiquidity: "Insufficient liquidity"
    case .maintenance: "Market maintenance"
    }
  }
}
