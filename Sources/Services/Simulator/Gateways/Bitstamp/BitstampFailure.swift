/// An answer that says no, in one of Bitstamp's three forms.
struct BitstampFailure: Error, Hashable, Sendable {
  var status: Int
  var body: BitstampValue

  /// A request that did not prove whose it is: HTTP 403 with a code of the API0000 row.
  static func authentication(_ fault: BitstampFault) -> BitstampFailure {
    BitstampFailure(
      status: 403,
      body: [
        "status": "error", "reason": .text(fault.reason), "code": .text(fault.rawValue),
      ]
    )
  }

  /// A refusal with a response code; the code's first three digits are the HTTP status.
  ///
  /// Without a reason of its own it gives the explanation of the code.
  static func refused(_ code: BitstampCode, _ reason: String? = nil) -> BitstampFailure {
    coded(code, ["__all__": [.text(reason ?? code.explanation)]])
  }

  /// A refusal because of one field.
  static func field(
    _ name: String,
    _ code: BitstampCode,
    _ reason: String
  ) -> BitstampFailure {
    coded(code, [name: [.text(reason)]])
  }

  /// A field with too many decimals: the only form with an empty `__all__` beside it (ccxt keeps a
  /// sample).
  static func tooPrecise(
    _ name: String,
    _ code: BitstampCode,
    decimals: Int
  ) -> BitstampFailure {
    let reason = "Ensure that there are no more than \(decimals) decimal places."
    return coded(code, [name: [.text(reason)], "__all__": [""]])
  }

  /// A refusal whose reason is a plain text.
  static func plain(_ code: BitstampCode, _ reason: String? = nil) -> BitstampFailure {
    coded(code, .text(reason ?? code.explanation))
  }

  /// `Order not found.`, with HTTP 200 and without a code, as `order_status` answers.
  static let unknownOrder = BitstampFailure(
    status: 200,
    body: ["status": "error", "reason": "Order not found."]
  )

  /// The whole venue is away.
  ///
  /// The text is the one ccxt knows; the status is our choice.
  static let maintenance = BitstampFailure(
    status: 503,
    body: ["error": "Bitstamp.net is under scheduled maintenance. We'll be back soon."]
  )

  private static func coded(_ code: BitstampCode, _ reason: BitstampValue) -> BitstampFailure {
    BitstampFailure(
      status: code.status,
      body: [
        "status": "error", "reason": reason, "response_code": .text(code.rawValue),
        "response_explanation": .text(code.explanation),
      ]
    )
  }
}

/// Why a request did not prove whose it is (API description of 2023, "Possible authentication
/// errors").
enum BitstampFault: String, Sendable {
  case unknownKey = "API0001"
  case permission = "API0003"
  case nonce = "API0004"
  case signature = "API0005"
  case version = "API0010"
  case keyFormat = "API0011"
  case missingKey = "API0012"
  case missingSignature = "API0013"
  case missingNonce = "API0014"
  case missingTimestamp = "API0015"
  case missingVersion = "API0016"
  case timestampOutOfBounds = "API0017"
  case timestampFormat = "API0018"
  case contentType = "API0019"
  case needlessContentType = "API0020"
  case urlTooLong = "API0021"

  var reason: String {
    switch self {
    case .unknownKey: "API key not found"
    case .permission: "No permission found"
    case .nonce: "Invalid nonce"
    case .signature: "Invalid signature"
    case .version: "Invalid version"
    case .keyFormat: "Wrong API key format"
    case .missingKey: "X-Auth header is required"
    case .missingSignature: "X-Auth-Signature header is required"
    case .missingNonce: "X-Auth-Nonce header is required"
    case .missingTimestamp: "X-Auth-Timestamp header is required"
    case .missingVersion: "X-Auth-Version header is required"
    case .timestampOutOfBounds: "X-Auth-Timestamp header is out of boundaries"
    case .timestampFormat: "X-Auth-Timestamp header is invalid"
    case .contentType: "Content-Type header is not accepted"
    case .needlessContentType: "Content-Type header should not be present"
    case .urlTooLong: "Please make sure url query string is not too long"
    }
  }
}

