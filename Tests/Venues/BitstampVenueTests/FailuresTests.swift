import Market
import Testing
import VenueKit
import VenueTesting

@testable import BitstampVenue

@Suite("What Bitstamp's refusals mean")
struct FailuresTests {
  private let sample = Sample()
  private var place: AccountAction { .place(sample.order()) }

  @Test("every documented code of the authentication has its remedy")
  func authentication() {
    let remedies: [(VenueFailure.Remedy, [Int])] = [
      (.badKey, [1, 2, 3, 5, 6, 8, 9, 11]), (.resyncClock, [4, 17]),
      (.permanent, [10, 12, 13, 14, 15, 16, 18, 19, 20, 21]),
    ]
    for (remedy, numbers) in remedies {
      for number in numbers {
        let code = number < 10 ? "API000\(number)" : "API00\(number)"
        let body = #"{"status":"error","reason":"Some words","code":"\#(code)"}"#
        let failure = sample.bench.failure(place, body, status: 403)
        #expect(failure == VenueFailure(remedy, code: code, words: "Some words"))
      }
    }
    // Authentication comes first: one that is not listed refuses too.
    let newer = #"{"status":"error","reason":"x","code":"API0099"}"#
    #expect(sample.bench.failure(place, newer, status: 403)?.remedy == .permanent)
  }

  @Test("every documented response code has its remedy")
  func responseCodes() {
    let special: [String: VenueFailure.Remedy] = [
      "400.002": .retryLater(afterNanoseconds: nil), "400.003": .maintenance,
      "400.009": .insufficientFunds, "400.019": .unknownOutcome,
      "400.067": .retryLater(afterNanoseconds: nil),
      "400.068": .retryLater(afterNanoseconds: nil), "400.075": .insufficientFunds,
      "403.001": .badKey, "403.004": .badKey, "404.002": .unknownOrder, "404.004": .badKey,
      "500.001": .unknownOutcome, "500.002": .unknownOutcome, "500.003": .unknownOutcome,
      "500.004": .retryLater(afterNanoseconds: nil),
      "500.005": .retryLater(afterNanoseconds: nil), "500.007": .unknownOutcome,
      "500.009": .maintenance, "500.012": .maintenance, "500.013": .unknownOutcome,
      "500.015": .retryLater(afterNanoseconds: nil), "500.016": .unknownOutcome,
      "500.018": .retryLater(afterNanoseconds: nil), "500.019": .unknownOutcome,
      "500.023": .unknownOutcome,
    ]
    for (family, count) in [(400, 85), (403, 10), (404, 8), (405, 1), (410, 1), (500, 23)] {
      for number in 1...count {
        let digits = String(number)
        let code = "\(family)." + String(repeating: "0", count: 3 - digits.count) + digits
        let body =
          #"{"status":"error","reason":"Words","response_code":"\#(code)","response_explanation":"More"}"#
        let expected = VenueFailure(
          special[code] ?? .permanent,
          code: code,
          words: "Words; More"
        )
        // The status may be 200 as well.
        #expect(sample.bench.failure(place, body, status: 200) == expected)
        #expect(sample.bench.failure(place, body, status: 400) == expected)
      }
    }
  }

  @Test(
    "a code that is not listed proves nothing about an order",
    arguments: ["400.086", "403.011", "409.001", "500.024", "999", ""]
  )
  func unlisted(_ code: String) {
    let body = #"{"status":"error","reason":"Words","response_code":"\#(code)"}"#
    #expect(sample.bench.failure(place, body, status: 400)?.remedy == .unknownOutcome)
    #expect(sample.bench.failure(.cancelAll(nil), body)?.remedy == .unknownOutcome)
    #expect(sample.bench.failure(.fees(nil), body, status: 400)?.remedy == .permanent)
    #expect(
      sample.bench.failure(.fees(nil), body, status: 500)?.remedy
        == .retryLater(afterNanoseconds: nil)
    )
  }

  @Test(
    "without a code, known words tell",
    arguments: [
      (
        #"{"__all__":["You need 5 USD to open that order. You have only 1.00 USD available. Check your account balance for details."]}"#,
        "insufficientFunds"
      ),
      (#"{"__all__":["Minimum order size is 10.0 USD."]}"#, "permanent"),
      (#"{"price":["Enter a number."]}"#, "permanent"),
      (#""Price is more than 20% above market price.""#, "permanent"),
      (#""Missing amount and/or price POST parameters""#, "permanent"),
      (#""Order not found""#, "unknownOrder"),
      (#""Order cancelattion failed due to trade halt.""#, "maintenance"),
      (#""Order cancellation failed due to internal error. Please try again.""#, "unknownOutcome"),
      (#""Order could not be placed.""#, "unknownOutcome"),
      (#""Something new""#, "unknownOutcome"),
      ("7", "unknownOutcome"),
    ]
  )
  func words(_ reason: String, _ remedy: String) throws {
    let body = #"{"status":"error","reason":\#(reason)}"#
    let failure = try #require(sample.bench.failure(place, body))
    #expect("\(failure.remedy)" == remedy && failure.code == "http-200")
  }

  @Test("the number of an order whose confirmation was lost is kept")
  func lost() {
    let body =
      #"{"status":"error","reason":"Timed out","response_code":"500.016","order_id":1458532827766784}"#
    #expect(
      sample.bench.failure(place, body, status: 400)
        == VenueFailure(
          .unknownOutcome,
          code: "500.016",
          words: "Timed out; order_id 1458532827766784"
        )
    )
  }

  @Test("an error of the oldest style is one too")
  func oldest() {
    let failure = sample.bench.failure(.balances(cursor: nil), #"{"error":"Bad"}"#, status: 404)
    #expect(failure == VenueFailure(.permanent, code: "http-404", words: "Bad"))
  }

  @Test("an order's own status is no error")
  func noError() throws {
    let body =
      #"{"id":1,"type":"0","status":"Open","market":"BTC/USD","transactions":[],"amount_remaining":"1"}"#
    #expect(sample.bench.failure(.order(.venue("1"), sample.bitcoin), body) == nil)
  }

  @Test("a status without words of the venue proves nothing but 429")
  func statuses() {
    for status in [301, 400, 401, 403, 404, 500, 502, 503, 504] {
      let failure = sample.bench.failure(place, "<html>no</html>", status: status)
      #expect(failure == VenueFailure(.unknownOutcome, code: "http-\(status)"))
    }
    let headers = [VenueRequest.Field("retry-after", "3")]
    let empty = sample.bench.failure(place, "", status: 429, headers: headers)
    #expect(empty?.remedy == .retryLater(afterNanoseconds: 3_000_000_000))
    let body = #"{"status":"error","reason":"Too many","response_code":"400.002"}"#
    let failure = sample.bench.failure(place, body, status: 429, headers: headers)
    #expect(failure?.remedy == .retryLater(afterNanoseconds: 3_000_000_000))
    let codeless = sample.bench.failure(place, #"{"error":"slow down"}"#, status: 429)
    #expect(codeless?.remedy == .retryLater(afterNanoseconds: nil))
  }

  @Test("many texts are cut")
  func manyWords() {
    let texts = (0..<50).map { #""text \#($0)""# }.joined(separator: ",")
    let body = #"{"status":"error","reason":{"__all__":[\#(texts)]}}"#
    let words = sample.bench.failure(place, body)?.words ?? ""
    #expect(words.contains("text 7") && !words.contains("text 8"))
  }
}
