public import Market
public import Units

/// An account of a simulated venue, by a dense number.
public struct AccountID: Hashable, Sendable {
  public let index: Int
  public init(index: Int) { self.index = index }
}

/// What someone asks the exchange to do.
public struct NewOrder: Hashable, Sendable {
  /// How much.
  public enum Size: Hashable, Sendable {
    case base(Quantity)
    /// Spend or earn so much of the quote asset; market orders only.
    case quote(Notional)
  }

  /// When a waiting order wakes: the last trade's price reaches this one from the other side.
  public struct Trigger: Hashable, Sendable {
    public var price: Price
    /// Wakes when the market rises to the price; otherwise when it falls to it.
    public var whenRising: Bool

    public init(price: Price, whenRising: Bool) {
      self.price = price
      self.whenRising = whenRising
    }
  }

  public var account: AccountID
  /// Index into ``Exchange/instruments``.
  public var instrument: Int
  public var side: OrderSide
  /// The worst price; nil for a market order.
  public var limit: Price?
  public var size: Size
  public var timeInForce: TimeInForce = .goodTillCancelled
  /// When it ends by itself.
  public var expires: Timestamp?
  public var trigger: Trigger?
  public var selfTrade: SelfTradeRule = .cancelNewest
  public var clientOrderID: String?
  /// What the gateway wants back with the order: the venue's own words for it.
  public var tag: String = ""

  public init(
    account: AccountID,
    instrument: Int,
    side: OrderSide,
    limit: Price?,
    size: Size
  ) {
    self.account = account
    self.instrument = instrument
    self.side = side
    self.limit = limit
    self.size = size
  }
}

/// What happens when an order would trade with another of the same account.
public enum SelfTradeRule: String, Hashable, Sendable {
  case cancelNewest, cancelOldest, cancelBoth
  /// They trade.
  case allow
}

/// Why an order was not taken at all.
public enum OrderRefusal: Error, Hashable, Sendable {
  case insufficientFunds(Asset, needed: Notional, available: Notional)
  case unknownInstrument
  case notOpen(InstrumentStatus)
  case offTick, offLot
  case belowMinQuantity, belowMinNotional
  case priceOutOfRange
  case nothingToTakeFrom
  case unsupported
}

/// Why an order ended before it was filled.
public enum OrderEnd: String, Hashable, Sendable {
  case requested, immediateRemainder, wouldNotFill, wouldTake, selfTrade, expired, noLiquidity
  case maintenance
}

/// An order at the exchange, alive or done.
public struct SimulatedOrder: Hashable, Sendable {
  /// Counts up from 1, over all instruments; a gateway makes its venue's identifier from it.
  public let number: Int64
  public let request: NewOrder
  public var limit: Price?
  /// Base quantity asked for; zero while a quote-sized order has not met the book.
  public var quantity: Quantity
  public internal(set) var status: OrderStatus = .pending
  public internal(set) var end: OrderEnd?
  public internal(set) var filled = Quantity.zero
  /// Sum of price × quantity of its fills, exact; see ``SimulatedInstrument/scale``.
  public internal(set) var filledProducts: Int128 = 0
  /// What the fills were worth in the quote asset, as it was posted.
  public internal(set) var filledNotional = Notional.zero
  public internal(set) var fee = Notional.zero
  public internal(set) var fills: [Int64] = []
  public let created: Timestamp
  public internal(set) var updated: Timestamp
  /// What it has on hold: of the quote asset for a buy, of the base asset for a sale.
  public internal(set) var held = Notional.zero
  /// What is left of a quote-sized order.
  var quoteLeft: Notional?

  public var account: AccountID { request.account }
  public var instrument: Int { request.instrument }
  public var side: OrderSide { request.side }
  public var remaining: Quantity { filled < quantity ? quantity - filled : .zero }
  /// Average price of its fills, rounded down to the last place of ``Units/Price``; nil before one.
  public var averagePrice: Price? {
    filled.isZero ? nil : Price(raw: Int64(clamping: filledProducts / Int128(filled.raw)))
  }

  init(number: Int64, request: NewOrder, at time: Timestamp) {
    self.number = number
    self.request = request
    limit = request.limit
    created = time
    updated = time
    switch request.size {
    case .base(let quantity): self.quantity = quantity
    case .quote(let notional):
      quantity = .zero
      quoteLeft = notional
    }
  }
}

/// One execution of a client's order.
public struct SimulatedFill: Hashable, Sendable {
  /// Counts up from 1, together with the public tape: both sides of a trade share it.
  public var trade: Int64
  public var order: Int64
  public var account: AccountID
  public var instrument: Int
  public var side: OrderSide
  public var price: Price
  public var quantity: Quantity
  /// In the quote asset: what a buy paid, what a sale earned, before the fee.
  public var notional: Notional
  /// In the quote asset.
  public var fee: Notional
  public var isMaker: Bool
  public var time: Timestamp
}

/// One trade of the public tape.
public struct PublicTrade: Hashable, Sendable {
  public var number: Int64
  public var instrument: Int
  public var price: Price
  public var quantity: Quantity
  public var takerSide: OrderSide
  public var takerIsMarketOrder: Bool
  public var buyOrder: Int64
  public var sellOrder: Int64
  public var time: Timestamp
}

/// What happened at the exchange, in order; a gateway turns it into frames.
public enum ExchangeEvent: Hashable, Sendable {
  /// What rests at one price now; zero when the level is gone.
  case level(instrument: Int, BookSide, Price, Quantity)
  case trade(PublicTrade)
  /// A client's order came, changed, or ended.
  case order(SimulatedOrder, OrderChange)
  case fill(SimulatedFill)
  case balance(AccountID, Asset)
  case transfer(Transfer)
  case status(InstrumentStatus)
}

public enum OrderChange: Hashable, Sendable {
  case accepted, rested, filled, ended, amended, triggered
}
