import Codecs
import Market
import Units

/// An order in the words of REST.
extension GeminiGateway {
  static func options(_ order: SimulatedOrder) -> String? {
    switch order.request.timeInForce {
    case .goodTillCancelled: nil
    case .immediateOrCancel: "immediate-or-cancel"
    case .fillOrKill: "fill-or-kill"
    case .postOnly: "maker-or-cancel"
    }
  }

  static func type(_ order: SimulatedOrder) -> String {
    order.request.trigger == nil ? "exchange limit" : "exchange stop limit"
  }

  /// Why it was cancelled; nil while it was not (docs.gemini.com, "Cancel reasons").
  static func reason(_ order: SimulatedOrder) -> String? {
    switch order.end {
    case nil: nil
    case .requested: "Requested"
    case .immediateRemainder, .noLiquidity: "ImmediateOrCancelWouldPost"
    case .wouldNotFill: "FillOrKillWouldNotFill"
    case .wouldTake: "MakerOrCancelWouldTake"
    case .selfTrade: "SelfCrossPrevented"
    case .expired, .maintenance: "MarketNotOpen"
    }
  }

  static func isCancelled(_ order: SimulatedOrder) -> Bool {
    order.status == .cancelled || order.status == .expired
  }

  /// Members in the order of answers quoted by ccxt (2022).
  func write(_ order: SimulatedOrder, _ writer: inout JSONWriter, withTrades: Bool = false) {
    let symbol = symbols[order.instrument]
    let identifier = String(GeminiIdentifier.order(order.number))
    writer.object { writer in
      writer.field("order_id", identifier)
      writer.field("id", identifier)
      writer.field("symbol", symbol.lower)
      writer.field("exchange", "gemini")
      writer.field("avg_execution_price", symbol.price(order.averagePrice ?? .zero))
      writer.field("side", order.side == .buy ? "buy" : "sell")
      writer.field("type", GeminiGateway.type(order))
      writer.field("timestamp", String(order.created.geminiSeconds))
      writer.field("timestampms", order.created.geminiMilliseconds)
      writer.field("is_live", !order.status.isFinal)
      writer.field("is_cancelled", GeminiGateway.isCancelled(order))
      writer.field("is_hidden", false)
      writer.field("was_forced", false)
      writer.field("executed_amount", symbol.quantity(order.filled))
      if let name = order.request.clientOrderID { writer.field("client_order_id", name) }
      if let reason = GeminiGateway.reason(order) { writer.field("reason", reason) }
      writer.array("options") { writer in
        if let option = GeminiGateway.options(order) { writer.string(option) }
      }
      if let trigger = order.request.trigger {
        writer.field("stop_price", symbol.price(trigger.price))
      }
      writer.field("price", symbol.price(order.limit ?? .zero))
      writer.field("original_amount", symbol.quantity(order.quantity))
      writer.field("remaining_amount", symbol.quantity(order.remaining))
      if withTrades {
        writer.array("trades") { writer in
          for fill in exchange.fills(of: order.account).reversed() where fill.order == order.number
          {
            write(fill, &writer)
          }
        }
      }
    }
  }

  /// Members in the order of answers quoted by ccxt (2021).
  func write(_ fill: SimulatedFill, _ writer: inout JSONWriter) {
    let symbol = symbols[fill.instrument]
    writer.object { writer in
      writer.field("price", symbol.price(fill.price))
      writer.field("amount", symbol.quantity(fill.quantity))
      writer.field("timestamp", fill.time.geminiSeconds)
      writer.field("timestampms", fill.time.geminiMilliseconds)
      writer.field("type", fill.side == .buy ? "Buy" : "Sell")
      writer.field("aggressor", !fill.isMaker)
      writer.field("fee_currency", symbol.instrument.quote.symbol)
      writer.field("fee_amount", symbol.quoteAmount(fill.fee))
      writer.field("tid", GeminiIdentifier.trade(fill.trade))
      writer.field("order_id", String(GeminiIdentifier.order(fill.order)))
      writer.field("exchange", "gemini")
      writer.field("is_auction_fill", false)
      writer.field("is_clearing_fill", false)
      writer.field("symbol", symbol.upper)
      if let name = exchange.order(fill.order)?.request.clientOrderID {
        writer.field("client_order_id", name)
      }
    }
  }

  func text(_ order: SimulatedOrder, withTrades: Bool = false) -> [UInt8] {
    var writer = JSONWriter()
    write(order, &writer, withTrades: withTrades)
    return writer.bytes
  }
}
