public import Units

/// An order as we want it, before any venue has seen it.
public struct OrderRequest: Hashable, Sendable {
  public var instrument: Instrument
  public var side: OrderSide
  /// The worst price at which it may fill: a multiple of the tick.
  public var limit: Price
  /// Of the base asset: a multiple of the lot.
  public var quantity: Quantity
  public var timeInForce: TimeInForce
  /// Ours, unique for ever, and never sent twice: how an order is found whose answer was lost.
  public var clientOrderID: String
  /// After this moment the venue must not accept it, where the venue knows deadlines.
  public var deadline: Timestamp?

  public init(
    instrument: Instrument,
    side: OrderSide,
    limit: Price,
    quantity: Quantity,
    timeInForce: TimeInForce = .immediateOrCancel,
    clientOrderID: String,
    deadline: Timestamp? = nil
  ) {
    self.instrument = instrument
    self.side = side
    self.limit = limit
    self.quantity = quantity
    self.timeInForce = timeInForce
    self.clientOrderID = clientOrderID
    self.deadline = deadline
  }
}

/// How long an order may wait to fill.
public enum TimeInForce: String, Hashable, Sendable, CaseIterable {
  /// Fills at once as far as it can; the rest is cancelled.
  case immediateOrCancel = "ioc"
  /// Fills at once as a whole or not at all.
  case fillOrKill = "fok"
  case goodTillCancelled = "gtc"
  /// Rests in the book or is refused: never takes.
  case postOnly = "post_only"
}

/// Which order is meant.
public enum OrderReference: Hashable, Sendable {
  /// The venue's own identifier, as it writes it.
  case venue(String)
  /// ``OrderRequest/clientOrderID``.
  case client(String)
}

/// How far an order has come, by the venue's account.
public enum OrderStatus: String, Hashable, Sendable, CaseIterable {
  /// Received, and not yet in the book.
  case pending
  case open
  /// Done: filled as a whole.
  case filled
  /// Done: the rest was cancelled; it may have filled in part.
  case cancelled
  /// Done: its time ran out; it may have filled in part.
  case expired
  /// Done: never accepted.
  case rejected

  /// Whether nothing more can happen to it.
  public var isFinal: Bool { self != .pending && self != .open }
}

/// What a venue says of one of our orders; what it left out is nil.
public struct OrderReport: Hashable, Sendable {
  public var instrument: InstrumentID?
  public var venueOrderID: String?
  public var clientOrderID: String?
  public var side: OrderSide?
  public var status: OrderStatus
  public var quantity: Quantity?
  /// How much of it filled up to now.
  public var filled: Quantity?
  /// What the fills were worth in the quote asset, before fees.
  public var filledNotional: Notional?
  /// Why it ended, in the venue's words.
  public var reason: String?
  public var venueTime: Timestamp?

  public init(status: OrderStatus) { self.status = status }
}

/// One execution of one of our orders.
public struct Fill: Hashable, Sendable {
  public enum Liquidity: String, Hashable, Sendable { case maker, taker }

  public var instrument: InstrumentID
  /// The venue's identifier of the execution, unique at the venue.
  public var tradeID: String
  public var venueOrderID: String
  public var clientOrderID: String?
  public var side: OrderSide
  public var price: Price
  public var quantity: Quantity
  /// What the venue charged, rounded up where it states more digits; negative for a rebate.
  public var fee: Notional
  /// The asset that the fee was taken in.
  public var feeAsset: Asset
  public var liquidity: Liquidity?
  public var venueTime: Timestamp?

  public init(
    instrument: InstrumentID,
    tradeID: String,
    venueOrderID: String,
    clientOrderID: String? = nil,
    side: OrderSide,
    price: Price,
    quantity: Quantity,
    fee: Notional,
    feeAsset: Asset,
    liquidity: Liquidity? = nil,
    venueTime: Timestamp? = nil
  ) {
    self.instrument = instrument
    self.tradeID = tradeID
    self.venueOrderID = venueOrderID
    self.clientOrderID = clientOrderID
    self.side = side
    self.price = price
    self.quantity = quantity
    self.fee = fee
    self.feeAsset = feeAsset
    self.liquidity = liquidity
    self.venueTime = venueTime
  }
}

/// What an account holds of one asset, in the asset's smallest unit.
public struct Balance: Hashable, Sendable {
  public var asset: Asset
  public var total: Notional
  /// What new orders may use.
  public var available: Notional

  public init(asset: Asset, total: Notional, available: Notional) {
    self.asset = asset
    self.total = total
    self.available = available
  }
}
