import Market
import Testing
import VenueKit
import VenueTesting

@testable import CoinbaseVenue

@Suite("Understanding Coinbase's refusals")
struct FailuresTests {
  private let bench = Account.bench
  private let order = AccountAction.place(Account.order())
  private let question = AccountAction.balances(cursor: nil)
  private static let later = VenueFailure.Remedy.retryLater(afterNanoseconds: nil)

  private func refusal(
    _ error: String,
    preview: String = "UNKNOWN_PREVIEW_FAILURE_REASON",
    id: String = ""
  ) -> String {
    #"{"success":false,"failure_reason":"UNKNOWN_FAILURE_REASON","order_id":"\#(id)","error_response":{"error":"\#(error)","message":"words","error_details":"","preview_failure_reason":"\#(preview)","new_order_failure_reason":"\#(error)"},"order_configuration":{}}"#
  }

  @Test(
    "each documented reason says what to do next",
    arguments: [
      ("INSUFFICIENT_FUND", VenueFailure.Remedy.insufficientFunds),
      ("INSUFFICIENT_FUNDS", .insufficientFunds),
      ("PREVIEW_INSUFFICIENT_FUND", .insufficientFunds),
      ("PREVIEW_INSUFFICIENT_FUNDS_FOR_FUTURES", .insufficientFunds),
      ("PREVIEW_INSUFFICIENT_LEDGER_BALANCE", .insufficientFunds),
      ("INVALID_LEDGER_BALANCE", .insufficientFunds),
      ("UNSUPPORTED_ORDER_CONFIGURATION", .permanent),
      ("INVALID_SIDE", .permanent),
      ("INVALID_PRODUCT_ID", .permanent),
      ("INVALID_SIZE_PRECISION", .permanent),
      ("INVALID_PRICE_PRECISION", .permanent),
      ("INELIGIBLE_PAIR", .permanent),
      ("INVALID_LIMIT_PRICE_POST_ONLY", .permanent),
      ("INVALID_LIMIT_PRICE", .permanent),
      ("INVALID_REQUEST", .permanent),
      ("COMMANDER_REJECTED_NEW_ORDER", .permanent),
      ("UNTRADABLE_PRODUCT", .permanent),
      ("FOK_DISABLED", .permanent),
      ("LIMIT_PRICE_TOO_FAR_FROM_MARKET", .permanent),
      ("PREVIEW_INVALID_BASE_SIZE_TOO_SMALL", .permanent),
      ("PREVIEW_INVALID_BASE_SIZE_TOO_LARGE", .permanent),
      ("PREVIEW_INVALID_QUOTE_SIZE_TOO_SMALL", .permanent),
      ("PREVIEW_BREACHED_PRICE_LIMIT", .permanent),
      ("ORDER_ENTRY_DISABLED", .maintenance),
      ("TRADING_DISABLED", .maintenance),
      ("PRODUCT_TRADING_HALTED", .maintenance),
      ("PREVIEW_NOT_ALLOWED_BY_MARKET_STATE", .maintenance),
      ("PREVIEW_MISSING_PRODUCT_PRICE_BOOK", .maintenance),
      ("MISSING_MARKET_TRADE_DATA", .maintenance),
      ("INVALID_NO_LIQUIDITY", later),
      ("PREVIEW_RISK_PROXY_FAILURE", later),
      ("PREVIEW_MISSING_COMMISSION_RATE", later),
      ("DUPLICATE_CLIENT_ORDER_ID", .unknownOutcome),
      ("SOMETHING_NEW", .permanent),
    ]
  )
  func documented(_ reason: String, _ remedy: VenueFailure.Remedy) {
    let failure = bench.failure(order, refusal(reason))
    #expect(failure == VenueFailure(remedy, code: reason, words: "words"))
    // As the only one that says something, a preview's reason counts.
    let preview = bench.failure(order, refusal("UNKNOWN_FAILURE_REASON", preview: reason))
    #expect(preview?.remedy == remedy)
    #expect(preview?.code == reason)
  }

