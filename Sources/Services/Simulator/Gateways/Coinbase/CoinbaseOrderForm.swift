import Codecs
import Market
import Units

/// Why an order was refused, in the words of the three fields that say it.
///
/// Refusals are answers of status 200 (ccxt issue 20419); the names are those of the fact sheet,
/// sections 6 and 9.
struct CoinbaseRefusal: Error, Hashable {
  /// The name of the new-order list, or the one that says nothing.
  var reason = CoinbaseRefusal.unknown
  var preview = "UNKNOWN_PREVIEW_FAILURE_REASON"
  var message = ""

  static let unknown = "UNKNOWN_FAILURE_REASON"

  static let funds = CoinbaseRefusal(
    reason: "INSUFFICIENT_FUND",
    preview: "PREVIEW_INSUFFICIENT_FUND",
    message: "Insufficient balance in source account"
  )
  static let unsupported = CoinbaseRefusal(reason: "UNSUPPORTED_ORDER_CONFIGURATION")
  static let unknownProduct = CoinbaseRefusal(
    reason: "INVALID_PRODUCT_ID",
    preview: "PREVIEW_INVALID_PRODUCT_ID"
  )
  static let sizePrecision = CoinbaseRefusal(
    reason: "INVALID_SIZE_PRECISION",
    preview: "PREVIEW_INVALID_SIZE_PRECISION",
    message: "Too many decimals in order amount"
  )
  static let pricePrecision = CoinbaseRefusal(
    reason: "INVALID_PRICE_PRECISION",
    preview: "PREVIEW_INVALID_PRICE_PRECISION",
    message: "Too many decimals in order price"
  )
  static let quotePrecision = CoinbaseRefusal(preview: "PREVIEW_INVALID_QUOTE_SIZE_PRECISION")
  static let baseTooSmall = CoinbaseRefusal(preview: "PREVIEW_INVALID_BASE_SIZE_TOO_SMALL")
  static let baseTooLarge = CoinbaseRefusal(preview: "PREVIEW_INVALID_BASE_SIZE_TOO_LARGE")
  static let quoteTooSmall = CoinbaseRefusal(preview: "PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL")
  static let quoteTooLarge = CoinbaseRefusal(preview: "PREVIEW_INVALID_QUOTE_SIZE_TOO_LARGE")
  static let limitPrice = CoinbaseRefusal(
    reason: "INVALID_LIMIT_PRICE",
    preview: "PREVIEW_INVALID_LIMIT_PRICE"
  )
  static let wouldTake = CoinbaseRefusal(
    reason: "INVALID_LIMIT_PRICE_POST_ONLY",
    preview: "PREVIEW_INVALID_LIMIT_PRICE_POST_ONLY"
  )
  static let noLiquidity = CoinbaseRefusal(reason: "INVALID_NO_LIQUIDITY")
  static let disabled = CoinbaseRefusal(reason: "ORDER_ENTRY_DISABLED")
  static let stopAbove = CoinbaseRefusal(preview: "PREVIEW_STOP_PRICE_ABOVE_LAST_TRADE_PRICE")
  static let stopBelow = CoinbaseRefusal(preview: "PREVIEW_STOP_PRICE_BELOW_LAST_TRADE_PRICE")

  init(reason: String = unknown, preview: String? = nil, message: String = "") {
    self.reason = reason
    if let preview { self.preview = preview }
    self.message = message
  }

  init(_ refusal: OrderRefusal, isMarket: Bool, isQuoteSized: Bool) {
    self =
      switch refusal {
      case .insufficientFunds: .funds
      case .unknownInstrument: .unknownProduct
      case .notOpen(.limitOnly) where isMarket: .unsupported
      case .notOpen: .disabled
      case .offTick: .pricePrecision
      case .offLot: .sizePrecision
      case .belowMinQuantity: .baseTooSmall
      case .belowMinNotional: isQuoteSized ? .quoteTooSmall : .baseTooSmall
      case .priceOutOfRange: .limitPrice
      case .nothingToTakeFrom: .noLiquidity
      case .unsupported: .unsupported
      }
  }
}

/// The kinds of order configuration (fact sheet, section 6).
enum CoinbaseConfiguration: String {
  case immediate = "sor_limit_ioc"
  case resting = "limit_limit_gtc"
  case restingUntil = "limit_limit_gtd"
  case allOrNone = "limit_limit_fok"
  case market = "market_market_ioc"
  case stop = "stop_limit_stop_limit_gtc"
  case stopUntil = "stop_limit_stop_limit_gtd"

