import Codecs
import VenueKit

extension Gemini {
  /// What Gemini's refusal means; nil where the answer is none.
  ///
  /// An error has one of two envelopes, `result`, `reason`, `message` or `error`, `message`.
  ///
  /// - Source: Gemini's list of error codes, and the error shapes of its `developer-platform`.
  func failure(
    of response: borrowing VenueResponse,
    to action: AccountAction
  ) -> VenueFailure? {
    let status = response.status
    guard let refusal = Refusal(response.body) else {
      return status == 200 ? nil : .status(response, of: action)
    }
    let code = refusal.reason.isEmpty ? "http-\(status)" : refusal.reason
    func fail(_ remedy: VenueFailure.Remedy) -> VenueFailure {
      VenueFailure(remedy, of: action, code: code, words: refusal.words)
    }
    if status == 429 || refusal.reason == "RateLimit" {
      return fail(.retryLater(afterNanoseconds: response.retryAfter))
    }
    if let remedy = Gemini.remedies[refusal.reason] { return fail(remedy) }
    switch status {
    // Documented as refused: malformed or market not open, role missing, not found, no funds.
    case 400, 404: return fail(.permanent)
    case 403: return fail(.badKey)
    case 406: return fail(.insufficientFunds)
    default: return fail(.unknownOutcome)
    }
  }

  /// What each reason of Gemini's list, and each that was seen beside it, asks us to do.
  static let remedies: [String: VenueFailure.Remedy] = {
    let groups: [(VenueFailure.Remedy, [String])] = [
      (.insufficientFunds, ["InsufficientFunds"]),
      (.unknownOrder, ["OrderNotFound"]),
      (.resyncClock, ["InvalidNonce"]),
      (
        .badKey,
        [
          "InvalidSignature", "InvalidApiKey", "MissingApikeyHeader", "MissingRole",
          "MissingAccounts", "AcceptTermsRequired", "TermsNotAccepted", "TERMS_NOT_ACCEPTED",
        ]
      ),
      (
        .maintenance,
        ["Maintenance", "MarketNotOpen", "MarketClosed", "AuctionNotOpen", "IneligibleTiming"]
      ),
      (.retryLater(afterNanoseconds: nil), ["RateLimit"]),
      // The venue failed and does not say when; or an order with our id is there already.
      (.unknownOutcome, ["System", "DuplicateOrder"]),
      (
        .permanent,
        [
          "ClientOrderIdTooLong", "ClientOrderIdMustBeString", "ConflictingOptions",
          "ConflictingAccountName", "EndpointMismatch", "EndpointNotFound",
          "EndpointUnavailableInThisEnvironment", "GTSTradeIDMustBeString", "InvalidJson",
          "InvalidOrderType", "InvalidParameterValue", "InvalidPrice", "InvalidStopPrice",
          "InvalidStopPriceSell", "InvalidStopPriceBuy", "InvalidStopPriceRatio",
          "InvalidQuantity", "InvalidSide", "InvalidSymbol", "InvalidTimestampInPayload",
          "InvalidAccountName", "InvalidAccountType", "InvalidFundTransfer", "InvalidTotalSpend",
          "LimitPriceOffTick", "InsufficientLiquidity", "UnknownInstrument",
          "MissingAccountName", "MissingName", "MissingOrderField", "MissingPayloadHeader",
          "MissingPayloadKey", "MissingSignatureHeader", "NoSSL", "OptionsMustBeArray",
          "UnsupportedOption",
        ]
      ),
    ]
    var table: [String: VenueFailure.Remedy] = [:]
    for (remedy, reasons) in groups { for reason in reasons { table[reason] = remedy } }
    return table
  }()

  // MARK: The socket

  /// What a refusal over the socket means; which request it answers is not known here.
  ///
  /// - Source: Gemini's page on the message format (-1002), its page on prediction markets
  ///   (-2010, an order refused), and hummingbot (-1013, also for a cancel of an order that is not
  ///   there). What has no code of these may have been carried out.
  func socketFailure(status: UInt64, code: String, words: String) -> VenueFailure {
    func fail(_ remedy: VenueFailure.Remedy) -> VenueFailure {
      VenueFailure(
        remedy,
        code: code.isEmpty ? "status-\(status)" : code,
        words: String(decoding: words.utf8.prefix(VenueFailure.maximumWordsBytes), as: UTF8.self)
      )
    }
    let reason = words.split { !$0.isLetter }.lazy.map(String.init)
      .first { Gemini.remedies[$0] != nil }
    if let remedy = Gemini.remedies[code] ?? reason.flatMap({ Gemini.remedies[$0] }) {
      return fail(remedy)
    }
    switch code {
    case "-1002": return fail(.badKey)
    case "-1013": return fail(words.contains("order not found") ? .unknownOrder : .permanent)
    case "-2010": return fail(words.contains("nsufficient") ? .insufficientFunds : .permanent)
    default: break
    }
    switch status {
    case 401, 403: return fail(.badKey)
    case 429: return fail(.retryLater(afterNanoseconds: nil))
    default: return fail(.unknownOutcome)
    }
  }
}

/// An error as Gemini writes it.
private struct Refusal {
  var reason: String
  var words: String

  /// Nil for a body that is no error, or no JSON at all.
  init?(_ body: [UInt8]) {
    guard firstInvalidUTF8(in: body.span) == nil else { return nil }
    var reader = JSONReader(body.span)
    guard reader.peek() == UInt8(ascii: "{") else { return nil }
    do {
      let members = try reader.members()
      try reader.expectEnd()
      if try reader.text(at: members["error"]) != nil {
        reason = try reader.text(at: members["error"]) ?? ""
      } else {
        guard try reader.text(at: members["result"]) == "error" else { return nil }
        reason = try reader.text(at: members["reason"]) ?? ""
      }
      words = try reader.text(at: members["message"]) ?? ""
    } catch {
      return nil
    }
  }
}
