import Codecs
import Market
import Units

/// What Kraken knows of an order beyond what the exchange does, to say it back.
struct KrakenTerms: Hashable, Sendable {
  /// `limit`, `market`, `stop-loss`, `stop-loss-limit`, `take-profit`, `take-profit-limit`.
  var orderType: String
  var userReference: Int64 = 0
  var clientOrderID: String?
  /// `GTC`, `IOC`, `GTD`, `FOK`.
  var timeInForce = "GTC"
  var isPostOnly = false
  /// The volume as asked for, when it is an amount of the quote asset.
  var quoteVolume: Notional?
  /// Why it ended, where the exchange's reason is not the whole truth.
  var reason: String?

  var hasTrigger: Bool { orderType != "limit" && orderType != "market" }
}

/// An order as a client asks for it, by REST or by the socket, numbers still as text.
struct KrakenOrderForm: Sendable {
  var side = ""
  var orderType = ""
  var volume: String?
  var isQuoteVolume = false
  var limit: String?
  var trigger: String?
  var timeInForce = "GTC"
  /// When it ends; of `GTD` alone.
  var expires: String?
  var starts: String?
  var clientOrderID: String?
  var userReference: String?
  var isPostOnly = false
  var deadline: String?
  var selfTrade = "cancel-newest"
  var isOnlyChecked = false
  /// Something that the simulated venue has not: margin, trailing stops, icebergs, closes.
  var unsupported: String?

  /// From the fields of AddOrder.
  ///
  /// Source: docs.kraken.com, Spot REST, Add Order.
  init(_ fields: KrakenFields) {
    side = fields["type"] ?? ""
    orderType = fields["ordertype"] ?? ""
    volume = fields["volume"]
    let flags = (fields["oflags"] ?? "").split(separator: ",").map(String.init)
    isQuoteVolume = flags.contains("viqc")
    isPostOnly = flags.contains("post")
    if orderType.hasPrefix("stop-loss") || orderType.hasPrefix("take-profit") {
      trigger = fields["price"]
      limit = fields["price2"]
    } else {
      limit = fields["price"]
    }
    timeInForce = (fields["timeinforce"] ?? "GTC").uppercased()
    expires = fields["expiretm"].flatMap { $0 == "0" ? nil : $0 }
    starts = fields["starttm"].flatMap { $0 == "0" || $0 == "+0" ? nil : $0 }
    clientOrderID = fields["cl_ord_id"]
    userReference = fields["userref"]
    deadline = fields["deadline"]
    selfTrade = fields["stptype"] ?? "cancel-newest"
    isOnlyChecked = fields.isTrue("validate")
    let known: Set<String> = ["fcib", "fciq", "post", "viqc", "nompp"]
    if !flags.allSatisfy({ known.contains($0) }) { unsupported = "oflags" }
    if let leverage = fields["leverage"], leverage != "none" { unsupported = "leverage" }
    if fields.isTrue("reduce_only") { unsupported = "reduce_only" }
    if let shown = fields["displayvol"], shown != "0" { unsupported = "displayvol" }
    if fields["close[ordertype]"] != nil { unsupported = "close" }
  }

