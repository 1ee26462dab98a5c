import Market
import Testing
import VenueKit
import VenueTesting

@testable import GeminiVenue

@Suite("What Gemini's refusals mean")
struct FailuresTests {
  private let sample = Sample()
  private var place: AccountAction { .place(sample.order()) }

  private func body(_ reason: String) -> String {
    #"{"result":"error","reason":"\#(reason)","message":"Some words"}"#
  }

  @Test("every documented reason has its remedy")
  func reasons() {
    let table: [(VenueFailure.Remedy, Int, [String])] = [
      (.insufficientFunds, 406, ["InsufficientFunds"]),
      (.unknownOrder, 404, ["OrderNotFound"]),
      (.resyncClock, 400, ["InvalidNonce"]),
      (
        .badKey, 400,
        [
          "InvalidSignature", "InvalidApiKey", "MissingApikeyHeader", "MissingRole",
          "MissingAccounts", "AcceptTermsRequired",
        ]
      ),
      (.maintenance, 503, ["Maintenance"]),
      (.maintenance, 400, ["MarketNotOpen", "MarketClosed", "AuctionNotOpen", "IneligibleTiming"]),
      (.retryLater(afterNanoseconds: nil), 429, ["RateLimit"]),
      (.unknownOutcome, 500, ["System"]),
      (.unknownOutcome, 400, ["DuplicateOrder"]),
      (
        .permanent, 400,
        [
          "ClientOrderIdTooLong", "ClientOrderIdMustBeString", "ConflictingOptions",
          "ConflictingAccountName", "EndpointMismatch", "EndpointNotFound",
          "EndpointUnavailableInThisEnvironment", "GTSTradeIDMustBeString", "InvalidJson",
          "InvalidOrderType", "InvalidParameterValue", "InvalidPrice", "InvalidStopPrice",
          "InvalidStopPriceSell", "InvalidStopPriceBuy", "InvalidStopPriceRatio",
          "InvalidQuantity", "InvalidSide", "InvalidSymbol", "InvalidTimestampInPayload",
          "InvalidAccountName", "InvalidAccountType", "InvalidFundTransfer",
          "InvalidTotalSpend", "LimitPriceOffTick", "InsufficientLiquidity",
          "UnknownInstrument", "MissingAccountName", "MissingName", "MissingOrderField",
          "MissingPayloadHeader", "MissingPayloadKey", "MissingSignatureHeader", "NoSSL",
          "OptionsMustBeArray", "UnsupportedOption",
        ]
      ),
    ]
    for (remedy, status, reasons) in table {
      for reason in reasons {
        let failure = sample.bench.failure(place, body(reason), status: status)
        #expect(failure == VenueFailure(remedy, code: reason, words: "Some words"))
      }
    }
  }

  @Test("a refusal without a status of its own is one too, in either envelope")
  func envelopes() {
    #expect(sample.bench.failure(place, body("InvalidPrice"))?.remedy == .permanent)
    let other = #"{"error":"MissingRole","message":"OrderStatus required"}"#
    let failure = sample.bench.failure(place, other, status: 403)
    #expect(
      failure == VenueFailure(.badKey, code: "MissingRole", words: "OrderStatus required")
    )
  }

  @Test("a reason that is not listed refuses an order only with a status that says so")
  func unlisted() {
    let statuses: [(Int, VenueFailure.Remedy)] = [
      (400, .permanent), (403, .badKey), (404, .permanent), (406, .insufficientFunds),
      (200, .unknownOutcome), (500, .unknownOutcome), (502, .unknownOutcome),
      (503, .unknownOutcome), (418, .unknownOutcome),
    ]
    for (status, remedy) in statuses {
      #expect(sample.bench.failure(place, body("Novelty"), status: status)?.remedy == remedy)
    }
    // What only asks cannot have happened.
    let asked = sample.bench.failure(.balances(cursor: nil), body("Novelty"), status: 500)
    #expect(asked?.remedy == .retryLater(afterNanoseconds: nil))
  }

  @Test("a status without words of the venue proves nothing but 429")
  func statuses() {
    for status in [301, 400, 401, 403, 404, 500, 502, 503, 504] {
      let failure = sample.bench.failure(place, "<html>no</html>", status: status)
      #expect(failure == VenueFailure(.unknownOutcome, code: "http-\(status)"))
    }
    let failure = sample.bench.failure(
      place,
      "",
      status: 429,
      headers: [.init("retry-after", "3")]
    )
    #expect(failure?.remedy == .retryLater(afterNanoseconds: 3_000_000_000))
    #expect(sample.bench.failure(.fees(nil), "", status: 401)?.remedy == .badKey)
    #expect(sample.bench.failure(.fees(nil), "", status: 404)?.remedy == .permanent)
    #expect(
      sample.bench.failure(.fees(nil), "", status: 502)?.remedy
        == .retryLater(afterNanoseconds: nil)
    )
  }

  @Test("the venue says how long to wait, within a day")
  func waiting() {
    for (text, nanoseconds) in [("3", Int64(3_000_000_000)), ("x", nil), ("999999999", nil)] {
      let failure = sample.bench.failure(
        .fees(nil),
        body("RateLimit"),
        status: 429,
        headers: [.init("retry-after", text)]
      )
      #expect(failure?.remedy == .retryLater(afterNanoseconds: nanoseconds))
    }
  }

  @Test("only so many of the venue's words are kept")
  func words() {
    let long =
      #"{"result":"error","reason":"System","message":""#
      + String(repeating: "x", count: 5_000) + #""}"#
    let failure = sample.bench.failure(place, long, status: 500)
    #expect(failure?.words.utf8.count == VenueFailure.maximumWordsBytes)
  }

  @Test(
    "a refusal over the socket has codes of its own",
    arguments: [
      (400, "-1013", "Invalid parameters - order not found or already filled", "unknownOrder"),
      (400, "-1013", "Invalid parameters", "permanent"),
      (401, "-1002", "Authentication required", "badKey"),
      (400, "-2010", "Order rejected", "permanent"),
      (400, "-2010", "Order rejected: InsufficientFunds", "insufficientFunds"),
      (400, "-2010", "MarketNotOpen", "maintenance"),
      (400, "-2010", "DuplicateOrder", "unknownOutcome"),
      (429, "-1003", "Too many requests", "retryLater(afterNanoseconds: nil)"),
      (400, "-9999", "Something new", "unknownOutcome"),
      (503, "", "", "unknownOutcome"),
    ]
  )
  func socket(_ status: Int, _ code: String, _ words: String, _ remedy: String) throws {
    let error = code.isEmpty ? "" : #","error":{"code":\#(code),"msg":"\#(words)"}"#
    let events = try sample.bench.events(#"{"id":"7","status":\#(status)\#(error)}"#)
    guard case .answered(7, .failure(let failure))? = events.first else {
      Issue.record("\(events)")
      return
    }
    #expect("\(failure.remedy)" == remedy)
    #expect(failure.code == (code.isEmpty ? "status-\(status)" : code) && failure.words == words)
  }
}
