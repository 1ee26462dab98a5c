public import Market
import Units

extension TradingCapabilities {
  /// Refuses an order that the venue would refuse, before anything is signed.
  ///
  /// - Throws: ``UnsupportedAction`` for a time in force or a client id that the venue does not
  ///   take, and for a price or quantity that is not positive or not on its step.
  public func check(_ order: OrderRequest) throws(UnsupportedAction) {
    guard timesInForce.contains(order.timeInForce) else {
      throw UnsupportedAction("no orders are sent as \(order.timeInForce.rawValue) here")
    }
    try check(clientOrderID: order.clientOrderID)
    guard order.limit.raw > 0 else { throw UnsupportedAction("a limit price is above zero") }
    guard order.quantity.raw > 0 else { throw UnsupportedAction("a quantity is above zero") }
    guard let rules = order.instrument.rules else { return }
    guard order.limit.raw % max(1, rules.tickSize.raw) == 0 else {
      throw UnsupportedAction("\(order.limit) is not a multiple of the tick \(rules.tickSize)")
    }
    guard order.quantity.raw % max(1, rules.lotSize.raw) == 0 else {
      let decimals = order.instrument.base.decimals
      throw UnsupportedAction(
        "\(order.quantity.text(decimals: decimals)) is not a multiple of the lot "
          + rules.lotSize.text(decimals: decimals)
      )
    }
  }

  /// Refuses a client id that is empty, too long, or more than letters, digits, `-`, and `_`.
  public func check(clientOrderID: String) throws(UnsupportedAction) {
    let bytes = clientOrderID.utf8
    guard !bytes.isEmpty, bytes.count <= maximumClientOrderIDBytes else {
      throw UnsupportedAction("a client id has 1 to \(maximumClientOrderIDBytes) bytes here")
    }
    let isPlain = bytes.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    guard isPlain else { throw UnsupportedAction("a client id is of letters, digits, - and _") }
  }
}