  @Test("a refusal without a reason, or one that names an order, leaves the outcome open")
  func unclear() {
    #expect(bench.failure(order, refusal("UNKNOWN_FAILURE_REASON"))?.remedy == .unknownOutcome)
    #expect(bench.failure(order, #"{"success":false}"#)?.remedy == .unknownOutcome)
    #expect(bench.failure(order, refusal("SOMETHING_NEW", id: "1"))?.remedy == .unknownOutcome)
    #expect(
      bench.failure(order, refusal("INSUFFICIENT_FUND", id: "1"))?.remedy == .insufficientFunds
    )
  }

  @Test(
    "each refusal to cancel says what to do next",
    arguments: [
      ("UNKNOWN_CANCEL_ORDER", VenueFailure.Remedy.unknownOrder),
      ("INVALID_CANCEL_REQUEST", .permanent),
      ("DUPLICATE_CANCEL_REQUEST", .unknownOutcome),
      ("COMMANDER_REJECTED_CANCEL_ORDER", .unknownOutcome),
      ("UNKNOWN_CANCEL_FAILURE_REASON", .unknownOutcome),
      ("SOMETHING_NEW", .unknownOutcome),
    ]
  )
  func cancels(_ reason: String, _ remedy: VenueFailure.Remedy) {
    let body = #"{"results":[{"success":false,"failure_reason":"\#(reason)","order_id":"1-2"}]}"#
    let failure = bench.failure(.cancel(.venue("1-2"), Account.bitcoin), body)
    #expect(failure == VenueFailure(remedy, code: reason))
  }

  @Test(
    "a status with Coinbase's own words is believed",
    arguments: [
      (400, VenueFailure.Remedy.permanent, VenueFailure.Remedy.permanent),
      (401, .badKey, .badKey), (403, .badKey, .badKey), (404, .permanent, .permanent),
      (429, later, later), (500, .unknownOutcome, later), (502, .unknownOutcome, later),
      (503, .unknownOutcome, later),
    ]
  )
  func ownWords(
    _ status: Int,
    _ ordered: VenueFailure.Remedy,
    _ asked: VenueFailure.Remedy
  ) {
    let body = #"{"error":"SOME_CODE","error_details":"details","message":"words"}"#
    let failure = bench.failure(order, body, status: status)
    #expect(failure == VenueFailure(ordered, code: "SOME_CODE", words: "details"))
    #expect(bench.failure(question, body, status: status)?.remedy == asked)
  }

  @Test("an order that is not there is unknown")
  func absent() {
    let body = #"{"error":"NOT_FOUND","error_details":"order not found","message":"x"}"#
    for action in [
      AccountAction.order(.venue("1-2"), Account.bitcoin), .cancel(.venue("1-2"), Account.bitcoin),
    ] {
      #expect(bench.failure(action, body, status: 404)?.remedy == .unknownOrder)
    }
  }

  @Test("too many requests in version 2's shape, with how long to wait")
  func rate() {
    let body = #"{"errors":[{"id":"rate_limit_exceeded","message":"Too many requests"}]}"#
    let failure = bench.failure(
      order,
      body,
      status: 429,
      headers: [.init("retry-after", "3")]
    )
    #expect(
      failure
        == VenueFailure(
          .retryLater(afterNanoseconds: 3_000_000_000),
          code: "rate_limit_exceeded",
          words: "Too many requests"
        )
    )
  }

  @Test(
    "a status without them leaves an order open",
    arguments: [
      (401, VenueFailure.Remedy.unknownOutcome, VenueFailure.Remedy.badKey),
      (400, .unknownOutcome, .permanent), (502, .unknownOutcome, later), (429, later, later),
      (301, .unknownOutcome, later),
    ]
  )
  func others(_ status: Int, _ ordered: VenueFailure.Remedy, _ asked: VenueFailure.Remedy) {
    for body in ["Unavailable", "<html>", "", "{}"] {
      #expect(bench.failure(order, body, status: status)?.remedy == ordered)
      #expect(bench.failure(question, body, status: status)?.remedy == asked)
    }
  }

  @Test("the one word that refuses a token is believed")
  func unauthorized() {
    for body in ["Unauthorized", "Unauthorized\n", "unauthorized"] {
      #expect(bench.failure(order, body, status: 401)?.remedy == .badKey)
      #expect(bench.failure(order, body, status: 502)?.remedy == .unknownOutcome)
    }
  }

  @Test("a success with another status is not believed")
  func contradiction() {
    let body = #"{"success":true,"order_id":"1","success_response":{"order_id":"1"}}"#
    #expect(bench.failure(order, body, status: 502)?.remedy == .unknownOutcome)
  }
}