  /// Names that the service knows, and that are refused on these products.
  static let refused: Set<String> = [
    "market_market_fok", "trigger_bracket_gtc", "trigger_bracket_gtd", "twap_limit_gtd",
    "scaled_limit_gtc",
  ]

  var timeInForce: String {
    switch self {
    case .immediate, .market: "IMMEDIATE_OR_CANCEL"
    case .allOrNone: "FILL_OR_KILL"
    case .restingUntil, .stopUntil: "GOOD_UNTIL_DATE_TIME"
    case .resting, .stop: "GOOD_UNTIL_CANCELLED"
    }
  }

  /// As orders over REST have it.
  var orderType: String {
    switch self {
    case .market: "MARKET"
    case .stop, .stopUntil: "STOP_LIMIT"
    default: "LIMIT"
    }
  }

  /// As the channel `user` has it.
  var channelType: String {
    switch self {
    case .market: "Market"
    case .stop, .stopUntil: "Stop Limit"
    default: "Limit"
    }
  }
}

extension CoinbaseGateway {
  /// Members that a new order may have; any other is refused as the service refuses it.
  private static let members: Set<String> = [
    "client_order_id", "product_id", "side", "order_configuration", "self_trade_prevention_id",
    "leverage", "margin_type", "retail_portfolio_id", "preview_id",
    "attached_order_configuration", "sor_preference", "is_max", "tradable_balance",
  ]

  /// Reads a new order, or the order of a preview.
  func form(
    _ body: JSONValue,
    for account: AccountID
  ) throws(CoinbaseError) -> Result<NewOrder, CoinbaseRefusal> {
    for member in body.members ?? [] where !CoinbaseGateway.members.contains(member.name) {
      throw .malformed("(line 1:2): unknown field \"\(member.name)\"")
    }
    guard let name = body["product_id"]?.string, !name.isEmpty else {
      throw .invalid("product_id is required")
    }
    let side: OrderSide
    switch body["side"]?.string {
    case "BUY": side = .buy
    case "SELL": side = .sell
    default: throw .invalid("side must be BUY or SELL")
    }
    if let portfolio = body["retail_portfolio_id"]?.string, !portfolio.isEmpty,
      portfolio != self.portfolio(of: account)
    {
      throw .invalid("account is not available")
    }
    guard let configurations = body["order_configuration"]?.members,
      configurations.count == 1, let fields = configurations[0].value.members
    else { throw .invalid("order_configuration is required") }
    guard let kind = CoinbaseConfiguration(rawValue: configurations[0].name) else {
      guard CoinbaseConfiguration.refused.contains(configurations[0].name) else {
        throw .malformed("(line 1:2): unknown field \"\(configurations[0].name)\"")
      }
      return .failure(.unsupported)
    }
    guard let index = products[name] else { return .failure(.unknownProduct) }
    let values = CoinbaseFields(fields)
    var order: NewOrder
    do {
      let (limit, size) = try amounts(kind, values, side, index)
      order = NewOrder(
        account: account,
        instrument: index,
        side: side,
        limit: limit,
        size: size
      )
      switch kind {
      case .immediate, .market: order.timeInForce = .immediateOrCancel
      case .allOrNone: order.timeInForce = .fillOrKill
      case .resting, .restingUntil:
        order.timeInForce = try values.flag("post_only") ? .postOnly : .goodTillCancelled
      case .stop, .stopUntil:
        order.trigger = try trigger(values, index)
      }
    } catch {
      switch error {
      case .error(let error): throw error
      case .refusal(let refusal): return .failure(refusal)
      }
    }
    if kind == .restingUntil || kind == .stopUntil {
      guard let end = values.text("end_time").flatMap(CoinbaseTime.read), end > exchange.now
      else { throw .invalid("end_time must be in the future") }
      order.expires = end
    }
    order.clientOrderID = body["client_order_id"]?.string
    var tag = JSONWriter()
    tag.value(.object(configurations))
    order.tag = tag.text
    return .success(order)
  }

