import Codecs

/// An answer that refuses a request, in the venue's words.
///
/// `/api/v3` answers `{"error","error_details","message"}` (coinbase-advanced-py issue 9 and ccxt's
/// examples), `/v2` a list of errors; a bad token gets plain text. Where no source has the text of
/// an error, the words are ours and the code is the venue's.
struct CoinbaseError: Error, Hashable {
  var status: Int
  var code: String
  var message: String

  static let unauthorized = CoinbaseError(status: 401, code: "", message: "Unauthorized")
  static let tooManyRequests = CoinbaseError(
    status: 429,
    code: "rate_limit_exceeded",
    message: "Too many requests"
  )
  static let forbidden = CoinbaseError(
    status: 403,
    code: "PERMISSION_DENIED",
    message: "Missing required scopes"
  )
  static let unknownProduct = notFound("valid product_id is required")
  /// As ccxt quotes it.
  static let unknownOrder = CoinbaseError(
    status: 404,
    code: "unknown",
    message: "order with this orderID was not found"
  )

  static func invalid(_ message: String) -> CoinbaseError {
    CoinbaseError(status: 400, code: "INVALID_ARGUMENT", message: message)
  }

  /// A body that is no message of the service (coinbase-advanced-py issue 9).
  static func malformed(_ message: String) -> CoinbaseError {
    CoinbaseError(status: 400, code: "unknown", message: "proto: " + message)
  }

  static func notFound(_ message: String) -> CoinbaseError {
    CoinbaseError(status: 404, code: "NOT_FOUND", message: message)
  }

  func response(isVersion2: Bool) -> GatewayResponse {
    if status == 401 {
      return GatewayResponse(
        status: status,
        headers: [.init("content-type", "text/plain")],
        body: Array(message.utf8)
      )
    }
    var writer = JSONWriter()
    if isVersion2 || status == 429 {
      writer.object { body in
        body.array("errors") { errors in
          errors.object {
            $0.field("id", version2Code)
            $0.field("message", message)
          }
        }
      }
    } else {
      writer.object {
        $0.field("error", code)
        $0.field("error_details", message)
        $0.field("message", message)
      }
    }
    return GatewayResponse(status: status, body: writer.bytes)
  }

  /// The words of `/v2`, as ccxt lists them.
  private var version2Code: String {
    switch status {
    case 400: "validation_error"
    case 403: "invalid_scope"
    case 404: "not_found"
    default: code
    }
  }
}