  /// From the parameters of `add_order`.
  ///
  /// Source: docs.kraken.com, WebSocket v2, add_order.
  init(socket params: JSONValue) {
    func number(_ name: String) -> String? {
      switch params[name] {
      case .number(let text): KrakenText.plain(text) ?? text
      case .string(let text): text
      default: nil
      }
    }
    side = params["side"]?.string ?? ""
    orderType = params["order_type"]?.string ?? ""
    volume = number("order_qty")
    if let cash = number("cash_order_qty") {
      unsupported = volume == nil ? nil : "cash_order_qty"
      volume = cash
      isQuoteVolume = true
    }
    isPostOnly = params["post_only"]?.boolean ?? false
    limit = number("limit_price")
    if let triggers = params["triggers"] {
      switch triggers["price"] {
      case .number(let text): trigger = KrakenText.plain(text) ?? text
      case .string(let text): trigger = text
      default: break
      }
      if let kind = triggers["price_type"]?.string, kind != "static" { unsupported = "triggers" }
    }
    timeInForce = (params["time_in_force"]?.string ?? "GTC").uppercased()
    expires = params["expire_time"]?.string
    starts = params["effective_time"]?.string
    clientOrderID = params["cl_ord_id"]?.string
    userReference = params["order_userref"]?.text
    deadline = params["deadline"]?.string
    selfTrade = (params["stp_type"]?.string ?? "cancel_newest").replacing("_", with: "-")
    isOnlyChecked = params["validate"]?.boolean ?? false
    if params["margin"]?.boolean == true { unsupported = "margin" }
    if params["reduce_only"]?.boolean == true { unsupported = "reduce_only" }
    if params["display_qty"] != nil { unsupported = "display_qty" }
    if params["conditional"] != nil { unsupported = "conditional" }
  }
}

extension KrakenOrderForm {
  /// Volumes beyond this are refused: sums of them would leave the exchange's range.
  static let largestVolume: Int64 = 9_000_000_000_000_000
  static let largestAmount: Int128 = 100_000_000_000_000_000

  /// The order for the exchange, or which argument is wrong.
  func order(
    _ pair: KrakenPair,
    _ account: AccountID,
    now: Timestamp
  ) throws(KrakenError) -> (order: NewOrder, terms: KrakenTerms) {
    if let unsupported { throw .invalidArguments(unsupported) }
    guard side == "buy" || side == "sell" else { throw .invalidArguments("type") }
    let types: Set<String> = [
      "limit", "market", "stop-loss", "stop-loss-limit", "take-profit", "take-profit-limit",
    ]
    guard types.contains(orderType) else { throw .invalidArguments("ordertype") }
    var terms = KrakenTerms(orderType: orderType)
    let isLimit = orderType.hasSuffix("limit")
    let price = isLimit ? try KrakenOrderForm.price(limit, pair) : nil
    let size = try size(pair, &terms)
    var order = NewOrder(
      account: account,
      instrument: pair.index,
      side: side == "buy" ? .buy : .sell,
      limit: price,
      size: size
    )
    if terms.hasTrigger {
      let rises = orderType.hasPrefix("stop-loss") == (order.side == .buy)
      order.trigger = .init(price: try KrakenOrderForm.price(trigger, pair), whenRising: rises)
    }
    try setTime(&order, &terms, isLimit: isLimit, now: now)
    try setNames(&order, &terms)
    switch selfTrade {
    case "cancel-newest": order.selfTrade = .cancelNewest
    case "cancel-oldest": order.selfTrade = .cancelOldest
    case "cancel-both": order.selfTrade = .cancelBoth
    default: throw .invalidArguments("stptype")
    }
    return (order, terms)
  }

  static func price(_ text: String?, _ pair: KrakenPair) throws(KrakenError) -> Price {
    guard let text else { throw .invalidArguments("price") }
    guard text.utf8.count <= 40, let price = try? Price(text), price.raw > 0,
      price.raw < .max / 4
    else { throw .invalidPrice }
    // More decimals than the pair's is another mistake than a price between two ticks.
    guard price.raw % Int64(powerOfTen(Price.decimals - pair.priceDecimals)) == 0 else {
      throw .invalidPrice
    }
    return price
  }

  static func volume(_ text: String?, _ pair: KrakenPair) throws(KrakenError) -> Quantity {
    guard let text, text.utf8.count <= 40,
      let quantity = try? Quantity(text, decimals: pair.baseDecimals),
      quantity.raw <= largestVolume
    else { throw .invalidArguments("volume") }
    return quantity
  }

