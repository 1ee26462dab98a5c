import Market
import Testing
import VenueKit
import VenueTesting

@testable import KrakenVenue

@Suite("Understanding Kraken's refusals")
struct FailuresTests {
  private let bench = Account.bench
  private let order = AccountAction.place(Account.order())
  private let question = AccountAction.balances(cursor: nil)

  private func body(_ error: String) -> String { #"{"error":["\#(error)"]}"# }

  private static let later = VenueFailure.Remedy.retryLater(afterNanoseconds: nil)

  @Test(
    "each documented error says what to do next",
    arguments: [
      ("EOrder:Insufficient funds", VenueFailure.Remedy.insufficientFunds),
      ("EOrder:Insufficient margin", .insufficientFunds),
      ("EOrder:Order minimum not met", .permanent),
      ("EOrder:Cost minimum not met", .permanent),
      ("EOrder:Tick size check failed", .permanent),
      ("EOrder:Invalid price", .permanent),
      ("EOrder:Unknown order", .unknownOrder),
      ("EOrder:Post only order", .permanent),
      ("EOrder:Orders limit exceeded", later),
      ("EOrder:Positions limit exceeded", .permanent),
      ("EOrder:Rate limit exceeded", later),
      ("EOrder:Domain rate limit exceeded", later),
      ("EOrder:Trading agreement required", .permanent),
      ("EAPI:Invalid key", .badKey),
      ("EAPI:Invalid signature", .badKey),
      ("EAPI:Invalid nonce", .resyncClock),
      ("EAPI:Rate limit exceeded", later),
      ("EAuth:Rejected", .badKey),
      ("EGeneral:Invalid arguments", .permanent),
      ("EGeneral:Invalid arguments:volume", .permanent),
      ("EGeneral:Permission denied", .badKey),
      ("EGeneral:Temporary lockout", .banned(untilNanoseconds: nil)),
      ("EGeneral:Internal error", .unknownOutcome),
      ("EQuery:Unknown asset pair", .permanent),
      ("EService:Unavailable", .unknownOutcome),
      ("EService:Busy", .unknownOutcome),
      ("EService:Timeout", .unknownOutcome),
      ("EService:Market in cancel_only mode", .maintenance),
      ("EService:Market in post_only mode", .maintenance),
      ("EService:Market in limit_only mode", .maintenance),
      ("EService:Deadline elapsed", .permanent),
      ("EService:Throttled: 1616492376", .banned(untilNanoseconds: 1_616_492_376_000_000_000)),
      ("EService:Throttled: soon", .banned(untilNanoseconds: nil)),
      ("EService:Throttled: 99999999999999999999", .banned(untilNanoseconds: nil)),
      ("EAccount:Invalid permissions:AUD trading restricted", .permanent),
      ("EFunding:Unknown withdraw key", .permanent),
      ("EFunding:Invalid amount", .permanent),
      ("Exceeded msg rate", later),
      // Not listed: the category tells whether the engine saw it.
      ("EOrder:Something new", .permanent),
      ("EAPI:Something new", .permanent),
      ("EOrder:Duplicate cl_ord_id", .unknownOutcome),
      ("EOrder:cl_ord_id already in use", .unknownOutcome),
      ("EGeneral:Invalid arguments:cl_ord_id not unique", .unknownOutcome),
      ("EGeneral:Invalid arguments:cl_ord_id", .permanent),
      ("EGeneral:Something new", .unknownOutcome),
      ("EService:Something new", .unknownOutcome),
      ("Something new", .unknownOutcome),
      ("", .unknownOutcome),
    ]
  )
  func documented(_ error: String, _ remedy: VenueFailure.Remedy) {
    let failure = bench.failure(order, body(error))
    #expect(failure?.remedy == remedy)
    #expect(failure?.words == error)
    // What only asked may be asked again.
    let asked = bench.failure(question, body(error))?.remedy
    #expect(asked == (remedy == .unknownOutcome ? Self.later : remedy))
  }

  @Test("no listed error hides behind one before it")
  func order_() {
    for (index, error) in Kraken.errors.enumerated() {
      let first = Kraken.errors.firstIndex { error.text.hasPrefix($0.text) }
      #expect(first == index, "\(error.text)")
    }
  }

  @Test("the code is category and text, the words are all of it")
  func code() {
    let failure = bench.failure(order, body("EGeneral:Invalid arguments:volume"))
    #expect(failure?.code == "EGeneral:Invalid arguments")
    #expect(failure?.words == "EGeneral:Invalid arguments:volume")
  }

  @Test("of several errors the first that is no warning decides")
  func several() {
    let body = #"{"error":["WGeneral:x","EAPI:Invalid nonce","EAPI:Invalid key"]}"#
    #expect(bench.failure(order, body)?.remedy == .resyncClock)
  }

  @Test(
    "a status of something in front of the venue leaves an order open",
    arguments: [
      (500, VenueFailure.Remedy.unknownOutcome, later), (502, .unknownOutcome, later),
      (520, .unknownOutcome, later), (504, .unknownOutcome, later),
      (403, .unknownOutcome, .badKey), (404, .unknownOutcome, .permanent),
      (
        429, .retryLater(afterNanoseconds: 7_000_000_000),
        .retryLater(afterNanoseconds: 7_000_000_000)
      ),
      (200, .unknownOutcome, later),
    ]
  )
  func statuses(
    _ status: Int,
    _ ordered: VenueFailure.Remedy,
    _ asked: VenueFailure.Remedy
  ) {
    let headers = [VenueRequest.Field("retry-after", "7")]
    let page = "<html>error code: \(status)</html>"
    #expect(bench.failure(order, page, status: status, headers: headers)?.remedy == ordered)
    #expect(bench.failure(question, page, status: status, headers: headers)?.remedy == asked)
  }

  @Test("a result with another status is not believed")
  func contradiction() {
    let body = #"{"error":[],"result":{"txid":["O1"]}}"#
    #expect(bench.failure(order, body, status: 502)?.remedy == .unknownOutcome)
  }

  @Test("an answer without a result, or without its list of errors, proves nothing")
  func halves() {
    for body in [#"{"error":[]}"#, #"{"result":{"txid":["O1"]}}"#, "{}", "", "[]", "null"] {
      #expect(bench.failure(order, body)?.remedy == .unknownOutcome, "\(body)")
    }
  }
}