/// The response codes that the simulated venue gives, and their explanations (API description of
/// 2023, "Response codes").
enum BitstampCode: String, Sendable {
  case rateLimit = "400.002"
  case marketDisabled = "400.003"
  case missingField = "400.004"
  case missingAmount = "400.005"
  case missingPrice = "400.006"
  case malformedField = "400.007"
  case malformedClientOrderID = "400.008"
  case insufficientBalance = "400.009"
  case malformedOffset = "400.010"
  case malformedLimit = "400.011"
  case malformedSort = "400.012"
  case malformedSince = "400.013"
  case belowMinimum = "400.020"
  case priceOutOfRange = "400.021"
  case missingExpiry = "400.022"
  case malformedExpiry = "400.023"
  case oneOptionOnly = "400.024"
  case followUpWithOption = "400.025"
  case malformedAmount = "400.026"
  case pastExpiry = "400.032"
  case malformedUntil = "400.034"
  case missingID = "400.035"
  case malformedID = "400.036"
  case amountTooLarge = "400.038"
  case malformedPrice = "400.041"
  case amountTooLow = "400.046"
  case notFound = "404.001"
  case orderNotFound = "404.002"
  case accountNotFound = "404.004"
  case currencyNotFound = "404.006"
  case marketNotFound = "404.007"
  case methodNotAllowed = "405.001"
  case noSellOrders = "500.004"
  case noBuyOrders = "500.005"
  case matchingBlocked = "500.012"

  /// The HTTP status that goes with it.
  var status: Int { Int(rawValue.prefix(3)) ?? 400 }

  var explanation: String {
    switch self {
    case .rateLimit: "Request rejected due to exceeded rate limit."
    case .marketDisabled: "Trading for provided market is disabled."
    case .missingField: "POST parameter(s) is missing from request."
    case .missingAmount: "POST parameter(s) is missing from request: amount."
    case .missingPrice: "POST parameter(s) is missing from request: price."
    case .malformedField: "POST parameter(s) is malformed."
    case .malformedClientOrderID: "POST parameter(s) is malformed: client_order_id."
    case .insufficientBalance: "Insufficient balance for provided user."
    case .malformedOffset: "POST parameter(s) is malformed: offset."
    case .malformedLimit: "POST parameter(s) is malformed: limit."
    case .malformedSort: "POST parameter(s) is malformed: sort."
    case .malformedSince: "POST parameter(s) is malformed: since_timestamp."
    case .belowMinimum: "Provided order size is lower than minimum order value."
    case .priceOutOfRange: "Provided price is out of range."
    case .missingExpiry: "POST parameter(s) is missing from request: expire_time."
    case .malformedExpiry: "POST parameter(s) is malformed: expire_time."
    case .oneOptionOnly: "Only one of optional parameters can be set."
    case .followUpWithOption: "Both limit_price and any optional parameter cannot be set."
    case .malformedAmount: "POST parameter(s) is malformed: amount."
    case .pastExpiry: "'expire_time' must be set in future date."
    case .malformedUntil: "POST parameter(s) is malformed: until_timestamp."
    case .missingID: "POST parameter(s) is missing from request: id."
    case .malformedID: "POST parameter(s) is malformed: id."
    case .amountTooLarge: "Provided order amount is too large."
    case .malformedPrice: "POST parameter(s) is malformed: price."
    case .amountTooLow: "Provided order amount is too low."
    case .notFound: "Unknown not found error."
    case .orderNotFound: "Order not found for corresponding request."
    case .accountNotFound: "Trade account not found for provided API key."
    case .currencyNotFound: "Currency not found for corresponding request."
    case .marketNotFound: "Market not found for corresponding request."
    case .methodNotAllowed: "GET method not allowed."
    case .noSellOrders: "No sell orders for provided market."
    case .noBuyOrders: "No buy orders for provided market."
    case .matchingBlocked: "Matching blocked for this order book."
    }
  }
}