  private func size(
    _ pair: KrakenPair,
    _ terms: inout KrakenTerms
  ) throws(KrakenError) -> NewOrder.Size {
    guard isQuoteVolume else {
      let quantity = try KrakenOrderForm.volume(volume, pair)
      return .base(quantity)
    }
    guard orderType == "market" else { throw .invalidArguments("viqc") }
    guard let volume, volume.utf8.count <= 40,
      let amount = try? parseDecimal(volume, places: pair.quoteDecimals), amount > 0,
      amount <= KrakenOrderForm.largestAmount
    else { throw .invalidArguments("volume") }
    terms.quoteVolume = Notional(raw: amount)
    return .quote(Notional(raw: amount))
  }

  private func setTime(
    _ order: inout NewOrder,
    _ terms: inout KrakenTerms,
    isLimit: Bool,
    now: Timestamp
  ) throws(KrakenError) {
    guard starts == nil else { throw .invalidArguments("starttm") }
    terms.timeInForce = timeInForce
    switch timeInForce {
    case "GTC": order.timeInForce = .goodTillCancelled
    case "IOC": order.timeInForce = .immediateOrCancel
    case "FOK": order.timeInForce = .fillOrKill
    case "GTD":
      guard let expires, let end = KrakenOrderForm.end(expires, now: now), end > now else {
        throw .invalidArguments("expiretm")
      }
      order.expires = end
    default: throw .invalidArguments("timeinforce")
    }
    if expires != nil, timeInForce != "GTD" { throw .invalidArguments("expiretm") }
    if isPostOnly {
      guard orderType == "limit", timeInForce == "GTC" || timeInForce == "GTD" else {
        throw .invalidArguments("oflags")
      }
      order.timeInForce = .postOnly
      terms.isPostOnly = true
    }
    if let deadline {
      guard let time = KrakenText.time(deadline) else { throw .invalidArguments("deadline") }
      guard time > now else { throw .deadlineElapsed }
      // Half a second to a minute ahead when it is sent; when it arrives, the rest of that.
      guard time.nanoseconds(since: now) <= 60_000_000_000 else {
        throw .invalidArguments("deadline")
      }
    }
  }

  /// `+30` seconds from now, seconds since 1970, or an RFC 3339 time.
  private static func end(_ text: String, now: Timestamp) -> Timestamp? {
    if text.hasPrefix("+") {
      guard let seconds = Int64(text.dropFirst()), (5...315_360_000).contains(seconds) else {
        return nil
      }
      return now.advanced(byNanoseconds: seconds * 1_000_000_000)
    }
    return KrakenText.time(text) ?? KrakenGateway.time(text)
  }

  private func setNames(
    _ order: inout NewOrder,
    _ terms: inout KrakenTerms
  ) throws(KrakenError) {
    if let userReference {
      guard let number = Int32(userReference) else { throw .invalidArguments("userref") }
      guard clientOrderID == nil else { throw .invalidArguments("cl_ord_id") }
      terms.userReference = Int64(number)
    }
    if let clientOrderID {
      guard KrakenOrderForm.isClientOrderID(clientOrderID) else {
        throw .invalidArguments("cl_ord_id")
      }
      terms.clientOrderID = clientOrderID
      order.clientOrderID = clientOrderID
    }
  }

  /// A UUID with or without hyphens, or free text of up to 18 characters.
  static func isClientOrderID(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    guard bytes.allSatisfy({ (0x21...0x7E).contains($0) }) else { return false }
    if (1...18).contains(bytes.count) { return true }
    func isHex(_ byte: UInt8) -> Bool {
      (0x30...0x39).contains(byte) || (0x41...0x46).contains(byte) || (0x61...0x66).contains(byte)
    }
    if bytes.count == 32 { return bytes.allSatisfy(isHex) }
    let hyphens = [8, 13, 18, 23]
    return bytes.count == 36
      && bytes.enumerated().allSatisfy { index, byte in
        hyphens.contains(index) ? byte == UInt8(ascii: "-") : isHex(byte)
      }
  }
}
