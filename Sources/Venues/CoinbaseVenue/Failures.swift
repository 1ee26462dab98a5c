import Codecs
import VenueKit

extension Coinbase {
  /// What a refusal of an order means; it comes with HTTP 200 and `"success":false`.
  ///
  /// A reason that is not listed refuses too, as long as the answer names no order: the venue made
  /// none. `PREVIEW_` in front says only who noticed.
  ///
  /// - Source: Coinbase Developer Platform, "Create Order", `new_order_failure_reason` and
  ///   `preview_failure_reason`; ccxt issue 20419 for the HTTP status.
  static func orderFailure(_ reason: String, namesOrder: Bool, words: String) -> VenueFailure {
    let name = reason.hasPrefix("PREVIEW_") ? String(reason.dropFirst(8)) : reason
    let remedy = orderReasons[name] ?? (namesOrder ? .unknownOutcome : .permanent)
    return VenueFailure(remedy, code: reason, words: words)
  }

  /// Reasons that mean more than a plain refusal, without `PREVIEW_`.
  static let orderReasons: [String: VenueFailure.Remedy] = [
    "INSUFFICIENT_FUND": .insufficientFunds,
    "INSUFFICIENT_FUNDS": .insufficientFunds,
    "INSUFFICIENT_FUNDS_FOR_FUTURES": .insufficientFunds,
    "INSUFFICIENT_LEDGER_BALANCE": .insufficientFunds,
    "INVALID_LEDGER_BALANCE": .insufficientFunds,
    "ORDER_ENTRY_DISABLED": .maintenance,
    "TRADING_DISABLED": .maintenance,
    "PRODUCT_TRADING_HALTED": .maintenance,
    "NOT_ALLOWED_BY_MARKET_STATE": .maintenance,
    "MISSING_PRODUCT_PRICE_BOOK": .maintenance,
    "MISSING_MARKET_TRADE_DATA": .maintenance,
    "INVALID_NO_LIQUIDITY": .retryLater(afterNanoseconds: nil),
    "RISK_PROXY_FAILURE": .retryLater(afterNanoseconds: nil),
    "MISSING_COMMISSION_RATE": .retryLater(afterNanoseconds: nil),
    // The first order with this client id is there.
    "DUPLICATE_CLIENT_ORDER_ID": .unknownOutcome,
    // Names of enumerations for nothing in particular.
    "UNKNOWN_FAILURE_REASON": .unknownOutcome,
    "UNKNOWN_PREVIEW_FAILURE_REASON": .unknownOutcome,
    "no-reason": .unknownOutcome,
  ]

  /// What a refusal to cancel means; it comes with HTTP 200 too.
  ///
  /// One that is not listed leaves open what became of the order.
  ///
  /// - Source: Coinbase Developer Platform, "Cancel Orders", `failure_reason`.
  static func cancelFailure(_ reason: String) -> VenueFailure {
    let remedy: VenueFailure.Remedy =
      switch reason {
      case "UNKNOWN_CANCEL_ORDER": .unknownOrder
      case "INVALID_CANCEL_REQUEST": .permanent
      // Being cancelled already, refused by the engine since it is just filling, or no reason.
      case "DUPLICATE_CANCEL_REQUEST", "COMMANDER_REJECTED_CANCEL_ORDER",
        "UNKNOWN_CANCEL_FAILURE_REASON":
        .unknownOutcome
      default: .unknownOutcome
      }
    return VenueFailure(remedy, code: reason)
  }

  /// What an answer with another status than 200 means.
  ///
  /// A body of Coinbase's own proves that the request came no further than its front; without one,
  /// what stands between may have answered, and after an order the outcome is open.
  ///
  /// - Source: Coinbase Developer Platform, "Advanced Trade REST API errors"; hummingbot issue 6458
  ///   for 502 after a cancellation that was carried out.
  func failure(_ response: borrowing VenueResponse, of action: AccountAction) -> VenueFailure {
    if response.status == 401, Coinbase.saysUnauthorized(response.body) {
      return VenueFailure(.badKey, code: "http-401", words: "Unauthorized")
    }
    let error: ErrorBody?
    do { error = try errorBody(response.body) } catch { return .status(response, of: action) }
    guard let error else { return .status(response, of: action) }
    let remedy: VenueFailure.Remedy
    switch response.status {
    case 400, 405, 415, 422: remedy = .permanent
    case 401, 403: remedy = .badKey
    case 404: remedy = action.namesOneOrder ? .unknownOrder : .permanent
    case 429: remedy = .retryLater(afterNanoseconds: response.retryAfter)
    default: remedy = .unknownOutcome
    }
    return VenueFailure(remedy, of: action, code: error.code, words: error.words)
  }

  /// Whether the body is the one word with which a token is refused: it is wrong, of another time,
  /// or for another address.
  private static func saysUnauthorized(_ body: [UInt8]) -> Bool {
    body.count <= 16
      && String(decoding: body, as: UTF8.self).lowercased().hasPrefix("unauthorized")
  }

  private struct ErrorBody {
    var code: String
    var words: String
  }

  /// Reads `{"error":...,"message":...}`, or version 2's `{"errors":[{"id":...,"message":...}]}`;
  /// nil for an object that is neither.
  private func errorBody(_ body: [UInt8]) throws(WireError) -> ErrorBody? {
    try checkAnswer(body.span)
    var reader = JSONReader(body.span)
    let object = try WireObject(&reader)
    try reader.expectEnd()
    if let code = object.text("errors.0.id") {
      return ErrorBody(code: code, words: object.text("errors.0.message") ?? "")
    }
    guard let code = object.text("error") else { return nil }
    let words = object.text("error_details") ?? object.text("message") ?? ""
    return ErrorBody(code: code, words: words)
  }
}

extension AccountAction {
  /// Whether it is about one order, by an id.
  fileprivate var namesOneOrder: Bool {
    switch self {
    case .cancel, .order: true
    default: false
    }
  }
}
