import Codecs

/// A refusal in Gemini's words: `{"result":"error","reason":…,"message":…}` with an HTTP status.
///
/// Source: developer.gemini.com/error-codes; the texts of answers recorded in `gemini/` and of
/// answers that users quoted in the trackers of ccxt and others.
struct GeminiError: Error, Hashable {
  var status: Int
  var reason: String
  var message: String

  init(_ status: Int, _ reason: String, _ message: String) {
    self.status = status
    self.reason = reason
    self.message = message
  }

  var response: GatewayResponse {
    GatewayResponse(
      status: status,
      body: GeminiJSON.object {
        $0.field("result", "error")
        $0.field("reason", reason)
        $0.field("message", message)
      }
    )
  }

  // MARK: Requests

  static let maintenance = GeminiError(
    503,
    "Maintenance",
    "The Gemini Exchange is currently undergoing maintenance."
      + " Please check https://status.gemini.com/ for more information."
  )
  static let rateLimit = GeminiError(
    429,
    "RateLimit",
    "Requests were made too frequently."
  )

  static func unknownEndpoint(_ path: String) -> GeminiError {
    GeminiError(404, "EndpointNotFound", "API entry point `\(path)` not found")
  }

  static func missingHeader(_ name: String, _ reason: String) -> GeminiError {
    GeminiError(400, reason, "Must provide '\(name)' header")
  }

  static func invalidJSON(_ message: String) -> GeminiError {
    GeminiError(400, "InvalidJson", message)
  }

  static func badNonce(_ message: String) -> GeminiError {
    GeminiError(400, "InvalidNonce", message)
  }

  static func missingRole(
    _ wanted: [String],
    key: String,
    has roles: [String]
  ) -> GeminiError {
    GeminiError(
      403,
      "MissingRole",
      "To access this endpoint, you need to log in to the website and go to the settings page"
        + " to assign one of these roles [\(wanted.joined(separator: ", "))] to API key \(key)"
        + " which currently has roles [\(roles.joined(separator: ", "))]"
    )
  }

  // MARK: Orders

  static func orderNotFound(_ identifier: String) -> GeminiError {
    GeminiError(404, "OrderNotFound", "Order \(identifier) not found")
  }

  static func marketNotOpen(_ symbol: String) -> GeminiError {
    GeminiError(
      400,
      "MarketNotOpen",
      "The market \(symbol) is not accepting new orders"
    )
  }

  static func invalid(_ what: String, _ symbol: String, _ value: String) -> GeminiError {
    GeminiError(
      400,
      "Invalid\(what)",
      "Invalid \(what.lowercased()) for symbol \(symbol): \(value)"
    )
  }
}

/// Whole JSON texts.
enum GeminiJSON {
  static func object(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    writer.object(body)
    return writer.bytes
  }

  static func array(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    writer.array(body)
    return writer.bytes
  }
}
