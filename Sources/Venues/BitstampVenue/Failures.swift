import Codecs
import VenueKit

extension Bitstamp {
  /// What Bitstamp's refusal means; nil where the answer is none.
  ///
  /// Errors come in two styles, `code` with `API0005` from the authentication and `response_code`
  /// with `400.009` from the business behind it, either with status 200 as well; `reason` is text
  /// or an object of lists of texts. Where there is no code, a few known texts are told apart.
  ///
  /// - Source: Bitstamp's API documentation, "Response codes" and "Authentication errors".
  func failure(
    of response: borrowing VenueResponse,
    to action: AccountAction
  ) -> VenueFailure? {
    guard let refusal = Refusal(response.body) else {
      return response.status == 200 ? nil : .status(response, of: action)
    }
    let words = refusal.words
    var remedy = Bitstamp.remedy(of: refusal.code) ?? Bitstamp.remedy(ofWords: words)
    if response.status == 429 { remedy = .retryLater(afterNanoseconds: nil) }
    if case .retryLater = remedy { remedy = .retryLater(afterNanoseconds: response.retryAfter) }
    let isOurs = !action.hasEffect && response.status < 500
    return VenueFailure(
      remedy ?? (isOurs ? .permanent : .unknownOutcome),
      of: action,
      code: refusal.code.isEmpty ? "http-\(response.status)" : refusal.code,
      words: words
    )
  }

  // MARK: Codes

  /// What a code asks us to do; nil for one that Bitstamp does not list.
  ///
  /// Authentication comes before anything else, so a refusal of its own is proof that nothing
  /// happened. Of the codes from 400 to 410, which refuse what was asked, only those listed are
  /// taken for proof.
  static func remedy(of code: String) -> VenueFailure.Remedy? {
    if code.hasPrefix("API00") { return authentication[code] ?? .permanent }
    return business[code]
  }

  private static let authentication: [String: VenueFailure.Remedy] = [
    // Unknown key, address, permission, signature, frozen account, no customer, profile, form.
    "API0001": .badKey, "API0002": .badKey, "API0003": .badKey, "API0005": .badKey,
    "API0006": .badKey, "API0008": .badKey, "API0009": .badKey, "API0011": .badKey,
    // A nonce that was used, and a time too far from the venue's.
    "API0004": .resyncClock, "API0017": .resyncClock,
  ]

  private static let business: [String: VenueFailure.Remedy] = {
    var table: [String: VenueFailure.Remedy] = [:]
    func put(_ remedy: VenueFailure.Remedy, _ family: Int, _ numbers: [Int]) {
      for number in numbers {
        let digits = String(number)
        table["\(family)." + String(repeating: "0", count: 3 - digits.utf8.count) + digits] = remedy
      }
    }
    // What was asked is wrong in itself; 9, 19, and others are taken out below.
    put(.permanent, 400, Array(1...85))
    put(.permanent, 403, Array(1...10))
    put(.permanent, 404, Array(1...8))
    put(.permanent, 405, [1])
    put(.permanent, 410, [1])
    // Rates: of the account, the client, the market.
    put(.retryLater(afterNanoseconds: nil), 400, [2, 67, 68])
    put(.maintenance, 400, [3])
    put(.insufficientFunds, 400, [9, 75])
    // An order with our id is there already: it is to be looked up.
    put(.unknownOutcome, 400, [19])
    // The user is not verified, or may not trade; the key has no account.
    put(.badKey, 403, [1, 4])
    put(.badKey, 404, [4])
    put(.unknownOrder, 404, [2])
    // Failures within the venue, a lost confirmation among them.
    put(.unknownOutcome, 500, [1, 2, 3, 7, 13, 16, 19, 23])
    // No book, or matching is blocked.
    put(.maintenance, 500, [9, 12])
    // Nobody on the other side: of market orders only.
    put(.retryLater(afterNanoseconds: nil), 500, [4, 5, 15, 18])
    // Kinds of order that are switched off, a refusal by the engine, and positions.
    put(.permanent, 500, [6, 8, 10, 11, 14, 17, 20, 21, 22])
    return table
  }()

  // MARK: Words

  /// What a text without a code asks us to do; nil for one that is not known.
  static func remedy(ofWords words: String) -> VenueFailure.Remedy? {
    let known: [(String, VenueFailure.Remedy)] = [
      ("Check your account balance for details", .insufficientFunds),
      ("Order not found", .unknownOrder),
      ("Minimum order size", .permanent),
      ("above market price", .permanent),
      ("below market price", .permanent),
      ("Missing amount and/or price", .permanent),
      ("Enter a number", .permanent),
      ("failed due to trade halt", .maintenance),
      // A websocket of ours without a valid token.
      ("Connection is unauthorized", .retryLater(afterNanoseconds: nil)),
      ("Bad subscription string", .permanent),
    ]
    return known.first { words.contains($0.0) }?.1
  }
}

/// An error as Bitstamp writes it.
private struct Refusal {
  var code: String
  var words: String

  /// Nil for a body that is no error, or no JSON at all.
  init?(_ body: [UInt8]) {
    guard firstInvalidUTF8(in: body.span) == nil else { return nil }
    var reader = JSONReader(body.span)
    guard reader.peek() == UInt8(ascii: "{") else { return nil }
    do {
      let members = try reader.members()
      try reader.expectEnd()
      // A status of an order is a word too; older errors have nothing but `error`.
      let isError = try members["error"] != nil || reader.text(at: members["status"]) == "error"
      guard isError else { return nil }
      let code = try reader.text(at: members["response_code"])
      self.code = try code ?? reader.text(at: members["code"]) ?? ""
      var texts: [String] = []
      for name in ["reason", "error", "response_explanation"] {
        guard let start = members[name] else { continue }
        reader.offset = start
        try Refusal.collect(&reader, into: &texts, depth: 0)
      }
      if let id = try reader.text(at: members["order_id"]) { texts.append("order_id \(id)") }
      words = texts.joined(separator: "; ")
    } catch {
      return nil
    }
  }

  /// The texts of a value: a string, or those within lists and objects, to a small depth.
  private static func collect(
    _ reader: inout JSONReader,
    into texts: inout [String],
    depth: Int
  ) throws(WireError) {
    switch reader.peek() {
    case UInt8(ascii: "\""):
      let text = reader.text(try reader.anyString())
      if texts.count < 8, !texts.contains(text) { texts.append(text) }
    case UInt8(ascii: "[") where depth < 3:
      try reader.beginArray()
      var isFirst = true
      while try reader.nextElement(&isFirst) {
        try collect(&reader, into: &texts, depth: depth + 1)
      }
    case UInt8(ascii: "{") where depth < 3:
      try reader.beginObject()
      var isFirst = true
      while try reader.nextKey(&isFirst) {
        try collect(&reader, into: &texts, depth: depth + 1)
      }
    default: try reader.skipValue()
    }
  }
}