  private func amounts(
    _ kind: CoinbaseConfiguration,
    _ values: CoinbaseFields,
    _ side: OrderSide,
    _ index: Int
  ) throws(CoinbaseFields.Failure) -> (limit: Price?, size: NewOrder.Size) {
    let instrument = exchange.instruments[index]
    let rules = CoinbaseProductRules(instrument)
    var limit: Price?
    if kind != .market {
      limit = try values.price("limit_price")
    } else if let text = values.text("quote_size") {
      guard side == .buy, values.text("base_size") == nil else { throw .refusal(.unsupported) }
      let amount = try CoinbaseFields.units(
        text,
        instrument.quote.decimals,
        tooPrecise: .quotePrecision
      )
      guard amount % rules.quoteStep == 0 else { throw .refusal(.quotePrecision) }
      guard amount <= rules.quoteMaximum.raw else { throw .refusal(.quoteTooLarge) }
      return (nil, .quote(Notional(raw: amount)))
    }
    guard let text = values.text("base_size") else {
      throw .error(.invalid("base_size is required"))
    }
    let amount = try CoinbaseFields.units(
      text,
      instrument.base.decimals,
      tooPrecise: .sizePrecision
    )
    guard amount <= Int128(rules.baseMaximum.raw) else { throw .refusal(.baseTooLarge) }
    return (limit, .base(Quantity(raw: Int64(clamping: amount))))
  }

  private func trigger(
    _ values: CoinbaseFields,
    _ index: Int
  ) throws(CoinbaseFields.Failure) -> NewOrder.Trigger {
    let price = try values.price("stop_price")
    let last = exchange.lastPrices[index]
    switch values.text("stop_direction") {
    case "STOP_DIRECTION_STOP_UP":
      if let last, price <= last { throw .refusal(.stopBelow) }
      return NewOrder.Trigger(price: price, whenRising: true)
    case "STOP_DIRECTION_STOP_DOWN":
      if let last, price >= last { throw .refusal(.stopAbove) }
      return NewOrder.Trigger(price: price, whenRising: false)
    default: throw .error(.invalid("stop_direction is required"))
    }
  }

  /// Why the venue would not take an order now; nil when it would.
  func refusal(of order: NewOrder) -> CoinbaseRefusal? {
    var isQuoteSized = false
    if case .quote = order.size { isQuoteSized = true }
    if let refusal = exchange.refusal(of: order) {
      return CoinbaseRefusal(refusal, isMarket: order.limit == nil, isQuoteSized: isQuoteSized)
    }
    if order.timeInForce == .postOnly, let limit = order.limit,
      wouldTake(order.instrument, order.side, limit)
    {
      return .wouldTake
    }
    return nil
  }

  func wouldTake(_ index: Int, _ side: OrderSide, _ limit: Price) -> Bool {
    guard let best = exchange.best(index, side == .buy ? .ask : .bid)?.price else { return false }
    return side == .buy ? limit >= best : limit <= best
  }
}

/// The members of one order configuration.
struct CoinbaseFields {
  enum Failure: Error {
    /// The request is refused as such.
    case error(CoinbaseError)
    /// The order is.
    case refusal(CoinbaseRefusal)
  }

  private let members: [JSONValue.Member]

  init(_ members: [JSONValue.Member]) { self.members = members }

  func text(_ name: String) -> String? {
    members.first { $0.name == name }?.value.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  func flag(_ name: String) throws(Failure) -> Bool {
    guard let value = members.first(where: { $0.name == name })?.value, value != .null else {
      return false
    }
    guard let flag = value.boolean else {
      throw .error(.malformed("(line 1:2): invalid value for bool field \(name)"))
    }
    return flag
  }

  func price(_ name: String) throws(Failure) -> Price {
    guard let text = text(name) else { throw .error(.invalid("\(name) is required")) }
    let raw = try CoinbaseFields.units(text, Price.decimals, tooPrecise: .pricePrecision)
    guard let raw = Int64(exactly: raw), raw > 0 else { throw .refusal(.limitPrice) }
    return Price(raw: raw)
  }

  /// A positive decimal in steps of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ.
  static func units(
    _ text: String,
    _ decimals: Int,
    tooPrecise: CoinbaseRefusal
  ) throws(Failure) -> Int128 {
    let invalid = Failure.error(.invalid("invalid decimal \"\(text.prefix(40))\""))
    let value: Int128
    do {
      value = try parseDecimal(text, places: decimals)
    } catch {
      if case .tooPrecise = error { throw .refusal(tooPrecise) }
      throw invalid
    }
    guard value >= 0 else { throw invalid }
    return value
  }
}
